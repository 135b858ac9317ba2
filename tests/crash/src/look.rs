//! A look into the database past the server, and what must be true there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use consentkit_core::id::Id;
use consentkit_core::proof::{Checkpoint, check_consistency};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use serde::Deserialize;
use tokio_postgres::{IsolationLevel, NoTls};

use crate::client::Client;
use crate::ledger::Entries;

const IDS: &str = "SELECT id FROM records";

/// Leaves that speak of a record that another leaf speaks of, or that still waits for its leaf.
const TWICE: &str = "SELECT (SELECT count(*) FROM (SELECT record FROM leaves WHERE epoch = 0 GROUP BY record HAVING count(*) > 1) AS twice)
     + (SELECT count(*) FROM pending JOIN leaves ON leaves.record = pending.id)";

const REFUSED: &str = "SELECT count(*) FROM quarantine";

/// The newest size; no row before the first leaf.
const SIZE: &str = "SELECT CAST(coalesce(max(size), 0) AS BIGINT) FROM logs WHERE tenant = 'default'";

/// Where to look.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// A file.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

/// What is there, at one moment.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) ids: HashSet<Id>,
    /// Records with more than one place in the log.
    pub(crate) twice: i64,
    /// Rows in quarantine.
    pub(crate) refused: i64,
    /// The size of the log.
    pub(crate) size: u64,
}

/// What is wrong; all zero when nothing is.
#[derive(Debug, Default, Clone, serde::Serialize)]
pub(crate) struct Wrong {
    /// Acknowledged, and not there.
    pub(crate) lost: usize,
    /// There more than once.
    pub(crate) twice: i64,
    /// There, and sent by nobody.
    pub(crate) foreign: usize,
    /// Sound records that were not accepted.
    pub(crate) refused: i64,
    /// Checks of the server, or of the log, that failed.
    pub(crate) failed: usize,
}

impl Store {
    pub(crate) async fn look(&self) -> Result<Seen> {
        match self {
            Store::Sqlite(path) => sqlite(path),
            Store::Postgres(url) => postgres(url).await,
        }
    }

    /// The size of the log.
    pub(crate) async fn size(&self) -> Result<u64> {
        match self {
            Store::Sqlite(path) => Ok(open(path)?.query_row(SIZE, [], |row| row.get::<_, i64>(0))?.unsigned_abs()),
            Store::Postgres(url) => Ok(connect(url).await?.query_one(SIZE, &[]).await?.try_get::<_, i64>(0)?.unsigned_abs()),
        }
    }
}

impl Wrong {
    /// Compares what is there with what the senders know.
    pub(crate) fn of(seen: &Seen, entries: &Entries) -> Self {
        Self {
            lost: entries.acknowledged.difference(&seen.ids).count(),
            twice: seen.twice,
            foreign: seen.ids.difference(&entries.sent).count(),
            refused: seen.refused,
            failed: 0,
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.lost == 0 && self.twice == 0 && self.foreign == 0 && self.refused == 0 && self.failed == 0
    }

    /// One look more: what is lost stays lost, so the worst counts, while checks fail one by one.
    pub(crate) fn add(&mut self, more: &Self) {
        self.lost = self.lost.max(more.lost);
        self.twice = self.twice.max(more.twice);
        self.foreign = self.foreign.max(more.foreign);
        self.refused = self.refused.max(more.refused);
        self.failed += more.failed;
    }
}

#[derive(Deserialize)]
struct Consistency {
    path: Vec<String>,
    checkpoint: String,
}

/// Whether the log that a server has now continues a checkpoint that was given out before: as long or longer, and the same tree.
pub(crate) async fn continues(client: &mut Client, old: &Checkpoint) -> Result<()> {
    let answer = client.get(&format!("/v1/log/consistency?from={}", old.size), None).await?;
    anyhow::ensure!(answer.status == 200, "the log has shrunk below {}: {}", old.size, String::from_utf8_lossy(&answer.body));
    let Consistency { path, checkpoint } = serde_json::from_slice(&answer.body)?;
    let path: Vec<Id> = path.iter().map(|hash| Id::from_text(hash)).collect::<Option<_>>().context("no hash")?;
    Ok(check_consistency(&path, old, &Checkpoint::read(&checkpoint)?)?)
}

fn sqlite(path: &Path) -> Result<Seen> {
    let mut connection = open(path)?;
    let moment = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let number = |sql: &str| moment.query_row(sql, [], |row| row.get::<_, i64>(0));
    let ids = moment.prepare(IDS)?.query_map([], |row| row.get(0).map(Id))?.collect::<rusqlite::Result<_>>()?;
    Ok(Seen { ids, twice: number(TWICE)?, refused: number(REFUSED)?, size: number(SIZE)?.unsigned_abs() })
}

async fn postgres(url: &str) -> Result<Seen> {
    let mut client = connect(url).await?;
    let moment = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
    let mut ids = HashSet::new();
    for row in moment.query(IDS, &[]).await? {
        ids.insert(Id(row.try_get::<_, &[u8]>(0)?.try_into()?));
    }
    let twice = moment.query_one(TWICE, &[]).await?.try_get(0)?;
    let refused = moment.query_one(REFUSED, &[]).await?.try_get(0)?;
    let size = moment.query_one(SIZE, &[]).await?.try_get::<_, i64>(0)?.unsigned_abs();
    Ok(Seen { ids, twice, refused, size })
}

fn open(path: &Path) -> Result<Connection> {
    // Whoever reads a file that a killed process has left must be able to bring its index of the write-ahead log up to date.
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let mut config: tokio_postgres::Config = url.parse()?;
    config.target_session_attrs(tokio_postgres::config::TargetSessionAttrs::ReadWrite);
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
