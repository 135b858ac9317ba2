//! What stays of a person who was erased.

use std::fs;

use crate::server::person::{Person, record_of, tampered};
use crate::server::program::Server;

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
