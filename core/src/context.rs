//! What is known of a person before they have said anything.

use serde::{Deserialize, Serialize};

/// Where a person is, as far as it is known, and what their device says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// ISO 3166-1 or 3166-2 (`DE`, `US-CA`); empty when unknown, which is treated strictly.
    pub region: String,
    /// Signals that are present: `gpc`. A signal may only lower a state.
    pub signals: Vec<String>,
    /// A band of ages such as `13-15`, never a date of birth; empty when unknown.
    pub age: String,
    /// The site's own opaque reference to a signed-in account; empty when nobody is signed in.
    pub account: String,
}
