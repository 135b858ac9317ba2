//! A request's body as a value, or an answer that says what is wrong with it.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum_extra::TypedHeader;
use axum_extra::headers::{ContentType, Mime};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::limits::{MAX_BODY_BYTES, MAX_DEPTH};

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
    if depth(body) > MAX_DEPTH {
        let hint = format!("JSON is nested at most {MAX_DEPTH} levels here");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "BODY_TOO_DEEP", hint));
    }
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

/// How deep brackets are nested outside of strings. What is no JSON is found by the parser.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_of_strings_only() {
        for (body, expected) in [("1", 0), ("[]", 1), (r#"{"a":[{}],"b":{}}"#, 3), (r#"["[[\"[["]"#, 1), (r#"["\\",[]]"#, 2)] {
            assert_eq!(depth(body.as_bytes()), expected, "{body}");
        }
    }
}
