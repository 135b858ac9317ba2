//! What receipts need besides records and log: the published policies and notices.
//!
//! ```
//! use consentkit_backend::receipt::Published;
//!
//! let mut published = Published::default();
//! published.add_lock(r#"{ "versions": [] }"#)?;       // consentkit.lock.json
//! published.add_notice(r#"{ "lang": "en", "layout": "bar", "texts": { "a": "b" } }"#)?; // notices/<hash>.json
//! # Ok::<(), consentkit_core::Error>(())
//! ```
//!
//! A receipt is then `Evidence { key, proof, policy_proof, ..published.evidence(&bytes) }.receipt()`. RECEIPT.md beside this
//! crate describes what comes out.

use std::collections::BTreeMap;

use consentkit_core::build::Lock;
use consentkit_core::error::{Code, Error, Result};
use consentkit_core::id::{Id, encode};
use consentkit_core::record::{Sealed, Shown};

pub use consentkit_core::receipt::{Evidence, Facts, Notice, Report, Status, Step, Trust, Verdict, verify};

/// Policies by site and version, notices by their hash.
#[derive(Debug, Clone, Default)]
pub struct Published {
    policies: BTreeMap<(String, String), String>,
    notices: BTreeMap<String, Notice>,
}

impl Published {
    /// Adds every version in a lock file of `consentkit build`.
    ///
    /// # Errors
    /// When it is none.
    pub fn add_lock(&mut self, lock: &str) -> Result<()> {
        for policy in &Lock::read(lock)?.versions {
            self.add_facts(Facts::of(policy).to_text()?)?;
        }
        Ok(())
    }

    /// Adds the facts of one version as they were written once. A log commits to these very bytes, so whoever has put
    /// them into a log keeps them and adds them here, after the lock file.
    ///
    /// # Errors
    /// When they are none.
    pub fn add_facts(&mut self, text: String) -> Result<()> {
        let facts = Facts::read(&text)?;
        self.policies.insert((facts.site, facts.version), text);
        Ok(())
    }

    /// Adds a file of the folder `notices`. Its hash is worked out, its name is no matter.
    ///
    /// # Errors
    /// When it is none.
    pub fn add_notice(&mut self, notice: &str) -> Result<()> {
        let notice: Notice = serde_json::from_str(notice).map_err(|error| Error::new(Code::ReceiptInvalid, "notice", error.to_string()))?;
        self.notices.insert(notice.hash(), notice);
        Ok(())
    }

    /// The facts of every version, for the log: a leaf of kind `policy` commits to [`Facts::hash`] of each.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.policies.values().map(String::as_str)
    }

    /// The evidence for a record without its place in the log. What was not published is left out, and the receipt says less.
    #[must_use]
    pub fn evidence(&self, bytes: &[u8]) -> Evidence {
        let mut evidence = Evidence::of(bytes.to_vec());
        if let Ok(record) = Sealed::read(&Id::of(bytes).to_text(), &encode(bytes)) {
            let version = (record.stamp.site, record.stamp.policy.to_string());
            evidence.policy = self.policies.get(&version).cloned();
            evidence.notice = self.notices.get(&Shown::read(&record.record.stamp).notice).cloned();
        }
        evidence
    }
}
