//! The rules of merging, stated a second time over plain values: nothing here comes from the core.
//!
//! A record is known by its place in a list. What is later is worked out for all pairs at once and what stands by asking
//! of each answer whether anything takes its place, so that a mistake of the core's way cannot be repeated here.

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Person,
    Agent,
    Guardian,
    Signal,
    Import,
}

use Who::{Agent, Guardian, Import, Person, Signal};

/// One letter for each of the two items, as records have them; `-` where there was nothing to answer.
pub(crate) type Letters = [char; 2];

/// One record, as far as merging is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The device that made it: two devices never make the same record.
    pub device: usize,
    /// The newest records that the device had seen, by their places in the list.
    pub parents: Vec<usize>,
    pub kind: &'static str,
    pub who: Who,
    pub letters: Letters,
    /// The account that was signed in, or none.
    pub account: &'static str,
    /// It was answered in the notice of a conflict with a signal.
    pub conflict: bool,
    pub at: u64,
    /// Storage refused it.
    pub unsaved: bool,
    pub wish: Option<u32>,
}

/// For whom it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// Below the age of the law.
    pub child: bool,
    /// A signal is present that the law heeds.
    pub signal: bool,
    pub account: &'static str,
    /// The device that they use; `None`: nobody knows, and every record without an account is taken for its own.
    pub device: Option<usize>,
}

/// Some of the records, with what is later than what, as they are heard by a visitor.
pub(crate) struct Heard<'a> {
    list: &'a [Entry],
    set: &'a [usize],
    visitor: Visitor,
    /// `later[a][b]`: the record at place `a` of the set was made after the one at place `b`.
    later: Vec<Vec<bool>>,
}

impl<'a> Heard<'a> {
    /// M2 and M10: one step for each parent that is here, then the transitive closure.
    pub(crate) fn of(list: &'a [Entry], set: &'a [usize], visitor: Visitor) -> Self {
        let mut later: Vec<Vec<bool>> = set.iter().map(|a| set.iter().map(|b| list[*a].parents.contains(b)).collect()).collect();
        for middle in 0..set.len() {
            for a in 0..set.len() {
                for b in 0..set.len() {
                    later[a][b] |= later[a][middle] && later[middle][b];
                }
            }
        }
        Self { list, set, visitor, later }
    }

    /// Whether the record at one place of the set was made after that at another.
    pub(crate) fn is_later(&self, place: usize, than: usize) -> bool {
        self.later[place][than]
    }

    fn entry(&self, place: usize) -> &Entry {
        &self.list[self.set[place]]
    }

    fn places(&self) -> std::ops::Range<usize> {
        0..self.set.len()
    }

    /// M14 and M15: whether all of a record counts for the visitor, not only its noes.
    fn is_theirs(&self, place: usize) -> bool {
        let Entry { account, device, .. } = *self.entry(place);
        if !account.is_empty() {
            return account == self.visitor.account;
        }
        let link = |other: &usize| {
            let joins = self.entry(*other).kind == "link" && !self.visitor.account.is_empty();
            joins && self.entry(*other).account == self.visitor.account && self.later[*other][place]
        };
        self.visitor.device.is_none_or(|own| own == device) || self.places().any(|other| link(&other))
    }

    /// Whether this device has said something that the account which is signed in does not know of.
    pub(crate) fn is_unlinked(&self) -> bool {
        let signed_in = !self.visitor.account.is_empty();
        let own =
            |place: &usize| self.entry(*place).account.is_empty() && self.visitor.device.is_none_or(|it| it == self.entry(*place).device);
        let link = |place: &usize| self.entry(*place).kind == "link" && self.entry(*place).account == self.visitor.account;
        let known = |place: &usize| self.places().filter(link).any(|it| self.later[it][*place]);
        signed_in && self.places().filter(own).any(|place| !known(&place))
    }

    /// What a record answers to an item: `Some(true)` is a yes. M5, M13, M14, M15 and the first sentence of M6.
    fn answer(&self, place: usize, item: usize) -> Option<bool> {
        let entry = self.entry(place);
        let yes = match entry.letters[item] {
            'g' => true,
            'r' | 'w' => false,
            _ => return None,
        };
        let answers = ["choice", "signal", "import"].contains(&entry.kind);
        (answers && !(yes && (entry.who == Signal || !self.is_theirs(place)))).then_some(yes)
    }

    /// M11: a yes that could not be saved.
    fn is_idle(&self, place: usize, item: usize) -> bool {
        self.entry(place).unsaved && self.answer(place, item) == Some(true)
    }

    /// M3, M6, M7: whether an answer, being later, takes the place of another. M8: of imports the last one counts.
    fn takes_place(&self, place: usize, of: usize, item: usize) -> bool {
        if self.is_idle(place, item) {
            return false;
        }
        match (self.entry(place).who, self.entry(of).who) {
            (Person | Agent, Person | Agent | Signal | Import) | (Guardian, _) | (Import, Import) => true,
            (Signal, _) => self.answer(of, item) == Some(true),
            (Person | Agent, Guardian) | (Import, _) => false,
        }
    }

    fn standing_places(&self, item: usize) -> Vec<usize> {
        let said: Vec<usize> = self.places().filter(|it| self.answer(*it, item).is_some()).collect();
        let answered_here = said.iter().any(|it| self.entry(*it).who != Import);
        let stands = |it: &usize| !said.iter().any(|other| self.later[*other][*it] && self.takes_place(*other, *it, item));
        said.iter().copied().filter(stands).filter(|it| !answered_here || self.entry(*it).who != Import).collect()
    }

    /// The records whose answers to an item stand.
    pub(crate) fn standing(&self, item: usize) -> Vec<usize> {
        self.standing_places(item).into_iter().map(|place| self.set[place]).collect()
    }

    /// M7: a guardian's no after which the person has said something themselves.
    fn outgrown(&self, place: usize, item: usize) -> bool {
        let spoke = |other: usize| {
            matches!(self.entry(other).who, Person | Agent)
                && self.answer(other, item).is_some()
                && !self.is_idle(other, item)
                && self.later[other][place]
        };
        self.entry(place).who == Guardian && self.answer(place, item) == Some(false) && self.places().any(spoke)
    }

    /// Whether an item that is off until a yes is on.
    pub(crate) fn permits(&self, item: usize) -> bool {
        let visitor = self.visitor;
        let standing = self.standing_places(item);
        let no = |it: &usize| self.answer(*it, item) == Some(false) && (visitor.child || !self.outgrown(*it, item));
        if standing.iter().any(no) {
            return false; // M4, and M11 for a no.
        }
        self.yeses(item).into_iter().any(|it| self.opens(it, visitor))
    }

    fn yeses(&self, item: usize) -> Vec<usize> {
        self.standing_places(item).into_iter().filter(|it| self.answer(*it, item) == Some(true)).collect()
    }

    /// Whether a yes that stands would turn an item on if it were the only one: M11, M7, M6.
    fn opens(&self, place: usize, visitor: Visitor) -> bool {
        let entry = self.entry(place);
        let able = !visitor.child || entry.who == Guardian;
        let in_spite = entry.conflict && !entry.account.is_empty() && entry.account == visitor.account;
        able && !entry.unsaved && (!visitor.signal || in_spite)
    }

    /// Whether somebody has said no and nobody who may has said yes later: then the item must be off. Told without
    /// [`Heard::standing`], so that it also guards what both tellings might have in common.
    pub(crate) fn must_be_off(&self, item: usize) -> bool {
        let visitor = self.visitor;
        let takes_back = |yes: usize, no: usize| {
            let who = self.entry(yes).who;
            let may = who == Guardian || (matches!(who, Person | Agent) && (self.entry(no).who != Guardian || !visitor.child));
            may && self.answer(yes, item) == Some(true) && !self.is_idle(yes, item) && self.later[yes][no]
        };
        let refuses = |no: &usize| self.entry(*no).who != Import && self.answer(*no, item) == Some(false);
        self.places().filter(refuses).any(|no| !self.places().any(|yes| takes_back(yes, no)))
    }

    /// Records after which none was made.
    pub(crate) fn heads(&self) -> Vec<usize> {
        let last = |it: &usize| !self.places().any(|other| self.later[other][*it]);
        self.places().filter(last).map(|place| self.set[place]).collect()
    }

    /// M12.
    pub(crate) fn wish(&self) -> Option<u32> {
        let known = |kind: &str| ["choice", "signal", "import", "preference"].contains(&kind);
        let wishing = |it: &usize| self.entry(*it).wish.is_some() && known(self.entry(*it).kind) && self.is_theirs(*it);
        let stands = |it: &usize| !self.places().filter(wishing).any(|other| self.later[other][*it]);
        self.places().filter(wishing).filter(stands).filter_map(|it| self.entry(it).wish).min()
    }
}
