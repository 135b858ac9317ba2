//! Trees of any size, grown in any batches.

use consentkit_backend::log::{Checkpoint, LogError, MAX_SIZE, Nodes, Signer, Tree, check_consistency, check_inclusion};
use consentkit_core::id::Id;
use proptest::prelude::*;

use crate::plain;
use crate::table::Table;

fn leaves(size: usize) -> Vec<Id> {
    (0..size as u64).map(|number| Id::of(&number.to_be_bytes())).collect()
}

fn head(leaves: &[Id]) -> Checkpoint {
    Checkpoint { origin: "log.example".to_owned(), size: leaves.len() as u64, root: plain::root(leaves) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_log_is_the_same_in_whatever_batches_it_grew(batches in prop::collection::vec(0_usize..40, 1..8)) {
        let mut table = Table::default();
        let mut tree = Tree::of(0).expect("empty");
        let all = leaves(batches.iter().sum());
        let mut from = 0;
        for batch in batches {
            let grown = table.append(tree, &all[from..from + batch]);
            from += batch;
            tree = grown.tree;
            prop_assert_eq!(grown.root, plain::root(&all[..from]));
        }
        prop_assert_eq!(tree.size(), all.len() as u64);
    }

    #[test]
    fn what_is_in_a_log_is_shown_and_nothing_else(size in 1_usize..150, index: prop::sample::Index, other: prop::sample::Index, bit in 0_u8..8) {
        let all = leaves(size);
        let mut table = Table::default();
        let tree = table.append(Tree::of(0).expect("empty"), &all).tree;
        let (index, other) = (index.index(size), other.index(size));
        let path = table.inclusion(tree, index as u64);
        prop_assert_eq!(&path, &plain::path(index, &all));
        let head = head(&all);
        prop_assert!(check_inclusion(&path, index as u64, all[index], &head).is_ok());
        prop_assert_eq!(check_inclusion(&path, other as u64, all[index], &head).is_ok(), other == index);
        prop_assert_eq!(check_inclusion(&path, index as u64, all[other], &head).is_ok(), other == index);
        prop_assert!(check_inclusion(&path, size as u64, all[index], &head).is_err());
        for at in 0..path.len() {
            let mut changed = path.clone();
            changed[at].0[other % 32] ^= 1 << bit;
            prop_assert!(check_inclusion(&changed, index as u64, all[index], &head).is_err());
            changed = path.clone();
            changed.remove(at);
            prop_assert!(check_inclusion(&changed, index as u64, all[index], &head).is_err());
            changed.insert(at, path[at]);
            changed.insert(at, path[at]);
            prop_assert!(check_inclusion(&changed, index as u64, all[index], &head).is_err());
        }
    }

    #[test]
    fn a_log_continues_only_what_it_was(size in 0_usize..120, older: prop::sample::Index, at: prop::sample::Index) {
        let all = leaves(size);
        let mut table = Table::default();
        let tree = table.append(Tree::of(0).expect("empty"), &all).tree;
        let older = older.index(size + 1);
        let path = table.consistency(tree, older as u64);
        if older > 0 {
            prop_assert_eq!(&path, &plain::proof(older, &all));
        }
        prop_assert!(check_consistency(&path, &head(&all[..older]), &head(&all)).is_ok());
        if older > 0 {
            let mut rewritten = all.clone();
            rewritten[at.index(older)] = Id::of(b"another");
            prop_assert!(check_consistency(&path, &head(&all[..older]), &head(&rewritten)).is_err());
            prop_assert!(check_consistency(&path, &head(&rewritten[..older]), &head(&all)).is_err());
        }
        if older < size {
            prop_assert!(check_consistency(&path, &head(&all), &head(&all[..older])).is_err(), "a log does not shrink");
        }
    }
}

#[test]
fn a_missing_node_is_named_and_nothing_is_made_up() {
    let mut table = Table::default();
    let tree = table.append(Tree::of(0).expect("empty"), &leaves(7)).tree;
    // Seven leaves are the trees of four, two and one: the nodes 6, 9 and 10.
    assert_eq!(tree.needed_to_append(), [6, 9, 10]);
    let mut nodes = table.fetch(tree.needed_to_append());
    nodes.remove(&9);
    assert_eq!(tree.root(&nodes), Err(LogError::NodeMissing(9)));
    assert_eq!(tree.append(&nodes, &leaves(1)), Err(LogError::NodeMissing(9)));
    assert_eq!(tree.inclusion(&Nodes::new(), 2), Err(LogError::NodeMissing(2)), "the first of them");
}

#[test]
fn sizes_and_names_that_cannot_be_are_refused() {
    assert_eq!(Tree::of(MAX_SIZE + 1), Err(LogError::OutOfRange(MAX_SIZE + 1)));
    let largest = Tree::of(MAX_SIZE).expect("the largest");
    assert_eq!(largest.append(&[(MAX_SIZE * 2 - 2, Id([0; 32]))].into(), &leaves(1)), Err(LogError::OutOfRange(MAX_SIZE)));
    assert_eq!(largest.needed_for_inclusion(MAX_SIZE), Err(LogError::OutOfRange(MAX_SIZE)));
    assert_eq!(largest.needed_for_inclusion(MAX_SIZE - 1).map(|nodes| nodes.len()), Ok(53));
    assert_eq!(largest.needed_for_consistency(MAX_SIZE + 1), Err(LogError::OutOfRange(MAX_SIZE + 1)));
    let empty = Tree::of(0).expect("empty");
    assert_eq!(empty.needed_for_inclusion(0), Err(LogError::OutOfRange(0)));
    for origin in ["", "a b", "a+b", "a\nb", "ä", &"a".repeat(201)] {
        assert_eq!(Signer::from_seed(origin, &[1; 32]).map(drop), Err(LogError::OriginInvalid(origin.to_owned())));
    }
}
