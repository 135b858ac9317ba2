//! The log: what a person or anybody else can check, and what the server refuses to go on with.

use consentkit_core::id::Id;
use consentkit_core::proof::{Checkpoint, LogKey, check_consistency};
use consentkit_core::receipt::{Trust, Verdict, verify};
use serde_json::{Value, json};

use crate::server::person::record_of;
use crate::server::program::{KEY, Server};

fn text(server: &Server, path: &str) -> String {
    let answer = server.get(path, &[]);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.as_str().expect("text").to_owned()
}

#[test]
fn a_receipt_passes_every_check_but_those_of_words_that_were_never_published() {
    let server = Server::with_policy();
    let (record, intent) = record_of("ada");
    server.sync(&[&record, &record_of("bo").0], &[]);
    server.settle();
    let proof = server.post("/v1/token", &json!({ "subject": "ada", "record": record.id, "salt": intent.nonce }));
    let path = format!("/v1/receipts/{}", record.id);
    let answer = server.call("GET", &path, proof.body["token"].as_str().expect("a token"), &Value::Null);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/ld+json")));
    let key = text(&server, "/v1/log/key");
    let receipt = serde_json::to_string_pretty(&answer.body).expect("JSON") + "\n";
    let report = verify(&receipt, &Trust { key: Some(&key), ..Trust::default() });
    let failed: Vec<_> = report.steps.iter().filter(|step| step.status == consentkit_core::receipt::Status::Fail).collect();
    assert!(failed.is_empty() && report.verdict != Verdict::Fail, "{report:?}");
    assert!(answer.body["ck:evidence"]["proof"].is_string() && answer.body["ck:evidence"]["policyProof"].is_string());
    // Another key is no proof.
    let other = key.replace("consentkit.invalid/default", "consentkit.invalid/other");
    assert_ne!(verify(&receipt, &Trust { key: Some(&other), ..Trust::default() }).verdict, Verdict::Pass);
    // Another's receipt stays closed.
    let foreign = format!("/v1/receipts/{}", record_of("bo").0.id);
    let answer = server.call("GET", &foreign, proof.body["token"].as_str().expect("a token"), &Value::Null);
    assert_eq!(answer.code(), (404, "RECORD_UNKNOWN"));
}

#[test]
fn a_later_checkpoint_continues_an_earlier_one() {
    let server = Server::start();
    let key = LogKey::read(&text(&server, "/v1/log/key")).expect("a key");
    let head = |size: u64| {
        server.settle();
        let head = Checkpoint::open(&text(&server, "/v1/log/checkpoint"), &key).expect("signed");
        assert_eq!(head.size, size);
        head
    };
    server.sync(&[&record_of("ada").0, &record_of("bo").0], &[]);
    let old = head(2);
    for n in 0..5 {
        server.sync(&[&record_of(&format!("person {n}")).0], &[]);
    }
    let new = head(7);
    let answer = server.get("/v1/log/consistency?from=2", &[]);
    let path: Vec<Id> = answer.body["path"].as_array().expect("a path").iter().filter_map(|hash| Id::from_text(hash.as_str()?)).collect();
    check_consistency(&path, &old, &new).expect("the same log");
    assert_eq!(server.get("/v1/log/consistency?from=8", &[]).code(), (404, "SIZE_UNKNOWN"));
}

#[test]
fn a_server_does_not_start_on_a_log_that_was_changed() {
    let mut server = Server::with(&["--second", "second"]);
    server.sync(&[&record_of("ada").0, &record_of("bo").0, &record_of("cy").0], &[]);
    server.settle();
    server.kill();
    // Leaves taken away.
    server.other().run("UPDATE logs SET size = 2, note = ''");
    let said = server.refuses_to_start();
    assert!(said.contains("has 2 leaves, and 3 were signed"), "{said}");
    // As many leaves, and others.
    server.other().run("UPDATE logs SET size = 3; UPDATE nodes SET hash = (SELECT hash FROM nodes WHERE node = 0) WHERE node = 3");
    let said = server.refuses_to_start();
    assert!(said.contains("the log of default"), "{said}");
}

#[test]
fn verify_names_the_first_place_that_is_wrong() {
    let server = Server::start();
    let records: Vec<_> = (0..5).map(|n| record_of(&format!("person {n}")).0).collect();
    for record in &records {
        server.sync(&[record], &[]);
    }
    server.settle();
    let verify = || {
        let output = server.run(&["verify"]);
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    assert_eq!(verify(), (true, "{\"records\":5,\"leaves\":5}\n".to_owned()));
    let row = |position: u8| format!("(SELECT record FROM leaves WHERE position = {position})");
    // Two leaves change places.
    server.other().run("UPDATE leaves SET position = 99 WHERE position = 2; UPDATE leaves SET position = 2 WHERE position = 3; UPDATE leaves SET position = 3 WHERE position = 99");
    let (fine, said) = verify();
    assert!(!fine && said.contains("leaf 2 of the log of default"), "{said}");
    server.other().run("UPDATE leaves SET position = 99 WHERE position = 2; UPDATE leaves SET position = 2 WHERE position = 3; UPDATE leaves SET position = 3 WHERE position = 99");
    // A record goes without an erasure.
    server.other().run(&format!("DELETE FROM records WHERE id = {}", row(1)));
    let (fine, said) = verify();
    assert!(!fine && said.contains("leaf 1 of the log of default: what it commits to is neither kept nor erased"), "{said}");
    // Bytes change.
    server.other().damage("person 3");
    let (fine, said) = verify();
    assert!(!fine && said.contains("record number 2") && said.contains(&records[3].id), "{said}");
}

#[test]
fn two_servers_on_one_database_integrate_every_record_once() {
    let server = Server::start();
    let folder = tempfile::TempDir::new().expect("a folder");
    let beside = std::fs::read(server.folder().join(if crate::server::program::on_postgres() {
        "consentkit-signing.key"
    } else {
        "records.sqlite.key"
    }));
    let beside = beside.expect("a key");
    std::fs::write(folder.path().join("consentkit-signing.key"), beside).expect("a file");
    let second = Server::at(folder, server.db(), &[]);
    std::thread::scope(|scope| {
        for (number, server) in [&server, &second].into_iter().enumerate() {
            scope.spawn(move || {
                for n in 0..30 {
                    assert_eq!(server.sync(&[&record_of(&format!("person {number} {n}")).0], &[])[0].1, "stored");
                }
            });
        }
    });
    server.settle();
    assert_eq!(server.other().number("SELECT count(*) FROM leaves"), 60);
    assert_eq!(server.other().number("SELECT count(DISTINCT record) FROM leaves"), 60);
    let output = server.run(&["verify"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn changes_are_told_in_the_order_of_the_log_and_resumed() {
    let server = Server::start();
    let (ada, _) = record_of("ada");
    server.sync(&[&ada], &[]);
    server.settle();
    let since = |after: &str| server.call("GET", &format!("/v1/changes?after={after}"), KEY, &Value::Null);
    let first = since("");
    assert_eq!((&first.body["changes"][0]["id"], &first.body["changes"][0]["record"]["subject"]), (&json!(ada.id), &json!("ada")));
    let next = first.body["next"].as_str().expect("a cursor");
    assert_eq!(since(next).body["changes"], json!([]));
    server.call("POST", "/v1/erasures", KEY, &json!({ "subject": "ada" }));
    server.settle();
    let second = since(next);
    assert_eq!(second.body["changes"].as_array().map(Vec::len), Some(1));
    assert_eq!((&second.body["changes"][0]["kind"], second.body["changes"][0].get("record")), (&json!("erasure"), None));
    assert_eq!(since("").body["changes"][0].get("record"), None, "what was erased is told by its id alone");
    assert_eq!(since("nonsense").code(), (400, "CURSOR_INVALID"));
}
