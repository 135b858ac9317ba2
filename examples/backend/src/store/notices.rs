//! The words that people saw, under the hash that their records name.

use consentkit_core::receipt::Notice;

use super::{Result, Shelf};

/// The hash that a notice's content has; `None` when it is no notice.
#[must_use]
pub fn notice_hash(content: &str) -> Option<String> {
    serde_json::from_str::<Notice>(content).ok().map(|notice| notice.hash())
}

impl Shelf<'_> {
    /// Keeps a notice, once. Its hash was checked.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_notice(&self, hash: &str, content: &str) -> Result<bool> {
        let insert = "INSERT INTO notices (hash, content, added_at) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING";
        Ok(self.tx.run(insert, &[hash.into(), content.into(), self.now.into()])? > 0)
    }

    /// The words under a hash.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn notice(&self, hash: &str) -> Result<Option<String>> {
        let row = self.tx.row("SELECT content FROM notices WHERE hash = ?1", &[hash.into()])?;
        row.map(|row| row.text(0)).transpose()
    }
}
