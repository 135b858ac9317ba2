//! The envelopes of `tests/delivery` are what they say: signed, or not, by the keys that they name. Checked by an implementation that
//! neither made them nor runs in a page; what a page makes of each is for `tests/node/delivery.test.mjs`.

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
