//! What has not been acknowledged yet, and when to try again.
//!
//! The core says what to send and when; a shell only sends and reports. A record leaves the outbox only
//! when a backend names its id; there is no greatest age and no greatest number of tries, and what a
//! backend refuses for good is kept and visible.

use crate::choice::State;
use crate::error::Code;
use crate::id::{self, Id};
use crate::map::{Set, in_order};
use crate::protocol::{Outcome, StoredRecord};
use crate::record::Sealed;
use crate::text::{number, push_number};

/// What a server must accept at once; more are sent in the next batch.
const MAX_BATCH_RECORDS: usize = 50;
/// `fetch` with `keepalive` and `sendBeacon` take 64 KiB in all; the rest is for the envelope.
const MAX_BATCH_BYTES: usize = 48 * 1024;
/// Past every clock: behind it, in the order of a batch, stands what says no to nothing.
const LATEST: u64 = 1 << 60;
const FIRST_WAIT_MS: u32 = 2_000;
const LONGEST_WAIT_MS: u32 = 3_600_000;
/// A server that asks for more is not believed.
const LONGEST_FLOOR_MS: u64 = 86_400_000;
/// The first word of a stored state; a later form has another.
const FORM: u64 = 1;

/// The state of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbox {
    in_flight: Set<Id>,
    acked: Set<Id>,
    /// What a backend refuses for good. Kept in storage, and visible.
    quarantined: Set<Id>,
    /// What a backend has answered with an error when it came alone: tried again at the next start.
    aside: Set<Id>,
    /// What a backend has asked for once, although it had it before.
    wanted: Set<Id>,
    failures: u32,
    waiting: bool,
    /// How long to wait from `since` on, and the part of it that the server asked for, in milliseconds.
    wait: u32,
    floor: u32,
    since: u64,
    /// How many records the next batch may have.
    most: usize,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            in_flight: Set::default(),
            acked: Set::default(),
            quarantined: Set::default(),
            aside: Set::default(),
            wanted: Set::default(),
            failures: 0,
            waiting: false,
            wait: 0,
            floor: 0,
            since: 0,
            most: MAX_BATCH_RECORDS,
        }
    }
}

/// What sending has led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Records that a backend holds now.
    pub acked: Vec<Id>,
    /// How long to wait before the next try, in milliseconds; none: at once.
    pub wait: Option<u32>,
    /// What the operator should know.
    pub trouble: Option<Code>,
}

/// What an HTTP status says of the records that no result names.
enum Meaning {
    /// All of the batch or none of it is at fault: less at once finds out.
    TooMuch,
    /// Nobody here takes records.
    Wrong,
    /// Another time.
    Later,
}

impl Meaning {
    /// See ARCHITECTURE.md, "Sending".
    fn of(status: u32) -> Self {
        match status {
            400 | 413 | 422 => Meaning::TooMuch,
            300..400 | 401 | 403 | 404 | 405 | 410 => Meaning::Wrong,
            _ => Meaning::Later,
        }
    }
}

impl Outbox {
    /// Notes that a backend holds the record.
    pub fn acknowledge(&mut self, id: Id) {
        self.in_flight.remove(&id);
        self.acked.add(id);
    }

    /// Whether a backend holds the record.
    #[must_use]
    pub fn is_acked(&self, id: Id) -> bool {
        self.acked.contains(&id)
    }

    /// How many records a backend has refused for good, or on this page.
    #[must_use]
    pub fn refused(&self) -> u32 {
        (self.quarantined.keys().count() + self.aside.keys().count()) as u32
    }

    /// How long it waits in all, in milliseconds; 0 when it does not.
    #[must_use]
    pub fn wait(&self) -> u32 {
        if self.waiting { self.wait } else { 0 }
    }

    /// Ends a pause: the network is back, somebody looks at the page, or the time has come. What a server
    /// has asked for is kept, as far as the clock can tell.
    pub fn wake(&mut self, now: u64) {
        self.waiting &= now.checked_sub(self.since).is_some_and(|passed| passed < self.floor.into());
    }

    /// The state for storage; empty when there is nothing to keep.
    #[must_use]
    pub fn to_text(&self) -> String {
        let wait = self.wait();
        let mut text = String::new();
        if self.failures > 0 || wait > 0 || !self.quarantined.is_empty() {
            for number in [FORM, self.failures.into(), wait.into(), self.since] {
                push_number(&mut text, number);
                text.push('.');
            }
            for id in self.quarantined.keys() {
                text.push_str(&id.to_text());
                text.push('.');
            }
        }
        text
    }

    /// Goes on where an earlier start has stopped: how long to wait, if at all. What is left of a pause is told by the
    /// clock; one that has gone back does not make it longer. Until then nothing else ends it.
    pub fn resume(&mut self, text: &str, now: u64) -> Option<u32> {
        let mut words = text.split('.');
        let mut next = || words.next().and_then(number);
        let (form, failures, wait, since) = (next()?, next()?, next()?, next()?);
        if form != FORM {
            return None;
        }
        self.failures = failures.min(u32::MAX.into()) as u32;
        for id in words.filter_map(Id::from_text) {
            self.quarantined.add(id);
        }
        let longest = LONGEST_FLOOR_MS + u64::from(LONGEST_WAIT_MS);
        self.wait = wait.min(longest).saturating_sub(now.saturating_sub(since)) as u32;
        (self.floor, self.since, self.waiting) = (self.wait, now, self.wait > 0);
        self.waiting.then_some(self.wait)
    }

    /// The next batch, marked as being under way; withdrawals and refusals first.
    pub fn next_batch<'a>(&mut self, records: impl Iterator<Item = &'a Sealed>) -> Vec<StoredRecord> {
        if self.waiting {
            return Vec::new();
        }
        let open: Vec<&Sealed> = records.filter(|sealed| self.is_open(sealed.id)).collect();
        let keys: Vec<u64> = open.iter().map(|sealed| sealed.record.at.min(LATEST) + if says_no(sealed) { 0 } else { LATEST }).collect();
        let order = in_order(&keys);
        let mut size = 0;
        let mut batch = Vec::new();
        for sealed in order.into_iter().filter_map(|place| open.get(place)).take(self.most) {
            let bytes = id::encode(&sealed.bytes);
            size += bytes.len();
            if size > MAX_BATCH_BYTES && !batch.is_empty() {
                break;
            }
            self.in_flight.add(sealed.id);
            batch.push(StoredRecord { id: sealed.id.to_text(), bytes, acked: false });
        }
        batch
    }

    /// Takes in how sending ended. `random` spreads the tries of many devices (full jitter).
    pub fn sent(&mut self, ids: &[Id], outcome: &Outcome, random: u32, now: u64) -> Sent {
        let mut sent = Sent::default();
        let mut left = Vec::new();
        let heard = outcome.is_success();
        for id in ids {
            self.in_flight.remove(id);
            let result = outcome.results.iter().find(|result| heard && Id::from_text(&result.id) == Some(*id));
            match result.map(|result| result.status.as_str()) {
                Some("stored" | "duplicate" | "erased") => sent.acked.push(*id),
                Some("quarantine") => {
                    self.quarantined.add(*id);
                    sent.trouble = Some(Code::RecordRefused);
                }
                _ => left.push(*id),
            }
        }
        sent.acked.iter().for_each(|id| self.acknowledge(*id));
        // Once for each: a server that always wants more would never be left alone.
        for id in outcome.wants.iter().filter_map(|id| Id::from_text(id)) {
            if heard && self.acked.contains(&id) && self.wanted.add(id) {
                self.acked.remove(&id);
            }
        }
        if left.is_empty() {
            // Where nothing was sent, only an answer says that a server is there.
            if heard {
                self.failures = 0;
                self.most = (self.most * 2).min(MAX_BATCH_RECORDS);
            }
            return sent;
        }
        let meaning = Meaning::of(outcome.status);
        if let Meaning::TooMuch = meaning {
            self.most = (left.len() / 2).max(1);
            if let [alone] = left.as_slice() {
                self.aside.add(*alone);
                sent.trouble = Some(Code::RecordRefused);
            }
            return sent;
        }
        let mut ceiling = FIRST_WAIT_MS.saturating_mul(1 << self.failures.min(20)).min(LONGEST_WAIT_MS);
        if let Meaning::Wrong = meaning {
            sent.trouble = Some(Code::EndpointWrong);
            ceiling = LONGEST_WAIT_MS;
        } else if heard && outcome.results.is_empty() {
            sent.trouble = Some(Code::NotAcknowledged);
        }
        self.failures = self.failures.saturating_add(1);
        self.floor = outcome.retry_after.min(LONGEST_FLOOR_MS) as u32;
        self.wait = self.floor + (u64::from(ceiling) * u64::from(random >> 16) / u64::from(u16::MAX)) as u32;
        (self.waiting, self.since) = (true, now);
        sent.wait = Some(self.wait);
        sent
    }

    fn is_open(&self, id: Id) -> bool {
        ![&self.in_flight, &self.acked, &self.quarantined, &self.aside].into_iter().any(|set| set.contains(&id))
    }
}

fn says_no(sealed: &Sealed) -> bool {
    sealed.answers().any(|(_, state)| matches!(state, State::Withdrawn | State::Refused))
}
