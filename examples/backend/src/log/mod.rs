//! The append-only log: a Merkle tree as in RFC 6962, whose heads are signed as C2SP checkpoints.
//!
//! Nothing in here reads or writes. A [`Tree`] is only a size; it says which nodes it needs, the caller fetches them
//! (one `SELECT … WHERE node IN (…)`, blocking or not, SQLite or PostgreSQL), and it answers with new nodes, a root or
//! a proof. A node is 32 bytes under a number that never changes and is never written twice, so the table is
//! `(tenant, node INTEGER, hash BLOB, PRIMARY KEY (tenant, node))` and only grows. Per tenant the caller keeps besides:
//! the origin (fixed for the life of the log, it stands in every leaf), the size, and the signing key.
//!
//! ```
//! use consentkit_backend::log::{Kind, Nodes, Signer, Tree, check_inclusion, leaf, Checkpoint, Proof};
//! use consentkit_core::id::Id;
//!
//! let origin = "consent.example/log/shop";
//! let mut table = Nodes::new(); // what the database holds
//!
//! // Append, in the transaction that stores the records: fetch what is needed, insert what comes back.
//! let tree = Tree::of(0)?;
//! let known: Nodes = tree.needed_to_append().into_iter().map(|node| (node, table[&node])).collect();
//! let leaves: Vec<Id> = (0..3_u8).map(|n| leaf(Kind::Record, origin, Id::of(&[n]))).collect();
//! let grown = tree.append(&known, &leaves)?;
//! table.extend(grown.nodes);
//!
//! // Sign the head. Sign only a size that is durably stored, and never one twice with different roots.
//! let signer = Signer::from_seed(origin, &[7; 32])?;
//! let checkpoint = signer.sign(grown.tree.size(), grown.root)?;
//!
//! // A proof that leaf 1 is in it.
//! let tree = grown.tree;
//! let known: Nodes = tree.needed_for_inclusion(1)?.into_iter().map(|node| (node, table[&node])).collect();
//! let proof = Proof { index: 1, path: tree.inclusion(&known, 1)?, checkpoint };
//!
//! // What a receipt's verifier does with `proof.to_string()`.
//! let proof = Proof::read(&proof.to_string())?;
//! let head = Checkpoint::open(&proof.checkpoint, &signer.public_key()?)?;
//! check_inclusion(&proof.path, proof.index, leaves[1], &head)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a leaf holds, and why it reveals nothing after erasure, stands at [`leaf`].

mod signer;
mod tree;

pub use consentkit_core::proof::{Checkpoint, Kind, LogKey, MAX_SIZE, Proof, check_consistency, check_inclusion, is_origin, leaf};
pub use signer::Signer;
pub use tree::{Grown, Nodes, Tree};

/// Why the log could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The caller left out a node that was needed, or the table lost it.
    #[error("node {0} of the log is missing: restore the database, the log cannot be continued without it")]
    NodeMissing(u64),
    /// A size or index that the log has not, or too many leaves.
    #[error("the log has no leaf or size {0}")]
    OutOfRange(u64),
    /// A name that can be no origin.
    #[error("{0:?} can be no name of a log: use 1 to 200 visible ASCII characters without `+`, such as consent.example/log/shop")]
    OriginInvalid(String),
    /// The mathematics of the log refused.
    #[error("the log refused: {0}")]
    Refused(String),
}
