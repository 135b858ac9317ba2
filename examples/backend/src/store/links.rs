//! One-time links, and what webhooks have been told.

use consentkit_core::id::Id;

use super::{Result, Shelf, Value};

impl Shelf<'_> {
    /// Keeps what a link for a guardian is about. Only the hash of its token is known here.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_link(&self, token: Id, tenant: &str, content: &str, until: u64) -> Result<()> {
        let insert = "INSERT INTO guardian_links (token_hash, tenant, content, until, record) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (token_hash) DO NOTHING";
        self.tx.run(insert, &[token.into(), tenant.into(), content.into(), until.into(), Value::Bytes(Vec::new())])?;
        Ok(())
    }

    /// Tenant and content of a link that can still be used.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn open_link(&self, token: Id) -> Result<Option<(String, String)>> {
        let find = "SELECT tenant, content, record FROM guardian_links WHERE token_hash = ?1 AND until > ?2";
        let row = self.tx.row(find, &[token.into(), self.now.into()])?;
        row.filter(|row| row.bytes(2).is_ok_and(|record| record.is_empty())).map(|row| Ok((row.text(0)?, row.text(1)?))).transpose()
    }

    /// Uses a link up.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn use_link(&self, token: Id, record: Id) -> Result<()> {
        // What the link said about a person goes with it.
        let update = "UPDATE guardian_links SET record = ?1, content = '' WHERE token_hash = ?2";
        self.tx.run(update, &[record.into(), token.into()])?;
        Ok(())
    }

    /// Where a webhook is in the log, and how sending to it stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn hook(&self, tenant: &str, hook: &str) -> Result<(u64, String)> {
        let row = self.tx.row("SELECT position, state FROM hooks WHERE tenant = ?1 AND hook = ?2", &[tenant.into(), hook.into()])?;
        row.map_or_else(|| Ok((0, String::new())), |row| Ok((row.count(0)?, row.text(1)?)))
    }

    /// Notes both.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_hook(&self, tenant: &str, hook: &str, position: u64, state: &str) -> Result<()> {
        let upsert = "INSERT INTO hooks (tenant, hook, position, state) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, hook) DO UPDATE SET position = excluded.position, state = excluded.state";
        self.tx.run(upsert, &[tenant.into(), hook.into(), position.into(), state.into()])?;
        Ok(())
    }

    /// Notes what a webhook has refused for good.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn note_undelivered(&self, tenant: &str, hook: &str, record: Id, status: u64) -> Result<()> {
        let insert = "INSERT INTO undelivered (tenant, hook, record, status, at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (tenant, hook, record) DO NOTHING";
        self.tx.run(insert, &[tenant.into(), hook.into(), record.into(), status.into(), self.now.into()])?;
        Ok(())
    }

    /// What webhooks of a tenant have refused: hook, record, status, moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn undelivered(&self, tenant: &str) -> Result<Vec<(String, Id, u64, u64)>> {
        let find = "SELECT hook, record, status, at FROM undelivered WHERE tenant = ?1 ORDER BY at, record LIMIT 1000";
        let read = |row: &super::Row| Ok((row.text(0)?, row.id(1)?, row.count(2)?, row.count(3)?));
        self.tx.rows(find, &[tenant.into()])?.iter().map(read).collect()
    }
}
