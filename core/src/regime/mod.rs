//! The rules of jurisdictions, as versioned data.
//!
//! No rule stands in code: a jurisdiction is a row of `core/rules/regimes.csv` and, where its defaults
//! differ, a column of `core/rules/defaults.csv`. `cargo xtask generate` compiles both into the few bytes
//! of `core/rules/rules.cbor` that every engine carries. [`RuleSet::find`] answers for a place; an unknown
//! place gets the strictest row and never none.

#[cfg(feature = "tools")]
mod compile;

use crate::cbor::{self, cbor_array, cbor_number};
use crate::error::{Code, Error, Result};
use crate::policy::Kind;
use crate::time::Period;

#[cfg(feature = "tools")]
pub use compile::compile;

/// The rules that this version of the software carries.
const BUNDLED: &[u8] = include_bytes!("../../rules/rules.cbor");

/// A table of regimes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// Stands in every record; grows with every change of the table.
    pub version: String,
    /// Most specific places first.
    pub rows: Vec<Regime>,
}

/// The rules of one jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// `FR`, `US-CA`, …; `ZZ` for an unknown place.
    pub id: String,
    /// ISO 3166 codes, separated by spaces; `*` for every other place.
    pub places: String,
    /// One [`DefaultState`] letter for each of [`Kind::ALL`].
    pub defaults: String,
    /// How asking is done.
    pub prompt: PromptRule,
    /// The longest time for which an answer counts; `None`: no fixed end.
    pub ttl: Option<Period>,
    /// The shortest time before asking again after a no.
    pub cooldown: Option<Period>,
    /// The effect of Global Privacy Control.
    pub gpc: GpcRule,
    /// Below this age a guardian answers; 0: no rule.
    pub age: u8,
}

/// How a regime wants people to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptRule {
    /// Before anything that is off may start.
    Required,
    /// Not demanded, but something that is off by default can only be turned on by asking.
    Recommended,
    /// A link on every page by which people opt out.
    OptOutLink,
}

/// The effect of Global Privacy Control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpcRule {
    /// A law gives it effect.
    Binding,
    /// No statute; treated as a refusal unless the operator says otherwise.
    Refusal,
    /// No legal effect; the same policy may still apply.
    None,
}

cbor_array!(RuleSet { version, rows });
cbor_array!(Regime { id, places, defaults, prompt, ttl, cooldown, gpc, age });
cbor_number!(PromptRule { Required = 0, Recommended = 1, OptOutLink = 2 });
cbor_number!(GpcRule { Binding = 0, Refusal = 1, None = 2 });

/// The state of a kind of purpose before anybody has answered. Later is stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefaultState {
    /// Allowed without consent.
    Allowed,
    /// On, with notice.
    Notice,
    /// On, with an opt-out that must work.
    OptOut,
    /// Off until a yes.
    OptIn,
    /// Off until a yes of its own, never by "accept all".
    Separate,
    /// Forbidden; no yes unlocks it.
    Prohibited,
}

impl DefaultState {
    fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'A' => DefaultState::Allowed,
            b'N' => DefaultState::Notice,
            b'O' => DefaultState::OptOut,
            b'D' => DefaultState::OptIn,
            b'S' => DefaultState::Separate,
            b'X' => DefaultState::Prohibited,
            _ => return None,
        })
    }
}

impl Regime {
    /// The default for a kind. A letter of a later version that is not understood prohibits.
    #[must_use]
    pub fn default_for(&self, kind: Kind) -> DefaultState {
        self.defaults.as_bytes().get(kind as usize).copied().and_then(DefaultState::from_letter).unwrap_or(DefaultState::Prohibited)
    }

    /// Whether nobody knows where the person is.
    #[must_use]
    pub fn is_unknown_place(&self) -> bool {
        self.places == "*"
    }
}

impl RuleSet {
    /// The rules that came with this version of the software.
    ///
    /// # Errors
    /// Only when the software was built wrongly.
    pub fn bundled() -> Result<Self> {
        Self::from_bytes(BUNDLED)
    }

    /// Reads a compiled table.
    ///
    /// # Errors
    /// `RULES_INVALID` when the bytes are no table, or one without a row for unknown places.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let wrong = || Error::new(Code::RulesInvalid, "", "compile the rules with the version that reads them");
        let rules: RuleSet = cbor::read(bytes).ok_or_else(wrong)?;
        rules.rows.last().filter(|row| row.is_unknown_place()).ok_or_else(wrong)?;
        Ok(rules)
    }

    /// The regime of a place: the most specific row, the country's, or the one for unknown places.
    ///
    /// Accepts `ca` and `CA` for Canada, `US-CA` for California; the rows list the spellings `UK` and `EL` too.
    /// Codes that no row lists (`XX`, `T1`, `EU` and others among them) are unknown.
    #[must_use]
    pub fn find(&self, place: &str) -> Option<&Regime> {
        let place = place.to_ascii_uppercase();
        let country = place.split('-').next().unwrap_or_default();
        [&place, country, "*"].into_iter().find_map(|code| self.rows.iter().find(|row| row.places.split(' ').any(|iso| iso == code)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regime(place: &str) -> String {
        let rules = RuleSet::bundled().expect("the bundled rules");
        rules.find(place).expect("a row for every place").id.clone()
    }

    #[test]
    fn the_most_specific_row_wins_and_no_place_is_without_one() {
        let cases = [
            ("FR", "FR"),
            ("fr", "FR"),
            ("GP", "FR"),
            ("SE", "EU"),
            ("US-CA", "US-CA"),
            ("US-TX", "US"),
            ("CA", "CA"),
            ("CA-QC", "CA-QC"),
            ("UK", "GB"),
            ("EL", "EU"),
            ("XX", "ZZ"),
            ("T1", "ZZ"),
            ("EU", "ZZ"),
            ("", "ZZ"),
            ("*", "ZZ"),
        ];
        for (place, id) in cases {
            assert_eq!(regime(place), id, "{place}");
        }
    }
}
