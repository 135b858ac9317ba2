//! `POST /v1/sync`: records and intents in, what became of each out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consentkit_core::protocol::SyncResult;
use serde::Serialize;

use crate::app::App;
use crate::intake::Batch;
use crate::limits::MAX_BATCH_RECORDS;
use crate::problem::Problem;
use crate::wire::Wire;

/// The answer. A client deletes only what it names.
#[derive(Debug, Serialize)]
pub struct Answer {
    results: Vec<SyncResult>,
}

/// Answers after the commit, never before.
///
/// # Errors
/// `TOO_MANY_RECORDS`, or `NOT_COMMITTED` when nothing was stored.
pub async fn sync(State(app): State<App>, Wire(batch): Wire<Batch>) -> Result<Json<Answer>, Problem> {
    if batch.len() > MAX_BATCH_RECORDS {
        let hint = format!("send at most {MAX_BATCH_RECORDS} records and intents at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_MANY_RECORDS", hint));
    }
    Ok(Json(Answer { results: app.writer.take(batch).await? }))
}
