//! Hashes, ids and their one text form: base64url without padding.

use base64ct::{Base64UrlUnpadded, Encoding};
use minicbor::{Decoder, Encoder};
use sha2::{Digest, Sha256};

use crate::cbor::Cbor;

/// 32 bytes: the id of a record, a hash, or the random salt of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 32]);

impl Id {
    /// The SHA-256 of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads the 43 characters that [`Id::to_text`] writes.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let read = Base64UrlUnpadded::decode(text, &mut bytes).ok()?;
        (read.len() == 32).then_some(Self(bytes))
    }

    /// 43 characters of base64url.
    #[must_use]
    pub fn to_text(self) -> String {
        encode(&self.0)
    }
}

impl Cbor for Id {
    fn put(&self, to: &mut Encoder<Vec<u8>>) {
        self.0.put(to);
    }

    fn take(from: &mut Decoder<'_>) -> Option<Self> {
        Cbor::take(from).map(Self)
    }
}

/// Bytes as base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads base64url without padding.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_is_read_back_and_nothing_else_is() {
        // printf abc | sha256sum | xxd -r -p | base64 (url alphabet, no padding)
        let id = Id::of(b"abc");
        assert_eq!(id.to_text(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(Id::from_text(&id.to_text()), Some(id));
        assert_eq!(Id::from_text("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFQ"), None);
        assert_eq!(Id::from_text("not base64!"), None);
    }
}
