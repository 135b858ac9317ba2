//! Every endpoint asks for what the table says, and for nothing less.

use std::collections::BTreeSet;

use consentkit_backend::http::endpoints::{ENDPOINTS, Endpoint, Needs};
use consentkit_backend::tenant::Scope;
use serde_json::{Value, json};

use crate::server::person::record_of;
use crate::server::program::{Server, send};
use crate::server::tenants::{Tenants, key};

const SCOPES: [Scope; 4] = [Scope::Read, Scope::Collect, Scope::Erase, Scope::Admin];

/// A request that would be carried out if it were let in.
fn ask(server: &Server, endpoint: &Endpoint, bearer: Option<&str>) -> u16 {
    let path = endpoint.path.replace("{subject}", "ada").replace("{account}", "acc").replace("{hash}", "h").replace("{token}", "t");
    let path = path.replace("{id}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let authorization = format!("Bearer {}", bearer.unwrap_or_default());
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.map(|_| ("authorization", authorization.as_str())));
    let body = if ["GET", "DELETE"].contains(&endpoint.method) { "" } else { "{}" };
    send(endpoint.method, &server.url(&path), &headers, body).status
}

#[test]
fn nobody_gets_in_without_what_an_endpoint_asks_for() {
    let tenants = Tenants::new();
    let server = tenants.start();
    let (record, intent) = record_of("ada");
    server.sync(&[&record], &[]);
    let of_subject = server.post("/v1/token", &json!({ "subject": "ada", "record": record.id, "salt": intent.nonce }));
    let of_subject = of_subject.body["token"].as_str().expect("a token").to_owned();
    let mut closed = 0;
    for endpoint in ENDPOINTS {
        let scope = match endpoint.needs {
            Needs::Nothing | Needs::AccountOrNothing | Needs::Link => {
                assert_ne!(ask(&server, endpoint, None), 401, "{endpoint:?}");
                continue;
            }
            Needs::Token => None,
            Needs::Key(scope) | Needs::TokenOrKey(scope) => Some(scope),
        };
        closed += 1;
        assert_eq!(ask(&server, endpoint, None), 401, "{endpoint:?} without anything");
        for wrong in ["made-up", "ckk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(ask(&server, endpoint, Some(wrong)), 401, "{endpoint:?} with {wrong}");
        }
        if let Needs::Key(_) = endpoint.needs {
            assert_eq!(ask(&server, endpoint, Some(&of_subject)), 401, "{endpoint:?} with a token");
        }
        for other in SCOPES {
            let status = ask(&server, endpoint, Some(&key("shop", other)));
            if scope == Some(other) {
                assert!(![401, 403].contains(&status), "{endpoint:?} with its scope: {status}");
            } else {
                assert!([401, 403].contains(&status), "{endpoint:?} with {other:?}: {status}");
            }
        }
    }
    assert!(closed > 5, "the table is not empty");
}

#[test]
fn the_table_the_routes_and_the_description_are_of_the_same_endpoints() {
    let server = Server::start();
    let description = server.get("/openapi.json", &[]);
    let mut described = BTreeSet::new();
    for (path, methods) in description.body["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            described.insert((method.to_uppercase(), path.clone()));
            let endpoint = Endpoint::of(&method.to_uppercase(), path).expect("in the table");
            let closed = operation["security"].as_array().is_some_and(|ways| !ways.contains(&json!({})));
            let open = matches!(endpoint.needs, Needs::Nothing | Needs::AccountOrNothing | Needs::Link);
            assert_eq!(closed, !open, "{endpoint:?} is described as {}", operation["security"]);
        }
    }
    let table: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| (endpoint.method.to_owned(), endpoint.path.to_owned())).collect();
    assert_eq!(described, table);
    for endpoint in ENDPOINTS {
        assert_ne!(ask(&server, endpoint, None), 405, "{endpoint:?} has a route");
    }
}

#[test]
fn the_description_is_the_one_that_is_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let made = Server::start().get("/openapi.json", &[]).body;
    let text = serde_json::to_string_pretty(&made).expect("JSON") + "\n";
    if std::env::var_os("CONSENTKIT_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &text).expect("written");
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap_or_default()).unwrap_or_default();
    assert!(kept == made, "openapi.json is of another version: run the tests once with CONSENTKIT_WRITE_OPENAPI=1");
}
