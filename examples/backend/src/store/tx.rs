//! Statements inside one transaction, the same for both databases.

use std::collections::BTreeSet;

use consentkit_core::id::Id;
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

    /// Carries out statements none of which needs another's work, and says how many rows each has changed. PostgreSQL gets all of them
    /// before it answers the first, so that it is waited for once.
    pub(super) fn run_all(&self, statements: &[(&str, Vec<Value>)]) -> Result<Vec<u64>> {
        match self {
            Tx::Sqlite(_) => statements.iter().map(|(sql, values)| self.run(sql, values)).collect(),
            Tx::Postgres(server) => server.run_all(statements),
        }
    }

    /// The ids that a statement finds of some, where `{is}` stands in it for "is one of them".
    pub(super) fn among(&self, find: &str, ids: &[Id]) -> Result<BTreeSet<Id>> {
        match self {
            Tx::Sqlite(_) => {
                let find = find.replace("{is}", "= ?1");
                let rows = ids.iter().map(|id| self.row(&find, &[(*id).into()]));
                rows.filter_map(|row| row.transpose().map(|row| row?.id(0))).collect()
            }
            Tx::Postgres(_) if ids.is_empty() => Ok(BTreeSet::new()),
            Tx::Postgres(server) => server.among(find, ids),
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
