//! PostgreSQL, and distributed databases that speak like it.
//!
//! Every transaction is SERIALIZABLE: an erasure and a record that arrives at the same moment cannot miss each other, on one
//! server or on many. The price is that one of two that met must be tried again, which [`retry`](super::retry) does.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use consentkit_core::id::Id;
use deadpool_postgres::{Client, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Transaction};
use futures_util::future::join_all;
use tokio::runtime;
use tokio::time::timeout;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, IsolationLevel};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::schema::{self, LAYOUT};
use super::tx::Tx;
use super::value::{Row, Value};
use super::{Result, StoreError};
use crate::limits::{MAX_ANSWER_TIME, MAX_CONNECT_TIME, MAX_CONNECTIONS};

/// A commit may not be answered before the server's disk has it, whatever the role's default is. What is stricter stays.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// Everything is found by an index. A plan that was made while a table was new and small, or for very many ids, may read all of it instead:
/// that takes longer with every record, and whoever has read a whole table meets everybody who writes. Not every database has the setting.
const BY_INDEX: &str = "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'enable_seqscan'";

/// Statements that are on their way at once, so that the time for an answer is enough for all of them.
const MAX_ASKED_AT_ONCE: usize = 100;

pub(super) struct Postgres {
    pool: Pool,
    /// Its own, so that the last commits end after the server's runtime has.
    runtime: Option<runtime::Runtime>,
}

/// An open transaction.
pub(crate) struct PostgresTx<'a> {
    transaction: &'a Transaction<'a>,
    server: &'a Postgres,
}

impl Postgres {
    pub(super) fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| StoreError::Address(error.to_string()))?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite).application_name("consentkit-backend");
        config.connect_timeout(MAX_CONNECT_TIME).tcp_user_timeout(MAX_ANSWER_TIME);
        let manager = Manager::from_config(config, tls()?, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let durable = Hook::async_fn(|client, _| {
            Box::pin(async move { client.batch_execute(&format!("{DURABLE}; {BY_INDEX}")).await.map_err(HookError::Backend) })
        });
        let pool = Pool::builder(manager)
            .max_size(MAX_CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(MAX_ANSWER_TIME))
            .create_timeout(Some(MAX_CONNECT_TIME * 2))
            .post_create(durable)
            .build()
            .map_err(|error| StoreError::Address(error.to_string()))?;
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).thread_name("postgres").enable_all().build()?;
        let server = Self { pool, runtime: Some(runtime) };
        super::retry::passing(|| server.prepare())?;
        Ok(server)
    }

    pub(super) fn commit<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.transaction(false, work)
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.transaction(true, work)
    }

    fn transaction<T>(&self, reads: bool, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let mut client: Client = self.client()?;
        let done = self.on(&mut client, reads, work);
        if done.as_ref().is_err_and(StoreError::is_of_connection) {
            // Not back into the pool.
            drop(Object::take(client));
        }
        done
    }

    fn on<T>(&self, client: &mut Client, reads: bool, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        // A reader needs one moment and no order with others.
        let level = if reads { IsolationLevel::RepeatableRead } else { IsolationLevel::Serializable };
        let transaction = self.wait(client.build_transaction().isolation_level(level).read_only(reads).start())?;
        let done = work(&Tx::Postgres(PostgresTx { transaction: &transaction, server: self }))?;
        self.wait(transaction.commit())?;
        Ok(done)
    }

    fn client(&self) -> Result<Client> {
        let runtime = self.runtime.as_ref().ok_or(StoreError::TimeOut)?;
        runtime.block_on(self.pool.get()).map_err(|error| StoreError::NoConnection(why(&error)))
    }

    /// Waits for the server, but not for ever: a host that is gone says nothing.
    fn wait<T>(&self, work: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>) -> Result<T> {
        let runtime = self.runtime.as_ref().ok_or(StoreError::TimeOut)?;
        let done = runtime.block_on(async { timeout(MAX_ANSWER_TIME, work).await });
        Ok(done.map_err(|_| StoreError::TimeOut)??)
    }

    /// Brings the layout up to date. Several processes may do so at once; one of them does it.
    fn prepare(&self) -> Result<()> {
        let mut tries = 0;
        loop {
            match self.commit(|tx| self.prepare_in(tx)) {
                Err(error) if error.is_made_already() && tries < 10 => {
                    tries += 1;
                    std::thread::sleep(Duration::from_millis(100));
                }
                done => return done,
            }
        }
    }

    fn prepare_in(&self, tx: &Tx<'_>) -> Result<()> {
        let fsync = tx.row("SELECT current_setting('fsync', true)", &[])?;
        if fsync.is_some_and(|row| row.text(0).is_ok_and(|value| value == "off")) {
            return Err(StoreError::NoFsync);
        }
        let there =
            tx.row("SELECT 1 FROM information_schema.tables WHERE table_name = 'layout' AND table_schema = current_schema()", &[])?;
        if there.is_none() {
            tx.script("CREATE TABLE layout (one BIGINT PRIMARY KEY, version BIGINT NOT NULL)")?;
        }
        let found = tx.row("SELECT version FROM layout WHERE one = 1", &[])?.map_or(Ok(0), |row| row.count(0))?;
        if found != LAYOUT {
            schema::migrate(tx, found)?;
            let upsert = "INSERT INTO layout (one, version) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET version = excluded.version";
            tx.run(upsert, &[LAYOUT.into()])?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The last one may be dropped inside of another runtime, where nothing may be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl PostgresTx<'_> {
    pub(super) fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let rows = self.server.wait(async {
            let statement = self.transaction.prepare_cached(&placeholders(sql)).await?;
            self.transaction.query(&statement, &parameters(values)).await
        })?;
        let cells = |row: &tokio_postgres::Row| (0..row.len()).map(|place| row.try_get(place)).collect::<std::result::Result<_, _>>();
        Ok(rows.iter().map(|row| cells(row).map(Row)).collect::<std::result::Result<_, _>>()?)
    }

    pub(super) fn run(&self, sql: &str, values: &[Value]) -> Result<u64> {
        self.server.wait(async {
            let statement = self.transaction.prepare_cached(&placeholders(sql)).await?;
            self.transaction.execute(&statement, &parameters(values)).await
        })
    }

    /// In no order that may be relied on. All are waited for, and the first in the order in which they went out is the one to tell of: when
    /// one fails, those behind it fail for that alone.
    pub(super) fn run_all(&self, statements: &[(&str, Vec<Value>)]) -> Result<Vec<u64>> {
        let mut changed = Vec::with_capacity(statements.len());
        for part in statements.chunks(MAX_ASKED_AT_ONCE) {
            changed.extend(self.server.wait(async {
                let mut running = Vec::with_capacity(part.len());
                for (sql, values) in part {
                    let statement = self.transaction.prepare_cached(&placeholders(sql)).await?;
                    running.push(async move { self.transaction.execute(&statement, &parameters(values)).await });
                }
                join_all(running).await.into_iter().collect::<std::result::Result<Vec<_>, _>>()
            })?);
        }
        Ok(changed)
    }

    pub(super) fn among(&self, find: &str, ids: &[Id]) -> Result<BTreeSet<Id>> {
        let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
        let rows = self.server.wait(async {
            let statement = self.transaction.prepare_cached(&find.replace("{is}", "= ANY($1)")).await?;
            self.transaction.query(&statement, &[&ids]).await
        })?;
        rows.iter().map(|row| row.try_get::<_, Value>(0).map(|id| Row(vec![id]))).map(|row| row?.id(0)).collect()
    }

    pub(super) fn script(&self, sql: &str) -> Result<()> {
        self.server.wait(self.transaction.batch_execute(sql))
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postgres")
    }
}

impl fmt::Debug for PostgresTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresTx")
    }
}

fn placeholders(sql: &str) -> String {
    sql.replace('?', "$")
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// TLS as the URL's `sslmode` asks for it, with the certificates that the machine trusts (or those of `SSL_CERT_FILE`).
fn tls() -> Result<MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| StoreError::Address(error.to_string()))?.with_root_certificates(roots).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The chain of causes: the outermost says only that there was no connection.
fn why(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
