//! Answers that reach us by another way than a device: a call centre, a till, a guardian. The record is the core's, made
//! under the policy that the server was given, after everything that is known of the person.

use std::collections::BTreeMap;

use consentkit_core::Engine;
use consentkit_core::context::Context;
use consentkit_core::id::{self, Id};
use consentkit_core::map::Set;
use consentkit_core::merge::{Whose, merge};
use consentkit_core::policy::Policy;
use consentkit_core::protocol::{Effect, Env, Event, Stored, StoredRecord};
use consentkit_core::record::{Intent, Sealed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::{Kept, Person, Result, Shelf, Status};

/// About whom, and under which law.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct About {
    /// The site whose policy counts.
    pub site: String,
    /// The pseudonymous id of the person, or empty.
    #[serde(default)]
    pub subject: String,
    /// Their account, or empty.
    #[serde(default)]
    pub account: String,
    /// ISO 3166; empty when unknown, which is treated strictly.
    #[serde(default)]
    pub region: String,
    /// A band of ages, as in the core's context.
    #[serde(default)]
    pub age: String,
}

/// What was said, and how it was heard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Said {
    /// Item → yes or no. What is not named was not asked.
    pub answers: BTreeMap<String, bool>,
    /// How it was heard: `phone`, `till`, `paper`, `id_document`, …
    pub method: String,
    /// What shows it: a recording's number, a form's, a text.
    #[serde(default)]
    pub evidence: String,
    /// The hash of the words that were read out or shown.
    #[serde(default)]
    pub notice: String,
    /// The language of these words.
    #[serde(default)]
    pub language: String,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Somebody who puts down what the person said.
    Agent,
    /// A parent or guardian.
    Guardian,
}

/// Why no record came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// An item that the policy does not have, or that cannot be answered.
    Item(String),
    /// The engine could not be started under this policy.
    Policy,
}

/// Makes and keeps the record. `nonce` is random and drawn outside, so that a second try makes the same record.
///
/// # Errors
/// When the database cannot be read or written.
pub fn collect(
    shelf: &Shelf<'_>,
    tenant: &str,
    policy: &Policy,
    about: &About,
    said: &Said,
    voice: (Voice, &str),
    nonce: Id,
) -> Result<std::result::Result<Id, Unfit>> {
    let mut known: BTreeMap<Id, Kept> = BTreeMap::new();
    for person in people(about) {
        known.extend(shelf.of(tenant, &person)?.into_iter().map(|kept| (kept.sealed.id, kept)));
    }
    known.retain(|_, kept| kept.sealed.stamp.site == policy.site);
    let sealed: Vec<&Sealed> = known.values().map(|kept| &kept.sealed).collect();
    let record = match answer(policy, about, said, voice, nonce, &sealed, shelf.now) {
        Ok(record) => record,
        Err(unfit) => return Ok(Err(unfit)),
    };
    match shelf.put(tenant, &record)? {
        Status::Stored | Status::Duplicate | Status::Erased | Status::Later | Status::Quarantine => Ok(Ok(record.id)),
    }
}

/// The names by which the person is known.
#[must_use]
pub fn people(about: &About) -> Vec<Person> {
    let subject = Some(about.subject.clone()).filter(|subject| !subject.is_empty()).map(Person::Subject);
    let account = Some(about.account.clone()).filter(|account| !account.is_empty()).map(Person::Account);
    subject.into_iter().chain(account).collect()
}

fn answer(
    policy: &Policy,
    about: &About,
    said: &Said,
    (voice, by): (Voice, &str),
    nonce: Id,
    known: &[&Sealed],
    now: u64,
) -> std::result::Result<Sealed, Unfit> {
    let mut engine = Engine::for_policy(policy).map_err(|_| Unfit::Policy)?;
    let records = known.iter().map(|sealed| StoredRecord { id: sealed.id.to_text(), bytes: id::encode(&sealed.bytes), acked: true });
    let stored = Stored { records: records.collect(), subject: about.subject.clone(), ..Stored::default() };
    let context = Context { region: about.region.clone(), age: about.age.clone(), account: about.account.clone(), ..Context::default() };
    let effects = engine.handle(Event::Open { context, stored }, Env { now, entropy: nonce.0.to_vec() });
    let view =
        effects.into_iter().find_map(|effect| if let Effect::View { view } = effect { Some(view) } else { None }).ok_or(Unfit::Policy)?;
    let mut left = said.answers.clone();
    let mut answers = String::new();
    for item in &view.items {
        match left.remove(&item.key) {
            Some(yes) => answers.push_str(if yes { &item.on } else { &item.off }),
            None => answers.push('-'),
        }
    }
    if let Some((unknown, _)) = left.pop_first() {
        return Err(Unfit::Item(unknown));
    }
    let notice = if said.notice.is_empty() { String::new() } else { format!("{}:{}:layer1", said.notice, said.language) };
    let (actor, means) = match voice {
        Voice::Agent => ("agent", "agent"),
        Voice::Guardian => ("guardian", "guardian"),
    };
    let body = serde_json::json!({ "method": said.method, "evidence": said.evidence, "by": by });
    let intent = Intent {
        nonce: nonce.to_text(),
        kind: "choice".into(),
        subject: about.subject.clone(),
        account: about.account.clone(),
        at: now,
        stamp: format!("{}.{notice}", view.stamp),
        region: about.region.clone(),
        age: about.age.clone(),
        actor: actor.into(),
        control: format!("{means}.{}", said.method),
        answers,
        body: body.to_string(),
        ..Intent::default()
    };
    let whose = Whose { account: &about.account, subject: &about.subject };
    let heads = merge(known.iter().copied(), &Set::default(), whose).heads;
    Sealed::from_intent(intent, heads.keys().copied().collect()).map_err(|_| Unfit::Policy)
}
