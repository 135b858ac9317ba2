//! What can go wrong with the file.

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A failure of the store. None of them ever holds a value out of a record.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is from a later version of this program.
    #[error("the database has layout {found}, this program knows {known}; start a newer version")]
    Newer {
        /// The file's layout.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// The file system does not let SQLite keep a write-ahead log.
    #[error("the database cannot use a write-ahead log here (journal mode is {0}); put it on a local disk")]
    NoWriteAheadLog(String),
    /// A row's bytes are no longer what its id says.
    #[error("record {id} is damaged in the database ({code}); restore it from a backup")]
    Damaged {
        /// The id in the row.
        id: String,
        /// The core's code.
        code: &'static str,
    },
}
