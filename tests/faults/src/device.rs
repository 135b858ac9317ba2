//! A device in a bad world: its tabs, its storage, its clock, the network and the server, and what was seen to break.

use std::collections::BTreeMap;
use std::rc::Rc;

use consentkit_core::protocol::{Effect, Env, Event};
use fastrand::Rng;

use crate::fault::{Counts, Fault};
use crate::ledger::{Ledger, Word};
use crate::network::{Reply, Request};
use crate::plant::Plant;
use crate::server::Server;
use crate::storage::{Disk, Key, Mood, Value, Wrote};
use crate::tab::Tab;
use crate::world::{ITEMS, Mask, START};

/// The tab is dead; nothing of its memory is left.
#[derive(Debug)]
pub struct Crash;

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A choice that was saved lies nowhere any more.
    Lost,
    /// A choice that was saved has not arrived, although everything was well for long.
    Undelivered,
    /// The server has a choice twice.
    Doubled,
    /// The server has a choice with other words.
    Altered,
    /// Something still waits, although everything was well for long.
    NotDrained,
    /// Somebody said no and nobody yes after it, and it is on.
    WithdrawalLost,
    /// It is on, and the rules say that it is off.
    Granted,
    /// It is off, and the rules say that it is on.
    YesLost,
    /// It was on in a page, and no yes to it had been saved.
    OnWithoutYes,
    /// A no was said in a page, and it was on there later.
    NoDidNotHold,
    /// A page started with something that the snapshot's own tab had seen taken back.
    StaleStart,
    /// The cookie says yes to what is off.
    CookieSaysMore,
    /// The software panicked.
    Panic,
}

/// The first thing that broke.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Of which kind.
    pub broken: Broken,
    /// In words.
    pub what: String,
}

/// How often bad luck strikes in one session: of so many chances one.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// A tab dies at a given point.
    pub crash: u32,
    /// A request meets a fault; of 100.
    pub network: u32,
}

/// Everything that one session is about.
pub struct Device {
    /// All chance.
    pub rng: Rng,
    /// What is wrong on purpose.
    pub plant: Option<Plant>,
    /// How bad it is.
    pub weather: Weather,
    /// No more faults.
    pub calm: bool,
    /// What has struck.
    pub counts: Counts,
    /// Events that engines were handed.
    pub events: u64,
    /// Milliseconds since the session began.
    pub passed: u64,
    /// Added to the true time, or a time of its own.
    pub skew: Skew,
    /// What lies there.
    pub disk: Disk,
    /// The value of `ck_<site>`.
    pub cookie: String,
    /// For whose device the page that wrote it took this one; empty when it did not know, and then all that lies there is theirs.
    pub cookie_of: String,
    /// All tabs, without the one in which something happens just now.
    pub tabs: Vec<Tab>,
    /// How many there have been.
    pub opened: u64,
    /// What was said.
    pub ledger: Ledger,
    /// What arrived.
    pub server: Server,
    /// On their way.
    pub requests: Vec<Request>,
    /// On their way back.
    pub replies: Vec<Reply>,
    /// Which tab first sent a record.
    pub senders: BTreeMap<String, u64>,
    /// The newest policy.
    pub newest: usize,
    /// Whether the browser sends a signal from the next page on.
    pub signal: bool,
    /// What was known to whoever last replaced the snapshot, or took it away because it could not be replaced.
    pub replaced: u128,
    /// Told line by line, when somebody wants to read it.
    pub trace: Option<Vec<String>>,
    /// What broke first.
    pub problem: Option<Problem>,
}

/// What is wrong with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skew {
    /// So many milliseconds ahead, or behind.
    By(i64),
    /// The session began at this moment, by the clock.
    From(u64),
}

impl Device {
    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> u64 {
        match self.skew {
            Skew::By(by) => (START + self.passed).saturating_add_signed(by),
            Skew::From(start) => start + self.passed,
        }
    }

    /// One chance of so many, as long as there are faults.
    pub fn strikes(&mut self, of: u32) -> bool {
        !self.calm && self.rng.u32(..of.max(1)) == 0
    }

    /// A fault has struck.
    pub fn count(&mut self, fault: Fault) {
        self.counts.add(fault);
        self.tell(|| format!("    ! {}", fault.name()));
    }

    /// A line for whoever reads along.
    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(line());
        }
    }

    /// Something broke. What broke first is what counts.
    pub fn broke(&mut self, broken: Broken, what: impl FnOnce() -> String) {
        if self.problem.is_none() {
            let what = what();
            self.tell(|| format!("*** {broken:?}: {what}"));
            self.problem = Some(Problem { broken, what });
        }
    }

    /// A point at which a tab may die.
    ///
    /// # Errors
    /// When it does.
    pub fn point(&mut self, fault: Fault) -> Result<(), Crash> {
        let of = self.weather.crash;
        if self.strikes(of) {
            self.count(fault);
            return Err(Crash);
        }
        Ok(())
    }

    /// Reads a key as a tab sees it. What throws is as if nothing were there.
    pub fn read(&mut self, tab: &Tab, key: &Key) -> Option<Value> {
        let there = tab.lens.get(key).cloned();
        let readable = there.is_some() && !self.is_unreadable();
        there.filter(|_| readable).or_else(|| tab.memory.get(key).cloned())
    }

    /// Whether nothing can be read. Counts as a fault.
    pub fn is_unreadable(&mut self) -> bool {
        match self.disk.mood {
            Mood::Throws => self.count(Fault::StorageThrows),
            Mood::ReadThrows => self.count(Fault::ReadThrows),
            _ => return false,
        }
        true
    }

    /// Writes a key; true when it can be read back.
    pub fn write(&mut self, tab: &mut Tab, key: Key, value: Value) -> bool {
        let choice = match &value {
            Value::Intent(intent) => self.ledger.of_nonce(&intent.nonce),
            _ => None,
        };
        let choice = choice.or_else(|| if let Key::Waiting(id) | Key::Acked(id) = &key { self.ledger.of_id(id) } else { None });
        if !is_proof(&key) {
            tab.memory.insert(key.clone(), value.clone());
        }
        let knew = if let Value::Snapshot(kept) = &value { Some(kept.knew) } else { None };
        let wrote = self.change(tab, key.clone(), Some(value));
        if let Some(knew) = knew.filter(|_| self.disk.mood != Mood::Throws) {
            self.replaced = knew;
        }
        let ok = wrote == Wrote::Yes && !self.is_unreadable();
        if ok {
            self.ledger.mark(choice, |choice| (choice.told, choice.stored) = (true, true));
        } else if !self.stays(&key) {
            // What cannot be replaced, or read back, is no longer true. Others hear what became of it in this task, not what lay between.
            self.tabs.iter_mut().for_each(|other| other.lens.unhear(&key, tab.lens.turn(&key)));
            self.erase(tab, key);
        } else if wrote == Wrote::Yes {
            self.ledger.mark(choice, |choice| choice.stored = true);
        }
        ok
    }

    /// Whether a key is left as it is when it could not be written: a record never changes, and another tab may have written it.
    fn stays(&self, key: &Key) -> bool {
        let record = matches!(key, Key::Waiting(_) | Key::Acked(_)) && self.plant != Some(Plant::EraseRecord);
        record || self.plant == Some(Plant::LeaveStale)
    }

    /// Removes a key.
    pub fn remove(&mut self, tab: &mut Tab, key: Key) {
        tab.memory.remove(&key);
        self.erase(tab, key);
    }

    fn erase(&mut self, tab: &mut Tab, key: Key) {
        if tab.lens.get(&key).is_some() {
            self.change(tab, key, None);
        }
    }

    fn change(&mut self, tab: &mut Tab, key: Key, value: Option<Value>) -> Wrote {
        let mood = self.disk.mood;
        let wrote = self.disk.change(&mut tab.lens, self.tabs.iter_mut().map(|tab| &mut tab.lens), key, value);
        match (wrote, mood) {
            (Wrote::Yes, _) => {}
            (Wrote::Swallowed, _) => self.count(Fault::WriteSwallowed),
            (_, Mood::Throws) => self.count(Fault::StorageThrows),
            (_, Mood::FullForSome(_)) => self.count(Fault::WriteRefusedForSome),
            (_, Mood::Quota(_)) => self.count(Fault::Quota),
            _ => self.count(Fault::WriteRefused),
        }
        wrote
    }

    /// Hands an event to the tab's engine.
    pub fn handle(&mut self, tab: &mut Tab, event: Event) {
        let env = Env { now: self.now(), entropy: (0..32).map(|_| self.rng.u8(..)).collect() };
        let Some(engine) = tab.engine.as_mut() else { return };
        self.events += 1;
        if let Event::Open { stored, .. } | Event::Stored { stored } = &event
            && !stored.subject.is_empty()
        {
            tab.own.clone_from(&stored.subject);
        }
        if let Some(trace) = &mut self.trace {
            trace.push(format!("  tab {}: {}", tab.name, brief(&event)));
        }
        let effects = engine.handle(event, env);
        for effect in &effects {
            if let Effect::Save { record } = effect {
                let blind = matches!(self.disk.mood, Mood::Throws | Mood::ReadThrows);
                self.ledger.made(&record.id, &record.bytes, |ledger, place, nonce| {
                    let is_of_it = |key: &Key| match key {
                        Key::Intent(own) => **own == *nonce,
                        Key::Waiting(id) | Key::Acked(id) => ledger.of_id(id) == Some(place),
                        _ => false,
                    };
                    !blind && tab.lens.iter().any(|(key, _)| is_of_it(key))
                });
            }
        }
        tab.effects.extend(effects);
    }

    /// Sets what is on in a page, and looks whether that may be. `knew`: which answers a snapshot's tab had before it.
    pub fn apply(&mut self, tab: &mut Tab, on: Mask, knew: u128) {
        tab.on = on;
        let unsupported = self.ledger.unsupported(on, tab.version);
        if unsupported != 0 {
            let name = tab.name;
            self.broke(Broken::OnWithoutYes, || format!("tab {name} turns on {} and no yes to it was saved", names(unsupported)));
        }
        for item in (0..ITEMS.len()).filter(|item| on >> item & 1 == 1) {
            let Some((no, Word::No)) = tab.said.get(item).copied().flatten() else { continue };
            let yes = self.ledger.last(item, |_, word| word == Word::Yes);
            if yes < Some(no) && knew >> no & 1 == 1 {
                let name = tab.name;
                self.broke(Broken::NoDidNotHold, || format!("tab {name} turns on {} after answer {no} there", names(1 << item)));
            }
        }
    }

    /// The answers that a tab sees in storage, one bit for each.
    #[must_use]
    pub fn known(&self, tab: &Tab) -> u128 {
        let place = |key: &Key| match key {
            Key::Intent(nonce) => self.ledger.of_nonce(nonce),
            Key::Waiting(id) | Key::Acked(id) => self.ledger.of_id(id),
            _ => None,
        };
        tab.lens.iter().filter_map(|(key, _)| place(key)).fold(0, |known, place| known | 1 << place)
    }

    /// Random bytes in base64url.
    pub fn random(&mut self, length: usize) -> String {
        let bytes: Vec<u8> = (0..length).map(|_| self.rng.u8(..)).collect();
        consentkit_core::id::encode(&bytes)
    }
}

/// Whether it proves an answer: that counts only where it lies.
fn is_proof(key: &Key) -> bool {
    matches!(key, Key::Intent(_) | Key::Waiting(_) | Key::Acked(_))
}

/// Items by their names.
#[must_use]
pub fn names(mask: Mask) -> String {
    let on: Vec<&str> = ITEMS.iter().enumerate().filter(|(item, _)| mask >> item & 1 == 1).map(|(_, name)| *name).collect();
    if on.is_empty() { "nothing".to_owned() } else { on.join(", ") }
}

/// Text for storage.
#[must_use]
pub fn text(text: &str) -> Value {
    Value::Text(Rc::from(text))
}

/// The beginning of an id.
#[must_use]
pub fn short(id: &str) -> &str {
    id.get(..6).unwrap_or(id)
}

fn brief(event: &Event) -> String {
    match event {
        Event::Open { stored, .. } => {
            let cookie = if stored.cookie.is_empty() { "" } else { ", a cookie" };
            format!("open: {} records, {} intents{cookie}", stored.records.len(), stored.intents.len())
        }
        Event::Stored { stored } => format!("stored: {} records, {} intents", stored.records.len(), stored.intents.len()),
        Event::Intent { intent, saved } => {
            format!("intent {} {} {}", short(&intent.nonce), intent.answers, if *saved { "" } else { "(not saved)" })
        }
        Event::Saved { id, ok } => format!("saved {} {ok}", short(id)),
        Event::Sent { ids, outcome } => {
            let ids: Vec<&str> = ids.iter().map(|id| short(id)).collect();
            let results: Vec<String> = outcome.results.iter().map(|it| format!("{} {}", short(&it.id), it.status)).collect();
            format!("sent {ids:?}: {} {results:?}", outcome.status)
        }
        other => format!("{other:?}"),
    }
}
