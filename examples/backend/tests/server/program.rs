//! Starts the program and speaks to it.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;

use consentkit_core::proof::Checkpoint;
use consentkit_core::protocol::StoredRecord;
use consentkit_core::record::Intent;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::{Request, Response};

use crate::server::cluster::Cluster;
use crate::server::database::Other;
use crate::server::person::{SITE, policy};

const PROGRAM: &str = env!("CARGO_BIN_EXE_consentkit-backend");
pub(crate) const SECRET: &str = "a secret that is only for these tests";

/// An API key with every scope.
pub(crate) const KEY: &str = "ckk_a-key-that-is-only-for-these-tests-and-no-others";

/// Which database the test binary is for.
pub(crate) fn on_postgres() -> bool {
    env!("CARGO_CRATE_NAME") == "postgres"
}

/// A server with a database of its own; it may be stopped and started again.
pub(crate) struct Server {
    folder: TempDir,
    db: String,
    args: Vec<String>,
    child: Option<Child>,
    /// Reads what the program says on stderr, so that it is never held up.
    said: Option<JoinHandle<String>>,
    origin: String,
}

/// A copy of a database.
pub(crate) struct Backup(String);

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

    /// One that has the site's policy, too.
    pub(crate) fn with_policy() -> Self {
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("policy.json"), policy(SITE)).expect("a file");
        Self::fresh(folder, &["--policy", "policy.json", "--second", "second"])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        Self::fresh(TempDir::new().expect("a folder"), args)
    }

    /// With a new database.
    pub(crate) fn fresh(folder: TempDir, args: &[&str]) -> Self {
        let db = if on_postgres() {
            let cluster = Cluster::shared();
            cluster.url(&cluster.make_database())
        } else {
            folder.path().join("records.sqlite").display().to_string()
        };
        Self::at(folder, &db, args)
    }

    pub(crate) fn at(folder: TempDir, db: &str, args: &[&str]) -> Self {
        let args = args.iter().map(ToString::to_string).collect();
        let mut server = Self { folder, db: db.to_owned(), args, child: None, said: None, origin: String::new() };
        server.start_again();
        server
    }

    /// What it says when it does not start.
    pub(crate) fn refuses_to_start(&self) -> String {
        let mut command = self.program();
        command.args(["serve", "--port", "0", "--db", &self.db]).args(&self.args).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line, or none");
        if !line.is_empty() {
            child.kill().and_then(|()| child.wait()).expect("gone");
            panic!("it started: {line}");
        }
        let output = child.wait_with_output().expect("an end");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub(crate) fn start_again(&mut self) {
        let mut command = self.program();
        command.args(["serve", "--port", "0", "--db", &self.db]).args(&self.args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        let mut stderr = child.stderr.take().expect("stderr");
        let said = std::thread::spawn(move || {
            let mut said = String::new();
            stderr.read_to_string(&mut said).expect("text");
            said
        });
        let Some(origin) = line.trim().strip_prefix("listening on ") else {
            panic!("it did not start: {}", said.join().expect("text"));
        };
        self.origin = origin.to_owned();
        self.child = Some(child);
        self.said = Some(said);
    }

    fn program(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).env("CONSENTKIT_SECRET", SECRET).env("CONSENTKIT_API_KEY", KEY);
        command
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
        (status, self.said.take().expect("it ran").join().expect("text"))
    }

    /// The folder in which the server works.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn db(&self) -> &str {
        &self.db
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

    /// The same with an API key or a token.
    pub(crate) fn call(&self, method: &str, path: &str, bearer: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("authorization", &format!("Bearer {bearer}"))];
        send(method, &self.url(path), &headers, &if body.is_null() { String::new() } else { body.to_string() })
    }

    /// Waits until everything that was sent is in the log and signed.
    pub(crate) fn settle(&self) {
        let pending = || self.other().number("SELECT count(*) FROM pending");
        let size = || self.other().number("SELECT size FROM logs WHERE tenant NOT LIKE '%#%' ORDER BY size DESC LIMIT 1");
        let signed = || Checkpoint::read(self.get("/v1/log/checkpoint", &[]).body.as_str().unwrap_or_default()).map_or(0, |head| head.size);
        while pending() > 0 || signed() != size().unsigned_abs() {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// Everything in the database, to be brought back by [`Server::restore`].
    pub(crate) fn backup(&self) -> Backup {
        if on_postgres() {
            let name = Cluster::shared().copy_database(self.db.rsplit('/').next().expect("a name"));
            Backup(Cluster::shared().url(&name))
        } else {
            let copy = self.folder.path().join("backup.sqlite").display().to_string();
            self.other().run(&format!("VACUUM INTO '{copy}'"));
            Backup(copy)
        }
    }

    /// As an operator does after a disk was lost. The server must be down.
    pub(crate) fn restore(&mut self, backup: Backup) {
        if on_postgres() {
            self.db = backup.0;
        } else {
            for left in ["-wal", "-shm"] {
                let _gone = std::fs::remove_file(format!("{}{left}", self.db));
            }
            std::fs::copy(backup.0, &self.db).expect("restored");
        }
    }

    /// Posts a batch and gives the status of each id, in the order of the answer.
    pub(crate) fn sync(&self, records: &[&StoredRecord], intents: &[&Intent]) -> Vec<(String, String)> {
        let answer = self.post("/v1/sync", &batch(records, intents));
        assert_eq!(answer.status, 200, "{answer:?}");
        statuses(&answer)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.program().args(args).args(["--db", &self.db]).output().expect("an end")
    }

    pub(crate) fn dump(&self) -> Vec<Value> {
        lines(&self.run(&["dump"]))
    }

    pub(crate) fn quarantine(&self) -> Vec<Value> {
        lines(&self.run(&["dump", "--quarantine"]))
    }

    /// A connection of another process.
    pub(crate) fn other(&self) -> Other {
        if on_postgres() {
            Other::Postgres(Box::new(postgres::Client::connect(&self.db, postgres::NoTls).expect("a connection")))
        } else {
            Other::Sqlite(rusqlite::Connection::open(&self.db).expect("the file"))
        }
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
