//! A page in a tab: what `js/src/boot` and `js/src/client` keep in memory.

use std::collections::{BTreeMap, HashMap, VecDeque};

use consentkit_core::Engine;
use consentkit_core::protocol::{Context, Effect, Event, Intent, View};

use crate::ledger::Word;
use crate::storage::{Key, Lens, Value};
use crate::world::{ITEMS, Mask};

/// Where the engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Nobody has called for it.
    NotCalled,
    /// It is being loaded.
    Coming,
    /// It is there.
    There,
    /// It cannot be loaded.
    Failed,
}

/// What a start does besides events.
#[derive(Debug)]
pub enum Task {
    /// Writes the engine's subject where storage has none.
    KeepSubject,
    /// `putSignalOnRecord`
    PutSignalOnRecord,
    /// The page has come back and has had its chance to catch up.
    LookBack,
    /// `client.take(intent, saved)`
    Take(Box<Intent>, bool),
}

/// One page in one tab.
#[derive(Debug)]
pub struct Tab {
    /// No two have the same.
    pub name: u64,
    /// Of its policy.
    pub version: usize,
    /// Where and with which signals.
    pub context: Context,
    /// What it sees of storage.
    pub lens: Lens,
    /// What the page has written besides answers, and what it has read of subject and outbox: it outlives what storage does with it.
    pub memory: BTreeMap<Key, Value>,
    /// Storage events that have not been told yet.
    pub bells: usize,
    /// Whether the engine wants to hear of one of them.
    pub news: bool,
    /// In the back/forward cache, or put to sleep: nothing happens in it, and what it misses is not told later.
    pub frozen: bool,
    /// What is on, for the page's code.
    pub on: Mask,
    /// Once it is there.
    pub engine: Option<Engine>,
    /// Where it is.
    pub load: Load,
    /// The banner of a first visit stands there.
    pub banner: bool,
    /// What can be drawn.
    pub view: Option<View>,
    /// Events that wait for the sink to return.
    pub events: VecDeque<Event>,
    /// Effects that are not carried out yet.
    pub effects: VecDeque<Effect>,
    /// What follows when both are done.
    pub tasks: VecDeque<Task>,
    /// An answer that was given before there was an engine, and whether it was written.
    pub first: Option<(Intent, bool)>,
    /// More must not be on here: an answer waits that cannot be read.
    pub most: Option<Mask>,
    /// What an engine that has not heard of it yet would turn on.
    pub held: Option<Mask>,
    /// `_heads`: the newest records that its engine knows of, for when the snapshot in storage cannot be read.
    pub heads: Vec<String>,
    /// The subject that its engine has been told of.
    pub own: String,
    /// When the timer goes off.
    pub wake_at: Option<u64>,
    /// What was last said here of each item: the answer and the word.
    pub said: [Option<(usize, Word)>; ITEMS.len()],
    /// How often each record was tried, for a planted fault.
    pub tries: HashMap<String, u32>,
}

impl Tab {
    /// A page that sees nothing yet.
    #[must_use]
    pub fn new(name: u64, version: usize, context: Context, lens: Lens) -> Self {
        Self {
            name,
            version,
            context,
            lens,
            memory: BTreeMap::new(),
            bells: 0,
            news: false,
            frozen: false,
            on: 0,
            engine: None,
            load: Load::NotCalled,
            banner: false,
            view: None,
            events: VecDeque::new(),
            effects: VecDeque::new(),
            tasks: VecDeque::new(),
            first: None,
            most: None,
            held: None,
            heads: Vec::new(),
            own: String::new(),
            wake_at: None,
            said: [None; ITEMS.len()],
            tries: HashMap::new(),
        }
    }

    /// Whether its task is over, so that something else may happen in it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.effects.is_empty() && self.events.is_empty() && self.tasks.is_empty()
    }

    /// Whether it has an engine and a picture.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.load == Load::There && self.view.is_some()
    }
}
