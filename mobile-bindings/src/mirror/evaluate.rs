//! What is asked, and why.

use consentkit_core::evaluate::{AskReason, Asked, Control, Prompt, PromptKind, Reason, ReasonCode, Suppressor};

#[uniffi::remote(Record)]
pub struct Prompt {
    pub kind: PromptKind,
    pub items: Vec<Asked>,
    pub suppressed: Option<Suppressor>,
}

#[uniffi::remote(Enum)]
pub enum PromptKind {
    None,
    Required,
    Link,
}

#[uniffi::remote(Record)]
pub struct Asked {
    pub item: String,
    pub reason: AskReason,
}

#[uniffi::remote(Enum)]
pub enum AskReason {
    FirstVisit,
    GeoUnknown,
    NewPurpose,
    PurposeChanged,
    NewRecipient,
    LegalBasisChanged,
    Expired,
    JurisdictionStricter,
}

#[uniffi::remote(Enum)]
pub enum Suppressor {
    CoolDown,
    PolicyStale,
}

#[uniffi::remote(Enum)]
pub enum Control {
    Fixed,
    Switch,
    Separate,
    Prohibited,
}

#[uniffi::remote(Record)]
pub struct Reason {
    pub code: ReasonCode,
    pub regime: String,
    pub record: String,
}

#[uniffi::remote(Enum)]
pub enum ReasonCode {
    Exempt,
    Prohibited,
    Signal,
    Given,
    Refused,
    Withdrawn,
    DefaultOn,
    DefaultOff,
    Expired,
    Changed,
    PolicyStale,
    Unsaved,
    SeparateNeeded,
    PurposeOff,
}
