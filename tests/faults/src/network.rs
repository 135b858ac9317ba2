//! Requests and responses, and everything that may become of them between a tab and a server.

use std::rc::Rc;

use consentkit_core::protocol::{Event, Intent, Outcome, StoredRecord, SyncResult};

use crate::device::Device;
use crate::fault::Fault;
use crate::ledger::Fields;
use crate::plant::Plant;
use crate::server::Settled;
use crate::storage::Key;
use crate::tab::Tab;

/// A batch that is under way.
#[derive(Debug, Clone)]
pub struct Request {
    /// The name of the tab.
    pub tab: u64,
    /// Records.
    pub records: Vec<StoredRecord>,
    /// Answers of a page that could run no engine.
    pub intents: Vec<Intent>,
    /// The newest records that the page knows.
    pub heads: Vec<String>,
    /// Records that waited in storage when it was their turn to be sent.
    pub waited: Vec<String>,
}

/// An answer that is under way.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The name of the tab.
    pub tab: u64,
    /// What was sent.
    pub ids: Vec<String>,
    /// What came back.
    pub outcome: Outcome,
}

const TOO_MUCH: [u32; 3] = [400, 413, 422];
const WRONG: [u32; 5] = [401, 403, 404, 405, 410];
const LATER: [u32; 9] = [402, 406, 408, 409, 418, 425, 429, 451, 499];
const REDIRECTS: [u32; 6] = [300, 301, 302, 304, 307, 308];
const FAILURES: [u32; 7] = [500, 501, 502, 503, 504, 511, 599];
const ODD: [u32; 5] = [1, 100, 199, 600, 999];
const SUCCESSES: [u32; 6] = [200, 201, 202, 204, 206, 299];
/// What no server of the protocol says.
const WORDS: [&str; 6] = ["ok", "", "Stored", "stored ", "acknowledged", "true"];
/// In seconds, as a header may have it.
const RETRY_AFTER: [f64; 8] = [-1.0, 0.0, 0.4, 1.0, 120.0, 86_400.0, 31_536_000.0, 1e300];

impl Device {
    /// Something becomes of a request.
    pub fn carry(&mut self) {
        let at = self.pick(self.requests.len());
        if at >= self.requests.len() {
            return;
        }
        let mut request = self.requests.remove(at);
        if self.is_delivered(&mut request) {
            return;
        }
        let ids: Vec<String> = request.records.iter().map(|record| record.id.clone()).collect();
        if self.rng.u32(..100) >= self.weather.network || self.calm {
            let outcome = self.well(&request);
            return self.answer_with(request.tab, ids, outcome);
        }
        let outcome = self.badly(&request, &ids);
        self.answer_with(request.tab, ids, outcome);
    }

    /// While it waited for its turn, another tab may have delivered it, or part of it. Whether nothing is left.
    fn is_delivered(&mut self, request: &mut Request) -> bool {
        let Some(place) = self.tabs.iter().position(|tab| tab.name == request.tab && !request.records.is_empty()) else { return false };
        if self.is_unreadable() {
            return false;
        }
        let mut tab = self.tabs.remove(place);
        let before = request.records.len();
        let waited = &request.waited;
        request.records.retain(|record| !waited.contains(&record.id) || tab.lens.get(&Key::Acked(Rc::from(record.id.as_str()))).is_none());
        if request.records.len() < before {
            self.reread(&mut tab);
        }
        self.tabs.insert(place, tab);
        request.records.is_empty()
    }

    /// An answer reaches its page, if that is still there.
    pub fn hear(&mut self) {
        let at = self.pick(self.replies.len());
        let Some(reply) = self.replies.get(at).cloned() else { return };
        let Some(place) = self.tabs.iter().position(|tab| tab.name == reply.tab) else {
            self.replies.remove(at);
            return self.count(Fault::GoneWhileSending);
        };
        if !self.tabs.get(place).is_some_and(|tab| tab.is_idle() && !tab.frozen) {
            return;
        }
        if at > 0 && self.replies.iter().take(at).any(|other| other.tab == reply.tab) {
            self.count(Fault::ResponseReordered);
        }
        self.replies.remove(at);
        let mut tab = self.tabs.remove(place);
        let mut outcome = reply.outcome;
        self.understand(&mut tab, &reply.ids, &mut outcome);
        if tab.engine.is_some() {
            if self.strikes(30) {
                self.count(Fault::ResponseTwice);
                tab.events.push_back(Event::Sent { ids: reply.ids.clone(), outcome: outcome.clone() });
            }
            tab.events.push_back(Event::Sent { ids: reply.ids, outcome });
        }
        self.tabs.insert(place, tab);
    }

    fn answer_with(&mut self, tab: u64, ids: Vec<String>, outcome: Outcome) {
        self.replies.push(Reply { tab, ids, outcome });
    }

    /// Mostly the first; past the end when there is none.
    fn pick(&mut self, count: usize) -> usize {
        if count > 1 && self.rng.bool() { self.rng.usize(..count) } else { 0 }
    }

    /// The server takes it and says so.
    fn well(&mut self, request: &Request) -> Outcome {
        let settled = self.settle(request);
        if self.server.later && !self.calm {
            self.count(Fault::ServerLater);
        }
        Outcome { status: 200, results: settled.results, wants: settled.wants, ..Outcome::default() }
    }

    fn settle(&mut self, request: &Request) -> Settled {
        for record in &request.records {
            let first = self.first_sender(&record.id, request.tab);
            if first != request.tab {
                self.count(Fault::SentByTwo);
            }
            if let Some(fields) = Fields::read(&record.bytes)
                && self.strikes(150)
                && !self.server.kept.contains_key(&record.id)
            {
                self.server.dislikes.insert(fields.salt);
            }
        }
        let refused = self.server.refused.len();
        if self.plant == Some(Plant::AnswerBeforeCommit) && self.strikes(10) {
            return self.server.clone().settle(&request.records, &request.intents, &request.heads);
        }
        let settled = self.server.settle(&request.records, &request.intents, &request.heads);
        if self.server.refused.len() > refused {
            self.count(Fault::ServerQuarantine);
        }
        settled
    }

    fn first_sender(&mut self, id: &str, tab: u64) -> u64 {
        *self.senders.entry(id.to_owned()).or_insert(tab)
    }

    /// Something is wrong with it.
    fn badly(&mut self, request: &Request, ids: &[String]) -> Outcome {
        let mut outcome = Outcome { status: 200, ..Outcome::default() };
        if self.strikes(3) {
            self.count(Fault::RetryAfter);
            let seconds = RETRY_AFTER.get(self.rng.usize(..RETRY_AFTER.len())).copied().unwrap_or_default();
            // As `transport.ts` reads it.
            outcome.retry_after = if seconds > 0.0 { (seconds.min(86_400.0) * 1000.0) as u64 } else { 0 };
        }
        match self.rng.u32(..20) {
            0 => {
                self.count(Fault::RequestLost);
                outcome.status = 0;
            }
            1 => {
                self.count(Fault::ResponseLost);
                self.settle(request);
                outcome.status = 0;
            }
            2 => {
                self.count(Fault::RequestTwice);
                self.settle(request);
                return self.well(request);
            }
            3 => {
                self.count(Fault::Html);
            }
            4 => {
                self.count(Fault::BareSuccess);
                outcome.status = self.one_of(&SUCCESSES);
                if self.rng.bool() {
                    self.settle(request);
                }
            }
            5 => {
                self.count(Fault::Truncated);
                outcome = self.well(request);
                let most = self.rng.usize(..=outcome.results.len());
                outcome.results.truncate(most);
                outcome.wants.clear();
            }
            6 => {
                self.count(Fault::ForgedUnknownIds);
                outcome.results = (0..self.rng.usize(1..4)).map(|_| result(&self.random(32), "stored")).collect();
            }
            7 => self.forge_other_ids(ids, &mut outcome),
            8 => {
                self.count(Fault::ForgedWords);
                let word = WORDS.get(self.rng.usize(..WORDS.len())).copied().unwrap_or_default();
                outcome.results = ids.iter().map(|id| result(id, word)).collect();
            }
            9 => {
                self.count(Fault::ResultsInError);
                outcome.results = self.settle(request).results;
                outcome.status = self.one_of(&FAILURES);
            }
            10 => self.odd_wants(request, &mut outcome),
            11 | 12 => self.fail_with(Fault::Status3xx, &REDIRECTS, &mut outcome),
            13 => self.fail_with(Fault::StatusTooMuch, &TOO_MUCH, &mut outcome),
            14 => self.fail_with(Fault::StatusWrong, &WRONG, &mut outcome),
            15 | 16 => self.fail_with(Fault::StatusLater, &LATER, &mut outcome),
            17 | 18 => self.fail_with(Fault::Status5xx, &FAILURES, &mut outcome),
            _ => self.fail_with(Fault::StatusOdd, &ODD, &mut outcome),
        }
        outcome
    }

    fn fail_with(&mut self, fault: Fault, statuses: &[u32], outcome: &mut Outcome) {
        self.count(fault);
        outcome.status = self.one_of(statuses);
    }

    fn one_of(&mut self, statuses: &[u32]) -> u32 {
        statuses.get(self.rng.usize(..statuses.len())).copied().unwrap_or_default()
    }

    /// Acknowledges what the device has, but not in this batch.
    fn forge_other_ids(&mut self, ids: &[String], outcome: &mut Outcome) {
        let made: Vec<String> = self.ledger.ids().filter(|id| !ids.contains(id)).cloned().collect();
        if made.is_empty() {
            return self.fail_with(Fault::Status5xx, &FAILURES, outcome);
        }
        self.count(Fault::ForgedOtherIds);
        outcome.results = made.iter().map(|id| result(id, "stored")).collect();
    }

    /// The server takes all, and asks for records that it has or that do not exist.
    fn odd_wants(&mut self, request: &Request, outcome: &mut Outcome) {
        self.count(Fault::ServerWants);
        *outcome = self.well(request);
        let mut known: Vec<String> = self.ledger.ids().cloned().collect();
        known.push(self.random(32));
        known.push("no id".to_owned());
        outcome.wants.extend(known);
    }
}

impl Tab {
    /// A page without an engine sends its answers as they are, and does not listen to what comes back.
    #[must_use]
    pub fn request_of(&self, intents: Vec<Intent>) -> Request {
        Request { tab: self.name, records: Vec::new(), intents, heads: Vec::new(), waited: Vec::new() }
    }
}

fn result(id: &str, status: &str) -> SyncResult {
    SyncResult { id: id.to_owned(), status: status.to_owned() }
}
