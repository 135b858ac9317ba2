//! Under what a person answered: opaque to shells, readable years later.
//!
//! Three parts joined by dots, because they come from different files of a build: the policy's (CBOR in
//! base64url), the place's (`EU:P12M`) and the notice's (`<hash>:<language>:<layer>`). A part that does not
//! apply is empty: a signal is learned without any notice.

use crate::cbor::{self, cbor_array};
use crate::id;
use crate::policy::{Fingerprint, Item, Policy};

/// The policy's part of a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The policy's site.
    pub site: String,
    /// The policy's version.
    pub policy: u32,
    /// The version of the rules.
    pub rules: String,
    /// The version of this software.
    pub sdk: String,
    /// The items of the policy in its order, each with its meaning then.
    pub items: Vec<StampItem>,
}

/// A purpose, or a purpose for one recipient, as it was when the person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampItem {
    /// `analytics`, or `analytics/acme` for one recipient.
    pub key: String,
    /// Its meaning, part by part.
    pub fingerprint: Fingerprint,
}

/// The other parts: where, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The laws that were applied and how long the answer counts: `EU:P12M`.
    pub place: String,
    /// The hash of the notice (texts, layout, language); empty when nothing was shown.
    pub notice: String,
    /// The language of the notice.
    pub language: String,
    /// `layer1`, `layer2` or `just_in_time`.
    pub level: String,
}

cbor_array!(Stamp { site, policy, rules, sdk, items });
cbor_array!(StampItem { key, fingerprint });

impl StampItem {
    /// The purpose's id, and the recipient's or nothing.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.key.split_once('/').unwrap_or((&self.key, ""))
    }
}

impl Stamp {
    /// The policy's part as text.
    #[must_use]
    pub fn of<'a>(policy: &Policy, items: impl Iterator<Item = &'a Item>, rules: &str) -> String {
        let stamp = Self {
            site: policy.site.clone(),
            policy: policy.version,
            rules: rules.to_owned(),
            sdk: crate::SDK_VERSION.to_owned(),
            items: items.map(|item| StampItem { key: item.key.clone(), fingerprint: item.fingerprint }).collect(),
        };
        id::encode(&cbor::write(&stamp))
    }

    /// Reads the policy's part of a stamp; `None` when it is not what the core once wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        cbor::read(&id::decode(text.split('.').next()?)?)
    }
}

impl Shown {
    /// Reads the other parts of a stamp. What is missing is empty.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut parts = text.split('.').skip(1);
        let place = parts.next().unwrap_or_default().to_owned();
        let mut notice = parts.next().unwrap_or_default().split(':').map(str::to_owned);
        let mut next = || notice.next().unwrap_or_default();
        Self { place, notice: next(), language: next(), level: next() }
    }
}
