//! Hashes, ids and their one text form: base64url without padding.
//!
//! The codec is our own because crates that are fast, or constant in time, cost the browser's engine a
//! kilobyte, and what is written here is public. The tests hold it against such a crate.

use sha2::{Digest, Sha256};

use crate::cbor::{Cbor, Reader, Writer};

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
        decode(text)?.try_into().ok().map(Self)
    }

    /// 43 characters of base64url.
    #[must_use]
    pub fn to_text(self) -> String {
        encode(&self.0)
    }
}

impl Cbor for Id {
    fn put(&self, to: &mut Writer) {
        self.0.put(to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self(Cbor::take(from))
    }
}

/// Bytes as base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 1);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            text.push(letter(bits >> count));
        }
    }
    if count > 0 {
        text.push(letter(bits << (6 - count)));
    }
    text
}

/// Reads base64url without padding. Every value has one text: the bits that the last letter has too many
/// are zero.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        bits = bits << 6 | value(letter)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    (count < 6 && bits & ((1 << count) - 1) == 0).then_some(bytes)
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The letter of six bits.
fn letter(bits: u32) -> char {
    char::from(LETTERS.get(bits as usize & 63).copied().unwrap_or_default())
}

/// The six bits of a letter.
fn value(letter: u8) -> Option<u32> {
    let value = match letter {
        b'-' => 62,
        b'_' => 63,
        b'0'..=b'9' => letter + 4,
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    use super::*;

    /// What a crate that many use reads.
    fn expected(text: &str) -> Option<Vec<u8>> {
        Base64UrlUnpadded::decode_vec(text).ok()
    }

    proptest! {
        #[test]
        fn bytes_are_written_as_others_write_them_and_read_back(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &Base64UrlUnpadded::encode_string(&bytes));
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        /// Of texts like these two thirds and more are wrong: their length, or the bits of the last letter.
        #[test]
        fn letters_are_read_as_others_read_them(text in "[A-Za-z0-9_-]{0,12}") {
            prop_assert_eq!(decode(&text), expected(&text));
        }

        #[test]
        fn no_other_character_is_read(text in "[A-Za-z0-9_-]{0,6}[+/= \\PC][A-Za-z0-9_-]{0,6}") {
            prop_assert_eq!(decode(&text), expected(&text));
        }
    }

    #[test]
    fn every_pair_of_bytes_is_read() {
        let pairs: Vec<[u8; 2]> = (0..=255).flat_map(|high| (0..=255).map(move |low| [high, low])).collect();
        for text in pairs.iter().filter_map(|pair| std::str::from_utf8(pair).ok()) {
            assert_eq!(decode(text), expected(text), "{text:?}");
        }
    }

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
