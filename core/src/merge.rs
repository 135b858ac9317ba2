//! Many records, from several devices, into the answers that stand.
//!
//! A pure function of a *set* of records: their order of arrival, and hearing one twice, change nothing.
//! "Later" must be proved by ancestry (a record names the newest records that its device had seen); wall
//! clocks are evidence, never order. Where two answers to an item are concurrent, both stand here and
//! [`evaluate`](crate::evaluate) lets the no win. `Left` is no answer and dominates nothing.

use crate::choice::{Actor, State};
use crate::id::Id;
use crate::map::{Map, Set};
use crate::policy::Fingerprint;
use crate::record::{Sealed, Wish};
use crate::time::Timestamp;

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
    /// Nothing could be saved: a yes opens nothing, a no holds for the page.
    pub unsaved: bool,
}

/// What a set of records says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Item → the answers that stand, in the order of their records' ids.
    pub answers: Map<String, Vec<Answer>>,
    /// Items that some record knew of, answered or not.
    pub known_items: Set<String>,
    /// Preference → the value that stands; of concurrent ones the lowest.
    pub wishes: Map<String, u32>,
    /// The newest records: no other record names them as a parent.
    pub heads: Vec<Id>,
    /// The highest policy version that anybody answered under.
    pub newest_policy: u32,
    /// The latest answer of a person, by the clock of their device.
    pub last_answer: Option<Timestamp>,
}

/// Merges records. `unsaved` names those that could not be stored on this device.
#[must_use]
pub fn merge<'a>(records: impl Iterator<Item = &'a Sealed>, unsaved: &Set<Id>) -> Merged {
    let records: Map<Id, &Sealed> = records.map(|sealed| (sealed.id, sealed)).collect();
    let ancestors: Map<Id, Set<Id>> = records.keys().map(|id| (*id, ancestors(*id, &records))).collect();
    let older = |a: &Id, b: &Id| ancestors.get(b).is_some_and(|set| set.contains(a));

    let mut merged = Merged::default();
    let mut wishes: Map<&str, Vec<(Id, &Wish)>> = Map::default();
    for sealed in records.values() {
        sealed.stamp.items.iter().for_each(|item| {
            merged.known_items.add(item.key.clone());
        });
        merged.newest_policy = merged.newest_policy.max(sealed.stamp.policy);
        for (item, state) in sealed.answers() {
            if sealed.actor() != Actor::Signal {
                merged.last_answer = merged.last_answer.max(Some(sealed.at()));
            }
            if state == State::Left {
                continue;
            }
            merged.answers.push(
                item.key.clone(),
                Answer {
                    record: sealed.id,
                    state,
                    actor: sealed.actor(),
                    at: sealed.at(),
                    fingerprint: item.fingerprint,
                    policy: sealed.stamp.policy,
                    unsaved: unsaved.contains(&sealed.id),
                },
            );
        }
        for wish in &sealed.record.wishes {
            wishes.push(wish.id.as_str(), (sealed.id, wish));
        }
    }
    for answers in merged.answers.values_mut() {
        let ids: Vec<Id> = answers.iter().map(|answer| answer.record).collect();
        answers.retain(|answer| !ids.iter().any(|other| older(&answer.record, other)));
    }
    for (id, said) in wishes.iter() {
        let standing = said.iter().filter(|(record, _)| !said.iter().any(|(other, _)| older(record, other)));
        if let Some(lowest) = standing.map(|(_, wish)| wish.value).min() {
            merged.wishes.set((*id).to_owned(), lowest);
        }
    }
    let named = |id: &Id| records.values().any(|sealed| sealed.record.parents.contains(id));
    merged.heads = records.keys().filter(|id| !named(id)).copied().collect();
    merged
}

/// Every record that `id` was made after. A parent that is missing here ends its branch.
fn ancestors(id: Id, records: &Map<Id, &Sealed>) -> Set<Id> {
    let mut found = Set::default();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        for parent in records.get(&next).iter().flat_map(|sealed| &sealed.record.parents) {
            if found.add(*parent) {
                open.push(*parent);
            }
        }
    }
    found
}
