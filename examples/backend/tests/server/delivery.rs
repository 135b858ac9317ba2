//! Signed policies are given out as they lie there, with an ETag, and by nobody else's site.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use ureq::http::Method;

use crate::server::program::{Server, send};

/// An envelope that Python has signed, of `shop.example`; see tests/delivery.
fn envelope() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/delivery/envelopes.json");
    let file: Value = serde_json::from_str(&fs::read_to_string(file).expect("envelopes")).expect("JSON");
    file["cases"][0]["text"].as_str().expect("a text").to_owned()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn serving(folders: &[&TempDir]) -> Server {
    let args: Vec<&str> = folders.iter().flat_map(|folder| ["--delivery", folder.path().to_str().expect("a path")]).collect();
    Server::with(&args)
}

#[test]
fn a_policy_is_given_out_byte_for_byte_and_sent_once() {
    let (text, words) = (envelope(), "words in another language");
    let other = text.replace("Visit counts", words);
    let folder = folder(&[("en.json", &text), ("pt-BR.json", &other)]);
    let server = serving(&[&folder]);
    let origin = ("origin", "https://shop.example");
    let first = server.get("/v1/policy/shop.example/en", &[origin]);
    assert_eq!((first.status, first.body.to_string()), (200, serde_json::from_str::<Value>(&text).expect("JSON").to_string()));
    assert_eq!(first.header("content-length"), Some(text.len().to_string().as_str()));
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    assert_eq!(first.header("access-control-allow-origin"), Some("*"));
    assert!(first.header("access-control-expose-headers").is_some_and(|names| names.contains("etag")));
    let tag = first.header("etag").expect("an ETag");
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20, "a strong one: {tag}");

    let again = |tags: &str| server.get("/v1/policy/shop.example/en", &[origin, ("if-none-match", tags)]);
    for tags in [tag, &format!("\"x\", {tag}"), &format!("W/{tag}"), "*"] {
        let answer = again(tags);
        assert_eq!((answer.status, answer.header("etag")), (304, Some(tag)), "{tags}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.body, Value::from(""), "nothing is sent twice");
    }
    for tags in ["\"x\"", "no tag at all"] {
        assert_eq!(again(tags).status, 200, "{tags}");
    }

    let portuguese = server.get("/v1/policy/shop.example/pt-BR", &[]);
    assert!(portuguese.body["payload"].as_str().expect("a payload").contains(words));
    assert_ne!(portuguese.header("etag"), Some(tag));
    let head = send(Method::HEAD.as_str(), &server.url("/v1/policy/shop.example/en"), &[], "");
    assert_eq!((head.status, head.header("etag")), (200, Some(tag)));
}

#[test]
fn what_is_deployed_anew_is_given_out_without_a_restart() {
    let folder = folder(&[("en.json", &envelope())]);
    let server = serving(&[&folder]);
    let tag = |answer: &crate::server::program::Answer| answer.header("etag").expect("an ETag").to_owned();
    let old = tag(&server.get("/v1/policy/shop.example/en", &[]));
    fs::write(folder.path().join("en.json"), envelope().replace("Visit counts", "Counted visits")).expect("a file");
    let new = server.get("/v1/policy/shop.example/en", &[("if-none-match", &old)]);
    assert_eq!(new.status, 200);
    assert_ne!(tag(&new), old);

    // Half of it, as while it is being copied.
    let half = envelope().split_at(200).0.to_owned();
    fs::write(folder.path().join("en.json"), half).expect("a file");
    let answer = server.get("/v1/policy/shop.example/en", &[]);
    assert_eq!(answer.code(), (503, "POLICY_UNREADABLE"));
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.header("etag"), None);

    fs::write(folder.path().join("en.json"), "x".repeat(512 * 1024 + 1)).expect("a file");
    assert_eq!(server.get("/v1/policy/shop.example/en", &[]).code(), (503, "POLICY_UNREADABLE"));
    fs::remove_file(folder.path().join("en.json")).expect("removed");
    assert_eq!(server.get("/v1/policy/shop.example/en", &[]).code(), (404, "POLICY_UNKNOWN"));
}

#[test]
fn each_site_has_its_own() {
    let other = envelope().replace("shop.example", "other.example");
    let (one, two) = (folder(&[("en.json", &envelope())]), folder(&[("en.json", &other), ("de.json", &other)]));
    let server = serving(&[&one, &two]);
    let payload = |path: &str| server.get(path, &[]).body["payload"].as_str().expect("a payload").to_owned();
    assert!(payload("/v1/policy/shop.example/en").contains(r#""site":"shop.example""#));
    assert!(payload("/v1/policy/other.example/en").contains(r#""site":"other.example""#));
    assert!(payload("/v1/policy/other.example/de").contains(r#""site":"other.example""#));
    assert_eq!(server.get("/v1/policy/shop.example/de", &[]).code(), (404, "POLICY_UNKNOWN"));
}

#[test]
fn nothing_else_is_given_out() {
    let folder = folder(&[("en.json", &envelope()), ("secret.txt", "secret")]);
    fs::create_dir(folder.path().join("inside")).expect("a folder");
    fs::write(folder.path().join("inside/en.json"), envelope()).expect("a file");
    let server = serving(&[&folder]);
    let long = "e".repeat(36);
    let wrong = [
        "shop.example/fr",
        "nobody.example/en",
        "shop.example/en.json",
        "shop.example/inside%2Fen",
        "shop.example/..%2F..%2Fen",
        "shop.example/%2Fetc%2Fpasswd",
        "shop.example/en%00",
        "shop.example/secret.txt",
        "shop.example/%F0%9F%92%A5",
        &format!("shop.example/{long}"),
        "%2E%2E/en",
    ];
    for path in wrong {
        let answer = server.get(&format!("/v1/policy/{path}"), &[]);
        assert_eq!(answer.code(), (404, "POLICY_UNKNOWN"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "what is not there may be there soon");
    }
    for path in ["", "shop.example", "shop.example/", "shop.example/en/more"] {
        assert_eq!(server.get(&format!("/v1/policy/{path}"), &[]).status, 404, "{path}");
    }
    assert_eq!(send("POST", &server.url("/v1/policy/shop.example/en"), &[], "{}").code(), (405, "METHOD"));
    assert_eq!(Server::start().get("/v1/policy/shop.example/en", &[]).code(), (404, "POLICY_UNKNOWN"), "without --delivery");
}

#[test]
fn a_folder_without_policies_is_refused_at_the_start() {
    let empty = folder(&[("readme.txt", "nothing")]);
    let server = Server::start();
    for path in [empty.path().to_str().expect("a path"), "/no/such/folder"] {
        let output = server.run(&["serve", "--port", "0", "--delivery", path]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(&format!("--delivery {path}")), "{said}");
    }
}
