//! Starts the program and speaks to it.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use consentkit_core::protocol::StoredRecord;
use consentkit_core::record::Intent;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::{Request, Response};

use crate::person::SITE;

const PROGRAM: &str = env!("CARGO_BIN_EXE_consentkit-backend");
pub(crate) const SECRET: &str = "a secret that is only for these tests";

/// A server with a file of its own; it may be stopped and started again.
pub(crate) struct Server {
    folder: TempDir,
    args: Vec<String>,
    child: Option<Child>,
    origin: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) response: Response<()>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let args = args.iter().map(ToString::to_string).collect();
        let mut server = Self { folder, args, child: None, origin: String::new() };
        server.start_again();
        server
    }

    pub(crate) fn start_again(&mut self) {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--port", "0", "--db"]).arg(self.db()).args(&self.args);
        let mut child = command.env("CONSENTKIT_SECRET", SECRET).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        self.origin = line.trim().strip_prefix("listening on ").expect("the address").to_owned();
        self.child = Some(child);
    }

    /// As a power cut does.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    /// As a service manager does.
    pub(crate) fn terminate(&self) {
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    }

    /// How it ended, and what it said on stderr.
    pub(crate) fn ended(&mut self) -> (ExitStatus, String) {
        let mut child = self.child.take().expect("it ran");
        let status = child.wait().expect("an end");
        let mut said = String::new();
        child.stderr.take().expect("stderr").read_to_string(&mut said).expect("text");
        (status, said)
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.folder.path().join("records.sqlite")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send("GET", &self.url(path), headers, "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        send("POST", &self.url(path), &[("content-type", "application/json")], &body.to_string())
    }

    /// Posts a batch and gives the status of each id, in the order of the answer.
    pub(crate) fn sync(&self, records: &[&StoredRecord], intents: &[&Intent]) -> Vec<(String, String)> {
        let answer = self.post("/v1/sync", &batch(records, intents));
        assert_eq!(answer.status, 200, "{answer:?}");
        statuses(&answer)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        Command::new(PROGRAM).args(args).arg("--db").arg(self.db()).output().expect("an end")
    }

    pub(crate) fn dump(&self) -> Vec<Value> {
        lines(&self.run(&["dump"]))
    }

    pub(crate) fn quarantine(&self) -> Vec<Value> {
        lines(&self.run(&["dump", "--quarantine"]))
    }

    /// A connection of another process.
    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.db()).expect("the file")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ended = child.kill().and_then(|()| child.wait());
        }
    }
}

pub(crate) fn batch(records: &[&StoredRecord], intents: &[&Intent]) -> Value {
    json!({ "site": SITE, "records": records, "intents": intents })
}

pub(crate) fn statuses(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let results = answer.body["results"].as_array().expect("results");
    results.iter().map(|result| (text(&result["id"]), text(&result["status"]))).collect()
}

pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build();
    let request = request.body(body.to_owned()).expect("a request");
    let (head, body) = ureq::Agent::new_with_config(config).run(request).expect("an answer").into_parts();
    let text = body.into_with_config().read_to_string().expect("text");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status: head.status.as_u16(), body, response: Response::from_parts(head, ()) }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name).map(|value| value.to_str().expect("text"))
    }

    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
