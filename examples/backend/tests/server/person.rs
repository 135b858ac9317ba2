//! A person in front of a page: the real engine, and the intents that a shell writes for it.

use consentkit_core::Engine;
use consentkit_core::id::{self, Id};
use consentkit_core::protocol::{Context, Effect, Env, Event, Stored, StoredRecord, View};
use consentkit_core::record::Intent;

pub(crate) const SITE: &str = "shop.example";
/// 2026-11-23T12:00:00Z
pub(crate) const NOON: u64 = 1_795_435_200_000;

pub(crate) struct Person {
    engine: Engine,
    view: View,
    subject: String,
    clicks: u64,
}

impl Person {
    pub(crate) fn new(subject: &str) -> Self {
        Self::at(SITE, subject)
    }

    pub(crate) fn at(site: &str, subject: &str) -> Self {
        let policy = policy(site);
        let policy = consentkit_core::policy::parse(&policy).expect("a policy");
        let engine = Engine::for_policy(&policy).expect("an engine");
        let mut person = Self { engine, view: View::default(), subject: subject.into(), clicks: 0 };
        let context = Context { region: "DE".into(), ..Context::default() };
        person.handle(Event::Open { context, stored: Stored::default() });
        person
    }

    /// What a shell writes in the handler of "accept all".
    pub(crate) fn accepts(&mut self, heads: &[&str]) -> Intent {
        let line = self.view.centre.accept.clone();
        self.answers("centre.accept", line, heads)
    }

    /// What a shell writes in the handler of "reject all".
    pub(crate) fn refuses(&mut self, heads: &[&str]) -> Intent {
        let line = self.view.centre.refuse.clone();
        self.answers("centre.refuse", line, heads)
    }

    /// The record that the person's own engine makes of an intent.
    pub(crate) fn record(&mut self, intent: &Intent) -> StoredRecord {
        let effects = self.handle(Event::Intent { intent: intent.clone(), saved: true });
        let saved = effects.into_iter().find_map(|effect| match effect {
            Effect::Save { record } => Some(record),
            _ => None,
        });
        saved.expect("the engine stores a record")
    }

    /// The records that the person's engine makes of intents which it finds at its next start.
    pub(crate) fn records_at_start(&mut self, intents: &[&Intent]) -> Vec<StoredRecord> {
        let stored = Stored { intents: intents.iter().map(|intent| (*intent).clone()).collect(), ..Stored::default() };
        let effects = self.handle(Event::Stored { stored });
        effects.into_iter().filter_map(|effect| if let Effect::Save { record } = effect { Some(record) } else { None }).collect()
    }

    fn answers(&mut self, control: &str, answers: String, heads: &[&str]) -> Intent {
        self.clicks += 1;
        Intent {
            nonce: Id::of(format!("{} {}", self.subject, self.clicks).as_bytes()).to_text(),
            kind: "choice".into(),
            subject: self.subject.clone(),
            at: NOON + self.clicks * 1_000,
            heads: heads.iter().map(ToString::to_string).collect(),
            stamp: format!("{}.{}:en:layer1", self.view.stamp, "n0t1ce"),
            region: "DE".into(),
            actor: "subject".into(),
            control: control.into(),
            answers,
            ..Intent::default()
        }
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.engine.handle(event, Env { now: NOON, entropy: vec![7; 32] });
        for effect in &effects {
            if let Effect::View { view } = effect {
                self.view = view.clone();
            }
        }
        effects
    }
}

/// A record of a fresh person, and the intent that it was made of.
pub(crate) fn record_of(subject: &str) -> (StoredRecord, Intent) {
    let mut person = Person::new(subject);
    let intent = person.accepts(&[]);
    (person.record(&intent), intent)
}

/// The record with one bit of its bytes changed, under its old id.
pub(crate) fn tampered(record: &StoredRecord) -> StoredRecord {
    let mut bytes = id::decode(&record.bytes).expect("bytes");
    let last = bytes.len() - 1;
    bytes[last / 2] ^= 1;
    StoredRecord { bytes: id::encode(&bytes), ..record.clone() }
}

/// A policy as its author writes it.
pub(crate) fn policy(site: &str) -> String {
    format!(
        r#"{{
          "site": "{site}", "version": 7, "withdrawalUrl": "https://shop.example/privacy",
          "controllers": [{{ "id": "shop", "name": "Halden & Moor", "address": "Kiel, DE", "contact": "privacy@shop.example" }}],
          "purposes": [
            {{ "id": "necessary", "legalBasis": "contract" }},
            {{ "id": "analytics", "kinds": ["stats_other"] }},
            {{ "id": "marketing", "kinds": ["ads_targeted"] }}
          ],
          "texts": {{ "en": {{
            "necessary.name": "The shop itself", "necessary.text": "Keeps your basket.",
            "analytics.name": "Measure visits", "analytics.text": "Counts pages.",
            "marketing.name": "Ads", "marketing.text": "Shows ads by interest."
          }} }}
        }}"#
    )
}
