//! What first visitors meet everywhere: a policy under all laws in force, with and without each signal, at every age that a
//! law tells apart.

mod table;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::person::{Person, home};
use crate::context::Context;
use crate::error::Result;
use crate::evaluate::{Control, PromptKind, ReasonCode};
use crate::merge::Merged;
use crate::plan::{EVERY_AGE, Law};
use crate::policy::Policy;
use crate::regime::{AskReason, DefaultState, RuleSet};

/// A table of first visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// The version of the rules.
    pub rules: String,
    /// The moment, in milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub now: u64,
    /// The items' keys, in the order of [`Visit::items`].
    pub items: Vec<String>,
    /// A row for each law, signal and age.
    pub visits: Vec<Visit>,
}

/// A first visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Visit {
    /// The law.
    pub law: String,
    /// Its places, separated by spaces; `*`: every other one.
    pub places: String,
    /// `gpc` (Global Privacy Control), `att_denied` (App Tracking Transparency), or empty.
    pub signal: String,
    /// The band of ages; empty: unknown, which counts as grown-up.
    pub age: String,
    /// Whether and how is asked.
    pub prompt: PromptKind,
    /// Links that the law wants on every page.
    pub links: Vec<String>,
    /// What becomes of each item.
    pub items: Vec<VisitItem>,
}

/// An item at a first visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct VisitItem {
    /// Whether it is on.
    pub granted: bool,
    /// What the person can do about it.
    pub control: Control,
    /// What holds as long as nobody has answered.
    pub default: DefaultState,
    /// Why it is on or off.
    pub reason: ReasonCode,
    /// Why it is asked, of the person or of a guardian; none when it is not.
    pub asked: Option<AskReason>,
}

/// Works out every first visit under the laws of a moment (milliseconds since 1970).
///
/// # Errors
/// Those of [`Plan::compile`](crate::plan::Plan::compile).
pub fn simulate(policy: &Policy, now: u64) -> Result<Simulation> {
    let rules = RuleSet::bundled()?;
    let person = Person::new(policy, &rules, Merged::default())?;
    let mut visits = Vec::new();
    for law in person.plan.laws.iter().filter(|law| law.is_in_force(now)) {
        let Some(place) = home(&person.plan, law, now) else { continue };
        for age in ages(law) {
            visits.extend(["", "gpc", "att_denied"].map(|signal| visit(&person, law, place, signal, &age, now)));
        }
    }
    let items = person.items.iter().map(|item| item.key.clone()).collect();
    Ok(Simulation { rules: rules.version, now, items, visits })
}

/// The bands that a law tells apart, grown-ups first.
fn ages(law: &Law) -> Vec<String> {
    let ends: Vec<u8> = law.ages.iter().map(|bracket| bracket.below).filter(|below| *below != EVERY_AGE).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let bands = starts.zip(&ends).map(|(from, below)| format!("{from}-{}", below.saturating_sub(1)));
    std::iter::once(String::new()).chain(bands).collect()
}

fn visit(person: &Person, law: &Law, place: &str, signal: &str, age: &str, now: u64) -> Visit {
    let signals = Some(signal.to_owned()).filter(|signal| !signal.is_empty()).into_iter().collect();
    let context = Context { region: place.to_owned(), signals, age: age.to_owned(), ..Context::default() };
    let evaluation = person.at(&context, now).evaluation;
    let prompt = &evaluation.prompt;
    let asked = |key: &str| prompt.items.iter().chain(&prompt.guardian).find(|asked| asked.item == key).map(|asked| asked.reason);
    let pairs = person.items.iter().zip(&evaluation.decisions);
    let items = pairs.map(|(item, decision)| VisitItem {
        granted: decision.permit,
        control: decision.control,
        default: decision.default,
        reason: decision.reasons.first().map_or(ReasonCode::DefaultOff, |reason| reason.code),
        asked: asked(&item.key),
    });
    Visit {
        law: law.id.clone(),
        places: law.places.clone(),
        signal: signal.to_owned(),
        age: age.to_owned(),
        prompt: prompt.kind,
        links: prompt.links.clone(),
        items: items.collect(),
    }
}
