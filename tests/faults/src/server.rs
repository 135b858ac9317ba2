//! A server that stores by id and acknowledges after it has stored, as `examples/backend` does.

use std::collections::{BTreeMap, BTreeSet};

use consentkit_core::id::Id;
use consentkit_core::protocol::{Intent, StoredRecord, SyncResult};
use consentkit_core::record::Sealed;

use crate::ledger::Fields;

/// What it holds.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// Id → bytes.
    pub kept: BTreeMap<String, String>,
    /// Salt → id, of what it holds.
    salts: BTreeMap<String, String>,
    /// Ids of what was erased.
    pub erased: BTreeSet<String>,
    /// Ids of what it will never take.
    pub refused: BTreeSet<String>,
    /// What a backup has not had. It may come back.
    pub lost: BTreeSet<String>,
    backup: Option<(BTreeMap<String, String>, BTreeMap<String, String>)>,
    /// It takes nothing for now.
    pub later: bool,
    /// Salts of records that it will refuse when they come.
    pub dislikes: BTreeSet<String>,
}

/// What it answers.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// One for each record and intent.
    pub results: Vec<SyncResult>,
    /// Parents and heads that it lacks.
    pub wants: Vec<String>,
}

impl Server {
    /// Takes a batch.
    pub fn settle(&mut self, records: &[StoredRecord], intents: &[Intent], heads: &[String]) -> Settled {
        let mut settled = Settled::default();
        let mut named: BTreeSet<String> = heads.iter().cloned().collect();
        for record in records {
            if let Some(fields) = Fields::read(&record.bytes) {
                named.extend(fields.parents.clone());
                let status = self.put(&record.id, &record.bytes, &fields.salt);
                settled.results.push(SyncResult { id: record.id.clone(), status: status.into() });
            }
        }
        self.take_intents(intents, &mut settled);
        settled.wants = named.into_iter().filter(|id| !self.kept.contains_key(id) && !self.erased.contains(id)).collect();
        settled
    }

    /// Keeps the state to come back to.
    pub fn back_up(&mut self) {
        self.backup = Some((self.kept.clone(), self.salts.clone()));
    }

    /// Starts from the last backup, if there is one and something came after it.
    pub fn restore(&mut self) -> bool {
        let Some((kept, salts)) = self.backup.clone().filter(|(kept, _)| kept.len() < self.kept.len()) else { return false };
        self.lost.extend(self.kept.keys().filter(|id| !kept.contains_key(*id)).cloned());
        (self.kept, self.salts) = (kept, salts);
        let erased = &self.erased;
        self.kept.retain(|id, _| !erased.contains(id));
        true
    }

    /// Erases everything that it has; whether there was something.
    pub fn erase(&mut self) -> bool {
        let before = self.erased.len();
        self.erased.extend(std::mem::take(&mut self.kept).into_keys());
        self.salts.clear();
        self.erased.len() > before
    }

    fn put(&mut self, id: &str, bytes: &str, salt: &str) -> &'static str {
        if self.erased.contains(id) {
            "erased"
        } else if self.kept.contains_key(id) {
            "duplicate"
        } else if self.dislikes.contains(salt) {
            self.refused.insert(id.to_owned());
            "quarantine"
        } else if self.later {
            "later"
        } else {
            self.kept.insert(id.to_owned(), bytes.to_owned());
            self.salts.insert(salt.to_owned(), id.to_owned());
            self.lost.remove(id);
            "stored"
        }
    }

    /// Makes the records that a device without an engine could not make, once their parents are known.
    fn take_intents(&mut self, intents: &[Intent], settled: &mut Settled) {
        let mut waiting: Vec<&Intent> = intents.iter().collect();
        loop {
            let before = waiting.len();
            waiting.retain(|intent| {
                let parents: Option<Vec<Id>> = intent.heads.iter().map(|head| self.resolve(head)).collect();
                let Some(sealed) = parents.and_then(|parents| Sealed::from_intent((*intent).clone(), parents).ok()) else { return true };
                let (id, bytes) = (sealed.id.to_text(), consentkit_core::id::encode(&sealed.bytes));
                let status = self.put(&id, &bytes, &intent.nonce);
                settled.results.push(SyncResult { id: intent.nonce.clone(), status: status.into() });
                false
            });
            if waiting.len() == before {
                break;
            }
        }
        settled.results.extend(waiting.iter().map(|intent| SyncResult { id: intent.nonce.clone(), status: "later".into() }));
    }

    fn resolve(&self, head: &str) -> Option<Id> {
        let id = match head.strip_prefix('~') {
            Some(nonce) => self.salts.get(nonce)?,
            None => head,
        };
        Id::from_text(id)
    }
}
