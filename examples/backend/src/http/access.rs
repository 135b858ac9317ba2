//! The guard in front of every route: it reads the table of endpoints, and nothing else decides who gets in.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::{App, note};
use super::endpoints::{ENDPOINTS, Endpoint, Needs};
use super::problem::Problem;
use crate::clock;
use crate::store::Person;
use crate::tenant::{KEY_PREFIX, Scope, Tenant};
use crate::token::{Bearer, Refusal};

/// Who was let in, and into whose records.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose records.
    pub tenant: Arc<Tenant>,
    /// By what.
    pub by: By,
}

/// What let somebody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// An API key of this name.
    Key(String),
    /// A token.
    Token(Bearer),
}

impl Caller {
    /// Whether it may see everything about a person: its own, or anybody's with a key. A subject's token shows what is linked with
    /// the record that was proved, and the handler sees to that.
    ///
    /// # Errors
    /// `TOKEN_FOREIGN` otherwise.
    pub fn may_see(&self, person: &Person) -> Result<(), Problem> {
        let own = match (&self.by, person) {
            (By::Key(_), _) => true,
            (By::Token(Bearer::Subject { subject, .. }), Person::Subject(asked)) => subject == asked,
            (By::Token(Bearer::Account(account)), Person::Account(asked)) => account == asked,
            (By::Token(_), _) => false,
        };
        own.then_some(()).ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "TOKEN_FOREIGN", "the token is of another subject"))
    }

    /// The name of the key.
    #[must_use]
    pub fn key(&self) -> &str {
        if let By::Key(id) = &self.by { id } else { "" }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // The guard has put it there, or the route is closed.
        parts.extensions.get::<Caller>().cloned().ok_or_else(missing)
    }
}

impl<S: Send + Sync> axum::extract::OptionalFromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Ok(parts.extensions.get::<Caller>().cloned())
    }
}

/// Lets a request in, or answers it.
///
/// Its answers: `TOKEN_MISSING`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `KEY_UNKNOWN`, `SCOPE_MISSING`.
pub async fn guard(State(app): State<App>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let endpoint = Endpoint::of(request.method().as_str(), path.as_str());
    let admitted = match endpoint {
        Some(endpoint) => admit(&app, endpoint.needs, request.headers()),
        None if request.method() == axum::http::Method::OPTIONS => Ok(None),
        None if ENDPOINTS.iter().any(|endpoint| endpoint.path == path.as_str()) => Ok(None),
        None => Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "see the README for the endpoints")),
    };
    let mut response = match admitted {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    note(&path, &mut response);
    response
}

fn admit(app: &App, needs: Needs, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    let bearer = bearer(headers);
    match (needs, bearer) {
        (Needs::Nothing | Needs::Link, _) | (Needs::AccountOrNothing, None) => Ok(None),
        (_, None) => Err(missing()),
        (Needs::Key(scope) | Needs::TokenOrKey(scope), Some(key)) if key.starts_with(KEY_PREFIX) => of_key(app, key, scope).map(Some),
        (Needs::Key(_), Some(_)) => Err(refuse("KEY_UNKNOWN", "send an API key of the tenant as Authorization: Bearer")),
        (Needs::AccountOrNothing, Some(token)) => {
            let caller = of_token(app, token)?;
            let by_account = matches!(caller.by, By::Token(Bearer::Account(_)));
            by_account.then_some(Some(caller)).ok_or_else(|| refuse("TOKEN_INVALID", "send a token of POST /v1/accounts/token, or none"))
        }
        (Needs::Token | Needs::TokenOrKey(_), Some(token)) => of_token(app, token).map(Some),
    }
}

fn of_key(app: &App, key: &str, scope: Scope) -> Result<Caller, Problem> {
    let found = app.tenants.of_key(key);
    let (tenant, key) = found.ok_or_else(|| refuse("KEY_UNKNOWN", "send an API key of the tenant as Authorization: Bearer"))?;
    if !key.scopes.contains(&scope) {
        let hint = format!("the key lacks the scope {}", format!("{scope:?}").to_lowercase());
        return Err(Problem::new(StatusCode::FORBIDDEN, "SCOPE_MISSING", hint));
    }
    Ok(Caller { tenant: tenant.clone(), by: By::Key(key.id.clone()) })
}

fn of_token(app: &App, token: &str) -> Result<Caller, Problem> {
    let claim = app.signer.check(token, clock::now()).map_err(|refusal| match refusal {
        Refusal::Forged => refuse("TOKEN_INVALID", "get a new token from POST /v1/token or POST /v1/accounts/token"),
        Refusal::Expired => refuse("TOKEN_EXPIRED", "get a new token from POST /v1/token or POST /v1/accounts/token"),
    })?;
    let tenant = app.tenants.named(&claim.tenant).ok_or_else(|| refuse("TOKEN_INVALID", "the token is of a tenant that is gone"))?;
    Ok(Caller { tenant: tenant.clone(), by: By::Token(claim.bearer) })
}

/// The key or token of a request.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (scheme, token) = values.next().filter(|_| values.next().is_none())?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn missing() -> Problem {
    refuse("TOKEN_MISSING", "send a token of POST /v1/token or POST /v1/accounts/token, or an API key, as Authorization: Bearer")
}

fn refuse(code: &'static str, hint: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, hint)
}
