//! The envelopes of `tests/delivery` are what they say: signed, or not, by the keys that they name. Checked by an implementation that
//! neither made them nor runs in a page; what a page makes of each is for `tests/node/delivery.test.mjs`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::path::Path;

use consentkit_core::id::{self, Id};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

fn is_signed(envelope: &str) -> Option<bool> {
    let envelope: Value = serde_json::from_str(envelope).ok()?;
    let text = |name: &str| envelope.get(name)?.as_str();
    let key = VerifyingKey::from_bytes(&Id::from_text(text("key")?)?.0).ok()?;
    let signature = Signature::from_slice(&id::decode(text("signature")?)?).ok()?;
    Some(key.verify_strict(text("payload")?.as_bytes(), &signature).is_ok())
}

#[test]
fn every_envelope_is_signed_as_it_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("delivery/envelopes.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let keys: Vec<&str> = file["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    // RFC 8032, 7.1, tests 1 and 2.
    let published = [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ];
    let hex = |key: &&str| Id::from_text(key).unwrap().0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(keys.iter().map(hex).collect::<Vec<_>>(), published);

    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 30);
    for case in cases {
        // JSON with half a surrogate pair has no text in Rust; browsers read U+FFFD in its place.
        let text = case["text"].as_str().unwrap().replace("\\ud800", "\u{fffd}");
        assert_eq!(is_signed(&text).unwrap_or_default(), case["signed"].as_bool().unwrap(), "{}", case["name"]);
    }
}

/// What a plan is made of, as the core's sources have it.
fn form_of_plans() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let files = ["plan/mod.rs", "plan/law.rs", "policy/mod.rs", "record/stamp.rs"];
    let text: String = files.iter().map(|file| std::fs::read_to_string(root.join(file)).unwrap()).collect();
    text.lines().filter_map(|line| line.strip_prefix("cbor_array!(")?.strip_suffix(");").map(str::to_owned)).collect()
}

/// A page runs plans that a later version has made. One that it would misread must have another format, which it refuses.
#[test]
fn another_form_of_plans_is_another_format_of_envelopes() {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../js/src/client/envelope.ts")).unwrap();
    assert!(source.contains("export const FORMAT = 1;"), "raise the number here, too, and write down the form that it stands for");
    let form = [
        "Plan { stamp, meaning, marks, services, history, laws, documents }",
        "Document { id, version, url, from, until }",
        "Service { id, needs, clear, stays, reload }",
        "Trace { name, kind }",
        "Law { id, places, from, until, prompt, gpc, ages, stamp, ttl, cooldown, terms }",
        "Bracket { below, letters }",
        "Terms { below, items, ttl, cooldown }",
        "PastItem { item, fingerprint, changes }",
        "Change { part, material, id, was, now }",
        "Stamp { site, policy, rules, sdk, items }",
        "StampItem { key, fingerprint }",
    ];
    assert_eq!(form_of_plans(), form, "raise FORMAT in js/src/client/envelope.ts");
}
