//! What can go wrong with a database.

use tokio_postgres::error::SqlState;

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A failure of the store. None of them ever holds a value out of a record: PostgreSQL's own messages may quote
/// one, so only their code is shown.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or is gone.
    #[error("the database failed: {}", said(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection could be had.
    #[error("no connection to the database: {0}; see that one of its hosts is up, takes writes and lets this role in")]
    NoConnection(String),
    /// No answer came in time.
    #[error("the database does not answer")]
    TimeOut,
    /// The address is none.
    #[error("--db cannot be used: {0}")]
    Address(String),
    /// The database is from a later version of this program.
    #[error("the database has layout {found}, this program knows {known}; start a newer version")]
    Newer {
        /// The database's layout.
        found: u64,
        /// The newest that is known here.
        known: u64,
    },
    /// The file system does not let SQLite keep a write-ahead log.
    #[error("the database cannot use a write-ahead log here (journal mode is {0}); put it on a local disk")]
    NoWriteAheadLog(String),
    /// PostgreSQL answers before its disk has anything.
    #[error("PostgreSQL runs with fsync off and may lose what it has confirmed; turn fsync on")]
    NoFsync,
    /// A row's bytes are no longer what its id says.
    #[error("record {id} is damaged in the database ({code}); restore it from a backup")]
    Damaged {
        /// The id in the row.
        id: String,
        /// The core's code.
        code: &'static str,
    },
    /// A column does not hold what this program writes there.
    #[error("column {0} of an answer is not what this program writes; restore the database from a backup")]
    Column(usize),
    /// The second place cannot be written.
    #[error("the second place cannot be used: {0}")]
    Second(#[from] std::io::Error),
    /// The log is not the one that was signed.
    #[error("the log of {tenant} {what}; restore a newer backup, or begin a new log with `log renew`")]
    LogBroken {
        /// Whose log.
        tenant: String,
        /// What is wrong.
        what: String,
    },
    /// Another process integrates the log now.
    #[error("another process has taken over the log")]
    LeaseLost,
}

impl StoreError {
    /// Whether the same transaction may succeed when it is tried again: it met another one, or the connection
    /// broke. Everything that is written carries an id of its own, so a commit whose answer was lost does no harm
    /// twice.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Postgres(error) => error.code().map_or_else(|| !is_of_us(error), passing),
            StoreError::NoConnection(_) | StoreError::TimeOut => true,
            _ => false,
        }
    }

    /// Whether a value was to blame: only the work that it belongs to fails.
    #[must_use]
    pub fn is_of_a_value(&self) -> bool {
        // 22 data exception, 23 integrity, 54 a limit of the program.
        let is = |code: &SqlState| ["22", "23", "54"].iter().any(|class| code.code().starts_with(class));
        matches!(self, StoreError::Postgres(error) if error.code().is_some_and(is))
    }

    /// Whether the connection is of no use any more.
    #[must_use]
    pub(super) fn is_of_connection(&self) -> bool {
        match self {
            StoreError::Postgres(error) => error.is_closed() || error.code().is_none_or(|code| !meets_another(code)),
            _ => matches!(self, StoreError::TimeOut | StoreError::NoConnection(_)),
        }
    }

    /// Whether another process has made the same table at the same moment.
    pub(super) fn is_made_already(&self) -> bool {
        let made = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
        matches!(self, StoreError::Postgres(error) if error.code().is_some_and(|code| made.contains(code)))
    }
}

/// An error without a code is one of the connection, unless a value could not be converted.
fn is_of_us(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    text.starts_with("error serializing parameter") || text.starts_with("error deserializing column")
}

fn meets_another(code: &SqlState) -> bool {
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code)
}

/// 40001 and 40P01; 08 connection, 57P it is going down or coming up, 25006 it takes no writes any more, 53 it is full.
fn passing(code: &SqlState) -> bool {
    let code = code.code();
    meets_another(&SqlState::from_code(code)) || code == "25006" || ["08", "57P", "53"].iter().any(|class| code.starts_with(class))
}

fn said(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| format!("{} ({})", error.code().code(), name(error.code())))
}

/// PostgreSQL's message may quote a value; the name of its code does not.
fn name(code: &SqlState) -> &'static str {
    match code.code() {
        "40001" => "serialization failure",
        "40P01" => "deadlock",
        "42501" => "the role lacks a privilege",
        "53100" => "its disk is full",
        "25006" => "it takes no writes",
        _ => "see the codes of errors in PostgreSQL's documentation",
    }
}
