//! The state machine: events in, effects out.
//!
//! ```text
//! open ─► read records, turn waiting intents into records ─► decide ─► snapshot, view, save, send
//! click ─► the shell has written an intent ─► record ─► decide ─► …
//! saved ─► forget the intent, send the record      sent ─► acknowledged by id, or wait and try again
//! ```
//!
//! Save comes before Send. Where nothing can be saved, a yes opens nothing, a no holds for the page, and
//! both are sent at once.

mod intake;

use crate::choice::State;
use crate::codec::cookie::{Cell, Cookie};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::evaluate::{Decision, Evaluation, Situation, evaluate};
use crate::id::Id;
use crate::map::{Map, Set};
use crate::merge::{Known, Merged, Told, Whose, merge_with};
use crate::outbox::Outbox;
use crate::plan::{Item, Plan};
use crate::policy::Policy;
use crate::protocol::{Effect, Env, Event, Notice, Outcome, Snapshot, StoredRecord};
use crate::record::Sealed;
use crate::regime::RuleSet;
use crate::time::Timestamp;
use crate::view;

/// How long the cookie lives, in seconds: browsers cut off at 400 days.
const COOKIE_MAX_AGE: u32 = 395 * 86_400;
/// How much of an account's hash stands in the cookie: enough to tell two accounts of one device apart.
const ACCOUNT_CHARACTERS: usize = 6;

/// One person on one device, under one policy.
#[derive(Debug)]
pub struct Engine {
    plan: Plan,
    site: String,
    policy: u32,
    items: Vec<Item>,
    context: Context,
    records: Map<Id, Sealed>,
    /// Records that the shell holds safely, or has failed to hold.
    saved: Set<Id>,
    unsaved: Set<Id>,
    outbox: Outbox,
    /// What the cookie said; of nobody and empty when there is none.
    carried: Cookie,
    /// The pseudonymous id of this device.
    own: String,
    /// The backend is to be asked, also with nothing to send.
    pull: bool,
    /// A record in storage could not be read.
    proof_gap: bool,
    last: Last,
}

/// What was told last, so that nothing is told twice.
#[derive(Debug, Default)]
struct Last {
    /// Something has happened that decisions depend on.
    stale: bool,
    opened: bool,
    /// A person, not only a signal, has answered.
    answered: bool,
    snapshot: Snapshot,
    guardian: Vec<String>,
    cookie: String,
    /// The cookie that was taken in, not told.
    carried: String,
    outbox: String,
}

impl Engine {
    /// An engine for a compiled policy.
    ///
    /// # Errors
    /// `POLICY_INVALID` when the plan was made by another version of the software.
    pub fn new(plan: Plan) -> Result<Self> {
        let subject = plan.subject()?;
        Ok(Self {
            plan,
            site: subject.site,
            policy: subject.policy,
            items: subject.items,
            context: Context::default(),
            records: Map::default(),
            saved: Set::default(),
            unsaved: Set::default(),
            outbox: Outbox::default(),
            carried: Cookie::default(),
            own: String::new(),
            pull: false,
            proof_gap: false,
            last: Last::default(),
        })
    }

    /// An engine for a policy, with the rules that came with this version of the software.
    ///
    /// # Errors
    /// `VALUE_MISSING` for a policy without a site or without purposes.
    pub fn for_policy(policy: &Policy) -> Result<Self> {
        Self::new(Plan::compile(policy, &RuleSet::bundled()?)?)
    }

    /// Takes in what happened and says what must be done, in order.
    pub fn handle(&mut self, event: Event, env: Env) -> Vec<Effect> {
        let now = Timestamp(env.now);
        let mut effects = Vec::new();
        let mut control = String::new();
        let mut wait = None;
        match event {
            Event::Open { context, stored } => {
                self.last.stale = true;
                self.context = context;
                wait = self.outbox.resume(&stored.outbox, env.now);
                self.last.outbox.clone_from(&stored.outbox);
                self.take_in(stored, &mut effects);
            }
            Event::Context { context } => {
                self.last.stale = true;
                self.context = context;
            }
            Event::Stored { stored } => self.take_in(stored, &mut effects),
            Event::Intent { intent, saved } => {
                control.clone_from(&intent.control);
                self.take_intent(intent, saved, &mut effects);
            }
            Event::Saved { id, ok } => self.note_saved(&id, ok, &mut effects),
            Event::Sent { ids, outcome } => wait = self.note_sent(&ids, &outcome, &env, &mut effects),
            Event::Wake { pull } => {
                self.pull |= pull;
                self.outbox.wake(env.now);
            }
        }
        let mut told = Vec::new();
        // Between two moments at which something can change by itself, only what has happened changes anything.
        if self.last.stale || now.0 >= self.last.snapshot.valid_until {
            self.decide(now, control, &mut told);
        }
        // Gates first, then the picture; storing and sending follow.
        told.append(&mut effects);
        self.flush(&mut told);
        told.extend(wait.map(|after| Effect::Wake { after }));
        told
    }

    /// The last snapshot, for shells that answer reads from a value of their own.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.last.opened.then_some(&self.last.snapshot)
    }

    /// The items of the policy, in the order of answer lines.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The plan that it runs.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn decide(&mut self, now: Timestamp, control: String, effects: &mut Vec<Effect>) {
        let merged = self.merged();
        let (laws, next) = self.plan.laws(&self.context, now.0);
        let situation = Situation {
            plan: &self.plan,
            items: &self.items,
            policy: self.policy,
            laws: &laws,
            context: &self.context,
            merged: &merged,
            now,
        };
        let mut evaluation = evaluate(situation, next);
        let snapshot = view::snapshot(situation, &evaluation);
        let guardian: Vec<String> = evaluation.prompt.guardian.iter().map(|asked| asked.item.clone()).collect();
        let view = view::view(situation, &mut evaluation, self.subject(), self.records.values());
        self.tell_snapshot(snapshot, merged.last_answer.is_some(), control, effects);
        effects.push(Effect::View { view });
        if self.last.guardian != guardian {
            self.last.guardian.clone_from(&guardian);
            effects.extend((!guardian.is_empty()).then_some(Effect::AskGuardian { items: guardian }));
        }
        self.tell_cookie(&merged, &evaluation, effects);
        self.last.opened = true;
        self.last.stale = false;
    }

    fn merged(&self) -> Merged {
        let whose = Whose { account: &self.context.account, subject: &self.own };
        let cookie = &self.carried;
        let answers = cookie.carried(&self.items, &self.cookie_meaning());
        let mut merged = merge_with(self.records.values(), &self.unsaved, whose, Told { heads: &cookie.heads, answers: &answers });
        merged.proof_gap = self.proof_gap;
        for (item, answer) in answers {
            let known = Known { at: answer.at, fingerprint: answer.fingerprint, age: answer.age };
            merged.known_items.set(item.clone(), known);
            merged.last_answer = merged.last_answer.max(Some(answer.at));
            if !merged.answers.contains(&item) {
                merged.answers.push(item, answer);
            }
        }
        merged.newest_policy = merged.newest_policy.max(cookie.policy);
        merged
    }

    fn subject(&self) -> String {
        if !self.own.is_empty() {
            return self.own.clone();
        }
        let newest = self.records.values().max_by_key(|sealed| sealed.record.at).map(|sealed| sealed.record.subject.clone());
        newest.unwrap_or_else(|| self.carried.subject.clone())
    }

    fn tell_snapshot(&mut self, snapshot: Snapshot, answered: bool, control: String, effects: &mut Vec<Effect>) {
        let first = answered && !std::mem::replace(&mut self.last.answered, answered);
        let before = std::mem::replace(&mut self.last.snapshot, snapshot.clone());
        let mut changed = Vec::new();
        for item in &self.items {
            if before.granted.contains(&item.key) != snapshot.granted.contains(&item.key) {
                changed.push(item.key.clone());
            }
        }
        let mut stopped = Vec::new();
        if self.last.opened {
            self.stop_services(&before, &snapshot, &mut stopped);
        }
        effects.push(Effect::Snapshot { snapshot, keep: self.unsaved.is_empty() });
        effects.append(&mut stopped);
        let what = match (self.last.opened, first) {
            (false, _) => answered.then_some(Notice::Consent),
            (true, true) => Some(Notice::FirstConsent),
            (true, false) => (!changed.is_empty()).then_some(Notice::Change),
        };
        if let Some(what) = what {
            effects.push(Effect::Notify { what, changed, control });
        }
    }

    fn stop_services(&self, before: &Snapshot, after: &Snapshot, effects: &mut Vec<Effect>) {
        for service in &self.plan.services {
            if before.services.contains(&service.id) && !after.services.contains(&service.id) {
                effects.push(Effect::Stop {
                    service: service.id.clone(),
                    clear: service.clear.clone(),
                    stays: service.stays.clone(),
                    reload: service.reload,
                });
            }
        }
    }

    fn tell_cookie(&mut self, merged: &Merged, evaluation: &Evaluation, effects: &mut Vec<Effect>) {
        // What is not saved begins no cookie. In one that is there no yes stands meanwhile: it may be the one that was taken back.
        let begins = self.last.cookie.is_empty() && self.last.carried.is_empty();
        if merged.answers.is_empty() || (begins && !self.unsaved.is_empty()) || merged.newest_policy > self.policy {
            return;
        }
        // Who reads it takes a yes as one, so one that no longer counts is not in it.
        let yes = self.unsaved.is_empty();
        let cell = |decision: &Decision| {
            let answer = decision.answer.as_ref().filter(|answer| yes && decision.permit || answer.state != State::Given);
            answer.map(|answer| Cell { state: answer.state, actor: answer.actor, day: answer.at })
        };
        let value = Cookie {
            subject: self.subject(),
            policy: merged.newest_policy,
            meaning: self.cookie_meaning(),
            answers: evaluation.decisions.iter().map(cell).collect(),
            heads: merged.heads.keys().copied().collect(),
        }
        .write();
        if self.last.cookie != value {
            self.last.cookie.clone_from(&value);
            effects.push(Effect::Cookie { value, max_age: COOKIE_MAX_AGE });
        }
    }

    /// The answers of an account mean nothing to whoever comes after it.
    fn cookie_meaning(&self) -> String {
        let mut meaning = self.plan.meaning.clone();
        if !self.context.account.is_empty() {
            let account = Id::of(self.context.account.as_bytes()).to_text();
            meaning.push('.');
            meaning.push_str(account.get(..ACCOUNT_CHARACTERS).unwrap_or_default());
        }
        meaning
    }

    fn note_saved(&mut self, id: &str, ok: bool, effects: &mut Vec<Effect>) {
        let Some(sealed) = Id::from_text(id).and_then(|id| self.records.get(&id)) else { return };
        if ok {
            self.saved.add(sealed.id);
            // A second storage may take what the first has refused.
            self.last.stale |= self.unsaved.remove(&sealed.id);
            if !self.outbox.is_acked(sealed.id) {
                effects.push(Effect::Forget { nonce: sealed.record.salt.to_text() });
            }
        } else if !self.saved.contains(&sealed.id) {
            self.last.stale |= self.unsaved.add(sealed.id);
            effects.push(log(&Error::new(
                Code::NotSaved,
                "",
                "storage is full or forbidden: a yes opens nothing, a no holds for this page",
            )));
        }
    }

    fn note_sent(&mut self, ids: &[String], outcome: &Outcome, env: &Env, effects: &mut Vec<Effect>) -> Option<u32> {
        let ids: Vec<Id> = ids.iter().filter_map(|id| Id::from_text(id)).collect();
        let random = env.entropy.iter().take(4).fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        let sent = self.outbox.sent(&ids, outcome, random, env.now);
        for sealed in sent.acked.iter().filter_map(|id| self.records.get(id)).filter(|sealed| self.saved.contains(&sealed.id)) {
            effects.push(Effect::Save { record: stored(sealed, true) });
        }
        if outcome.is_success() {
            self.receive(&outcome.records, effects);
        }
        effects.extend(sent.trouble.map(|code| log(&Error::new(code, "", hint(code)))));
        sent.wait
    }

    /// Sends what is saved, and what never can be.
    fn flush(&mut self, effects: &mut Vec<Effect>) {
        let (saved, unsaved) = (&self.saved, &self.unsaved);
        let ready = self.records.values().filter(|sealed| saved.contains(&sealed.id) || unsaved.contains(&sealed.id));
        let batch = self.outbox.next_batch(ready);
        if !batch.is_empty() || (self.pull && self.outbox.wait() == 0) {
            self.pull = false;
            effects.push(Effect::Send { records: batch, heads: self.last.snapshot.heads.clone() });
        }
        let state = self.outbox.to_text();
        if self.last.outbox != state {
            self.last.outbox.clone_from(&state);
            effects.push(Effect::Outbox { state, wait: self.outbox.wait(), refused: self.outbox.refused() });
        }
    }
}

/// What an operator should do about trouble with a server.
fn hint(code: Code) -> &'static str {
    match code {
        Code::NotAcknowledged => "the server answered without naming the records; they are kept and sent again",
        Code::EndpointWrong => "nothing at settings.endpoint takes records: check the address; they are kept",
        _ => "the server refuses a record; it is kept",
    }
}

fn stored(sealed: &Sealed, acked: bool) -> StoredRecord {
    StoredRecord { id: sealed.id.to_text(), bytes: crate::id::encode(&sealed.bytes), acked }
}

fn log(error: &Error) -> Effect {
    Effect::Log { code: error.code().to_owned(), message: error.hint().to_owned() }
}
