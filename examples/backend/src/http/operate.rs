//! For whoever keeps the server running.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::app::App;
use super::problem::Problem;

/// Whether the process is well; if not, it is to be started again.
///
/// # Errors
/// `WRITER_GONE`.
#[utoipa::path(get, path = "/healthz", tag = "operators", responses((status = 200, body = String), (status = 503, body = Problem)))]
pub async fn health(State(app): State<App>) -> Result<&'static str, Problem> {
    if app.writer.is_alive() { Ok("ok") } else { Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "WRITER_GONE", "restart the server")) }
}

/// Whether it can take requests: the database answers.
///
/// # Errors
/// `NOT_READ`.
#[utoipa::path(get, path = "/readyz", tag = "operators", responses((status = 200, body = String), (status = 503, body = Problem)))]
pub async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    health(State(app.clone())).await?;
    app.read(|shelf| shelf.lacking(&[consentkit_core::id::Id([0; 32])])).await?;
    Ok("ready")
}

/// Numbers for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operators",
    responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], app.metrics.text(app.writer.waiting()))
}
