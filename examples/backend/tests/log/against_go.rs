//! The vectors of `tests/log-vectors`, which Go's `sumdb/tlog` and `sumdb/note` have written.

use base64ct::{Base64, Encoding};
use consentkit_backend::log::{Checkpoint, LogKey, Nodes, Proof, Signer, Tree, check_consistency, check_inclusion};
use consentkit_core::id::Id;
use serde::Deserialize;

use crate::plain;
use crate::plain::leaf_hash;
use crate::table::Table;

#[derive(Deserialize)]
struct Vectors {
    origin: String,
    seed: String,
    key: String,
    nodes: Vec<String>,
    roots: Vec<String>,
    checkpoints: Vec<String>,
    inclusions: Vec<Inclusion>,
    consistencies: Vec<Consistency>,
}

#[derive(Deserialize)]
struct Inclusion {
    size: u64,
    index: u64,
    path: Vec<String>,
}

#[derive(Deserialize)]
struct Consistency {
    old: u64,
    new: u64,
    path: Vec<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../log-vectors/vectors.json")).expect("vectors")
}

fn hash(text: &str) -> Id {
    Id(Base64::decode_vec(text).expect("base64").try_into().expect("32 bytes"))
}

fn hashes(texts: &[String]) -> Vec<Id> {
    texts.iter().map(|text| hash(text)).collect()
}

fn leaf(number: u64) -> Id {
    leaf_hash(format!("leaf {number}").as_bytes())
}

impl Vectors {
    fn signer(&self) -> Signer {
        Signer::from_seed(&self.origin, &hash(&self.seed).0).expect("a signer")
    }

    fn head(&self, size: u64) -> Checkpoint {
        Checkpoint::read(&self.checkpoints[size as usize]).expect("a checkpoint of Go")
    }
}

/// The log of 70 leaves, grown one by one.
fn grown(vectors: &Vectors) -> (Tree, Table) {
    let mut table = Table::default();
    let mut tree = Tree::of(0).expect("empty");
    for number in 0..vectors.roots.len() as u64 - 1 {
        tree = table.append(tree, &[leaf(number)]).tree;
    }
    (tree, table)
}

#[test]
fn nodes_roots_and_checkpoints_are_those_of_go() {
    let vectors = vectors();
    let signer = vectors.signer();
    let key = LogKey::read(&vectors.key).expect("a key");
    assert_eq!(signer.public_key().expect("a key").as_str(), key.as_str());
    let (tree, table) = grown(&vectors);
    assert_eq!(table.0, (0..).zip(hashes(&vectors.nodes)).collect::<Nodes>());
    assert_eq!(tree.size(), 70);
    for (size, root) in (0..).zip(hashes(&vectors.roots)) {
        let tree = Tree::of(size).expect("a size");
        assert_eq!(tree.root(&table.fetch(tree.needed_to_append())), Ok(root), "{size}");
        // Ed25519 is deterministic, so the whole text is the same.
        assert_eq!(signer.sign(size, root).as_ref(), Ok(&vectors.checkpoints[size as usize]), "{size}");
        assert_eq!(
            Checkpoint::open(&vectors.checkpoints[size as usize], &key),
            Ok(Checkpoint { origin: vectors.origin.clone(), size, root })
        );
    }
}

#[test]
fn inclusion_proofs_are_those_of_go_and_of_the_definition() {
    let vectors = vectors();
    let (_, table) = grown(&vectors);
    assert!(vectors.inclusions.len() > 150);
    for Inclusion { size, index, path } in &vectors.inclusions {
        let path = hashes(path);
        let tree = Tree::of(*size).expect("a size");
        assert_eq!(table.inclusion(tree, *index), path, "leaf {index} of {size}");
        let leaves: Vec<Id> = (0..*size).map(leaf).collect();
        assert_eq!(plain::path(*index as usize, &leaves), path);
        let head = vectors.head(*size);
        assert_eq!(check_inclusion(&path, *index, leaf(*index), &head), Ok(()));
        check_inclusion(&path, *index, leaf(*index + 1), &head).expect_err("another leaf is not there");
        let text = Proof { index: *index, path, checkpoint: vectors.checkpoints[*size as usize].clone() };
        assert_eq!(Proof::read(&text.to_string()), Ok(text));
    }
}

#[test]
fn consistency_proofs_are_those_of_go_and_of_the_definition() {
    let vectors = vectors();
    let (_, table) = grown(&vectors);
    assert!(vectors.consistencies.len() > 150);
    for Consistency { old, new, path } in &vectors.consistencies {
        let path = hashes(path);
        assert_eq!(table.consistency(Tree::of(*new).expect("a size"), *old), path, "{old} of {new}");
        let leaves: Vec<Id> = (0..*new).map(leaf).collect();
        assert_eq!(plain::proof(*old as usize, &leaves), path);
        assert_eq!(check_consistency(&path, &vectors.head(*old), &vectors.head(*new)), Ok(()));
        let mut forked = vectors.head(*old);
        forked.root = leaf(7);
        check_consistency(&path, &forked, &vectors.head(*new)).expect_err("another history");
    }
}

#[test]
fn no_byte_of_a_signed_checkpoint_or_of_a_key_can_be_changed() {
    let vectors = vectors();
    let key = LogKey::read(&vectors.key).expect("a key");
    let original = &vectors.checkpoints[9];
    let changed = |text: &str| {
        let bytes = text.as_bytes().to_vec();
        let mut texts = Vec::new();
        for at in 0..bytes.len() {
            for flip in [1_u8, 32] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                texts.extend(String::from_utf8(changed));
            }
        }
        texts
    };
    for text in changed(original) {
        Checkpoint::open(&text, &key).expect_err(&text);
    }
    for text in changed(&vectors.key) {
        assert!(LogKey::read(&text).and_then(|key| Checkpoint::open(original, &key)).is_err(), "{text}");
    }
}

#[test]
fn a_checkpoint_of_witnesses_and_of_others_keys_is_read_by_the_own_key() {
    let vectors = vectors();
    let other = Signer::from_seed("witness.example", &[3; 32]).expect("a signer");
    let line = |text: String| text.lines().last().map(|line| format!("{line}\n")).expect("a signature");
    let witnessed = vectors.checkpoints[9].clone() + &line(other.sign(9, leaf(0)).expect("signed"));
    let key = LogKey::read(&vectors.key).expect("a key");
    assert_eq!(Checkpoint::open(&witnessed, &key), Ok(vectors.head(9)));
    let error = Checkpoint::open(&witnessed, &other.public_key().expect("a key")).expect_err("it signed another text");
    assert_eq!((error.code(), error.path()), ("PROOF_INVALID", "signature"));
    let stranger = Signer::from_seed(&vectors.origin, &[4; 32]).and_then(|signer| signer.public_key()).expect("a key");
    assert_eq!(Checkpoint::open(&witnessed, &stranger).expect_err("did not sign").path(), "signature");
}
