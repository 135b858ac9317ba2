//! What a jurisdiction says of the items of a policy during one time.

use crate::cbor::cbor_array;
use crate::regime::{Cooldown, DefaultState, PromptRule, Validity};

/// Above every age: the bracket of grown-ups, and of people whose age nobody knows.
pub const EVERY_AGE: u8 = u8::MAX;

/// The letters of an item that a guardian must answer: in an answer of its own (16 CFR 312.5(a)(2)), together with
/// the child, and both.
pub(super) const GUARDIAN_ALONE: char = 'H';
pub(super) const GUARDIAN_AND_CHILD: char = 'J';
pub(super) const GUARDIAN_ALONE_AND_CHILD: char = 'K';

/// One jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// `FR`, `US-CA`, …; `ZZ` for an unknown place.
    pub id: String,
    /// ISO 3166 codes, separated by spaces; `*` for every other place.
    pub places: String,
    /// From this moment on (milliseconds since 1970).
    pub from: u64,
    /// Until this moment.
    pub until: u64,
    /// How asking is done.
    pub prompt: PromptRule,
    /// Whether Global Privacy Control counts as a refusal.
    pub gpc: bool,
    /// The defaults by age, youngest first.
    pub ages: Vec<Bracket>,
    /// Its part of a stamp: `EU:P12M`.
    pub stamp: String,
    /// How long an answer counts; `None`: no fixed end.
    pub ttl: Option<Validity>,
    /// How long nobody is asked again after a no.
    pub cooldown: Option<Cooldown>,
    /// Other times for some items.
    pub terms: Vec<Terms>,
}

/// The defaults of people below an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bracket {
    /// [`EVERY_AGE`] in the last bracket.
    pub below: u8,
    /// A letter of [`DefaultState`] for each item, or one of those above.
    pub letters: String,
}

/// Times that hold for some items, besides those of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Only for people below this age; [`EVERY_AGE`]: for everybody.
    pub below: u8,
    /// The items, by their place in the policy.
    pub items: Vec<u32>,
    /// An answer counts no longer than this.
    pub ttl: Option<Validity>,
    /// Nobody is asked again before this.
    pub cooldown: Option<Cooldown>,
}

cbor_array!(Law { id, places, from, until, prompt, gpc, ages, stamp, ttl, cooldown, terms });
cbor_array!(Bracket { below, letters });
cbor_array!(Terms { below, items, ttl, cooldown });

impl Law {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn is_in_force(&self, now: u64) -> bool {
        // A law without an end has none for a clock that has run to its own end either.
        self.from <= now && (now < self.until || self.until == u64::MAX)
    }

    /// Whether another law differs only in its time.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { id, places, from: _, until: _, prompt, gpc, ages, stamp: _, ttl, cooldown, terms } = self;
        (id, places, prompt, gpc) == (&other.id, &other.places, &other.prompt, &other.gpc)
            && (ages, ttl, cooldown, terms) == (&other.ages, &other.ttl, &other.cooldown, &other.terms)
    }

    /// Whether it is the law of a place, by the place's exact code.
    #[must_use]
    pub fn lists(&self, code: &str) -> bool {
        self.places.split(' ').any(|place| place == code)
    }

    /// The default of an item for a person of an age, and whether only a yes of its own counts. What it does
    /// not know is prohibited.
    #[must_use]
    pub fn default_of(&self, item: usize, age: Option<u8>) -> (DefaultState, bool) {
        match self.letter(item, age) {
            Some(GUARDIAN_ALONE | GUARDIAN_ALONE_AND_CHILD) => (DefaultState::Guardian, true),
            Some(GUARDIAN_AND_CHILD) => (DefaultState::Guardian, false),
            Some(letter) => {
                let state = DefaultState::from_letter(letter as u8);
                (state, state == DefaultState::Separate)
            }
            None => (DefaultState::Prohibited, false),
        }
    }

    /// Whether a child of an age must say yes besides the guardian.
    #[must_use]
    pub fn asks_child(&self, item: usize, age: Option<u8>) -> bool {
        matches!(self.letter(item, age), Some(GUARDIAN_AND_CHILD | GUARDIAN_ALONE_AND_CHILD))
    }

    fn letter(&self, item: usize, age: Option<u8>) -> Option<char> {
        let age = age.unwrap_or(EVERY_AGE - 1);
        let bracket = self.ages.iter().find(|bracket| age < bracket.below)?;
        bracket.letters.as_bytes().get(item).map(|letter| char::from(*letter))
    }

    /// The times that hold for an item: the law's, then the others.
    pub fn terms_of(&self, item: usize, age: Option<u8>) -> impl Iterator<Item = (Option<Validity>, Option<Cooldown>)> {
        let hits = move |terms: &&Terms| {
            let young = terms.below == EVERY_AGE || age.is_some_and(|age| age < terms.below);
            young && terms.items.iter().any(|it| *it as usize == item)
        };
        let others = self.terms.iter().filter(hits).map(|terms| (terms.ttl, terms.cooldown));
        std::iter::once((self.ttl, self.cooldown)).chain(others)
    }
}
