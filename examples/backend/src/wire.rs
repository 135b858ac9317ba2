//! A request's body as a value, or an answer that says what is wrong with it.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum_extra::TypedHeader;
use axum_extra::headers::{ContentType, Mime};
use serde::de::DeserializeOwned;

use crate::limits::MAX_BODY_BYTES;
use crate::problem::Problem;

/// Content types that are read as JSON. Browsers send `text/plain` across origins without asking first.
const JSON_TYPES: [&str; 2] = ["application/json", "text/plain"];

/// A body in JSON.
#[derive(Debug)]
pub struct Wire<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Wire<T> {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.extract_parts::<Option<TypedHeader<ContentType>>>().await.map_err(|_| wrong_type())?;
        let kind = kind.map(|TypedHeader(kind)| Mime::from(kind));
        if kind.is_some_and(|kind| !JSON_TYPES.contains(&kind.essence_str())) {
            return Err(wrong_type());
        }
        let body = Bytes::from_request(request, state).await.map_err(|error| match error.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", format!("send at most {MAX_BODY_BYTES} bytes at once"))
            }
            _ => Problem::new(StatusCode::BAD_REQUEST, "BODY_INVALID", "the body ended too early; send it again"),
        })?;
        parse(&body).map(Wire)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let invalid =
        |error: &serde_json::Error| Problem::new(StatusCode::BAD_REQUEST, "BODY_INVALID", format!("{error}; see the README for the form"));
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // How the path of the whole body is written.
        let path = if path == "." || path == "?" { String::new() } else { path };
        invalid(error.inner()).at(path)
    })?;
    json.end().map_err(|error| invalid(&error))?;
    Ok(value)
}

fn wrong_type() -> Problem {
    let hint = "send JSON as application/json or text/plain";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "CONTENT_TYPE", hint)
}
