//! Records joined with the words that were shown.

use consentkit_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::plain::Plain;
use crate::store::{Kept, Person, Result, Shelf};

/// Answers in one page.
const PAGE: u64 = 200;

/// Who agreed to what, when, in which words, under which version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Answered {
    /// The record in words.
    #[serde(flatten)]
    pub record: Plain,
    /// The words that were shown; none where nothing was shown, or it was never published here.
    #[schema(value_type = Object)]
    pub notice: Option<serde_json::Value>,
}

/// Some of many.
#[derive(Debug)]
pub struct Page {
    /// Oldest arrival first.
    pub answers: Vec<Answered>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Those of a person that arrived in a time.
///
/// # Errors
/// When the database cannot be read.
pub fn of(shelf: &Shelf<'_>, tenant: &str, person: &Person, from: u64, to: u64) -> Result<Vec<Answered>> {
    let records = shelf.of(tenant, person)?.into_iter().filter(|kept| (from..to).contains(&kept.received_at));
    records.map(|kept| join(shelf, &kept)).collect()
}

/// Those of everybody that arrived in a time, from a cursor on.
///
/// # Errors
/// When the database cannot be read.
pub fn page(shelf: &Shelf<'_>, tenant: &str, from: u64, to: u64, after: &(u64, Vec<u8>)) -> Result<Page> {
    let records = shelf.arrived(tenant, from, to, after, PAGE)?;
    let next = records.last().filter(|_| records.len() as u64 == PAGE).map(|last| format!("{}.{}", last.arrival, last.sealed.id.to_text()));
    let answers = records.iter().map(|kept| join(shelf, kept)).collect::<Result<_>>()?;
    Ok(Page { answers, next })
}

/// Reads a cursor; nothing is the beginning.
#[must_use]
pub fn after(text: &str) -> Option<(u64, Vec<u8>)> {
    if text.is_empty() {
        return Some((0, Vec::new()));
    }
    let (arrival, id) = text.split_once('.')?;
    Some((arrival.parse().ok()?, Id::from_text(id)?.0.to_vec()))
}

fn join(shelf: &Shelf<'_>, kept: &Kept) -> Result<Answered> {
    let record = Plain::from(kept);
    let notice = if record.notice_hash.is_empty() { None } else { shelf.notice(&record.notice_hash)? };
    Ok(Answered { record, notice: notice.and_then(|content| serde_json::from_str(&content).ok()) })
}
