//! `POST /v1/sync`: records and intents in, what became of each out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::intake::{Batch, Settled};
use crate::limits::MAX_BATCH_RECORDS;
use crate::problem::Problem;
use crate::wire::Wire;

/// Answers after the commit, never before. A client deletes only what the answer names.
///
/// # Errors
/// `TOO_MANY_RECORDS`, or `NOT_COMMITTED` when nothing was stored.
pub async fn sync(State(app): State<App>, Wire(batch): Wire<Batch>) -> Result<Json<Settled>, Problem> {
    if batch.len() > MAX_BATCH_RECORDS {
        let hint = format!("send at most {MAX_BATCH_RECORDS} records and intents at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_MANY_RECORDS", hint));
    }
    Ok(Json(app.writer.take(batch).await?))
}
