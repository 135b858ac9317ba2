//! What a new version of a policy changes, and who would be asked again.
//!
//! The new version is built on top of the old one, exactly as publishing it does. So a change is material here when it
//! is material for the engines that will meet people's old answers.

mod asked;
mod documents;
mod meaning;
mod others;
mod prose;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::build::{BuildOptions, Lock, compile};
use crate::error::{Code, Error, Result};
use crate::evaluate::Asked;
use crate::map::Map;
use crate::plan::{Item, Plan};
use crate::policy::{Change, Policy};
use crate::regime::{DefaultState, RuleSet};
use crate::time::Period;

/// Everything that differs between two versions of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PolicyDiff {
    /// An item has changed materially, or somebody who has accepted everything would be asked again.
    pub material: bool,
    /// The items whose meaning differs, in the order of the new policy; those that are gone last.
    pub items: Vec<ItemDiff>,
    /// What happens to people who have said yes to everything, law by law; laws that treat them alike stand together.
    pub people: Vec<PeopleDiff>,
    /// Documents that everybody with an account is asked to accept anew.
    pub documents: Vec<DocumentDiff>,
    /// Items that hold something else than before for people who have not answered.
    pub defaults: Vec<DefaultDiff>,
    /// Everything else: nobody is asked because of it.
    pub others: Vec<OtherDiff>,
    /// All of it in words.
    pub text: String,
}

/// An item whose meaning differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ItemDiff {
    /// The item's key.
    pub item: String,
    /// Whether it is new, gone or changed.
    pub kind: ItemDiffKind,
    /// Whether old answers do not cover it.
    pub material: bool,
    /// For a changed item: what has changed, part by part.
    pub changes: Vec<Change>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ItemDiffKind {
    /// It did not exist.
    Added,
    /// It exists no longer.
    Removed,
    /// It means something else.
    Changed,
}

/// What happens to people under some laws who have said yes to everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PeopleDiff {
    /// The laws.
    pub laws: Vec<String>,
    /// What they are asked now and were not asked before.
    pub asked: Vec<Asked>,
    /// What was on and is off until they answer.
    pub stopped: Vec<String>,
}

/// A document with a version that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DocumentDiff {
    /// The document's id.
    pub document: String,
    /// The version that it had; empty when it is new.
    pub was: String,
    /// The version that it has.
    pub now: String,
    /// The day from which that applies; empty: at once.
    pub from: String,
    /// How long who has accepted the earlier version may go on by it after that day.
    #[cfg_attr(feature = "schema", ts(type = "string | null"))]
    pub grace: Option<Period>,
}

/// An item with another default under some laws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DefaultDiff {
    /// The item's key.
    pub item: String,
    /// How it was.
    pub was: DefaultState,
    /// How it is.
    pub now: DefaultState,
    /// The laws.
    pub laws: Vec<String>,
}

/// A value that differs and is part of no item's meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OtherDiff {
    /// Where, with ids in place of numbers: `services[counter].name`.
    pub path: String,
    /// How it was; empty when it is new.
    pub was: String,
    /// How it is; empty when it is gone.
    pub now: String,
}

/// Both versions, compiled, with their items.
struct Pair {
    old: (Plan, Vec<Item>),
    new: (Plan, Vec<Item>),
}

/// Compares two versions under the laws of a moment (milliseconds since 1970).
///
/// # Errors
/// Those of [`compile`]; `FOREIGN_SITE` for two sites, whose answers have nothing to do with each other.
pub fn diff(old: &Policy, new: &Policy, now: u64) -> Result<PolicyDiff> {
    if old.site != new.site {
        return Err(Error::new(
            Code::ForeignSite,
            "site",
            format!("\"{}\" starts anew for everybody who answered at \"{}\"", new.site, old.site),
        ));
    }
    let pair = pair(old, new, now)?;
    let mut items = changed(&pair, now);
    meaning::fill(&mut items, old, new);
    let people = asked::people(&pair, old.version, now);
    let documents = documents::anew(old, new);
    let others = others::differing(old, new, &items, &documents);
    let mut diff = PolicyDiff {
        material: !people.is_empty() || !documents.is_empty() || items.iter().any(|item| item.material),
        defaults: defaults(&pair, now),
        items,
        people,
        documents,
        others,
        text: String::new(),
    };
    diff.text = prose::of(&diff, (old, new));
    Ok(diff)
}

fn pair(old: &Policy, new: &Policy, now: u64) -> Result<Pair> {
    let before = Plan::compile(old, &RuleSet::bundled()?)?;
    let lock = Lock { versions: vec![Policy { texts: Map::default(), history: Vec::new(), ..old.clone() }] };
    // A draft may still have the number of the version that it will replace.
    let next = Policy { version: new.version.max(old.version.saturating_add(1)), ..new.clone() };
    let built = compile(&text(&next)?, &text(&lock)?, &BuildOptions { now, ..BuildOptions::default() })?;
    let after = Plan::read(&built.plan)?;
    let (old, new) = (before.subject()?.items, after.subject()?.items);
    Ok(Pair { old: (before, old), new: (after, new) })
}

fn text<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(Code::PolicyInvalid, "", error.to_string()))
}

fn changed(Pair { old, new }: &Pair, now: u64) -> Vec<ItemDiff> {
    let is_there = |items: &[Item], key: &str| items.iter().any(|item| item.key == key);
    let mut found = Vec::new();
    for (index, item) in new.1.iter().enumerate() {
        if let Some(was) = old.1.iter().find(|was| was.key == item.key) {
            let form = was.fingerprint.to_text();
            let past = new.0.history.iter().find(|past| past.item == item.key && past.fingerprint == form);
            let changes = past.map(|past| past.changes.clone()).unwrap_or_default();
            if was.fingerprint != item.fingerprint {
                let material = changes.iter().any(|change| change.material);
                found.push(ItemDiff { item: item.key.clone(), kind: ItemDiffKind::Changed, material, changes });
            }
        } else {
            // What needs no answer anywhere is no question to anybody.
            let free = |law: &crate::plan::Law| law.default_of(index, None).0 == DefaultState::Allowed;
            let material = !new.0.laws.iter().filter(|law| law.is_in_force(now)).all(free);
            found.push(ItemDiff { item: item.key.clone(), kind: ItemDiffKind::Added, material, changes: Vec::new() });
        }
    }
    let gone = old.1.iter().filter(|item| !is_there(&new.1, &item.key));
    found.extend(gone.map(|item| ItemDiff { item: item.key.clone(), kind: ItemDiffKind::Removed, material: false, changes: Vec::new() }));
    found
}

/// Where grown-ups who have not answered find something else.
fn defaults(Pair { old, new }: &Pair, now: u64) -> Vec<DefaultDiff> {
    let mut found: Vec<DefaultDiff> = Vec::new();
    for (index, item) in new.1.iter().enumerate() {
        let Some(before) = old.1.iter().position(|was| was.key == item.key) else { continue };
        for law in new.0.laws.iter().filter(|law| law.is_in_force(now)) {
            let same = |was: &&crate::plan::Law| was.is_in_force(now) && (&was.id, &was.places) == (&law.id, &law.places);
            let Some(was) = old.0.laws.iter().find(same).map(|was| was.default_of(before, None).0) else { continue };
            let state = law.default_of(index, None).0;
            if was == state {
                continue;
            }
            match found.iter_mut().find(|known| (&known.item, known.was, known.now) == (&item.key, was, state)) {
                Some(known) if known.laws.contains(&law.id) => {}
                Some(known) => known.laws.push(law.id.clone()),
                None => found.push(DefaultDiff { item: item.key.clone(), was, now: state, laws: vec![law.id.clone()] }),
            }
        }
    }
    found
}
