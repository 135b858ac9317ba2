//! What stands in a leaf: a commitment, and nothing else.

use tlog_tiles::tlog;

use crate::id::Id;

/// What a leaf commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A record, by its id.
    Record,
    /// That records were erased, by the hash of a salted event that names nobody.
    Erasure,
    /// A published policy, by the hash of its text.
    Policy,
}

impl Kind {
    /// The word in the leaf.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Record => "record",
            Kind::Erasure => "erasure",
            Kind::Policy => "policy",
        }
    }
}

/// The hash of a leaf: RFC 6962's over five lines, each ended by a line feed: `consentkit-leaf`, `1`, the kind, the
/// origin of the log, and the id in base64url.
///
/// Why not the id alone: the kind keeps a record from being passed off as an erasure, and the origin binds the
/// leaf to one log, so that a leaf of one tenant proves nothing in the log of another and equal content is not
/// recognised across logs. Nothing is in it that erasure would have to reach: the id of a record is the SHA-256
/// of bytes with 32 random ones among them, so once body and salt are gone, who the record was about cannot be
/// guessed, not even by trying every answer of every known person. What tiles publish is the hash of even that.
///
/// ```
/// use consentkit_core::{id::Id, proof::{Kind, leaf}};
///
/// let id = Id::of(b"a record");
/// assert_ne!(leaf(Kind::Record, "log.example/shop", id), leaf(Kind::Record, "log.example/news", id));
/// ```
#[must_use]
pub fn leaf(kind: Kind, origin: &str, id: Id) -> Id {
    let data = format!("consentkit-leaf\n1\n{}\n{origin}\n{}\n", kind.word(), id.to_text());
    Id(tlog::record_hash(data.as_bytes()).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_what_sha256sum_says() {
        // printf '\0consentkit-leaf\n1\nrecord\nlog.example/shop\nungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0\n' | sha256sum
        let hash = leaf(Kind::Record, "log.example/shop", Id::of(b"abc"));
        assert_eq!(hash.to_text(), "lfSxAZ58BHGO-d7hI1NhmRgMle1rhZ5D3GVhoE0QmLM");
    }
}
