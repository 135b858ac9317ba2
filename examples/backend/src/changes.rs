//! What has changed, in the order of the log: for feeds and webhooks.

use consentkit_core::id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::plain::Plain;
use crate::store::{Leaf, Log, Result, Shelf};

/// One change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Change {
    /// To be named as `after` for what comes next.
    pub cursor: String,
    /// `record` or `erasure`.
    pub kind: &'static str,
    /// The id of the record or of the event.
    pub id: String,
    /// The record in words; none once it was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Plain>,
    /// Its bytes in base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
}

/// Changes from a place in the log on.
///
/// # Errors
/// When the database cannot be read.
pub fn from(shelf: &Shelf<'_>, tenant: &str, log: &Log, position: u64, most: u64) -> Result<Vec<Change>> {
    let leaves = shelf.leaves(tenant, log.epoch, position, most)?;
    leaves.into_iter().map(|leaf| change(shelf, log, &leaf)).collect()
}

fn change(shelf: &Shelf<'_>, log: &Log, leaf: &Leaf) -> Result<Change> {
    let kept = shelf.record(leaf.id)?;
    Ok(Change {
        cursor: cursor(log.epoch, leaf.position + 1),
        kind: leaf.kind.word(),
        id: leaf.id.to_text(),
        record: kept.as_ref().map(Plain::from),
        bytes: kept.map(|kept| id::encode(&kept.sealed.bytes)),
    })
}

/// A place in a log, as text.
#[must_use]
pub fn cursor(epoch: u64, position: u64) -> String {
    format!("{epoch}.{position}")
}

/// Reads a cursor. One of an earlier log begins the newest one again: nothing is left out.
#[must_use]
pub fn position(text: &str, epoch: u64) -> Option<u64> {
    if text.is_empty() {
        return Some(0);
    }
    let (of, position) = text.split_once('.')?;
    let (of, position): (u64, u64) = (of.parse().ok()?, position.parse().ok()?);
    Some(if of == epoch { position } else { 0 })
}
