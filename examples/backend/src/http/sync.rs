//! `POST /v1/sync`: records and intents in, what became of each out; and for whoever is signed in, what their other
//! devices have sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use consentkit_core::id::{self, Id};
use consentkit_core::protocol::SyncResult;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::{By, Caller};
use super::app::App;
use super::openapi;
use super::problem::Problem;
use super::wire::Wire;
use crate::intake::Batch;
use crate::limits::{MAX_BATCH_RECORDS, MAX_DOWN_RECORDS};
use crate::store::{Kept, Person, Result as StoreResult, Shelf};
use crate::tenant::Tenant;
use crate::token::Bearer;

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// One for each record and intent.
    #[schema(value_type = Vec<openapi::Outcome>)]
    results: Vec<SyncResult>,
    /// Ids that are not here and were not erased: whoever has them may send them.
    wants: Vec<String>,
    /// What the account's other devices have sent and this one lacks, ancestors first. Only with a token of an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Vec<Down>>,
    /// There are more: ask again with the heads that you have then.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<bool>,
}

/// A record on its way to a device.
#[derive(Debug, Serialize, ToSchema)]
pub struct Down {
    /// Its id.
    id: String,
    /// Its bytes in base64url.
    bytes: String,
}

/// Takes records and intents in. Answers after the commit, never before: a client deletes only what the answer names.
///
/// # Errors
/// `TOO_MANY_RECORDS`, `ORIGIN_FOREIGN`, or `NOT_COMMITTED` when nothing was stored.
#[utoipa::path(post, path = "/v1/sync", tag = "devices",
    request_body(content((openapi::Batch = "application/json"), (openapi::Batch = "text/plain"))),
    security((), ("token" = [])),
    responses((status = 200, body = Answer), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn sync(
    State(app): State<App>,
    caller: Option<Caller>,
    headers: HeaderMap,
    Wire(batch): Wire<Batch>,
) -> Result<Json<Answer>, Problem> {
    if batch.len() > MAX_BATCH_RECORDS {
        let hint = format!("send at most {MAX_BATCH_RECORDS} records and intents at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_MANY_RECORDS", hint));
    }
    may_send(&app, &batch.site, &headers)?;
    let batch = Arc::new(batch);
    let settled = app.writer.settle(batch.clone()).await?;
    settled.results.iter().for_each(|result| app.metrics.settled(&result.status));
    let down = match caller {
        Some(Caller { tenant, by: By::Token(Bearer::Account(account)) }) => {
            Some(app.read(move |shelf| lacking(shelf, &tenant, &account, &batch)).await?)
        }
        _ => None,
    };
    let (records, more) = down.unzip();
    Ok(Json(Answer { results: settled.results, wants: settled.wants, records, more }))
}

/// A page of another tenant, or of nobody, may not send for a site whose tenant names its origins. What is no page sends none.
fn may_send(app: &App, site: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(tenant) = app.tenants.of_site(site).filter(|tenant| !tenant.origins.is_empty()) else { return Ok(()) };
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let known = tenant.origins.iter().any(|own| own.as_bytes() == origin.as_bytes());
    known.then_some(()).ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "ORIGIN_FOREIGN", "add the page's origin to its tenant"))
}

/// What a device of an account lacks, and whether there is more than that.
fn lacking(shelf: &Shelf<'_>, tenant: &Tenant, account: &str, batch: &Batch) -> StoreResult<(Vec<Down>, bool)> {
    let person = Person::Account(account.to_owned());
    let mut all = shelf.of(&tenant.id, &person)?;
    // What speaks for an account that was erased.
    all.extend(shelf.suppressing(tenant.suppression(&person))?);
    all.retain(|kept| kept.sealed.stamp.site == batch.site);
    let by_id: BTreeMap<Id, &Kept> = all.iter().map(|kept| (kept.sealed.id, kept)).collect();
    let mut known = known(shelf, &tenant.id, &by_id, &batch.heads)?;
    known.extend(batch.records.iter().filter_map(|record| Id::from_text(&record.id)));
    let missing: Vec<&Kept> = ancestors_first(&all, &by_id).into_iter().filter(|kept| !known.contains(&kept.sealed.id)).collect();
    let more = missing.len() > MAX_DOWN_RECORDS;
    let down = |kept: &&Kept| Down { id: kept.sealed.id.to_text(), bytes: id::encode(&kept.sealed.bytes) };
    Ok((missing.iter().take(MAX_DOWN_RECORDS).map(down).collect(), more))
}

/// The heads that a device names, and everything they were made after.
fn known(shelf: &Shelf<'_>, tenant: &str, at_hand: &BTreeMap<Id, &Kept>, heads: &[String]) -> StoreResult<BTreeSet<Id>> {
    let mut open: Vec<Id> = heads.iter().filter_map(|head| Id::from_text(head)).take(MAX_BATCH_RECORDS).collect();
    let mut known: BTreeSet<Id> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let parents = match at_hand.get(&id) {
            Some(kept) => kept.sealed.record.parents.clone(),
            None => shelf.record(id)?.filter(|kept| kept.tenant == tenant).map(|kept| kept.sealed.record.parents).unwrap_or_default(),
        };
        open.extend(parents.into_iter().filter(|parent| known.insert(*parent)));
    }
    Ok(known)
}

/// So that a device which has some of them has everything they were made after, and its heads say what it lacks.
fn ancestors_first<'a>(all: &'a [Kept], by_id: &BTreeMap<Id, &'a Kept>) -> Vec<&'a Kept> {
    let mut placed = BTreeSet::new();
    let mut order = Vec::with_capacity(all.len());
    for kept in all {
        // A record goes after its parents, however many generations of them have not been placed.
        let mut open = vec![(kept, false)];
        while let Some((kept, parents_are_placed)) = open.pop() {
            if parents_are_placed {
                order.push(kept);
            } else if placed.insert(kept.sealed.id) {
                open.push((kept, true));
                open.extend(kept.sealed.record.parents.iter().filter_map(|parent| by_id.get(parent)).map(|parent| (*parent, false)));
            }
        }
    }
    order
}
