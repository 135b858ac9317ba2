//! What to ask, and why not to.

use serde::{Deserialize, Serialize};

use super::{Decision, Situation, changes};
use crate::choice::{Actor, State};
use crate::merge::Known;
use crate::plan::{Item, Law, Mark, spelled};
use crate::policy::{Change, Part};
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
pub(super) fn prompt(decisions: &mut [Decision], situation: Situation<'_>) -> Prompt {
    let mut prompt = Prompt::default();
    if situation.merged.newest_policy > situation.policy {
        prompt.suppressed = Some(Suppressor::PolicyStale);
        return prompt;
    }
    let mut way_out = false;
    // Where the law wants to be asked, what it leaves on is in the preference centre; elsewhere every page links there.
    let by_link = situation.laws.iter().any(|law| law.prompt == PromptRule::OptOutLink);
    let linked = situation.laws.iter().any(|law| law.prompt != PromptRule::Required);
    for (((index, item), decision), mark) in situation.items.iter().enumerate().zip(decisions).zip(situation.plan.marks.chars()) {
        let resting = decision.resting(situation.now);
        match open(index, item, decision, situation) {
            Some(reason @ AskReason::GuardianUnverified) if resting.is_none() || !by_guardian(decision) => {
                prompt.guardian.push(Asked { item: item.key.clone(), reason })
            }
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
                decision.links.push(link.to_owned());
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

    /// Whether the item means something else now than when it was answered.
    pub(super) fn has_changed(&self) -> bool {
        self.changes.iter().any(|change| change.material)
    }

    /// Why the answer no longer counts, when it is too old.
    pub(super) fn over(&self, now: Timestamp) -> Option<AskReason> {
        self.expires.filter(|(at, _)| now >= *at).map(|(_, reason)| reason)
    }
}

/// What is asked in spite of a no that is not long ago, unless a law forbids asking at all.
fn material(reason: AskReason) -> bool {
    !matches!(reason, AskReason::Expired | AskReason::Dormant) && !reason.is_reminder()
}

/// Why somebody is asked who has seen the item and left it as it was.
fn since(index: usize, item: &Item, known: &Known, situation: Situation<'_>) -> AskReason {
    let child = |law: &&Law| law.default_of(index, known.age).0 >= DefaultState::Guardian;
    of_change(&changes(item, known.fingerprint, &situation.plan.history))
        .or(situation.laws.iter().any(child).then_some(AskReason::AgedUp))
        .unwrap_or(AskReason::JurisdictionStricter)
}

fn of_change(changes: &[Change]) -> Option<AskReason> {
    changes.iter().find(|change| change.material).map(|change| match change.part {
        Part::Recipients => AskReason::NewRecipient,
        Part::Basis => AskReason::LegalBasisChanged,
        _ => AskReason::PurposeChanged,
    })
}

fn by_guardian(decision: &Decision) -> bool {
    decision.answer.as_ref().is_some_and(|answer| answer.actor == Actor::Guardian)
}

/// Why an item is open, or `None` when there is nothing to ask about it.
#[inline(never)]
fn open(index: usize, item: &Item, decision: &Decision, situation: Situation<'_>) -> Option<AskReason> {
    let merged = situation.merged;
    if decision.by_signal {
        return None;
    }
    if decision.child_missing {
        return Some(AskReason::FirstVisit);
    }
    if decision.default == DefaultState::Guardian {
        let open = !by_guardian(decision) || decision.has_changed() || decision.over(situation.now).is_some();
        return open.then_some(AskReason::GuardianUnverified);
    }
    // Who said no is not reminded.
    let reminder = decision.reminds.filter(|(at, _)| decision.counts && situation.now >= *at).map(|(_, reason)| reason);
    if decision.default != DefaultState::OptIn {
        // What is on stays on; only a reminder is due.
        return reminder.filter(|reason| *reason == AskReason::Reconfirm2Y);
    }
    if decision.answer.is_none() {
        let nobody_knows = spelled(&situation.context.region).is_unknown();
        let (purpose, recipient) = item.parts();
        if let Some(known) = merged.known_items.get(&item.key) {
            return Some(since(index, item, known, situation));
        }
        return Some(match () {
            () if !recipient.is_empty() && merged.known_items.contains(purpose) => AskReason::NewRecipient,
            () if !merged.known_items.is_empty() => AskReason::NewPurpose,
            () if merged.proof_gap => AskReason::RecordUnreadable,
            () if nobody_knows => AskReason::GeoUnknown,
            () => AskReason::FirstVisit,
        });
    }
    let given = decision.answer.as_ref().is_some_and(|answer| answer.state == State::Given);
    // A yes that is too old says nothing about what has changed since.
    let over = decision.over(situation.now);
    if let Some(reason) = over.filter(|_| given).or(of_change(&decision.changes)) {
        return Some(reason);
    }
    if decision.underage && given {
        return Some(AskReason::AgedUp);
    }
    over.or(reminder)
}
