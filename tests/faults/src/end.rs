//! The end of a session: nothing fails any more. Everything must arrive, and what is left must say what people have said.

use std::collections::BTreeMap;

use consentkit_core::Engine;
use consentkit_core::protocol::{Env, Event, Stored, StoredRecord};

use crate::client::last_write_wins;
use crate::device::{Broken, Device, Skew, names, short};
use crate::ledger::Fields;
use crate::oracle::{Heard, Visit};
use crate::plant::Plant;
use crate::storage::{Key, Mood, Value};
use crate::world::{Mask, Site, context, mask};

/// Past every pause: a day that a server may ask for, and an hour of our own.
const PAST_EVERY_PAUSE_MS: u64 = 26 * 3_600_000;
/// One page is enough for all that waits: a pause of before ends on it. What another one begins ends too.
const PAUSES: usize = 3;

impl Device {
    /// Nothing fails any more.
    pub fn end(&mut self) {
        self.tell(|| "nothing fails any more".to_owned());
        self.calm = true;
        self.disk.mood = Mood::Well;
        self.skew = Skew::By(0);
        self.server.later = false;
        self.server.dislikes.clear();
        self.signal = false;
        for at in 0..self.tabs.len() {
            self.thaw(at);
        }
        self.settle_down();
        self.tabs.clear();
        self.open(self.newest, context("DE", false));
        self.settle_down();
        for _ in 0..PAUSES {
            if self.is_drained() {
                break;
            }
            self.let_pass(PAST_EVERY_PAUSE_MS);
            self.settle_down();
        }
        if self.problem.is_none() {
            self.look_at_what_is_left();
        }
    }

    /// Until nothing moves.
    fn settle_down(&mut self) {
        for _ in 0..200 {
            self.run();
            self.carry();
            self.hear();
            let quiet = self.tabs.iter().all(|tab| tab.is_idle() && tab.lens.behind() == 0 && tab.bells == 0);
            if quiet && self.requests.is_empty() && self.replies.is_empty() {
                break;
            }
        }
    }

    fn look_at_what_is_left(&mut self) {
        if !self.is_drained() {
            let waiting: Vec<String> = self
                .disk
                .iter()
                .filter_map(|(key, _)| match key {
                    Key::Intent(nonce) => Some(format!("intent {}", short(nonce))),
                    Key::Waiting(id) => Some(format!("record {}", short(id))),
                    _ => None,
                })
                .collect();
            self.broke(Broken::NotDrained, || format!("still waiting: {}", waiting.join(", ")));
        }
        let records = self.union();
        let set = self.look_at_each(&records);
        self.look_at_decisions(records, &set);
    }

    /// What device and server have together.
    fn union(&self) -> BTreeMap<String, StoredRecord> {
        let on_device = self.disk.iter().filter_map(|(key, value)| match (key, value) {
            (Key::Waiting(id) | Key::Acked(id), Value::Text(bytes)) => Some((id.to_string(), bytes.to_string())),
            _ => None,
        });
        let at_server = self.server.kept.iter().map(|(id, bytes)| (id.clone(), bytes.clone()));
        on_device.chain(at_server).map(|(id, bytes)| (id.clone(), StoredRecord { id, bytes, acked: true })).collect()
    }

    /// Whether every answer is where it must be, once, with its own words. Says of each whether it is anywhere.
    fn look_at_each(&mut self, records: &BTreeMap<String, StoredRecord>) -> Vec<bool> {
        let mut copies: Vec<Vec<&String>> = vec![Vec::new(); self.ledger.choices.len()];
        for (id, record) in records {
            let fields = Fields::read(&record.bytes);
            let place = fields.as_ref().and_then(|fields| self.ledger.of_nonce(&fields.salt));
            match (fields, place) {
                (Some(fields), Some(place)) => {
                    self.compare(place, &fields);
                    if let Some(copies) = copies.get_mut(place) {
                        copies.push(id);
                    }
                }
                _ => self.broke(Broken::Altered, || format!("record {} is nobody's answer", short(id))),
            }
        }
        for (place, copies) in copies.iter().enumerate() {
            let arrived = |id: &&&String| {
                let server = &self.server;
                [&server.erased, &server.refused, &server.lost].into_iter().any(|set| set.contains(**id)) || server.kept.contains_key(**id)
            };
            let Some(choice) = self.ledger.choices.get(place).filter(|choice| choice.stored || choice.told) else { continue };
            let control = choice.control;
            match (copies.len(), copies.iter().find(arrived)) {
                (0, _) => self.broke(Broken::Lost, || format!("answer {place} ({control}) was saved and is gone")),
                (1, Some(_)) => {}
                (1, None) => self.broke(Broken::Undelivered, || format!("answer {place} ({control}) has not arrived")),
                _ => self.broke(Broken::Doubled, || format!("answer {place} ({control}) has {} records", copies.len())),
            }
        }
        copies.iter().map(|copies| !copies.is_empty()).collect()
    }

    fn compare(&mut self, place: usize, fields: &Fields) {
        let Some(choice) = self.ledger.choices.get(place) else { return };
        let mut parents: Vec<usize> = choice.heads.iter().filter_map(|head| self.ledger.of_head(head)).collect();
        let mut named: Vec<usize> = fields.parents.iter().filter_map(|id| self.ledger.of_id(id)).collect();
        for list in [&mut parents, &mut named] {
            list.sort_unstable();
            list.dedup();
        }
        if fields.at != choice.at || parents != named {
            let what = format!("answer {place} came after {parents:?} and its record says {named:?}, at {} and {}", choice.at, fields.at);
            self.broke(Broken::Altered, || what);
        }
    }

    /// A new engine over everything must say what people have said.
    fn look_at_decisions(&mut self, records: BTreeMap<String, StoredRecord>, set: &[bool]) {
        let mut records: Vec<StoredRecord> = records.into_values().collect();
        if self.plant == Some(Plant::LastWriteWins) {
            last_write_wins(&mut records);
        }
        let now = self.now();
        for signal in [false, true] {
            let Ok(mut engine) = Engine::new(Site::of(self.newest).plan.clone()) else { return };
            let stored = Stored { records: records.clone(), ..Stored::default() };
            engine.handle(Event::Open { context: context("DE", signal), stored }, Env { now, entropy: vec![0; 32] });
            let on = engine.snapshot().map(|snapshot| mask(&snapshot.granted)).unwrap_or_default();
            let heard = Heard::of(&self.ledger, set, "");
            let due = heard.granted(Visit { version: self.newest, signal, now });
            let taken_back = heard.taken_back();
            let place = if signal { "with a signal" } else { "without a signal" };
            let wrong: [(Broken, Mask); 3] =
                [(Broken::WithdrawalLost, on & taken_back), (Broken::Granted, on & !due), (Broken::YesLost, due & !on)];
            for (broken, items) in wrong.into_iter().filter(|(_, items)| *items != 0) {
                self.broke(broken, || format!("at the end, {place}: {}", names(items)));
            }
        }
        // The cookie says what the device knows.
        let known = |key: &Key| if let Key::Waiting(id) | Key::Acked(id) = key { self.ledger.of_id(id) } else { None };
        let here: Vec<usize> = self.disk.iter().filter_map(|(key, _)| known(key)).collect();
        let here: Vec<bool> = (0..set.len()).map(|place| here.contains(&place)).collect();
        self.look_at_cookie(&here, now);
    }

    /// A server reads a `g` as yes, if the cookie was written under the policy that is in force.
    fn look_at_cookie(&mut self, here: &[bool], now: u64) {
        let cookie = self.cookie.clone();
        let fields: Vec<&str> = cookie.split('~').collect();
        let ["1", _, _, meaning, answers, _] = fields.as_slice() else { return };
        let site = Site::of(self.newest);
        if *meaning != site.plan.meaning {
            return;
        }
        let visit = Visit { version: self.newest, signal: false, now };
        // Whoever wrote it may have known of answers, by the cookie before it, that lie elsewhere; or not.
        let all = vec![true; here.len()];
        let due = [here, all.as_slice()].into_iter().fold(0, |due, through| {
            let heard = |whose| Heard::through(&self.ledger, here, whose, through);
            let own = heard(&self.cookie_of);
            // Of what nobody speaks whose answers count here, the cookie of before stands, from a page that did not know whose device it is.
            due | own.granted(visit) | heard("").granted(visit) & !own.spoken_of()
        });
        let yes = site.items.iter().zip(answers.as_bytes().chunks(5)).filter(|(_, cell)| cell.first() == Some(&b'g'));
        let said = yes.fold(0, |mask, ((item, _), _)| mask | 1 << item);
        if said & !due != 0 {
            self.broke(Broken::CookieSaysMore, || format!("the cookie says yes to {}", names(said & !due)));
        }
    }
}
