//! Statements inside one transaction, the same for both databases.

use rusqlite::params_from_iter;

use super::Result;
use super::postgres::PostgresTx;
use super::value::{Row, Value};

/// An open transaction: nothing of it counts before the commit. Placeholders are written `?1`, `?2`, …; no statement
/// may hold a question mark in another sense.
#[derive(Debug)]
pub(crate) enum Tx<'a> {
    /// Of a SQLite file.
    Sqlite(&'a rusqlite::Connection),
    /// Of a PostgreSQL server.
    Postgres(PostgresTx<'a>),
}

impl Tx<'_> {
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Tx::Sqlite(_))
    }

    /// Carries out a statement that asks for rows.
    pub(crate) fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        match self {
            Tx::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let rows = statement.query_map(params_from_iter(values), |row| (0..columns).map(|place| row.get(place)).collect())?;
                Ok(rows.map(|row| row.map(Row)).collect::<std::result::Result<_, _>>()?)
            }
            Tx::Postgres(server) => server.rows(sql, values),
        }
    }

    /// The first row.
    pub(crate) fn row(&self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// Carries out a statement and says how many rows it has changed.
    pub(crate) fn run(&self, sql: &str, values: &[Value]) -> Result<u64> {
        match self {
            Tx::Sqlite(connection) => Ok(connection.prepare_cached(sql)?.execute(params_from_iter(values))? as u64),
            Tx::Postgres(server) => server.run(sql, values),
        }
    }

    /// Carries out several statements without values.
    pub(super) fn script(&self, sql: &str) -> Result<()> {
        match self {
            Tx::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Tx::Postgres(server) => server.script(sql),
        }
    }
}
