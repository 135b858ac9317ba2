//! Where records are kept: a SQLite file, or PostgreSQL and what speaks like it. What is done with either is
//! written once.
//!
//! ```text
//! Database ─ commit / read ─► Shelf (what can be done with records) ─► Tx (statements and values) ─► SQLite | PostgreSQL
//! ```

mod erasure;
mod error;
mod links;
mod log;
mod notices;
mod person;
mod postgres;
mod reader;
mod retry;
mod schema;
mod shelf;
mod sqlite;
mod tx;
mod value;

use std::path::Path;
use std::sync::Arc;

pub use erasure::{Held, Hold, Suppression};
pub use error::{Result, StoreError};
pub use log::{Leaf, Lease, Log, origin};
pub use notices::notice_hash;
pub use person::Person;
pub use reader::{Kept, Quarantined};
pub use shelf::{Form, Shelf, Status};
pub(crate) use tx::Tx;
pub(crate) use value::{Row, Value};

use postgres::Postgres;
use sqlite::Sqlite;

/// Arrivals that are told apart within one millisecond.
const ARRIVALS_A_MS: u64 = 4096;

/// A database, shared by everything in the process that reads or writes.
#[derive(Debug, Clone)]
pub struct Database(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Database {
    /// Opens a file by its path, or a PostgreSQL database by its URL, and brings its layout up to date. A file is made.
    ///
    /// # Errors
    /// When it is no database, one of a newer version, cannot be written, or loses what it has confirmed.
    pub fn open(address: &str) -> Result<Self> {
        Self::with(address, true)
    }

    /// The same, for a file that must be there.
    ///
    /// # Errors
    /// As [`Database::open`], and when there is none.
    pub fn open_existing(address: &str) -> Result<Self> {
        Self::with(address, false)
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.0 {
            Kind::Sqlite(_) => "sqlite",
            Kind::Postgres(_) => "postgres",
        }
    }

    /// Carries out `work` in one transaction and commits it durably before it returns. When it meets another transaction,
    /// or the connection breaks, all of it is done again for a while; so whatever is random stands outside of it.
    ///
    /// # Errors
    /// When `work` fails or the commit does; then nothing of it is kept.
    pub fn commit<T>(&self, now: u64, mut work: impl FnMut(&Shelf<'_>) -> Result<T>) -> Result<T> {
        retry::passing(|| match &self.0 {
            Kind::Sqlite(file) => file.commit(|tx| work(&Shelf::new(tx, now))),
            Kind::Postgres(server) => server.commit(|tx| work(&Shelf::new(tx, now))),
        })
    }

    /// Reads, at one moment of the database, without hindering whoever writes.
    ///
    /// # Errors
    /// When the database cannot be read, or `work` fails.
    pub fn read<T>(&self, mut work: impl FnMut(&Shelf<'_>) -> Result<T>) -> Result<T> {
        retry::passing(|| match &self.0 {
            Kind::Sqlite(file) => file.read(|tx| work(&Shelf::new(tx, 0))),
            Kind::Postgres(server) => server.read(|tx| work(&Shelf::new(tx, 0))),
        })
    }

    /// Makes sure that erased rows leave nothing behind in files beside the database.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn settle_erased(&self) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(file) => file.fold(),
            // Its own vacuum overwrites dead rows in time; see the README.
            Kind::Postgres(_) => Ok(()),
        }
    }

    fn with(address: &str, make: bool) -> Result<Self> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Ok(Self(Kind::Postgres(Arc::new(Postgres::open(address)?))))
        } else {
            Ok(Self(Kind::Sqlite(Arc::new(Sqlite::open(Path::new(address), make)?))))
        }
    }
}
