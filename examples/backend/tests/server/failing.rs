//! PostgreSQL that fails in the ways in which it, or a distributed database that speaks like it, does.

use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::server::cluster::Cluster;
use crate::server::person::record_of;
use crate::server::program::{Server, on_postgres};

/// Fails the first inserts into `records` with a code. A sequence is not rolled back, so it counts the tries.
fn fail_first(server: &Server, times: u32, code: &str) {
    server.other().run(&format!(
        "CREATE SEQUENCE tries;
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'injected' USING ERRCODE = '{code}'; END IF;
           RETURN NEW;
         END $$;
         CREATE TRIGGER fail BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION fail();"
    ));
}

fn has_retried(server: &Server, times: u32) {
    let metrics = server.get("/metrics", &[]).body.as_str().expect("text").to_owned();
    assert!(metrics.contains(&format!("consentkit_retries_total {times}\n")), "{metrics}");
}

#[test]
fn a_transaction_that_met_another_is_tried_again() {
    if !on_postgres() {
        return;
    }
    for code in ["40001", "40P01"] {
        let server = Server::start();
        fail_first(&server, 3, code);
        assert_eq!(server.sync(&[&record_of("ada").0], &[])[0].1, "stored", "{code}");
        assert_eq!(server.other().number("SELECT last_value FROM tries"), 4, "{code}");
        has_retried(&server, 3);
    }
}

/// The statements of a batch are all on their way when the first fails; what counts is why it did, not that the others then could not.
#[test]
fn a_batch_that_met_another_transaction_is_tried_again() {
    if !on_postgres() {
        return;
    }
    let server = Server::start();
    fail_first(&server, 1, "40001");
    for round in 0..20 {
        server.other().run("SELECT setval('tries', 1, false)");
        let records: Vec<_> = (0..20).map(|person| record_of(&format!("{round}-{person}")).0).collect();
        let answers = server.sync(&records.iter().collect::<Vec<_>>(), &[]);
        assert!(answers.iter().all(|(_, status)| status == "stored"), "round {round}: {answers:?}");
    }
    has_retried(&server, 20);
}

#[test]
fn any_other_failure_is_not_tried_again_and_harms_no_other_sender() {
    if !on_postgres() {
        return;
    }
    let server = Server::start();
    fail_first(&server, 1, "22000");
    let answer = server.post("/v1/sync", &json!({ "site": "shop.example", "records": [record_of("ada").0] }));
    assert_eq!(answer.code(), (503, "NOT_COMMITTED"));
    assert_eq!(server.other().number("SELECT last_value FROM tries"), 1);
    assert_eq!(server.sync(&[&record_of("ada").0], &[])[0].1, "stored");
}

#[test]
fn a_duplicate_is_not_acknowledged_before_a_standby_has_the_record() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start();
    let mut admin = postgres::Client::connect(&cluster.url("postgres"), postgres::NoTls).expect("a connection");
    let server = Server::at(TempDir::new().expect("a folder"), &cluster.url(&cluster.make_database()), &[]);
    let (record, _) = record_of("ada");
    assert_eq!(server.sync(&[&record], &[])[0].1, "stored");
    let mut waits_for = |standby: &str| {
        for sql in [&format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'"), "SELECT pg_reload_conf()"] {
            admin.batch_execute(sql).expect("set");
        }
    };
    waits_for("away");
    let mut other = server.other();
    other.run("CHECKPOINT");
    thread::scope(|scope| {
        let sender = scope.spawn(|| server.sync(&[&record], &[]));
        thread::sleep(Duration::from_millis(700));
        assert!(!sender.is_finished(), "nobody has it but one machine");
        waits_for("");
        assert_eq!(sender.join().expect("an answer")[0].1, "duplicate");
    });
}

#[test]
fn an_answer_waits_for_the_disk_whatever_the_default_of_the_role_is() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start();
    let name = cluster.make_database();
    let mut admin = postgres::Client::connect(&cluster.url(&name), postgres::NoTls).expect("a connection");
    admin.batch_execute(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).expect("set");
    drop(admin);
    let server = Server::at(TempDir::new().expect("a folder"), &cluster.url(&name), &[]);
    let (record, _) = record_of("ada");
    for round in 0..5 {
        assert_eq!(server.sync(&[&record_of(&format!("person {round}")).0], &[])[0].1, "stored");
    }
    assert_eq!(server.sync(&[&record], &[])[0].1, "stored");
    cluster.crash();
    cluster.run();
    assert_eq!(server.dump().len(), 6, "nothing that was acknowledged is lost");
    // The server has found its way back by itself.
    assert_eq!(server.sync(&[&record], &[])[0].1, "duplicate");
}

#[test]
fn of_several_hosts_the_one_that_is_up_and_takes_writes_is_used() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::shared();
    let name = cluster.make_database();
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let url = format!("postgres://postgres@127.0.0.1:{free},127.0.0.1:{}/{name}", cluster.port);
    let server = Server::at(TempDir::new().expect("a folder"), &url, &[]);
    assert_eq!(server.sync(&[&record_of("ada").0], &[])[0].1, "stored");
    assert_eq!(server.get("/readyz", &[]).status, 200);
}
