//! What has not been acknowledged yet, and when to try again.
//!
//! The core says what to send and when; a shell only sends and reports. A record leaves the outbox only
//! when a backend names its id; there is no greatest age and no greatest number of tries, and what a
//! backend refuses for good is kept and visible.

use crate::choice::State;
use crate::id::{self, Id};
use crate::map::{Set, in_order};
use crate::protocol::{Outcome, StoredRecord};
use crate::record::Sealed;

/// What a server must accept at once; more are sent in the next batch.
const MAX_BATCH_RECORDS: usize = 50;
/// `fetch` with `keepalive` and `sendBeacon` take 64 KiB in all; the rest is for the envelope.
const MAX_BATCH_BYTES: usize = 48 * 1024;
/// Past every clock: behind it, in the order of a batch, stands what says no to nothing.
const LATEST: u64 = 1 << 60;
const FIRST_WAIT_MS: u64 = 2_000;
const LONGEST_WAIT_MS: u64 = 3_600_000;

/// The state of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    in_flight: Set<Id>,
    acked: Set<Id>,
    quarantined: Set<Id>,
    failures: u32,
    waiting: bool,
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

    /// Ends a pause: the network is back, or the time has come.
    pub fn wake(&mut self) {
        self.waiting = false;
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
        for sealed in order.into_iter().filter_map(|place| open.get(place)).take(MAX_BATCH_RECORDS) {
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

    /// Takes in how sending ended: the ids that are acknowledged now, and the milliseconds to wait before
    /// the next try, if any. `random` spreads the tries of many devices (full jitter).
    pub fn sent(&mut self, ids: &[Id], outcome: &Outcome, random: u32) -> (Vec<Id>, Option<u32>) {
        let mut acked = Vec::new();
        let mut left = false;
        for id in ids {
            self.in_flight.remove(id);
            let result = outcome.results.iter().find(|result| Id::from_text(&result.id) == Some(*id));
            match result.map(|result| result.status.as_str()) {
                Some("stored" | "duplicate" | "erased") => acked.push(*id),
                Some("quarantine") => {
                    self.quarantined.add(*id);
                }
                _ => left = true,
            }
        }
        acked.iter().for_each(|id| self.acknowledge(*id));
        if !left {
            self.failures = 0;
            return (acked, None);
        }
        self.waiting = true;
        let ceiling = FIRST_WAIT_MS.saturating_mul(1 << self.failures.min(20)).min(LONGEST_WAIT_MS);
        self.failures = self.failures.saturating_add(1);
        let wait = outcome.retry_after.min(LONGEST_WAIT_MS) + ceiling * u64::from(random >> 16) / u64::from(u16::MAX);
        (acked, u32::try_from(wait).ok())
    }

    fn is_open(&self, id: Id) -> bool {
        ![&self.in_flight, &self.acked, &self.quarantined].into_iter().any(|set| set.contains(&id))
    }
}

fn says_no(sealed: &Sealed) -> bool {
    sealed.answers().any(|(_, state)| matches!(state, State::Withdrawn | State::Refused))
}
