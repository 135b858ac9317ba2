//! The tree, without its storage.

use std::cell::RefCell;
use std::collections::BTreeMap;

use consentkit_core::id::Id;
use tlog_tiles::tlog::{self, Error, Hash, HashReader};

use super::{LogError, MAX_SIZE};

/// Nodes by their number: every node whose leaves are all there, in the order in which they come to be (what
/// `golang.org/x/mod/sumdb/tlog` calls the stored hash index).
pub type Nodes = BTreeMap<u64, Id>;

/// A log of a certain size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    size: u64,
}

/// What appending made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grown {
    /// The log of the new size.
    pub tree: Tree,
    /// The nodes to insert, with numbers that follow one another and the last one before.
    pub nodes: Vec<(u64, Id)>,
    /// The root at the new size.
    pub root: Id,
}

impl Tree {
    /// A log with `size` leaves.
    ///
    /// # Errors
    /// When no log is that large.
    pub fn of(size: u64) -> Result<Self, LogError> {
        if size <= MAX_SIZE { Ok(Self { size }) } else { Err(LogError::OutOfRange(size)) }
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(self) -> u64 {
        self.size
    }

    /// The nodes for [`Tree::append`] and [`Tree::root`]: at most 54, those along the right edge.
    #[must_use]
    pub fn needed_to_append(self) -> Vec<u64> {
        tlog::sub_tree_index(0, self.size, Vec::new())
    }

    /// The root. Compare it with the last checkpoint before you append: it differs when the table was damaged.
    ///
    /// # Errors
    /// When a node is missing.
    pub fn root(self, nodes: &Nodes) -> Result<Id, LogError> {
        with(nodes, |reader| tlog::tree_hash(self.size, reader)).map(id)
    }

    /// Appends leaves, which are hashes as [`leaf`](super::leaf) makes them.
    ///
    /// # Errors
    /// When a node is missing, or the log would get too large.
    pub fn append(self, nodes: &Nodes, leaves: &[Id]) -> Result<Grown, LogError> {
        let mut all = nodes.clone();
        let mut made = Vec::new();
        let mut size = self.size;
        for leaf in leaves {
            if size >= MAX_SIZE {
                return Err(LogError::OutOfRange(size));
            }
            let hashes = with(&all, |reader| tlog::stored_hashes_for_record_hash(size, Hash(leaf.0), reader))?;
            let numbered = (tlog::stored_hash_index(0, size)..).zip(hashes.into_iter().map(id));
            made.extend(numbered.clone());
            all.extend(numbered);
            size += 1;
        }
        let tree = Self { size };
        Ok(Grown { tree, nodes: made, root: tree.root(&all)? })
    }

    /// The nodes for [`Tree::inclusion`].
    ///
    /// # Errors
    /// When there is no such leaf.
    pub fn needed_for_inclusion(self, index: u64) -> Result<Vec<u64>, LogError> {
        self.has_leaf(index)?;
        needed(|reader| tlog::prove_record(self.size, index, reader).map(drop))
    }

    /// The path that shows that leaf `index` is in this log.
    ///
    /// # Errors
    /// When there is no such leaf or a node is missing.
    pub fn inclusion(self, nodes: &Nodes, index: u64) -> Result<Vec<Id>, LogError> {
        self.has_leaf(index)?;
        let path = with(nodes, |reader| tlog::prove_record(self.size, index, reader))?;
        Ok(path.into_iter().map(id).collect())
    }

    /// The nodes for [`Tree::consistency`].
    ///
    /// # Errors
    /// When `older` is larger than this log.
    pub fn needed_for_consistency(self, older: u64) -> Result<Vec<u64>, LogError> {
        self.has_size(older)?;
        if older == 0 {
            return Ok(Vec::new());
        }
        needed(|reader| tlog::prove_tree(self.size, older, reader).map(drop))
    }

    /// The path that shows that the log of `older` leaves is the beginning of this one.
    ///
    /// # Errors
    /// When `older` is larger than this log or a node is missing.
    pub fn consistency(self, nodes: &Nodes, older: u64) -> Result<Vec<Id>, LogError> {
        self.has_size(older)?;
        if older == 0 {
            return Ok(Vec::new());
        }
        let path = with(nodes, |reader| tlog::prove_tree(self.size, older, reader))?;
        Ok(path.into_iter().map(id).collect())
    }

    fn has_leaf(self, index: u64) -> Result<(), LogError> {
        if index < self.size { Ok(()) } else { Err(LogError::OutOfRange(index)) }
    }

    fn has_size(self, size: u64) -> Result<(), LogError> {
        if size <= self.size { Ok(()) } else { Err(LogError::OutOfRange(size)) }
    }
}

fn id(hash: Hash) -> Id {
    Id(hash.0)
}

/// Reads from the nodes at hand, and remembers the first that was not there.
struct AtHand<'a> {
    nodes: &'a Nodes,
    missing: RefCell<Option<u64>>,
}

impl HashReader for AtHand<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let read = |index: &u64| {
            self.nodes.get(index).map(|id| Hash(id.0)).ok_or_else(|| {
                self.missing.borrow_mut().get_or_insert(*index);
                Error::IndexesNotInTree
            })
        };
        indexes.iter().map(read).collect()
    }
}

fn with<T>(nodes: &Nodes, work: impl FnOnce(&AtHand<'_>) -> Result<T, Error>) -> Result<T, LogError> {
    let reader = AtHand { nodes, missing: RefCell::new(None) };
    let done = work(&reader);
    let missing = reader.missing.into_inner();
    done.map_err(|error| missing.map_or_else(|| LogError::Refused(error.to_string()), LogError::NodeMissing))
}

/// Only notes down what is read. The crate asks for all nodes at once, before it uses any.
struct Asked(RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![Hash::default(); indexes.len()])
    }
}

fn needed(work: impl FnOnce(&Asked) -> Result<(), Error>) -> Result<Vec<u64>, LogError> {
    let reader = Asked(RefCell::new(Vec::new()));
    work(&reader).map_err(|error| LogError::Refused(error.to_string()))?;
    Ok(reader.0.into_inner())
}
