//! `policy::parse` over any text. A policy that it takes can be written, compiled and run.
#![no_main]

use std::sync::OnceLock;

use consentkit_core::Engine;
use consentkit_core::plan::Plan;
use consentkit_core::policy::{check, parse};
use consentkit_core::protocol::{Context, Event, Stored};
use consentkit_core::regime::RuleSet;
use consentkit_fuzz::{NOW, env};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let policy = match parse(text) {
        Ok(policy) => policy,
        Err(error) => return assert!(!error.hint().is_empty(), "an error says what to do"),
    };
    assert!(check(&policy).is_empty());
    let written = serde_json::to_string(&policy).expect("a policy as JSON");
    assert_eq!(parse(&written).as_ref(), Ok(&policy), "what is written is read as the same");
    let plan = Plan::compile(&policy, rules()).expect("what was checked can be compiled");
    assert_eq!(Plan::read(&plan.to_text()).as_ref(), Ok(&plan));
    for region in ["DE", "US-CA", ""] {
        let mut engine = Engine::new(plan.clone()).expect("an engine");
        let context = Context { region: region.into(), signals: vec!["gpc".into()], ..Context::default() };
        engine.handle(Event::Open { context, stored: Stored::default() }, env(NOW));
    }
});

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| RuleSet::bundled().expect("the bundled rules"))
}
