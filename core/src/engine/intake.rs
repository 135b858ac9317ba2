//! Records and intents on their way in.

use super::{Engine, log, stored};
use crate::codec::cookie::Cookie;
use crate::error::{Code, Error};
use crate::id::Id;
use crate::map::in_order;
use crate::protocol::{Effect, Stored};
use crate::record::{Intent, Sealed};

impl Engine {
    /// What lies in storage: records that are not known yet, and intents that wait.
    pub(super) fn take_in(&mut self, found: Stored, effects: &mut Vec<Effect>) {
        for record in found.records {
            let sealed = match Sealed::read(&record.id, &record.bytes) {
                Ok(sealed) if sealed.stamp.site == self.site => sealed,
                Ok(_) => {
                    effects.push(log(&Error::new(
                        Code::ForeignSite,
                        "",
                        "a record of another site is ignored; use one site name for one storage",
                    )));
                    continue;
                }
                Err(error) => {
                    self.proof_gap = true;
                    effects.push(log(&error));
                    continue;
                }
            };
            if record.acked {
                self.outbox.acknowledge(sealed.id);
            } else if self.outbox.is_acked(sealed.id) {
                // A start that ended too early, or a slower tab, has left it waiting.
                effects.push(Effect::Save { record: stored(&sealed, true) });
            }
            self.saved.add(sealed.id);
            self.last.stale |= self.records.set(sealed.id, sealed);
        }
        // Every tab that decides anew writes what others take in: what they know already must end there.
        if !found.cookie.is_empty() && found.cookie != self.last.carried {
            self.last.stale = true;
            self.carried = Cookie::read(&found.cookie);
            self.last.carried = found.cookie;
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

    /// Makes the record of an intent. One that cannot be read stays where it is, and is said.
    pub(super) fn take_intent(&mut self, intent: Intent, saved: bool, effects: &mut Vec<Effect>) {
        let parents = self.parents(&intent).unwrap_or_else(|| intent.heads.iter().filter_map(|head| self.resolve(head)).collect());
        match Sealed::from_intent(intent, parents) {
            Ok(sealed) if sealed.stamp.site != self.site => {
                effects.push(log(&Error::new(
                    Code::ForeignSite,
                    "",
                    "an intent of another site is ignored; use one site name for one storage",
                )));
            }
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
