//! What changes around people: storage, clocks, signals, the server.

use crate::device::{Device, Skew};
use crate::fault::Fault;
use crate::storage::{Mood, Value};
use crate::world::context;

/// 2100-01-01.
const YEAR_2100: u64 = 4_102_444_800_000;

impl Device {
    pub(crate) fn change_mood(&mut self) {
        let size: usize =
            self.disk.iter().filter_map(|(_, value)| if let Value::Text(text) = value { Some(text.len()) } else { None }).sum();
        self.disk.mood = match self.rng.u32(..12) {
            0 => Mood::Full,
            1 | 2 => Mood::FullForSome(self.rng.u8(1..16)),
            3 => Mood::Quota(size + self.rng.usize(..3_000)),
            4 => Mood::Swallows,
            5 => Mood::Throws,
            6 => Mood::ReadThrows,
            _ => Mood::Well,
        };
        let mood = self.disk.mood;
        self.tell(|| format!("storage: {mood:?}"));
    }

    pub(crate) fn change_clock(&mut self) {
        const DAY_MS: i64 = 86_400_000;
        self.skew = match self.rng.u32(..8) {
            0 => Skew::From(0),
            1 => Skew::From(YEAR_2100),
            2 => Skew::By(-self.rng.i64(DAY_MS..30 * DAY_MS)),
            3 => Skew::By(self.rng.i64(DAY_MS..30 * DAY_MS)),
            _ => Skew::By(0),
        };
        match self.skew {
            Skew::From(0) => self.count(Fault::Clock1970),
            Skew::From(_) => self.count(Fault::Clock2100),
            Skew::By(by) if by < 0 => self.count(Fault::ClockBack),
            Skew::By(by) if by > 0 => self.count(Fault::ClockForward),
            Skew::By(_) => {}
        }
    }

    /// A signal appears or goes, or a place is found.
    pub(crate) fn change_context(&mut self) {
        self.signal = self.rng.u32(..3) == 0;
        if self.tabs.is_empty() {
            return;
        }
        let (at, found, signal) = (self.rng.usize(..self.tabs.len()), self.rng.bool(), self.signal);
        if !self.tabs.get(at).is_some_and(|tab| tab.is_live() && tab.is_idle() && !tab.frozen) {
            return;
        }
        self.in_tab(at, |device, tab| {
            if found {
                tab.context.residence = "DE".into();
            } else {
                tab.context.signals = context("", signal).signals;
            }
            let context = tab.context.clone();
            device.set_context(tab, context);
            Ok(())
        });
    }

    pub(crate) fn change_server(&mut self) {
        match self.rng.u32(..8) {
            0 | 1 => self.server.back_up(),
            2..4 => {
                if self.server.restore() {
                    self.count(Fault::ServerBackup);
                }
            }
            4 => {
                if self.server.erase() {
                    self.count(Fault::ServerErased);
                }
            }
            5 => self.server.later = true,
            _ => self.server.later = false,
        }
    }
}
