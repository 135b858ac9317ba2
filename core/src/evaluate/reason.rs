//! The codes of decisions: what a person can do about an item, and why it is on or off.

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::regime::DefaultState;

/// Why a decision is as it is. The first reason of a chain decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// What kind of reason.
    pub code: ReasonCode,
    /// The row of the rules that says so; empty when none does.
    pub regime: String,
    /// The record that says so; empty when none does.
    pub record: String,
}

impl Reason {
    pub(super) fn new(code: ReasonCode, regime: &str, record: Option<Id>) -> Self {
        Self { code, regime: regime.to_owned(), record: record.map(Id::to_text).unwrap_or_default() }
    }
}

/// The kinds of [`Reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    /// Needs no consent here.
    Exempt,
    /// Forbidden here, whatever the person says.
    Prohibited,
    /// A signal of the browser or system says no.
    Signal,
    /// The person said yes.
    Given,
    /// The person said no.
    Refused,
    /// The person took a yes back.
    Withdrawn,
    /// Nobody answered; on by default here, with a way out.
    DefaultOn,
    /// Nobody answered; off by default here.
    DefaultOff,
    /// There was a yes, but it is too old.
    Expired,
    /// There was a yes, but the item means something else now.
    Changed,
    /// There was a yes, but under a newer policy than this page knows.
    PolicyStale,
    /// There was a yes, but it could not be saved.
    Unsaved,
    /// Only an answer of its own counts here, and there was none.
    SeparateNeeded,
    /// Only a guardian's yes counts here, and there was none.
    GuardianNeeded,
    /// A guardian said yes; here the child must, too.
    ChildNeeded,
    /// There was a yes, but by somebody too young to give it.
    Underage,
    /// The purpose as a whole is off, so its recipients are.
    PurposeOff,
}

/// What a person can do about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Control {
    /// Nothing: it needs no consent and cannot be turned off.
    Fixed,
    /// Turn it on and off.
    Switch,
    /// Answer it on its own; "accept all" never covers it.
    Separate,
    /// Turn it off; only a guardian can turn it on.
    Guardian,
    /// Nothing: it is forbidden here whatever the person says.
    Prohibited,
}

impl Control {
    /// What a default leaves to the person, whether it permits by itself, and the reason for that.
    pub(super) fn of(default: DefaultState) -> (Self, bool, ReasonCode) {
        match default {
            DefaultState::Allowed => (Control::Fixed, true, ReasonCode::Exempt),
            DefaultState::Notice | DefaultState::OptOut => (Control::Switch, true, ReasonCode::DefaultOn),
            DefaultState::OptIn => (Control::Switch, false, ReasonCode::DefaultOff),
            DefaultState::Separate => (Control::Separate, false, ReasonCode::SeparateNeeded),
            DefaultState::Guardian => (Control::Guardian, false, ReasonCode::GuardianNeeded),
            DefaultState::Prohibited => (Control::Prohibited, false, ReasonCode::Prohibited),
        }
    }
}
