//! Keys, checkpoints and proofs of a log, over any text: three fields between the bytes FF. What is read has one form, and nobody's
//! checkpoint is opened with a key that has not signed it.
#![no_main]

use consentkit_core::id::Id;
use consentkit_core::proof::{Checkpoint, LogKey, MAX_SIZE, Proof, check_consistency, check_inclusion, is_origin};
use libfuzzer_sys::fuzz_target;

/// From the documentation of notes in Go: no log of ours has signed anything with it.
const OTHER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fuzz_target!(|data: &[u8]| {
    let mut fields = data.split(|byte| *byte == 0xff).map(|field| String::from_utf8_lossy(field).into_owned());
    let mut next = || fields.next().unwrap_or_default();
    let (key, note, proof) = (next(), next(), next());

    let key = LogKey::read(&key).ok().inspect(|read| {
        assert_eq!(read.as_str(), key);
        assert!(is_origin(read.origin()));
    });
    let head = Checkpoint::read(&note).ok().inspect(|head| assert!(is_origin(&head.origin) && head.size <= MAX_SIZE));
    if let Some(opened) = key.as_ref().and_then(|key| Checkpoint::open(&note, key).ok()) {
        assert_eq!(Some(&opened), head.as_ref());
        assert_eq!(key.as_ref().map(LogKey::origin), Some(opened.origin.as_str()));
    }
    let other = LogKey::read(OTHER).expect("a key of others");
    assert!(Checkpoint::open(&note, &other).is_err(), "it has signed nothing");

    let Ok(proof) = Proof::read(&proof).inspect(|read| assert_eq!(read.to_string(), proof)) else { return };
    let leaf = Id::of(data);
    let heads = [head, Checkpoint::read(&proof.checkpoint).ok()];
    for head in heads.iter().flatten() {
        let inside = check_inclusion(&proof.path, proof.index, leaf, head);
        assert!(inside.is_err() || head.root == leaf, "a leaf of our own is in no tree but the one that it is the root of");
    }
    if let [Some(old), Some(new)] = &heads {
        let consistent = check_consistency(&proof.path, old, new).is_ok();
        assert!(!consistent || old.size <= new.size);
        assert!(!consistent || old.size != new.size || old.root == new.root, "one size has one root");
    }
});
