//! A SQLite file: one connection writes, others read beside it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::schema::{self, LAYOUT};
use super::tx::Tx;
use super::{Result, StoreError};
use crate::limits::MAX_LOCK_WAIT;
use crate::plant;

#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Vec<Connection>>,
}

/// Connections for reading that are kept open.
const MAX_IDLE_READERS: usize = 4;

/// More than there are statements, so that none is prepared twice.
const STATEMENTS: usize = 64;

/// Memory for pages, in KiB: keys are random, so what a record touches lies anywhere.
const CACHE_KIB: i64 = 32 * 1024;

/// Pages in the write-ahead log before they are folded into the file: 16 MiB, so that a page that many commits touch is
/// written there once, and the file is not waited for at every tenth commit.
const WAL_PAGES: i64 = 4_000;

impl Sqlite {
    pub(super) fn open(path: &Path, make: bool) -> Result<Self> {
        let make = if make { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | make;
        let mut connection = Connection::open_with_flags(path, flags)?;
        prepare(&mut connection)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(connection), reader: Mutex::new(Vec::new()) })
    }

    pub(super) fn commit<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&Tx::Sqlite(&transaction))?;
        transaction.commit()?;
        Ok(done)
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let idle = self.reader.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = idle.map_or_else(|| self.open_reader(), Ok)?;
        let transaction = connection.transaction()?;
        let done = work(&Tx::Sqlite(&transaction))?;
        transaction.commit()?;
        let mut idle = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE_READERS {
            idle.push(connection);
        }
        Ok(done)
    }

    /// The write-ahead log holds the old pages until it is folded into the file.
    pub(super) fn fold(&self) -> Result<()> {
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", params![], |_| Ok(()))?)
    }

    fn open_reader(&self) -> Result<Connection> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(MAX_LOCK_WAIT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

/// Sets a connection up for durable writes and brings the layout up to date.
fn prepare(connection: &mut Connection) -> Result<()> {
    connection.busy_timeout(MAX_LOCK_WAIT)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", params![], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::NoWriteAheadLog(mode));
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    // FULL: a commit returns when the disk has it. secure_delete: erased rows leave no bytes behind.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;")?;
    if plant::is("synchronous-normal") {
        connection.execute_batch("PRAGMA synchronous = NORMAL;")?;
    }
    // A process that was killed between writing a commit and waiting for the disk has left it where we see it and a power cut
    // takes it. Folding waits for the disk first, so that nothing is called a duplicate that may still be lost.
    if !plant::is("unsynced-start") {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", params![], |_| Ok(()))?;
    }
    if layout(connection)? == LAYOUT {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema::migrate(&Tx::Sqlite(&transaction), layout(&transaction)?)?;
    transaction.pragma_update(None, "user_version", LAYOUT.cast_signed())?;
    Ok(transaction.commit()?)
}

fn layout(connection: &Connection) -> Result<u64> {
    Ok(connection.query_row("PRAGMA user_version", params![], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_waits_for_the_disk() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let mut connection = Connection::open(folder.path().join("records.sqlite")).expect("a file");
        for _opened in 0..2 {
            prepare(&mut connection).expect("prepared");
        }
        let value = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
        let pragma = |name: &str| connection.query_row(&format!("SELECT * FROM pragma_{name}"), [], value);
        assert_eq!(pragma("journal_mode"), Ok("wal".to_owned().into()));
        assert_eq!(pragma("synchronous"), Ok(2.into()), "2 is FULL");
        assert_eq!(pragma("secure_delete"), Ok(1.into()));
    }
}
