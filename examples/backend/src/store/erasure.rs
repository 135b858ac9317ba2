//! Erasing a person: bodies and salts go, ids stay, and a no stays a no.
//!
//! A person who had opted out must not fall back to a default that is on because the proof of it was erased. So
//! before the records go, the core merges them, and what is denied goes into one new record that names nobody: an
//! import, which any later answer of the person replaces. `suppressed` ties it to a keyed hash of whoever was
//! erased, so that it is found again for the same account and for nothing else.

use std::collections::{BTreeMap, BTreeSet};

use consentkit_core::choice::State;
use consentkit_core::id::Id;
use consentkit_core::map::Set;
use consentkit_core::merge::{Whose, merge};
use consentkit_core::record::{Intent, Sealed};
use serde::Serialize;

use super::{Kept, Person, Result, Shelf, Value};
use crate::log::Kind;
use crate::random::Random;
use crate::second::Second;

/// A reason for which a person may not be erased for now (GDPR 17(3)).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Its id.
    pub id: String,
    /// The person's id, or empty.
    pub subject: String,
    /// The account, or empty.
    pub account: String,
    /// Why.
    pub reason: String,
    /// Milliseconds since 1970.
    pub placed_at: u64,
    /// Milliseconds since 1970; 0 while it holds.
    pub released_at: u64,
}

/// What became of an erasure.
#[derive(Debug, Clone)]
pub enum Held {
    /// Nothing was erased, because of this.
    Back(Hold),
    /// So many records are gone.
    Gone(usize),
}

/// Who may be recognised again, and by what: see [`crate::tenant::Tenant::suppression`].
pub type Suppression<'a> = &'a dyn Fn(&Person) -> Id;

impl Shelf<'_> {
    /// Erases a person, unless something holds them. `second` has the ids before this returns.
    ///
    /// # Errors
    /// When the database or the second place cannot be written.
    pub fn erase(&self, tenant: &str, person: &Person, keyed: Suppression<'_>, second: &Second, random: &Random) -> Result<Held> {
        let records = self.of(tenant, person)?;
        if let Some(hold) = self.holding(tenant, person, &records)? {
            return Ok(Held::Back(hold));
        }
        if let Person::Subject(subject) = person {
            self.tx.run("DELETE FROM quarantine WHERE subject = ?1", &[Value::from(subject)])?;
        }
        let gone = records.len();
        self.erase_records(tenant, &records, keyed, second, random)?;
        Ok(Held::Gone(gone))
    }

    /// Erases records, also those that a restored backup has brought back.
    ///
    /// # Errors
    /// When the database or the second place cannot be written.
    pub fn erase_records(&self, tenant: &str, records: &[Kept], keyed: Suppression<'_>, second: &Second, random: &Random) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.suppress(tenant, records, keyed, random)?;
        let erased: Vec<(Id, Id)> = records.iter().map(|kept| (kept.sealed.id, Id::of(&kept.sealed.record.salt.0))).collect();
        for (id, salt_hash) in &erased {
            self.keep_erased(*id, *salt_hash, self.now)?;
            self.tx.run("DELETE FROM records WHERE id = ?1", &[(*id).into()])?;
        }
        // An event that names nobody: how many, when, and a salt so that nothing can be guessed.
        let salt = random.id("event").to_text();
        let event = serde_json::json!({ "event": "erasure", "at": self.now, "records": erased.len(), "salt": salt }).to_string();
        let id = Id::of(event.as_bytes());
        self.keep_event(tenant, Kind::Erasure, id, &event)?;
        second.erased(&erased, self.now)
    }

    /// Keeps the id of something that was erased.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_erased(&self, id: Id, salt_hash: Id, at: u64) -> Result<()> {
        let keep = "INSERT INTO erased (id, salt_hash, erased_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
        self.tx.run(keep, &[id.into(), salt_hash.into(), at.into()])?;
        Ok(())
    }

    /// The records that speak for the no of a person who was erased.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn suppressing(&self, person: Id) -> Result<Vec<Kept>> {
        let rows = self.tx.rows("SELECT record FROM suppressed WHERE person = ?1 ORDER BY record", &[person.into()])?;
        let mut records = Vec::new();
        for row in rows {
            records.extend(self.record(row.id(0)?)?);
        }
        Ok(records)
    }

    /// Places a hold.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn hold(&self, tenant: &str, person: &Person, reason: &str, id: &str) -> Result<Hold> {
        let (subject, account) = columns(person);
        let values = [id.into(), tenant.into(), subject.into(), account.into(), reason.into(), self.now.into(), 0_u64.into()];
        self.tx.run("INSERT INTO holds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING", &values)?;
        let (subject, account) = (subject.to_owned(), account.to_owned());
        Ok(Hold { id: id.to_owned(), subject, account, reason: reason.to_owned(), placed_at: self.now, released_at: 0 })
    }

    /// Ends a hold; it stays on file.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn release(&self, tenant: &str, id: &str) -> Result<bool> {
        let update = "UPDATE holds SET released_at = ?1 WHERE id = ?2 AND tenant = ?3 AND released_at = 0";
        Ok(self.tx.run(update, &[self.now.into(), id.into(), tenant.into()])? > 0)
    }

    /// All holds of a tenant, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn holds(&self, tenant: &str) -> Result<Vec<Hold>> {
        let find = "SELECT id, subject, account, reason, placed_at, released_at FROM holds WHERE tenant = ?1 ORDER BY placed_at, id";
        self.tx.rows(find, &[tenant.into()])?.iter().map(hold).collect()
    }

    /// What holds a person, by themselves or by one of the names in their records.
    fn holding(&self, tenant: &str, person: &Person, records: &[Kept]) -> Result<Option<Hold>> {
        let names =
            |kept: &Kept| [Person::Subject(kept.sealed.record.subject.clone()), Person::Account(kept.sealed.record.account.clone())];
        for person in records.iter().flat_map(names).chain([person.clone()]) {
            let (subject, account) = columns(&person);
            if subject.is_empty() && account.is_empty() {
                continue;
            }
            let find = "SELECT id, subject, account, reason, placed_at, released_at FROM holds
                 WHERE tenant = ?1 AND subject = ?2 AND account = ?3 AND released_at = 0 LIMIT 1";
            if let Some(row) = self.tx.row(find, &[tenant.into(), subject.into(), account.into()])? {
                return hold(&row).map(Some);
            }
        }
        Ok(None)
    }

    /// For each site and each account: what is denied, in a record of its own.
    fn suppress(&self, tenant: &str, records: &[Kept], keyed: Suppression<'_>, random: &Random) -> Result<()> {
        let mut groups: BTreeMap<(&str, &str), Vec<&Sealed>> = BTreeMap::new();
        let accounts: BTreeSet<&str> =
            records.iter().map(|kept| kept.sealed.record.account.as_str()).filter(|name| !name.is_empty()).collect();
        for kept in records {
            let record = &kept.sealed.record;
            // What was anonymous before a person signed in speaks for their account as well.
            let own: Vec<&str> = if record.account.is_empty() { accounts.iter().copied().collect() } else { vec![&record.account] };
            // A device keeps its own answers; only an account comes back without them.
            for account in own {
                groups.entry((&kept.sealed.stamp.site, account)).or_default().push(&kept.sealed);
            }
        }
        for ((site, account), sealed) in groups {
            let person = keyed(&Person::Account(account.to_owned()));
            // What an earlier erasure has left counts on.
            let before: Vec<Kept> = self.suppressing(person)?.into_iter().filter(|kept| kept.sealed.stamp.site == site).collect();
            let all = sealed.iter().copied().chain(before.iter().map(|kept| &kept.sealed));
            let nonce = random.id(&[site, &person.to_text()].concat());
            let Some(no) = denied(all, account, nonce, self.now) else { continue };
            self.put(tenant, &no)?;
            let keep = "INSERT INTO suppressed (person, record) VALUES (?1, ?2) ON CONFLICT (person, record) DO NOTHING";
            self.tx.run(keep, &[person.into(), no.id.into()])?;
        }
        Ok(())
    }
}

/// What is denied in the end, under the newest policy that the person knew, as a record without a name. `None` when nothing is.
fn denied<'a>(records: impl Iterator<Item = &'a Sealed> + Clone, account: &str, nonce: Id, now: u64) -> Option<Sealed> {
    let merged = merge(records.clone(), &Set::default(), Whose { account, subject: "" });
    let newest = records.max_by_key(|sealed| (sealed.stamp.policy, sealed.record.at))?;
    let is_denied = |key: &str| {
        let no = |state| matches!(state, State::Refused | State::Withdrawn);
        merged.answers.get(key).is_some_and(|answers| answers.iter().any(|answer| no(answer.state)))
    };
    let answers: String = newest.stamp.items.iter().map(|item| if is_denied(&item.key) { 'r' } else { '-' }).collect();
    let policy = newest.record.stamp.split('.').next().unwrap_or_default();
    let place = newest.record.stamp.split('.').nth(1).unwrap_or_default();
    let intent = Intent {
        nonce: nonce.to_text(),
        kind: "import".into(),
        at: now,
        stamp: format!("{policy}.{place}."),
        actor: "import".into(),
        control: "erasure".into(),
        answers: answers.clone(),
        ..Intent::default()
    };
    if answers.contains('r') { Sealed::from_intent(intent, Vec::new()).ok() } else { None }
}

fn columns(person: &Person) -> (&str, &str) {
    match person {
        Person::Subject(subject) => (subject, ""),
        Person::Account(account) => ("", account),
    }
}

fn hold(row: &super::Row) -> Result<Hold> {
    Ok(Hold {
        id: row.text(0)?,
        subject: row.text(1)?,
        account: row.text(2)?,
        reason: row.text(3)?,
        placed_at: row.count(4)?,
        released_at: row.count(5)?,
    })
}
