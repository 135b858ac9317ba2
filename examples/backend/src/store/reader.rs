//! Reading, by connections that cannot write.

use std::path::Path;

use consentkit_core::id::{self, Id};
use consentkit_core::record::Sealed;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::{Result, StoreError};
use crate::limits::MAX_LOCK_WAIT;

/// A connection that reads, also while a server writes.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// A record and when it arrived.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The record, checked against its id again.
    pub sealed: Sealed,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: u64,
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

impl Reader {
    /// Opens a file that must be there.
    ///
    /// # Errors
    /// When it is not, or is no database.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(MAX_LOCK_WAIT)?;
        Ok(Self { connection })
    }

    /// Hands every record to `each`, oldest arrival first; a damaged one as its error.
    ///
    /// # Errors
    /// When the file cannot be read, or `each` fails.
    pub fn each_record<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Result<Kept>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut find = self.connection.prepare("SELECT id, bytes, received_at FROM records ORDER BY seq").map_err(StoreError::from)?;
        let mut rows = find.query(params![]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(kept(row))?;
        }
        Ok(())
    }

    /// Everything in quarantine, oldest arrival first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>> {
        let mut find = self
            .connection
            .prepare("SELECT id, form, site, reason, path, content, received_at FROM quarantine ORDER BY received_at, rowid")?;
        let rows = find.query_map(params![], |row| {
            Ok(Quarantined {
                id: row.get(0)?,
                form: row.get(1)?,
                site: row.get(2)?,
                reason: row.get(3)?,
                path: row.get(4)?,
                content: row.get(5)?,
                received_at: row.get::<_, i64>(6)?.unsigned_abs(),
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// One record.
    ///
    /// # Errors
    /// When the file cannot be read or the record is damaged.
    pub fn record(&self, id: Id) -> Result<Option<Kept>> {
        let mut find = self.connection.prepare("SELECT id, bytes, received_at FROM records WHERE id = ?1")?;
        find.query_row(params![id.0], |row| Ok(kept(row))).optional()?.transpose()
    }

    /// The records of a subject, oldest arrival first.
    ///
    /// # Errors
    /// When the file cannot be read or a record is damaged.
    pub fn of_subject(&self, site: &str, subject: &str) -> Result<Vec<Kept>> {
        let mut find =
            self.connection.prepare("SELECT id, bytes, received_at FROM records WHERE subject = ?1 AND site = ?2 ORDER BY seq")?;
        let rows = find.query_map(params![subject, site], |row| Ok(kept(row)))?;
        rows.map(|row| row?).collect()
    }
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    let (id, bytes): ([u8; 32], Vec<u8>) = (row.get(0)?, row.get(1)?);
    let id = Id(id).to_text();
    match Sealed::read(&id, &id::encode(&bytes)) {
        Ok(sealed) => Ok(Kept { sealed, received_at: row.get::<_, i64>(2)?.unsigned_abs() }),
        Err(error) => Err(StoreError::Damaged { id, code: error.code() }),
    }
}
