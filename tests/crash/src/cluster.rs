//! PostgreSQL servers of this program's own: from Debian's package, on free ports, in temporary folders.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::process::{Child, ChildStdin, Command};
use tokio_postgres::{Client, NoTls};

/// Runs a server until this program ends, whatever way it ends, and leaves nothing behind.
const KEEPER: &str = r#""$@" >"$FOLDER/log" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$FOLDER""#;

/// How long a server may take to be there.
const LONGEST_START: Duration = Duration::from_secs(120);

/// The database of the backend.
const DATABASE: &str = "records";

/// A running server.
#[derive(Debug)]
pub(crate) struct Cluster {
    port: u16,
    folder: PathBuf,
    programs: PathBuf,
    /// Runs the server for as long as its standard input is open.
    _keeper: (Child, ChildStdin),
}

impl Cluster {
    /// Whether PostgreSQL is installed.
    pub(crate) fn is_installed() -> bool {
        programs().is_some()
    }

    /// A new server with an empty database.
    pub(crate) async fn start() -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed; `cargo xtask setup` does it")?;
        let folder = folder().await?;
        let mut initdb = as_nobody_special(&programs.join("initdb")).await;
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"]);
        run(initdb.arg(folder.join("data"))).await?;
        let cluster = Self::serve(folder, programs).await?;
        cluster.run("postgres", &format!("CREATE DATABASE {DATABASE}")).await?;
        Ok(cluster)
    }

    /// A standby. A synchronous one has every commit on its disk before anybody hears of it.
    pub(crate) async fn standby(&self, synchronous: bool) -> Result<Self> {
        let folder = folder().await?;
        let mut copy = as_nobody_special(&self.programs.join("pg_basebackup")).await;
        copy.args(["--no-sync", "--checkpoint=fast", "-R", "-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string(), "-D"]);
        run(copy.arg(folder.join("data"))).await?;
        let standby = Self::serve(folder, self.programs.clone()).await?;
        // After the copy, so that the standby does not wait for one of its own.
        let names = if synchronous { "*" } else { "" };
        self.run("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'")).await?;
        self.run("postgres", "SELECT pg_reload_conf()").await?;
        let state = if synchronous { "sync" } else { "async" };
        let find = format!("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '{state}'");
        self.until(&find, true, "the standby does not follow").await?;
        // Commits wait only once the checkpointer has read the setting too, and it may be busy for seconds. It reads before each checkpoint.
        self.run("postgres", "CHECKPOINT").await?;
        Ok(standby)
    }

    /// As a machine does that loses its power: no process of it gets another instruction.
    pub(crate) fn kill(&self) -> Result<()> {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let first = text.lines().next().context("no process")?;
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
        let all = std::iter::once(first).chain(children.split_whitespace());
        // Some may have ended of themselves in between.
        std::process::Command::new("kill").arg("-KILL").args(all).stderr(Stdio::null()).status()?;
        Ok(())
    }

    /// As when the network between the two breaks: what the primary writes from now on, the standby does not get.
    pub(crate) async fn stops_receiving(&self) -> Result<()> {
        // Only ending the receiver would have it come back at once.
        self.run("postgres", "ALTER SYSTEM SET primary_conninfo = ''").await?;
        self.run("postgres", "SELECT pg_reload_conf()").await?;
        self.until("SELECT 1 FROM pg_stat_wal_receiver", false, "the standby goes on receiving").await
    }

    /// Makes a standby take writes.
    pub(crate) async fn promote(&self) -> Result<()> {
        run(as_nobody_special(&self.programs.join("pg_ctl")).await.args(["promote", "-w", "-D"]).arg(self.folder.join("data"))).await
    }

    /// The URL of the backend's database, also on other servers that it may have moved to.
    pub(crate) fn url(&self, others: &[&Self]) -> String {
        let hosts: Vec<String> = std::iter::once(&self).chain(others).map(|cluster| format!("127.0.0.1:{}", cluster.port)).collect();
        format!("postgres://postgres@{}/{DATABASE}", hosts.join(","))
    }

    async fn serve(folder: PathBuf, programs: PathBuf) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut server = as_nobody_special(&programs.join("postgres")).await;
        server.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-k"]).arg(&folder);
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(server.as_std().get_program()).args(server.as_std().get_args()).env("FOLDER", &folder);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let open = keeper.stdin.take().context("no input")?;
        let cluster = Self { port, folder, programs, _keeper: (keeper, open) };
        let start = Instant::now();
        while cluster.connect("postgres").await.is_err() {
            let said = || fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
            ensure!(start.elapsed() < LONGEST_START, "PostgreSQL does not start: {}", said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(cluster)
    }

    /// Waits until a query finds something, or nothing any more.
    async fn until(&self, find: &str, something: bool, otherwise: &str) -> Result<()> {
        let start = Instant::now();
        let client = self.connect("postgres").await?;
        while client.query(find, &[]).await?.is_empty() == something {
            ensure!(start.elapsed() < LONGEST_START, "{otherwise}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn run(&self, database: &str, sql: &str) -> Result<()> {
        Ok(self.connect(database).await?.batch_execute(sql).await?)
    }

    async fn connect(&self, database: &str) -> Result<Client> {
        let (client, connection) =
            tokio_postgres::connect(&format!("postgres://postgres@127.0.0.1:{}/{database}", self.port), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// Debian keeps them apart by version; the newest is taken.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|version| version.path().join("bin"));
    versions.filter(|folder| folder.join("initdb").is_file()).max()
}

async fn folder() -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("ck-postgres-").tempdir()?.keep();
    if is_root().await {
        run(Command::new("chown").arg("postgres").arg(&folder)).await?;
    }
    Ok(folder)
}

/// PostgreSQL refuses to run as root.
async fn as_nobody_special(program: &Path) -> Command {
    if !is_root().await {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
    command
}

async fn is_root() -> bool {
    Command::new("id").arg("-u").output().await.is_ok_and(|id| id.stdout == b"0\n")
}

async fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().await?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
