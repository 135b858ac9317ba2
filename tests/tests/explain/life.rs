//! One person's life on one device, told to the engine; its records are what an explanation is asked about.

use consentkit_core::Engine;
use consentkit_core::context::Context;
use consentkit_core::id::Id;
use consentkit_core::owner::{ExplainOptions, explain};
use consentkit_core::policy::{self, Policy};
use consentkit_core::protocol::{Effect, Env, Event, Intent, Stored, StoredRecord};
use serde_json::{Value, json};

use super::moment;

/// A site and what a device of one visitor has stored.
pub(crate) struct Life {
    policy: Policy,
    records: Vec<StoredRecord>,
}

impl Life {
    /// The site of the scenarios, with these purposes and whatever else the policy needs.
    pub(crate) fn on(purposes: Value, more: Value) -> Self {
        let ids = purposes.as_array().unwrap().iter().map(|purpose| purpose["id"].as_str().unwrap());
        let texts: Value = ids.flat_map(|id| [(format!("{id}.name"), json!("Name")), (format!("{id}.text"), json!("Text"))]).collect();
        let mut source = json!({
            "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy",
            "controllers": [{ "id": "shop", "name": "Halden & Moor" }], "purposes": purposes, "texts": { "en": texts },
        });
        source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Self { policy: policy::parse(&source.to_string()).unwrap(), records: Vec::new() }
    }

    /// Somebody answers with a line of letters.
    pub(crate) fn answer(&mut self, context: &Value, at: &str, control: &str, answers: &str) {
        let now = moment::millis(at).unwrap();
        let mut engine = Engine::for_policy(&self.policy).unwrap();
        let env = Env { now, entropy: vec![7; 32] };
        let stored = Stored { records: self.records.clone(), ..Stored::default() };
        let effects = engine.handle(Event::Open { context: read(context), stored }, env.clone());
        let stamp = effects.iter().find_map(|effect| if let Effect::View { view } = effect { Some(view.stamp.clone()) } else { None });
        let Context { region, signals, age, account, .. } = read(context);
        let signal = control.starts_with("signal.");
        let intent = Intent {
            nonce: Id([u8::try_from(self.records.len() + 1).unwrap(); 32]).to_text(),
            kind: if signal { "signal" } else { "choice" }.into(),
            actor: if signal { "signal" } else { "subject" }.into(),
            subject: "AAAAAAAAAAAAAAAAAAAAAA".into(),
            heads: engine.snapshot().unwrap().heads.clone(),
            at: now,
            stamp: stamp.unwrap(),
            control: control.into(),
            answers: answers.into(),
            region,
            signals,
            age,
            account,
            ..Intent::default()
        };
        let effects = engine.handle(Event::Intent { intent, saved: true }, env);
        let saved = effects.into_iter().find_map(|effect| if let Effect::Save { record } = effect { Some(record) } else { None });
        self.records.push(saved.unwrap());
    }

    /// The id of the n-th record, from 1 on.
    pub(crate) fn record(&self, n: usize) -> &str {
        &self.records[n - 1].id
    }

    /// What an owner is told, with ids and the version of the rules replaced by names: they change with every version.
    pub(crate) fn explained(&self, context: &Value, at: &str) -> String {
        let options = ExplainOptions { context: read(context), now: moment::millis(at).unwrap(), records: self.records.clone() };
        let explanation = explain(&self.policy, &options).unwrap();
        let mut text = explanation.text.replace(&explanation.rules, "<rules>");
        for (index, record) in self.records.iter().enumerate() {
            text = text.replace(&record.id, &format!("<record {}>", index + 1));
        }
        text
    }
}

fn read(context: &Value) -> Context {
    serde_json::from_value(context.clone()).unwrap()
}
