//! A record in words, for owners and for the person that it is about.

use std::collections::BTreeMap;

use consentkit_core::choice::State;
use consentkit_core::record::{Sealed, Shown, Wish};
use serde::Serialize;

use crate::store::Kept;

/// A record, decoded. The salt is not in it: knowing the salt is what proves that a record is one's own.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the fields are those of the core's `Record` and `Stamp`, which explain them")]
pub struct Plain {
    pub id: String,
    pub site: String,
    pub subject: String,
    pub account: String,
    pub at: u64,
    pub kind: String,
    pub actor: String,
    pub policy_version: u32,
    pub rules_version: String,
    pub sdk_version: String,
    pub place: String,
    pub language: String,
    pub notice_hash: String,
    pub notice_level: String,
    pub region: String,
    pub signals: Vec<String>,
    pub age: String,
    /// Every item that the policy had then: `given`, `refused`, `withdrawn`, `left`, `none` where there was
    /// nothing to answer, `unknown` for a letter of a later version.
    pub answers: BTreeMap<String, &'static str>,
    #[schema(value_type = Vec<Object>)]
    pub wishes: Vec<Wish>,
    pub control: String,
    pub parents: Vec<String>,
    pub checkpoint: String,
    pub body: String,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: u64,
}

impl From<&Kept> for Plain {
    fn from(kept: &Kept) -> Self {
        let Sealed { id, record, stamp, .. } = kept.sealed.clone();
        let shown = Shown::read(&record.stamp);
        Self {
            id: id.to_text(),
            site: stamp.site.clone(),
            answers: answers(&kept.sealed),
            subject: record.subject,
            account: record.account,
            at: record.at,
            kind: record.kind,
            actor: record.actor,
            policy_version: stamp.policy,
            rules_version: stamp.rules,
            sdk_version: stamp.sdk,
            place: shown.place,
            language: shown.language,
            notice_hash: shown.notice,
            notice_level: shown.level,
            region: record.region,
            signals: record.signals,
            age: record.age,
            wishes: record.wishes,
            control: record.control,
            parents: record.parents.into_iter().map(|id| id.to_text()).collect(),
            checkpoint: record.checkpoint,
            body: record.body,
            received_at: kept.received_at,
        }
    }
}

fn answers(sealed: &Sealed) -> BTreeMap<String, &'static str> {
    let letters = sealed.record.answers.chars().chain(std::iter::repeat('-'));
    sealed.stamp.items.iter().zip(letters).map(|(item, letter)| (item.key.clone(), word(letter))).collect()
}

fn word(letter: char) -> &'static str {
    match State::from_letter(letter) {
        Some(State::Given) => "given",
        Some(State::Refused) => "refused",
        Some(State::Withdrawn) => "withdrawn",
        Some(State::Left) => "left",
        None if letter == '-' => "none",
        None => "unknown",
    }
}
