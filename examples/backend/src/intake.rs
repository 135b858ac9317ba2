//! What becomes of each record and intent of a batch.
//!
//! A record is believed when its id is the hash of its bytes, when the core can read it, and when it is of
//! the site that the batch names. An intent becomes the record that the person's own engine would have made
//! of it, byte for byte, so it does not matter who does it first, or if both do.

use std::collections::{BTreeMap, BTreeSet};

use consentkit_core::error::{Code, Error};
use consentkit_core::id::Id;
use consentkit_core::protocol::{StoredRecord, SyncResult};
use consentkit_core::record::{Intent, Sealed};
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_BATCH_RECORDS, MAX_NAME_BYTES};
use crate::store::{Form, Result, Shelf, Status};
use crate::tenant::Tenants;

/// What a client sends. Fields of later versions are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Batch {
    /// The site's name, as its policy has it.
    pub site: String,
    /// Records that the client's engine has made.
    #[serde(default)]
    pub records: Vec<StoredRecord>,
    /// Intents of a client that has no engine.
    #[serde(default)]
    pub intents: Vec<Intent>,
    /// The newest records that the client knows of.
    #[serde(default)]
    pub heads: Vec<String>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Settled {
    /// One for each record and intent.
    pub results: Vec<SyncResult>,
    /// Parents and heads that are not here, and were not erased: whoever has them may send them. After a restored backup
    /// the clients fill the gap in this way.
    pub wants: Vec<String>,
}

impl Batch {
    /// Records and intents together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len() + self.intents.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Puts everything of some batches where it belongs. Nothing of it counts before the commit. The database is asked for all of them
/// together, as far as one does not hang on another.
///
/// # Errors
/// When the database cannot be read or written.
pub fn settle(shelf: &Shelf<'_>, tenants: &Tenants, batches: &[&Batch]) -> Result<Vec<Settled>> {
    let mut intakes: Vec<Intake<'_>> = batches.iter().map(|batch| Intake::of(shelf, tenants, batch)).collect();
    let mut read = Vec::with_capacity(batches.len());
    for (intake, batch) in intakes.iter_mut().zip(batches) {
        read.push(batch.records.iter().map(|record| intake.read(record)).collect::<Result<Vec<_>>>()?);
    }
    let sound: Vec<(&str, &Sealed)> =
        read.iter().flatten().filter_map(|it| it.as_ref().ok().map(|(tenant, sealed)| (*tenant, sealed))).collect();
    let mut kept = shelf.put_all(&sound)?.into_iter();
    let mut settled = Vec::with_capacity(batches.len());
    for ((intake, batch), read) in intakes.iter_mut().zip(batches).zip(&read) {
        let became = read.iter().map(|it| it.as_ref().err().copied().or_else(|| kept.next()).unwrap_or(Status::Later));
        let mut results: Vec<SyncResult> = batch.records.iter().zip(became).map(|(record, status)| outcome(&record.id, status)).collect();
        intake.take_intents(&batch.intents, &mut results)?;
        settled.push(Settled { results, wants: Vec::new() });
    }
    let named: BTreeSet<Id> = intakes.iter().flat_map(Intake::named).collect();
    let lacking = shelf.lacking(&named.into_iter().collect::<Vec<_>>())?;
    for (intake, settled) in intakes.iter().zip(&mut settled) {
        settled.wants = intake.named().filter(|id| lacking.contains(id)).map(Id::to_text).collect();
    }
    Ok(settled)
}

fn outcome(id: &str, status: Status) -> SyncResult {
    SyncResult { id: id.to_owned(), status: status.word().to_owned() }
}

struct Intake<'a> {
    shelf: &'a Shelf<'a>,
    /// Who runs the site; nobody here does when there is none.
    tenant: Option<&'a str>,
    site: &'a str,
    /// Salt → id, for the records of this batch.
    made: BTreeMap<Id, Id>,
    /// Nonces of intents of this batch that will never be records.
    refused: BTreeSet<&'a str>,
    /// Records that this batch speaks of without holding them.
    named: BTreeSet<Id>,
}

enum Head {
    Known(Id),
    /// It will never be a record; the core leaves such a parent out.
    Never,
    /// It has not arrived yet. Leaving it out would make a record with other bytes.
    NotYet,
}

impl<'a> Intake<'a> {
    fn of(shelf: &'a Shelf<'a>, tenants: &'a Tenants, batch: &'a Batch) -> Self {
        let tenant = tenants.of_site(&batch.site).map(|tenant| tenant.id.as_str());
        let named = batch.heads.iter().filter_map(|head| Id::from_text(head)).collect();
        Self { shelf, tenant, site: &batch.site, made: BTreeMap::new(), refused: BTreeSet::new(), named }
    }

    /// A sound record and whose it is, or what became of another.
    fn read(&mut self, record: &StoredRecord) -> Result<std::result::Result<(&'a str, Sealed), Status>> {
        let (subject, reason) = match Sealed::read(&record.id, &record.bytes) {
            Ok(sealed) => match self.place(&sealed) {
                Ok(tenant) => {
                    self.note(&sealed);
                    return Ok(Ok((tenant, sealed)));
                }
                Err(reason) => (sealed.record.subject, reason),
            },
            Err(reason) => (String::new(), reason),
        };
        Ok(Err(self.shelf.quarantine(Form::Record, &record.id, self.site, &subject, &record.bytes, &reason)?))
    }

    fn take_intents(&mut self, intents: &'a [Intent], results: &mut Vec<SyncResult>) -> Result<()> {
        let mut waiting: Vec<&Intent> = intents.iter().collect();
        loop {
            // Again and again, because an intent may follow one that stands behind it in the list.
            let before = waiting.len();
            let mut still = Vec::new();
            for intent in waiting {
                match self.parents(intent)? {
                    Some(parents) => results.push(outcome(&intent.nonce, self.take_intent(intent, parents)?)),
                    None => still.push(intent),
                }
            }
            waiting = still;
            if waiting.len() == before {
                break;
            }
        }
        results.extend(waiting.iter().map(|intent| outcome(&intent.nonce, Status::Later)));
        Ok(())
    }

    fn take_intent(&mut self, intent: &'a Intent, parents: Vec<Id>) -> Result<Status> {
        let sealed = Sealed::from_intent(intent.clone(), parents);
        let reason = match sealed.and_then(|sealed| Ok((self.place(&sealed)?, sealed))) {
            Ok((tenant, sealed)) => {
                self.note(&sealed);
                return self.shelf.put(tenant, &sealed);
            }
            Err(reason) => reason,
        };
        self.refused.insert(&intent.nonce);
        let content = serde_json::to_string(intent).unwrap_or_default();
        self.shelf.quarantine(Form::Intent, &intent.nonce, self.site, &intent.subject, &content, &reason)
    }

    /// What the rest of the batch may speak of, and what this record speaks of.
    fn note(&mut self, sealed: &Sealed) {
        self.made.insert(sealed.record.salt, sealed.id);
        self.named.extend(&sealed.record.parents);
    }

    /// What is spoken of; no more than a client may send at once.
    fn named(&self) -> impl Iterator<Item = Id> {
        self.named.iter().take(MAX_BATCH_RECORDS).copied()
    }

    /// Whose records it joins.
    fn place(&self, sealed: &Sealed) -> consentkit_core::Result<&'a str> {
        let Sealed { record, stamp, .. } = sealed;
        let tenant = self.tenant.filter(|_| stamp.site == self.site);
        let tenant =
            tenant.ok_or_else(|| Error::new(Code::ForeignSite, "site", "send a record to the backend of the site that it was made for"))?;
        for (name, value) in [("subject", &record.subject), ("account", &record.account), ("kind", &record.kind), ("site", &stamp.site)] {
            if value.len() > MAX_NAME_BYTES {
                return Err(Error::new(Code::RecordUnreadable, name, "a name is shorter than that"));
            }
        }
        Ok(tenant)
    }

    /// The parents of an intent's record, or `None` while one of them has not arrived.
    fn parents(&self, intent: &Intent) -> Result<Option<Vec<Id>>> {
        let mut parents = Vec::new();
        for head in &intent.heads {
            match self.resolve(head)? {
                Head::Known(id) => parents.push(id),
                Head::Never => {}
                Head::NotYet => return Ok(None),
            }
        }
        Ok(Some(parents))
    }

    /// A head is the id of a record, known here or not, or `~` and the nonce of an intent.
    fn resolve(&self, head: &str) -> Result<Head> {
        let Some(nonce) = head.strip_prefix('~') else {
            return Ok(Id::from_text(head).map_or(Head::Never, Head::Known));
        };
        let Some(salt) = Id::from_text(nonce) else { return Ok(Head::Never) };
        if let Some(id) = self.made.get(&salt) {
            return Ok(Head::Known(*id));
        }
        if let Some(id) = self.shelf.made_with(salt, self.site)? {
            return Ok(Head::Known(id));
        }
        let never = self.refused.contains(nonce) || self.shelf.was_refused(nonce)?;
        Ok(if never { Head::Never } else { Head::NotYet })
    }
}
