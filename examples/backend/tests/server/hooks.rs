//! Webhooks: every change, at least once, signed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use consentkit_backend::tenant::Scope;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::server::person::record_of;
use crate::server::program::Server;
use crate::server::tenants::{Tenants, key};

const SECRET: &[u8] = b"a secret of 24 bytes....";

/// A request as it came: headers in small letters, and body.
struct Call {
    head: Vec<(String, String)>,
    body: String,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.head.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str()).expect("a header")
    }
}

/// Answers one after the other with these statuses, then with 200.
fn receiver(statuses: Vec<u16>) -> (String, Receiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut statuses = statuses.into_iter();
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.expect("a connection"));
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a line");
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.trim().split_once(": ") {
                    head.push((name.to_lowercase(), value.to_owned()));
                }
            }
            let mut call = Call { head, body: String::new() };
            let mut body = vec![0; call.header("content-length").parse().expect("a length")];
            reader.read_exact(&mut body).expect("a body");
            call.body = String::from_utf8(body).expect("text");
            let status = statuses.next().unwrap_or(200);
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).expect("answered");
            if tell.send(call).is_err() {
                return;
            }
        }
    });
    (url, told)
}

fn start(url: &str) -> Server {
    let tenants = Tenants::new();
    let secret = format!("whsec_{}", Base64::encode_string(SECRET));
    tenants.add_webhook(url, &secret);
    tenants.start()
}

fn next(told: &Receiver<Call>) -> Call {
    told.recv_timeout(Duration::from_secs(120)).expect("a call")
}

#[test]
fn every_change_is_told_in_order_and_signed() {
    let (url, told) = receiver(Vec::new());
    let server = start(&url);
    let records = [record_of("ada").0, record_of("bo").0];
    for record in &records {
        server.sync(&[record], &[]);
    }
    for record in &records {
        let call = next(&told);
        let body: Value = serde_json::from_str(&call.body).expect("JSON");
        assert_eq!((&body["type"], &body["data"]["id"]), (&json!("consent.record"), &json!(record.id)));
        assert_eq!(call.header("webhook-id"), record.id);
        let signed = format!("{}.{}.{}", call.header("webhook-id"), call.header("webhook-timestamp"), call.body);
        let expected = Hmac::<Sha256>::new_from_slice(SECRET).expect("a key").chain_update(signed).finalize().into_bytes();
        assert_eq!(call.header("webhook-signature"), format!("v1,{}", Base64::encode_string(&expected)));
    }
}

#[test]
fn what_fails_for_now_is_told_again_and_what_is_refused_is_set_aside_visibly() {
    let (url, told) = receiver(vec![503, 200, 422]);
    let server = start(&url);
    let records = [record_of("ada").0, record_of("bo").0, record_of("cy").0];
    for record in &records {
        server.sync(&[record], &[]);
    }
    let order = [&records[0].id, &records[0].id, &records[1].id, &records[2].id];
    assert_eq!(order.map(|_| next(&told).header("webhook-id").to_owned()), order.map(Clone::clone));
    let read = || server.call("GET", "/v1/webhooks/undelivered", &key("shop", Scope::Admin), &Value::Null).body["undelivered"].clone();
    while read() == json!([]) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let refused = read();
    assert_eq!((&refused[0]["id"], &refused[0]["status"], refused.as_array().map(Vec::len)), (&json!(records[1].id), &json!(422), Some(1)));
}

#[test]
fn a_server_that_is_killed_goes_on_where_it_was() {
    let (url, told) = receiver(vec![200, 503]);
    let mut server = start(&url);
    let records = [record_of("ada").0, record_of("bo").0];
    server.sync(&[&records[0]], &[]);
    assert_eq!(next(&told).header("webhook-id"), records[0].id);
    // Its place is noted after the call; a kill in between would tell the first once more.
    while server.other().number("SELECT count(*) FROM hooks WHERE position = 1") == 0 {
        std::thread::sleep(Duration::from_millis(50));
    }
    server.sync(&[&records[1]], &[]);
    assert_eq!(next(&told).header("webhook-id"), records[1].id);
    server.kill();
    server.start_again();
    assert_eq!(next(&told).header("webhook-id"), records[1].id);
}
