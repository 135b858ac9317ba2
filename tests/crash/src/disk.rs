//! A disk that keeps what was synced and nothing else for sure, as POSIX has it: a file's bytes with the sync of the file, its
//! name with the sync of its folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::trace::Event;

/// The part of a write that a disk carries out whole.
const SECTOR: usize = 512;

/// Files by name.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What is on the disk, and what the system would have written next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    /// Bytes and names that outlive a power cut.
    safe: State,
    /// What running programs see.
    seen: State,
    /// What is seen and not safe, in its order.
    pending: BTreeMap<u64, Change>,
    /// For each sync under way: what it will have made safe.
    syncs: HashMap<usize, Vec<u64>>,
    changes: u64,
}

#[derive(Debug, Clone, Default)]
struct State {
    names: BTreeMap<PathBuf, u64>,
    bytes: BTreeMap<u64, Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Change {
    Write {
        file: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    Cut {
        file: u64,
        length: usize,
    },
    Name {
        path: PathBuf,
        file: u64,
    },
    Removal {
        path: PathBuf,
    },
    /// Old name, new name: both or neither.
    Renaming {
        from: PathBuf,
        to: PathBuf,
        file: u64,
    },
}

/// Which of the changes that were not synced a power cut leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// None.
    Nothing,
    /// Those up to one of them.
    Beginning,
    /// Any, in any order, and one of them in part.
    Any,
}

impl Disk {
    /// Carries out what happened; what was sent is no matter of a disk.
    pub(crate) fn happens(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::Made(path) => match self.seen.names.get(path) {
                Some(file) => self.change(Change::Cut { file: *file, length: 0 }),
                None => self.make(path),
            },
            Event::MadeIfMissing(path) if !self.seen.names.contains_key(path) => self.make(path),
            Event::MadeIfMissing(_) | Event::Sent(..) => {}
            Event::Wrote(path, at, bytes) => {
                let file = self.file(path)?;
                self.change(Change::Write { file, at: usize::try_from(*at)?, bytes: bytes.clone() });
            }
            Event::Appended(path, bytes) => {
                let file = self.file(path)?;
                let at = self.seen.bytes.get(&file).map_or(0, Vec::len);
                self.change(Change::Write { file, at, bytes: bytes.clone() });
            }
            Event::Cut(path, length) => {
                let file = self.file(path)?;
                self.change(Change::Cut { file, length: usize::try_from(*length)? });
            }
            Event::Removed(path) => self.change(Change::Removal { path: path.clone() }),
            Event::Linked(from, to) => {
                let file = self.file(from)?;
                self.change(Change::Name { path: to.clone(), file });
            }
            Event::Renamed(from, to) => {
                let file = self.file(from)?;
                self.change(Change::Renaming { from: from.clone(), to: to.clone(), file });
            }
            Event::SyncBegins(path, number) => {
                let file = self.seen.names.get(path);
                let covers = |change: &Change| match change {
                    Change::Write { file: own, .. } | Change::Cut { file: own, .. } => Some(own) == file,
                    Change::Name { path: own, .. } | Change::Removal { path: own } => own.parent() == Some(path),
                    Change::Renaming { to, .. } => to.parent() == Some(path),
                };
                let covered = self.pending.iter().filter(|(_, change)| covers(change)).map(|(number, _)| *number).collect();
                self.syncs.insert(*number, covered);
            }
            Event::SyncEnds(number) => {
                for change in self.syncs.remove(number).unwrap_or_default() {
                    // Another sync may have done it already.
                    if let Some(change) = self.pending.remove(&change) {
                        self.safe.carry_out(&change);
                    }
                }
            }
        }
        Ok(())
    }

    /// What a killed process has left: a call that was under way may have done its work, in part. The system still has
    /// to write it. The number of files that were not as the trace has them.
    pub(crate) fn found(&mut self, path: &Path, bytes: &[u8]) -> usize {
        let file = match self.seen.names.get(path) {
            Some(file) => *file,
            None => {
                self.make(path);
                self.changes
            }
        };
        let seen = self.seen.bytes.get(&file).map_or(&[][..], Vec::as_slice);
        if seen == bytes {
            return 0;
        }
        self.change(Change::Cut { file, length: bytes.len() });
        self.change(Change::Write { file, at: 0, bytes: bytes.to_vec() });
        1
    }

    /// Every sync that had not ended has not happened.
    pub(crate) fn killed(&mut self) {
        self.syncs.clear();
    }

    /// The files after the power was cut now.
    pub(crate) fn cut(&self, left: Left, random: &mut fastrand::Rng) -> Files {
        let mut state = self.safe.clone();
        match left {
            Left::Nothing => {}
            Left::Beginning => {
                let count = random.usize(..=self.pending.len());
                self.pending.values().take(count).for_each(|change| state.carry_out(change));
            }
            Left::Any => {
                let torn = random.usize(..=self.pending.len());
                for (place, change) in self.pending.values().enumerate() {
                    if place == torn {
                        state.carry_out(&change.torn(random));
                    } else if random.bool() {
                        state.carry_out(change);
                    }
                }
            }
        }
        let State { names, bytes } = state;
        names.into_iter().map(|(path, file)| (path, bytes.get(&file).cloned().unwrap_or_default())).collect()
    }

    /// How much a power cut may take.
    pub(crate) fn unsynced(&self) -> usize {
        self.pending.len()
    }

    /// What running programs see.
    pub(crate) fn names(&self) -> BTreeSet<PathBuf> {
        self.seen.names.keys().cloned().collect()
    }

    fn make(&mut self, path: &Path) {
        let file = self.changes + 1;
        self.change(Change::Name { path: path.to_owned(), file });
    }

    fn file(&self, path: &Path) -> Result<u64> {
        self.seen.names.get(path).copied().with_context(|| format!("{} was never made", path.display()))
    }

    fn change(&mut self, change: Change) {
        self.changes += 1;
        self.seen.carry_out(&change);
        self.pending.insert(self.changes, change);
    }
}

impl State {
    fn carry_out(&mut self, change: &Change) {
        match change {
            Change::Write { file, at, bytes } => {
                let content = self.bytes.entry(*file).or_default();
                let end = at + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                if let Some(place) = content.get_mut(*at..end) {
                    place.copy_from_slice(bytes);
                }
            }
            Change::Cut { file, length } => self.bytes.entry(*file).or_default().resize(*length, 0),
            Change::Name { path, file } => {
                self.names.insert(path.clone(), *file);
            }
            Change::Removal { path } => {
                self.names.remove(path);
            }
            Change::Renaming { from, to, file } => {
                self.names.remove(from);
                self.names.insert(to.clone(), *file);
            }
        }
    }
}

impl Change {
    /// A write of which only the first sectors were carried out.
    fn torn(&self, random: &mut fastrand::Rng) -> Self {
        let mut torn = self.clone();
        if let Change::Write { bytes, .. } = &mut torn {
            bytes.truncate(random.usize(..=bytes.len() / SECTOR) * SECTOR);
        }
        torn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes and name of a file, each with and without its sync, and a sync that began too early.
    #[test]
    fn only_what_was_synced_is_there_for_sure() {
        let path = || PathBuf::from("/db/a");
        let wrote = |at: u64| Event::Wrote(path(), at, b"ab".to_vec());
        let mut disk = Disk::default();
        let mut random = fastrand::Rng::with_seed(1);
        let mut after = |disk: &mut Disk, events: &[Event]| {
            events.iter().for_each(|event| disk.happens(event).expect("it can happen"));
            disk.cut(Left::Nothing, &mut random).into_values().next()
        };
        let sync = |path: &str, number| [Event::SyncBegins(path.into(), number), Event::SyncEnds(number)];
        assert_eq!(after(&mut disk, &[Event::Made(path()), wrote(0)]), None);
        assert_eq!(after(&mut disk, &sync("/db/a", 1)), None, "its name is not safe");
        assert_eq!(after(&mut disk, &sync("/db", 2)), Some(b"ab".to_vec()));
        assert_eq!(after(&mut disk, &[Event::SyncBegins(path(), 3), wrote(2), Event::SyncEnds(3)]), Some(b"ab".to_vec()));
        assert_eq!(after(&mut disk, &sync("/db/a", 4)), Some(b"abab".to_vec()));
        assert_eq!(after(&mut disk, &[Event::Cut(path(), 1)]), Some(b"abab".to_vec()));
        assert_eq!(after(&mut disk, &[Event::SyncBegins(path(), 5)]), Some(b"abab".to_vec()));
        disk.killed();
        assert_eq!(after(&mut disk, &[Event::SyncEnds(5)]), Some(b"abab".to_vec()), "it never ended");
    }
}
