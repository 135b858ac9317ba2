//! How long a decision takes: a policy of twenty purposes, a person in California who lives in Québec.
//!
//! `cargo xtask bench rules` runs it, and the same event through WebAssembly in Node.
#![allow(clippy::expect_used, reason = "a measurement without its material has nothing to say")]

use std::hint::black_box;

use consentkit_core::context::Context;
use consentkit_core::evaluate::{Situation, evaluate};
use consentkit_core::map::Set;
use consentkit_core::merge::{Whose, merge};
use consentkit_core::plan::Plan;
use consentkit_core::policy;
use consentkit_core::protocol::{Env, Event, Stored};
use consentkit_core::regime::RuleSet;
use consentkit_core::time::Timestamp;
use consentkit_core::{Engine, policy::Policy};
use criterion::{Criterion, criterion_group, criterion_main};

/// 2026-11-23T09:00:00Z.
const NOW: u64 = 1_795_424_400_000;

fn rules(bench: &mut Criterion) {
    let policy = twenty();
    let rules = RuleSet::bundled().expect("the bundled rules");
    let plan = Plan::compile(&policy, &rules).expect("a plan");
    let items = plan.subject().expect("items").items;
    let context = Context { region: "US-CA".into(), residence: "CA-QC".into(), signals: vec!["gpc".into()], ..Context::default() };
    let merged = merge(std::iter::empty(), &Set::default(), Whose::default());

    bench.bench_function("evaluate", |it| {
        it.iter(|| {
            let (laws, next) = plan.laws(black_box(&context), NOW);
            let situation =
                Situation { plan: &plan, items: &items, policy: 1, laws: &laws, context: &context, merged: &merged, now: Timestamp(NOW) };
            evaluate(situation, next)
        });
    });
    bench.bench_function("handle a change of context", |it| {
        let mut engine = Engine::new(plan.clone()).expect("an engine");
        let env = Env { now: NOW, entropy: vec![0; 32] };
        engine.handle(Event::Open { context: context.clone(), stored: Stored::default() }, env.clone());
        it.iter(|| engine.handle(Event::Context { context: context.clone() }, env.clone()));
    });
    bench.bench_function("compile the plan", |it| it.iter(|| Plan::compile(black_box(&policy), &rules)));
}

fn twenty() -> Policy {
    policy::parse(include_str!("../../tests/node/bench/twenty.json")).expect("a policy")
}

criterion_group!(benches, rules);
criterion_main!(benches);
