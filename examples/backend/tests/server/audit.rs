//! Who agreed to what, when, in which words, under which version.

use std::fs;

use consentkit_core::receipt::Notice;
use serde_json::{Value, json};

use crate::server::person::{Person, SITE, record_of};
use crate::server::program::{KEY, Server};

/// A notice as `build` writes it, and its hash: sha256sum of the lines, in base64url.
fn notice() -> (String, String) {
    let content = r#"{ "lang": "en", "layout": "box", "texts": { "analytics.name": "Measure visits" } }"#;
    // printf 'language=en\nlayout=box\nanalytics.name=Measure visits\n' | sha256sum | xxd -r -p | base64 (url alphabet, no padding)
    let hash = consentkit_core::id::Id::of(b"language=en\nlayout=box\nanalytics.name=Measure visits\n").to_text();
    assert_eq!(serde_json::from_str::<Notice>(content).expect("a notice").hash(), hash);
    (content.to_owned(), hash)
}

#[test]
fn an_answer_is_shown_with_the_words_that_were_shown() {
    let server = Server::start();
    let (content, hash) = notice();
    let path = format!("/v1/notices/{hash}");
    let body: Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(server.get(&path, &[]).code(), (404, "NOTICE_UNKNOWN"));
    assert_eq!(server.call("PUT", "/v1/notices/x", KEY, &body).code(), (400, "NOTICE_INVALID"));
    assert_eq!(server.call("PUT", &path, KEY, &json!({ "lang": "en" })).code(), (400, "NOTICE_INVALID"));
    assert_eq!(server.call("PUT", &path, KEY, &body).status, 204);
    assert_eq!(server.get(&path, &[]).body, body);

    let mut ada = Person::new("ada");
    let mut intent = ada.accepts(&[]);
    let stamp: Vec<&str> = intent.stamp.split('.').collect();
    intent.stamp = format!("{}.{}.{hash}:en:layer1", stamp[0], stamp[1]);
    server.sync(&[&record_of("bo").0], &[&intent]);
    let answers = |query: &str| server.call("GET", &format!("/v1/evidence?{query}"), KEY, &Value::Null).body["answers"].clone();
    let of_ada = answers("subject=ada");
    assert_eq!((of_ada.as_array().map(Vec::len), &of_ada[0]["notice"]), (Some(1), &body));
    assert_eq!((&of_ada[0]["policyVersion"], &of_ada[0]["answers"]["analytics"]), (&json!(7), &json!("given")));
    assert_eq!(answers("").as_array().map(Vec::len), Some(2));
    let at = of_ada[0]["receivedAt"].as_u64().expect("a time");
    assert_eq!(answers(&format!("from={}", at + 1)), json!([]));
    assert_eq!(answers(&format!("from={at}&to={}", at + 1)).as_array().map(Vec::len), Some(2));
    let printed = server.run(&["evidence", "--subject", "ada"]);
    let line: Value = serde_json::from_slice(&printed.stdout).expect("a line");
    assert_eq!(line["notice"], body);
}

#[test]
fn evidence_of_everybody_comes_in_parts() {
    let server = Server::start();
    let records: Vec<_> = (0..230).map(|n| record_of(&format!("person {n}")).0).collect();
    for part in records.chunks(50) {
        server.sync(&part.iter().collect::<Vec<_>>(), &[]);
    }
    let first = server.call("GET", "/v1/evidence", KEY, &Value::Null).body;
    let next = first["next"].as_str().expect("there is more");
    let second = server.call("GET", &format!("/v1/evidence?after={next}"), KEY, &Value::Null).body;
    assert_eq!((first["answers"].as_array().map(Vec::len), second["answers"].as_array().map(Vec::len)), (Some(200), Some(30)));
    assert_eq!(second.get("next"), None);
    let printed = server.run(&["evidence"]);
    assert_eq!(String::from_utf8_lossy(&printed.stdout).lines().count(), 230);
}

#[test]
fn the_notices_of_a_build_are_kept_only_under_their_own_hash() {
    let server = Server::start();
    let (content, hash) = notice();
    let folder = server.folder().join("notices");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join(format!("{hash}.json")), &content).expect("a file");
    let added = server.run(&["notices", "add", "notices"]);
    assert_eq!(String::from_utf8_lossy(&added.stdout), "1 notices are kept\n", "{added:?}");
    assert_eq!(server.get(&format!("/v1/notices/{hash}"), &[]).status, 200);
    fs::write(folder.join(format!("{hash}.json")), content.replace("visits", "people")).expect("a file");
    assert!(!server.run(&["notices", "add", "notices"]).status.success());
}

#[test]
fn an_export_has_every_record_and_says_so() {
    let server = Server::start();
    let mut evil = Person::at(SITE, "=HYPERLINK(1)");
    let intent = evil.accepts(&[]);
    server.sync(&[&record_of("ada").0, &evil.record(&intent)], &[]);
    let output = server.run(&["export", "--out", "export"]);
    assert!(output.status.success(), "{output:?}");
    let read = |name: &str| fs::read(server.folder().join("export").join(name)).expect("a file");
    let lines: Vec<Value> =
        String::from_utf8(read("records.ndjson")).expect("text").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, server.dump());
    let table = read("records.csv");
    let mut rows = csv::Reader::from_reader(table.as_slice());
    let rows: Vec<_> = rows.records().map(|row| row.expect("a row")).collect();
    assert_eq!((rows.len(), &rows[0][0], &rows[1][2]), (2, lines[0]["id"].as_str().expect("an id"), "'=HYPERLINK(1)"));
    let manifest: Value = serde_json::from_slice(&read("manifest.json")).expect("JSON");
    assert_eq!(manifest["records"], json!(2));
    for file in manifest["files"].as_array().expect("files") {
        let path = server.folder().join("export").join(file["name"].as_str().expect("a name"));
        let sum = std::process::Command::new("sha256sum").arg(path).output().expect("sha256sum");
        assert!(String::from_utf8_lossy(&sum.stdout).starts_with(file["sha256"].as_str().expect("a hash")));
    }
    assert!(!server.run(&["export", "--out", "export"]).status.success(), "an export is not overwritten");
}
