//! The layout of the file, and how SQLite keeps it.

use rusqlite::{Connection, params};

use super::{Result, StoreError};
use crate::limits::MAX_LOCK_WAIT;

/// The layout below; grows with every change of it.
const LAYOUT: u32 = 1;

/// `records` is append-only: rows come, and go only by erasure. `seq` is the order of arrival.
///
/// `erased` keeps the id, so that a record that is sent again is not taken for a new one, and the hash of
/// the salt, so that a later intent that names the erased one by its nonce still finds its parent's id.
/// Neither lets anybody guess what was in the record.
const TABLES: &str = "
CREATE TABLE records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  salt BLOB NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  bytes BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX records_by_subject ON records (subject, site);
CREATE INDEX records_by_salt ON records (salt);

CREATE TABLE quarantine (
  content_hash BLOB PRIMARY KEY,
  id TEXT NOT NULL,
  form TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  content TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_by_id ON quarantine (id);

CREATE TABLE erased (
  id BLOB PRIMARY KEY,
  salt_hash BLOB NOT NULL,
  erased_at INTEGER NOT NULL
) STRICT;
CREATE INDEX erased_by_salt ON erased (salt_hash);
";

/// Sets a connection up for durable writes and makes the tables when the file is new.
pub(super) fn prepare(connection: &mut Connection) -> Result<()> {
    connection.busy_timeout(MAX_LOCK_WAIT)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", params![], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::NoWriteAheadLog(mode));
    }
    // FULL: a commit returns when the disk has it. secure_delete: erased rows leave no bytes behind.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    match layout(&transaction)? {
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        LAYOUT => {}
        found => return Err(StoreError::Newer { found, known: LAYOUT }),
    }
    Ok(transaction.commit()?)
}

fn layout(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA user_version", params![], |row| row.get(0))?)
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
