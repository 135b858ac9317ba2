//! Aims and grounds in words: the history that a plan carries says only that they have changed.

use crate::owner::explain::words::{code, list};
use crate::policy::{Part, Policy, items};

use super::ItemDiff;

/// Completes the changes of both from the policies.
pub(super) fn fill(differing: &mut [ItemDiff], old: &Policy, new: &Policy) {
    for item in differing {
        for change in item.changes.iter_mut().filter(|change| change.was.is_empty() && change.now.is_empty()) {
            (change.was, change.now) = (words(change.part, &item.item, old), words(change.part, &item.item, new));
        }
    }
}

fn words(part: Part, key: &str, policy: &Policy) -> String {
    let Some(item) = items(policy).into_iter().find(|item| item.key == key) else { return String::new() };
    let Some(purpose) = policy.purposes.iter().find(|purpose| purpose.id == item.purpose) else { return String::new() };
    match part {
        Part::Aim => {
            let low = [(purpose.facts.high_risk, "without high risk"), (purpose.facts.matched_to_person, "not matched to a person")];
            let low = low.into_iter().filter(|(risk, _)| *risk == Some(false)).map(|(_, words)| words.to_owned());
            list(item.kinds.iter().map(code).chain(low), "and")
        }
        Part::Basis => code(purpose.legal_basis),
        _ => String::new(),
    }
}
