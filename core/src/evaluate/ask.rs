//! What to ask, and why not to.

use serde::{Deserialize, Serialize};

use super::{Control, Decision, Evaluation, Situation};
use crate::choice::State;
use crate::policy::{Item, Part};
use crate::regime::{DefaultState, PromptRule};

/// Whether and how to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PromptKind {
    /// Nothing to ask.
    #[default]
    None,
    /// Ask before anything that is off may start.
    Required,
    /// Nothing has to be asked, but the law wants a way to opt out on every page.
    Link,
}

/// Why an item is asked (regimes.md section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AskReason {
    /// The person has never answered here.
    FirstVisit,
    /// Nobody knows where the person is, so the strictest rules hold.
    GeoUnknown,
    /// The item did not exist when the person last answered.
    NewPurpose,
    /// Its aim, method or data has changed.
    PurposeChanged,
    /// Somebody else receives the data too.
    NewRecipient,
    /// The ground has become consent.
    LegalBasisChanged,
    /// The answer is too old.
    Expired,
    /// It was on by default elsewhere; here it must be asked.
    JurisdictionStricter,
}

/// Why nothing is asked although something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Suppressor {
    /// The person said no not long ago.
    CoolDown,
    /// The person answered under a newer policy than the one of this page.
    PolicyStale,
}

/// What to ask now, or why not to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Whether and how.
    pub kind: PromptKind,
    /// What to ask, in the policy's order.
    pub items: Vec<Asked>,
    /// Why nothing is asked although something is open.
    pub suppressed: Option<Suppressor>,
}

/// An item of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The item's key.
    pub item: String,
    /// Why it is asked.
    pub reason: AskReason,
}

/// What to ask now. Items that need a separate answer are never part of it: they are asked where they
/// are needed. A cool-down protects a no from everything but a material change or a new item.
#[must_use]
pub fn prompt(items: &[Item], evaluation: &Evaluation, situation: Situation<'_>) -> Prompt {
    if situation.merged.newest_policy > situation.policy {
        return Prompt { kind: PromptKind::None, items: Vec::new(), suppressed: Some(Suppressor::PolicyStale) };
    }
    let mut asked = Vec::new();
    let mut cooling = false;
    for (item, decision) in items.iter().zip(&evaluation.decisions) {
        match open(item, decision, situation) {
            Some(AskReason::Expired) if in_cooldown(decision, situation) => cooling = true,
            Some(reason) => asked.push(Asked { item: item.key.clone(), reason }),
            None => {}
        }
    }
    let kind = match situation.regime.prompt {
        _ if !asked.is_empty() => PromptKind::Required,
        _ if has_way_out(evaluation) || situation.regime.prompt == PromptRule::OptOutLink => PromptKind::Link,
        _ => PromptKind::None,
    };
    Prompt { kind, suppressed: (cooling && asked.is_empty()).then_some(Suppressor::CoolDown), items: asked }
}

/// Whether something is on by default that a person must be able to turn off.
fn has_way_out(evaluation: &Evaluation) -> bool {
    evaluation.decisions.iter().any(|decision| matches!(decision.default, DefaultState::OptOut | DefaultState::Notice))
}

/// Why an item is open, or `None` when there is nothing to ask about it.
fn open(item: &Item, decision: &Decision, situation: Situation<'_>) -> Option<AskReason> {
    if decision.by_signal || decision.control != Control::Switch || decision.default != DefaultState::OptIn {
        return None;
    }
    if decision.answer.is_none() {
        return Some(match &situation.merged {
            _ if situation.regime.is_unknown_place() && situation.merged.known_items.is_empty() => AskReason::GeoUnknown,
            merged if merged.known_items.is_empty() => AskReason::FirstVisit,
            merged if merged.known_items.contains(&item.key) => AskReason::JurisdictionStricter,
            _ => AskReason::NewPurpose,
        });
    }
    if let Some(change) = decision.changes.iter().find(|change| change.material) {
        return Some(match change.part {
            Part::Recipients => AskReason::NewRecipient,
            Part::Basis => AskReason::LegalBasisChanged,
            _ => AskReason::PurposeChanged,
        });
    }
    decision.expires.is_some_and(|at| situation.now >= at).then_some(AskReason::Expired)
}

fn in_cooldown(decision: &Decision, situation: Situation<'_>) -> bool {
    let Some(answer) = &decision.answer else { return false };
    let until = situation.regime.cooldown.map(|period| answer.at.plus(period));
    answer.state != State::Given && until.is_some_and(|until| situation.now < until)
}
