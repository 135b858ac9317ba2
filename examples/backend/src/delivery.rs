//! `GET /v1/policy/{site}/{lang}`: newer policies for pages that are already deployed or cached.
//!
//! The files are those of the folder `delivery` that `npx consentkit build --key` writes. They are read for every request, so whoever
//! deploys a new build replaces them under the running server. Whether a signature is right only a page can tell, which knows the keys
//! that it was built with; here it is only looked up whose file it is.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};
use consentkit_core::id::Id;
use serde::Deserialize;

use crate::http::parts::Path as InPath;
use crate::http::problem::Problem;

/// Pages take no more.
const MAX_ENVELOPE_BYTES: u64 = 512 * 1024;

/// Language tags have at most 35 characters (RFC 5646, 4.4.1).
const MAX_TAG: usize = 35;

/// The folders of all sites.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    folders: Vec<PathBuf>,
}

/// What is read of a file; the page reads the rest.
#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

#[derive(Deserialize)]
struct Payload {
    site: String,
}

impl Delivery {
    /// The folders that the operator names.
    ///
    /// # Errors
    /// With a sentence that names the folder in which there is nothing to deliver.
    pub fn open(folders: Vec<PathBuf>) -> Result<Self, String> {
        for folder in &folders {
            let files = fs::read_dir(folder).map_err(|error| format!("--delivery {}: {error}", folder.display()))?;
            let mut sites = files.flatten().filter_map(|file| site(&read(&file.path()).ok()?));
            if sites.next().is_none() {
                return Err(format!("--delivery {}: no policy lies there; run `npx consentkit build --key`", folder.display()));
            }
        }
        Ok(Self { folders })
    }

    /// The file of a site in a language, byte for byte.
    fn find(&self, wanted: &str, lang: &str) -> Result<Vec<u8>, Problem> {
        let mut hurt = false;
        // What is no tag could be a path.
        let is_tag = lang.len() <= MAX_TAG && lang.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        for folder in self.folders.iter().filter(|_| is_tag) {
            match read(&folder.join(format!("{lang}.json"))) {
                Ok(bytes) => match site(&bytes) {
                    Some(site) if site == wanted => return Ok(bytes),
                    other => hurt |= other.is_none(),
                },
                Err(error) => hurt |= error.kind() != ErrorKind::NotFound,
            }
        }
        // Perhaps it is being replaced.
        let (status, code) =
            if hurt { (StatusCode::SERVICE_UNAVAILABLE, "POLICY_UNREADABLE") } else { (StatusCode::NOT_FOUND, "POLICY_UNKNOWN") };
        Err(Problem::new(status, code, "give the server the folder `delivery` of a build of this site, with this language"))
    }
}

/// The route, for a router with any state.
pub fn routes<S>(delivery: Delivery) -> Router<S> {
    Router::new().route("/v1/policy/{site}/{lang}", get(policy)).with_state(delivery)
}

/// The signed policy of a site, or that it is still the one that the sender has.
///
/// # Errors
/// `POLICY_UNKNOWN`, `POLICY_UNREADABLE`.
#[utoipa::path(get, path = "/v1/policy/{site}/{lang}", tag = "devices", params(("site" = String, Path), ("lang" = String, Path)),
    responses((status = 200, body = Object), (status = 304), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn policy(
    State(delivery): State<Delivery>,
    InPath((site, lang)): InPath<(String, String)>,
    sent: HeaderMap,
) -> Result<Response, Problem> {
    let ended = |_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "POLICY_UNREADABLE", "try again");
    let bytes = tokio::task::spawn_blocking(move || delivery.find(&site, &lang)).await.map_err(ended)??;
    let tag = etag(&bytes);
    let known = tag.as_ref().zip(sent.typed_get::<IfNoneMatch>()).is_some_and(|(tag, asked)| !asked.precondition_passes(tag));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Kept by whoever likes, and asked about every time.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    tag.into_iter().for_each(|tag| headers.typed_insert(tag));
    Ok(response)
}

/// A strong one: it stands for every byte.
fn etag(bytes: &[u8]) -> Option<ETag> {
    format!("\"{}\"", Id::of(bytes).to_text()).parse().ok()
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(file)?.len() > MAX_ENVELOPE_BYTES {
        return Err(ErrorKind::FileTooLarge.into());
    }
    fs::read(file)
}

/// Whose file it is; nothing when it is none of a build, or half of one.
fn site(bytes: &[u8]) -> Option<String> {
    let envelope: Envelope = serde_json::from_slice(bytes).ok()?;
    let payload: Payload = serde_json::from_str(&envelope.payload).ok()?;
    Some(payload.site)
}
