//! What is allowed, why, and what to ask: a pure function.
//!
//! [`evaluate`] takes the items of a policy, the regime of the place, what is known of the person and the
//! answers that stand, and gives a [`Decision`] with its chain of reasons for every item. Order, as in
//! regimes.md section 7: prohibition, exemption, signal, the person's no, the person's yes while it is
//! valid, the regime's default. A no never turns into a yes by age or by a change of the policy.

mod ask;

use serde::{Deserialize, Serialize};

use crate::choice::State;
use crate::context::Context;
use crate::id::Id;
use crate::merge::{Answer, Merged};
use crate::policy::{Change, GpcSetting, Item, Kind, Part, PastItem};
use crate::regime::{DefaultState, GpcRule, Regime};
use crate::time::{Period, Timestamp};

pub use ask::{AskReason, Asked, Prompt, PromptKind, Suppressor, prompt};

/// When nothing is going to change by itself, the engine still looks again after this time, so that a
/// snapshot never outlives the rules it was made under for long.
const LONGEST_VALIDITY: Period = Period::months(6);

/// The name of Global Privacy Control among the signals.
const GPC: &str = "gpc";

/// Why a decision is as it is. The first reason of a chain decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What kind of reason.
    pub code: ReasonCode,
    /// The row of the rules that says so; empty when none does.
    pub regime: String,
    /// The record that says so; empty when none does.
    pub record: String,
}

/// The kinds of [`Reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    /// Needs no consent here.
    Exempt,
    /// Forbidden here, whatever the person says.
    Prohibited,
    /// A signal of the browser or system says no.
    Signal,
    /// The person said yes.
    Given,
    /// The person said no.
    Refused,
    /// The person took a yes back.
    Withdrawn,
    /// Nobody answered; on by default here, with a way out.
    DefaultOn,
    /// Nobody answered; off by default here.
    DefaultOff,
    /// There was a yes, but it is too old.
    Expired,
    /// There was a yes, but the item means something else now.
    Changed,
    /// There was a yes, but under a newer policy than this page knows.
    PolicyStale,
    /// There was a yes, but it could not be saved.
    Unsaved,
    /// Only an answer of its own counts here, and there was none.
    SeparateNeeded,
    /// The purpose as a whole is off, so its recipients are.
    PurposeOff,
}

/// What a person can do about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Control {
    /// Nothing: it needs no consent and cannot be turned off.
    Fixed,
    /// Turn it on and off.
    Switch,
    /// Answer it on its own; "accept all" never covers it.
    Separate,
    /// Nothing: it is forbidden here whatever the person says.
    Prohibited,
}

/// The outcome for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Permit (true) or deny.
    pub permit: bool,
    /// Why, the deciding reason first.
    pub reasons: Vec<Reason>,
    /// What the person can do about it.
    pub control: Control,
    /// The regime's default.
    pub default: DefaultState,
    /// The answer that stands, whether or not it decided.
    pub answer: Option<Answer>,
    /// What has changed since that answer.
    pub changes: Vec<Change>,
    /// When that answer stops counting.
    pub expires: Option<Timestamp>,
    /// A signal denies it, so asking is pointless.
    pub by_signal: bool,
}

/// Everything that follows from the state of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// One for each item, in the policy's order.
    pub decisions: Vec<Decision>,
    /// The next moment at which an answer of this function can change by itself.
    pub valid_until: Timestamp,
}

/// What a decision depends on, apart from the item itself.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The rules of the place.
    pub regime: &'a Regime,
    /// Where the operator honours Global Privacy Control.
    pub gpc: GpcSetting,
    /// Signals, age and account.
    pub context: &'a Context,
    /// The policy's version.
    pub policy: u32,
    /// Earlier forms of the items.
    pub history: &'a [PastItem],
    /// The answers that stand.
    pub merged: &'a Merged,
    /// Now.
    pub now: Timestamp,
}

/// Decides every item.
#[must_use]
pub fn evaluate(items: &[Item], situation: Situation<'_>) -> Evaluation {
    let mut decisions: Vec<Decision> = items.iter().map(|item| decide(item, situation)).collect();
    let off: Vec<&str> = items
        .iter()
        .zip(&decisions)
        .filter(|(item, it)| item.recipient.is_none() && !it.permit)
        .map(|(item, _)| item.purpose.as_str())
        .collect();
    for (item, decision) in items.iter().zip(&mut decisions) {
        if item.recipient.is_some() && decision.permit && off.contains(&item.purpose.as_str()) {
            decision.permit = false;
            decision.reasons.insert(0, reason(ReasonCode::PurposeOff, None, None));
        }
    }
    let latest = situation.now.plus(LONGEST_VALIDITY);
    let changes = decisions.iter().filter_map(|decision| decision.expires).filter(|at| *at > situation.now);
    Evaluation { valid_until: changes.min().unwrap_or(latest).min(latest), decisions }
}

fn decide(item: &Item, situation: Situation<'_>) -> Decision {
    let regime = situation.regime;
    let default = item.kinds.iter().map(|kind| regime.default_for(*kind)).max().unwrap_or(DefaultState::Prohibited);
    let (control, standing) = match default {
        DefaultState::Allowed => (Control::Fixed, (true, ReasonCode::Exempt)),
        DefaultState::Notice | DefaultState::OptOut => (Control::Switch, (true, ReasonCode::DefaultOn)),
        DefaultState::OptIn => (Control::Switch, (false, ReasonCode::DefaultOff)),
        DefaultState::Separate => (Control::Separate, (false, ReasonCode::SeparateNeeded)),
        DefaultState::Prohibited => (Control::Prohibited, (false, ReasonCode::Prohibited)),
    };
    let mut decision = Decision {
        permit: standing.0,
        reasons: vec![reason(standing.1, Some(regime), None)],
        control,
        default,
        answer: strictest(situation.merged.answers.get(&item.key)),
        changes: Vec::new(),
        expires: None,
        by_signal: false,
    };
    if matches!(control, Control::Fixed | Control::Prohibited) {
        return decision;
    }
    if let Some(answer) = decision.answer.clone() {
        decision.changes = changes(item, &answer, situation.history);
        decision.expires = regime.ttl.map(|ttl| answer.at.plus(ttl));
        let (permit, code) = weigh(&answer, &decision, situation);
        let on_by_default = standing.0 && matches!(code, ReasonCode::Expired);
        decision.permit = permit || on_by_default;
        decision.reasons.insert(usize::from(on_by_default), reason(code, None, Some(answer.record)));
    }
    if denied_by_gpc(item, situation) {
        decision.permit = false;
        decision.by_signal = true;
        decision.reasons.insert(0, reason(ReasonCode::Signal, Some(regime), None));
    }
    decision
}

/// What an answer means now. A no stays a no; a yes must be valid, unchanged, saved and of this policy.
fn weigh(answer: &Answer, decision: &Decision, situation: Situation<'_>) -> (bool, ReasonCode) {
    match answer.state {
        State::Refused => (false, ReasonCode::Refused),
        State::Withdrawn => (false, ReasonCode::Withdrawn),
        _ if answer.policy > situation.policy => (false, ReasonCode::PolicyStale),
        _ if answer.unsaved => (false, ReasonCode::Unsaved),
        _ if decision.changes.iter().any(|change| change.material) => (false, ReasonCode::Changed),
        _ if decision.expires.is_some_and(|at| situation.now >= at) => (false, ReasonCode::Expired),
        _ => (true, ReasonCode::Given),
    }
}

/// Of concurrent answers the no, and of several of a kind the one that was given last by the clock.
fn strictest(answers: Option<&Vec<Answer>>) -> Option<Answer> {
    answers?.iter().max_by_key(|answer| (answer.state != State::Given, answer.at, answer.record)).cloned()
}

fn denied_by_gpc(item: &Item, situation: Situation<'_>) -> bool {
    let present = situation.context.signals.iter().any(|signal| signal == GPC);
    let honoured = situation.regime.gpc == GpcRule::Binding || situation.gpc == GpcSetting::Everywhere;
    present && honoured && is_for_ads(item)
}

/// What Global Privacy Control refuses (regimes.md section 6).
fn is_for_ads(item: &Item) -> bool {
    item.kinds.iter().any(|kind| matches!(kind, Kind::AdsTargeted | Kind::SaleShare))
}

/// What has changed in an item since it was answered: as the build worked it out, else every part whose
/// hash differs, read strictly. A controller alone is not material (PIPL art. 22: only with aim or method).
fn changes(item: &Item, answer: &Answer, history: &[PastItem]) -> Vec<Change> {
    if answer.fingerprint == item.fingerprint {
        return Vec::new();
    }
    let was = answer.fingerprint.to_text();
    if let Some(past) = history.iter().find(|past| past.item == item.key && past.fingerprint == was) {
        return past.changes.clone();
    }
    let differing = answer.fingerprint.differing(item.fingerprint);
    differing
        .map(|part| Change { part, material: part != Part::Controller, id: String::new(), was: String::new(), now: String::new() })
        .collect()
}

fn reason(code: ReasonCode, regime: Option<&Regime>, record: Option<Id>) -> Reason {
    Reason { code, regime: regime.map(|regime| regime.id.clone()).unwrap_or_default(), record: record.map(Id::to_text).unwrap_or_default() }
}
