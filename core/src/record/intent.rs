//! What a shell writes down in the handler of a click.

use serde::{Deserialize, Serialize};

use crate::cbor::cbor_array;

/// What a person did or a device learned, before it has become a record.
///
/// A shell writes one synchronously, as JSON, in the handler of a click: it copies `stamp` and answer
/// lines out of the last [`View`](crate::protocol::View) or of the initial snapshot and adds the moment and 32 random bytes. A
/// record can therefore be made from it later, or on another machine, with the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Intent {
    /// 32 random bytes: the intent's id, and the salt of its record.
    pub nonce: String,
    /// `choice`, `preference`, `acceptance`, `signal`, `link`, `unlink`, `import` or `erase`.
    pub kind: String,
    /// The pseudonymous id of the device's person.
    pub subject: String,
    /// The account that was signed in; empty when none was.
    pub account: String,
    /// When, by the clock of the device (milliseconds since 1970).
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub at: u64,
    /// The newest records when this happened, by id, and the newest intents, by `~` and nonce.
    pub heads: Vec<String>,
    /// Under which policy, rules and notice: opaque, copied as it was found.
    pub stamp: String,
    /// As in [`Context`](crate::context::Context).
    pub region: String,
    /// As in [`Context`](crate::context::Context).
    pub signals: Vec<String>,
    /// As in [`Context`](crate::context::Context).
    pub age: String,
    /// `subject`, `guardian`, `agent`, `signal` or `import`.
    pub actor: String,
    /// What was used to answer: `banner.accept`, `centre.save`, `api`, `signal.gpc`, …
    pub control: String,
    /// One letter for each item (see [`State`](crate::choice::State)); empty when the kind has no answers.
    pub answers: String,
    /// Wishes inside purposes.
    pub wishes: Vec<Wish>,
    /// The newest checkpoint of the backend that was seen; empty when none was.
    pub checkpoint: String,
    /// For other kinds: what they carry (a document's id and version, an account, evidence), as JSON.
    pub body: String,
}

/// A wish inside a purpose (see [`Preference`](crate::policy::Preference)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    /// The preference's id.
    pub id: String,
    /// 0 or 1 for topics and channels, the number of the step for frequencies. Lower is less contact.
    pub value: u32,
}

cbor_array!(Wish { id, value });
