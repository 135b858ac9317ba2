//! The routes, and what holds for all of them.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, ORIGIN, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, post};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::endpoints::ENDPOINTS;
use super::problem::Problem;
use super::rate::{self, Rate};
use super::{access, accounts, audit, collect, erasure, history, log, openapi, operate, region, sync};
use crate::delivery::{self, Delivery};
use crate::limits::{MAX_BODY_BYTES, MAX_REQUEST_TIME};
use crate::metrics::Metrics;
use crate::random::Random;
use crate::second::Second;
use crate::store::{Database, Shelf};
use crate::tenant::Tenants;
use crate::token::Signer;
use crate::writer::Writer;

/// What every request can reach.
#[derive(Clone)]
pub struct App {
    /// The way into the database.
    pub writer: Writer,
    /// The database, for whoever reads.
    pub database: Database,
    /// Whose records there are.
    pub tenants: Tenants,
    /// Makes and checks tokens.
    pub signer: Arc<Signer>,
    /// What outlives a restored backup.
    pub second: Second,
    /// How often one sender may ask.
    pub rate: Rate,
    /// What is counted.
    pub metrics: Metrics,
    /// The header of a trusted edge, if there is one.
    pub region_header: Option<HeaderName>,
    /// What is given out to deployed pages.
    pub delivery: Delivery,
}

impl App {
    /// Reads beside the requests, on a thread that may wait.
    ///
    /// # Errors
    /// `NOT_READ`.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&Shelf<'_>) -> crate::store::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let database = self.database.clone();
        self.aside(move || database.read(work)).await
    }

    /// Does what may wait for a disk or a network on a thread that may.
    ///
    /// # Errors
    /// `NOT_READ`.
    pub async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> crate::store::Result<T> + Send + 'static) -> Result<T, Problem> {
        let ended = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READ", "the records could not be read; try again");
        Ok(tokio::task::spawn_blocking(work).await.map_err(ended)??)
    }

    /// Randomness for one transaction.
    ///
    /// # Errors
    /// `NO_RANDOMNESS`.
    pub fn random(&self) -> Result<Random, Problem> {
        Random::draw().map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NO_RANDOMNESS", "try again"))
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/v1/sync", post(sync::sync))
        .route("/v1/token", post(history::token))
        .route("/v1/accounts/token", post(accounts::token))
        .route("/v1/subjects/{subject}/records", get(history::of_subject))
        .route("/v1/accounts/{account}/records", get(history::of_account))
        .route("/v1/erasures", post(erasure::erase))
        .route("/v1/holds", post(erasure::hold).get(erasure::holds))
        .route("/v1/holds/{id}", delete(erasure::release))
        .route("/v1/choices", post(collect::choice))
        .route("/v1/guardian-links", post(collect::link))
        .route("/v1/guardian/{token}", post(collect::guardian))
        .route("/v1/changes", get(audit::changes))
        .route("/v1/evidence", get(audit::evidence))
        .route("/v1/receipts/{id}", get(audit::receipt))
        .route("/v1/notices/{hash}", get(audit::notice).put(audit::put_notice))
        .route("/v1/webhooks/undelivered", get(audit::undelivered))
        .route("/v1/log/checkpoint", get(log::checkpoint))
        .route("/v1/log/key", get(log::key))
        .route("/v1/log/consistency", get(log::consistency))
        .route("/v1/region", get(region::region))
        .route("/healthz", get(operate::health))
        .route("/readyz", get(operate::ready))
        .route("/metrics", get(operate::metrics))
        .route("/openapi.json", get(openapi::document))
        .merge(delivery::routes(app.delivery.clone()))
        .route_layer(from_fn_with_state(app.clone(), access::guard))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "see the README for the endpoints"))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD", "see the README for the endpoints"))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(app.rate.clone(), rate::limit))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_REQUEST_TIME))
        .layer(cors(&app.tenants))
        // Answers are about one person at one moment; no cache may keep them. Those that are not say so themselves.
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(from_fn_with_state(app.metrics.clone(), observe))
        .with_state(app)
}

/// Any origin that a tenant knows, and no credentials: there are no cookies here that a strange page could make use of.
/// Which origin may send for which site is for [`sync`] to say, which knows the site.
fn cors(tenants: &Tenants) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH])
        .expose_headers([ETAG, RETRY_AFTER]);
    if tenants.iter().any(|tenant| tenant.origins.is_empty()) {
        return layer.allow_origin(Any);
    }
    let tenants = tenants.clone();
    let known =
        move |origin: &HeaderValue| tenants.iter().any(|tenant| tenant.origins.iter().any(|own| own.as_bytes() == origin.as_bytes()));
    layer.allow_origin(AllowOrigin::predicate(move |origin, _| known(origin))).vary([ORIGIN])
}

/// One line and one count for each request: the route, never the address that was asked for, which names people.
async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let path = response.extensions().get::<Route>().map_or("", |route| route.0);
    let (status, took) = (response.status().as_u16(), start.elapsed());
    metrics.answered(path, status, took);
    let method = ENDPOINTS.iter().find(|endpoint| endpoint.method == method.as_str()).map_or("other", |endpoint| endpoint.method);
    tracing::info!(method, path, status, ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "answered");
    response
}

/// The route that a response came from.
#[derive(Debug, Clone, Copy)]
struct Route(&'static str);

/// Notes the route in the response, inside of the router, where it is known.
pub(super) fn note(path: &MatchedPath, response: &mut Response) {
    if let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| endpoint.path == path.as_str()) {
        response.extensions_mut().insert(Route(endpoint.path));
    }
}
