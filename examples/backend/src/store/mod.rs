//! The SQLite file: records that only grow in number, a quarantine, and the ids of what was erased.

mod error;
mod reader;
mod schema;
mod shelf;

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

pub use error::{Result, StoreError};
pub use reader::{Kept, Quarantined, Reader};
pub use shelf::{Form, Shelf, Status};

/// The connection that writes. A server has one, on a thread of its own.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When it is no database, one of a newer version, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Opens a file that must be there.
    ///
    /// # Errors
    /// As [`Store::open`], and when there is none.
    pub fn open_existing(path: &Path) -> Result<Self> {
        Self::with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Carries out `work` in one transaction and commits it durably before it returns.
    ///
    /// # Errors
    /// When `work` fails or the commit does; then nothing of it is in the file.
    pub fn commit<T>(&mut self, now: u64, work: impl FnOnce(&Shelf<'_>) -> Result<T>) -> Result<T> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&Shelf::new(&transaction, now))?;
        transaction.commit()?;
        Ok(done)
    }

    /// Removes body and salt of everything that a person's device has sent. The ids stay, so that a
    /// device that sends a record again is told that it was erased. Returns how many records went.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing has changed.
    pub fn erase(&mut self, subject: &str, now: u64) -> Result<usize> {
        let gone = self.commit(now, |shelf| shelf.erase(subject))?;
        // The write-ahead log holds the old pages until it is folded into the file.
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", params![], |_| Ok(()))?;
        Ok(gone)
    }

    fn with(path: &Path, flags: OpenFlags) -> Result<Self> {
        let mut connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        schema::prepare(&mut connection)?;
        Ok(Self { connection })
    }
}
