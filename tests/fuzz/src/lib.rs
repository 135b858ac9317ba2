//! What the fuzz targets share: one site, and engines that look at what was found in storage.
//!
//! The targets build with overflow checks, so that arithmetic which would wrap on a device is a finding too.

use std::sync::OnceLock;

use consentkit_core::Engine;
use consentkit_core::id::Id;
use consentkit_core::plan::Plan;
use consentkit_core::policy;
use consentkit_core::protocol::{Context, Effect, Env, Event, Intent, Snapshot, Stored, StoredRecord};
use consentkit_core::record::Sealed;
use consentkit_core::regime::RuleSet;

/// 2026-11-23T09:00:00Z.
pub const NOW: u64 = 1_795_424_400_000;

/// Longer than any pause: a day that a server asks for, and an hour of our own.
pub const PAST_EVERY_PAUSE: u64 = 26 * 3_600_000;

/// What is off in Germany until somebody has said yes. The rest of the site is exempt there.
pub const ASKED: [&str; 3] = ["analytics", "marketing", "marketing/acme"];

/// A site like that of the vectors, whose records serve as seeds.
const POLICY: &str = r#"{
    "site": "shop.example", "version": 3, "withdrawalUrl": "https://shop.example/privacy",
    "controllers": [{ "id": "shop", "name": "Shop" }],
    "recipients": [{ "id": "acme", "name": "Acme" }],
    "purposes": [
        { "id": "necessary" }, { "id": "functionality" }, { "id": "analytics" },
        { "id": "marketing", "recipients": ["acme"], "perRecipient": true }
    ],
    "services": [{ "id": "counter", "name": "Counter", "needs": ["analytics"], "trackers": [{ "name": "_c*", "kind": "cookie" }] }],
    "documents": [{ "id": "terms", "version": "2", "url": "/terms", "effective": "2026-01-01", "grace": "P30D" }],
    "texts": { "en": {
        "necessary.name": "x", "necessary.text": "x", "functionality.name": "x", "functionality.text": "x",
        "analytics.name": "x", "analytics.text": "x", "marketing.name": "x", "marketing.text": "x"
    } }
}"#;

/// The site's plan.
pub fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let policy = policy::parse(POLICY).expect("the policy of the targets");
        let mut plan = Plan::compile(&policy, &RuleSet::bundled().expect("the bundled rules")).expect("its plan");
        // Each run makes engines, and each has its own copy: one law of every kind is enough.
        plan.laws.retain(|law| ["DE", "US-CA", "US-MD", "CN", "IN", "*"].iter().any(|place| law.lists(place)));
        plan
    })
}

pub fn germany() -> Context {
    Context { region: "DE".into(), ..Context::default() }
}

pub fn env(now: u64) -> Env {
    Env { now, entropy: vec![7; 32] }
}

/// A new engine of the site that finds something in storage.
pub fn opened(context: &Context, stored: Stored, now: u64) -> (Engine, Vec<Effect>) {
    let mut engine = Engine::new(plan().clone()).expect("an engine");
    let effects = engine.handle(Event::Open { context: context.clone(), stored }, env(now));
    (engine, effects)
}

pub fn snapshot(engine: &Engine) -> Snapshot {
    engine.snapshot().expect("an engine that was opened").clone()
}

/// A record under its true id.
pub fn under_its_id(bytes: String, acked: bool) -> StoredRecord {
    let id = consentkit_core::id::decode(&bytes).map(|bytes| Id::of(&bytes).to_text()).unwrap_or_default();
    StoredRecord { id, bytes, acked }
}

/// Whether some record that can be read says yes to an item.
pub fn says_yes(records: &[StoredRecord], item: &str) -> bool {
    records.iter().filter_map(|it| Sealed::read(&it.id, &it.bytes).ok()).any(|sealed| {
        let letters: Vec<char> = sealed.record.answers.chars().collect();
        sealed.stamp.items.iter().zip(letters).any(|(it, letter)| it.key == item && letter == 'g')
    })
}

/// An answer to the site's five items. The number makes it one of its own.
pub fn answer(number: u8, answers: &str) -> Intent {
    Intent {
        nonce: Id([number; 32]).to_text(),
        kind: "choice".into(),
        subject: "AAAAAAAAAAAAAAAAAAAAAA".into(),
        at: NOW + u64::from(number),
        stamp: plan().stamp.clone() + ".EU:P12M.",
        region: "DE".into(),
        actor: "subject".into(),
        control: "centre.save".into(),
        answers: answers.into(),
        ..Intent::default()
    }
}

/// The record of an answer.
pub fn record_of(intent: Intent) -> StoredRecord {
    let sealed = Sealed::from_intent(intent, Vec::new()).expect("a record");
    StoredRecord { id: sealed.id.to_text(), bytes: consentkit_core::id::encode(&sealed.bytes), acked: false }
}

/// What an engine wants to send.
pub fn sent(effects: &[Effect]) -> Vec<String> {
    effects.iter().filter_map(|it| if let Effect::Send { records, .. } = it { Some(records) } else { None }).flatten().map(|it| it.id.clone()).collect()
}

/// The network is back, or the time of a pause is over.
pub fn wake() -> Event {
    Event::Wake { pull: false }
}

/// Whether the target `record` has a fault that it must find: a harness that finds nothing else is believed for it.
pub fn is_planted() -> bool {
    static PLANTED: OnceLock<bool> = OnceLock::new();
    *PLANTED.get_or_init(|| std::env::var_os("CONSENTKIT_FUZZ_PLANT").is_some())
}
