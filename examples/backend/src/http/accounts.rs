//! `POST /v1/accounts/token`: the site's own server vouches for whoever is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::app::App;
use super::problem::Problem;
use super::wire::Wire;
use crate::clock;
use crate::limits::{MAX_NAME_BYTES, TOKEN_LIFE};
use crate::token::{Bearer, Claim};

/// An account, by the name that the site's server gives it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Account {
    /// Opaque and not to be guessed: whoever knows it may send records in its name, though never read any.
    #[schema(min_length = 1, max_length = 512)]
    account: String,
}

/// A token and how long it lasts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// To be sent as `Authorization: Bearer`.
    token: String,
    /// Milliseconds.
    expires_in: u64,
}

/// Hands out a token for an account.
///
/// # Errors
/// `ACCOUNT_INVALID`.
#[utoipa::path(post, path = "/v1/accounts/token", tag = "sites", request_body = Account, security(("key" = ["read"])),
    responses((status = 200, body = Token), (status = "4XX", body = Problem)))]
pub async fn token(State(app): State<App>, caller: Caller, Wire(Account { account }): Wire<Account>) -> Result<Json<Token>, Problem> {
    if account.is_empty() || account.len() > MAX_NAME_BYTES {
        let hint = format!("name an account, in at most {MAX_NAME_BYTES} bytes");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "ACCOUNT_INVALID", hint).at("account"));
    }
    Ok(Json(Token::new(&app, &caller.tenant.id, Bearer::Account(account))))
}

impl Token {
    /// A token that lasts as long as any.
    pub(super) fn new(app: &App, tenant: &str, bearer: Bearer) -> Self {
        let expires_in = u64::try_from(TOKEN_LIFE.as_millis()).unwrap_or_default();
        let claim = Claim { tenant: tenant.to_owned(), bearer, until: clock::now().saturating_add(expires_in) };
        Self { token: app.signer.sign(&claim), expires_in }
    }
}
