//! Many records, from several devices, into the answers that stand.
//!
//! A pure function of a *set* of records: their order of arrival, and hearing one twice, change nothing.
//! "Later" must be proved by ancestry (a record names the newest records that its device had seen); wall
//! clocks are evidence, never order. Where two answers to an item are concurrent, both stand here and
//! [`evaluate`](crate::evaluate) lets the no win. `Left` is no answer and dominates nothing. Several people may use a
//! device, and one person several devices: [`Whose`] says for whom the records are merged. ARCHITECTURE.md has the
//! rules, numbered; `tests/tests/merge.rs` has a test of the name of each.

use crate::choice::{Actor, State};
use crate::context::Age;
use crate::id::Id;
use crate::map::{Map, Set};
use crate::policy::Fingerprint;
use crate::record::{Record, Sealed, Wish};
use crate::time::Timestamp;

/// What an answer to the notice of a conflict between a signal and an earlier yes was given with (11 CCR 7025(c)(3)).
const CONFLICT: &str = "conflict.accept";

/// The kind of a record that joins a device with an account: what it knows of counts for the account too.
const LINK: &str = "link";

/// For whom records are merged. An answer counts for its account, one without an account for whoever uses the device
/// that it was given on and for the account that it was linked with. Of all other records the noes count, and nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whose<'a> {
    /// The account that is signed in; empty when none is.
    pub account: &'a str,
    /// The pseudonymous id of the device; empty when it is not known, and then all records without an account are its own.
    pub subject: &'a str,
}

/// What another page of the site tells by a cookie: the newest records that it knows, and what they answer. Of records
/// that are not here the noes count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// The newest records of that page.
    pub heads: &'a [Id],
    /// Its answers, by item.
    pub answers: &'a [(String, Answer)],
}

/// An answer that no later answer to the same item dominates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The record that holds it.
    pub record: Id,
    /// What was answered.
    pub state: State,
    /// By whom.
    pub actor: Actor,
    /// When, by the clock of the device.
    pub at: Timestamp,
    /// The item's meaning at that time.
    pub fingerprint: Fingerprint,
    /// The policy's version at that time.
    pub policy: u32,
    /// Nothing could be saved: a yes opens nothing and replaces nothing, a no holds for the page.
    pub unsaved: bool,
    /// Its event answered nothing else: one that counts where an answer of its own is needed.
    pub alone: bool,
    /// The youngest age that the person could have had then; `None` when nothing was known.
    pub age: Option<u8>,
    /// A guardian's no, after which the person has said something: it counts as long as a guardian must answer.
    pub outgrown: bool,
    /// It was given for an account in spite of a signal, after the conflict had been named.
    pub despite_signal: bool,
}

/// That somebody has accepted a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The account that was signed in; empty when none was.
    pub account: String,
    /// When, by the clock of the device.
    pub at: Timestamp,
    /// Which document and version: see [`evaluate`](crate::evaluate).
    pub body: String,
}

/// What an item was when somebody last saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// When.
    pub at: Timestamp,
    /// Its meaning then.
    pub fingerprint: Fingerprint,
    /// The youngest age that the person could have had then; `None` when nothing was known.
    pub age: Option<u8>,
}

/// What a set of records says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Item → the answers that stand, in the order of their records' ids.
    pub answers: Map<String, Vec<Answer>>,
    /// Items that some record knew of, answered or not.
    pub known_items: Map<String, Known>,
    /// Preference → the value that stands; of concurrent ones the lowest.
    pub wishes: Map<String, u32>,
    /// What was accepted. It is not taken back: a contract ends in other ways than consent.
    pub acceptances: Vec<Acceptance>,
    /// The newest records: no other record names them as a parent. Those that were only told, as long as a no of theirs stands.
    pub heads: Set<Id>,
    /// The highest policy version that anybody answered under.
    pub newest_policy: u32,
    /// The latest answer of a person, by the clock of their device.
    pub last_answer: Option<Timestamp>,
    /// Something lies in storage that cannot be read.
    pub proof_gap: bool,
    /// Records of which only the noes count: they are somebody else's.
    pub others: Set<Id>,
    /// Records of this device without an account, while an account is signed in that they are not linked with.
    pub unlinked: bool,
}

/// Merges records. `unsaved` names those that could not be stored on this device.
#[must_use]
pub fn merge<'a>(records: impl Iterator<Item = &'a Sealed>, unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    merge_with(records, unsaved, whose, Told::default())
}

/// Merges records, and what another page tells of records that are not among them.
#[must_use]
pub fn merge_with<'a>(records: impl Iterator<Item = &'a Sealed>, unsaved: &Set<Id>, whose: Whose<'_>, told: Told<'_>) -> Merged {
    let records: Map<Id, &Sealed> = records.map(|sealed| (sealed.id, sealed)).collect();
    let mut older: Vec<Set<Id>> = Vec::new();
    let mut linked: Set<Id> = Set::default();
    for sealed in records.values() {
        let known = ancestors(sealed, &records);
        if sealed.record.kind == LINK && !whose.account.is_empty() && sealed.record.account == whose.account {
            known.keys().for_each(|id| _ = linked.add(*id));
        }
        older.push(known);
    }
    let mut merged = Merged::default();
    for head in told.heads.iter().filter(|head| !records.contains(*head)) {
        merged.heads.add(*head);
        for (item, answer) in told.answers.iter().filter(|(_, answer)| answer.state != State::Given) {
            merged.answers.push(item.clone(), Answer { record: *head, ..answer.clone() });
        }
    }
    let mut wishes: Vec<(Id, &Wish)> = Vec::new();
    for sealed in records.values() {
        let Record { account, subject, .. } = &sealed.record;
        let own = account.is_empty() && (whose.subject.is_empty() || subject == whose.subject);
        merged.unlinked |= own && !whose.account.is_empty() && !linked.contains(&sealed.id);
        if !own && if account.is_empty() { !linked.contains(&sealed.id) } else { account != whose.account } {
            merged.others.add(sealed.id);
        }
        take_in(&mut merged, sealed, unsaved.contains(&sealed.id));
        for wish in wishes_of(sealed, &merged) {
            wishes.push((sealed.id, wish));
        }
    }
    // Whatever a record says is later than what its ancestors say.
    for (sealed, older) in records.values().zip(&older) {
        for id in older.keys() {
            merged.heads.remove(id);
        }
        let theirs = merged.others.contains(&sealed.id);
        for (item, state) in sealed.answers() {
            // A yes that opens nothing may not take away the no before it, and with it what an older yes opens; nor that yes.
            let idle = state == State::Given && unsaved.contains(&sealed.id);
            if let Some(answers) = merged.answers.get_mut(&item.key).filter(|_| !idle && counts(sealed, state, theirs)) {
                answers.retain_mut(|answer| !older.contains(&answer.record) || !replaces(sealed.actor(), answer));
            }
        }
        for wish in wishes_of(sealed, &merged) {
            wishes.retain(|(record, earlier)| earlier.id != wish.id || !older.contains(record));
        }
    }
    for answers in merged.answers.values_mut() {
        // What another product knew counts as long as nobody has answered here.
        if answers.iter().any(|answer| answer.actor != Actor::Import) {
            answers.retain(|answer| answer.actor != Actor::Import);
        }
        // What was only told is named until all its noes have been answered.
        for Answer { record, .. } in answers.iter() {
            if !records.contains(record) {
                merged.heads.add(*record);
            }
        }
    }
    for (_, Wish { id, value }) in wishes {
        let lowest = merged.wishes.get(id).map_or(*value, |other| *other.min(value));
        merged.wishes.set(id.clone(), lowest);
    }
    merged
}

/// Everything that one record says, as if there were no other.
fn take_in(merged: &mut Merged, sealed: &Sealed, unsaved: bool) {
    let record = &sealed.record;
    let age = Age::read(&record.age).map(|age| age.least);
    let theirs = merged.others.contains(&sealed.id);
    merged.heads.add(sealed.id);
    merged.newest_policy = merged.newest_policy.max(sealed.stamp.policy);
    // Only a person who has been asked for answers knows of an item.
    for item in sealed.stamp.items.iter().filter(|_| sealed.is_answer() && sealed.actor() != Actor::Signal && !theirs) {
        let known = Known { at: sealed.at(), fingerprint: item.fingerprint, age };
        if merged.known_items.get(&item.key).is_none_or(|before| before.at <= known.at) {
            merged.known_items.set(item.key.clone(), known);
        }
    }
    // A signal makes no contract, and what is not saved proves none.
    if record.kind == "acceptance" && sealed.actor() != Actor::Signal && !unsaved {
        merged.acceptances.push(Acceptance { account: record.account.clone(), at: sealed.at(), body: record.body.clone() });
    }
    let answered = record.answers.bytes().filter(|letter| !matches!(letter, b'l' | b'-')).count();
    for (item, state) in sealed.answers() {
        if sealed.actor() != Actor::Signal && !theirs {
            merged.last_answer = merged.last_answer.max(Some(sealed.at()));
        }
        if counts(sealed, state, theirs) {
            let answer = Answer {
                record: sealed.id,
                state,
                actor: sealed.actor(),
                at: sealed.at(),
                fingerprint: item.fingerprint,
                policy: sealed.stamp.policy,
                unsaved,
                alone: answered == 1,
                age,
                outgrown: false,
                despite_signal: record.control == CONFLICT && !record.account.is_empty(),
            };
            merged.answers.push(item.key.clone(), answer);
        }
    }
}

/// Whether it is an answer at all. A signal says no or nothing, and so does what was said by others.
fn counts(sealed: &Sealed, state: State, theirs: bool) -> bool {
    state != State::Left && (state != State::Given || (sealed.actor() != Actor::Signal && !theirs))
}

/// The wishes of a record, if it is not somebody else's.
fn wishes_of<'a>(sealed: &'a Sealed, merged: &Merged) -> &'a [Wish] {
    if merged.others.contains(&sealed.id) { &[] } else { sealed.wishes() }
}

/// Whether an answer of this actor takes the place of an earlier one.
fn replaces(later: Actor, earlier: &mut Answer) -> bool {
    let no = earlier.state != State::Given;
    match later {
        Actor::Guardian => true,
        Actor::Import => earlier.actor == Actor::Import,
        // A person's no is more than a signal's.
        Actor::Signal => !no,
        // What a guardian said and what the person says stand side by side.
        Actor::Subject | Actor::Agent if earlier.actor == Actor::Guardian => {
            earlier.outgrown = no;
            false
        }
        Actor::Subject | Actor::Agent => true,
    }
}

/// Every record that this one was made after. A parent that is missing here ends its branch.
fn ancestors(sealed: &Sealed, records: &Map<Id, &Sealed>) -> Set<Id> {
    let mut found = Set::default();
    let mut open = vec![sealed];
    while let Some(next) = open.pop() {
        for parent in &next.record.parents {
            if found.add(*parent) {
                open.extend(records.get(parent));
            }
        }
    }
    found
}
