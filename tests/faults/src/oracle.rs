//! What must be on at the end, worked out from what people have said: nothing here comes from the core.
//!
//! What is later is worked out in one pass, because an answer can only know of answers before it. What stands by
//! asking of each answer whether a later one takes its place.

use crate::ledger::{Choice, Ledger, Who, Word};
use crate::world::{ADS, ITEMS, Mask, Site};

/// Answers count for a year in Germany. Clocks of the simulation are never near it: days off, or decades.
const COUNTS_MS: u64 = 360 * 86_400_000;

/// Some of the answers, with what each knew of.
pub struct Heard<'a> {
    ledger: &'a Ledger,
    set: &'a [bool],
    /// Whose device it is; empty when that does not matter. Of others only the noes count (M15 of ARCHITECTURE.md).
    whose: &'a str,
    /// For each answer one bit for each answer that it came after.
    before: Vec<u128>,
}

/// For whom it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// The version of the policy.
    pub version: usize,
    /// A signal is present.
    pub signal: bool,
    /// The moment.
    pub now: u64,
}

impl<'a> Heard<'a> {
    /// The answers of a set: one flag for each.
    #[must_use]
    pub fn of(ledger: &'a Ledger, set: &'a [bool], whose: &'a str) -> Self {
        Self::through(ledger, set, whose, set)
    }

    /// The answers of a set, also where what lies between two of them is gone from it: `there` has what an answer's knowledge is followed through.
    #[must_use]
    pub fn through(ledger: &'a Ledger, set: &'a [bool], whose: &'a str, there: &[bool]) -> Self {
        let mut before: Vec<u128> = Vec::with_capacity(ledger.choices.len());
        for choice in &ledger.choices {
            let mut known = 0;
            for parent in choice.heads.iter().filter_map(|head| ledger.of_head(head)) {
                known |= 1 << parent;
                // A parent that is not there ends its branch.
                if there.get(parent) == Some(&true) {
                    known |= before.get(parent).copied().unwrap_or_default();
                }
            }
            before.push(known);
        }
        Self { ledger, set, whose, before }
    }

    /// What is on.
    #[must_use]
    pub fn granted(&self, visit: Visit) -> Mask {
        items(|item| self.is_on(item, visit))
    }

    /// What must be off, because somebody has said no and nobody has said yes knowing of it. Told without
    /// [`Heard::granted`], so that a mistake there is noticed.
    #[must_use]
    pub fn taken_back(&self) -> Mask {
        items(|item| {
            let mut noes = self.said(item).filter(|(_, _, word)| *word == Word::No);
            noes.any(|(no, ..)| {
                !self.said(item).any(|(yes, choice, word)| word == Word::Yes && choice.who == Who::Person && self.is_later(yes, no))
            })
        })
    }

    /// What somebody has answered whose answers count.
    #[must_use]
    pub fn spoken_of(&self) -> Mask {
        items(|item| self.said(item).next().is_some())
    }

    fn is_on(&self, item: usize, visit: Visit) -> bool {
        let standing: Vec<(&Choice, Word)> = self
            .said(item)
            .filter(|(place, _, word)| {
                !self.said(item).any(|(later, by, _)| {
                    let takes_place = by.who == Who::Person || *word == Word::Yes;
                    takes_place && self.is_later(later, *place)
                })
            })
            .map(|(_, choice, word)| (choice, word))
            .collect();
        let refused = visit.signal && item == ADS;
        let counts = |choice: &Choice| {
            choice.version <= visit.version
                && Site::of(choice.version).form(item) == Site::of(visit.version).form(item)
                && choice.at + COUNTS_MS > visit.now
        };
        let asked = Site::of(visit.version).form(item).is_some();
        asked && !refused && standing.iter().all(|(_, word)| *word == Word::Yes) && standing.iter().any(|(choice, _)| counts(choice))
    }

    fn is_later(&self, place: usize, than: usize) -> bool {
        self.before.get(place).is_some_and(|before| before >> than & 1 == 1)
    }

    /// Whoever has said something about an item.
    fn said(&self, item: usize) -> impl Iterator<Item = (usize, &'a Choice, Word)> {
        let there = self.ledger.choices.iter().enumerate().filter(|(place, _)| self.set.get(*place) == Some(&true));
        there.filter_map(move |(place, choice)| {
            let word = choice.words.get(item).copied().filter(|word| *word != Word::Nothing)?;
            let own = self.whose.is_empty() || self.whose == choice.subject;
            (own || word == Word::No).then_some((place, choice, word))
        })
    }
}

fn items(is: impl Fn(usize) -> bool) -> Mask {
    (0..ITEMS.len()).filter(|item| is(*item)).fold(0, |mask, item| mask | 1 << item)
}
