//! What comes out of the engine.

use consentkit_core::protocol::{Effect, Notice, Snapshot, StoredRecord, Trace, View, Wish};

#[uniffi::remote(Enum)]
pub enum Effect {
    Snapshot { snapshot: Snapshot, keep: bool },
    View { view: View },
    Save { record: StoredRecord },
    Forget { nonce: String },
    Cookie { value: String, max_age: u32 },
    Send { records: Vec<StoredRecord>, heads: Vec<String> },
    Outbox { state: String, wait: u32, refused: u32 },
    Wake { after: u32 },
    Stop { service: String, clear: Vec<Trace>, stays: Vec<Trace>, reload: bool },
    AskGuardian { items: Vec<String> },
    Notify { what: Notice, changed: Vec<String>, control: String },
    Log { code: String, message: String },
}

#[uniffi::remote(Enum)]
pub enum Notice {
    FirstConsent,
    Consent,
    Change,
}

#[uniffi::remote(Record)]
pub struct Trace {
    pub name: String,
    pub kind: String,
}

#[uniffi::remote(Record)]
pub struct Snapshot {
    pub format: u32,
    pub key: String,
    pub policy: u32,
    pub made_at: u64,
    pub valid_until: u64,
    pub granted: Vec<String>,
    pub services: Vec<String>,
    pub ask: bool,
    pub wishes: Vec<Wish>,
    pub clear: Vec<Trace>,
    pub heads: Vec<String>,
}
