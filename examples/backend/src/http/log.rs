//! The log of a tenant, for whoever wants to hold the operator to it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use consentkit_core::id::Id;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

use super::access::{By, Caller};
use super::app::App;
use super::history::linked;
use super::parts::Query;
use super::problem::Problem;
use crate::log::{Checkpoint, Proof};
use crate::sequencer;
use crate::store::{Kept, Person, Shelf};
use crate::tenant::Tenant;
use crate::token::Bearer;

/// Which log.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Which {
    /// A site of the tenant; may be left out where there is one tenant.
    #[serde(default)]
    site: String,
    /// The size of an older checkpoint, for a proof that the log continues it.
    #[serde(default)]
    from: u64,
}

/// That the log continues an older checkpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consistency {
    /// The size of the older checkpoint.
    from: u64,
    /// Hashes in base64url.
    path: Vec<String>,
    /// The newest signed checkpoint.
    checkpoint: String,
}

/// The newest signed checkpoint, as C2SP `tlog-checkpoint`.
///
/// # Errors
/// `LOG_UNKNOWN`, `LOG_EMPTY`.
#[utoipa::path(get, path = "/v1/log/checkpoint", tag = "log", params(Which),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = Problem)))]
pub async fn checkpoint(State(app): State<App>, Query(which): Query<Which>) -> Result<impl IntoResponse, Problem> {
    let tenant = tenant(&app, &which)?;
    let log = app.read(move |shelf| shelf.log(&tenant.id)).await?;
    if log.note.is_empty() {
        return Err(empty());
    }
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], log.note))
}

/// The public key of the log, as C2SP `signed-note` writes it. Publish it where it does not change together with the log.
///
/// # Errors
/// `LOG_UNKNOWN`.
#[utoipa::path(get, path = "/v1/log/key", tag = "log", params(Which),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = Problem)))]
pub async fn key(State(app): State<App>, Query(which): Query<Which>) -> Result<impl IntoResponse, Problem> {
    let tenant = tenant(&app, &which)?;
    let own = tenant.clone();
    let log = app.read(move |shelf| shelf.log(&own.id)).await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], public_key(&tenant, log.epoch)?))
}

/// Shows that the newest checkpoint continues an older one.
///
/// # Errors
/// `LOG_UNKNOWN`, `LOG_EMPTY`, `SIZE_UNKNOWN`.
#[utoipa::path(get, path = "/v1/log/consistency", tag = "log", params(Which),
    responses((status = 200, body = Consistency), (status = "4XX", body = Problem)))]
pub async fn consistency(State(app): State<App>, Query(which): Query<Which>) -> Result<Json<Consistency>, Problem> {
    let (tenant, from) = (tenant(&app, &which)?, which.from);
    let found = app.read(move |shelf| {
        let log = shelf.log(&tenant.id)?;
        let Ok(head) = Checkpoint::read(&log.note) else { return Ok(None) };
        if from > head.size {
            return Ok(Some((None, log.note)));
        }
        Ok(Some((Some(shelf.consistency(&tenant.id, log.epoch, head.size, from)?), log.note)))
    });
    let (path, checkpoint) = found.await?.ok_or_else(empty)?;
    let longer = || Problem::new(StatusCode::NOT_FOUND, "SIZE_UNKNOWN", "the log is not that long").at("from");
    let path = path.ok_or_else(longer)?.iter().map(|id| id.to_text()).collect();
    Ok(Json(Consistency { from, path, checkpoint }))
}

fn tenant(app: &App, which: &Which) -> Result<Arc<Tenant>, Problem> {
    let only = app.tenants.iter().next().filter(|_| app.tenants.iter().count() == 1 && which.site.is_empty());
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "LOG_UNKNOWN", "name one of the tenant's sites as ?site=").at("site");
    only.or_else(|| app.tenants.of_site(&which.site)).cloned().ok_or_else(unknown)
}

/// The line that a verifier needs.
pub(super) fn public_key(tenant: &Tenant, epoch: u64) -> Result<String, Problem> {
    let key = sequencer::signer(tenant, epoch)?.public_key();
    let wrong = |error: crate::log::LogError| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "LOG_BROKEN", error.to_string());
    Ok(key.map_err(wrong)?.as_str().to_owned())
}

fn empty() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "LOG_EMPTY", "nothing has been signed yet; ask again in a moment")
}

/// The proof that a record is in the log, against the newest checkpoint; `None` while it waits.
pub(super) fn proof(shelf: &Shelf<'_>, tenant: &str, id: Id) -> crate::store::Result<Option<Proof>> {
    let log = shelf.log(tenant)?;
    let Ok(head) = Checkpoint::read(&log.note) else { return Ok(None) };
    let Some(leaf) = shelf.leaf_of(tenant, log.epoch, id)?.filter(|leaf| leaf.position < head.size) else { return Ok(None) };
    let path = shelf.inclusion(tenant, log.epoch, head.size, leaf.position)?;
    Ok(Some(Proof { index: leaf.position, path, checkpoint: log.note }))
}

/// A record that the caller may see.
pub(super) fn visible(shelf: &Shelf<'_>, caller: &Caller, id: Id) -> crate::store::Result<Option<Kept>> {
    let Some(kept) = shelf.record(id)?.filter(|kept| kept.tenant == caller.tenant.id) else { return Ok(None) };
    let all = match &caller.by {
        By::Key(_) => return Ok(Some(kept)),
        By::Token(Bearer::Account(account)) => shelf.of(&caller.tenant.id, &Person::Account(account.clone()))?,
        By::Token(Bearer::Subject { subject, record }) => linked(shelf.of(&caller.tenant.id, &Person::Subject(subject.clone()))?, *record),
    };
    Ok(all.iter().any(|own| own.sealed.id == id).then_some(kept))
}
