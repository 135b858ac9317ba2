//! The client: `js/src/boot/open.ts`, `js/src/client/client.ts`, `intent.ts`, `stored.ts` and the driver, one step at a time.

use std::rc::Rc;

use consentkit_core::Engine;
use consentkit_core::protocol::{Context, Effect, Event, Intent, Outcome, Snapshot, Stored, StoredRecord};
use consentkit_core::view::snapshot_key;

use crate::device::{Broken, Crash, Device, names, text};
use crate::fault::Fault;
use crate::ledger::{Fields, Word};
use crate::network::Request;
use crate::plant::Plant;
use crate::storage::{Kept, Key, Value};
use crate::tab::{Load, Tab, Task};
use crate::world::{ITEMS, Mask, Site, mask};

const DAY_MS: u64 = 86_400_000;
/// `LONGEST_WAIT` of the driver.
const LONGEST_TIMER_MS: u32 = i32::MAX as u32;
/// Every answer there is.
pub(crate) const ALL: u128 = u128::MAX;

impl Device {
    /// Boot: replays what lies in storage, or waits for the engine.
    ///
    /// # Errors
    /// When the tab dies.
    pub fn boot(&mut self, tab: &mut Tab) -> Result<(), Crash> {
        if let Some(kept) = self.holding(tab) {
            self.apply(tab, mask(&kept.snapshot.granted), ALL);
            if self.waits(tab) || kept.snapshot.ask || !kept.snapshot.clear.is_empty() {
                tab.load = Load::Coming;
            } else {
                self.look_for_stale(tab, self.replaced);
            }
            return Ok(());
        }
        let answered = !self.cookie.is_empty() || tab.lens.iter().next().is_some() && !self.is_unreadable();
        let unknown = tab.context.region.is_empty();
        self.apply(tab, 0, ALL);
        tab.banner = !answered && !unknown;
        if answered || unknown || !tab.context.signals.is_empty() {
            tab.load = Load::Coming;
        }
        Ok(())
    }

    /// `replay`, when another tab has changed storage or the page comes back.
    pub fn replay(&mut self, tab: &mut Tab) {
        // Once there is an engine, it decides.
        if tab.load == Load::There && self.plant != Some(Plant::ReplayOverEngine) {
            return;
        }
        let Some(kept) = self.holding(tab) else {
            // Another tab may have a newer policy, or could not write its own: what lies there is the engine's to read.
            if tab.load == Load::NotCalled && tab.lens.iter().next().is_some() && !self.is_unreadable() {
                tab.load = Load::Coming;
            }
            return;
        };
        // Another tab may not know of what was answered here before there was an engine.
        let still = if tab.first.is_some() { tab.on } else { Mask::MAX };
        self.apply(tab, mask(&kept.snapshot.granted) & still, kept.knew);
        let called = self.waits(tab) || kept.snapshot.ask || !kept.snapshot.clear.is_empty();
        if called && tab.load == Load::NotCalled {
            tab.load = Load::Coming;
        }
    }

    /// The stored snapshot, if it was made for this page, this place and this time.
    fn holding(&mut self, tab: &Tab) -> Option<Rc<Kept>> {
        let Some(Value::Snapshot(kept)) = self.read(tab, &Key::Snapshot) else { return None };
        let snapshot = &kept.snapshot;
        let own = snapshot.key == snapshot_key(&Site::of(tab.version).plan.meaning, &tab.context);
        let timely = snapshot.made_at < self.now() + DAY_MS && self.now() < snapshot.valid_until;
        let same = self.cookie.contains(&kept.cookie) || self.plant == Some(Plant::LeaveStale);
        (own && timely && same || self.plant == Some(Plant::AnySnapshot)).then_some(kept)
    }

    fn waits(&mut self, tab: &Tab) -> bool {
        tab.lens.iter().any(|(key, _)| matches!(key, Key::Intent(_) | Key::Waiting(_)))
    }

    /// Nobody is going to correct what this page has turned on: nothing has called for the engine, or it has heard everything.
    /// `knew`: the answers that it must have taken into account.
    fn look_for_stale(&mut self, tab: &Tab, knew: u128) {
        for item in (0..ITEMS.len()).filter(|item| tab.on >> item & 1 == 1) {
            let known = |place: usize| knew >> place & 1 == 1;
            let yes = self.ledger.last(item, |choice, word| word == Word::Yes && choice.stored);
            let no = self.ledger.last(item, |choice, word| word == Word::No && choice.stored);
            if no > yes && no.is_some_and(known) {
                let name = tab.name;
                self.broke(Broken::StaleStart, || format!("tab {name} stays with {} on", names(1 << item)));
            }
        }
    }

    /// After a page has come back. One whose engine is on its way gets what it missed from there; one without can know no more than
    /// the snapshot, which a tab that has heard less may have written last.
    fn look_back(&mut self, tab: &Tab) {
        if self.is_unreadable() {
            return;
        }
        match tab.load {
            Load::There => self.look_for_stale(tab, self.known(tab)),
            Load::NotCalled => self.look_for_stale(tab, self.replaced),
            _ => {}
        }
    }

    /// `connect`: the engine is there.
    pub fn connect(&mut self, tab: &mut Tab) {
        let Ok(engine) = Engine::new(Site::of(tab.version).plan.clone()) else { return };
        tab.engine = Some(engine);
        tab.load = Load::There;
        self.recover(tab);
        let mut stored = self.read_stored(tab);
        if self.plant == Some(Plant::NewNonce) {
            stored.intents.iter_mut().for_each(|intent| self.rename(intent));
        }
        if let Some((intent, saved)) = tab.first.take() {
            // Saved, and nothing can be read now: a record without the answers that it names would be another one than the next page
            // makes of it. So it waits there, and no more is on here than it has turned on.
            let waits = saved && intent.heads.iter().any(|head| head.starts_with('~'));
            if waits && stored.intents.iter().all(|it| it.nonce != intent.nonce) {
                tab.most = Some(tab.on);
            } else {
                tab.tasks.push_back(Task::Take(Box::new(intent), saved));
            }
        }
        self.handle(tab, Event::Open { context: tab.context.clone(), stored });
        tab.tasks.extend([Task::KeepSubject, Task::PutSignalOnRecord]);
    }

    /// What has been read is remembered. What is acknowledged does not wait: a tab that has died, or was slower, may have left both.
    pub fn recover(&mut self, tab: &mut Tab) {
        if self.is_unreadable() {
            return;
        }
        for key in [Key::Subject, Key::Outbox] {
            if let Some(value) = tab.lens.get(&key) {
                tab.memory.insert(key, value.clone());
            }
        }
        let acked = |key: &Key| if let Key::Waiting(id) = key { tab.lens.get(&Key::Acked(Rc::clone(id))).is_some() } else { false };
        let twice: Vec<Key> = tab.lens.iter().map(|(key, _)| key.clone()).filter(acked).collect();
        twice.into_iter().for_each(|key| self.remove(tab, key));
    }

    /// The page comes back, or hears that there is something new: the engine is told of all that lies there.
    pub fn reread(&mut self, tab: &mut Tab) {
        if tab.engine.is_some() {
            let stored = self.read_stored(tab);
            tab.events.push_back(Event::Stored { stored });
        }
    }

    /// One effect, else one event, else what follows them.
    ///
    /// # Errors
    /// When the tab dies.
    pub fn step(&mut self, tab: &mut Tab) -> Result<(), Crash> {
        if let Some(effect) = tab.effects.pop_front() {
            self.point(Fault::CrashInEffects)?;
            return self.carry_out(tab, effect);
        }
        if let Some(event) = tab.events.pop_front() {
            self.point(Fault::CrashBetweenEvents)?;
            self.handle(tab, event);
            return Ok(());
        }
        match tab.tasks.pop_front() {
            Some(Task::KeepSubject) => self.keep_subject(tab),
            Some(Task::PutSignalOnRecord) => return self.put_signal_on_record(tab),
            Some(Task::Take(intent, saved)) => self.take(tab, *intent, saved),
            Some(Task::LookBack) => self.look_back(tab),
            None => {}
        }
        Ok(())
    }

    /// Where only the cookie or the records know who this is, it stays the same person.
    fn keep_subject(&mut self, tab: &mut Tab) {
        let subject = tab.view.as_ref().map(|view| view.subject.clone()).filter(|subject| !subject.is_empty());
        if let Some(subject) = subject.filter(|_| self.read(tab, &Key::Subject).is_none()) {
            self.write(tab, Key::Subject, text(&subject));
        }
    }

    /// `take` of what was answered before there was an engine. Its first word may be from a storage that no longer has the answer, so
    /// nothing is turned on before this, and then what the engine says last.
    fn take(&mut self, tab: &mut Tab, intent: Intent, saved: bool) {
        self.handle(tab, Event::Intent { intent, saved });
        let silent = !tab.effects.iter().any(|effect| matches!(effect, Effect::Snapshot { .. }));
        if let Some(on) = tab.held.take().filter(|_| silent) {
            self.apply(tab, on, ALL);
        }
    }

    fn carry_out(&mut self, tab: &mut Tab, effect: Effect) -> Result<(), Crash> {
        match effect {
            Effect::Snapshot { snapshot, keep } => self.keep_snapshot(tab, snapshot, keep)?,
            Effect::View { view } => tab.view = Some(view),
            Effect::Save { record } => self.save(tab, record)?,
            Effect::Forget { nonce } => self.remove(tab, Key::Intent(Rc::from(nonce))),
            Effect::Send { records, heads } => {
                let waited =
                    records.iter().map(|it| it.id.clone()).filter(|id| tab.lens.get(&Key::Waiting(Rc::from(id.as_str()))).is_some());
                let waited = waited.collect();
                self.requests.push(Request { tab: tab.name, records, intents: Vec::new(), heads, waited });
            }
            Effect::Outbox { state, .. } if state.is_empty() => self.remove(tab, Key::Outbox),
            Effect::Outbox { state, .. } => {
                self.write(tab, Key::Outbox, text(&state));
            }
            Effect::Wake { after } if self.plant != Some(Plant::NeverWake) => {
                tab.wake_at = Some(self.passed + u64::from(after.min(LONGEST_TIMER_MS)));
            }
            _ => {}
        }
        Ok(())
    }

    fn keep_snapshot(&mut self, tab: &mut Tab, snapshot: Snapshot, keep: bool) -> Result<(), Crash> {
        // What was answered before there was an engine comes next, and may take something back.
        let on = mask(&snapshot.granted) & tab.most.unwrap_or(Mask::MAX);
        let expected = tab.tasks.iter().any(|task| matches!(task, Task::Take(..)));
        if !expected || self.plant == Some(Plant::OpenBeforeUnsaved) {
            self.apply(tab, on, ALL);
        } else {
            tab.held = Some(on);
        }
        // `keepPicture`: the cookie of the same turn comes first.
        let value = tab.effects.iter().find_map(|effect| if let Effect::Cookie { value, .. } = effect { Some(value) } else { None });
        if let Some(value) = value {
            let name = tab.name;
            self.tell(|| format!("  tab {name} writes the cookie {value}"));
            (self.cookie, self.cookie_of) = (value.clone(), tab.own.clone());
            self.point(Fault::CrashInEffects)?;
        }
        tab.heads.clone_from(&snapshot.heads);
        if keep {
            let kept = Kept { snapshot, cookie: self.cookie.clone(), knew: self.known(tab) };
            self.write(tab, Key::Snapshot, Value::Snapshot(Rc::new(kept)));
        } else {
            self.remove(tab, Key::Snapshot);
        }
        Ok(())
    }

    fn save(&mut self, tab: &mut Tab, record: StoredRecord) -> Result<(), Crash> {
        let id: Rc<str> = Rc::from(record.id.as_str());
        if self.plant == Some(Plant::ForgetBeforeSave)
            && let Some(fields) = Fields::read(&record.bytes)
        {
            self.remove(tab, Key::Intent(Rc::from(fields.salt)));
            self.point(Fault::CrashInEffects)?;
        }
        let key = if record.acked { Key::Acked(Rc::clone(&id)) } else { Key::Waiting(Rc::clone(&id)) };
        let ok = self.write(tab, key, text(&record.bytes)) || self.plant == Some(Plant::SayItIsSaved);
        self.point(Fault::CrashInEffects)?;
        if ok && record.acked {
            self.remove(tab, Key::Waiting(id));
        }
        tab.events.push_back(Event::Saved { id: record.id, ok });
        Ok(())
    }

    /// `readStored`
    pub fn read_stored(&mut self, tab: &mut Tab) -> Stored {
        let mut stored = Stored { cookie: self.cookie.clone(), ..Stored::default() };
        if let Some(Value::Text(subject)) = self.read(tab, &Key::Subject) {
            stored.subject = subject.to_string();
        }
        if let Some(Value::Text(state)) = self.read(tab, &Key::Outbox) {
            stored.outbox = state.to_string();
        }
        if self.is_unreadable() {
            return stored;
        }
        let (mut intents, mut waiting) = (Vec::new(), Vec::new());
        for (key, value) in tab.lens.iter() {
            match (key, value) {
                (Key::Intent(_), Value::Intent(intent)) => intents.push((**intent).clone()),
                (Key::Waiting(id), Value::Text(bytes)) => waiting.push(kept(id, bytes, false)),
                (Key::Acked(id), Value::Text(bytes)) => stored.records.push(kept(id, bytes, true)),
                _ => {}
            }
        }
        stored.records.append(&mut waiting);
        if self.plant == Some(Plant::LastWriteWins) {
            last_write_wins(&mut stored.records);
        }
        stored.intents = intents;
        stored
    }

    /// `setContext`
    pub fn set_context(&mut self, tab: &mut Tab, context: Context) {
        tab.events.push_back(Event::Context { context });
        tab.tasks.push_back(Task::PutSignalOnRecord);
    }

    /// What the transport makes of an answer.
    pub fn understand(&mut self, tab: &mut Tab, ids: &[String], outcome: &mut Outcome) {
        let well = (200..300).contains(&outcome.status);
        match self.plant {
            Some(Plant::AckOnBare200) if well && outcome.results.is_empty() => outcome.results = acknowledged(ids),
            Some(Plant::AckInOrder) if well => {
                outcome.results.iter_mut().zip(ids).for_each(|(result, id)| result.id.clone_from(id));
            }
            Some(Plant::DropAfterTries) => {
                for id in ids {
                    let tries = tab.tries.entry(id.clone()).or_default();
                    *tries += 1;
                    if *tries == 3 {
                        self.remove(tab, Key::Waiting(Rc::from(id.as_str())));
                    }
                }
            }
            _ => {}
        }
    }
}

fn acknowledged(ids: &[String]) -> Vec<consentkit_core::protocol::SyncResult> {
    ids.iter().map(|id| consentkit_core::protocol::SyncResult { id: id.clone(), status: "stored".into() }).collect()
}

fn kept(id: &str, bytes: &str, acked: bool) -> StoredRecord {
    StoredRecord { id: id.to_owned(), bytes: bytes.to_owned(), acked }
}

/// The planted way to merge: whoever's clock is furthest ahead is right about everything.
pub fn last_write_wins(records: &mut Vec<StoredRecord>) {
    let at = |record: &StoredRecord| Fields::read(&record.bytes).map(|fields| fields.at);
    let last = records.iter().map(at).max().flatten();
    records.retain(|record| at(record) == last);
}
