//! What to ask, and why not to.

use serde::{Deserialize, Serialize};

use super::{Control, Decision, Situation};
use crate::choice::{Actor, State};
use crate::plan::{Item, Mark, spelled};
use crate::policy::Part;
use crate::regime::{AskReason, DefaultState, PromptRule, Suppressor};
use crate::time::Timestamp;

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

/// What to ask now, or why not to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Whether and how.
    pub kind: PromptKind,
    /// What to ask, in the policy's order.
    pub items: Vec<Asked>,
    /// Why nothing is asked although something is off: the person said no not long ago, for example.
    pub suppressed: Option<Suppressor>,
    /// Items that wait for a guardian.
    pub guardian: Vec<Asked>,
    /// Links that the law wants on every page: `opt_out` (sale and targeted ads) and `limit` (sensitive data).
    pub links: Vec<String>,
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
pub(super) fn prompt(decisions: &[Decision], situation: Situation<'_>) -> Prompt {
    let mut prompt = Prompt::default();
    if situation.merged.newest_policy > situation.policy {
        prompt.suppressed = Some(Suppressor::PolicyStale);
        return prompt;
    }
    let mut way_out = false;
    // Where the law wants to be asked, what it leaves on is in the preference centre; elsewhere every page links there.
    let by_link = situation.laws.iter().any(|law| law.prompt == PromptRule::OptOutLink);
    let linked = situation.laws.iter().any(|law| law.prompt != PromptRule::Required);
    for ((item, decision), mark) in situation.items.iter().zip(decisions).zip(situation.plan.marks.chars()) {
        let resting = decision.resting(situation.now);
        match open(item, decision, situation) {
            Some(reason @ AskReason::GuardianUnverified) => prompt.guardian.push(Asked { item: item.key.clone(), reason }),
            Some(reason) if resting.is_none_or(|rest| rest == Suppressor::CoolDown && material(reason)) => {
                prompt.items.push(Asked { item: item.key.clone(), reason })
            }
            _ => prompt.suppressed = prompt.suppressed.or(resting),
        }
        let on_by_default = matches!(decision.default, DefaultState::OptOut | DefaultState::Notice);
        way_out |= on_by_default && !decision.by_signal;
        if by_link && on_by_default {
            let ads = matches!(mark, Mark::ADS | Mark::BOTH).then_some("opt_out");
            let sensitive = matches!(mark, Mark::SENSITIVE | Mark::BOTH).then_some("limit");
            for link in ads.into_iter().chain(sensitive) {
                if !prompt.links.iter().any(|known| known == link) {
                    prompt.links.push(link.to_owned());
                }
            }
        }
    }
    if !prompt.items.is_empty() {
        prompt.kind = PromptKind::Required;
        prompt.suppressed = None;
    } else if way_out && linked {
        prompt.kind = PromptKind::Link;
    }
    prompt
}

impl Decision {
    /// Why nobody may be asked now, when that is so.
    pub(super) fn resting(&self, now: Timestamp) -> Option<Suppressor> {
        self.rests.filter(|(until, _)| now < *until).map(|(_, why)| why)
    }
}

/// What is asked in spite of a no that is not long ago, unless a law forbids asking at all.
fn material(reason: AskReason) -> bool {
    !matches!(reason, AskReason::Expired | AskReason::Dormant | AskReason::Reconfirm2Y | AskReason::TcfReminder)
}

/// Why an item is open, or `None` when there is nothing to ask about it.
fn open(item: &Item, decision: &Decision, situation: Situation<'_>) -> Option<AskReason> {
    let merged = situation.merged;
    if decision.by_signal {
        return None;
    }
    if decision.control == Control::Guardian {
        let answered = decision.answer.as_ref().is_some_and(|answer| answer.actor == Actor::Guardian);
        return (!answered).then_some(AskReason::GuardianUnverified);
    }
    let expired = decision.expires.filter(|(at, _)| situation.now >= *at).map(|(_, reason)| reason);
    if decision.default != DefaultState::OptIn {
        // What is on stays on; only a reminder is due.
        return expired.filter(|reason| *reason == AskReason::Reconfirm2Y && decision.permit);
    }
    if decision.answer.is_none() {
        let nobody_knows = spelled(&situation.context.region).is_unknown();
        let (purpose, recipient) = item.parts();
        return Some(match () {
            () if merged.known_items.contains(&item.key) => AskReason::JurisdictionStricter,
            () if !recipient.is_empty() && merged.known_items.contains(purpose) => AskReason::NewRecipient,
            () if !merged.known_items.is_empty() => AskReason::NewPurpose,
            () if merged.proof_gap => AskReason::RecordUnreadable,
            () if nobody_knows => AskReason::GeoUnknown,
            () => AskReason::FirstVisit,
        });
    }
    if let Some(change) = decision.changes.iter().find(|change| change.material) {
        return Some(match change.part {
            Part::Recipients => AskReason::NewRecipient,
            Part::Basis => AskReason::LegalBasisChanged,
            _ => AskReason::PurposeChanged,
        });
    }
    if decision.underage && decision.answer.as_ref().is_some_and(|answer| answer.state == State::Given) {
        return Some(AskReason::AgedUp);
    }
    expired
}
