//! The routes, and what holds for all of them.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::{get, post};
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::delivery::{self, Delivery};
use crate::limits::{MAX_BODY_BYTES, MAX_REQUEST_TIME};
use crate::problem::Problem;
use crate::token::Signer;
use crate::writer::Writer;
use crate::{history, region, sync};

/// What every request can reach.
#[derive(Debug, Clone)]
pub struct App {
    /// The way into the file.
    pub writer: Writer,
    /// Makes and checks tokens.
    pub signer: Arc<Signer>,
    /// The file, for connections that read.
    pub db: PathBuf,
    /// The header of a trusted edge, if there is one.
    pub region_header: Option<HeaderName>,
    /// What is given out to deployed pages.
    pub delivery: Delivery,
}

/// All routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/v1/sync", post(sync::sync))
        .route("/v1/token", post(history::token))
        .route("/v1/subjects/{subject}/records", get(history::records))
        .route("/v1/region", get(region::region))
        .route("/healthz", get(health))
        .merge(delivery::routes(app.delivery.clone()))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "see the README for the endpoints"))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD", "see the README for the endpoints"))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_REQUEST_TIME))
        .layer(cors())
        // Answers are about one person at one moment; no cache may keep them. Those that are not say so themselves.
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .with_state(app)
}

/// Any origin and no credentials: there are no cookies here that a strange page could make use of.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH])
        .expose_headers([ETAG, RETRY_AFTER])
}

async fn health(State(app): State<App>) -> Result<&'static str, Problem> {
    if app.writer.is_alive() { Ok("ok") } else { Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "WRITER_GONE", "restart the server")) }
}
