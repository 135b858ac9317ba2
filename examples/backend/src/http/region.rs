//! `GET /v1/region`: where the visitor is, if a trusted edge says so.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use serde::Serialize;

use super::app::App;

/// The answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Region {
    /// ISO 3166-1 or 3166-2 (`DE`, `US-CA`); empty when unknown, which is treated strictly.
    region: String,
}

/// Where the visitor is: the region in the header that the operator trusts.
#[utoipa::path(get, path = "/v1/region", tag = "devices", responses((status = 200, body = Region)))]
pub async fn region(State(app): State<App>, headers: HeaderMap) -> Json<Region> {
    let region = app.region_header.as_ref().and_then(|name| only(&headers, name)).and_then(|text| iso(&text)).unwrap_or_default();
    Json(Region { region })
}

/// The value of a header that stands there once. Twice means that the edge has not overwritten what the
/// visitor sent, so neither can be believed.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().map(str::to_ascii_uppercase)
}

/// `DE` or `US-CA`: two letters, and perhaps a subdivision of one to three letters or digits. What the
/// code stands for is for the core to say.
fn iso(text: &str) -> Option<String> {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_part = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_country && part.is_none_or(is_part)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_iso_form_passes() {
        for right in ["DE", "US-CA", "FR-2A", "GB-ENG", "XX"] {
            assert_eq!(iso(right).as_deref(), Some(right));
        }
        for wrong in ["", "D", "DEU", "D1", "T1", "DE-", "US-CALI", "US-C.", "DE FR", "DE,FR", "<b>", "US-CA-1"] {
            assert_eq!(iso(wrong), None, "{wrong}");
        }
    }
}
