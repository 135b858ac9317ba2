//! A policy and the rules of jurisdictions, compiled against each other.
//!
//! The rules speak of kinds of purposes, facts and dates; a person's device only needs to know what follows
//! from them for the items of one policy. [`Plan::compile`] works that out for every jurisdiction, time and
//! age. Servers and apps do it when they start; `npx consentkit build` does it ahead, so a page neither
//! reads tables nor weighs facts: it looks up the laws of a place and takes the strictest.

mod compile;
mod law;
mod place;

use crate::cbor::{self, cbor_array};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::id;
use crate::policy::PastItem;
use crate::record::Stamp;

pub use crate::record::StampItem as Item;
pub use law::{Bracket, EVERY_AGE, Law, Terms};
pub use place::{Place, spelled};

/// The form of snapshots and of the key they are matched by. A shell discards what it does not know.
pub const SNAPSHOT_FORMAT: u32 = 1;

/// Everything that an engine knows of a policy and of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The policy's part of a stamp: site, version, rules, items and their meaning.
    pub stamp: String,
    /// A hash of everything on which decisions depend; snapshots are matched by it.
    pub meaning: String,
    /// One of [`Mark`]'s letters for each item.
    pub marks: String,
    /// What pages load.
    pub services: Vec<Service>,
    /// Earlier forms of items.
    pub history: Vec<PastItem>,
    /// Jurisdictions, states before their countries.
    pub laws: Vec<Law>,
    /// Terms and other texts that are accepted, never consented to.
    pub documents: Vec<Document>,
}

/// What signals and links have to know of an item's kinds.
pub enum Mark {}

impl Mark {
    /// Targeted ads or sale: what Global Privacy Control and App Tracking Transparency refuse.
    pub const ADS: char = 'a';
    /// Sensitive data or precise location: what "limit the use" is about.
    pub const SENSITIVE: char = 's';
    /// Both.
    pub const BOTH: char = 'b';
    /// Neither.
    pub const NONE: char = '-';
}

/// A service of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// The items that must all be permitted, by their place in the policy.
    pub needs: Vec<u32>,
    /// What it leaves and a page can clear.
    pub clear: Vec<Trace>,
    /// What it leaves and a page cannot clear.
    pub stays: Vec<Trace>,
    /// Reload after its consent was withdrawn.
    pub reload: bool,
}

/// A document of the policy, with its days as moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Where it can be read.
    pub url: String,
    /// From when it applies (milliseconds since 1970).
    pub from: u64,
    /// Until when an earlier version that was accepted may still be used.
    pub until: u64,
}

/// A cookie or storage key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Exact name, or a prefix that ends in `*`.
    pub name: String,
    /// `cookie`, `local`, `session`, `indexed_db` or `cache`.
    pub kind: String,
}

cbor_array!(Plan { stamp, meaning, marks, services, history, laws, documents });
cbor_array!(Document { id, version, url, from, until });
cbor_array!(Service { id, needs, clear, stays, reload });
cbor_array!(Trace { name, kind });

impl Plan {
    /// Reads what [`Plan::to_text`] wrote.
    ///
    /// # Errors
    /// `POLICY_INVALID` when the text is no plan of this version.
    pub fn read(text: &str) -> Result<Self> {
        let plan: Option<Plan> = id::decode(text).and_then(|bytes| cbor::read(&bytes));
        plan.filter(|plan| !plan.laws.is_empty()).ok_or_else(Self::unreadable)
    }

    /// The plan in base64url, for a file of a build.
    #[must_use]
    pub fn to_text(&self) -> String {
        id::encode(&cbor::write(self))
    }

    /// The policy's part of a stamp, read: site, version, items.
    ///
    /// # Errors
    /// As [`Plan::read`].
    pub fn subject(&self) -> Result<Stamp> {
        Stamp::read(&self.stamp).ok_or_else(Self::unreadable)
    }

    /// Without the laws that had ended by `now`: what a device will ever need.
    #[must_use]
    pub fn since(mut self, now: u64) -> Self {
        self.laws.retain(|law| law.until > now);
        self
    }

    /// The laws of a person, those of the place first, and the next moment at which they can be others.
    /// There is always one.
    #[must_use]
    pub fn laws(&self, context: &Context, now: u64) -> (Vec<&Law>, u64) {
        let mut found = Vec::new();
        let mut next = u64::MAX;
        for place in [&context.region, &context.residence] {
            if place.is_empty() && !found.is_empty() {
                continue;
            }
            let place = spelled(place);
            let mut law = None;
            'search: for code in place.codes() {
                for candidate in self.laws.iter().filter(|law| law.lists(code)) {
                    if candidate.is_in_force(now) {
                        law = Some(candidate);
                        break 'search;
                    }
                    // It comes before the law that is found: when it begins, it will be the one.
                    if candidate.from > now {
                        next = next.min(candidate.from);
                    }
                }
            }
            if let Some(law) = law {
                next = next.min(law.until);
            }
            found.extend(law.filter(|law| !found.contains(law)));
        }
        (found, next)
    }

    fn unreadable() -> Error {
        Error::new(Code::PolicyInvalid, "plan", "run `npx consentkit build` with the version of the software that reads it")
    }
}
