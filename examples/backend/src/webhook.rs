//! Telling other systems of every change, by the convention of standard-webhooks.

use base64ct::{Base64, Encoding};

/// Bytes of a secret, by the convention.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Reads a secret: `whsec_` and base64 of 24 to 64 bytes.
#[must_use]
pub fn secret(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64::decode_vec(text.strip_prefix("whsec_")?).ok()?;
    SECRET_BYTES.contains(&bytes.len()).then_some(bytes)
}
