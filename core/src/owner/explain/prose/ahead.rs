//! What comes by itself, and what is one step away, in words.

use super::super::types::{Explanation, ItemExplanation, NearMiss, Step, Target};
use super::super::words::{ask, code, fact, list, reason, signal};
use super::basis::{named, state, steps};
use crate::evaluate::ReasonCode;
use crate::owner::day::moment;
use crate::plan::EVERY_AGE;

/// The next change.
pub(super) fn next(item: &ItemExplanation, all: &Explanation) -> String {
    let Some(next) = &item.next else { return "As far as the tables know, nothing changes this by itself within ten years.".to_owned() };
    let at = moment(next.at);
    if let Some(why) = next.asked.filter(|_| (next.granted, next.default) == (item.granted, item.default)) {
        return format!("If nobody answers, it is asked on {at}: {} ({}).", ask(why), code(why));
    }
    let on = if next.granted { "on" } else { "off" };
    let mut text = format!("By itself it changes on {at}: it is {on} then, because {} ({})", reason(next.reason), code(next.reason));
    if let Some(finding) = &next.finding {
        let known = all.laws.iter().any(|law| law.id == finding.law);
        let under = if known { String::new() } else { format!("under {}, ", finding.law) };
        text.push_str(&format!("; {under}{}", steps(finding)));
    }
    if let Some(why) = next.asked {
        text.push_str(&format!("; it is asked then ({})", code(why)));
    }
    text + "."
}

/// Everything that is one step away, each with its outcome.
pub(super) fn near(item: &ItemExplanation) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut rest: Vec<&NearMiss> = item.near.iter().collect();
    while let Some(first) = rest.first().copied() {
        // What has the same outcome in the same way is said together.
        let alike = |miss: &&NearMiss| kind(miss) == kind(first) && outcome(miss, item) == outcome(first, item);
        let (same, other): (Vec<&NearMiss>, Vec<&NearMiss>) = rest.into_iter().partition(alike);
        let words = list(same.iter().map(|miss| target(miss)), "or");
        said.push(match &first.target {
            Target::Days { .. } => words,
            Target::Flag { .. } => format!("with the operator flag {words}: {}", outcome(first, item)),
            Target::Age { .. } => format!("for somebody known to be {words}: {}", outcome(first, item)),
            Target::Signal { .. } => format!("with {words}: {}", outcome(first, item)),
            Target::Fact { .. } => format!("if the policy could state that {words}: {}", outcome(first, item)),
        });
        rest = other;
    }
    if said.is_empty() { String::new() } else { format!("One step away: {}.", said.join("; ")) }
}

fn kind(miss: &NearMiss) -> u8 {
    match miss.target {
        Target::Flag { .. } => 0,
        Target::Age { .. } => 1,
        Target::Signal { .. } => 2,
        Target::Fact { .. } => 3,
        Target::Days { .. } => 4,
    }
}

fn target(miss: &NearMiss) -> String {
    match &miss.target {
        Target::Flag { flag } => format!("{}{}", code(flag), by(miss)),
        Target::Age { from, below } => format!("{}{}", band(*from, *below), by(miss)),
        Target::Signal { signal: name } => signal(name).to_owned(),
        Target::Fact { word } => fact(word),
        Target::Days { at } => format!("the yes stops counting on {}", moment(*at)),
    }
}

/// The row that makes the difference: the first that gives the outcome.
fn by(miss: &NearMiss) -> String {
    let Some(finding) = &miss.finding else { return String::new() };
    let gives = |step: &&Step| match step {
        Step::Overlay { state, .. } => *state == finding.state,
        Step::Age { .. } => true,
        _ => false,
    };
    match finding.steps.iter().find(gives) {
        Some(Step::Overlay { text, .. }) => format!(", by {}", named(text)),
        Some(Step::Age { .. }) => format!(", by {}", finding.law),
        _ => String::new(),
    }
}

fn outcome(miss: &NearMiss, item: &ItemExplanation) -> String {
    let default = state(miss.default, miss.finding.as_ref().is_some_and(|finding| finding.alone));
    let on = if miss.granted { "on" } else { "off" };
    match miss.reason {
        // The default says it all.
        ReasonCode::Exempt | ReasonCode::DefaultOn | ReasonCode::DefaultOff | ReasonCode::Prohibited => default,
        ReasonCode::GuardianNeeded | ReasonCode::SeparateNeeded => default,
        why if miss.granted == item.granted && item.reasons.first().is_some_and(|it| it.code == why) => {
            format!("still {on} (before any answer: {default})")
        }
        why if miss.granted == item.granted => format!("still {on}, because {} (before any answer: {default})", reason(why)),
        _ => format!("{on}, because {}", reason(miss.reason)),
    }
}

fn band(from: u8, below: u8) -> String {
    match (from, below) {
        (0, below) => format!("under {below}"),
        (from, EVERY_AGE) => format!("{from} or older"),
        (from, below) if below == from + 1 => format!("{from}"),
        (from, below) => format!("{from} to {}", below - 1),
    }
}
