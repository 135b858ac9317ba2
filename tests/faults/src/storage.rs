//! localStorage of one site on one device, as several tabs see it.
//!
//! A tab sees its own writes at once and those of others later, in the order in which they were made; within one task of a
//! tab nothing changes under its hands. That is how browsers do it that run each tab in a process of its own.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use consentkit_core::protocol::{Intent, Snapshot};

/// A key after the prefix of the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `s`
    Snapshot,
    /// `u`
    Subject,
    /// `o`
    Outbox,
    /// `w:i:<nonce>`
    Intent(Rc<str>),
    /// `w:r:<id>`
    Waiting(Rc<str>),
    /// `r:<id>`
    Acked(Rc<str>),
}

/// What lies under a key. The client writes JSON where this has a value.
#[derive(Debug, Clone)]
pub enum Value {
    /// The subject, the state of sending, or a record's bytes.
    Text(Rc<str>),
    /// An answer.
    Intent(Rc<Intent>),
    /// The last decisions.
    Snapshot(Rc<Kept>),
}

/// A snapshot in storage.
#[derive(Debug)]
pub struct Kept {
    /// What a page may replay.
    pub snapshot: Snapshot,
    /// The cookie that lay beside it.
    pub cookie: String,
    /// The answers that lay before the eyes of the tab that wrote it, one bit for each. No client knows of this: a tab
    /// cannot be blamed for what reached it later.
    pub knew: u128,
}

impl Value {
    /// About how many characters it has.
    fn size(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::Intent(intent) => 300 + intent.stamp.len() + 46 * intent.heads.len(),
            Value::Snapshot(kept) => 200 + 46 * kept.snapshot.heads.len(),
        }
    }
}

/// How storage fails for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// It does not.
    #[default]
    Well,
    /// Every write throws.
    Full,
    /// Writes of intents throw, or of records, or of everything else, bit by bit.
    FullForSome(u8),
    /// Writes throw past so many characters in all.
    Quota(usize),
    /// Writes have no effect.
    Swallows,
    /// Whatever touches it throws.
    Throws,
    /// Reads throw, writes do not.
    ReadThrows,
}

/// What a write or a removal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrote {
    /// It lies there.
    Yes,
    /// It threw.
    Refused,
    /// Nothing was said, and nothing lies there.
    Swallowed,
}

/// A change on its way to another tab; `None` removes.
#[derive(Debug, Clone)]
struct Change {
    turn: u64,
    key: Key,
    value: Option<Value>,
}

/// What lies on the device.
#[derive(Debug, Default)]
pub struct Disk {
    cells: BTreeMap<Key, Value>,
    turn: u64,
    /// Why it fails.
    pub mood: Mood,
}

/// What one tab sees of it.
#[derive(Debug, Default)]
pub struct Lens {
    cells: BTreeMap<Key, (u64, Option<Value>)>,
    coming: VecDeque<Change>,
}

impl Disk {
    /// A new tab sees what lies there.
    #[must_use]
    pub fn lens(&self) -> Lens {
        let cells = self.cells.iter().map(|(key, value)| (key.clone(), (self.turn, Some(value.clone())))).collect();
        Lens { cells, coming: VecDeque::new() }
    }

    /// Everything that lies there, whatever the mood.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.cells.iter()
    }

    /// Writes for a tab, or removes; `others` learn of it later.
    pub fn change<'a>(&mut self, own: &mut Lens, others: impl Iterator<Item = &'a mut Lens>, key: Key, value: Option<Value>) -> Wrote {
        let wrote = self.would(&key, value.as_ref());
        if wrote != Wrote::Yes {
            return wrote;
        }
        if value.is_some() && matches!((&value, self.cells.get(&key)), (Some(Value::Text(new)), Some(Value::Text(old))) if new == old) {
            // Nobody is told of a change that is none.
            own.cells.insert(key, (self.turn, value));
            return wrote;
        }
        self.turn += 1;
        match &value {
            Some(value) => self.cells.insert(key.clone(), value.clone()),
            None => self.cells.remove(&key),
        };
        for other in others {
            other.coming.push_back(Change { turn: self.turn, key: key.clone(), value: value.clone() });
        }
        own.cells.insert(key, (self.turn, value));
        Wrote::Yes
    }

    /// What becomes of a write. What lies there already needs no room.
    fn would(&self, key: &Key, value: Option<&Value>) -> Wrote {
        let same = matches!((value, self.cells.get(key)), (Some(Value::Text(new)), Some(Value::Text(old))) if new == old);
        if same && self.mood != Mood::Throws {
            return Wrote::Yes;
        }
        let Some(value) = value else {
            // Removing needs no room.
            return if self.mood == Mood::Throws { Wrote::Refused } else { Wrote::Yes };
        };
        match self.mood {
            Mood::Full | Mood::Throws => Wrote::Refused,
            Mood::Swallows => Wrote::Swallowed,
            Mood::FullForSome(kinds) if kinds & kind(key) != 0 => Wrote::Refused,
            Mood::Quota(most) if self.size() + value.size() > most => Wrote::Refused,
            _ => Wrote::Yes,
        }
    }

    fn size(&self) -> usize {
        self.cells.values().map(Value::size).sum()
    }
}

fn kind(key: &Key) -> u8 {
    match key {
        Key::Intent(_) => 1,
        Key::Waiting(_) => 2,
        Key::Acked(_) => 4,
        Key::Snapshot | Key::Subject | Key::Outbox => 8,
    }
}

impl Lens {
    /// What lies under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.cells.get(key).and_then(|(_, value)| value.as_ref())
    }

    /// Everything that it sees.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.cells.iter().filter_map(|(key, (_, value))| Some((key, value.as_ref()?)))
    }

    /// When what it sees under a key was written.
    #[must_use]
    pub fn turn(&self, key: &Key) -> Option<u64> {
        self.cells.get(key).map(|(turn, _)| *turn)
    }

    /// Does not learn of a change that its tab has taken back.
    pub fn unhear(&mut self, key: &Key, turn: Option<u64>) {
        self.coming.retain(|change| change.key != *key || Some(change.turn) != turn);
    }

    /// How many changes of others it does not see yet.
    #[must_use]
    pub fn behind(&self) -> usize {
        self.coming.len()
    }

    /// Lets it see so many of them, oldest first, and remember who the person is and how sending stands. Says whether there is
    /// something among them that an engine wants to hear of whose own snapshot has these heads.
    pub fn catch_up(&mut self, count: usize, memory: &mut BTreeMap<Key, Value>, heads: &[String]) -> bool {
        let mut told = false;
        for change in self.coming.drain(..count.min(self.coming.len())) {
            let newer = self.cells.get(&change.key).is_none_or(|(turn, _)| *turn < change.turn);
            told |= match &change.value {
                // A tab that knew less may have written it over ours.
                Some(Value::Snapshot(kept)) => kept.snapshot.heads != heads,
                Some(_) => change.key != Key::Outbox,
                None => false,
            };
            if newer {
                if matches!(change.key, Key::Subject | Key::Outbox) {
                    match &change.value {
                        Some(value) => memory.insert(change.key.clone(), value.clone()),
                        None => memory.remove(&change.key),
                    };
                }
                self.cells.insert(change.key, (change.turn, change.value));
            }
        }
        told
    }
}
