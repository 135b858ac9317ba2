//! Proof that the receiving server loses nothing, and how much it takes: `tests/crash` around the real program.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run::{cargo, has, loud, target};
use crate::stage::Tally;

/// How the programs are built: as servers are, or soon, for the tests.
#[derive(Clone, Copy)]
enum Form {
    Server,
    Soon,
}

impl Form {
    fn profile(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Soon => "dev",
        }
    }

    fn folder(self) -> PathBuf {
        target().join(match self {
            Self::Server => "server",
            Self::Soon => "debug",
        })
    }
}

/// What `cargo xtask crash` runs when it is not told what.
const USUAL: &str = "kills";

/// Where PostgreSQL lies on Debian.
const POSTGRES: &str = "/usr/lib/postgresql";

/// `cargo xtask crash …`: whether nothing was lost.
pub(crate) fn crash(options: &[&str]) -> Result<bool> {
    let named = options.first().is_some_and(|first| !first.starts_with('-'));
    build(Form::Server, options.contains(&"--plant"))?;
    let mut run = program(Form::Server);
    Ok(run.args(if named { None } else { Some(USUAL) }).args(options).status().context("the harness cannot be started")?.success())
}

/// `cargo xtask bench backend …`.
pub(crate) fn bench(options: &[&str]) -> Result<()> {
    build(Form::Server, false)?;
    ensure!(program(Form::Server).arg("bench").args(options).status()?.success(), "the benchmark failed");
    Ok(())
}

/// The stage of the tests: kills, power cuts and a failover, and each planted fault found.
pub(crate) fn stage() -> Result<Tally> {
    build(Form::Soon, true)?;
    let postgres = fs::exists(POSTGRES)?;
    let strace = has("strace") && Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    let mut tally = Tally::default();
    let runs: [(&[&str], bool, &str); 7] = [
        (&["kills", "--kills", "20"], true, ""),
        (&["kills", "--kills", "8", "--plant", "answer-early"], true, ""),
        (&["kills", "--kills", "5", "--db", "postgres"], postgres, "PostgreSQL"),
        (&["failover"], postgres, "PostgreSQL"),
        (&["failover", "--plant", "asynchronous"], postgres, "PostgreSQL"),
        (&["power", "--cuts", "20"], strace, "strace"),
        (&["power", "--cuts", "4", "--lives", "1", "--plant", "synchronous-normal"], strace, "strace"),
    ];
    for (words, possible, needs) in runs {
        println!("crash {}", words.join(" "));
        tally += if possible {
            Tally::one(one(words)?)
        } else {
            Tally::skipped(&format!("{needs} is missing, or may not be used here; `cargo xtask setup` installs it"))
        };
    }
    Ok(tally)
}

/// Whether nothing was lost, or with a planted fault that something was.
fn one(words: &[&str]) -> Result<bool> {
    let output = program(Form::Soon).args(words).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let planted = words.contains(&"--plant");
    let counted: Value = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let lost = counted.pointer("/wrong/lost").and_then(Value::as_u64);
    Ok(if planted { lost.is_some_and(|lost| lost > 0) } else { output.status.success() })
}

/// Builds the harness and the server as it ships, and beside it the one that faults can be planted in.
fn build(form: Form, planted: bool) -> Result<()> {
    let with = |feature: &str| {
        let mut build = cargo();
        build.args([
            "build",
            "--quiet",
            "--profile",
            form.profile(),
            "--package=consentkit-backend",
            "--package=crash",
            "--features",
            feature,
        ]);
        loud(&mut build)
    };
    if planted {
        with("consentkit-backend/planted-faults")?;
        fs::copy(form.folder().join("consentkit-backend"), form.folder().join("consentkit-backend-planted"))?;
    }
    // The other build may have left its program under this name.
    with("consentkit-backend/default")
}

fn program(form: Form) -> Command {
    let folder = form.folder();
    let mut program = crate::run::command(folder.join("crash"), ".");
    program.arg("--program").arg(folder.join("consentkit-backend"));
    program.arg("--planted").arg(folder.join("consentkit-backend-planted"));
    program.arg("--work").arg(target().join("crash"));
    program
}
