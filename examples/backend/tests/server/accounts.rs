//! What other devices of an account have sent comes down, to whoever the site's server vouches for.

use consentkit_core::id::Id;
use consentkit_core::protocol::StoredRecord;
use consentkit_core::record::{Intent, Sealed};
use serde_json::{Value, json};

use crate::server::person::{Person, SITE};
use crate::server::program::{Answer, KEY, Server};

/// A record of a device, made by the core.
pub(crate) fn record(intent: &Intent, parents: &[&StoredRecord]) -> StoredRecord {
    let parents = parents.iter().map(|parent| Id::from_text(&parent.id).expect("an id")).collect();
    let sealed = Sealed::from_intent(intent.clone(), parents).expect("a record");
    StoredRecord { id: sealed.id.to_text(), bytes: consentkit_core::id::encode(&sealed.bytes), acked: false }
}

/// The same person's click while signed in.
fn signed_in(mut intent: Intent, account: &str) -> Intent {
    intent.account = account.into();
    intent
}

/// What a shell writes when somebody signs in.
fn link(intent: Intent, account: &str) -> Intent {
    Intent { kind: "link".into(), answers: String::new(), control: "api".into(), ..signed_in(intent, account) }
}

pub(crate) fn token(server: &Server, account: &str) -> String {
    let answer = server.call("POST", "/v1/accounts/token", KEY, &json!({ "account": account }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["token"].as_str().expect("a token").to_owned()
}

fn down(server: &Server, token: &str, heads: &[&str]) -> Answer {
    let answer = server.call("POST", "/v1/sync", token, &json!({ "site": SITE, "heads": heads }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

pub(crate) fn ids(answer: &Answer) -> Vec<&str> {
    answer.body["records"].as_array().expect("records").iter().map(|record| record["id"].as_str().expect("an id")).collect()
}

#[test]
fn another_device_gets_what_it_lacks_of_the_account_and_nothing_else() {
    let server = Server::start();
    let mut phone = Person::new("phone");
    let anonymous = record(&phone.refuses(&[]), &[]);
    let linked = record(&link(phone.accepts(&[]), "acc-ada"), &[&anonymous]);
    let later = record(&signed_in(phone.accepts(&[]), "acc-ada"), &[&linked]);
    let afterwards = record(&phone.refuses(&[]), &[&later]);
    let mut stranger = Person::new("stranger");
    let strange = record(&signed_in(stranger.accepts(&[]), "acc-bo"), &[]);
    server.sync(&[&anonymous, &linked, &later, &afterwards, &strange], &[]);

    let token = token(&server, "acc-ada");
    let answer = down(&server, &token, &[]);
    assert_eq!(ids(&answer), [&anonymous.id, &linked.id, &later.id], "signed out again, the device is its own");
    assert_eq!(answer.body["records"][2]["bytes"], later.bytes.as_str());
    assert_eq!(answer.body["more"], json!(false));
    assert_eq!(ids(&down(&server, &token, &[&linked.id])), [&later.id], "what a head was made after is known");
    assert!(ids(&down(&server, &token, &[&afterwards.id])).is_empty(), "also by way of records that are not the account's");
    // The same without an account: as it was before there were accounts.
    let anonymous = server.post("/v1/sync", &json!({ "site": SITE, "heads": [] }));
    assert_eq!((anonymous.body.get("records"), anonymous.body.get("more")), (None, None));
    // Another site of the same server.
    let other = server.call("POST", "/v1/sync", &token, &json!({ "site": "other.example" }));
    assert!(ids(&other).is_empty());
}

#[test]
fn a_record_that_is_sent_now_does_not_come_back() {
    let server = Server::start();
    let mut phone = Person::new("phone");
    let first = record(&signed_in(phone.accepts(&[]), "acc-ada"), &[]);
    server.sync(&[&first], &[]);
    let own = record(&signed_in(phone.refuses(&[]), "acc-ada"), &[]);
    let answer = server.call("POST", "/v1/sync", &token(&server, "acc-ada"), &json!({ "site": SITE, "records": [own] }));
    assert_eq!(answer.body["results"][0]["status"], "stored");
    assert_eq!(ids(&answer), [&first.id]);
}

#[test]
fn many_records_come_in_parts_ancestors_first() {
    let server = Server::start();
    let mut phone = Person::new("phone");
    let mut chain: Vec<StoredRecord> = Vec::new();
    for _ in 0..120 {
        let before: Vec<&StoredRecord> = chain.last().into_iter().collect();
        let next = record(&signed_in(phone.accepts(&[]), "acc-ada"), &before);
        chain.push(next);
    }
    // They arrive in the wrong order.
    for part in chain.iter().rev().collect::<Vec<_>>().chunks(50) {
        server.sync(part, &[]);
    }
    let token = token(&server, "acc-ada");
    let (mut got, mut heads) = (Vec::new(), Vec::new());
    for expected in [50, 50, 20] {
        let named: Vec<&str> = heads.iter().map(String::as_str).collect();
        let answer = down(&server, &token, &named);
        assert_eq!((ids(&answer).len(), &answer.body["more"]), (expected, &Value::Bool(expected == 50)));
        got.extend(ids(&answer).into_iter().map(str::to_owned));
        heads = got.last().cloned().into_iter().collect();
    }
    assert_eq!(got, chain.iter().map(|record| record.id.clone()).collect::<Vec<_>>());
}

#[test]
fn what_another_account_did_on_the_device_hides_what_is_older() {
    let server = Server::start();
    let mut shared = Person::new("shared");
    let anonymous = record(&shared.refuses(&[]), &[]);
    let bo = record(&link(shared.accepts(&[]), "acc-bo"), &[&anonymous]);
    let ada = record(&link(shared.accepts(&[]), "acc-ada"), &[&bo]);
    server.sync(&[&anonymous, &bo, &ada], &[]);
    assert_eq!(ids(&down(&server, &token(&server, "acc-ada"), &[])), [&ada.id]);
    assert_eq!(ids(&down(&server, &token(&server, "acc-bo"), &[])), [&anonymous.id, &bo.id]);
}

#[test]
fn only_a_good_token_of_an_account_will_do() {
    let server = Server::start();
    let mut ada = Person::new("ada");
    let intent = ada.accepts(&[]);
    let record = ada.record(&intent);
    server.sync(&[&record], &[]);
    let body = json!({ "site": SITE, "records": [record] });
    let of_subject = server.post("/v1/token", &json!({ "subject": "ada", "record": record.id, "salt": intent.nonce }));
    for wrong in ["made-up", KEY, of_subject.body["token"].as_str().expect("a token")] {
        assert_eq!(server.call("POST", "/v1/sync", wrong, &body).code(), (401, "TOKEN_INVALID"), "{wrong}");
    }
    let token = token(&server, "acc-ada");
    assert_eq!(server.call("GET", "/v1/accounts/acc-bo/records", &token, &Value::Null).code(), (403, "TOKEN_FOREIGN"));
    assert_eq!(server.call("GET", "/v1/subjects/ada/records", &token, &Value::Null).code(), (403, "TOKEN_FOREIGN"));
    for wrong in [json!({ "account": "" }), json!({ "account": "x".repeat(513) })] {
        assert_eq!(server.call("POST", "/v1/accounts/token", KEY, &wrong).code(), (400, "ACCOUNT_INVALID"));
    }
}

#[test]
fn everything_of_an_account_is_shown_to_its_owner_and_to_the_tenant() {
    let server = Server::start();
    let mut phone = Person::new("phone");
    let anonymous = record(&phone.refuses(&[]), &[]);
    let linked = record(&link(phone.accepts(&[]), "acc-ada"), &[&anonymous]);
    server.sync(&[&anonymous, &linked], &[]);
    for bearer in [token(&server, "acc-ada").as_str(), KEY] {
        let answer = server.call("GET", "/v1/accounts/acc-ada/records", bearer, &Value::Null);
        assert_eq!((answer.status, ids(&answer)), (200, vec![anonymous.id.as_str(), linked.id.as_str()]));
    }
}
