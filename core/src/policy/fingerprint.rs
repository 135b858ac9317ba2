//! The meaning of an item as a few bytes, so that re-asking depends on meaning and on nothing else.
//!
//! Each part has a hash of its own (four bytes: a change goes unseen once in four thousand million), so
//! that a new recipient can be told from a changed aim. Layout, texts, prices and the policy's version are
//! in none of them: a typo or a new button colour asks nobody again.

use serde::{Deserialize, Serialize};

use super::{Kind, LegalBasis, Policy, Purpose};
use crate::cbor::{Cbor, Reader, Writer, cbor_number};
use crate::id::{self, Id};

const PART_LEN: usize = 4;

/// The parts of an item's meaning, in the order of their bytes.
pub const PARTS: [Part; 6] = [Part::Aim, Part::Method, Part::Data, Part::Recipients, Part::Controller, Part::Basis];

/// A part of an item's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the data is used for.
    Aim,
    /// How it is used.
    Method,
    /// Which data, and how long it is kept.
    Data,
    /// Who receives it, and where.
    Recipients,
    /// Who decides about it.
    Controller,
    /// On which ground.
    Basis,
}

cbor_number!(Part { Aim = 0, Method = 1, Data = 2, Recipients = 3, Controller = 4, Basis = 5 });

/// The hashes of an item's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([[u8; PART_LEN]; PARTS.len()]);

impl Fingerprint {
    pub(super) fn of(policy: &Policy, purpose: &Purpose, kinds: &[Kind], recipient: Option<&String>) -> Self {
        Self(PARTS.map(|part| {
            let mut words = Words::default();
            words.part(part, policy, purpose, kinds, recipient);
            let Id(hash) = Id::of(words.0.as_bytes());
            let mut short = [0; PART_LEN];
            short.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
            short
        }))
    }

    /// The parts in which two fingerprints differ.
    pub fn differing(self, other: Self) -> impl Iterator<Item = Part> {
        let pairs = self.0.into_iter().zip(other.0);
        PARTS.into_iter().zip(pairs).filter(|(_, (a, b))| a != b).map(|(part, _)| part)
    }

    /// The bytes in base64url.
    #[must_use]
    pub fn to_text(self) -> String {
        id::encode(self.0.as_flattened())
    }
}

impl Cbor for Fingerprint {
    fn put(&self, to: &mut Writer) {
        let mut all = [0; PART_LEN * PARTS.len()];
        all.iter_mut().zip(self.0.as_flattened()).for_each(|(to, from)| *to = *from);
        all.put(to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        let all: [u8; PART_LEN * PARTS.len()] = Cbor::take(from);
        let mut parts = [[0; PART_LEN]; PARTS.len()];
        parts.as_flattened_mut().copy_from_slice(&all);
        Self(parts)
    }
}

/// Words separated so that no two lists of words read the same.
#[derive(Default)]
struct Words(String);

impl Words {
    fn push(&mut self, word: &str) {
        self.0.push_str(word);
        self.0.push('\u{1f}');
    }

    /// A list in which order means nothing.
    fn set<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        let mut words: Vec<_> = words.collect();
        words.sort_unstable();
        words.into_iter().for_each(|word| self.push(word));
    }

    fn part(&mut self, part: Part, policy: &Policy, purpose: &Purpose, kinds: &[Kind], recipient: Option<&String>) {
        match part {
            Part::Aim => {
                self.push(&purpose.id);
                let mut codes: Vec<u8> = kinds.iter().map(|kind| *kind as u8 + b'a').collect();
                codes.sort_unstable();
                codes.into_iter().for_each(|code| self.0.push(char::from(code)));
                let risks = [purpose.facts.high_risk, purpose.facts.matched_to_person];
                risks.into_iter().for_each(|risk| self.push(if risk == Some(false) { "low" } else { "high" }));
            }
            Part::Method => self.push(&purpose.method),
            Part::Data => {
                let data: Vec<String> = purpose
                    .data
                    .iter()
                    .map(|data| {
                        let mut word = data.category.clone();
                        word.push('=');
                        word.push_str(&data.retention.map(|period| period.to_string()).unwrap_or_default());
                        word
                    })
                    .collect();
                self.set(data.iter().map(String::as_str));
            }
            Part::Recipients => {
                match recipient {
                    Some(id) => self.push(id),
                    // Recipients that are answered one by one do not change the purpose as a whole.
                    None if purpose.per_recipient => {}
                    None => self.set(purpose.recipients.iter().map(String::as_str)),
                }
                self.push("to");
                self.set(purpose.transfers.iter().map(|transfer| transfer.country.as_str()));
            }
            Part::Controller => self.set(policy.controllers.iter().map(|controller| controller.id.as_str())),
            Part::Basis => self.push(basis_word(purpose.legal_basis)),
        }
    }
}

fn basis_word(basis: LegalBasis) -> &'static str {
    match basis {
        LegalBasis::Consent => "consent",
        LegalBasis::Contract => "contract",
        LegalBasis::LegalObligation => "legal_obligation",
        LegalBasis::LegitimateInterest => "legitimate_interest",
        LegalBasis::VitalInterest => "vital_interest",
        LegalBasis::PublicTask => "public_task",
    }
}
