//! What can be done inside one transaction.

use consentkit_core::Error;
use consentkit_core::id::Id;
use consentkit_core::record::Sealed;
use rusqlite::{OptionalExtension, Transaction, params};

use super::Result;

/// An open transaction: nothing of it counts before the commit.
#[derive(Debug)]
pub struct Shelf<'a> {
    transaction: &'a Transaction<'a>,
    now: i64,
}

/// What became of something that was sent. Clients know these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is in the file now.
    Stored,
    /// It was in the file before.
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
    pub(super) fn new(transaction: &'a Transaction<'a>, now: u64) -> Self {
        Self { transaction, now: i64::try_from(now).unwrap_or(i64::MAX) }
    }

    /// Keeps a record, once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put(&self, sealed: &Sealed) -> Result<Status> {
        let mut erased = self.transaction.prepare_cached("SELECT 1 FROM erased WHERE id = ?1")?;
        if erased.exists(params![sealed.id.0])? {
            return Ok(Status::Erased);
        }
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO records (id, salt, site, subject, bytes, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO NOTHING",
        )?;
        let record = &sealed.record;
        let rows = insert.execute(params![sealed.id.0, record.salt.0, sealed.stamp.site, record.subject, sealed.bytes, self.now])?;
        Ok(if rows == 1 { Status::Stored } else { Status::Duplicate })
    }

    /// Whether a record is not here and was not erased either.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn lacks(&self, id: Id) -> Result<bool> {
        let mut known =
            self.transaction.prepare_cached("SELECT 1 FROM records WHERE id = ?1 UNION ALL SELECT 1 FROM erased WHERE id = ?1")?;
        Ok(!known.exists(params![id.0])?)
    }

    /// Keeps what cannot count, with the reason. It never stands in the way of a good record that has the
    /// same id.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn quarantine(&self, form: Form, id: &str, site: &str, subject: &str, content: &str, reason: &Error) -> Result<Status> {
        let hash = Id::of(&[form.word(), id, site, content].join("\n").into_bytes());
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO quarantine (content_hash, id, form, site, subject, reason, path, content, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (content_hash) DO NOTHING",
        )?;
        insert.execute(params![hash.0, id, form.word(), site, subject, reason.code(), reason.path(), content, self.now])?;
        Ok(Status::Quarantine)
    }

    /// The record that was made with this salt, also when it has been erased since.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn made_with(&self, salt: Id, site: &str) -> Result<Option<Id>> {
        // The smallest id, as the core's engine does, should there ever be two.
        let mut find = self.transaction.prepare_cached(
            "SELECT id FROM records WHERE salt = ?1 AND site = ?2
             UNION SELECT id FROM erased WHERE salt_hash = ?3 ORDER BY id LIMIT 1",
        )?;
        let hash = Id::of(&salt.0);
        Ok(find.query_row(params![salt.0, site, hash.0], |row| row.get(0)).optional()?.map(Id))
    }

    /// Whether an intent with this nonce lies in quarantine and will never be a record.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn was_refused(&self, nonce: &str) -> Result<bool> {
        let mut find = self.transaction.prepare_cached("SELECT 1 FROM quarantine WHERE id = ?1 AND form = 'intent'")?;
        Ok(find.exists(params![nonce])?)
    }

    pub(super) fn erase(&self, subject: &str) -> Result<usize> {
        let mut find = self.transaction.prepare("SELECT id, salt FROM records WHERE subject = ?1")?;
        let found = find.query_map(params![subject], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<([u8; 32], [u8; 32])> = found.collect::<std::result::Result<_, _>>()?;
        let mut keep = self.transaction.prepare("INSERT INTO erased (id, salt_hash, erased_at) VALUES (?1, ?2, ?3)")?;
        for (id, salt) in found {
            keep.execute(params![id, Id::of(&salt).0, self.now])?;
        }
        self.transaction.execute("DELETE FROM quarantine WHERE subject = ?1", params![subject])?;
        Ok(self.transaction.execute("DELETE FROM records WHERE subject = ?1", params![subject])?)
    }
}
