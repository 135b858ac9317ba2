//! Proofs that something stands in a log, checked without the log.
//!
//! A log is a Merkle tree as in RFC 6962. Its head is a *checkpoint*, signed with Ed25519 (C2SP `tlog-checkpoint`
//! and `signed-note`); that a leaf is in it is shown by a text in the form of C2SP `tlog-proof`. Hashes, proofs,
//! notes and signatures are those of the crates `tlog_tiles` and `signed_note`; what is said here is what a leaf is
//! and what we insist on beside these formats:
//!
//! - an origin is 1 to 200 visible ASCII characters without `+`, and the name of the key is the origin;
//! - a tree has at most 2^53 leaves, so that every program can count them;
//! - below a checkpoint every key signs once;
//! - what is read is written back and must be the same bytes, so that a text has one form.
//!
//! Differences from the standards: none in what we write; the points above when we read.

mod checkpoint;
mod leaf;
mod text;

use signed_note::is_key_name_valid;
use tlog_tiles::tlog::{self, Hash};

use crate::error::{Code, Error, Result};
use crate::id::Id;

pub use checkpoint::{Checkpoint, LogKey};
pub use leaf::{Kind, leaf};
pub use text::Proof;

/// The largest tree: 2^53 leaves. JavaScript counts no further.
pub const MAX_SIZE: u64 = 1 << 53;

/// The longest path of a proof in such a tree.
const MAX_PATH: usize = 64;

/// The longest origin. It stands in every leaf and every checkpoint.
const MAX_ORIGIN: usize = 200;

/// Whether a text can be the name of a log.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    is_key_name_valid(text) && text.len() <= MAX_ORIGIN && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Checks that the leaf with hash `leaf` is number `index` of the tree that the checkpoint is the head of.
///
/// # Errors
/// `PROOF_INVALID` when it is not, or when the path proves nothing.
pub fn check_inclusion(path: &[Id], index: u64, leaf: Id, head: &Checkpoint) -> Result<()> {
    let fits = head.size <= MAX_SIZE && path.len() <= MAX_PATH;
    let checked = fits && tlog::check_record(&hashes(path), head.size, Hash(head.root.0), index, Hash(leaf.0)).is_ok();
    checked.then_some(()).ok_or_else(|| invalid("inclusion", "the path does not lead from the leaf to the root of the checkpoint"))
}

/// Checks that the tree of `old` is the beginning of the tree of `new`: nothing was taken out, changed or reordered.
///
/// # Errors
/// `PROOF_INVALID` when it is not, or when the path proves nothing.
pub fn check_consistency(path: &[Id], old: &Checkpoint, new: &Checkpoint) -> Result<()> {
    let wrong = || {
        invalid(
            "consistency",
            "the older checkpoint is not the beginning of the newer one: keep both, they show that history was rewritten",
        )
    };
    if old.origin != new.origin || old.size > new.size || new.size > MAX_SIZE || path.len() > MAX_PATH {
        return Err(wrong());
    }
    // Everything begins with the empty tree, whose one root has no path.
    if old.size == 0 {
        return (path.is_empty() && old.root.0 == tlog::EMPTY_HASH.0).then_some(()).ok_or_else(wrong);
    }
    tlog::check_tree(&hashes(path), new.size, Hash(new.root.0), old.size, Hash(old.root.0)).map_err(|_| wrong())
}

fn hashes(path: &[Id]) -> Vec<Hash> {
    path.iter().map(|id| Hash(id.0)).collect()
}

fn invalid(what: &str, hint: &str) -> Error {
    Error::new(Code::ProofInvalid, what, hint)
}
