//! Records that an engine has made.

use consentkit_core::id::{self, Id};
use consentkit_core::protocol::StoredRecord;
use serde_json::{Value, json};

use crate::server::person::{NOON, Person, SITE, record_of, tampered};
use crate::server::program::{Server, send, statuses};

#[test]
fn a_record_is_kept_once_and_can_be_read_by_its_owner() {
    let server = Server::start();
    let (record, _) = record_of("ada");
    assert_eq!(server.sync(&[&record], &[]), [(record.id.clone(), "stored".into())]);
    assert_eq!(server.sync(&[&record, &record], &[]), [(record.id.clone(), "duplicate".into()), (record.id.clone(), "duplicate".into())]);

    let dumped = server.dump();
    assert_eq!(dumped.len(), 1);
    let mut row = dumped[0].clone();
    assert!(row["receivedAt"].as_u64().expect("a time") > 1_700_000_000_000);
    assert!(row["rulesVersion"].as_str().is_some_and(|version| !version.is_empty()));
    for varying in ["receivedAt", "rulesVersion", "place"] {
        row.as_object_mut().expect("an object").remove(varying);
    }
    let expected = json!({
        "id": record.id, "site": SITE, "subject": "ada", "account": "", "at": NOON + 1_000, "kind": "choice", "actor": "subject",
        "policyVersion": 7, "sdkVersion": consentkit_core::SDK_VERSION,
        "language": "en", "noticeHash": "n0t1ce", "noticeLevel": "layer1", "region": "DE", "signals": [], "age": "",
        "answers": { "necessary": "none", "analytics": "given", "marketing": "given" },
        "wishes": [], "control": "centre.accept", "parents": [], "checkpoint": "", "body": ""
    });
    assert_eq!(row, expected);
    assert!(dumped[0]["place"].as_str().is_some_and(|place| place.contains(':')), "{}", dumped[0]["place"]);
}

#[test]
fn a_changed_byte_is_kept_apart_and_does_not_harm_the_true_record() {
    let server = Server::start();
    let (record, _) = record_of("ada");
    let wrong = tampered(&record);
    assert_eq!(server.sync(&[&wrong], &[]), [(record.id.clone(), "quarantine".into())]);
    assert_eq!(server.sync(&[&wrong, &record], &[]), [(record.id.clone(), "quarantine".into()), (record.id.clone(), "stored".into())]);
    assert_eq!(server.dump().len(), 1);
    let kept = server.quarantine();
    assert_eq!(kept.len(), 1, "the same thing twice is one row");
    assert_eq!((&kept[0]["reason"], &kept[0]["content"]), (&json!("RECORD_UNREADABLE"), &json!(wrong.bytes)));
}

#[test]
fn what_is_no_record_is_kept_apart_with_the_reason() {
    let server = Server::start();
    let noise = StoredRecord { id: Id::of(b"noise").to_text(), bytes: id::encode(b"noise"), acked: false };
    let no_text = StoredRecord { id: "x".into(), bytes: "not base64!".into(), acked: false };
    let (record, _) = record_of("ada");
    let other_id = StoredRecord { id: noise.id.clone(), ..record };
    let quarantined: Vec<_> = server.sync(&[&noise, &no_text, &other_id], &[]).into_iter().map(|(_, status)| status).collect();
    assert_eq!(quarantined, ["quarantine"; 3]);
    let paths: Vec<Value> = server.quarantine().iter().map(|row| row["path"].clone()).collect();
    assert_eq!(paths, ["bytes", "bytes", "id"]);
    assert!(server.dump().is_empty());
}

#[test]
fn records_of_another_site_do_not_count() {
    let server = Server::start();
    let mut stranger = Person::at("other.example", "ada");
    let intent = stranger.accepts(&[]);
    let record = stranger.record(&intent);
    let told = server.sync(&[&record], &[&intent]);
    assert_eq!(told, [(record.id.clone(), "quarantine".into()), (intent.nonce.clone(), "quarantine".into())]);
    assert!(server.quarantine().iter().all(|row| row["reason"] == "FOREIGN_SITE"));

    // The batch names the record's own site, but this server is there for another.
    let named = Server::with(&["--site", SITE, "second.example"]);
    let answer = named.post("/v1/sync", &json!({ "site": "other.example", "records": [record] }));
    assert_eq!(statuses(&answer), [(record.id.clone(), "quarantine".into())]);
    assert_eq!(named.sync(&[&record_of("bo").0], &[])[0].1, "stored");
    assert_eq!(named.dump().len(), 1);
}

#[test]
fn a_page_may_send_plain_text() {
    let server = Server::start();
    let (record, _) = record_of("ada");
    let body = json!({ "site": SITE, "records": [record], "later": "fields of a later version are ignored" }).to_string();
    for kind in ["text/plain;charset=UTF-8", "text/plain", "application/json; charset=utf-8"] {
        let answer = send("POST", &server.url("/v1/sync"), &[("content-type", kind)], &body);
        assert_eq!(answer.status, 200, "{kind}");
    }
    assert_eq!(server.dump().len(), 1);
}

#[test]
fn many_senders_at_once_lose_and_double_nothing() {
    let server = Server::start();
    let records: Vec<StoredRecord> = (0..60).map(|n| record_of(&format!("person {n}")).0).collect();
    std::thread::scope(|scope| {
        for sender in 0..6 {
            let (server, records) = (&server, &records);
            // Each record is sent by two senders.
            scope.spawn(move || {
                for record in records.iter().skip(sender * 10).chain(records.iter()).take(20) {
                    assert!(["stored", "duplicate"].contains(&server.sync(&[record], &[])[0].1.as_str()));
                }
            });
        }
    });
    assert_eq!(server.dump().len(), 60);
}

#[test]
fn a_server_says_what_it_has_lost_and_gets_it_back() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let intent = person.accepts(&[]);
    let first = person.record(&intent);
    let second = {
        let intent = person.refuses(&[&first.id]);
        person.record(&intent)
    };
    let wants = |records: &[&StoredRecord], heads: &[&str]| {
        let mut body = crate::server::program::batch(records, &[]);
        body["heads"] = json!(heads);
        let answer = server.post("/v1/sync", &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["wants"].clone()
    };
    // As after a backup that was made before the first record.
    assert_eq!(wants(&[&second], &[&second.id]), json!([first.id]), "a parent is missing");
    assert_eq!(server.dump().len(), 1, "the record counts all the same");
    assert_eq!(wants(&[], &[&first.id, "no id"]), json!([first.id]), "a head is missing");
    assert_eq!(wants(&[&first], &[&second.id]), json!([]));
    assert_eq!(server.dump().len(), 2);

    server.run(&["erase", "--subject", "ada"]);
    assert_eq!(wants(&[], &[&first.id, &second.id]), json!([]), "what was erased is not asked for");
}
