//! `/openapi.json`: the description of the interface, generated from the code.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use super::{accounts, audit, collect, erasure, history, log, operate, region, sync};
use crate::delivery;

/// What a device sends.
#[allow(dead_code, reason = "the shape of the core's types, for the description only")]
#[derive(ToSchema)]
pub struct Batch {
    /// The site's name, as its policy has it.
    site: String,
    /// Records that the device's engine has made; with intents at most 50.
    #[schema(required = false, max_items = 50)]
    records: Vec<Record>,
    /// Intents of a device that has no engine: see `Intent` in the package's types.
    #[schema(required = false, value_type = Vec<Object>)]
    intents: Vec<String>,
    /// The newest records that the device knows.
    #[schema(required = false)]
    heads: Vec<String>,
}

/// A record by its id.
#[allow(dead_code, reason = "the shape of the core's types, for the description only")]
#[derive(ToSchema)]
pub struct Record {
    /// The SHA-256 of the bytes, in base64url.
    id: String,
    /// Deterministic CBOR in base64url.
    bytes: String,
}

/// What became of one record, by its id, or one intent, by its nonce.
#[allow(dead_code, reason = "the shape of the core's types, for the description only")]
#[derive(ToSchema)]
pub struct Outcome {
    /// As it was sent.
    id: String,
    /// `stored`, `duplicate`, `erased`, `later` or `quarantine`.
    status: String,
}

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(title = "ConsentKit backend", description = "Receives consent records and keeps them as proof."),
    modifiers(&Ways),
    paths(
        sync::sync,
        history::token,
        accounts::token,
        history::of_subject,
        history::of_account,
        erasure::erase,
        erasure::hold,
        erasure::holds,
        erasure::release,
        collect::choice,
        collect::link,
        collect::guardian,
        audit::changes,
        audit::evidence,
        audit::receipt,
        audit::notice,
        audit::put_notice,
        audit::undelivered,
        log::checkpoint,
        log::key,
        log::consistency,
        delivery::policy,
        region::region,
        operate::health,
        operate::ready,
        operate::metrics,
        document,
    )
)]
pub struct Description;

/// The two ways to be let in.
struct Ways;

impl Modify for Ways {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let bearer = |what: &str| SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what)).build());
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("key", bearer("An API key of a tenant, with the scope that is named"));
        components.add_security_scheme("token", bearer("A token of POST /v1/token or POST /v1/accounts/token"));
    }
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "operators", responses((status = 200, body = Object)))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}
