//! What a server may answer, twice in a row: every pair of twenty statuses, with six kinds of bodies, for batches of five
//! shapes. No record is dropped, each is acknowledged by its id alone, and once the server is well all arrive.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;

use consentkit_core::Engine;
use consentkit_core::id::Id;
use consentkit_core::protocol::{Context, Effect, Env, Event, Intent, Outcome, Stored, StoredRecord, SyncResult};
use consentkit_core::record::Sealed;
use faults::world::{START, Site};

const STATUSES: [u32; 20] = [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 408, 410, 413, 422, 425, 429, 500, 502, 503, 0];
/// In milliseconds, as a shell reports them; the longest is more than any server is believed.
const RETRY_AFTER: [u64; 4] = [0, 1_000, 3_600_000, 31_536_000_000];
const HOUR_MS: u64 = 3_600_000;
/// A server is believed for a day; our own pauses end after an hour.
const LONGEST_MS: u64 = 25 * HOUR_MS;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Body {
    Nothing,
    All,
    FirstHalf,
    OtherIds,
    WrongWords,
    EveryWord,
}

const BODIES: [Body; 6] = [Body::Nothing, Body::All, Body::FirstHalf, Body::OtherIds, Body::WrongWords, Body::EveryWord];

/// How many records of how many characters.
const SHAPES: [&[usize]; 5] = [&[0], &[0, 0, 0], &[0; 51], &[20_000; 4], &[60_000, 0, 0]];

#[cfg_attr(debug_assertions, ignore = "`cargo xtask test faults` runs it, optimised")]
#[test]
fn twelve_thousand_pairs_of_answers_lose_nothing() {
    let mut pairs = 0;
    for shape in SHAPES {
        let records = records(shape);
        for (at, first) in STATUSES.into_iter().enumerate() {
            for second in STATUSES {
                for (kind, body) in BODIES.into_iter().enumerate() {
                    let (other, retry) = (BODIES[(kind + at) % BODIES.len()], RETRY_AFTER[pairs % RETRY_AFTER.len()]);
                    let answers = [(first, body, retry), (second, other, 0)];
                    Pair::new(&records, format!("{} records, {answers:?}", shape.len())).play(&answers);
                    pairs += 1;
                }
            }
        }
    }
    assert_eq!(pairs, 12_000);
}

/// A device that has these records, and what it was told of them.
struct Pair<'a> {
    name: String,
    records: &'a [StoredRecord],
    engine: Engine,
    now: u64,
    outbox: String,
    /// Under way.
    batch: Vec<String>,
    /// How long it wants to wait.
    wait: Option<u64>,
    acknowledged: BTreeSet<String>,
    named: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl<'a> Pair<'a> {
    fn new(records: &'a [StoredRecord], name: String) -> Self {
        let engine = Engine::new(Site::of(1).plan.clone()).expect("an engine");
        let none = BTreeSet::new;
        let mut pair = Self {
            name,
            records,
            engine,
            now: START,
            outbox: String::new(),
            batch: Vec::new(),
            wait: None,
            acknowledged: none(),
            named: none(),
            refused: none(),
        };
        pair.start();
        pair
    }

    fn play(&mut self, answers: &[(u32, Body, u64)]) {
        for (status, body, retry_after) in answers {
            if self.batch.is_empty() {
                break;
            }
            self.answer(*status, *body, *retry_after);
            self.pause();
        }
        // From here on all is well. What was set aside alone waits for the next start.
        self.deliver();
        self.start();
        self.pause();
        self.deliver();
        let all: BTreeSet<String> = self.records.iter().map(|record| record.id.clone()).collect();
        let settled: BTreeSet<String> = self.acknowledged.union(&self.refused).cloned().collect();
        assert_eq!(settled, all, "{}: a record was dropped", self.name);
        assert!(self.acknowledged.is_disjoint(&self.refused), "{}", self.name);
    }

    fn start(&mut self) {
        self.engine = Engine::new(Site::of(1).plan.clone()).expect("an engine");
        self.batch.clear();
        let mut records = self.records.to_vec();
        records.iter_mut().for_each(|record| record.acked = self.acknowledged.contains(&record.id));
        let stored = Stored { records, outbox: self.outbox.clone(), ..Stored::default() };
        self.handle(Event::Open { context: Context { region: "DE".into(), ..Context::default() }, stored });
    }

    fn answer(&mut self, status: u32, body: Body, retry_after: u64) {
        let ids = std::mem::take(&mut self.batch);
        let results = results(body, &ids);
        let heard = (200..300).contains(&status);
        let mut left = ids.len();
        for result in results.iter().filter(|result| heard && ids.contains(&result.id)) {
            match result.status.as_str() {
                "stored" | "duplicate" | "erased" => self.named.insert(result.id.clone()),
                "quarantine" => self.refused.insert(result.id.clone()),
                _ => continue,
            };
            left -= 1;
        }
        let outcome = Outcome { status, results, retry_after, ..Outcome::default() };
        let sent = ids.len();
        self.handle(Event::Sent { ids, outcome });
        let is_halved = [400, 413, 422].contains(&status);
        let name = &self.name;
        match self.wait {
            _ if left == 0 => assert_eq!(self.wait, None, "{name}: nothing is left to wait for"),
            None => assert!(is_halved, "{name}: {status} is followed by a pause"),
            Some(wait) => {
                assert!(!is_halved, "{name}: {status} is followed by less at once");
                let asked = retry_after.min(24 * HOUR_MS);
                assert!(wait >= asked && wait <= asked + HOUR_MS, "{name}: {status} is followed by {wait}");
            }
        }
        if is_halved && left > 1 {
            assert!(!self.batch.is_empty() && self.batch.len() <= sent / 2, "{name}: {} after {sent}", self.batch.len());
        }
    }

    /// A pause passes, if there is one.
    fn pause(&mut self) {
        if self.batch.is_empty() {
            self.now += LONGEST_MS;
            self.handle(Event::Wake { pull: false });
        }
    }

    /// The server takes everything.
    fn deliver(&mut self) {
        while !self.batch.is_empty() {
            self.answer(200, Body::All, 0);
        }
    }

    fn handle(&mut self, event: Event) {
        self.wait = None;
        for effect in self.engine.handle(event, Env { now: self.now, entropy: vec![0x5a; 32] }) {
            match effect {
                Effect::Send { records, .. } => {
                    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
                    let size: usize = records.iter().map(|record| record.bytes.len()).sum();
                    assert!(ids.len() <= 50 && (ids.len() == 1 || size <= 48 * 1024), "{}: {} records, {size}", self.name, ids.len());
                    assert!(
                        ids.iter().all(|id| !self.acknowledged.contains(id) && !self.refused.contains(id)),
                        "{}: sent again",
                        self.name
                    );
                    assert!(self.batch.is_empty(), "{}: two batches at once", self.name);
                    self.batch = ids;
                }
                Effect::Save { record } if record.acked => {
                    assert!(self.named.contains(&record.id), "{}: acknowledged by something else than its id", self.name);
                    assert!(self.records.iter().any(|own| own.bytes == record.bytes), "{}: other bytes", self.name);
                    self.acknowledged.insert(record.id);
                }
                Effect::Outbox { state, .. } => self.outbox = state,
                Effect::Wake { after } => self.wait = Some(after.into()),
                Effect::Forget { nonce } => panic!("{}: {nonce} is forgotten", self.name),
                _ => {}
            }
        }
    }
}

fn results(body: Body, ids: &[String]) -> Vec<SyncResult> {
    let result = |id: &String, status: &str| SyncResult { id: id.clone(), status: status.to_owned() };
    match body {
        Body::Nothing => Vec::new(),
        Body::All => ids.iter().map(|id| result(id, "stored")).collect(),
        Body::FirstHalf => ids.iter().take(ids.len().div_ceil(2)).map(|id| result(id, "duplicate")).collect(),
        Body::OtherIds => ids.iter().map(|id| result(&Id::of(id.as_bytes()).to_text(), "stored")).collect(),
        Body::WrongWords => {
            ids.iter().zip(["ok", "Stored", "", "stored "].into_iter().cycle()).map(|(id, word)| result(id, word)).collect()
        }
        Body::EveryWord => {
            let words = ["later", "stored", "quarantine", "erased", "duplicate"].into_iter().cycle();
            ids.iter().zip(words).map(|(id, word)| result(id, word)).collect()
        }
    }
}

fn records(shape: &[usize]) -> Vec<StoredRecord> {
    let one = |(number, length): (usize, &usize)| {
        let intent = Intent {
            nonce: Id::of(&number.to_le_bytes()).to_text(),
            kind: "choice".into(),
            actor: "subject".into(),
            subject: "AAAAAAAAAAAAAAAAAAAAAA".into(),
            at: START - number as u64,
            stamp: Site::of(1).plan.stamp.clone(),
            answers: ["ggg", "rrr", "wgl"][number % 3].into(),
            body: "x".repeat(*length),
            ..Intent::default()
        };
        let sealed = Sealed::from_intent(intent, Vec::new()).expect("a record");
        StoredRecord { id: sealed.id.to_text(), bytes: consentkit_core::id::encode(&sealed.bytes), acked: false }
    };
    shape.iter().enumerate().map(one).collect()
}
