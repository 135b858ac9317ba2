//! A table of nodes, as a database keeps it.

use consentkit_backend::log::{Grown, Nodes, Tree};
use consentkit_core::id::Id;

/// A table of nodes, asked only for what the tree says that it needs.
#[derive(Default)]
pub(crate) struct Table(pub(crate) Nodes);

impl Table {
    pub(crate) fn fetch(&self, nodes: Vec<u64>) -> Nodes {
        nodes.into_iter().map(|node| (node, self.0[&node])).collect()
    }

    /// Appends leaf hashes in one batch and keeps what comes back, as a database would: nothing twice, no gap.
    pub(crate) fn append(&mut self, tree: Tree, leaves: &[Id]) -> Grown {
        let grown = tree.append(&self.fetch(tree.needed_to_append()), leaves).expect("appended");
        for (number, hash) in &grown.nodes {
            assert_eq!(*number, self.0.len() as u64, "numbers follow one another");
            self.0.insert(*number, *hash);
        }
        grown
    }

    pub(crate) fn inclusion(&self, tree: Tree, index: u64) -> Vec<Id> {
        tree.inclusion(&self.fetch(tree.needed_for_inclusion(index).expect("known")), index).expect("a path")
    }

    pub(crate) fn consistency(&self, tree: Tree, older: u64) -> Vec<Id> {
        tree.consistency(&self.fetch(tree.needed_for_consistency(older).expect("known")), older).expect("a path")
    }
}
