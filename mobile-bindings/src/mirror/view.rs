//! What can be drawn.

use consentkit_core::evaluate::{Control, DocumentState, DocumentStatus, Prompt, Reason};
use consentkit_core::policy::{Change, Part};
use consentkit_core::protocol::{ItemView, Lines, Past, View};
use consentkit_core::regime::DefaultState;

#[uniffi::remote(Record)]
pub struct View {
    pub prompt: Prompt,
    pub items: Vec<ItemView>,
    pub documents: Vec<DocumentStatus>,
    pub stamp: String,
    pub banner: Lines,
    pub centre: Lines,
    pub withdraw: String,
    pub signal: String,
    pub conflict: String,
    pub link: bool,
    pub subject: String,
    pub last_answer: u64,
    pub ask_again: u64,
    pub history: Vec<Past>,
    pub regimes: Vec<String>,
}

#[uniffi::remote(Record)]
pub struct Lines {
    pub accept: String,
    pub refuse: String,
}

#[uniffi::remote(Record)]
pub struct ItemView {
    pub key: String,
    pub purpose: String,
    pub recipient: String,
    pub control: Control,
    pub default: DefaultState,
    pub granted: bool,
    pub reasons: Vec<Reason>,
    pub on: String,
    pub off: String,
    pub keep: String,
    pub links: Vec<String>,
    pub decides: Vec<String>,
    pub is_new: bool,
    pub changes: Vec<Change>,
}

#[uniffi::remote(Record)]
pub struct DocumentStatus {
    pub id: String,
    pub version: String,
    pub url: String,
    pub state: DocumentState,
    pub waits: bool,
    pub effective: u64,
    pub grace_until: u64,
    pub accepted: String,
    pub accepted_at: u64,
    pub body: String,
}

#[uniffi::remote(Enum)]
pub enum DocumentState {
    Open,
    Accepted,
    Announced,
    Grace,
    Required,
}

#[uniffi::remote(Record)]
pub struct Past {
    pub at: u64,
    pub control: String,
    pub given: Vec<String>,
    pub refused: Vec<String>,
    pub withdrawn: Vec<String>,
}

#[uniffi::remote(Record)]
pub struct Change {
    pub part: Part,
    pub material: bool,
    pub id: String,
    pub was: String,
    pub now: String,
}

#[uniffi::remote(Enum)]
pub enum Part {
    Aim,
    Method,
    Data,
    Recipients,
    Controller,
    Basis,
}
