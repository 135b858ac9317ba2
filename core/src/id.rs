//! Hashes, ids and their one text form: base64url without padding.

use base64ct::{Base64UrlUnpadded, Encoding};
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};
use sha2::{Digest, Sha256};

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

impl<C> Encode<C> for Id {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        ByteArray::from(self.0).encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Id {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        ByteArray::<32>::decode(d, ctx).map(|bytes| Self(*bytes))
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
