//! Intents of clients that have no engine: the server makes the records, with the same core.

use serde_json::json;

use crate::server::person::Person;
use crate::server::program::Server;

fn stored(server: &Server) -> Vec<(String, Vec<u8>)> {
    server.other().records()
}

fn made_by_engine(record: &consentkit_core::protocol::StoredRecord) -> (String, Vec<u8>) {
    (record.id.clone(), consentkit_core::id::decode(&record.bytes).expect("bytes"))
}

#[test]
fn the_record_is_the_one_that_the_engine_makes() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let intent = person.accepts(&[]);
    assert_eq!(server.sync(&[], &[&intent]), [(intent.nonce.clone(), "stored".into())]);
    let record = person.record(&intent);
    assert_eq!(stored(&server), [made_by_engine(&record)]);
    // Whoever comes second is told that it is there: the intent again, and the engine's record.
    assert_eq!(server.sync(&[&record], &[&intent]), [(record.id, "duplicate".into()), (intent.nonce, "duplicate".into())]);
    assert_eq!(server.dump().len(), 1);
}

#[test]
fn an_intent_may_follow_others_of_its_batch_in_any_order() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let first = person.accepts(&[]);
    let second = person.refuses(&[&format!("~{}", first.nonce)]);
    let third = person.accepts(&[&format!("~{}", second.nonce), &format!("~{}", first.nonce)]);
    let told = server.sync(&[], &[&third, &second, &first]);
    assert!(told.iter().all(|(_, status)| status == "stored"), "{told:?}");
    let expected: Vec<_> = [&first, &second, &third].map(|intent| made_by_engine(&person.record(intent))).into();
    assert_eq!(stored(&server), expected);
    assert_eq!(server.dump()[2]["parents"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_intent_may_follow_a_record_of_its_batch_or_of_any_earlier_one() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let first = person.accepts(&[]);
    let first_record = person.record(&first);
    let second = person.refuses(&[&format!("~{}", first.nonce)]);
    let told = server.sync(&[&first_record], &[&second]);
    assert_eq!(told[1], (second.nonce.clone(), "stored".into()));
    let by_nonce = person.accepts(&[&format!("~{}", second.nonce)]);
    assert_eq!(server.sync(&[], &[&by_nonce])[0].1, "stored");
    let second_record = person.record(&second);
    let by_id = person.refuses(&[&second_record.id]);
    assert_eq!(server.sync(&[], &[&by_id])[0].1, "stored");
    let expected = [first_record.clone(), second_record, person.record(&by_nonce), person.record(&by_id)];
    assert_eq!(stored(&server), expected.iter().map(made_by_engine).collect::<Vec<_>>());
}

#[test]
fn an_intent_whose_parent_has_not_arrived_waits_at_the_sender() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let first = person.accepts(&[]);
    let second = person.refuses(&[&format!("~{}", first.nonce)]);
    assert_eq!(server.sync(&[], &[&second]), [(second.nonce.clone(), "later".into())]);
    assert!(server.dump().is_empty() && server.quarantine().is_empty());
    assert_eq!(server.sync(&[], &[&first, &second])[1], (second.nonce.clone(), "stored".into()));
    assert_eq!(stored(&server)[1], {
        person.record(&first);
        made_by_engine(&person.record(&second))
    });
}

#[test]
fn intents_that_name_each_other_end() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let (mut first, mut second) = (person.accepts(&[]), person.accepts(&[]));
    first.heads = vec![format!("~{}", second.nonce)];
    second.heads = vec![format!("~{}", first.nonce)];
    let told = server.sync(&[], &[&first, &second]);
    assert!(told.iter().all(|(_, status)| status == "later"), "{told:?}");
}

#[test]
fn an_unreadable_intent_is_kept_apart_and_its_children_count_without_it() {
    let server = Server::start();
    let mut person = Person::new("ada");
    let mut broken = person.accepts(&[]);
    broken.stamp = "not a stamp".into();
    let child = person.refuses(&[&format!("~{}", broken.nonce), "no id"]);
    let grandchild = person.accepts(&[&format!("~{}", broken.nonce), &format!("~{}", child.nonce)]);
    let told = server.sync(&[], &[&child, &broken]);
    assert_eq!(told, [(broken.nonce.clone(), "quarantine".into()), (child.nonce.clone(), "stored".into())]);
    // The broken one is known from the file by now.
    assert_eq!(server.sync(&[], &[&grandchild])[0].1, "stored");
    assert_eq!(server.quarantine()[0]["reason"], json!("INTENT_UNREADABLE"));
    let expected: Vec<_> = person.records_at_start(&[&broken, &child, &grandchild]).iter().map(made_by_engine).collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(stored(&server), expected);
}
