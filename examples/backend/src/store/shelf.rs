//! What becomes of records and intents inside one transaction.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use consentkit_core::Error;
use consentkit_core::id::Id;
use consentkit_core::record::Sealed;

use super::{ARRIVALS_A_MS, Result, Tx, Value};

/// The longest id of something in quarantine; the content is kept whole.
const MAX_ID_CHARS: usize = 128;

/// An open transaction: nothing of it counts before the commit.
#[derive(Debug)]
pub struct Shelf<'a> {
    pub(crate) tx: &'a Tx<'a>,
    /// Milliseconds since 1970; 0 for whoever only reads.
    pub(crate) now: u64,
}

/// What became of something that was sent. Clients know these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is in the database now.
    Stored,
    /// It was in the database before.
    Duplicate,
    /// It is kept, but does not count.
    Quarantine,
    /// The person was erased; nothing of it is kept.
    Erased,
    /// It cannot be decided yet; keep it and send it again.
    Later,
}

/// The two forms in which something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A record, by its id and bytes.
    Record,
    /// An intent, by its nonce.
    Intent,
}

impl Status {
    /// The word in the answer.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Stored => "stored",
            Status::Duplicate => "duplicate",
            Status::Quarantine => "quarantine",
            Status::Erased => "erased",
            Status::Later => "later",
        }
    }
}

impl Form {
    fn word(self) -> &'static str {
        match self {
            Form::Record => "record",
            Form::Intent => "intent",
        }
    }
}

impl<'a> Shelf<'a> {
    pub(super) fn new(tx: &'a Tx<'a>, now: u64) -> Self {
        Self { tx, now }
    }

    /// Keeps a record, once, and puts it in line for the log of its tenant.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put(&self, tenant: &str, sealed: &Sealed) -> Result<Status> {
        Ok(self.put_all(&[(tenant, sealed)])?.into_iter().next().unwrap_or(Status::Later))
    }

    /// Keeps records of tenants, each once, and puts them in line for the logs; says of each what became of it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put_all(&self, records: &[(&str, &Sealed)]) -> Result<Vec<Status>> {
        let ids: Vec<Id> = records.iter().map(|(_, sealed)| sealed.id).collect();
        let erased = self.tx.among("SELECT id FROM erased WHERE id {is}", &ids)?;
        let known = records.iter().filter(|(_, sealed)| !erased.contains(&sealed.id));
        let sent: Vec<(&str, &Sealed, u64)> = known.map(|(tenant, sealed)| (*tenant, *sealed, self.arrival())).collect();
        let inserts: Vec<_> = sent.iter().map(|(tenant, sealed, arrival)| insert(tenant, sealed, *arrival)).collect();
        let rows = self.tx.run_all(&inserts)?;
        let new = sent.iter().zip(&rows).filter(|(_, rows)| **rows > 0);
        let places: Vec<_> = new.map(|((tenant, sealed, arrival), _)| line_up(tenant, "record", sealed.id, *arrival)).collect();
        self.tx.run_all(&places)?;
        let mut rows = rows.into_iter();
        let mut became = |sealed: &Sealed| {
            if erased.contains(&sealed.id) {
                return Ok(Status::Erased);
            }
            if rows.next().is_some_and(|rows| rows > 0) {
                return Ok(Status::Stored);
            }
            self.wait_for(sealed.id)?;
            Ok(Status::Duplicate)
        };
        records.iter().map(|(_, sealed)| became(sealed)).collect()
    }

    /// Makes the commit wait until a record that is here already is as safe as what this transaction writes. On PostgreSQL one may be
    /// seen that no standby has yet, when somebody has ended its writer while that waited for one; a transaction that only reads
    /// waits for nothing, and one that has locked a row does.
    fn wait_for(&self, id: Id) -> Result<()> {
        if !self.tx.is_sqlite() {
            self.tx.row("SELECT 1 FROM records WHERE id = ?1 FOR KEY SHARE", &[id.into()])?;
        }
        Ok(())
    }

    /// Those of some records that are not here and were not erased either.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn lacking(&self, ids: &[Id]) -> Result<BTreeSet<Id>> {
        let known = self.tx.among("SELECT id FROM records WHERE id {is} UNION ALL SELECT id FROM erased WHERE id {is}", ids)?;
        Ok(ids.iter().filter(|id| !known.contains(id)).copied().collect())
    }

    /// Keeps what cannot count, with the reason. It never stands in the way of a good record that has the
    /// same id.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn quarantine(&self, form: Form, id: &str, site: &str, subject: &str, content: &str, reason: &Error) -> Result<Status> {
        let hash = Id::of(&[form.word(), id, site, content].join("\n").into_bytes());
        let cut = |text: &str| Value::from(text.chars().take(MAX_ID_CHARS).collect::<String>().as_str());
        self.tx.run(
            "INSERT INTO quarantine (content_hash, id, form, site, subject, reason, path, content, arrival)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (content_hash) DO NOTHING",
            &[
                hash.into(),
                cut(id),
                form.word().into(),
                cut(site),
                cut(subject),
                reason.code().into(),
                reason.path().into(),
                content.into(),
                self.arrival().into(),
            ],
        )?;
        Ok(Status::Quarantine)
    }

    /// The record that was made with this salt, also when it has been erased since.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn made_with(&self, salt: Id, site: &str) -> Result<Option<Id>> {
        // The smallest id, as the core's engine does, should there ever be two.
        let find = "SELECT id FROM records WHERE salt = ?1 AND site = ?2
             UNION SELECT id FROM erased WHERE salt_hash = ?3 ORDER BY id LIMIT 1";
        let row = self.tx.row(find, &[salt.into(), site.into(), Id::of(&salt.0).into()])?;
        row.map(|row| row.id(0)).transpose()
    }

    /// Whether an intent with this nonce lies in quarantine and will never be a record.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn was_refused(&self, nonce: &str) -> Result<bool> {
        Ok(self.tx.row("SELECT 1 FROM quarantine WHERE id = ?1 AND form = 'intent'", &[nonce.into()])?.is_some())
    }

    /// The moment, and a number that grows within it. Two processes may give the same; ids tell those apart.
    pub(super) fn arrival(&self) -> u64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let now = self.now.saturating_mul(ARRIVALS_A_MS);
        let next = |last: u64| Some(now.max(last + 1));
        LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).map_or(now, |last| now.max(last + 1))
    }
}

/// A statement and its values.
type Statement = (&'static str, Vec<Value>);

fn insert(tenant: &str, Sealed { record, stamp, id, bytes }: &Sealed, arrival: u64) -> Statement {
    (
        "INSERT INTO records (id, salt, tenant, site, subject, account, kind, bytes, arrival)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
        vec![
            (*id).into(),
            record.salt.into(),
            tenant.into(),
            Value::from(&stamp.site),
            Value::from(&record.subject),
            Value::from(&record.account),
            Value::from(&record.kind),
            bytes.as_slice().into(),
            arrival.into(),
        ],
    )
}

/// Puts something in line for the log.
pub(super) fn line_up(tenant: &str, kind: &str, id: Id, arrival: u64) -> Statement {
    (
        "INSERT INTO pending (id, tenant, kind, arrival) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
        vec![id.into(), tenant.into(), kind.into(), arrival.into()],
    )
}
