//! A few records by hand, for what one rule says.

use super::oracle::{Entry, Visitor, Who};
use super::world::{World, entry};

/// Records of one person. Each comes from a device of its own, so what is later is only what names another.
#[derive(Default)]
pub(crate) struct Story {
    pub world: World,
}

impl Story {
    pub(crate) fn tell(&mut self, said: Entry) -> usize {
        let device = self.world.entries.len();
        self.world.add(Entry { device, ..said })
    }

    /// An answer by somebody who had seen these records.
    pub(crate) fn says(&mut self, after: &[usize], who: Who, letters: &str) -> usize {
        self.tell(entry(after, who, letters))
    }

    /// Of some records those whose answers to the first item stand.
    pub(crate) fn standing(&self, set: &[usize]) -> Vec<usize> {
        self.world.standing(&self.world.merged(set), 0)
    }

    /// Whether an engine that finds these records turns the first item on.
    pub(crate) fn is_on(&self, set: &[usize], visitor: Visitor) -> bool {
        self.world.engine(set, visitor).1.granted.iter().any(|item| item == super::world::ITEMS[0])
    }
}
