//! The vectors are there, all of them, and they speak of everything that the protocol can say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

#[derive(serde::Deserialize)]
struct Manifest {
    files: BTreeMap<String, usize>,
}

#[test]
fn every_vector_of_the_manifest_is_there_and_passes() {
    let manifest: Manifest = serde_json::from_str(&std::fs::read_to_string(folder().join("manifest.json")).unwrap()).unwrap();
    let found = conformance::find(&folder()).unwrap();
    assert_eq!(found.len(), manifest.files.len(), "every file is in the manifest and every file of the manifest is there");
    for (name, count) in manifest.files {
        let outcomes = conformance::run(&folder().join(&name));
        assert_eq!(outcomes.len(), count, "{name}");
        for outcome in outcomes {
            assert_eq!(outcome.problem, None, "{}", outcome.name);
        }
    }
}

/// The names of a type in the generated TypeScript, which come from the types themselves.
fn names(of: &str) -> Vec<String> {
    let types = std::fs::read_to_string(folder().join("../../js/src/types.gen.ts")).unwrap();
    let start = types.find(&format!("export type {of} =")).unwrap();
    let end = start + types[start..].find(";\n").unwrap();
    let body = &types[start..end];
    // Every other piece between quotes is quoted; the members of a variant's record are not.
    let quoted = body.split('"').skip(1).step_by(2);
    quoted.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')).map(str::to_owned).collect()
}

#[test]
fn every_event_effect_and_reason_has_a_vector() {
    let texts: String = conformance::find(&folder()).unwrap().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for of in
        ["Event", "Effect", "ReasonCode", "AskReason", "Suppressor", "PromptKind", "DefaultState", "Control", "Notice", "DocumentState"]
    {
        let names = names(of);
        assert!(names.len() > 1, "{of} has names");
        assert!(of != "Suppressor" || names.iter().any(|name| name.contains(|c: char| c.is_ascii_digit())), "names may have digits");
        for name in names {
            assert!(texts.contains(&format!("\"{name}\"")), "no vector has {of} {name}");
        }
    }
}
