//! What a person does in a tab: intents, and what follows of each at once.

use crate::device::{Crash, Device, text};
use crate::fault::Fault;
use crate::ledger::{Who, Word};
use crate::plant::Plant;
use crate::storage::{Kept, Key, Value};
use crate::tab::{Load, Tab};
use crate::world::{ITEMS, Mask, Site};
use consentkit_core::protocol::{Event, Intent, SNAPSHOT_FORMAT, Snapshot};
use consentkit_core::view::snapshot_key;
use std::rc::Rc;

use crate::client::ALL;

/// `PROVISIONAL_MS` of the banner.
const PROVISIONAL_MS: u64 = 7 * 86_400_000;

/// What is answered, and by what.
pub struct Act<'a> {
    /// The answer line.
    pub answers: &'a str,
    /// `banner.accept`, …
    pub control: &'static str,
    /// Under what.
    pub stamp: String,
    /// By whom.
    pub who: Who,
}

impl Device {
    pub(crate) fn rename(&mut self, intent: &mut Intent) {
        let nonce = self.random(32);
        self.ledger.also(&intent.nonce, &nonce);
        intent.nonce = nonce;
    }

    /// `writeIntent`: in the handler of a click, with every moment at which the tab may die.
    ///
    /// # Errors
    /// When it does.
    pub fn write_intent(&mut self, tab: &mut Tab, act: Act<'_>) -> Result<(Intent, bool), Crash> {
        let subject = match self.read(tab, &Key::Subject) {
            Some(Value::Text(subject)) => subject.to_string(),
            _ => {
                let subject = self.random(16);
                self.write(tab, Key::Subject, text(&subject));
                self.point(Fault::CrashInClick)?;
                subject
            }
        };
        let mut heads = match self.read(tab, &Key::Snapshot) {
            Some(Value::Snapshot(kept)) => kept.snapshot.heads.clone(),
            _ => tab.heads.clone(),
        };
        if !self.is_unreadable() {
            heads
                .extend(tab.lens.iter().filter_map(|(key, _)| if let Key::Intent(nonce) = key { Some(format!("~{nonce}")) } else { None }));
        }
        let signal = act.who == Who::Signal;
        let intent = Intent {
            nonce: self.random(32),
            kind: if signal { "signal" } else { "choice" }.into(),
            actor: if signal { "signal" } else { "subject" }.into(),
            subject,
            at: self.now(),
            heads,
            stamp: act.stamp,
            region: tab.context.region.clone(),
            signals: tab.context.signals.clone(),
            control: act.control.into(),
            answers: act.answers.into(),
            ..Intent::default()
        };
        let place = self.ledger.say(&intent, act.who, tab.version, act.control);
        let (name, version) = (tab.name, tab.version);
        self.tell(|| format!("tab {name}: answer {place}, {} {} under version {version}", act.control, intent.answers));
        let saved = self.write(tab, Key::Intent(Rc::from(intent.nonce.as_str())), Value::Intent(Rc::new(intent.clone())));
        self.point(Fault::CrashInClick)?;
        for (item, word) in self.ledger.choices.get(place).map(|choice| choice.words).iter().flatten().enumerate() {
            if let Some(said) = tab.said.get_mut(item).filter(|_| *word != Word::Nothing && act.who == Who::Person) {
                *said = Some((place, *word));
            }
        }
        Ok((intent, saved || self.plant == Some(Plant::SayItIsSaved)))
    }

    /// `answer` of the client.
    ///
    /// # Errors
    /// When the tab dies.
    pub fn answer(&mut self, tab: &mut Tab, answers: &str, control: &'static str) -> Result<(), Crash> {
        self.take_in_first(tab)?;
        let stamp = tab.view.as_ref().map(|view| view.stamp.clone()).unwrap_or_default() + ".:en:layer1";
        let (intent, saved) = self.write_intent(tab, Act { answers, control, stamp, who: Who::Person })?;
        tab.events.push_back(Event::Intent { intent, saved });
        Ok(())
    }

    /// Answers of other tabs that wait in storage are going to be named as heads: the engine must know them by then.
    pub(crate) fn take_in_first(&mut self, tab: &mut Tab) -> Result<(), Crash> {
        if self.plant == Some(Plant::AnswerBeforeStored) || !tab.lens.iter().any(|(key, _)| matches!(key, Key::Intent(_))) {
            return Ok(());
        }
        let stored = self.read_stored(tab);
        tab.events.push_back(Event::Stored { stored });
        while !(tab.effects.is_empty() && tab.events.is_empty()) {
            self.step(tab)?;
        }
        Ok(())
    }

    /// `answerFirst` of the banner: before the engine is there.
    ///
    /// # Errors
    /// When the tab dies.
    pub fn answer_first(&mut self, tab: &mut Tab, accept: bool) -> Result<(), Crash> {
        tab.banner = false;
        let site = Site::of(tab.version);
        let first = site.first(!tab.context.signals.is_empty());
        let (line, control) = if accept { (&first.accept.0, "banner.accept") } else { (&first.refuse.0, "banner.refuse") };
        let (intent, saved) =
            self.write_intent(tab, Act { answers: line, control, stamp: first.stamp.clone() + ".:en:layer1", who: Who::Person })?;
        let on: Mask = if saved && accept { first.accept.1 } else { first.refuse.1 };
        let now = self.now();
        let snapshot = Snapshot {
            format: SNAPSHOT_FORMAT,
            key: snapshot_key(&site.plan.meaning, &tab.context),
            policy: tab.version as u32,
            made_at: now,
            valid_until: now + PROVISIONAL_MS,
            granted: ITEMS.iter().enumerate().filter(|(item, _)| on >> item & 1 == 1).map(|(_, key)| (*key).to_owned()).collect(),
            ..Snapshot::default()
        };
        if saved {
            let kept = Kept { snapshot, cookie: String::new(), knew: self.known(tab) };
            self.write(tab, Key::Snapshot, Value::Snapshot(Rc::new(kept)));
            self.point(Fault::CrashInClick)?;
        }
        self.apply(tab, on, ALL);
        if tab.load == Load::NotCalled {
            tab.load = Load::Coming;
        }
        tab.first = Some((intent, saved));
        Ok(())
    }

    pub(crate) fn put_signal_on_record(&mut self, tab: &mut Tab) -> Result<(), Crash> {
        self.take_in_first(tab)?;
        let Some((line, stamp)) =
            tab.view.as_ref().filter(|view| !view.signal.is_empty()).map(|view| (view.signal.clone(), view.stamp.clone()))
        else {
            return Ok(());
        };
        let act = Act { answers: &line, control: "signal.gpc", stamp: stamp + ".", who: Who::Signal };
        let (intent, saved) = self.write_intent(tab, act)?;
        tab.events.push_back(Event::Intent { intent, saved });
        Ok(())
    }
}
