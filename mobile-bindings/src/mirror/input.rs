//! What goes into the engine. What may be left out in JSON may be left out in Kotlin and Swift too.

use consentkit_core::protocol::{Context, Env, Event, Intent, Outcome, Stored, StoredRecord, SyncResult, Wish};

#[uniffi::remote(Record)]
pub struct Env {
    pub now: u64,
    pub entropy: Vec<u8>,
}

#[uniffi::remote(Record)]
pub struct Context {
    #[uniffi(default)]
    pub region: String,
    #[uniffi(default)]
    pub residence: String,
    #[uniffi(default)]
    pub signals: Vec<String>,
    #[uniffi(default)]
    pub age: String,
    #[uniffi(default)]
    pub account: String,
}

#[uniffi::remote(Record)]
pub struct Stored {
    #[uniffi(default)]
    pub records: Vec<StoredRecord>,
    #[uniffi(default)]
    pub intents: Vec<Intent>,
    #[uniffi(default)]
    pub cookie: String,
    #[uniffi(default)]
    pub outbox: String,
    #[uniffi(default)]
    pub subject: String,
}

#[uniffi::remote(Record)]
pub struct StoredRecord {
    pub id: String,
    pub bytes: String,
    #[uniffi(default)]
    pub acked: bool,
}

#[uniffi::remote(Record)]
pub struct Intent {
    #[uniffi(default)]
    pub nonce: String,
    #[uniffi(default)]
    pub kind: String,
    #[uniffi(default)]
    pub subject: String,
    #[uniffi(default)]
    pub account: String,
    #[uniffi(default)]
    pub at: u64,
    #[uniffi(default)]
    pub heads: Vec<String>,
    #[uniffi(default)]
    pub stamp: String,
    #[uniffi(default)]
    pub region: String,
    #[uniffi(default)]
    pub signals: Vec<String>,
    #[uniffi(default)]
    pub age: String,
    #[uniffi(default)]
    pub actor: String,
    #[uniffi(default)]
    pub control: String,
    #[uniffi(default)]
    pub answers: String,
    #[uniffi(default)]
    pub wishes: Vec<Wish>,
    #[uniffi(default)]
    pub checkpoint: String,
    #[uniffi(default)]
    pub body: String,
}

#[uniffi::remote(Record)]
pub struct Wish {
    pub id: String,
    pub value: u32,
}

#[uniffi::remote(Record)]
pub struct Outcome {
    #[uniffi(default)]
    pub status: u32,
    #[uniffi(default)]
    pub results: Vec<SyncResult>,
    #[uniffi(default)]
    pub wants: Vec<String>,
    #[uniffi(default)]
    pub records: Vec<StoredRecord>,
    #[uniffi(default)]
    pub retry_after: u64,
}

#[uniffi::remote(Record)]
pub struct SyncResult {
    pub id: String,
    pub status: String,
}

#[uniffi::remote(Enum)]
pub enum Event {
    Open {
        context: Context,
        stored: Stored,
    },
    Context {
        context: Context,
    },
    Intent {
        intent: Intent,
        saved: bool,
    },
    Stored {
        stored: Stored,
    },
    Saved {
        id: String,
        ok: bool,
    },
    Sent {
        ids: Vec<String>,
        outcome: Outcome,
    },
    Wake {
        #[uniffi(default)]
        pull: bool,
    },
}
