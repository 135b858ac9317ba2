//! Under what a person answered: opaque to shells, readable years later.
//!
//! Three parts joined by dots, because they come from different files of a build: the policy's (CBOR in
//! base64url), the place's (`EU:P12M`) and the notice's (`<hash>:<language>:<layer>`). A part that does not
//! apply is empty: a signal is learned without any notice.

use crate::cbor::{self, cbor_array};
use crate::id;
use crate::policy::{Fingerprint, Item, Policy};
use crate::regime::Regime;

/// A stamp that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The policy's site.
    pub site: String,
    /// The policy's version.
    pub policy: u32,
    /// The version of the rules table.
    pub rules: String,
    /// The version of this software.
    pub sdk: String,
    /// The items of the policy in its order, each with its meaning then.
    pub items: Vec<StampItem>,
    /// The regimes that were applied and the longest time for which the answer counts: `EU:P12M`.
    pub place: String,
    /// The hash of the notice (texts, layout, language); empty when nothing was shown.
    pub notice: String,
    /// The language of the notice.
    pub language: String,
    /// `layer1`, `layer2` or `just_in_time`.
    pub level: String,
}

/// An item as it was when the person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampItem {
    /// The item's key.
    pub key: String,
    /// Its meaning then.
    pub fingerprint: Fingerprint,
}

struct Wire {
    site: String,
    policy: u32,
    rules: String,
    sdk: String,
    items: Vec<WireItem>,
}

struct WireItem {
    key: String,
    fingerprint: [u8; 24],
}

cbor_array!(Wire { site, policy, rules, sdk, items });
cbor_array!(WireItem { key, fingerprint });

impl Stamp {
    /// The policy's part.
    #[must_use]
    pub fn policy_part(policy: &Policy, items: &[Item], rules: &str) -> String {
        let items = items.iter().map(|item| WireItem { key: item.key.clone(), fingerprint: item.fingerprint.bytes() });
        let wire = Wire {
            site: policy.site.clone(),
            policy: policy.version,
            rules: rules.to_owned(),
            sdk: crate::SDK_VERSION.to_owned(),
            items: items.collect(),
        };
        id::encode(&cbor::write(&wire))
    }

    /// The place's part.
    #[must_use]
    pub fn place_part(regime: &Regime) -> String {
        let mut part = regime.id.clone();
        part.push(':');
        if let Some(ttl) = regime.ttl {
            part.push_str(&ttl.to_string());
        }
        part
    }

    /// Reads a stamp; `None` when the policy's part is not what the core once wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let wire: Wire = cbor::read(&id::decode(parts.next()?)?)?;
        let place = parts.next().unwrap_or_default().to_owned();
        let mut notice = parts.next().unwrap_or_default().split(':').map(str::to_owned);
        Some(Self {
            site: wire.site,
            policy: wire.policy,
            rules: wire.rules,
            sdk: wire.sdk,
            items: wire
                .items
                .into_iter()
                .map(|item| StampItem { key: item.key, fingerprint: Fingerprint::from_bytes(&item.fingerprint) })
                .collect(),
            place,
            notice: notice.next().unwrap_or_default(),
            language: notice.next().unwrap_or_default(),
            level: notice.next().unwrap_or_default(),
        })
    }
}
