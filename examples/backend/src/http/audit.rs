//! Who agreed to what, when, in which words, under which version; and the proof of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use consentkit_core::id::Id;
use consentkit_core::receipt::{Evidence, Notice};
use consentkit_core::record::Shown;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Caller;
use super::app::App;
use super::log::{proof, public_key, visible};
use super::parts::{Path, Query, Text};
use super::problem::Problem;
use crate::changes::{self, Change, position};
use crate::evidence::{self, Answered, Page};
use crate::limits::MAX_CHANGES;
use crate::store::{Person, notice_hash};

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
pub struct After {
    /// The cursor of the last change that was dealt with; none for all.
    #[serde(default)]
    after: String,
}

/// What has changed since.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    changes: Vec<Change>,
    /// To be named as `after` the next time.
    next: String,
}

/// Of whom, or from when to when.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// The pseudonymous id of a person.
    #[serde(default)]
    subject: String,
    /// An account.
    #[serde(default)]
    account: String,
    /// Milliseconds since 1970 by the server's clock, inclusive.
    #[serde(default)]
    from: u64,
    /// Exclusive; none for no end.
    #[serde(default)]
    to: Option<u64>,
    /// As the answer before said.
    #[serde(default)]
    after: String,
}

/// Answers, with the words that were shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answers {
    answers: Vec<Answered>,
    /// To be named as `after`, while there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Everything that has changed, in the order of the log.
///
/// # Errors
/// `CURSOR_INVALID`.
#[utoipa::path(get, path = "/v1/changes", tag = "sites", params(After), security(("key" = ["read"])),
    responses((status = 200, body = Changes), (status = "4XX", body = Problem)))]
pub async fn changes(State(app): State<App>, caller: Caller, Query(After { after }): Query<After>) -> Result<Json<Changes>, Problem> {
    let tenant = caller.tenant;
    let found = app.read(move |shelf| {
        let log = shelf.log(&tenant.id)?;
        let Some(position) = position(&after, log.epoch) else { return Ok(None) };
        let changes = changes::from(shelf, &tenant.id, &log, position, MAX_CHANGES)?;
        let next = changes.last().map_or_else(|| changes::cursor(log.epoch, position), |last| last.cursor.clone());
        Ok(Some(Changes { changes, next }))
    });
    let wrong = || Problem::new(StatusCode::BAD_REQUEST, "CURSOR_INVALID", "name a cursor of an answer, or none").at("after");
    found.await?.map(Json).ok_or_else(wrong)
}

/// Who agreed to what, when, in which words, under which version: of a person, or of everybody in a time.
///
/// # Errors
/// `CURSOR_INVALID`.
#[utoipa::path(get, path = "/v1/evidence", tag = "sites", params(Asked), security(("key" = ["read"])),
    responses((status = 200, body = Answers), (status = "4XX", body = Problem)))]
pub async fn evidence(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Answers>, Problem> {
    let person = match (asked.subject.is_empty(), asked.account.is_empty()) {
        (true, true) => None,
        (false, true) => Some(Person::Subject(asked.subject)),
        (true, false) => Some(Person::Account(asked.account)),
        (false, false) => return Err(Problem::new(StatusCode::BAD_REQUEST, "PERSON_INVALID", "name a subject or an account")),
    };
    let after = evidence::after(&asked.after);
    let after = after
        .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "CURSOR_INVALID", "name the cursor of an answer, or none").at("after"))?;
    let (from, to) = (asked.from, asked.to.unwrap_or(u64::MAX));
    let found = app.read(move |shelf| match &person {
        Some(person) => evidence::of(shelf, &caller.tenant.id, person, from, to).map(|answers| Page { answers, next: None }),
        None => evidence::page(shelf, &caller.tenant.id, from, to, &after),
    });
    let Page { answers, next } = found.await?;
    Ok(Json(Answers { answers, next }))
}

/// The receipt of one record: JSON-LD that can be checked without us, as RECEIPT.md says. Until the record is in the log it
/// carries no proof; ask again in a moment.
///
/// # Errors
/// `RECORD_UNKNOWN`, also for another's record.
#[utoipa::path(get, path = "/v1/receipts/{id}", tag = "people", params(("id" = String, Path)),
    security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Object, content_type = "application/ld+json"), (status = "4XX", body = Problem)))]
pub async fn receipt(State(app): State<App>, caller: Caller, Path(text): Path<String>) -> Result<impl IntoResponse, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "RECORD_UNKNOWN", "name the id of a record that the token opens");
    let id = Id::from_text(&text).ok_or_else(unknown)?;
    let tenant = caller.tenant.clone();
    let found = app.read(move |shelf| {
        let Some(kept) = visible(shelf, &caller, id)? else { return Ok(None) };
        let tenant = &caller.tenant.id;
        let notice = shelf.notice(&Shown::read(&kept.sealed.record.stamp).notice)?;
        let facts = shelf.facts(tenant, &kept.sealed.stamp.site, kept.sealed.stamp.policy)?.pop();
        let mut evidence = Evidence::of(kept.sealed.bytes);
        evidence.notice = notice.and_then(|content| serde_json::from_str::<Notice>(&content).ok());
        evidence.proof = proof(shelf, tenant, id)?.map(|proof| proof.to_string());
        if let Some((facts, text)) = facts {
            evidence.policy_proof = proof(shelf, tenant, facts)?.map(|proof| proof.to_string());
            evidence.policy = Some(text);
        }
        Ok(Some((evidence, shelf.log(tenant)?.epoch)))
    });
    let (mut evidence, epoch) = found.await?.ok_or_else(unknown)?;
    evidence.key = Some(public_key(&tenant, epoch)?);
    let wrong = |error: consentkit_core::Error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READ", error.to_string());
    Ok(([(CONTENT_TYPE, "application/ld+json")], evidence.receipt().map_err(wrong)?))
}

/// Publishes a notice: what `build` has written as `notices/<hash>.json`.
///
/// # Errors
/// `NOTICE_INVALID` when the content has another hash, or `NOT_COMMITTED`.
#[utoipa::path(put, path = "/v1/notices/{hash}", tag = "sites", params(("hash" = String, Path)),
    request_body(content = Object, content_type = "application/json"), security(("key" = ["admin"])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn put_notice(State(app): State<App>, _: Caller, Path(hash): Path<String>, Text(content): Text) -> Result<StatusCode, Problem> {
    if notice_hash(&content).as_ref() != Some(&hash) {
        let hint = "send notices/<hash>.json of a build, unchanged, under its hash";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "NOTICE_INVALID", hint));
    }
    app.writer.commit(move |shelf| shelf.keep_notice(&hash, &content)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The words under a hash. They were published, so anybody may read them.
///
/// # Errors
/// `NOTICE_UNKNOWN`.
#[utoipa::path(get, path = "/v1/notices/{hash}", tag = "people", params(("hash" = String, Path)),
    responses((status = 200, body = Object), (status = "4XX", body = Problem)))]
pub async fn notice(State(app): State<App>, Path(hash): Path<String>) -> Result<impl IntoResponse, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "NOTICE_UNKNOWN", "publish the notice first");
    let content = app.read(move |shelf| shelf.notice(&hash)).await?.ok_or_else(unknown)?;
    Ok(([(CONTENT_TYPE, "application/json")], content))
}

/// What a webhook has refused for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undelivered {
    undelivered: Vec<Refused>,
}

/// One change that a webhook has refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refused {
    /// The webhook's name.
    hook: String,
    /// The record or event.
    id: String,
    /// The HTTP status.
    status: u64,
    /// Milliseconds since 1970.
    at: u64,
}

/// What webhooks have refused for good.
///
/// # Errors
/// `NOT_READ`.
#[utoipa::path(get, path = "/v1/webhooks/undelivered", tag = "sites", security(("key" = ["admin"])),
    responses((status = 200, body = Undelivered), (status = "4XX", body = Problem)))]
pub async fn undelivered(State(app): State<App>, caller: Caller) -> Result<Json<Undelivered>, Problem> {
    let found = app.read(move |shelf| shelf.undelivered(&caller.tenant.id)).await?;
    let refused = found.into_iter().map(|(hook, id, status, at)| Refused { hook, id: id.to_text(), status, at });
    Ok(Json(Undelivered { undelivered: refused.collect() }))
}
