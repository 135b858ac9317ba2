//! Answers by other ways than a device.

use serde_json::{Value, json};

use crate::server::person::{Person, SITE};
use crate::server::program::{KEY, Server};

#[test]
fn what_is_said_at_the_phone_comes_after_everything_that_is_known() {
    let server = Server::with_policy();
    let mut ada = Person::new("ada");
    let intent = ada.accepts(&[]);
    let record = ada.record(&intent);
    server.sync(&[&record], &[]);
    let said = json!({
        "site": SITE, "subject": "ada", "region": "DE", "answers": { "marketing": false }, "method": "phone", "evidence": "call 4711"
    });
    let answer = server.call("POST", "/v1/choices", KEY, &said);
    assert_eq!(answer.status, 200, "{answer:?}");
    let made = server.dump()[1].clone();
    assert_eq!(made["id"], answer.body["id"]);
    assert_eq!((&made["actor"], &made["control"], &made["parents"]), (&json!("agent"), &json!("agent.phone"), &json!([record.id])));
    assert_eq!(made["answers"], json!({ "necessary": "none", "analytics": "none", "marketing": "withdrawn" }));
    let body: Value = serde_json::from_str(made["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(body, json!({ "method": "phone", "evidence": "call 4711", "by": "environment" }));
}

#[test]
fn what_does_not_fit_the_policy_is_refused_with_its_place() {
    let server = Server::with_policy();
    let ask = |changed: &str, value: Value| {
        let mut said = json!({ "site": SITE, "subject": "ada", "answers": { "marketing": true }, "method": "till" });
        said[changed] = value;
        let answer = server.call("POST", "/v1/choices", KEY, &said);
        (answer.status, answer.body["code"].clone(), answer.body["path"].clone())
    };
    assert_eq!(ask("answers", json!({ "moon": true })), (400, json!("ITEM_UNKNOWN"), json!("answers.moon")));
    assert_eq!(ask("site", json!("other.example")), (400, json!("SITE_UNKNOWN"), json!("site")));
    assert_eq!(ask("subject", json!("")), (400, json!("PERSON_INVALID"), json!("subject")));
    assert_eq!(ask("method", json!("by phone")), (400, json!("METHOD_INVALID"), json!("method")));
    assert_eq!(ask("notice", json!("x")), (400, json!("NOTICE_INVALID"), json!("notice")));
    assert!(server.dump().is_empty());
}

#[test]
fn a_guardian_answers_once_by_a_link() {
    let server = Server::with_policy();
    let about = json!({ "site": SITE, "subject": "kim", "region": "CN", "age": "0-13" });
    let link = server.call("POST", "/v1/guardian-links", KEY, &about);
    let path = format!("/v1/guardian/{}", link.body["token"].as_str().expect("a token"));
    assert_eq!(server.other().number("SELECT count(*) FROM guardian_links WHERE record <> token_hash"), 1);
    assert_eq!(server.post(&path, &json!({ "answers": { "moon": true }, "method": "id_document" })).code(), (400, "ITEM_UNKNOWN"));
    let said = json!({ "answers": { "analytics": true }, "method": "id_document", "evidence": "checked by K." });
    let answer = server.post(&path, &said);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(server.post(&path, &said).code(), (404, "LINK_USED"));
    assert_eq!(server.post("/v1/guardian/made-up", &said).code(), (404, "LINK_USED"));
    let made = server.dump();
    assert_eq!(made.len(), 1);
    assert_eq!(
        (&made[0]["actor"], &made[0]["control"], &made[0]["age"]),
        (&json!("guardian"), &json!("guardian.id_document"), &json!("0-13"))
    );
    assert_eq!(made[0]["answers"]["analytics"], "given");
}
