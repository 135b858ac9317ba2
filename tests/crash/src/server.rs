//! The real server program, as its own process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// An API key with every scope.
pub(crate) const KEY: &str = "ckk_a-key-that-is-only-for-these-tests-and-no-others";

/// How the server is started: always with the same files.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// The program.
    pub(crate) path: PathBuf,
    /// Where it runs, with its files.
    pub(crate) folder: PathBuf,
    /// The database.
    pub(crate) db: String,
    /// The fault that is planted in it.
    pub(crate) plant: Option<String>,
    /// A program in front of it, such as one that looks on.
    pub(crate) before: Vec<String>,
}

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Its own, where a program runs in front of it.
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
    _rest: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it and waits until it listens.
    pub(crate) async fn start(&self) -> Result<Server> {
        let mut child = self.spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let Some(first) = lines.next_line().await? else { bail!("the server did not start; {} says why", self.said().display()) };
        let address = first.strip_prefix("listening on http://").context("the server says something else")?.parse()?;
        let second: serde_json::Value = serde_json::from_str(&lines.next_line().await?.context("the server says too little")?)?;
        let pid = second.get("pid").and_then(serde_json::Value::as_u64).context("the server does not say who it is")?;
        Ok(Server { child, pid: u32::try_from(pid)?, address, _rest: lines })
    }

    /// Starts it and kills it after a time, wherever it is then.
    pub(crate) async fn start_and_kill(&self, after: Duration) -> Result<()> {
        let mut child = self.spawn()?;
        tokio::time::sleep(after).await;
        child.start_kill()?;
        child.wait().await?;
        Ok(())
    }

    /// Its own check of everything that it keeps: what it counted, or what is wrong.
    pub(crate) async fn verify(&self) -> Result<std::result::Result<String, String>> {
        let output = self.command(&self.path).arg("verify").args(self.setting()).output().await?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        Ok(if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) })
    }

    fn spawn(&self) -> Result<Child> {
        let mut words = self.before.iter().map(PathBuf::from).chain([self.path.clone()]);
        let first = words.next().context("no program")?;
        let stderr = std::fs::OpenOptions::new().create(true).append(true).open(self.said())?;
        let mut command = self.command(&first);
        command.args(words).args(["serve", "--port", "0", "--rate", "0"]).args(self.setting());
        command.stdout(Stdio::piped()).stderr(stderr);
        command.spawn().with_context(|| format!("cannot start {}", first.display()))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null()).kill_on_drop(true);
        command.env("CONSENTKIT_SECRET", "a secret that is only for these tests").env("CONSENTKIT_API_KEY", KEY);
        command.env("CONSENTKIT_LOG", "warn");
        if let Some(plant) = &self.plant {
            command.env("CONSENTKIT_PLANT", plant);
        }
        command
    }

    fn setting(&self) -> [String; 4] {
        ["--db".into(), self.db.clone(), "--second".into(), self.folder.join("second").display().to_string()]
    }

    /// What the server says on stderr.
    fn said(&self) -> PathBuf {
        self.folder.join("stderr.log")
    }
}

impl Server {
    /// Sends SIGKILL: nothing in the process gets another instruction.
    pub(crate) async fn kill(mut self) -> Result<()> {
        let own = self.child.id().context("it has ended by itself")?;
        if own == self.pid {
            self.child.start_kill()?;
        } else {
            // What stands in front of it ends with it.
            let killed = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status().await?;
            anyhow::ensure!(killed.success(), "the server had ended by itself");
        }
        self.child.wait().await?;
        Ok(())
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}
