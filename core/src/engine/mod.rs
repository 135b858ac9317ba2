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

use crate::codec::cookie::{Cell, Cookie};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::evaluate::{Evaluation, PromptKind, Situation, evaluate, prompt};
use crate::id::Id;
use crate::map::{Map, Set};
use crate::merge::{Merged, merge};
use crate::outbox::Outbox;
use crate::policy::{self, Item, Policy};
use crate::protocol::{Effect, Env, Event, Notice, Outcome, Snapshot, StoredRecord, View};
use crate::record::{Sealed, Stamp};
use crate::regime::RuleSet;
use crate::time::Timestamp;
use crate::view::{self, Decided};

/// How long the cookie lives, in seconds: browsers cut off at 400 days.
const COOKIE_MAX_AGE: u32 = 395 * 86_400;

/// One person on one device, under one policy.
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    rules: RuleSet,
    items: Vec<Item>,
    meaning: String,
    context: Context,
    records: Map<Id, Sealed>,
    /// Records that the shell holds safely, or has failed to hold.
    saved: Set<Id>,
    unsaved: Set<Id>,
    outbox: Outbox,
    carried: Option<Cookie>,
    last: Last,
}

/// What was told last, so that nothing is told twice.
#[derive(Debug, Default)]
struct Last {
    opened: bool,
    /// A person, not only a signal, has answered.
    answered: bool,
    snapshot: Option<Snapshot>,
    view: Option<View>,
    cookie: String,
}

impl Engine {
    /// An engine with the rules that came with this version of the software.
    ///
    /// # Errors
    /// `RULES_INVALID` when the software was built wrongly.
    pub fn new(policy: Policy) -> Result<Self> {
        Self::with_rules(policy, RuleSet::bundled()?)
    }

    /// An engine with a rules table of your own.
    ///
    /// # Errors
    /// `VALUE_MISSING` for a policy without a site or without purposes.
    pub fn with_rules(policy: Policy, rules: RuleSet) -> Result<Self> {
        if policy.site.is_empty() || policy.purposes.is_empty() {
            return Err(Error::new(Code::ValueMissing, "", "a policy needs a site and at least one purpose"));
        }
        let items = policy::items(&policy);
        Ok(Self {
            meaning: view::meaning(&policy, &items, &rules.version),
            policy,
            rules,
            items,
            context: Context::default(),
            records: Map::default(),
            saved: Set::default(),
            unsaved: Set::default(),
            outbox: Outbox::default(),
            carried: None,
            last: Last::default(),
        })
    }

    /// Takes in what happened and says what must be done, in order.
    pub fn handle(&mut self, event: Event, env: Env) -> Vec<Effect> {
        let now = Timestamp(env.now);
        let mut effects = Vec::new();
        let mut control = String::new();
        match event {
            Event::Open { context, stored } => {
                self.context = context;
                self.take_in(stored, &mut effects);
            }
            Event::Context { context } => self.context = context,
            Event::Stored { stored } => self.take_in(stored, &mut effects),
            Event::Intent { intent, saved } => {
                control.clone_from(&intent.control);
                self.take_intent(intent, saved, &mut effects);
            }
            Event::Saved { id, ok } => self.note_saved(&id, ok, &mut effects),
            Event::Sent { ids, outcome } => self.note_sent(&ids, &outcome, &env, &mut effects),
            Event::Wake {} => self.outbox.wake(),
        }
        let mut told = self.decide(now, &control);
        // Gates first, then the picture; storing and sending follow.
        told.append(&mut effects);
        self.flush(&mut told);
        told
    }

    /// The last snapshot, for shells that answer reads from a value of their own.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.last.snapshot.as_ref()
    }

    /// The items of the policy, in the order of answer lines.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The policy that it runs.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What snapshots are matched by, before the context (see [`view::snapshot_key`]).
    #[must_use]
    pub fn meaning(&self) -> &str {
        &self.meaning
    }

    /// The version of the rules in use.
    #[must_use]
    pub fn rules_version(&self) -> &str {
        &self.rules.version
    }

    fn decide(&mut self, now: Timestamp, control: &str) -> Vec<Effect> {
        let merged = self.merged();
        let Some(regime) = self.rules.find(&self.context.region) else { return Vec::new() };
        let situation = Situation {
            regime,
            gpc: self.policy.settings.gpc,
            context: &self.context,
            policy: self.policy.version,
            history: &self.policy.history,
            merged: &merged,
            now,
        };
        let evaluation = evaluate(&self.items, situation);
        let prompt = prompt(&self.items, &evaluation, situation);
        let stamp = [Stamp::policy_part(&self.policy, &self.items, &self.rules.version), Stamp::place_part(regime)].join(".");
        let key = view::snapshot_key(&self.meaning, &self.context);
        let ask = prompt.kind == PromptKind::Required;
        let decided = Decided { policy: &self.policy, items: &self.items, evaluation: &evaluation, merged: &merged };
        let snapshot = view::snapshot(decided, key, ask, now);
        let view = View { stamp, subject: self.subject(), ..view::view(decided, prompt, regime, self.records.values()) };
        let mut effects = Vec::new();
        self.tell_snapshot(snapshot, merged.last_answer.is_some(), control, &mut effects);
        if self.last.view.as_ref() != Some(&view) {
            self.last.view = Some(view.clone());
            effects.push(Effect::View { view });
        }
        self.tell_cookie(&merged, &evaluation, &mut effects);
        self.last.opened = true;
        effects
    }

    fn merged(&self) -> Merged {
        let mut merged = merge(self.records.values(), &self.unsaved);
        if let Some(cookie) = &self.carried {
            for (item, answer) in cookie.carried(&self.items, &self.meaning) {
                merged.known_items.add(item.clone());
                merged.last_answer = merged.last_answer.max(Some(answer.at));
                if !merged.answers.contains(&item) {
                    merged.answers.push(item, answer);
                }
            }
            merged.newest_policy = merged.newest_policy.max(cookie.policy);
        }
        merged
    }

    fn subject(&self) -> String {
        let newest = self.records.values().max_by_key(|sealed| sealed.record.at).map(|sealed| sealed.record.subject.clone());
        newest.or_else(|| self.carried.as_ref().map(|cookie| cookie.subject.clone())).unwrap_or_default()
    }

    fn tell_snapshot(&mut self, snapshot: Snapshot, answered: bool, control: &str, effects: &mut Vec<Effect>) {
        let first = answered && !std::mem::replace(&mut self.last.answered, answered);
        let before = self.last.snapshot.replace(snapshot.clone());
        let same = before.as_ref().is_some_and(|before| {
            // The moment alone is no news.
            let mut before = before.clone();
            (before.made_at, before.valid_until) = (snapshot.made_at, snapshot.valid_until);
            before == snapshot
        });
        if same {
            return;
        }
        effects.push(Effect::Snapshot { snapshot: snapshot.clone(), keep: self.unsaved.is_empty() });
        let before = before.unwrap_or_default();
        if self.last.opened {
            self.stop_services(&before, &snapshot, effects);
        }
        let flipped = |key: &&Item| before.granted.contains(&key.key) != snapshot.granted.contains(&key.key);
        let changed: Vec<String> = self.items.iter().filter(flipped).map(|item| item.key.clone()).collect();
        let what = if !self.last.opened {
            answered.then_some(Notice::Consent)
        } else if first {
            Some(Notice::FirstConsent)
        } else {
            (!changed.is_empty()).then_some(Notice::Change)
        };
        if let Some(what) = what {
            effects.push(Effect::Notify { what, changed, control: control.to_owned() });
        }
    }

    fn stop_services(&self, before: &Snapshot, after: &Snapshot, effects: &mut Vec<Effect>) {
        for service in &self.policy.services {
            if before.services.contains(&service.id) && !after.services.contains(&service.id) {
                effects.push(Effect::Stop {
                    service: service.id.clone(),
                    clear: view::traces(service, true),
                    stays: view::traces(service, false),
                    reload: service.reload_on_withdraw,
                });
            }
        }
    }

    fn tell_cookie(&mut self, merged: &Merged, evaluation: &Evaluation, effects: &mut Vec<Effect>) {
        if merged.answers.is_empty() || !self.unsaved.is_empty() || merged.newest_policy > self.policy.version {
            return;
        }
        let cell = |answer: &crate::merge::Answer| Cell { state: answer.state, actor: answer.actor, day: answer.at };
        let value = Cookie {
            subject: self.subject(),
            policy: merged.newest_policy,
            meaning: self.meaning.clone(),
            answers: evaluation.decisions.iter().map(|decision| decision.answer.as_ref().map(cell)).collect(),
            heads: merged.heads.clone(),
        }
        .write();
        if self.last.cookie != value {
            self.last.cookie.clone_from(&value);
            effects.push(Effect::Cookie { value, max_age: COOKIE_MAX_AGE });
        }
    }

    fn note_saved(&mut self, id: &str, ok: bool, effects: &mut Vec<Effect>) {
        let Some(sealed) = Id::from_text(id).and_then(|id| self.records.get(&id)) else { return };
        if ok {
            self.saved.add(sealed.id);
            if !self.outbox.is_acked(sealed.id) {
                effects.push(Effect::Forget { nonce: sealed.record.salt.to_text() });
            }
        } else if !self.saved.contains(&sealed.id) {
            self.unsaved.add(sealed.id);
            effects.push(log(&Error::new(
                Code::NotSaved,
                "",
                "storage is full or forbidden: a yes opens nothing, a no holds for this page",
            )));
        }
    }

    fn note_sent(&mut self, ids: &[String], outcome: &Outcome, env: &Env, effects: &mut Vec<Effect>) {
        let ids: Vec<Id> = ids.iter().filter_map(|id| Id::from_text(id)).collect();
        let random = env.entropy.iter().take(4).fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        let (acked, wait) = self.outbox.sent(&ids, outcome, random);
        for sealed in acked.iter().filter_map(|id| self.records.get(id)).filter(|sealed| self.saved.contains(&sealed.id)) {
            effects.push(Effect::Save { record: stored(sealed, true) });
        }
        if let Some(after) = wait {
            if outcome.results.is_empty() && (200..300).contains(&outcome.status) {
                effects.push(log(&Error::new(
                    Code::NotAcknowledged,
                    "",
                    "the server answered without naming the records; they are kept and sent again",
                )));
            }
            effects.push(Effect::Wake { after });
        }
    }

    /// Sends what is saved, and what never can be.
    fn flush(&mut self, effects: &mut Vec<Effect>) {
        let (saved, unsaved) = (&self.saved, &self.unsaved);
        let ready = self.records.values().filter(|sealed| saved.contains(&sealed.id) || unsaved.contains(&sealed.id));
        let batch = self.outbox.next_batch(ready);
        if !batch.is_empty() {
            effects.push(Effect::Send { records: batch });
        }
    }
}

fn stored(sealed: &Sealed, acked: bool) -> StoredRecord {
    StoredRecord { id: sealed.id.to_text(), bytes: crate::id::encode(&sealed.bytes), acked }
}

fn log(error: &Error) -> Effect {
    Effect::Log { code: error.code().to_owned(), message: error.hint().to_owned() }
}
