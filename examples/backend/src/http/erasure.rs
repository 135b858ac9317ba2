//! Erasing a person, and what may stand against it for now.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::app::App;
use super::parts::Path;
use super::problem::Problem;
use super::wire::Wire;
use crate::store::{Held, Hold, Person};

/// Whom: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Whom {
    /// The pseudonymous id of a device's person.
    #[serde(default)]
    subject: String,
    /// An account, with what was done on its devices before somebody signed in.
    #[serde(default)]
    account: String,
}

/// A hold to be placed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Placing {
    #[serde(flatten)]
    whom: Whom,
    /// Why the person may not be erased for now, for instance a claim in court.
    reason: String,
}

/// What became of an erasure.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erased {
    /// How many records are gone. Their ids stay.
    erased: usize,
}

/// Holds, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Holds {
    holds: Vec<Hold>,
}

impl Whom {
    fn person(self) -> Result<Person, Problem> {
        match (self.subject.is_empty(), self.account.is_empty()) {
            (false, true) => Ok(Person::Subject(self.subject)),
            (true, false) => Ok(Person::Account(self.account)),
            _ => Err(Problem::new(StatusCode::BAD_REQUEST, "PERSON_INVALID", "name either a subject or an account")),
        }
    }
}

/// Erases a person: bodies and salts go, ids stay so that nothing comes back.
///
/// # Errors
/// `HELD` with the reason, or `NOT_COMMITTED`.
#[utoipa::path(post, path = "/v1/erasures", tag = "people", request_body = Whom, security(("key" = ["erase"])),
    responses((status = 200, body = Erased), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn erase(State(app): State<App>, caller: Caller, Wire(whom): Wire<Whom>) -> Result<Json<Erased>, Problem> {
    let (person, random, second) = (whom.person()?, app.random()?, app.second.clone());
    let tenant = caller.tenant.clone();
    let done =
        app.writer.commit(move |shelf| shelf.erase(&tenant.id, &person, &|person| tenant.suppression(person), &second, &random)).await?;
    match done {
        Held::Back(hold) => Err(Problem::new(StatusCode::CONFLICT, "HELD", format!("release hold {} first: {}", hold.id, hold.reason))),
        Held::Gone(erased) => {
            let database = app.database.clone();
            app.aside(move || database.settle_erased()).await?;
            tracing::info!(tenant = caller.tenant.id, key = caller.key(), records = erased, "erased");
            Ok(Json(Erased { erased }))
        }
    }
}

/// Places a legal hold: the person is not erased until it is released.
///
/// # Errors
/// `REASON_MISSING`, or `NOT_COMMITTED`.
#[utoipa::path(post, path = "/v1/holds", tag = "people", request_body = Placing, security(("key" = ["admin"])),
    responses((status = 200, body = Hold), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn hold(State(app): State<App>, caller: Caller, Wire(Placing { whom, reason }): Wire<Placing>) -> Result<Json<Hold>, Problem> {
    if reason.trim().is_empty() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "REASON_MISSING", "say why the person may not be erased").at("reason"));
    }
    let (person, id) = (whom.person()?, app.random()?.id("hold").to_text());
    Ok(Json(app.writer.commit(move |shelf| shelf.hold(&caller.tenant.id, &person, &reason, &id)).await?))
}

/// All holds, also those that were released.
///
/// # Errors
/// `NOT_READ`.
#[utoipa::path(get, path = "/v1/holds", tag = "people", security(("key" = ["admin"])),
    responses((status = 200, body = Holds), (status = "4XX", body = Problem)))]
pub async fn holds(State(app): State<App>, caller: Caller) -> Result<Json<Holds>, Problem> {
    Ok(Json(Holds { holds: app.read(move |shelf| shelf.holds(&caller.tenant.id)).await? }))
}

/// Releases a hold.
///
/// # Errors
/// `HOLD_UNKNOWN`, or `NOT_COMMITTED`.
#[utoipa::path(delete, path = "/v1/holds/{id}", tag = "people", params(("id" = String, Path)), security(("key" = ["admin"])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub async fn release(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let released = app.writer.commit(move |shelf| shelf.release(&caller.tenant.id, &id)).await?;
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "HOLD_UNKNOWN", "GET /v1/holds lists them");
    released.then_some(StatusCode::NO_CONTENT).ok_or_else(unknown)
}
