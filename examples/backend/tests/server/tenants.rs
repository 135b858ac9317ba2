//! Two tenants on one server know nothing of each other.

use std::fmt::Write as _;
use std::fs;

use consentkit_backend::tenant::{Scope, hash_of};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::person::{Person, record_of};
use crate::server::program::{Server, send, statuses};

/// A key of a tenant with one scope.
pub(crate) fn key(tenant: &str, scope: Scope) -> String {
    format!("ckk_{tenant}-{scope:?}-only-for-these-tests").to_lowercase()
}

/// `shop` with shop.example and `news` with news.example.
pub(crate) struct Tenants(TempDir);

impl Tenants {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut config = String::new();
        for (number, tenant) in ["shop", "news"].into_iter().enumerate() {
            let seed = consentkit_core::id::encode(&[number as u8 + 1; 32]);
            fs::write(folder.path().join(format!("{tenant}.key")), seed + "\n").expect("a file");
            writeln!(
                config,
                "[[tenant]]\nid = \"{tenant}\"\nlog = \"log.example/{tenant}\"\nsites = [\"{tenant}.example\"]\n\
                 origins = [\"https://{tenant}.example\"]\nsigning_key = {{ file = \"{tenant}.key\" }}"
            )
            .expect("text");
            for scope in [Scope::Read, Scope::Collect, Scope::Erase, Scope::Admin] {
                let hash = hash_of(&key(tenant, scope)).to_text();
                let name = format!("{scope:?}").to_lowercase();
                writeln!(config, "[[tenant.key]]\nid = \"{name}\"\nhash = \"{hash}\"\nscopes = [\"{name}\"]").expect("text");
            }
        }
        fs::write(folder.path().join("tenants.toml"), config).expect("a file");
        Self(folder)
    }

    /// Tells `shop`'s changes to an address.
    pub(crate) fn add_webhook(&self, url: &str, secret: &str) {
        let path = self.0.path().join("tenants.toml");
        fs::write(self.0.path().join("hook.secret"), secret).expect("a file");
        let config = fs::read_to_string(&path).expect("a file");
        let hook = format!("[[tenant.webhook]]\nid = \"crm\"\nurl = \"{url}\"\nsecret = {{ file = \"hook.secret\" }}\n");
        let second = config.rfind("[[tenant]]").expect("two tenants");
        let (first, rest) = config.split_at(second);
        fs::write(path, format!("{first}{hook}{rest}")).expect("written");
    }

    pub(crate) fn start(self) -> Server {
        Server::fresh(self.0, &["--config", "tenants.toml"])
    }
}

#[test]
fn a_key_opens_the_records_of_its_own_tenant_only() {
    let server = Tenants::new().start();
    let (record, _) = record_of("ada");
    server.sync(&[&record], &[]);
    let read = |tenant: &str| {
        let answer = server.call("GET", "/v1/subjects/ada/records", &key(tenant, Scope::Read), &Value::Null);
        assert_eq!(answer.status, 200);
        answer.body["records"].as_array().map(Vec::len)
    };
    assert_eq!((read("shop"), read("news")), (Some(1), Some(0)));
    let erased = server.call("POST", "/v1/erasures", &key("news", Scope::Erase), &json!({ "subject": "ada" }));
    assert_eq!((erased.status, &erased.body["erased"]), (200, &json!(0)));
    assert_eq!(read("shop"), Some(1));
    // A token of one tenant is none of the other's, whatever the account is called.
    let token = server.call("POST", "/v1/accounts/token", &key("news", Scope::Read), &json!({ "account": "acc" }));
    let token = token.body["token"].as_str().expect("a token");
    let mut phone = Person::new("phone");
    let mut intent = phone.accepts(&[]);
    intent.account = "acc".into();
    let record = crate::server::accounts::record(&intent, &[]);
    server.sync(&[&record], &[]);
    let answer = server.call("POST", "/v1/sync", token, &json!({ "site": "shop.example" }));
    assert_eq!(answer.body["records"], json!([]));
}

#[test]
fn a_page_sends_only_for_the_sites_of_its_tenant() {
    let server = Tenants::new().start();
    let (record, _) = record_of("ada");
    let body = json!({ "site": "shop.example", "records": [record] }).to_string();
    let from = |origin: &str| send("POST", &server.url("/v1/sync"), &[("origin", origin), ("content-type", "text/plain")], &body);
    let own = from("https://shop.example");
    assert_eq!((own.status, own.header("access-control-allow-origin")), (200, Some("https://shop.example")));
    let other = from("https://news.example");
    assert_eq!(other.code(), (403, "ORIGIN_FOREIGN"));
    let strange = from("https://strange.example");
    assert_eq!((strange.status, strange.header("access-control-allow-origin")), (403, None));
    // What no tenant runs is kept apart.
    let nobodys = server.post("/v1/sync", &json!({ "site": "other.example", "records": [record_of("bo").0] }));
    assert_eq!(statuses(&nobodys)[0].1, "quarantine");
}

#[test]
fn a_configuration_is_refused_with_the_place_of_what_is_wrong() {
    let cases = [
        ("sites = [\"news.example\"]", "sites = [\"shop.example\"]", "site shop.example stands there twice"),
        ("id = \"news\"", "id = \"shop\"", "tenant shop stands there twice"),
        ("id = \"news\"", "id = \"../news\"", "letters, digits and -"),
        ("file = \"news.key\"", "file = \"missing.key\"", "missing.key"),
        ("file = \"news.key\"", "env = \"CK_NOT_SET\"", "CK_NOT_SET"),
        ("scopes = [\"read\"]", "scopes = [\"everything\"]", "everything"),
        ("origins", "origin", "unknown field `origin`"),
    ];
    for (right, wrong, expected) in cases {
        let tenants = Tenants::new();
        let path = tenants.0.path().join("tenants.toml");
        let config = fs::read_to_string(&path).expect("a file");
        assert!(config.contains(right));
        fs::write(&path, config.replace(right, wrong)).expect("written");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_consentkit-backend"))
            .args(["serve", "--port", "0", "--db", "records.sqlite", "--config", "tenants.toml"])
            .current_dir(tenants.0.path())
            .output()
            .expect("an end");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{expected}: {said}");
    }
}
