//! A person on one device: opens the page, answers, comes back.

use consentkit_core::Engine;
use consentkit_core::id::Id;
use consentkit_core::policy::Policy;
use consentkit_core::protocol::{Effect, Env, Event, StoredRecord};
use serde_json::{Value, json};

use super::line::Line;

/// A page that is open.
pub(crate) struct Visit {
    engine: Engine,
    context: Value,
    view: Value,
    records: Vec<StoredRecord>,
}

impl Visit {
    /// Opens the page in a place, with what an earlier visit has stored.
    pub(crate) fn open(policy: Policy, line: &Line, place: &str, records: &[StoredRecord], now: u64) -> Result<Self, String> {
        let signals: Vec<&str> = line.signals.split_whitespace().collect();
        let context = json!({ "region": place, "residence": line.home, "signals": signals, "age": line.age, "account": "" });
        let engine = Engine::for_policy(&policy).map_err(|error| error.to_string())?;
        let mut visit = Self { engine, context: context.clone(), view: Value::Null, records: records.to_vec() };
        let stored = json!({ "records": records, "intents": [], "cookie": "" });
        visit.happen(json!({ "open": { "context": context, "stored": stored } }), now)?;
        if visit.view.is_null() { Err("nothing to draw".into()) } else { Ok(visit) }
    }

    /// The records of this device.
    pub(crate) fn records(&self) -> &[StoredRecord] {
        &self.records
    }

    /// Answers in the centre: a letter for each of some items, nothing for the rest.
    pub(crate) fn answer(&mut self, letters: &[(String, char)], now: u64) -> Result<(), String> {
        let letter = |item: &Value| letters.iter().find(|(key, _)| item["key"] == **key).map_or('-', |(_, letter)| *letter);
        let answers: String = self.items().iter().map(letter).collect();
        let nonce = Id([u8::try_from(self.records.len() + 1).unwrap_or(u8::MAX); 32]).to_text();
        let heads: Vec<&str> = self.records.last().map(|record| record.id.as_str()).into_iter().collect();
        let intent = json!({
            "nonce": nonce, "kind": "choice", "actor": "subject", "control": "centre.save",
            "subject": "AAAAAAAAAAAAAAAAAAAAAA", "account": "", "at": now, "heads": heads, "stamp": self.view["stamp"],
            "region": self.context["region"], "signals": self.context["signals"], "age": self.context["age"],
            "answers": answers, "wishes": [], "checkpoint": "", "body": "",
        });
        let before = self.records.len();
        self.happen(json!({ "intent": { "intent": intent, "saved": true } }), now)?;
        match self.records.last() {
            Some(record) if self.records.len() > before => {
                let id = record.id.clone();
                self.happen(json!({ "saved": { "id": id, "ok": true } }), now)
            }
            _ => Err("an answer became no record".into()),
        }
    }

    fn happen(&mut self, event: Value, now: u64) -> Result<(), String> {
        let event: Event = serde_json::from_value(event).map_err(|error| error.to_string())?;
        for effect in self.engine.handle(event, Env { now, entropy: vec![7; 32] }) {
            match effect {
                Effect::View { view } => self.view = serde_json::to_value(view).map_err(|error| error.to_string())?,
                Effect::Save { record } if self.records.iter().all(|known| known.id != record.id) => self.records.push(record),
                _ => {}
            }
        }
        Ok(())
    }

    fn items(&self) -> &[Value] {
        self.view["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    fn item(&self, key: &str) -> &Value {
        self.items().iter().find(|item| item["key"] == *key).unwrap_or(&Value::Null)
    }

    /// The default of an item, by its name in the view.
    pub(crate) fn default_of(&self, key: &str) -> &str {
        self.item(key)["default"].as_str().unwrap_or("missing")
    }

    pub(crate) fn granted(&self, key: &str) -> bool {
        self.item(key)["granted"] == true
    }

    /// The code of the reason that decided.
    pub(crate) fn reason(&self, key: &str) -> &str {
        self.item(key)["reasons"][0]["code"].as_str().unwrap_or("missing")
    }

    /// Whether the button "accept all" says yes to it.
    pub(crate) fn accepted_with_all(&self, key: &str) -> bool {
        let at = self.items().iter().position(|item| item["key"] == *key);
        let says_yes = |line: &Value| at.and_then(|at| line.as_str()?.chars().nth(at)) == Some('g');
        says_yes(&self.view["banner"]["accept"]) || says_yes(&self.view["centre"]["accept"])
    }

    /// Why an item is asked, when it is.
    pub(crate) fn asked(&self, key: &str) -> Option<&str> {
        self.view["prompt"]["items"].as_array()?.iter().find(|asked| asked["item"] == *key)?["reason"].as_str()
    }

    pub(crate) fn prompt(&self) -> &str {
        self.view["prompt"]["kind"].as_str().unwrap_or("missing")
    }

    /// Why nothing is asked although something is open.
    pub(crate) fn suppressed(&self) -> Option<&str> {
        self.view["prompt"]["suppressed"].as_str()
    }

    /// The regime of the place.
    pub(crate) fn regime(&self) -> &str {
        self.view["regimes"][0].as_str().unwrap_or("missing")
    }
}
