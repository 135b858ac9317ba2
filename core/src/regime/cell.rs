//! A cell of the default matrix: a letter, or one that depends on facts.
//!
//! ```text
//! D
//! O if own_use aggregated trackers<=P13M else D
//! ```
//!
//! Every word must hold. A fact that nobody has stated does not.

use super::DefaultState;
use crate::policy::Facts;
use crate::time::Period;

/// What is known of an item.
#[derive(Debug, Clone, Copy)]
pub struct Evidence {
    /// What the policy states of its purpose.
    pub facts: Facts,
    /// Nobody but the controllers receives the data.
    pub no_recipients: bool,
    /// How long its trackers live at most; `None`: not stated, or longer than anything.
    pub trackers: Option<Period>,
    /// How long its data is kept at most; `None`: not stated.
    pub data: Option<Period>,
}

/// A cell that has been read.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    then: DefaultState,
    words: &'a str,
    other: DefaultState,
}

impl<'a> Cell<'a> {
    /// Reads a cell; `None` for anything that is none.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let (then, rest) = text.split_once(" if ").unwrap_or((text, ""));
        let (words, other) = rest.split_once(" else ").unwrap_or(("", then));
        let letter = |text: &str| match text.as_bytes() {
            [letter] => Some(DefaultState::from_letter(*letter)).filter(|state| state.letter() == char::from(*letter)),
            _ => None,
        };
        let cell = Self { then: letter(then)?, words, other: letter(other)? };
        let known = words.split_whitespace().all(|word| holds(word, &Evidence::NONE).is_some());
        (known && rest.is_empty() == words.is_empty()).then_some(cell)
    }

    /// The state of an item of which this is known.
    #[must_use]
    pub fn state(&self, evidence: &Evidence) -> DefaultState {
        let all = self.words.split_whitespace().all(|word| holds(word, evidence) == Some(true));
        if all { self.then } else { self.other }
    }
}

impl Evidence {
    /// Nothing is known.
    pub const NONE: Evidence = Evidence {
        facts: Facts {
            own_use: false,
            aggregated: false,
            sole_purpose: false,
            high_risk: None,
            matched_to_person: None,
            lawful_sale: false,
        },
        no_recipients: false,
        trackers: None,
        data: None,
    };
}

fn holds(word: &str, Evidence { facts, no_recipients, trackers, data }: &Evidence) -> Option<bool> {
    if let Some((what, limit)) = word.split_once("<=") {
        let limit = Period::parse(limit).ok()?;
        let stated = match what {
            "trackers" => trackers,
            "data" => data,
            _ => return None,
        };
        return Some(stated.is_some_and(|period| period.about_days() <= limit.about_days()));
    }
    Some(match word {
        "own_use" => facts.own_use,
        "aggregated" => facts.aggregated,
        "sole_purpose" => facts.sole_purpose,
        "low_risk" => facts.high_risk == Some(false),
        "unmatched" => facts.matched_to_person == Some(false),
        "no_recipients" => *no_recipients,
        "lawful_sale" => facts.lawful_sale,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_hold() {
        let cell = Cell::read("O if own_use trackers<=P13M else D").expect("a cell");
        let own = Evidence { facts: Facts { own_use: true, ..Facts::default() }, ..Evidence::NONE };
        assert_eq!(cell.state(&own), DefaultState::OptIn);
        assert_eq!(cell.state(&Evidence { trackers: Some(Period::months(13)), ..own }), DefaultState::OptOut);
        assert_eq!(cell.state(&Evidence { trackers: Some(Period::months(14)), ..own }), DefaultState::OptIn);
        assert_eq!(cell.state(&Evidence { trackers: Some(Period::days(365)), ..own }), DefaultState::OptOut);
    }

    #[test]
    fn what_is_no_cell_is_refused() {
        for wrong in ["", "Q", "DD", "O if own_use", "O if nothing_known else D", "O if trackers<=13 else D", "O if  else D", "O else D"] {
            assert!(Cell::read(wrong).is_none(), "{wrong}");
        }
    }
}
