//! An answer means that the disk has it.

use std::thread;
use std::time::Duration;

use crate::server::person::record_of;
use crate::server::program::{Server, batch, on_postgres};

const COUNT: &str = "SELECT count(*) FROM records";

fn count(server: &Server) -> i64 {
    server.other().number(COUNT)
}

#[test]
fn another_connection_sees_a_record_as_soon_as_it_is_answered() {
    let server = Server::start();
    let mut other = server.other();
    for n in 1..=20 {
        server.sync(&[&record_of(&format!("person {n}")).0], &[]);
        assert_eq!(other.number(COUNT), n);
    }
}

#[test]
fn a_server_that_is_killed_after_an_answer_has_kept_the_record() {
    let mut server = Server::start();
    let (record, intent) = record_of("ada");
    for round in 0..3 {
        let (other, _) = record_of(&format!("person {round}"));
        assert_eq!(server.sync(&[&other], &[])[0].1, "stored");
        assert_eq!(server.sync(&[&record], &[])[0].1, if round == 0 { "stored" } else { "duplicate" });
        server.kill();
        assert_eq!(server.dump().len(), round + 2, "the file can be read while nobody serves");
        server.start_again();
    }
    assert_eq!(server.sync(&[], &[&intent]), [(intent.nonce.clone(), "duplicate".into())]);
}

#[test]
fn there_is_no_answer_before_the_commit() {
    let server = Server::start();
    let mut other = server.other();
    other.lock();
    thread::scope(|scope| {
        let sender = scope.spawn(|| server.sync(&[&record_of("ada").0], &[]));
        thread::sleep(Duration::from_millis(700));
        assert!(!sender.is_finished(), "nothing can be committed while another process holds the lock");
        other.unlock();
        assert_eq!(sender.join().expect("an answer")[0].1, "stored");
    });
    assert_eq!(count(&server), 1);
}

#[test]
fn a_batch_that_cannot_be_committed_is_not_acknowledged() {
    let server = Server::start();
    let (record, _) = record_of("ada");
    let mut other = server.other();
    other.lock();
    let answer = server.post("/v1/sync", &batch(&[&record], &[]));
    assert_eq!(answer.code(), (503, "NOT_COMMITTED"));
    assert!(answer.body.get("results").is_none());
    assert_eq!(answer.header("retry-after"), Some("5"));
    other.unlock();
    assert_eq!(count(&server), 0);
    assert_eq!(server.sync(&[&record], &[])[0].1, "stored", "the writer goes on");
}

#[test]
fn told_to_stop_it_ends_what_is_under_way() {
    let mut server = Server::start();
    let mut other = server.other();
    other.lock();
    thread::scope(|scope| {
        let sender = scope.spawn(|| server.sync(&[&record_of("ada").0], &[]));
        thread::sleep(Duration::from_millis(500));
        server.terminate();
        thread::sleep(Duration::from_millis(500));
        other.unlock();
        assert_eq!(sender.join().expect("an answer")[0].1, "stored");
    });
    let (status, said) = server.ended();
    assert!(status.success(), "{said}");
    assert_eq!(server.dump().len(), 1);
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let mut server = Server::start();
    server.kill();
    server.other().run(if on_postgres() { "UPDATE layout SET version = 99" } else { "PRAGMA user_version = 99" });
    let output = server.run(&["serve", "--port", "0"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("layout 99"), "{said}");
}

#[test]
fn a_damaged_row_is_named_and_the_others_are_printed() {
    let server = Server::start();
    let (record, _) = record_of("ada");
    server.sync(&[&record, &record_of("bo").0], &[]);
    server.other().damage("ada");
    let output = server.run(&["dump"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains(&record.id));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
}

#[test]
fn a_dump_of_no_file_makes_none() {
    if on_postgres() {
        return;
    }
    let mut server = Server::start();
    server.kill();
    std::fs::remove_file(server.db()).expect("removed");
    assert!(!server.run(&["dump"]).status.success());
    assert!(!server.run(&["erase", "--subject", "ada"]).status.success());
    assert!(!std::path::Path::new(server.db()).exists());
}
