//! Records and intents on their way in.

use super::{Engine, log, stored};
use crate::codec::cookie::Cookie;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::map::in_order;
use crate::protocol::{Effect, Stored, StoredRecord};
use crate::record::{Intent, Sealed};

impl Engine {
    /// What lies in storage: records that are not known yet, and intents that wait.
    pub(super) fn take_in(&mut self, found: Stored, effects: &mut Vec<Effect>) {
        if !found.subject.is_empty() && self.own != found.subject {
            self.own = found.subject;
            self.last.stale = true;
        }
        for record in found.records {
            match self.read(&record) {
                Ok(sealed) => {
                    if record.acked {
                        self.outbox.acknowledge(sealed.id);
                    } else if self.outbox.is_acked(sealed.id) {
                        // A start that ended too early, or a slower tab, has left it waiting.
                        effects.push(Effect::Save { record: stored(&sealed, true) });
                    }
                    self.saved.add(sealed.id);
                    self.last.stale |= self.records.set(sealed.id, sealed);
                }
                Err(error) => {
                    self.proof_gap |= !error.is(Code::ForeignSite);
                    effects.push(log(&error));
                }
            }
        }
        // Every tab that decides anew writes what others take in: what they know already must end there.
        if !found.cookie.is_empty() && found.cookie != self.last.carried {
            self.last.stale = true;
            self.carried = Cookie::read(&found.cookie).unwrap_or_default();
            self.last.carried = found.cookie;
            // A tab that knew less may have written it over ours.
            self.last.cookie.clear();
        }
        // A device that was given away may still have the cookie of before.
        if !self.own.is_empty() && self.carried.subject != self.own {
            self.carried = Cookie::default();
        }
        // Older first, so that an intent whose parent is another intent finds its record.
        let order = in_order(&found.intents.iter().map(|intent| intent.at).collect::<Vec<_>>());
        let mut waiting: Vec<Option<Intent>> = found.intents.into_iter().map(Some).collect();
        let mut patient = true;
        loop {
            let mut taken = 0;
            for place in &order {
                // Once nothing else helps, what is left names parents that are gone for good; it counts all the same.
                let intent = waiting.get_mut(*place);
                if let Some(ready) = intent.and_then(|intent| intent.take_if(|intent| !patient || self.parents(intent).is_some())) {
                    self.take_intent(ready, true, effects);
                    taken += 1;
                }
            }
            if !patient {
                return;
            }
            patient = taken > 0;
        }
    }

    /// Records that the backend has sent: what this device lacks of an account. What is no record of this site is said and
    /// changes nothing.
    pub(super) fn receive(&mut self, records: &[StoredRecord], effects: &mut Vec<Effect>) {
        for found in records {
            match self.read(found) {
                Ok(sealed) if !self.records.contains(&sealed.id) => {
                    self.outbox.acknowledge(sealed.id);
                    effects.push(Effect::Save { record: stored(&sealed, true) });
                    self.records.set(sealed.id, sealed);
                    // Perhaps there are more, now that these are known.
                    self.pull = true;
                    self.last.stale = true;
                }
                Ok(_) => {}
                Err(error) => effects.push(log(&error)),
            }
        }
    }

    fn read(&self, found: &StoredRecord) -> Result<Sealed> {
        let sealed = Sealed::read(&found.id, &found.bytes)?;
        if sealed.stamp.site == self.site { Ok(sealed) } else { Err(foreign()) }
    }

    /// Makes the record of an intent. One that cannot be read stays where it is, and is said.
    pub(super) fn take_intent(&mut self, intent: Intent, saved: bool, effects: &mut Vec<Effect>) {
        let parents = self.parents(&intent).unwrap_or_else(|| intent.heads.iter().filter_map(|head| self.resolve(head)).collect());
        match Sealed::from_intent(intent, parents) {
            Ok(sealed) if sealed.stamp.site != self.site => effects.push(log(&foreign())),
            Ok(sealed) => {
                if self.saved.contains(&sealed.id) {
                    // Stored by an earlier start that ended before it could remove the intent. What storage has refused
                    // is tried again instead: the intent is all that lies there.
                    effects.push(Effect::Forget { nonce: sealed.record.salt.to_text() });
                    return;
                }
                effects.push(Effect::Save { record: stored(&sealed, false) });
                if !saved {
                    self.unsaved.add(sealed.id);
                }
                self.last.stale |= self.records.set(sealed.id, sealed);
            }
            Err(error) => {
                effects.push(log(&error));
            }
        }
    }

    /// The parents of an intent's record, or `None` while one of them is an intent that is not a record yet.
    fn parents(&self, intent: &Intent) -> Option<Vec<Id>> {
        intent.heads.iter().map(|head| self.resolve(head)).collect()
    }

    /// A head is the id of a record, known here or not, or `~` and the nonce of an intent, whose record
    /// must be known.
    fn resolve(&self, head: &str) -> Option<Id> {
        match head.strip_prefix('~') {
            None => Id::from_text(head),
            Some(nonce) => {
                let salt = Id::from_text(nonce)?;
                self.records.values().find(|sealed| sealed.record.salt == salt).map(|sealed| sealed.id)
            }
        }
    }
}

fn foreign() -> Error {
    Error::new(Code::ForeignSite, "", "what belongs to another site is ignored; use one site name for one storage")
}
