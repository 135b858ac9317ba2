//! One session: a person, a device and what happens to both, in an order that a seed decides.

use consentkit_core::evaluate::{Control, PromptKind};
use consentkit_core::protocol::{Context, Event};

use crate::device::{Crash, Device, Skew, Weather};
use crate::fault::{Counts, Fault};
use crate::ledger::Ledger;
use crate::plant::Plant;
use crate::server::Server;
use crate::storage::{Disk, Key};
use crate::tab::{Load, Tab, Task};
use crate::world::{LAST, context};

/// So many tabs at once.
const MOST_TABS: usize = 3;
/// As many answers as the bits of what a tab has known.
const MOST_ANSWERS: usize = 120;
/// A session never takes so long that an answer could grow too old in it.
const LONGEST_MS: u64 = 60 * 86_400_000;
const HOUR_MS: u64 = 3_600_000;

/// How a session is to be played.
#[derive(Debug, Clone, Copy)]
pub struct Play {
    /// Decides everything.
    pub seed: u64,
    /// What is wrong on purpose.
    pub plant: Option<Plant>,
    /// Ends after so many steps, if it has not ended before.
    pub steps: Option<u32>,
    /// Whether to tell what happens.
    pub traced: bool,
}

/// Plays a session to its end and looks at what is left.
#[must_use]
pub fn play(how: Play) -> Device {
    let mut device = begin(how);
    let steps = device.rng.u32(30..90);
    for _ in 0..how.steps.unwrap_or(steps).min(steps) {
        device.happen();
        if device.problem.is_some() {
            return device;
        }
    }
    device.end();
    device
}

fn begin(how: Play) -> Device {
    let mut rng = fastrand::Rng::with_seed(how.seed);
    let weather = Weather { crash: rng.choice([60, 120, 400]).unwrap_or(60), network: rng.choice([30, 60, 90]).unwrap_or(30) };
    Device {
        rng,
        plant: how.plant,
        weather,
        calm: false,
        counts: Counts::default(),
        events: 0,
        passed: 0,
        skew: Skew::By(0),
        disk: Disk::default(),
        cookie: String::new(),
        cookie_of: String::new(),
        tabs: Vec::new(),
        opened: 0,
        ledger: Ledger::default(),
        server: Server::default(),
        requests: Vec::new(),
        replies: Vec::new(),
        senders: Default::default(),
        newest: 1,
        signal: false,
        trace: how.traced.then(Vec::new),
        replaced: 0,
        problem: None,
    }
}

impl Device {
    /// One thing happens.
    fn happen(&mut self) {
        self.passed = (self.passed + self.rng.u64(..3_000)).min(LONGEST_MS);
        match self.rng.u32(..100) {
            0..30 => self.answer_somewhere(),
            30..44 => self.open_page(),
            44..50 => self.close_page(),
            50..64 => self.carry(),
            64..74 => self.hear(),
            74..79 => self.pass_time(),
            79..83 => self.change_mood(),
            83..86 => self.change_clock(),
            86..90 => self.change_context(),
            90..93 => self.change_server(),
            93..95 => self.publish(),
            95..97 => self.freeze_or_thaw(),
            _ => self.look_at_a_page(),
        }
        self.run();
    }

    /// Every tab goes on until nothing is left to do, or stops in the middle while others go on.
    pub fn run(&mut self) {
        for _ in 0..400 {
            self.load_engines();
            self.ring();
            let busy: Vec<usize> =
                self.tabs.iter().enumerate().filter(|(_, tab)| !tab.frozen && !tab.is_idle()).map(|(at, _)| at).collect();
            if busy.is_empty() || self.strikes(25) {
                break;
            }
            let at = busy.get(self.rng.usize(..busy.len())).copied().unwrap_or_default();
            self.in_tab(at, Device::step);
        }
        if self.rng.u32(..3) == 0 {
            self.carry();
            self.hear();
        }
    }

    /// Does something in a tab; one that dies is gone.
    pub fn in_tab(&mut self, at: usize, what: impl FnOnce(&mut Self, &mut Tab) -> Result<(), Crash>) {
        if at >= self.tabs.len() {
            return;
        }
        let mut tab = self.tabs.remove(at);
        match what(self, &mut tab) {
            Ok(()) => self.tabs.insert(at, tab),
            Err(Crash) => self.tell(|| format!("tab {} is dead", tab.name)),
        }
    }

    /// Engines that were called for arrive.
    fn load_engines(&mut self) {
        for at in 0..self.tabs.len() {
            let coming = self.tabs.get(at).is_some_and(|tab| tab.load == Load::Coming && tab.is_idle() && !tab.frozen);
            if !coming || (!self.calm && self.rng.u32(..3) > 0) {
                continue;
            }
            if self.strikes(40) {
                self.count(Fault::EngineMissing);
                self.in_tab(at, |device, tab| {
                    tab.load = Load::Failed;
                    let intents = device.read_stored(tab).intents;
                    if !intents.is_empty() {
                        device.requests.push(tab.request_of(intents));
                    }
                    Ok(())
                });
            } else {
                self.in_tab(at, |device, tab| {
                    device.connect(tab);
                    Ok(())
                });
            }
        }
    }

    /// Tabs learn of what others have written, sooner or later.
    fn ring(&mut self) {
        for at in 0..self.tabs.len() {
            let Some(tab) = self.tabs.get(at).filter(|tab| tab.is_idle() && !tab.frozen && (tab.lens.behind() > 0 || tab.bells > 0)) else {
                continue;
            };
            let (behind, bells) = (tab.lens.behind(), tab.bells);
            if self.strikes(3) {
                self.count(if behind > 0 { Fault::StaleView } else { Fault::EventLate });
                continue;
            }
            let seen = if self.calm || self.rng.bool() { behind } else { self.rng.usize(..=behind) };
            if bells + seen > 1 && self.strikes(2) {
                self.count(Fault::EventReordered);
            }
            let told = if self.strikes(4) { 0 } else { bells + seen };
            self.in_tab(at, |device, tab| {
                tab.news |= tab.lens.catch_up(seen, &mut tab.memory, &tab.heads);
                tab.bells += seen;
                if told > 0 {
                    tab.bells = 0;
                    device.replay(tab);
                    if std::mem::take(&mut tab.news) {
                        device.reread(tab);
                    }
                }
                Ok(())
            });
        }
    }

    fn open_page(&mut self) {
        if self.tabs.len() >= MOST_TABS {
            return self.close_page();
        }
        let older = self.newest > 1 && self.strikes(7);
        let version = if older { self.rng.usize(1..self.newest) } else { self.newest };
        if older {
            self.count(Fault::OlderPage);
        }
        let region = if self.rng.u32(..12) == 0 { "" } else { "DE" };
        self.open(version, context(region, self.signal));
    }

    /// Opens a page.
    pub fn open(&mut self, version: usize, context: Context) {
        self.opened += 1;
        let mut tab = Tab::new(self.opened, version, context, self.disk.lens());
        let (name, signal) = (tab.name, self.signal);
        self.tell(|| format!("tab {name} opens, version {version}{}", if signal { ", with a signal" } else { "" }));
        let alive = self.boot(&mut tab).is_ok();
        if alive {
            self.tabs.push(tab);
        }
    }

    fn close_page(&mut self) {
        if self.tabs.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.tabs.len());
        self.in_tab(at, |device, tab| {
            // Its engine is woken a last time.
            if tab.is_live() && tab.is_idle() && !tab.frozen {
                tab.events.push_back(wake());
                while !(tab.effects.is_empty() && tab.events.is_empty()) {
                    device.step(tab)?;
                }
            }
            let name = tab.name;
            device.tell(|| format!("tab {name} is closed"));
            Err(Crash)
        });
    }

    fn answer_somewhere(&mut self) {
        if self.ledger.choices.len() >= MOST_ANSWERS || self.tabs.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.tabs.len());
        if !self.tabs.get(at).is_some_and(|tab| tab.is_idle() && !tab.frozen) {
            return;
        }
        let rng = self.rng.fork();
        if let Some((line, control)) = self.tabs.get(at).and_then(|tab| choose(tab, rng)) {
            return self.in_tab(at, |device, tab| device.answer(tab, &line, control));
        }
        let Some(tab) = self.tabs.get(at).filter(|tab| tab.banner && tab.engine.is_none()) else { return };
        let accept = self.rng.bool();
        let name = tab.name;
        self.tell(|| format!("tab {name}: the banner of a first visit"));
        self.in_tab(at, |device, tab| device.answer_first(tab, accept));
    }

    /// A while later: timers go off.
    fn pass_time(&mut self) {
        let by = match self.rng.u32(..4) {
            0 => self.rng.u64(..60_000),
            1 | 2 => self.rng.u64(..2 * HOUR_MS),
            _ => self.rng.u64(..72 * HOUR_MS),
        };
        self.let_pass(by);
    }

    /// Time goes on by so much. Timers go off, and somebody looks at each page.
    pub fn let_pass(&mut self, by: u64) {
        self.passed = (self.passed + by).min(LONGEST_MS.max(self.passed));
        let passed = self.passed;
        self.tell(|| format!("{:.1} hours in", passed as f64 / HOUR_MS as f64));
        let wakes = self.plant != Some(Plant::NeverWake);
        for tab in self.tabs.iter_mut().filter(|tab| wakes && tab.engine.is_some() && !tab.frozen && tab.is_idle()) {
            if tab.wake_at.is_some_and(|at| at <= passed) {
                tab.wake_at = None;
                tab.events.push_back(wake());
            }
        }
    }

    /// The network is back, or the page is seen again.
    pub fn look_at_a_page(&mut self) {
        if self.tabs.is_empty() || self.plant == Some(Plant::NeverWake) {
            return;
        }
        let at = self.rng.usize(..self.tabs.len());
        if let Some(tab) = self.tabs.get_mut(at).filter(|tab| tab.engine.is_some() && !tab.frozen && tab.is_idle()) {
            tab.events.push_back(wake());
        }
    }

    fn publish(&mut self) {
        self.newest = (self.newest + 1).min(LAST);
        let newest = self.newest;
        self.tell(|| format!("version {newest} is published"));
    }

    fn freeze_or_thaw(&mut self) {
        if self.tabs.is_empty() {
            return;
        }
        let at = self.rng.usize(..self.tabs.len());
        let Some(tab) = self.tabs.get_mut(at).filter(|tab| tab.is_idle()) else { return };
        if tab.frozen { self.thaw(at) } else { tab.frozen = true }
    }

    /// A page comes back. It sees what lies in storage now, and is not told what it has missed.
    pub fn thaw(&mut self, at: usize) {
        let Some(tab) = self.tabs.get_mut(at).filter(|tab| tab.frozen) else { return };
        tab.frozen = false;
        let missed = tab.lens.behind() + std::mem::take(&mut tab.bells);
        tab.lens.catch_up(usize::MAX, &mut tab.memory, &tab.heads);
        for _ in 0..missed {
            self.count(Fault::EventMissing);
        }
        self.in_tab(at, |device, tab| {
            tab.news = false;
            device.replay(tab);
            if device.plant != Some(Plant::NoLookBack) {
                device.recover(tab);
                device.reread(tab);
            }
            if !device.is_unreadable() {
                tab.tasks.push_back(Task::LookBack);
            }
            if tab.engine.is_some() && device.plant != Some(Plant::NeverWake) {
                tab.events.push_back(wake());
            }
            Ok(())
        });
    }

    /// Whether nothing on the device waits, but for what the server will never take.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.disk.iter().all(|(key, _)| match key {
            Key::Intent(_) => false,
            Key::Waiting(id) => self.server.refused.contains(&**id),
            _ => true,
        })
    }
}

/// Something ends a pause.
fn wake() -> Event {
    Event::Wake { pull: false }
}

/// What a person may click in a page with an engine.
fn choose(tab: &Tab, mut rng: fastrand::Rng) -> Option<(String, &'static str)> {
    let view = tab.view.as_ref().filter(|_| tab.is_live())?;
    let asked = view.prompt.kind == PromptKind::Required;
    Some(match rng.u32(..8) {
        0 | 1 if asked => (view.banner.accept.clone(), "banner.accept"),
        2 if asked => (view.banner.refuse.clone(), "banner.refuse"),
        0 | 1 => (view.centre.accept.clone(), "centre.accept"),
        2 => (view.centre.refuse.clone(), "centre.refuse"),
        3 => (view.withdraw.clone(), "centre.withdraw"),
        _ => {
            let chosen = rng.usize(..view.items.len().max(1));
            let on = rng.bool();
            let letter = |(at, item): (usize, &consentkit_core::protocol::ItemView)| {
                let open = item.control == Control::Switch && at == chosen;
                if !open {
                    item.keep.clone()
                } else if on {
                    item.on.clone()
                } else {
                    item.off.clone()
                }
            };
            (view.items.iter().enumerate().map(letter).collect(), "centre.save")
        }
    })
}
