//! The server's clock, the only one that it believes.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970; a clock before that counts as 1970.
#[must_use]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
