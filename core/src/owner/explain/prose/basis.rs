//! How a law comes to its default, in words.

use super::super::types::{Explanation, FactWord, Finding, KindOrigin, Step};
use super::super::words::{self, code, fact, list};
use crate::regime::{DefaultState, LawText};

/// A sentence for the default under one law.
pub(super) fn sentence(finding: &Finding, all: &Explanation) -> String {
    let law = all.laws.iter().find(|law| law.id == finding.law).map(|it| format!(" ({})", it.text.law)).unwrap_or_default();
    if finding.state == DefaultState::Allowed {
        return format!("{}{law} asks for no consent: {}.", finding.law, steps(finding));
    }
    format!("Before any answer, under {}{law}, it is {}: {}.", finding.law, state(finding.state, finding.alone), steps(finding))
}

/// What a default means; a guardian may have to answer in an act of its own.
pub(super) fn state(state: DefaultState, alone: bool) -> String {
    let own = if state == DefaultState::Guardian && alone { " to it alone" } else { "" };
    words::state(state).to_owned() + own
}

/// All steps, the last decides.
pub(super) fn steps(finding: &Finding) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut cells: Vec<&Step> = finding.steps.iter().filter(|step| matches!(step, Step::Cell { .. })).collect();
    while let Some(first) = cells.first().copied() {
        // Kinds that have the same to say are said together.
        let (same, rest): (Vec<&Step>, Vec<&Step>) = cells.into_iter().partition(|other| alike(first, other));
        said.extend(cell(first, &same, finding));
        cells = rest;
    }
    said.extend(finding.steps.iter().filter_map(other));
    said.join("; ")
}

fn alike(a: &Step, b: &Step) -> bool {
    match (a, b) {
        (Step::Cell { origin, cell, .. }, Step::Cell { origin: other, cell: text, .. }) => origin == other && cell == text,
        _ => false,
    }
}

fn cell(first: &Step, same: &[&Step], finding: &Finding) -> Option<String> {
    let Step::Cell { origin, column, cell, facts, state, .. } = first else { return None };
    let kinds = same.iter().filter_map(|step| if let Step::Cell { kind, .. } = step { Some(code(kind)) } else { None });
    let origin = match origin {
        KindOrigin::Named => String::new(),
        KindOrigin::Id => " (by the purpose's id)".to_owned(),
        KindOrigin::Data(category) => format!(" (its data \"{category}\" is sensitive)"),
        KindOrigin::Transfer(country) => format!(" (the transfer to {country} stands on consent)"),
        KindOrigin::Unknown => " (nothing says what the purpose is)".to_owned(),
    };
    let (hold, fail): (Vec<_>, Vec<_>) = facts.iter().partition(|it| it.holds);
    let words = |facts: Vec<&FactWord>| list(facts.into_iter().map(|it| fact(&it.word)), "and");
    let shown = match (hold.is_empty(), fail.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(", and the policy states that {}", words(hold)),
        (_, false) => format!(", and the policy does not show that {}", words(fail)),
    };
    let (kind, has) = if same.len() > 1 { ("kinds", "have") } else { ("kind", "has") };
    // Where something comes on top, the cell is not the outcome.
    let alone = if *state == finding.state { String::new() } else { format!(" ({})", words::state(*state)) };
    Some(format!("its {kind} {}{origin} {has} \"{cell}\"{alone} in column {column} of the defaults{shown}", list(kinds, "and")))
}

fn other(step: &Step) -> Option<String> {
    Some(match step {
        Step::Cell { .. } => return None,
        Step::Separate { code, meaning, source } => format!("the code {code} ({meaning}; {source}) asks for a yes to it alone"),
        Step::Overlay { text, flag, below, state } => {
            let below = (*below > 0).then(|| format!("for people known to be under {below}"));
            let flag = flag.map(|flag| format!("for operators with the flag {}", code(flag)));
            let whom = list(below.into_iter().chain(flag), "and");
            let whom = if whom.is_empty() { whom } else { format!(", {whom},") };
            let effect = match state {
                DefaultState::Allowed => "exempts it".to_owned(),
                DefaultState::Prohibited => "prohibits it".to_owned(),
                DefaultState::Guardian => "asks for a guardian's yes".to_owned(),
                DefaultState::Separate => "asks for a yes to it alone".to_owned(),
                other => format!("has it {}", words::state(*other)),
            };
            format!("{}{whom} {effect}", named(text))
        }
        Step::Age { below } => format!("for people known to be under {below} a guardian answers"),
    })
}

/// `US-CT-TEEN (CTDPA; SB 1295, since 2026-07-01)`; the id alone where it begins what the law is called.
pub(super) fn named(text: &LawText) -> String {
    let days = words::days(text).map(|days| format!(", {days}")).unwrap_or_default();
    let rest = text.law.strip_prefix(text.id.as_str()).unwrap_or_default();
    let inner = rest.strip_prefix("; ").or_else(|| rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')')));
    format!("{} ({}{days})", text.id, inner.unwrap_or(&text.law))
}
