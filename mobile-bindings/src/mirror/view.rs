//! What can be drawn.

use consentkit_core::evaluate::{Control, Prompt, Reason};
use consentkit_core::policy::{Change, Part};
use consentkit_core::protocol::{ItemView, Lines, Past, View};
use consentkit_core::regime::DefaultState;

#[uniffi::remote(Record)]
pub struct View {
    pub prompt: Prompt,
    pub items: Vec<ItemView>,
    pub stamp: String,
    pub banner: Lines,
    pub centre: Lines,
    pub withdraw: String,
    pub signal: String,
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
    pub is_new: bool,
    pub changes: Vec<Change>,
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
