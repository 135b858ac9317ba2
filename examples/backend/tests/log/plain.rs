//! RFC 6962, section 2.1, word for word: slow, and sharing nothing with the log.

use consentkit_core::id::Id;

/// The hash of a leaf's data.
pub(crate) fn leaf_hash(data: &[u8]) -> Id {
    Id::of(&[&[0], data].concat())
}

/// The hash of a tree over leaf hashes.
pub(crate) fn root(leaves: &[Id]) -> Id {
    match leaves {
        [] => Id::of(b""),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node(root(left), root(right))
        }
    }
}

/// `PATH(m, D[n])` of section 2.1.1.
pub(crate) fn path(index: usize, leaves: &[Id]) -> Vec<Id> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let at = split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut path, other) = if index < at { (path(index, left), root(right)) } else { (path(index - at, right), root(left)) };
    path.push(other);
    path
}

/// `PROOF(m, D[n])` of section 2.1.2, for 0 < m <= n.
pub(crate) fn proof(older: usize, leaves: &[Id]) -> Vec<Id> {
    fn sub(older: usize, leaves: &[Id], whole: bool) -> Vec<Id> {
        if older == leaves.len() {
            return if whole { Vec::new() } else { vec![root(leaves)] };
        }
        let at = split(leaves.len());
        let (left, right) = leaves.split_at(at);
        let (mut path, other) =
            if older <= at { (sub(older, left, whole), root(right)) } else { (sub(older - at, right, false), root(left)) };
        path.push(other);
        path
    }
    sub(older, leaves, true)
}

/// The largest power of two that is smaller.
fn split(length: usize) -> usize {
    length.next_power_of_two() / 2
}

fn node(left: Id, right: Id) -> Id {
    Id::of(&[&[1][..], &left.0, &right.0].concat())
}
