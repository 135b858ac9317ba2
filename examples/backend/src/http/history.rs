//! A person's own history, for whoever proves to be the person, or for the tenant.
//!
//! A subject's id stands in a cookie and may leak into a log, and anybody may send a record that names it.
//! So knowing the id shows nothing, and neither does a record that a stranger has sent: a token opens only
//! the records that are linked, as parents or children, with the one whose salt was proved. A stranger
//! cannot link to records whose ids nobody has told them.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consentkit_core::id::{self, Id};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::access::{By, Caller};
use super::accounts::Token;
use super::app::App;
use super::parts::Path;
use super::problem::Problem;
use super::wire::Wire;
use crate::plain::Plain;
use crate::store::{Kept, Person};
use crate::token::Bearer;

/// What proves that somebody is the subject: a record of theirs, and the salt that only their device holds.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Proof {
    /// The pseudonymous id.
    subject: String,
    /// The id of a record.
    record: String,
    /// Its salt in base64url.
    salt: String,
}

/// The records of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The pseudonymous id that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// The account that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// Oldest arrival first.
    records: Vec<Entry>,
}

/// A record in words and as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    #[serde(flatten)]
    plain: Plain,
    /// The bytes in base64url.
    bytes: String,
}

/// Gives a token to whoever knows the salt of a record.
///
/// # Errors
/// `PROOF_WRONG`, the same for an unknown record, another's record and a wrong salt.
#[utoipa::path(post, path = "/v1/token", tag = "devices", request_body = Proof,
    responses((status = 200, body = Token), (status = "4XX", body = Problem)))]
pub async fn token(State(app): State<App>, Wire(proof): Wire<Proof>) -> Result<Json<Token>, Problem> {
    let wrong = || Problem::new(StatusCode::FORBIDDEN, "PROOF_WRONG", "name a stored record of the subject and its salt");
    let (record, salt) = Id::from_text(&proof.record).zip(Id::from_text(&proof.salt)).ok_or_else(wrong)?;
    let found = app.read(move |shelf| shelf.record(record)).await?.ok_or_else(wrong)?;
    let kept = &found.sealed.record;
    if kept.subject != proof.subject || !bool::from(kept.salt.0.ct_eq(&salt.0)) {
        return Err(wrong());
    }
    Ok(Json(Token::new(&app, &found.tenant, Bearer::Subject { subject: proof.subject, record })))
}

/// Everything that is kept about a subject.
///
/// # Errors
/// `TOKEN_FOREIGN` for another subject's token.
#[utoipa::path(get, path = "/v1/subjects/{subject}/records", tag = "people", params(("subject" = String, Path)),
    security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = History), (status = "4XX", body = Problem)))]
pub async fn of_subject(State(app): State<App>, Path(subject): Path<String>, caller: Caller) -> Result<Json<History>, Problem> {
    let person = Person::Subject(subject.clone());
    caller.may_see(&person)?;
    let Caller { tenant, by } = caller;
    let records = app.read(move |shelf| {
        let By::Token(Bearer::Subject { record, .. }) = &by else { return shelf.of(&tenant.id, &person) };
        let site = shelf.record(*record)?.map(|proved| proved.sealed.stamp.site);
        let of_site = |kept: &Kept| site.as_ref() == Some(&kept.sealed.stamp.site);
        Ok(linked(shelf.of(&tenant.id, &person)?.into_iter().filter(of_site).collect(), *record))
    });
    Ok(Json(History { subject: Some(subject), account: None, records: entries(records.await?) }))
}

/// Everything that is kept about an account.
///
/// # Errors
/// `TOKEN_FOREIGN` for another account's token.
#[utoipa::path(get, path = "/v1/accounts/{account}/records", tag = "people", params(("account" = String, Path)),
    security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = History), (status = "4XX", body = Problem)))]
pub async fn of_account(State(app): State<App>, Path(account): Path<String>, caller: Caller) -> Result<Json<History>, Problem> {
    let person = Person::Account(account.clone());
    caller.may_see(&person)?;
    let records = app.read(move |shelf| shelf.of(&caller.tenant.id, &person)).await?;
    Ok(Json(History { subject: None, account: Some(account), records: entries(records) }))
}

fn entries(records: Vec<Kept>) -> Vec<Entry> {
    records.iter().map(|kept| Entry { plain: Plain::from(kept), bytes: id::encode(&kept.sealed.bytes) }).collect()
}

/// The records that are linked with `from` through parents, in either direction.
pub(super) fn linked(records: Vec<Kept>, from: Id) -> Vec<Kept> {
    let mut beside: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for Kept { sealed, .. } in &records {
        for parent in &sealed.record.parents {
            beside.entry(sealed.id).or_default().push(*parent);
            beside.entry(*parent).or_default().push(sealed.id);
        }
    }
    let mut seen = BTreeSet::from([from]);
    let mut next = vec![from];
    while let Some(id) = next.pop() {
        let new = beside.get(&id).into_iter().flatten().copied();
        next.extend(new.filter(|id| seen.insert(*id)));
    }
    records.into_iter().filter(|kept| seen.contains(&kept.sealed.id)).collect()
}
