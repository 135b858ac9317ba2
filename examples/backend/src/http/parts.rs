//! The parts of a request that are no JSON. What cannot be read is answered as every other problem is.

use axum::extract::rejection::{PathRejection, QueryRejection, StringRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::limits::MAX_BODY_BYTES;

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// What the path names.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The body as text.
#[derive(Debug)]
pub struct Text(pub String);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::from_request_parts(parts, state).await;
        let invalid = |error: QueryRejection| Problem::new(StatusCode::BAD_REQUEST, "QUERY_INVALID", error.body_text());
        read.map(|axum::extract::Query(asked)| Self(asked)).map_err(invalid)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        let invalid = |error: PathRejection| Problem::new(StatusCode::BAD_REQUEST, "PATH_INVALID", error.body_text());
        read.map(|axum::extract::Path(named)| Self(named)).map_err(invalid)
    }
}

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let invalid = |error: StringRejection| {
            let hint = error.body_text();
            match error.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", format!("send at most {MAX_BODY_BYTES} bytes at once"))
                }
                _ => Problem::new(StatusCode::BAD_REQUEST, "BODY_INVALID", hint),
            }
        };
        String::from_request(request, state).await.map(Self).map_err(invalid)
    }
}
