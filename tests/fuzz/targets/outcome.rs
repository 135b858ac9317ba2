//! What a server, or whoever stands in its place, may answer. Three records wait; each piece of the input is an answer to
//! the batch that is under way. Only a success that names a record's id ends its waiting, whatever else was said, and
//! once the server is well everything that still waits is sent.
#![no_main]

use std::collections::BTreeSet;

use consentkit_core::Engine;
use consentkit_core::protocol::{Effect, Event, Outcome, Stored, StoredRecord, SyncResult};
use consentkit_fuzz::{NOW, PAST_EVERY_PAUSE, answer, env, germany, opened, record_of, sent, wake};
use libfuzzer_sys::fuzz_target;

/// What a server may say, and what it may not.
const WORDS: [&str; 10] = ["stored", "duplicate", "erased", "later", "quarantine", "", "Stored", "ok", "stored ", "\u{0}"];

fuzz_target!(|data: &[u8]| {
    let records: Vec<StoredRecord> = (1..4).map(|it| record_of(answer(it, ["-gggg", "-rrrr", "-wlgr"][usize::from(it) - 1]))).collect();
    let mut said = Said::default();
    let mut now = NOW;
    let mut device = Device { records: records.clone(), ..Device::default() };
    let mut input = Input(data);
    let mut engine = device.start(now);
    while let Some(first) = input.byte() {
        if device.batch.is_empty() {
            now += input.number() << 16;
            if first % 8 == 0 {
                engine = device.start(now);
            } else {
                device.carry_out(engine.handle(wake(), env(now)));
            }
        } else {
            let outcome = input.outcome(first, &records);
            said.note(&outcome, &device.batch);
            let ids = std::mem::take(&mut device.batch);
            device.carry_out(engine.handle(Event::Sent { ids, outcome }, env(now)));
        }
        let acknowledged: BTreeSet<_> = device.records.iter().filter(|it| it.acked).map(|it| it.id.clone()).collect();
        assert!(acknowledged.is_subset(&said.stored), "acknowledged by something else than its id");
    }
    let waiting: BTreeSet<String> = device.records.iter().filter(|it| !it.acked).map(|it| it.id.clone()).collect();
    let delivered = device.deliver(now);
    for id in waiting {
        assert!(delivered.contains(&id) || said.refused.contains(&id), "a record was dropped");
    }
});

/// What successes have said of records by their ids.
#[derive(Default)]
struct Said {
    stored: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl Said {
    fn note(&mut self, outcome: &Outcome, batch: &[String]) {
        for result in outcome.results.iter().filter(|it| (200..300).contains(&outcome.status) && batch.contains(&it.id)) {
            match result.status.as_str() {
                "stored" | "duplicate" | "erased" => self.stored.insert(result.id.clone()),
                "quarantine" => self.refused.insert(result.id.clone()),
                _ => false,
            };
        }
    }
}

/// A storage that never fails and a network that is told by the input.
#[derive(Default)]
struct Device {
    records: Vec<StoredRecord>,
    outbox: String,
    batch: Vec<String>,
}

impl Device {
    fn start(&mut self, now: u64) -> Engine {
        let stored = Stored { records: self.records.clone(), outbox: self.outbox.clone(), ..Stored::default() };
        let (engine, effects) = opened(&germany(), stored, now);
        self.batch.clear();
        self.carry_out(effects);
        engine
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        self.batch.extend(sent(&effects));
        for effect in effects {
            match effect {
                Effect::Save { record } => {
                    let place = self.records.iter_mut().find(|it| it.id == record.id).expect("a record of ours");
                    assert_eq!(place.bytes, record.bytes, "the bytes of a record never change");
                    *place = record;
                }
                Effect::Outbox { state, .. } => self.outbox = state,
                _ => {}
            }
        }
    }

    /// The next start, and a server that is well.
    fn deliver(&mut self, now: u64) -> BTreeSet<String> {
        let mut delivered = BTreeSet::new();
        let now = now + PAST_EVERY_PAUSE;
        let mut engine = self.start(now);
        self.carry_out(engine.handle(wake(), env(now)));
        while !self.batch.is_empty() {
            let ids = std::mem::take(&mut self.batch);
            delivered.extend(ids.iter().cloned());
            let results = ids.iter().map(|id| SyncResult { id: id.clone(), status: "stored".into() }).collect();
            let outcome = Outcome { status: 200, results, ..Outcome::default() };
            self.carry_out(engine.handle(Event::Sent { ids, outcome }, env(now)));
        }
        delivered
    }
}

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> u64 {
        (0..2).fold(0, |sum, _| sum << 8 | u64::from(self.byte().unwrap_or_default()))
    }

    fn outcome(&mut self, first: u8, records: &[StoredRecord]) -> Outcome {
        let status = [200, 200, 200, 201, 204, 302, 400, 401, 404, 413, 422, 429, 500, 503, 0][usize::from(first) % 15];
        let status = if first > 250 { self.number() as u32 } else { status };
        let mut outcome = Outcome { status, retry_after: self.number() << (first % 32), ..Outcome::default() };
        for _ in 0..self.byte().unwrap_or_default() % 6 {
            let result = SyncResult { id: self.id(records), status: WORDS[usize::from(self.byte().unwrap_or_default()) % WORDS.len()].into() };
            outcome.results.push(result);
        }
        for _ in 0..self.byte().unwrap_or_default() % 4 {
            outcome.wants.push(self.id(records));
        }
        outcome
    }

    /// One of ours, or something that looks like it.
    fn id(&mut self, records: &[StoredRecord]) -> String {
        let number = self.byte().unwrap_or_default();
        match records.get(usize::from(number) % 5) {
            Some(record) if number < 200 => record.id.clone(),
            Some(record) => record.id.chars().take(usize::from(number % 43)).collect(),
            None => record_of(answer(number, "-gggg")).id,
        }
    }
}
