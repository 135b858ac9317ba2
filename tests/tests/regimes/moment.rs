//! Moments and calendar periods, by a library that the core does not use.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Milliseconds since 1970 of a moment in RFC 3339.
pub(crate) fn millis(at: &str) -> Result<u64, String> {
    let at: Timestamp = at.parse().map_err(|error| format!("{at}: {error}"))?;
    u64::try_from(at.as_millisecond()).map_err(|error| error.to_string())
}

/// The moment at which a period in ISO 8601 ends: calendar months in UTC, clamped to the end of the month.
pub(crate) fn end_of(from: u64, period: &str) -> Result<u64, String> {
    let span: Span = period.parse().map_err(|error| format!("{period}: {error}"))?;
    let from = i64::try_from(from).map_err(|error| error.to_string())?;
    let from = Timestamp::from_millisecond(from).map_err(|error| error.to_string())?.to_zoned_datetime(TimeZone::UTC);
    let end = from.checked_add(span).map_err(|error| error.to_string())?;
    u64::try_from(end.timestamp().as_millisecond()).map_err(|error| error.to_string())
}

#[test]
fn months_are_clamped() {
    let day = millis("2026-08-31T10:00:00Z").unwrap();
    assert_eq!(end_of(day, "P6M"), millis("2027-02-28T10:00:00Z"));
    assert_eq!(end_of(day, "P2D"), millis("2026-09-02T10:00:00Z"));
}
