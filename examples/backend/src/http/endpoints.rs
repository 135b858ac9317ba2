//! Every endpoint and what it asks for, in one place: the guard reads it, and so do the tests.

use crate::tenant::Scope;

/// What lets somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody.
    Nothing,
    /// Anybody; a token of an account, if there is one, must be good.
    AccountOrNothing,
    /// A token of a subject or an account.
    Token,
    /// An API key with this scope.
    Key(Scope),
    /// A token, or an API key with this scope.
    TokenOrKey(Scope),
    /// The one-time token in the address.
    Link,
}

/// One endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: &'static str,
    /// The path, with its variables in braces.
    pub path: &'static str,
    /// What it asks for.
    pub needs: Needs,
}

const fn at(method: &'static str, path: &'static str, needs: Needs) -> Endpoint {
    Endpoint { method, path, needs }
}

/// All of them. A route that does not stand here is answered with 404.
pub const ENDPOINTS: &[Endpoint] = &[
    at("POST", "/v1/sync", Needs::AccountOrNothing),
    at("POST", "/v1/token", Needs::Nothing),
    at("POST", "/v1/accounts/token", Needs::Key(Scope::Read)),
    at("GET", "/v1/subjects/{subject}/records", Needs::TokenOrKey(Scope::Read)),
    at("GET", "/v1/accounts/{account}/records", Needs::TokenOrKey(Scope::Read)),
    at("POST", "/v1/erasures", Needs::Key(Scope::Erase)),
    at("GET", "/v1/holds", Needs::Key(Scope::Admin)),
    at("POST", "/v1/holds", Needs::Key(Scope::Admin)),
    at("DELETE", "/v1/holds/{id}", Needs::Key(Scope::Admin)),
    at("POST", "/v1/choices", Needs::Key(Scope::Collect)),
    at("POST", "/v1/guardian-links", Needs::Key(Scope::Collect)),
    at("POST", "/v1/guardian/{token}", Needs::Link),
    at("GET", "/v1/changes", Needs::Key(Scope::Read)),
    at("GET", "/v1/evidence", Needs::Key(Scope::Read)),
    at("GET", "/v1/receipts/{id}", Needs::TokenOrKey(Scope::Read)),
    at("GET", "/v1/notices/{hash}", Needs::Nothing),
    at("PUT", "/v1/notices/{hash}", Needs::Key(Scope::Admin)),
    at("GET", "/v1/webhooks/undelivered", Needs::Key(Scope::Admin)),
    at("GET", "/v1/log/checkpoint", Needs::Nothing),
    at("GET", "/v1/log/key", Needs::Nothing),
    at("GET", "/v1/log/consistency", Needs::Nothing),
    at("GET", "/v1/policy/{site}/{lang}", Needs::Nothing),
    at("GET", "/v1/region", Needs::Nothing),
    at("GET", "/healthz", Needs::Nothing),
    at("GET", "/readyz", Needs::Nothing),
    at("GET", "/metrics", Needs::Nothing),
    at("GET", "/openapi.json", Needs::Nothing),
];

impl Endpoint {
    /// The one of a route.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Option<&'static Self> {
        let method = if method == "HEAD" { "GET" } else { method };
        ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == path)
    }
}
