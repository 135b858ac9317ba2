//! Reading what is kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use consentkit_core::id::{self, Id};
use consentkit_core::record::Sealed;

use super::{ARRIVALS_A_MS, Database, Person, Result, Row, Shelf, StoreError, Value};

/// Rows that are read at once, so that a database of any size fits into memory.
const PAGE: u64 = 1_000;

/// A record and when it arrived.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The record, checked against its id again.
    pub sealed: Sealed,
    /// Whose it is.
    pub tenant: String,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: u64,
    /// The order of arrival.
    pub(crate) arrival: u64,
}

/// Something that was not accepted.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantined {
    /// The id under which it was sent.
    pub id: String,
    /// `record` or `intent`.
    pub form: String,
    /// The site that the batch named.
    pub site: String,
    /// The code of the reason.
    pub reason: String,
    /// Which part of it is wrong.
    pub path: String,
    /// What was sent: bytes in base64url, or an intent as JSON.
    pub content: String,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: u64,
}

const COLUMNS: &str = "SELECT id, bytes, arrival, tenant FROM records";

impl Database {
    /// Hands every record to `each`, oldest arrival first; a damaged one as its error.
    ///
    /// # Errors
    /// When the database cannot be read, or `each` fails.
    pub fn each_record<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Result<Kept>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut after = (Value::Int(-1), Value::Bytes(Vec::new()));
        loop {
            let find = format!("{COLUMNS} WHERE (arrival, id) > (?1, ?2) ORDER BY arrival, id LIMIT ?3");
            let rows = self.read(|shelf| shelf.tx.rows(&find, &[after.0.clone(), after.1.clone(), PAGE.into()]))?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = (Value::Int(last.int(2)?), Value::Bytes(last.bytes(0)?));
            for row in &rows {
                each(kept(row))?;
            }
        }
    }

    /// Everything in quarantine, oldest arrival first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>> {
        let find = "SELECT id, form, site, reason, path, content, arrival FROM quarantine ORDER BY arrival, content_hash";
        let read = |row: &Row| {
            Ok(Quarantined {
                id: row.text(0)?,
                form: row.text(1)?,
                site: row.text(2)?,
                reason: row.text(3)?,
                path: row.text(4)?,
                content: row.text(5)?,
                received_at: row.count(6)? / ARRIVALS_A_MS,
            })
        };
        self.read(|shelf| shelf.tx.rows(find, &[]))?.iter().map(read).collect()
    }
}

impl Shelf<'_> {
    /// One record.
    ///
    /// # Errors
    /// When the database cannot be read or the record is damaged.
    pub fn record(&self, id: Id) -> Result<Option<Kept>> {
        self.tx.row(&format!("{COLUMNS} WHERE id = ?1"), &[id.into()])?.as_ref().map(kept).transpose()
    }

    /// The records of a person, oldest arrival first.
    ///
    /// # Errors
    /// When the database cannot be read or a record is damaged.
    pub fn of(&self, tenant: &str, person: &Person) -> Result<Vec<Kept>> {
        match person {
            Person::Subject(subject) => self.find("subject", subject, tenant),
            Person::Account(account) => self.of_account(tenant, account),
        }
    }

    /// Records that arrived in a time, after a place in the order of arrival.
    ///
    /// # Errors
    /// When the database cannot be read or a record is damaged.
    pub(crate) fn arrived(&self, tenant: &str, from: u64, to: u64, after: &(u64, Vec<u8>), most: u64) -> Result<Vec<Kept>> {
        let find = format!(
            "{COLUMNS} WHERE tenant = ?1 AND arrival >= ?2 AND arrival < ?3 AND (arrival, id) > (?4, ?5) ORDER BY arrival, id LIMIT ?6"
        );
        let (from, to) = (from.saturating_mul(ARRIVALS_A_MS), to.saturating_mul(ARRIVALS_A_MS));
        let values = [tenant.into(), from.into(), to.into(), after.0.into(), after.1.as_slice().into(), most.into()];
        self.tx.rows(&find, &values)?.iter().map(kept).collect()
    }

    /// The records of an account, and the anonymous ones that one of its links was made after: what a person did on a
    /// device before they signed in there. What another account did on the same device in between hides what is older.
    fn of_account(&self, tenant: &str, account: &str) -> Result<Vec<Kept>> {
        let own = self.find("account", account, tenant)?;
        let mut open: Vec<Id> = own.iter().filter(|kept| kept.sealed.record.kind == "link").map(|kept| kept.sealed.id).collect();
        let mut found: BTreeMap<Id, Kept> = own.into_iter().map(|kept| (kept.sealed.id, kept)).collect();
        let mut seen: BTreeSet<Id> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            let parents = found.get(&id).map(|kept| kept.sealed.record.parents.clone()).unwrap_or_default();
            for parent in parents.into_iter().filter(|parent| seen.insert(*parent)) {
                if let Entry::Vacant(place) = found.entry(parent) {
                    let anonymous = |kept: &Kept| kept.tenant == tenant && kept.sealed.record.account.is_empty();
                    let Some(kept) = self.record(parent)?.filter(anonymous) else { continue };
                    place.insert(kept);
                }
                open.push(parent);
            }
        }
        let mut records: Vec<Kept> = found.into_values().collect();
        records.sort_by_key(|kept| (kept.arrival, kept.sealed.id));
        Ok(records)
    }

    fn find(&self, column: &str, value: &str, tenant: &str) -> Result<Vec<Kept>> {
        let find = format!("{COLUMNS} WHERE {column} = ?1 AND tenant = ?2 ORDER BY arrival, id");
        self.tx.rows(&find, &[value.into(), tenant.into()])?.iter().map(kept).collect()
    }
}

fn kept(row: &Row) -> Result<Kept> {
    let id = row.id(0)?.to_text();
    match Sealed::read(&id, &id::encode(&row.bytes(1)?)) {
        Ok(sealed) => {
            let arrival = row.count(2)?;
            Ok(Kept { sealed, tenant: row.text(3)?, received_at: arrival / ARRIVALS_A_MS, arrival })
        }
        Err(error) => Err(StoreError::Damaged { id, code: error.code() }),
    }
}
