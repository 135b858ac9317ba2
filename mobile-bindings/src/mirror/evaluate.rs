//! What is asked, and why.

use consentkit_core::evaluate::{Asked, Control, Prompt, PromptKind, Reason, ReasonCode};
use consentkit_core::regime::{AskReason, DefaultState, Suppressor};

#[uniffi::remote(Record)]
pub struct Prompt {
    pub kind: PromptKind,
    pub items: Vec<Asked>,
    pub suppressed: Option<Suppressor>,
    pub guardian: Vec<Asked>,
    pub links: Vec<String>,
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
    Dormant,
    JurisdictionStricter,
    AgedUp,
    Reconfirm2Y,
    TcfReminder,
    GuardianUnverified,
    RecordUnreadable,
}

#[uniffi::remote(Enum)]
pub enum Suppressor {
    CoolDown,
    AskOnce,
    Ca12M,
    U16Ca,
    Cn48H,
    PolicyStale,
}

#[uniffi::remote(Enum)]
pub enum Control {
    Fixed,
    Switch,
    Separate,
    Guardian,
    Prohibited,
}

#[uniffi::remote(Enum)]
pub enum DefaultState {
    Allowed,
    Notice,
    OptOut,
    OptIn,
    Separate,
    Guardian,
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
    GuardianNeeded,
    ChildNeeded,
    Underage,
    PurposeOff,
}
