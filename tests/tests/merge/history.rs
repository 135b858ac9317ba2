//! What can happen on some devices, and every order in which it can.

use super::oracle::{Entry, Heard, Who};
use super::world::{DAY, GROWN_UP, World, entry};

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Somebody answers on a device. Its parents, device and moment are those of the device.
    Answer(usize, Entry),
    /// Two devices tell each other everything.
    Sync(usize, usize),
    /// The first tells the second its newest records, but not what came before them.
    News(usize, usize),
    /// The clock of a device is set: forty days ahead, the next time as many behind.
    Clock(usize),
}

/// One device: what it knows, and its clock.
#[derive(Debug, Clone, Default)]
pub(crate) struct Device {
    /// Places of records, sorted.
    pub known: Vec<usize>,
    made: u64,
    jumps: u64,
}

impl Device {
    fn now(&self) -> u64 {
        let days = match self.jumps {
            0 => 50,
            jumps if jumps % 2 == 1 => 90,
            _ => 10,
        };
        super::world::NOW - 100 * DAY + days * DAY + self.made * 1000
    }

    fn learn(&mut self, places: &[usize]) {
        self.known.extend(places);
        self.known.sort_unstable();
        self.known.dedup();
    }
}

/// Lets one thing happen.
pub(crate) fn happen(world: &mut World, devices: &mut [Device], step: &Step) {
    match step {
        Step::Answer(on, said) => {
            let device = &mut devices[*on];
            let parents = Heard::of(&world.entries, &device.known, GROWN_UP).heads();
            let place = world.add(Entry { device: *on, parents, at: device.now(), ..said.clone() });
            device.made += 1;
            device.learn(&[place]);
        }
        Step::Sync(one, other) => {
            let (a, b) = (devices[*one].known.clone(), devices[*other].known.clone());
            devices[*one].learn(&b);
            devices[*other].learn(&a);
        }
        Step::News(from, to) => {
            let newest = Heard::of(&world.entries, &devices[*from].known, GROWN_UP).heads();
            devices[*to].learn(&newest);
        }
        Step::Clock(on) => devices[*on].jumps += 1,
    }
}

/// All that the devices know together.
pub(crate) fn together(devices: &[Device]) -> Vec<usize> {
    let mut all = Device::default();
    for device in devices {
        all.learn(&device.known);
    }
    all.known
}

/// Whatever somebody can answer to the first item.
pub(crate) fn words() -> Vec<Entry> {
    let said = |who, letters| entry(&[], who, letters);
    vec![
        said(Who::Person, "g"),
        said(Who::Person, "w"),
        said(Who::Person, "l"),
        said(Who::Signal, "r"),
        said(Who::Signal, "g"),
        said(Who::Guardian, "g"),
        said(Who::Guardian, "r"),
        said(Who::Import, "g"),
        said(Who::Import, "r"),
        Entry { account: "ada", conflict: true, ..said(Who::Person, "g") },
        Entry { unsaved: true, ..said(Who::Person, "g") },
    ]
}

/// What somebody can say who signs in and out.
pub(crate) fn words_of_accounts() -> Vec<Entry> {
    let said = |account, letters| Entry { account, ..entry(&[], Who::Person, letters) };
    let link = |account, kind| Entry { kind, ..said(account, "") };
    vec![
        said("", "g"),
        said("", "w"),
        said("ada", "g"),
        said("ada", "w"),
        said("ben", "g"),
        said("ben", "w"),
        link("ada", "link"),
        link("ben", "link"),
        link("ada", "unlink"),
    ]
}

/// Everything that can happen on so many devices, with these words.
pub(crate) fn alphabet(devices: usize, words: fn() -> Vec<Entry>) -> Vec<Step> {
    let mut steps = Vec::new();
    for one in 0..devices {
        steps.extend(words().into_iter().map(|said| Step::Answer(one, said)));
        steps.push(Step::Clock(one));
        for other in 0..devices {
            if one < other {
                steps.push(Step::Sync(one, other));
            }
            if one != other {
                steps.push(Step::News(one, other));
            }
        }
    }
    steps
}
