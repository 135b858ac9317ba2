//! `Plan::read` over any bytes. A plan that it takes can be written and run, whatever it says.
#![no_main]

use consentkit_core::Engine;
use consentkit_core::id;
use consentkit_core::plan::Plan;
use consentkit_core::protocol::{Context, Effect, Event, Intent, Stored};
use consentkit_fuzz::{NOW, answer, env};
use libfuzzer_sys::fuzz_target;

/// The longest time between a decision and one that differs, and moments at the two ends.
const MOMENTS: [u64; 4] = [0, NOW, NOW + 366 * 86_400_000, u64::MAX];

fuzz_target!(|data: &[u8]| {
    let Ok(plan) = Plan::read(&id::encode(data)) else { return };
    assert_eq!(Plan::read(&plan.to_text()).as_ref(), Ok(&plan), "what is written is read as the same");
    for (region, age) in [("DE", ""), ("US-CA", "13-15"), ("", "18-")] {
        let Ok(mut engine) = Engine::new(plan.clone()) else { return };
        let context = Context { region: region.into(), age: age.into(), signals: vec!["gpc".into()], ..Context::default() };
        let mut line = (String::new(), String::new());
        for effect in engine.handle(Event::Open { context: context.clone(), stored: Stored::default() }, env(NOW)) {
            if let Effect::View { view } = effect {
                line = (view.stamp, view.centre.accept);
            }
        }
        let intent = Intent { stamp: line.0, ..answer(1, &line.1) };
        engine.handle(Event::Intent { intent, saved: true }, env(NOW));
        for now in MOMENTS {
            engine.handle(Event::Context { context: context.clone() }, env(now));
        }
        let _ = plan.clone().since(NOW);
    }
});
