//! What goes into the engine and what comes out: plain values, the same in every language.
//!
//! Everything here is JSON-shaped (numbers, strings, lists, records), so it crosses to JavaScript by
//! serde-wasm-bindgen and to Kotlin and Swift by uniffi without any logic on the other side. Ids are
//! base64url, times are milliseconds since 1970, periods are ISO 8601.

use serde::{Deserialize, Serialize};

use crate::evaluate::{Control, DocumentStatus, Prompt, Reason};
use crate::policy::Change;
use crate::regime::DefaultState;

pub use crate::context::Context;
pub use crate::plan::{SNAPSHOT_FORMAT, Trace};
pub use crate::record::{Intent, Wish};

/// The moment of an event. The shell's clock and randomness; the core has none of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Env {
    /// Milliseconds since 1970-01-01T00:00:00Z by the shell's clock, which may be wrong.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub now: u64,
    /// 32 fresh random bytes.
    pub entropy: Vec<u8>,
}

/// What a shell found in its storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Stored {
    /// Every record that is kept here.
    pub records: Vec<StoredRecord>,
    /// Every intent that has not become a record yet.
    pub intents: Vec<Intent>,
    /// The value of the cookie, when there is one.
    pub cookie: String,
    /// What [`Effect::Outbox`] told last, word for word.
    pub outbox: String,
    /// The pseudonymous id of this device, by which its own records are told from those that a backend has sent for an
    /// account. Empty when it has none yet.
    pub subject: String,
}

/// A record as it lies in storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StoredRecord {
    /// The SHA-256 of the bytes.
    pub id: String,
    /// The record: deterministic CBOR in base64url. It never changes.
    pub bytes: String,
    /// A backend has acknowledged it by its id.
    #[serde(default)]
    pub acked: bool,
}

/// What happened.
#[allow(clippy::large_enum_variant, reason = "one event at a time; a box would only cost the shells a conversion")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A page or an app has started. Always the first event.
    Open {
        /// Where and with which signals.
        context: Context,
        /// What lies in storage.
        stored: Stored,
    },
    /// Something in the surroundings has changed: a region was found, a signal appeared, somebody signed in.
    Context {
        /// All of it, not only what changed.
        context: Context,
    },
    /// Somebody has answered. The shell has already written the intent, if it could.
    Intent {
        /// The answer.
        intent: Intent,
        /// Whether the intent lies safely in storage.
        saved: bool,
    },
    /// Another tab has stored records.
    Stored {
        /// All that is in storage now.
        stored: Stored,
    },
    /// A [`Effect::Save`] has been carried out. What could not be saved may be reported again, once another storage has taken it.
    Saved {
        /// The record's id.
        id: String,
        /// False when storage refused.
        ok: bool,
    },
    /// A [`Effect::Send`] has ended.
    Sent {
        /// The ids that were sent.
        ids: Vec<String>,
        /// What became of them.
        outcome: Outcome,
    },
    /// The network is back, the page is seen again, or the time of [`Effect::Wake`] has come.
    Wake {
        /// Ask the backend also when there is nothing to send: it may have records of the account that is signed in.
        #[serde(default)]
        pull: bool,
    },
}

/// How sending ended. Only ids that the server lists are acknowledged; a bare success means nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// The HTTP status; 0 when there was no answer at all.
    pub status: u32,
    /// What the server said of each record; empty when the body was not of our protocol.
    pub results: Vec<SyncResult>,
    /// Ids of records that the server lacks, of those that it has heard of: parents and heads.
    pub wants: Vec<String>,
    /// Records of the account that is signed in which this device lacks. The shell has proved to the server whose they are.
    pub records: Vec<StoredRecord>,
    /// The server's `Retry-After` in milliseconds; 0 when it sent none.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub retry_after: u64,
}

impl Outcome {
    /// Whether the status is a success: only then anything else that it says counts.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What the server said of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SyncResult {
    /// The record's id, or the nonce of an intent.
    pub id: String,
    /// `stored`, `duplicate`, `erased`, `later` or `quarantine`.
    pub status: String,
}

/// What the shell must do, in this order.
#[allow(clippy::large_enum_variant, reason = "a handful at a time; a box would only cost the shells a conversion")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Open and close the gates as it says.
    Snapshot {
        /// What is allowed.
        snapshot: Snapshot,
        /// Whether to keep it for the next start. False while its records cannot be saved.
        keep: bool,
    },
    /// What to draw: a prompt, or only what a preference centre would show.
    View {
        /// All of it.
        view: View,
    },
    /// Store a record under its id, then report [`Event::Saved`]. Overwrites the same id.
    Save {
        /// The record.
        record: StoredRecord,
    },
    /// Remove an intent: its record is stored.
    Forget {
        /// The intent's nonce.
        nonce: String,
    },
    /// Write the cookie, readable by servers and subdomains.
    Cookie {
        /// Its value.
        value: String,
        /// How long it should live, in seconds.
        max_age: u32,
    },
    /// Send records to the backend, then report [`Event::Sent`].
    Send {
        /// In this order. None when it is only asked what this device lacks.
        records: Vec<StoredRecord>,
        /// The newest records that are known here: a server that has lost some says which it wants.
        heads: Vec<String>,
    },
    /// Store the state of sending and hand it back with [`Event::Open`]; nothing in it is about the person.
    Outbox {
        /// Opaque; empty when there is nothing to store.
        state: String,
        /// How long it waits before the next try, in milliseconds; 0 when it does not.
        wait: u32,
        /// How many records the server has refused.
        refused: u32,
    },
    /// Come back with [`Event::Wake`] after this time.
    Wake {
        /// Milliseconds.
        after: u32,
    },
    /// A service has lost its consent: run its `onWithdraw`, clear what it left, reload if it says so.
    Stop {
        /// The service's id.
        service: String,
        /// What to clear now and at every start while it stays off.
        clear: Vec<Trace>,
        /// What cannot be cleared from a page.
        stays: Vec<Trace>,
        /// Reload afterwards.
        reload: bool,
    },
    /// Start the way by which a guardian answers: these items wait for one.
    AskGuardian {
        /// Keys of the items.
        items: Vec<String>,
    },
    /// Tell the page's code.
    Notify {
        /// Which of its events.
        what: Notice,
        /// The items whose decision changed.
        changed: Vec<String>,
        /// What was used: `banner.accept`, `centre.save`, `signal.gpc`, … Empty at start.
        control: String,
    },
    /// One line for the console, with a code that documentation explains. Never personal data.
    Log {
        /// A code of [`Error`](crate::Error).
        code: String,
        /// What is wrong and what to do.
        message: String,
    },
}

/// The events of the page's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Notice {
    /// The first answer ever on this device.
    FirstConsent,
    /// The state is known: once at every start, when there is an answer.
    Consent,
    /// A decision has changed.
    Change,
}

/// The last decisions, signed off by the core: what a shell may apply without asking the core again.
///
/// It holds while `format` is known, `key` equals the key of the page (see [`snapshot_key`]) and
/// `made_at − 1 day ≤ now < valid_until`.
///
/// [`snapshot_key`]: crate::view::snapshot_key
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// [`SNAPSHOT_FORMAT`].
    pub format: u32,
    /// What it was made for: policy meaning, rules, region, signals, age and account.
    pub key: String,
    /// The policy's version. A page with an older policy permits nothing by it and asks nothing.
    pub policy: u32,
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub made_at: u64,
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub valid_until: u64,
    /// The items that are permitted.
    pub granted: Vec<String>,
    /// The services that may start: all their items are permitted.
    pub services: Vec<String>,
    /// Whether something must be asked or told, so that the engine is needed.
    pub ask: bool,
    /// Wishes of the person.
    pub wishes: Vec<Wish>,
    /// Traces of withdrawn services, to be cleared again at every start.
    pub clear: Vec<Trace>,
    /// The newest records, for the next intent's `heads`.
    pub heads: Vec<String>,
}

/// What can be drawn: everything a banner or a preference centre shows, without any text of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// What to ask now.
    pub prompt: Prompt,
    /// Every item of the policy, in its order.
    pub items: Vec<ItemView>,
    /// Every document of the policy, in its order. Accepting one is an intent of its own, of the kind `acceptance`.
    pub documents: Vec<DocumentStatus>,
    /// To be copied into the next intent.
    pub stamp: String,
    /// The answer lines of the prompt: only what it asks is answered, the rest stays.
    pub banner: Lines,
    /// The answer lines of the preference centre: they cover every item.
    pub centre: Lines,
    /// The answer line of "withdraw everything".
    pub withdraw: String,
    /// The answer line of a signal that is present and not on record yet; empty when there is none.
    pub signal: String,
    /// The answer line of a yes in spite of a signal, where it has turned off what the account had said yes to, and nobody
    /// has told the person of it yet (control `conflict.accept`, or `conflict.refuse`); empty when there is no such conflict.
    pub conflict: String,
    /// Whether this device has said something that the account does not know of yet: an intent of the kind `link` joins them.
    pub link: bool,
    /// The pseudonymous id, empty before the first answer.
    pub subject: String,
    /// When the person last answered; 0 when never.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub last_answer: u64,
    /// When an answer expires next; 0 when none does.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub ask_again: u64,
    /// The person's own answers, newest first.
    pub history: Vec<Past>,
    /// The regimes that were applied, those of the place first.
    pub regimes: Vec<String>,
}

/// What the two equal buttons answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lines {
    /// The answer line of "accept all".
    pub accept: String,
    /// The answer line of "refuse all".
    pub refuse: String,
}

/// An item as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ItemView {
    /// The item's key: `analytics`, or `analytics/acme` for one recipient.
    pub key: String,
    /// The purpose's id.
    pub purpose: String,
    /// The recipient's id; empty for the purpose as a whole.
    pub recipient: String,
    /// What the person can do about it.
    pub control: Control,
    /// What holds as long as nobody has answered.
    pub default: DefaultState,
    /// Whether it is permitted now.
    pub granted: bool,
    /// Why, the deciding reason first.
    pub reasons: Vec<Reason>,
    /// The letter to put into the answer line when the person wants it on.
    pub on: String,
    /// The letter to put into the answer line when the person wants it off.
    pub off: String,
    /// The letter to put into the answer line when the person leaves it as it is.
    pub keep: String,
    /// Which of the prompt's links turn it off.
    pub links: Vec<String>,
    /// The services for which it decides: a yes to this item alone starts them, a no stops them.
    pub decides: Vec<String>,
    /// Asked for the first time since the person last answered.
    pub is_new: bool,
    /// What has changed since the person answered it.
    pub changes: Vec<Change>,
}

/// An earlier answer of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// Milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub at: u64,
    /// What was used.
    pub control: String,
    /// Items that were turned on.
    pub given: Vec<String>,
    /// Items that were turned off.
    pub refused: Vec<String>,
    /// Items whose earlier yes was taken back.
    pub withdrawn: Vec<String>,
}
