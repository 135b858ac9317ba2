//! The lock file: every published version of a policy, so that people can be told what changed.

use serde::{Deserialize, Serialize};

use super::unreadable;
use crate::error::{Code, Error, Result};
use crate::policy::{self, Policy};

/// The content of `consentkit.lock.json`. Keep it in version control beside the policy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// Oldest first, without texts and history.
    pub versions: Vec<Policy>,
}

impl Lock {
    /// Reads a lock file; empty text is an empty lock.
    ///
    /// # Errors
    /// `POLICY_INVALID` when it is no lock file: restore it from version control.
    pub fn read(json: &str) -> Result<Self> {
        if json.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(json).map_err(|error| unreadable("consentkit.lock.json", &error))
    }

    /// Adds a version, or replaces the newest when only words changed.
    pub(super) fn add(&mut self, policy: &Policy) -> Result<()> {
        let Some(last) = self.versions.last_mut() else {
            self.versions.push(policy.clone());
            return Ok(());
        };
        if policy.version > last.version {
            self.versions.push(policy.clone());
            return Ok(());
        }
        if policy.version < last.version || policy::items(policy) != policy::items(last) {
            let hint = format!("version {} is published with another meaning; raise \"version\" to {}", last.version, last.version + 1);
            return Err(Error::new(Code::VersionNotRaised, "version", hint));
        }
        *last = policy.clone();
        Ok(())
    }
}
