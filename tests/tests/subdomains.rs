//! Pages of a site that share a cookie and no other storage: whoever says no on one of them has said no on all.
//!
//! Proptest makes up who answers what where. What must be on comes from the order in which it was said, not from the engine.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests are tests")]

use consentkit_core::Engine;
use consentkit_core::id::Id;
use consentkit_core::plan::Plan;
use consentkit_core::policy::Policy;
use consentkit_core::protocol::{Context, Effect, Env, Event, Intent, Snapshot, Stored, StoredRecord};
use consentkit_core::regime::RuleSet;
use proptest::prelude::*;
use serde_json::json;

const NOW: u64 = 1_795_424_400_000;
const PAGES: usize = 3;
const ITEMS: [&str; 2] = ["analytics", "marketing"];

/// What all pages share, and what each has for itself.
struct Site {
    plan: Plan,
    cookie: String,
    records: [Vec<StoredRecord>; PAGES],
    answers: u8,
}

/// An open page.
struct Page<'a> {
    site: &'a mut Site,
    name: usize,
    engine: Engine,
    snapshot: Snapshot,
}

impl Site {
    fn new() -> Self {
        let policy = json!({
            "site": "shop.example", "version": 1, "withdrawalUrl": "/privacy", "controllers": [{ "id": "shop", "name": "Shop" }],
            "purposes": [{ "id": "analytics" }, { "id": "marketing" }], "texts": {},
        });
        let policy: Policy = serde_json::from_value(policy).expect("a policy");
        let plan = Plan::compile(&policy, &RuleSet::bundled().expect("the bundled rules")).expect("a plan");
        Self { plan, cookie: String::new(), records: [const { Vec::new() }; PAGES], answers: 0 }
    }

    fn open(&mut self, name: usize) -> Page<'_> {
        let stored = Stored { records: self.records[name].clone(), cookie: self.cookie.clone(), ..Stored::default() };
        let engine = Engine::new(self.plan.clone()).expect("an engine");
        let mut page = Page { site: self, name, engine, snapshot: Snapshot::default() };
        page.handle(Event::Open { context: Context { region: "DE".into(), ..Context::default() }, stored });
        page
    }
}

impl Page<'_> {
    fn handle(&mut self, event: Event) {
        let now = NOW + u64::from(self.site.answers);
        for effect in self.engine.handle(event, Env { now, entropy: vec![0; 32] }) {
            match effect {
                Effect::Snapshot { snapshot, .. } => self.snapshot = snapshot,
                Effect::Cookie { value, .. } => self.site.cookie = value,
                Effect::Save { record } => self.site.records[self.name].push(record),
                _ => {}
            }
        }
    }

    fn answer(&mut self, letters: &str) {
        self.site.answers += 1;
        let intent = Intent {
            nonce: Id([self.site.answers; 32]).to_text(),
            kind: "choice".into(),
            subject: "AAAAAAAAAAAAAAAAAAAAAA".into(),
            at: NOW + u64::from(self.site.answers),
            heads: self.snapshot.heads.clone(),
            stamp: self.engine.plan().stamp.clone(),
            actor: "subject".into(),
            answers: letters.to_owned(),
            ..Intent::default()
        };
        self.handle(Event::Intent { intent, saved: true });
    }

    fn is_on(&self, item: usize) -> bool {
        self.snapshot.granted.iter().any(|on| on == ITEMS[item])
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_last_no_holds_everywhere_and_the_last_yes_where_it_was_said(
        steps in proptest::collection::vec((0..PAGES, "[grwl]{2}"), 1..14),
    ) {
        let mut site = Site::new();
        let mut last = [None; ITEMS.len()];
        for (name, letters) in &steps {
            let mut page = site.open(*name);
            for (item, last) in last.iter().enumerate() {
                prop_assert!(*last == Some('g') || !page.is_on(item), "{} is on at page {name}", ITEMS[item]);
            }
            page.answer(letters);
            for (item, letter) in letters.chars().enumerate().filter(|(_, letter)| *letter != 'l') {
                last[item] = Some(letter);
                prop_assert_eq!(page.is_on(item), letter == 'g', "{} as answered at page {}", ITEMS[item], name);
            }
            let before: Vec<bool> = (0..ITEMS.len()).map(|item| page.is_on(item)).collect();
            let again = site.open(*name);
            let after: Vec<bool> = (0..ITEMS.len()).map(|item| again.is_on(item)).collect();
            prop_assert_eq!(after, before, "the next page says what this one said");
        }
        for (item, last) in last.iter().enumerate() {
            for name in 0..PAGES {
                prop_assert!(*last == Some('g') || !site.open(name).is_on(item), "{} is on at page {name} in the end", ITEMS[item]);
            }
        }
    }
}
