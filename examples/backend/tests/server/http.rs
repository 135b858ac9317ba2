//! Limits, malformed requests, other origins, regions, and what is not kept.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::person::{SITE, record_of};
use crate::server::program::{KEY, Server, batch, send};

#[test]
fn a_batch_has_a_greatest_size() {
    let server = Server::start();
    let (record, intent) = record_of("ada");
    assert_eq!(server.sync(&vec![&record; 49], &[&intent]).len(), 50);
    let answer = server.post("/v1/sync", &batch(&vec![&record; 50], &[&intent]));
    assert_eq!(answer.code(), (413, "TOO_MANY_RECORDS"));

    let padded = |bytes: usize| {
        let mut body = json!({ "site": SITE, "records": [], "pad": "" });
        body["pad"] = Value::from("x".repeat(bytes - body.to_string().len()));
        send("POST", &server.url("/v1/sync"), &[("content-type", "text/plain")], &body.to_string())
    };
    assert_eq!(padded(64 * 1024).status, 200);
    assert_eq!(padded(64 * 1024 + 1).code(), (413, "BODY_TOO_LARGE"));
}

#[test]
fn a_connection_that_says_nothing_or_half_a_head_ends_while_others_are_served() {
    let server = Server::with(&["--idle", "2"]);
    let slow = ["", "POST /v1/sync HTTP/1.1\r\nhost: shop.example\r\n"].map(|said| {
        let mut connection = connect(&server);
        connection.write_all(said.as_bytes()).expect("sent");
        connection
    });
    assert_eq!(server.get("/healthz", &[]).status, 200);
    for mut connection in slow {
        let mut rest = String::new();
        connection.read_to_string(&mut rest).expect("the server ends the connection");
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
    assert_eq!(server.get("/healthz", &[]).status, 200);
}

#[test]
fn a_connection_whose_answers_nobody_reads_ends() {
    let server = Server::start();
    let mut connection = connect(&server);
    let start = Instant::now();
    // They fill what lies between the two, and then neither goes on.
    while start.elapsed() < PATIENCE {
        match connection.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n") {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_ended) => return,
        }
    }
    panic!("the server waits for ever");
}

/// Far longer than the server waits: one that waits for ever fails here, a slow machine does not.
const PATIENCE: Duration = Duration::from_secs(120);

fn connect(server: &Server) -> TcpStream {
    let connection = TcpStream::connect(server.url("").trim_start_matches("http://")).expect("a connection");
    connection.set_read_timeout(Some(PATIENCE)).expect("a time");
    connection.set_write_timeout(Some(Duration::from_secs(1))).expect("a time");
    connection
}

#[test]
fn a_malformed_body_is_explained() {
    let server = Server::start();
    let ask = |path: &str, kind: &str, body: &str| {
        let answer = send("POST", &server.url(path), &[("content-type", kind)], body);
        let text = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
        assert!(!text("hint").is_empty(), "{answer:?}");
        (answer.status, text("code"), text("path"))
    };
    let cases = [
        ("", ""),
        ("{", ""),
        ("[]", ""),
        ("{}", ""),
        (r#"{"site":"a"} x"#, ""),
        (r#"{"site":7}"#, "site"),
        (r#"{"site":"a","records":[{"id":"a","bytes":"b"},{"id":1}]}"#, "records[1].id"),
        (r#"{"site":"a","intents":[{"at":"noon"}]}"#, "intents[0].at"),
    ];
    for (body, path) in cases {
        assert_eq!(ask("/v1/sync", "application/json", body), (400, "BODY_INVALID".into(), path.into()), "{body}");
    }
    assert_eq!(ask("/v1/token", "text/plain", r#"{"subject":"a"}"#).0, 400);
    assert_eq!(ask("/v1/sync", "application/x-www-form-urlencoded", "a=b"), (415, "CONTENT_TYPE".into(), String::new()));
    assert_eq!(ask("/v1/sync", "nonsense", "{}").0, 415);
    assert_eq!(server.get("/v1/sync", &[]).code(), (405, "METHOD"));
    assert_eq!(server.get("/v2/sync", &[]).code(), (404, "NOT_FOUND"));
    assert!(server.dump().is_empty() && server.quarantine().is_empty());
}

#[test]
fn a_query_and_a_path_that_cannot_be_read_are_explained_as_bodies_are() {
    let server = Server::start();
    for path in ["/v1/log/consistency?from=many", "/v1/log/checkpoint?from=-1", "/v1/log/key?site=a&site=b"] {
        let answer = server.get(path, &[]);
        assert_eq!((answer.code(), answer.header("content-type")), ((400, "QUERY_INVALID"), Some("application/json")), "{path}");
    }
    for path in ["/v1/notices/%ff", "/v1/policy/shop.example/%ff"] {
        let answer = server.get(path, &[]);
        assert_eq!((answer.code(), answer.header("content-type")), ((400, "PATH_INVALID"), Some("application/json")), "{path}");
    }
}

#[test]
fn every_origin_may_send_and_none_with_credentials() {
    let server = Server::start();
    let origin = ("origin", "https://shop.example");
    let (record, _) = record_of("ada");
    let body = batch(&[&record], &[]).to_string();
    let plain = send("POST", &server.url("/v1/sync"), &[origin, ("content-type", "text/plain")], &body);
    let asked = [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
    let preflight = send("OPTIONS", &server.url("/v1/sync"), &asked, "");
    // A page must be able to read why it was refused, too.
    let refused = send("POST", &server.url("/v1/sync"), &[origin, ("content-type", "text/plain")], "{");
    for answer in [&plain, &preflight, &refused] {
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!((plain.status, preflight.status, refused.status), (200, 200, 400));
    assert!(preflight.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")));
    assert!(preflight.header("access-control-allow-headers").is_some_and(|headers| headers.contains("content-type")));
    assert!(plain.header("access-control-expose-headers").is_some_and(|names| names.contains("retry-after")));
}

#[test]
fn a_region_comes_only_from_the_header_that_the_operator_trusts() {
    let region = |server: &Server, headers: &[(&str, &str)]| {
        let answer = server.get("/v1/region", headers);
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
        answer.body["region"].as_str().expect("a region").to_owned()
    };
    assert_eq!(region(&Server::start(), &[("x-edge-region", "DE")]), "");
    let server = Server::with(&["--region-header", "X-Edge-Region"]);
    assert_eq!(region(&server, &[("x-edge-region", "DE")]), "DE");
    assert_eq!(region(&server, &[("x-edge-region", "us-ca")]), "US-CA");
    assert_eq!(region(&server, &[("x-edge-region", "Germany")]), "");
    assert_eq!(region(&server, &[("x-edge-region", "DE"), ("x-edge-region", "US")]), "");
    assert_eq!(region(&server, &[("x-other", "DE")]), "");
}

#[test]
fn nothing_of_the_sender_is_kept_or_logged() {
    let mut server = Server::start();
    let (record, _) = record_of("ada");
    let headers = [("content-type", "text/plain"), ("user-agent", "Peculiar/1.0"), ("x-forwarded-for", "203.0.113.77")];
    send("POST", &server.url("/v1/sync"), &headers, &batch(&[&record], &[]).to_string());
    send("POST", &server.url("/v1/sync"), &headers, "{");
    server.terminate();
    let (status, said) = server.ended();
    assert!(status.success());
    assert!(said.contains("/v1/sync"), "{said}");
    for trace in ["Peculiar", "203.0.113.77", "127.0.0.1", "ada", &record.id] {
        assert!(!said.contains(trace), "{trace} in {said}");
    }
    for file in fs::read_dir(server.folder()).expect("files") {
        let bytes = fs::read(file.expect("a file").path()).expect("bytes");
        for trace in ["Peculiar", "203.0.113.77", "127.0.0.1"] {
            assert!(!bytes.windows(trace.len()).any(|window| window == trace.as_bytes()), "{trace}");
        }
    }
}

#[test]
fn it_says_that_it_is_well_and_takes_its_options_without_a_command_too() {
    let server = Server::start();
    assert_eq!(server.get("/healthz", &[]).status, 200);
    let usage = server.run(&["--port", "notaport"]);
    assert!(String::from_utf8_lossy(&usage.stderr).contains("notaport"));
}

#[test]
fn a_short_secret_is_refused() {
    let server = Server::start();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_consentkit-backend"))
        .args(["serve", "--port", "0", "--db", server.db()])
        .current_dir(server.folder())
        .env("CONSENTKIT_SECRET", "short")
        .output()
        .expect("an end");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("CONSENTKIT_SECRET is too short"));
}

#[test]
fn json_that_is_nested_too_deep_is_not_parsed() {
    let server = Server::start();
    let nested = |levels: usize| format!(r#"{{"site":"a","later":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    let ask = |levels| send("POST", &server.url("/v1/sync"), &[("content-type", "application/json")], &nested(levels));
    assert_eq!(ask(16).status, 200);
    assert_eq!(ask(17).code(), (400, "BODY_TOO_DEEP"));
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let server = Server::with(&["--rate", "1", "--address-header", "x-peer"]);
    let ask = |peer: &str| server.get("/healthz", &[("x-peer", peer)]);
    let answers: Vec<_> = (0..40).map(|_| ask("a")).collect();
    let refused = answers.iter().find(|answer| answer.status == 429).expect("a limit");
    assert_eq!(refused.code(), (429, "TOO_OFTEN"));
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0)));
    assert_eq!(answers[0].status, 200);
    assert_eq!(ask("b").status, 200, "another sender has a count of its own");
    // Whatever a stranger puts there is no key.
    let made_up = server.get("/healthz", &[("x-peer", "a"), ("authorization", "Bearer ckk_made-up")]);
    assert_eq!(made_up.status, 429);
    // A key of the tenant counts for itself.
    let key = format!("Bearer {KEY}");
    assert_eq!(server.get("/healthz", &[("x-peer", "a"), ("authorization", &key)]).status, 200);
}

#[test]
fn the_log_of_a_whole_run_names_nobody() {
    let mut server = Server::with_policy();
    let (record, intent) = record_of("subject-ada");
    server.sync(&[&record], &[&intent]);
    let token = server.post("/v1/token", &json!({ "subject": "subject-ada", "record": record.id, "salt": intent.nonce }));
    let token = token.body["token"].as_str().expect("a token").to_owned();
    server.call("GET", "/v1/subjects/subject-ada/records", &token, &Value::Null);
    let account = crate::server::accounts::token(&server, "account-ada");
    server.call("GET", "/v1/accounts/account-ada/records", &account, &Value::Null);
    server.call("POST", "/v1/sync", &account, &json!({ "site": SITE, "heads": [record.id] }));
    let said =
        json!({ "site": SITE, "subject": "subject-ada", "answers": { "marketing": true }, "method": "phone", "evidence": "evidence-4711" });
    assert_eq!(server.call("POST", "/v1/choices", KEY, &said).status, 200);
    server.settle();
    server.call("GET", &format!("/v1/receipts/{}", record.id), &token, &Value::Null);
    server.call("POST", "/v1/holds", KEY, &json!({ "account": "account-ada", "reason": "reason-ada" }));
    server.call("POST", "/v1/erasures", KEY, &json!({ "subject": "subject-ada" }));
    server.get("/v1/evidence?subject=subject-ada", &[]);
    server.get("/subject-ada", &[]);
    server.terminate();
    let (_, said) = server.ended();
    for route in ["/v1/subjects/{subject}/records", "/v1/receipts/{id}", "/v1/erasures"] {
        assert!(said.contains(route), "{route} was logged: {said}");
    }
    for trace in
        ["subject-ada", "account-ada", "reason-ada", "evidence-4711", &record.id, &intent.nonce, &token, &account, KEY, "127.0.0.1"]
    {
        assert!(!said.contains(trace), "{trace} in {said}");
    }
}
