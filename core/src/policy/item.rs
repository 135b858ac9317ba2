//! Items: what a person can answer on its own.

use super::{Fingerprint, Kind, LegalBasis, Policy, Purpose};

/// A purpose, or a purpose for one recipient, with the key under which it is answered and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `analytics`, or `analytics/acme`.
    pub key: String,
    /// The purpose's id.
    pub purpose: String,
    /// The recipient's id, for an item of one recipient.
    pub recipient: Option<String>,
    /// What it is in the eyes of the law, facts taken into account.
    pub kinds: Vec<Kind>,
    /// The ground.
    pub basis: LegalBasis,
    /// Its meaning, part by part.
    pub fingerprint: Fingerprint,
}

/// The items of a policy, in its order: every purpose, followed by its recipients where these are
/// answered one by one.
#[must_use]
pub fn items(policy: &Policy) -> Vec<Item> {
    let mut items = Vec::new();
    for purpose in &policy.purposes {
        items.push(item(policy, purpose, None));
        if purpose.per_recipient {
            items.extend(purpose.recipients.iter().map(|id| item(policy, purpose, Some(id))));
        }
    }
    items
}

fn item(policy: &Policy, purpose: &Purpose, recipient: Option<&String>) -> Item {
    let mut key = purpose.id.clone();
    if let Some(id) = recipient {
        key.push('/');
        key.push_str(id);
    }
    let kinds = effective_kinds(purpose);
    Item {
        key,
        purpose: purpose.id.clone(),
        recipient: recipient.cloned(),
        fingerprint: Fingerprint::of(policy, purpose, &kinds, recipient),
        kinds,
        basis: purpose.legal_basis,
    }
}

/// Facts decide which kind a purpose really is: own statistics that are not plain are other
/// statistics, and a purpose that names no kind and has no known id is read as the strictest.
fn effective_kinds(purpose: &Purpose) -> Vec<Kind> {
    let named = if purpose.kinds.is_empty() { Kind::defaults(&purpose.id) } else { &purpose.kinds };
    if named.is_empty() {
        return vec![Kind::AdsTargeted, Kind::SaleShare];
    }
    let plain = purpose.facts.plain_statistics();
    named.iter().map(|kind| if *kind == Kind::StatsFp && !plain { Kind::StatsOther } else { *kind }).collect()
}
