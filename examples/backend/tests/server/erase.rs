//! What stays of a person who was erased.

use std::fs;

use consentkit_core::Engine;
use consentkit_core::protocol::{Context, Env, Event, Stored, StoredRecord};
use serde_json::{Value, json};

use crate::server::accounts::{ids, record, token};
use crate::server::person::{NOON, Person, SITE, policy, record_of, tampered};
use crate::server::program::{Answer, KEY, Server};

#[test]
fn nothing_stays_but_the_ids_and_nothing_comes_back() {
    let server = Server::start();
    let mut person = Person::new("ada-to-be-erased");
    let first = person.accepts(&[]);
    let record = person.record(&first);
    let (other, _) = record_of("bo");
    server.sync(&[&record, &tampered(&record), &other], &[]);

    let output = server.run(&["erase", "--subject", "ada-to-be-erased"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "erased 1 records\n");
    assert_eq!(server.dump().len(), 1);
    // PostgreSQL overwrites what is dead in its own time.
    for file in fs::read_dir(server.folder()).expect("files") {
        let bytes = fs::read(file.expect("a file").path()).expect("bytes");
        for trace in [b"ada-to-be-erased".as_slice(), &consentkit_core::id::decode(&first.nonce).expect("a salt")] {
            assert!(!bytes.windows(trace.len()).any(|window| window == trace), "a trace is left");
        }
    }

    assert_eq!(server.sync(&[&record], &[&first]), [(record.id.clone(), "erased".into()), (first.nonce.clone(), "erased".into())]);
    // A later answer that follows the erased one is a record like any other.
    let second = person.refuses(&[&format!("~{}", first.nonce)]);
    assert_eq!(server.sync(&[], &[&second])[0].1, "stored");
    assert_eq!(server.dump()[1]["id"], person.record(&second).id.as_str());
}

fn erase(server: &Server, whom: Value) -> Answer {
    server.call("POST", "/v1/erasures", KEY, &whom)
}

/// A German visitor who has refused while signed in, with 40 records.
fn refuses_forty_times(server: &Server, account: &str) -> Vec<StoredRecord> {
    let mut person = Person::new("ada-to-be-erased");
    let mut chain: Vec<StoredRecord> = Vec::new();
    for _ in 0..40 {
        let mut intent = person.refuses(&[]);
        intent.account = account.into();
        let before: Vec<&StoredRecord> = chain.last().into_iter().collect();
        let next = record(&intent, &before);
        chain.push(next);
    }
    server.sync(&chain.iter().collect::<Vec<_>>(), &[]);
    chain
}

/// S30 of the scenarios: GDPR 17(1) and (3), EDPB 02/2025.
#[test]
fn s30_bodies_and_salts_go_the_log_still_verifies_and_the_no_stays() {
    let server = Server::with_policy();
    let chain = refuses_forty_times(&server, "acc-ada");
    server.settle();
    assert_eq!(erase(&server, json!({ "account": "acc-ada" })).body, json!({ "erased": 40 }));
    server.settle();
    let verified = server.run(&["verify", "--second", "second"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    // 40 records, the policy, the record that keeps the no, the event that names nobody.
    assert_eq!(String::from_utf8_lossy(&verified.stdout), "{\"records\":1,\"leaves\":43}\n");

    let left = server.dump();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!((&left[0]["subject"], &left[0]["account"], &left[0]["actor"]), (&json!(""), &json!(""), &json!("import")));
    assert_eq!(left[0]["answers"], json!({ "necessary": "none", "analytics": "refused", "marketing": "refused" }));
    assert_eq!(server.other().number("SELECT count(*) FROM events WHERE content LIKE '%ada%'"), 0);

    // A new device of the account, in a place where ads are on until somebody objects.
    let answer = server.call("POST", "/v1/sync", &token(&server, "acc-ada"), &json!({ "site": SITE, "heads": [] }));
    assert_eq!(ids(&answer), [left[0]["id"].as_str().expect("an id")]);
    let granted = |records: Vec<StoredRecord>| {
        let mut engine = Engine::for_policy(&consentkit_core::policy::parse(&policy(SITE)).expect("a policy")).expect("an engine");
        let context = Context { region: "US-CA".into(), ..Context::default() };
        let open = Event::Open { context, stored: Stored { records, ..Stored::default() } };
        engine.handle(open, Env { now: NOON, entropy: vec![7; 32] });
        engine.snapshot().expect("a snapshot").granted.clone()
    };
    assert!(granted(Vec::new()).contains(&"marketing".to_owned()), "the default there");
    let down = serde_json::from_value(answer.body["records"].clone()).expect("records");
    assert!(!granted(down).contains(&"marketing".to_owned()), "the no outlives the erasure");

    // Nothing of it comes back by a device.
    assert!(server.sync(&chain.iter().collect::<Vec<_>>(), &[]).iter().all(|(_, status)| status == "erased"));
    // Erasing once more keeps the no.
    assert_eq!(erase(&server, json!({ "account": "acc-ada" })).body, json!({ "erased": 0 }));
    assert_eq!(server.dump().len(), 1);
}

#[test]
fn a_restored_backup_brings_nothing_back() {
    let mut server = Server::with_policy();
    refuses_forty_times(&server, "acc-ada");
    server.settle();
    server.terminate();
    server.ended();
    let backup = server.backup();
    server.start_again();
    assert_eq!(erase(&server, json!({ "account": "acc-ada" })).status, 200);
    server.settle();
    server.kill();
    server.restore(backup);
    // The log in it is shorter than what was signed: an operator has to know.
    let said = server.refuses_to_start();
    assert!(said.contains("has 41 leaves, and 43 were signed") && said.contains("log renew"), "{said}");
    let renewed = server.run(&["log", "renew", "--second", "second"]);
    assert!(renewed.status.success(), "{renewed:?}");
    server.start_again();
    assert_eq!(server.dump().len(), 1, "only what keeps the no");
    server.settle();
    let head = server.get("/v1/log/checkpoint", &[]).body;
    assert!(head.as_str().is_some_and(|head| head.starts_with("consentkit.invalid/default/1\n")), "{head}");
    let verified = server.run(&["verify", "--second", "second"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn what_is_erased_is_in_the_second_place_before_the_answer() {
    let server = Server::with_policy();
    let (record, _) = record_of("ada-to-be-erased");
    server.sync(&[&record], &[]);
    assert_eq!(erase(&server, json!({ "subject": "ada-to-be-erased" })).body, json!({ "erased": 1 }));
    let kept = fs::read_to_string(server.folder().join("second/erased.ndjson")).expect("a file");
    assert!(kept.contains(&record.id) && !kept.contains("ada"), "{kept}");
}

#[test]
fn a_hold_with_a_reason_stands_against_an_erasure_until_it_is_released() {
    let server = Server::start();
    server.sync(&[&record_of("ada-to-be-erased").0], &[]);
    let ada = json!({ "subject": "ada-to-be-erased" });
    assert_eq!(server.call("POST", "/v1/holds", KEY, &json!({ "subject": "ada", "reason": " " })).code(), (400, "REASON_MISSING"));
    assert_eq!(server.call("POST", "/v1/holds", KEY, &json!({ "reason": "x" })).code(), (400, "PERSON_INVALID"));
    let hold = server.call("POST", "/v1/holds", KEY, &json!({ "subject": "ada-to-be-erased", "reason": "claim 7 at Kiel" }));
    let id = hold.body["id"].as_str().expect("an id").to_owned();
    let held = erase(&server, ada.clone());
    assert_eq!(held.code(), (409, "HELD"));
    assert!(held.body["hint"].as_str().is_some_and(|hint| hint.contains("claim 7 at Kiel")));
    let output = server.run(&["erase", "--subject", "ada-to-be-erased"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("claim 7 at Kiel"));
    assert_eq!(server.dump().len(), 1);
    let path = format!("/v1/holds/{id}");
    assert_eq!(server.call("DELETE", &path, KEY, &Value::Null).status, 204);
    assert_eq!(server.call("DELETE", &path, KEY, &Value::Null).code(), (404, "HOLD_UNKNOWN"));
    assert_eq!(erase(&server, ada).body, json!({ "erased": 1 }));
    let holds = server.call("GET", "/v1/holds", KEY, &Value::Null);
    assert!(holds.body["holds"][0]["releasedAt"].as_u64().is_some_and(|at| at > 0), "it stays on file");
}
