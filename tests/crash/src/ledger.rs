//! What the senders know, kept outside of the server: what was sent, what was acknowledged, what was given out.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use consentkit_core::id::Id;
use consentkit_core::proof::Checkpoint;

/// Shared by all senders.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Entries>);

/// The entries.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// Every id that was ever on its way.
    pub(crate) sent: HashSet<Id>,
    /// Those that the server has said it keeps.
    pub(crate) acknowledged: HashSet<Id>,
    /// How often the server said `stored`, and how often `duplicate`.
    pub(crate) stored: u64,
    pub(crate) duplicate: u64,
    /// Requests that were told to come back.
    pub(crate) later: u64,
    /// Answers that no sound record may get.
    pub(crate) strange: Vec<String>,
    /// The largest checkpoint that was given out.
    pub(crate) head: Option<Checkpoint>,
}

impl Ledger {
    pub(crate) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Notes what a server said of a record.
    pub(crate) fn heard(&mut self, id: &str, status: &str) {
        match (Id::from_text(id).filter(|id| self.sent.contains(id)), status) {
            (Some(id), "stored") => {
                self.stored += 1;
                self.acknowledged.insert(id);
            }
            (Some(id), "duplicate") => {
                self.duplicate += 1;
                self.acknowledged.insert(id);
            }
            _ => self.strange.push(format!("{id}: {status}")),
        }
    }

    /// Notes a checkpoint that was given out.
    pub(crate) fn given(&mut self, head: Checkpoint) {
        if self.head.as_ref().is_none_or(|known| known.size < head.size) {
            self.head = Some(head);
        }
    }
}
