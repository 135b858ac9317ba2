//! The state of an item before anybody has answered.

use serde::{Deserialize, Serialize};

/// What a regime says of an item as long as nobody has answered. Later is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DefaultState {
    /// `A`: allowed without consent.
    #[default]
    Allowed,
    /// `N`: on, with notice.
    Notice,
    /// `O`: on, with an opt-out that must work.
    OptOut,
    /// `D`: off until a yes.
    OptIn,
    /// `S`: off until a yes of its own, never by "accept all".
    Separate,
    /// `G`: off until a guardian's yes.
    Guardian,
    /// `X`: forbidden; no yes unlocks it.
    Prohibited,
}

const LETTERS: &[u8; 7] = b"ANODSGX";

const STATES: [DefaultState; 7] = [
    DefaultState::Allowed,
    DefaultState::Notice,
    DefaultState::OptOut,
    DefaultState::OptIn,
    DefaultState::Separate,
    DefaultState::Guardian,
    DefaultState::Prohibited,
];

impl DefaultState {
    /// The state of a letter. One of a later version that is not understood prohibits.
    #[must_use]
    pub fn from_letter(letter: u8) -> Self {
        LETTERS.iter().zip(STATES).find(|(known, _)| **known == letter).map_or(DefaultState::Prohibited, |(_, state)| state)
    }

    /// The letter of the tables.
    #[must_use]
    pub fn letter(self) -> char {
        char::from(LETTERS.get(self as usize).copied().unwrap_or(b'X'))
    }
}
