//! Whose records: by the id of a device's person, or by an account.

use serde::{Deserialize, Serialize};

/// A person, as a tenant's records name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Person {
    /// The pseudonymous id of one device.
    Subject(String),
    /// An account, on every device that has signed in.
    Account(String),
}

impl Person {
    /// What a keyed hash of the person is over.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Person::Subject(subject) => format!("subject\n{subject}"),
            Person::Account(account) => format!("account\n{account}"),
        }
    }
}
