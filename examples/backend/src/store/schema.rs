//! The layout of the database, and the way from each earlier one.
//!
//! One text for both databases: `{bytes}`, `{int}` and `{strict}` stand for what they call differently. A step is
//! never changed once it was released; a change of the layout is a further step.

use super::{Result, StoreError, Tx, Value};

/// The newest layout.
pub(super) const LAYOUT: u64 = 2;

/// Keys are hashes or random, so writers of a distributed database meet nowhere. `records` is append-only: rows
/// come, and go only by erasure. `arrival` is the order: the milliseconds of the server's clock and a running number.
///
/// `erased` keeps the id, so that a record that is sent again is not taken for a new one, and the hash of
/// the salt, so that a later intent that names the erased one by its nonce still finds its parent's id.
/// Neither lets anybody guess what was in the record. `suppressed` keeps, under a keyed hash, which record speaks
/// for the no of a person who was erased.
const LAYOUT_2: &str = "
CREATE TABLE records (
  id {bytes} NOT NULL PRIMARY KEY,
  salt {bytes} NOT NULL,
  tenant TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes {bytes} NOT NULL,
  arrival {int} NOT NULL
){strict};
CREATE INDEX records_by_subject ON records (subject, tenant);
CREATE INDEX records_by_account ON records (account, tenant);
CREATE INDEX records_by_salt ON records (salt);
CREATE INDEX records_by_arrival ON records (arrival, id);

CREATE TABLE quarantine (
  content_hash {bytes} NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  form TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  content TEXT NOT NULL,
  arrival {int} NOT NULL
){strict};
CREATE INDEX quarantine_by_id ON quarantine (id);
CREATE INDEX quarantine_by_subject ON quarantine (subject);

CREATE TABLE erased (
  id {bytes} NOT NULL PRIMARY KEY,
  salt_hash {bytes} NOT NULL,
  erased_at {int} NOT NULL
){strict};
CREATE INDEX erased_by_salt ON erased (salt_hash);

CREATE TABLE suppressed (
  person {bytes} NOT NULL,
  record {bytes} NOT NULL,
  PRIMARY KEY (person, record)
){strict};

CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  reason TEXT NOT NULL,
  placed_at {int} NOT NULL,
  released_at {int} NOT NULL
){strict};
CREATE INDEX holds_by_person ON holds (tenant, subject, account);

CREATE TABLE notices (
  hash TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL,
  added_at {int} NOT NULL
){strict};

CREATE TABLE facts (
  tenant TEXT NOT NULL,
  site TEXT NOT NULL,
  version TEXT NOT NULL,
  event {bytes} NOT NULL,
  PRIMARY KEY (tenant, site, version, event)
){strict};

CREATE TABLE events (
  id {bytes} NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL
){strict};

CREATE TABLE pending (
  id {bytes} NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  arrival {int} NOT NULL
){strict};
CREATE INDEX pending_by_tenant ON pending (tenant, arrival);

CREATE TABLE logs (
  tenant TEXT NOT NULL PRIMARY KEY,
  epoch {int} NOT NULL,
  size {int} NOT NULL,
  note TEXT NOT NULL,
  holder TEXT NOT NULL,
  fence {int} NOT NULL,
  until {int} NOT NULL
){strict};

CREATE TABLE leaves (
  tenant TEXT NOT NULL,
  epoch {int} NOT NULL,
  position {int} NOT NULL,
  kind TEXT NOT NULL,
  record {bytes} NOT NULL,
  PRIMARY KEY (tenant, epoch, position)
){strict};
CREATE INDEX leaves_by_record ON leaves (record);

CREATE TABLE nodes (
  tenant TEXT NOT NULL,
  epoch {int} NOT NULL,
  node {int} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (tenant, epoch, node)
){strict};

CREATE TABLE hooks (
  tenant TEXT NOT NULL,
  hook TEXT NOT NULL,
  position {int} NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (tenant, hook)
){strict};

CREATE TABLE undelivered (
  tenant TEXT NOT NULL,
  hook TEXT NOT NULL,
  record {bytes} NOT NULL,
  status {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (tenant, hook, record)
){strict};

CREATE TABLE guardian_links (
  token_hash {bytes} NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  content TEXT NOT NULL,
  until {int} NOT NULL,
  record {bytes} NOT NULL
){strict};
";

/// Layout 1 was SQLite's alone.
const FROM_1: &str = "
ALTER TABLE records RENAME TO records_1;
ALTER TABLE quarantine RENAME TO quarantine_1;
ALTER TABLE erased RENAME TO erased_1;
DROP INDEX records_by_subject;
DROP INDEX records_by_salt;
DROP INDEX quarantine_by_id;
DROP INDEX erased_by_salt;
";

/// Brings an open transaction's database from a layout to the newest.
pub(super) fn migrate(tx: &Tx<'_>, from: u64) -> Result<()> {
    match from {
        0 => tx.script(&text(tx, LAYOUT_2)),
        1 => {
            tx.script(FROM_1)?;
            tx.script(&text(tx, LAYOUT_2))?;
            from_1(tx)
        }
        LAYOUT => Ok(()),
        found => Err(StoreError::Newer { found, known: LAYOUT }),
    }
}

/// Account and kind stand in the bytes only. A damaged row moves as it is, so that it is found where it was.
fn from_1(tx: &Tx<'_>) -> Result<()> {
    let (mut after, mut arrival) = (0, 0);
    loop {
        let rows = tx.rows(
            "SELECT seq, id, salt, site, subject, bytes, received_at FROM records_1 WHERE seq > ?1 ORDER BY seq LIMIT 1000",
            &[Value::Int(after)],
        )?;
        let Some(last) = rows.last() else { break };
        after = last.int(0)?;
        for row in &rows {
            let bytes = row.bytes(5)?;
            let read = consentkit_core::record::Sealed::read(&row.id(1)?.to_text(), &consentkit_core::id::encode(&bytes));
            let (account, kind) = read.map(|sealed| (sealed.record.account, sealed.record.kind)).unwrap_or_default();
            arrival = row.int(6)?.saturating_mul(4096).max(arrival + 1);
            let values = [
                row.id(1)?.into(),
                row.bytes(2)?.as_slice().into(),
                Value::from(crate::tenant::DEFAULT),
                Value::from(&row.text(3)?),
                Value::from(&row.text(4)?),
                Value::from(&account),
                Value::from(&kind),
                bytes.as_slice().into(),
                Value::Int(arrival),
            ];
            tx.run("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &values)?;
            tx.run(
                "INSERT INTO pending (id, tenant, kind, arrival) VALUES (?1, ?2, 'record', ?3)",
                &[row.id(1)?.into(), crate::tenant::DEFAULT.into(), Value::Int(arrival)],
            )?;
        }
    }
    tx.script(
        "INSERT INTO quarantine SELECT content_hash, id, form, site, subject, reason, path, content, received_at * 4096 FROM quarantine_1;
         INSERT INTO erased SELECT id, salt_hash, erased_at FROM erased_1;
         DROP TABLE records_1; DROP TABLE quarantine_1; DROP TABLE erased_1;",
    )
}

fn text(tx: &Tx<'_>, template: &str) -> String {
    let (bytes, int, strict) = if tx.is_sqlite() { ("BLOB", "INTEGER", " STRICT") } else { ("BYTEA", "BIGINT", "") };
    template.replace("{bytes}", bytes).replace("{int}", int).replace("{strict}", strict)
}
