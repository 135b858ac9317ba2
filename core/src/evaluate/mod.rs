//! What is allowed, why, and what to ask: a pure function.
//!
//! [`evaluate`] takes a plan, the laws of a person, what is known of them and the answers that stand, and
//! gives a [`Decision`] with its chain of reasons for every item. Where several laws apply, each item gets
//! the strictest. Order: prohibition, exemption, signal, the person's no, the
//! person's yes while it is valid, the law's default. A no never turns into a yes by age or by a change of
//! the policy.

mod ask;
mod documents;
mod reason;
mod until;

use ask::prompt;
use documents::{documents, turns};
use until::valid_until;

use crate::choice::{Actor, State};
use crate::context::{Age, Context};
use crate::merge::{Answer, Merged};
use crate::plan::{Item, Law, Mark, Plan};
use crate::policy::{Change, Fingerprint, Part, PastItem};
use crate::regime::{AskReason, DefaultState, Suppressor};
use crate::time::Timestamp;

pub use ask::{Asked, Prompt, PromptKind};
pub use documents::{DocumentState, DocumentStatus};
pub use reason::{Control, Reason, ReasonCode};

/// The names of Global Privacy Control and of a refusal by App Tracking Transparency among the signals.
const GPC: &str = "gpc";
const ATT_DENIED: &str = "att_denied";

/// The outcome for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Permit (true) or deny.
    pub permit: bool,
    /// Why, the deciding reason first.
    pub reasons: Vec<Reason>,
    /// What the person can do about it.
    pub control: Control,
    /// The strictest default of the laws.
    pub default: DefaultState,
    /// The answer that stands, whether or not it decided.
    pub answer: Option<Answer>,
    /// What has changed since that answer.
    pub changes: Vec<Change>,
    /// When that answer stops counting, and why it is asked again then.
    pub expires: Option<(Timestamp, AskReason)>,
    /// When it is due to remind of that answer, and why. A reminder changes no state.
    pub reminds: Option<(Timestamp, AskReason)>,
    /// Until when nobody may be asked again, and why.
    pub rests: Option<(Timestamp, Suppressor)>,
    /// A signal denies it, so asking is pointless.
    pub by_signal: bool,
    /// The yes was given by somebody too young to give it, who is old enough now.
    pub underage: bool,
    /// A guardian has said yes, and the child must too and has not.
    pub child_missing: bool,
    /// The yes counts, whatever a signal says.
    pub counts: bool,
    /// The links that the law wants for it on every page: see [`Prompt::links`].
    pub links: Vec<String>,
}

/// Everything that follows from the state of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// One for each item, in the policy's order.
    pub decisions: Vec<Decision>,
    /// What to ask now, or why not to.
    pub prompt: Prompt,
    /// The documents, in the policy's order.
    pub documents: Vec<DocumentStatus>,
    /// Nothing of this changes by itself before then.
    pub valid_until: Timestamp,
}

/// What a decision depends on, apart from the item itself.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its items.
    pub items: &'a [Item],
    /// The policy's version.
    pub policy: u32,
    /// The laws of the person: those of the place first.
    pub laws: &'a [&'a Law],
    /// Signals, age and account.
    pub context: &'a Context,
    /// The answers that stand.
    pub merged: &'a Merged,
    /// Now.
    pub now: Timestamp,
}

/// Decides every item, and what to ask. `next` is the moment at which other laws begin.
#[must_use]
pub fn evaluate(situation: Situation<'_>, next: u64) -> Evaluation {
    let Situation { plan, items, .. } = situation;
    let age = Age::read(&situation.context.age);
    let signals = Signals::of(situation);
    let mut decisions: Vec<Decision> = Vec::new();
    let mut purpose_on = true;
    for ((index, item), mark) in items.iter().enumerate().zip(plan.marks.chars()) {
        let refused = signals.deny && matches!(mark, Mark::ADS | Mark::BOTH);
        let mut decision = decide(index, item, age.map(|age| age.least), refused.then_some(&signals), situation);
        // The recipients of a purpose follow it.
        if item.parts().1.is_empty() {
            purpose_on = decision.permit;
        } else if decision.permit && !purpose_on {
            decision.permit = false;
            decision.reasons.insert(0, Reason::new(ReasonCode::PurposeOff, "", None));
        }
        decisions.push(decision);
    }
    let prompt = prompt(&mut decisions, situation);
    let documents = documents(situation);
    let mut valid_until = valid_until(&decisions, &prompt, situation).min(Timestamp(next));
    for moment in documents.iter().filter_map(turns) {
        valid_until = valid_until.min(moment);
    }
    Evaluation { decisions, prompt, documents, valid_until }
}

/// What the signals refuse, and the law that says so.
struct Signals<'a> {
    deny: bool,
    /// The system says no, which no yes lifts.
    system: bool,
    law: &'a str,
}

impl<'a> Signals<'a> {
    fn of(situation: Situation<'a>) -> Self {
        let present = |name| situation.context.signals.iter().any(|signal| signal == name);
        let gpc = situation.laws.iter().find(|law| law.gpc).filter(|_| present(GPC));
        let system = present(ATT_DENIED);
        Self { deny: gpc.is_some() || system, system, law: gpc.map_or("", |law| &law.id) }
    }
}

#[inline(never)]
fn decide(index: usize, item: &Item, age: Option<u8>, signal: Option<&Signals<'_>>, situation: Situation<'_>) -> Decision {
    let Situation { laws, merged, .. } = situation;
    // Where there is no law nothing is allowed; there always is one.
    let mut default = if laws.is_empty() { DefaultState::Prohibited } else { DefaultState::Allowed };
    let mut source = "";
    let (mut alone, mut joint) = (false, false);
    for law in laws {
        let (state, separately) = law.default_of(index, age);
        alone |= separately;
        joint |= law.asks_child(index, age);
        if source.is_empty() || state > default {
            (default, source) = (state, &law.id);
        }
    }
    let (control, permit, code) = Control::of(default);
    let mut decision = Decision {
        permit,
        reasons: vec![Reason::new(code, source, None)],
        control,
        default,
        answer: None,
        changes: Vec::new(),
        expires: None,
        reminds: None,
        rests: None,
        by_signal: false,
        underage: false,
        child_missing: false,
        counts: false,
        links: Vec::new(),
    };
    let answers = merged.answers.get(&item.key).map(Vec::as_slice).unwrap_or_default();
    let answer = deciding(answers, item, default, alone, situation);
    if !matches!(control, Control::Fixed | Control::Prohibited) {
        if let Some(answer) = answer {
            decision.changes = changes(item, answer.fingerprint, &situation.plan.history);
            let child = |law: &&Law| law.default_of(index, answer.age).0 >= DefaultState::Guardian;
            decision.underage = default < DefaultState::Guardian && answer.actor != Actor::Guardian && laws.iter().any(child);
            time(&mut decision, index, answer, age, situation);
            if joint && default == DefaultState::Guardian && answer.actor == Actor::Guardian && answer.state == State::Given {
                // The guardian has spoken: now it is the child's turn.
                decision.control = Control::Switch;
                let agreed = |it: &Answer| it.actor == Actor::Subject && it.state == State::Given && !it.unsaved;
                decision.child_missing = !answers.iter().any(agreed);
            }
            let code = weigh(answer, &decision, alone, situation);
            // Where it is on without a yes, one that no longer counts takes nothing away.
            let stays = permit && matches!(code, ReasonCode::Expired | ReasonCode::Changed);
            decision.counts = code == ReasonCode::Given;
            decision.permit = stays || decision.counts;
            decision.reasons.insert(usize::from(stays), Reason::new(code, "", Some(answer.record)));
        }
        if let Some(signals) = signal.filter(|signals| signals.system || !answer.is_some_and(|answer| spoken(answer, situation))) {
            // The person's own no comes first.
            let own = answer.is_some_and(|answer| answer.state != State::Given && answer.actor != Actor::Signal);
            decision.permit = false;
            decision.by_signal = true;
            decision.reasons.insert(usize::from(own), Reason::new(ReasonCode::Signal, signals.law, None));
        }
    }
    decision.answer = answer.cloned();
    decision
}

/// When the answer stops counting: the earliest of what the laws say. How long nobody is asked again: the latest.
fn time(decision: &mut Decision, index: usize, answer: &Answer, age: Option<u8>, situation: Situation<'_>) {
    for law in situation.laws {
        for (ttl, cooldown) in law.terms_of(index, age) {
            if let Some(ttl) = ttl {
                let at = answer.at.plus(ttl.period);
                let term = if ttl.reason.is_reminder() { &mut decision.reminds } else { &mut decision.expires };
                if term.is_none_or(|(before, _)| at < before) {
                    *term = Some((at, ttl.reason));
                }
            }
            if let Some(cooldown) = cooldown.filter(|_| answer.state != State::Given) {
                let at = answer.at.plus(cooldown.period);
                // One that nothing beats is not hidden by a longer one that a change beats.
                let rank = |(at, why): (Timestamp, Suppressor)| (situation.now < at && why != Suppressor::CoolDown, at);
                if decision.rests.is_none_or(|before| rank((at, cooldown.reason)) >= rank(before)) {
                    decision.rests = Some((at, cooldown.reason));
                }
            }
        }
    }
}

/// What an answer means now. A no stays a no; a yes must be valid, unchanged, saved, of this policy, and
/// given by somebody who could give it, in the way that it must be given.
#[inline(never)]
fn weigh(answer: &Answer, decision: &Decision, alone: bool, situation: Situation<'_>) -> ReasonCode {
    match answer.state {
        State::Refused => ReasonCode::Refused,
        State::Withdrawn => ReasonCode::Withdrawn,
        _ if answer.policy > situation.policy => ReasonCode::PolicyStale,
        _ if answer.unsaved => ReasonCode::Unsaved,
        _ if decision.has_changed() => ReasonCode::Changed,
        _ if decision.control == Control::Guardian && answer.actor != Actor::Guardian => ReasonCode::GuardianNeeded,
        _ if decision.child_missing => ReasonCode::ChildNeeded,
        _ if decision.underage => ReasonCode::Underage,
        _ if alone && !answer.alone => ReasonCode::SeparateNeeded,
        _ if decision.over(situation.now).is_some() => ReasonCode::Expired,
        _ => ReasonCode::Given,
    }
}

/// The answer that decides: of those that stand a no, a person's before a signal's; else a yes that counts, if any
/// does. The clock only chooses between answers that lead to the same. What a guardian forbade binds a child alone.
#[inline(never)]
fn deciding<'a>(answers: &'a [Answer], item: &Item, default: DefaultState, alone: bool, situation: Situation<'_>) -> Option<&'a Answer> {
    let child = default >= DefaultState::Guardian;
    let weight = |answer: &Answer| {
        let able = !child || answer.actor == Actor::Guardian;
        let valid = !answer.unsaved && answer.policy <= situation.policy && answer.fingerprint == item.fingerprint;
        let rank = match answer.state {
            State::Given if able && valid && (answer.alone || !alone) => 2 + u8::from(spoken(answer, situation)),
            State::Given => u8::from(able),
            _ if answer.actor == Actor::Signal => 0,
            _ => 1 + u8::from(child && able),
        };
        (answer.state != State::Given, rank, answer.at, answer.record)
    };
    answers.iter().filter(|answer| child || !answer.outgrown).max_by_key(|answer| weight(answer))
}

/// Whether it was given for this account in spite of the signal.
fn spoken(answer: &Answer, situation: Situation<'_>) -> bool {
    answer.despite_signal && !situation.context.account.is_empty()
}

/// What has changed in an item since it was answered: as the build worked it out, else every part whose
/// hash differs, read strictly. A controller alone is not material (PIPL art. 22: only with aim or method).
fn changes(item: &Item, before: Fingerprint, history: &[PastItem]) -> Vec<Change> {
    if before == item.fingerprint {
        return Vec::new();
    }
    let was = before.to_text();
    if let Some(past) = history.iter().find(|past| past.item == item.key && past.fingerprint == was) {
        return past.changes.clone();
    }
    let differing = before.differing(item.fingerprint);
    differing
        .map(|part| Change { part, material: part != Part::Controller, id: String::new(), was: String::new(), now: String::new() })
        .collect()
}
