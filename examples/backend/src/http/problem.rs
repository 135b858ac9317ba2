//! What a client hears when a request is not carried out: a stable code, where, and what to do.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::limits::RETRY_AFTER_SECONDS;
use crate::store::StoreError;
use crate::writer::NotCommitted;

/// The body of an answer that is no success. Only the client sees it; nothing of it is logged.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    #[serde(skip)]
    status: StatusCode,
    /// Stable, for programs.
    code: &'static str,
    /// Where in the body; empty for all of it.
    path: String,
    /// What to do, for people.
    hint: String,
}

impl Problem {
    /// A problem with the whole request.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, hint: impl Into<String>) -> Self {
        Self { status, code, path: String::new(), hint: hint.into() }
    }

    /// The same, at a place of the body such as `records[2].id`.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self)).into_response();
        match status {
            StatusCode::SERVICE_UNAVAILABLE => response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS)),
            StatusCode::UNAUTHORIZED => response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            _ => None,
        };
        response
    }
}

impl From<NotCommitted> for Problem {
    fn from(NotCommitted: NotCommitted) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_COMMITTED", "nothing was stored; keep everything and send it again")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(code = "NOT_READ", %error);
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READ", "the records could not be read; try again")
    }
}
