//! Who may read a history.

use consentkit_backend::token::{Bearer, Claim, Signer};
use consentkit_core::id::Id;
use serde_json::{Value, json};

use crate::server::person::{Person, record_of};
use crate::server::program::{Answer, SECRET, Server};

const ADA: &str = "/v1/subjects/ada/records";

fn prove(server: &Server, subject: &str, record: &str, salt: &str) -> Answer {
    server.post("/v1/token", &json!({ "subject": subject, "record": record, "salt": salt }))
}

fn read(server: &Server, path: &str, token: &str) -> Answer {
    server.get(path, &[("authorization", &format!("Bearer {token}"))])
}

fn token(answer: &Answer) -> &str {
    answer.body["token"].as_str().expect("a token")
}

fn ids(answer: &Answer) -> Vec<&str> {
    let records = answer.body["records"].as_array().expect("records");
    records.iter().map(|record| record["id"].as_str().expect("an id")).collect()
}

#[test]
fn who_knows_a_salt_reads_the_history_of_the_subject() {
    let server = Server::start();
    let mut ada = Person::new("ada");
    let first = ada.accepts(&[]);
    let first_record = ada.record(&first);
    let second = ada.refuses(&[&first_record.id]);
    let second_record = ada.record(&second);
    server.sync(&[&first_record, &second_record, &record_of("bo").0], &[]);
    for (record, intent) in [(&first_record, &first), (&second_record, &second)] {
        let answer = prove(&server, "ada", &record.id, &intent.nonce);
        assert_eq!((answer.status, &answer.body["expiresIn"]), (200, &json!(600_000)));
        let history = read(&server, ADA, token(&answer));
        assert_eq!((history.status, ids(&history)), (200, vec![first_record.id.as_str(), second_record.id.as_str()]));
        assert_eq!(history.header("cache-control"), Some("no-store"));
        assert_eq!(history.body["records"][1]["answers"]["analytics"], "withdrawn");
        assert_eq!(history.body["records"][1]["bytes"], Value::from(second_record.bytes.as_str()));
    }
}

#[test]
fn nothing_less_than_a_salt_of_the_subject_gives_a_token() {
    let server = Server::start();
    let (ada, intent) = record_of("ada");
    let (bo, bos_intent) = record_of("bo");
    server.sync(&[&ada, &bo], &[]);
    let unknown = Id::of(b"unknown").to_text();
    let wrong = [
        ("ada", ada.id.as_str(), bos_intent.nonce.as_str()),
        ("ada", &bo.id, &bos_intent.nonce),
        ("bo", &ada.id, &intent.nonce),
        ("ada", &unknown, &intent.nonce),
        ("ada", &ada.id, "no salt"),
        ("ada", "no id", &intent.nonce),
        ("", &ada.id, &intent.nonce),
    ];
    let answers: Vec<String> = wrong
        .map(|(subject, record, salt)| {
            format!("{:?}", {
                let answer = prove(&server, subject, record, salt);
                (answer.status, answer.body)
            })
        })
        .into();
    assert!(answers[0].contains("403") && answers[0].contains("PROOF_WRONG"), "{}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "a stranger learns nothing from the difference: {answers:?}");
}

#[test]
fn a_history_is_closed_without_a_good_token_of_that_subject() {
    let server = Server::start();
    let (ada, intent) = record_of("ada");
    let (bo, bos_intent) = record_of("bo");
    server.sync(&[&ada, &bo], &[]);
    assert_eq!(server.get(ADA, &[]).code(), (401, "TOKEN_MISSING"));
    assert_eq!(server.get(ADA, &[("authorization", "Basic YTpi")]).code(), (401, "TOKEN_MISSING"));
    assert_eq!(read(&server, ADA, "made-up").code(), (401, "TOKEN_INVALID"));
    assert_eq!(read(&server, ADA, token(&prove(&server, "bo", &bo.id, &bos_intent.nonce))).code(), (403, "TOKEN_FOREIGN"));

    let good = prove(&server, "ada", &ada.id, &intent.nonce);
    let mut changed = token(&good).to_owned();
    let last = changed.pop().expect("a character");
    changed.push(if last == 'A' { 'Q' } else { 'A' });
    assert_eq!(read(&server, ADA, &changed).code(), (401, "TOKEN_INVALID"));
}

#[test]
fn a_token_ends() {
    let server = Server::start();
    let (ada, _) = record_of("ada");
    server.sync(&[&ada], &[]);
    let signer = Signer::new(SECRET.as_bytes()).expect("a signer");
    let bearer = Bearer::Subject { subject: "ada".into(), record: Id::from_text(&ada.id).expect("an id") };
    let claim = |until| Claim { tenant: "default".into(), bearer: bearer.clone(), until };
    let now = consentkit_backend::clock::now();
    assert_eq!(read(&server, ADA, &signer.sign(&claim(now + 60_000))).status, 200);
    let expired = read(&server, ADA, &signer.sign(&claim(now - 1)));
    assert_eq!(expired.code(), (401, "TOKEN_EXPIRED"));
    assert_eq!(expired.header("www-authenticate"), Some("Bearer"));
}

#[test]
fn a_stranger_who_sends_a_record_in_somebodys_name_reads_only_that() {
    let server = Server::start();
    let (ada, _) = record_of("ada");
    server.sync(&[&ada], &[]);
    let mut stranger = Person::new("ada");
    stranger.accepts(&[]);
    let forged = stranger.accepts(&[]);
    let forged_record = stranger.record(&forged);
    assert_ne!(forged_record.id, ada.id);
    server.sync(&[], &[&forged]);
    let history = read(&server, ADA, token(&prove(&server, "ada", &forged_record.id, &forged.nonce)));
    assert_eq!(ids(&history), [forged_record.id.as_str()]);
}
