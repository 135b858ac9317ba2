//! What a person has to do with documents such as terms of service.
//!
//! Accepting one makes a contract and is never consent (GDPR art. 7(2) and (4)): it is a kind of record of its own,
//! no answer line covers it, and no decision about an item depends on it. Only people with an account are asked,
//! for a contract needs somebody to make it with.

use serde::{Deserialize, Serialize};

use super::Situation;
use crate::plan::Document;
use crate::text::joined;
use crate::time::Timestamp;

/// What stands behind the version in the body of an acceptance.
const END: &str = "\"}";

/// A document, and whether the person has accepted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DocumentStatus {
    /// The document's id.
    pub id: String,
    /// The version that applies, or is going to.
    pub version: String,
    /// Where it can be read.
    pub url: String,
    /// What is to be done.
    pub state: DocumentState,
    /// Whether the person must be told or asked something.
    pub waits: bool,
    /// From when it applies (milliseconds since 1970); 0: at once.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub effective: u64,
    /// Until when an earlier version that was accepted may still be used (milliseconds since 1970).
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub grace_until: u64,
    /// The version that the person has accepted; empty when none.
    pub accepted: String,
    /// When; 0 when never.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub accepted_at: u64,
    /// The body of the intent that accepts it.
    pub body: String,
}

/// What is to be done about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum DocumentState {
    /// Nothing: nobody is signed in.
    Open,
    /// Nothing: this version was accepted.
    Accepted,
    /// Tell that it is going to apply; an earlier version was accepted and applies.
    Announced,
    /// Ask; until the period of grace ends the person may go on under the earlier version.
    Grace,
    /// Ask before anything that needs the contract.
    Required,
}

/// The documents of a policy, in its order.
pub(super) fn documents(situation: Situation<'_>) -> Vec<DocumentStatus> {
    situation.plan.documents.iter().map(|document| status(document, situation)).collect()
}

/// When the state of a document changes by itself.
pub(super) fn turns(status: &DocumentStatus) -> Option<Timestamp> {
    match status.state {
        DocumentState::Announced => Some(Timestamp(status.effective)),
        DocumentState::Grace => Some(Timestamp(status.grace_until)),
        _ => None,
    }
}

fn status(document: &Document, situation: Situation<'_>) -> DocumentStatus {
    // The check of a policy lets no quotes into either, so this is JSON.
    let head = joined(&["{\"document\":\"", &document.id, "\",\"version\":\""], "");
    let mut status = DocumentStatus {
        body: joined(&[&head, &document.version, END], ""),
        id: document.id.clone(),
        version: document.version.clone(),
        url: document.url.clone(),
        state: DocumentState::Open,
        waits: false,
        effective: document.from,
        grace_until: document.until,
        accepted: String::new(),
        accepted_at: 0,
    };
    for acceptance in situation.merged.acceptances.iter().filter(|it| it.account == situation.context.account) {
        let version = acceptance.body.strip_prefix(&head).and_then(|rest| rest.strip_suffix(END));
        // The version that applies, else the one that was accepted last.
        let known = status.accepted == document.version;
        if let Some(version) = version.filter(|version| *version == document.version || !known && acceptance.at.0 >= status.accepted_at) {
            status.accepted = version.to_owned();
            status.accepted_at = acceptance.at.0;
        }
    }
    if status.accepted == document.version {
        status.state = DocumentState::Accepted;
    } else if !situation.context.account.is_empty() {
        status.state = match situation.now.0 {
            now if status.accepted.is_empty() || now >= document.until => DocumentState::Required,
            now if now < document.from => DocumentState::Announced,
            _ => DocumentState::Grace,
        };
        status.waits = true;
    }
    status
}
