//! Documents that people must accept anew: a contract and no consent, but somebody is asked all the same.

use crate::owner::explain::words::period;
use crate::policy::{Document, Policy};

use super::DocumentDiff;

/// Every document with a version that nobody has accepted yet.
pub(super) fn anew(old: &Policy, new: &Policy) -> Vec<DocumentDiff> {
    let before =
        |document: &Document| old.documents.iter().find(|it| it.id == document.id).map(|it| it.version.clone()).unwrap_or_default();
    let anew = new.documents.iter().map(|it| (it, before(it))).filter(|(it, was)| it.version != *was);
    anew.map(|(it, was)| {
        let grace = it.grace.filter(|_| !was.is_empty());
        DocumentDiff { document: it.id.clone(), was, now: it.version.clone(), from: it.effective.clone(), grace }
    })
    .collect()
}

/// Whom it concerns, and from when.
pub(super) fn words(DocumentDiff { document, was, now, from, grace }: &DocumentDiff) -> String {
    let version = if was.is_empty() { format!("version \"{now}\" is new") } else { format!("version \"{was}\" became \"{now}\"") };
    let from = if from.is_empty() { String::new() } else { format!(", which applies from {from}") };
    let grace = grace.map(|it| format!("; who has accepted the earlier one may go on by it for {} more", period(it))).unwrap_or_default();
    format!("{document}: {version}{from}: everybody with an account is asked to accept it{grace}")
}
