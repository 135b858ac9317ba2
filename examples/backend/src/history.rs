//! The subject's own history, for whoever proves to be the subject.
//!
//! A subject's id stands in a cookie and may leak into a log, and anybody may send a record that names it.
//! So knowing the id shows nothing, and neither does a record that a stranger has sent: a token opens only
//! the records that are linked, as parents or children, with the one whose salt was proved. A stranger
//! cannot link to records whose ids nobody has told them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum_extra::TypedHeader;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Bearer;
use axum_extra::typed_header::TypedHeaderRejection;
use consentkit_core::id::{self, Id};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::clock;
use crate::limits::TOKEN_LIFE;
use crate::plain::Plain;
use crate::problem::Problem;
use crate::store::{Kept, Reader};
use crate::token::{Claim, Refusal};
use crate::wire::Wire;

/// What proves that somebody is the subject: a record of theirs, and the salt that only their device holds.
#[derive(Debug, Deserialize)]
pub struct Proof {
    subject: String,
    record: String,
    salt: String,
}

/// A token and how long it lasts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    token: String,
    /// Milliseconds.
    expires_in: u64,
}

/// The records of a subject.
#[derive(Debug, Serialize)]
pub struct History {
    subject: String,
    records: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    #[serde(flatten)]
    plain: Plain,
    bytes: String,
}

/// `POST /v1/token`.
///
/// # Errors
/// `PROOF_WRONG`, the same for an unknown record, another's record and a wrong salt.
pub async fn token(State(app): State<App>, Wire(proof): Wire<Proof>) -> Result<Json<Token>, Problem> {
    let wrong = || Problem::new(StatusCode::FORBIDDEN, "PROOF_WRONG", "name a stored record of the subject and its salt");
    let (record, salt) = Id::from_text(&proof.record).zip(Id::from_text(&proof.salt)).ok_or_else(wrong)?;
    let found = read(app.db, move |reader| reader.record(record)).await?.ok_or_else(wrong)?;
    let kept = &found.sealed.record;
    if kept.subject != proof.subject || !bool::from(kept.salt.0.ct_eq(&salt.0)) {
        return Err(wrong());
    }
    let expires_in = u64::try_from(TOKEN_LIFE.as_millis()).unwrap_or_default();
    let claim = Claim { subject: proof.subject, record, until: clock::now().saturating_add(expires_in) };
    Ok(Json(Token { token: app.signer.sign(&claim), expires_in }))
}

/// `GET /v1/subjects/{subject}/records`.
///
/// # Errors
/// `TOKEN_MISSING`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `TOKEN_FOREIGN` for another subject's token.
pub async fn records(
    State(app): State<App>,
    Path(subject): Path<String>,
    bearer: Result<TypedHeader<Authorization<Bearer>>, TypedHeaderRejection>,
) -> Result<Json<History>, Problem> {
    let refuse = |code, hint: &str| Problem::new(StatusCode::UNAUTHORIZED, code, hint);
    let bearer = bearer.map_err(|_| refuse("TOKEN_MISSING", "send a token of POST /v1/token as Authorization: Bearer"))?;
    let claim = app.signer.check(bearer.token(), clock::now()).map_err(|refusal| match refusal {
        Refusal::Forged => refuse("TOKEN_INVALID", "get a new token from POST /v1/token"),
        Refusal::Expired => refuse("TOKEN_EXPIRED", "get a new token from POST /v1/token"),
    })?;
    if claim.subject != subject {
        return Err(Problem::new(StatusCode::FORBIDDEN, "TOKEN_FOREIGN", "the token is of another subject"));
    }
    let found = read(app.db, move |reader| match reader.record(claim.record)? {
        Some(proved) => reader.of_subject(&proved.sealed.stamp.site, &claim.subject),
        // Erased since.
        None => Ok(Vec::new()),
    });
    let records = linked(found.await?, claim.record);
    let entry = |kept: Kept| Entry { plain: Plain::from(&kept), bytes: id::encode(&kept.sealed.bytes) };
    Ok(Json(History { subject, records: records.into_iter().map(entry).collect() }))
}

/// The records that are linked with `from` through parents, in either direction.
fn linked(records: Vec<Kept>, from: Id) -> Vec<Kept> {
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

async fn read<T: Send + 'static>(
    db: PathBuf,
    work: impl FnOnce(&Reader) -> crate::store::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(move || work(&Reader::open(&db)?)).await;
    let ended = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READ", "the records could not be read; try again");
    Ok(done.map_err(ended)??)
}
