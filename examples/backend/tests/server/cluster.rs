//! A PostgreSQL server of the test binary's own: from Debian's package, on a free port, in a temporary folder.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Runs the server until the tests end and close its standard input, whatever way they end, and leaves nothing behind.
const KEEPER: &str = r#""$@" >"$FOLDER/log" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$FOLDER""#;

/// A running server.
pub(crate) struct Cluster {
    pub(crate) port: u16,
    folder: PathBuf,
    programs: PathBuf,
}

impl Cluster {
    /// The one that the tests share. Where PostgreSQL is not installed, this says so in one line and ends the tests.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Cluster::start)
    }

    /// One more, for tests that stop it.
    pub(crate) fn start() -> Self {
        let Some(programs) = programs() else {
            // Not captured, so that it is seen.
            let _said = writeln!(std::io::stderr(), "skipped: PostgreSQL is not installed; `cargo xtask setup` does it");
            std::process::exit(0);
        };
        let folder = tempfile::Builder::new().prefix("ck-postgres-").tempdir().expect("a folder").keep();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let data = folder.join("data");
        let arguments = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"];
        run(as_nobody_special(&programs.join("initdb")).args(arguments).arg(&data));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let cluster = Self { port, folder, programs };
        cluster.run();
        cluster
    }

    /// Starts it, at first and after it was stopped.
    #[allow(clippy::zombie_processes, reason = "it outlives everything here: it ends after the test binary")]
    pub(crate) fn run(&self) {
        let mut server = as_nobody_special(&self.programs.join("postgres"));
        server.arg("-D").arg(self.data()).args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        server.args(["-c", "max_connections=200", "-c", "wal_writer_delay=10s", "-k"]).arg(&self.folder);
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(server.get_program()).args(server.get_args()).env("FOLDER", &self.folder);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
        // Open until the test binary ends.
        std::mem::forget(keeper.stdin.take());
        let start = Instant::now();
        while postgres::Client::connect(&self.url("postgres"), postgres::NoTls).is_err() {
            assert!(start.elapsed() < Duration::from_secs(120), "{}", fs::read_to_string(self.folder.join("log")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// As a power cut does: what is not on the disk is lost.
    pub(crate) fn crash(&self) {
        run(as_nobody_special(&self.programs.join("pg_ctl")).args(["stop", "-m", "immediate", "-D"]).arg(self.data()));
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn make_database(&self) -> String {
        self.copy_database("template1")
    }

    /// A database with everything that another one holds.
    pub(crate) fn copy_database(&self, from: &str) -> String {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let name = format!("records_{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let mut client = postgres::Client::connect(&self.url("postgres"), postgres::NoTls).expect("a connection");
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {from}")).expect("a database");
        name
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// Debian keeps them apart by version; the newest is taken.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|version| version.path().join("bin"));
    versions.filter(|folder| folder.join("initdb").is_file()).max()
}

/// PostgreSQL refuses to run as root.
fn as_nobody_special(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("a process");
    assert!(output.status.success(), "{output:?}");
}
