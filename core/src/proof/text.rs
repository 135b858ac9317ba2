//! A proof of inclusion as one text: C2SP `tlog-proof`.

use std::fmt;

use tlog_tiles::tlog::Hash;

use super::{MAX_PATH, MAX_SIZE, invalid};
use crate::error::Result;
use crate::id::Id;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That leaf number `index` is in the tree of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The number of the leaf, from 0.
    pub index: u64,
    /// From the sibling of the leaf up to the child of the root.
    pub path: Vec<Id>,
    /// The signed checkpoint, as the log gave it.
    pub checkpoint: String,
}

impl Proof {
    /// Reads what [`fmt::Display`] writes. The line `extra`, which the form allows, is not read: nothing signs it.
    ///
    /// # Errors
    /// `PROOF_INVALID` at `proof` when it is none.
    pub fn read(text: &str) -> Result<Self> {
        Self::parse(text)
            .filter(|proof| proof.to_string() == text)
            .ok_or_else(|| invalid("proof", "the form is c2sp.org/tlog-proof@v1: header, index, hashes in base64, empty line, checkpoint"))
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let index = lines.next().filter(|line| *line == HEADER).and(lines.next())?.strip_prefix("index ")?.parse().ok()?;
        let path: Vec<Id> = lines.map(|line| Some(Id(Hash::parse_hash(line).ok()?.0))).collect::<Option<_>>()?;
        (index < MAX_SIZE && path.len() <= MAX_PATH).then(|| Self { index, path, checkpoint: checkpoint.to_owned() })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", Hash(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}
