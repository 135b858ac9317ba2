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
    let named = named(purpose);
    Item {
        key,
        purpose: purpose.id.clone(),
        recipient: recipient.cloned(),
        fingerprint: Fingerprint::of(policy, purpose, &aim(named, purpose), recipient),
        kinds: with_facts(named, policy, purpose),
        basis: purpose.legal_basis,
    }
}

/// The kinds of a purpose as its fingerprint sees them: defaults and facts applied.
#[cfg(feature = "receipt")]
pub(crate) fn aim_of(purpose: &Purpose) -> Vec<Kind> {
    aim(named(purpose), purpose)
}

fn named(purpose: &Purpose) -> &[Kind] {
    let named = if purpose.kinds.is_empty() { Kind::defaults(&purpose.id) } else { &purpose.kinds };
    // A purpose that names no kind and has no known id is read as the strictest.
    if named.is_empty() { &[Kind::AdsTargeted, Kind::SaleShare] } else { named }
}

/// What the item is for, as its fingerprint sees it: statistics that serve something else are other statistics.
fn aim(named: &[Kind], purpose: &Purpose) -> Vec<Kind> {
    let plain = purpose.facts.plain_statistics();
    named.iter().map(|kind| if *kind == Kind::StatsFp && !plain { Kind::StatsOther } else { *kind }).collect()
}

/// Sensitive data and a transfer that stands on consent make a purpose what it did not name.
fn with_facts(named: &[Kind], policy: &Policy, purpose: &Purpose) -> Vec<Kind> {
    let sensitive = |id: &String| policy.data_categories.iter().any(|category| category.id == *id && category.sensitive);
    let mut kinds = named.to_vec();
    if purpose.data.iter().any(|data| sensitive(&data.category)) {
        kinds.push(Kind::Sensitive);
    }
    if purpose.transfers.iter().any(|transfer| transfer.safeguard == "consent") {
        kinds.push(Kind::Xborder);
    }
    kinds
}
