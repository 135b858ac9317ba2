//! Proof that the receiving server loses nothing, and how much it takes: `tests/crash` around the real program.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run::{cargo, has, loud, target};
use crate::stage::Tally;

/// The programs, as servers are built.
const BUILD: [&str; 7] = ["build", "--quiet", "--profile", "server", "--package=consentkit-backend", "--package=crash", "--features"];

/// What `cargo xtask crash` runs when it is not told what.
const USUAL: &str = "kills";

/// Where PostgreSQL lies on Debian.
const POSTGRES: &str = "/usr/lib/postgresql";

/// `cargo xtask crash …`: whether nothing was lost.
pub(crate) fn crash(options: &[&str]) -> Result<bool> {
    let named = options.first().is_some_and(|first| !first.starts_with('-'));
    build(options.contains(&"--plant"))?;
    let mut run = program();
    Ok(run.args(if named { None } else { Some(USUAL) }).args(options).status().context("the harness cannot be started")?.success())
}

/// `cargo xtask bench backend …`.
pub(crate) fn bench(options: &[&str]) -> Result<()> {
    build(false)?;
    ensure!(program().arg("bench").args(options).status()?.success(), "the benchmark failed");
    Ok(())
}

/// The stage of the tests: each kind of crash once, and each planted fault found.
pub(crate) fn stage() -> Result<Tally> {
    build(true)?;
    let postgres = fs::exists(POSTGRES)?;
    let strace = has("strace") && Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    let mut tally = Tally::default();
    let runs: [(&[&str], bool, &str); 7] = [
        (&["kills", "--kills", "20"], true, ""),
        (&["kills", "--kills", "8", "--plant", "answer-early"], true, ""),
        (&["kills", "--kills", "5", "--db", "postgres"], postgres, "PostgreSQL"),
        (&["power", "--cuts", "20"], strace, "strace"),
        (&["power", "--cuts", "4", "--lives", "1", "--plant", "synchronous-normal"], strace, "strace"),
        (&["failover"], postgres, "PostgreSQL"),
        (&["failover", "--plant", "asynchronous"], postgres, "PostgreSQL"),
    ];
    for (words, possible, needs) in runs {
        println!("crash {}", words.join(" "));
        tally += if possible {
            Tally::one(one(words)?)
        } else {
            println!("skipped: {needs} is missing, or may not be used here; `cargo xtask setup` installs it");
            Tally { skipped: 1, ..Tally::default() }
        };
    }
    Ok(tally)
}

/// Whether nothing was lost, or with a planted fault that something was.
fn one(words: &[&str]) -> Result<bool> {
    let output = program().args(words).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let planted = words.contains(&"--plant");
    let counted: Value = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let lost = counted.pointer("/wrong/lost").and_then(Value::as_u64);
    Ok(if planted { lost.is_some_and(|lost| lost > 0) } else { output.status.success() })
}

/// Builds the harness and the server as it ships, and beside it the one that faults can be planted in.
fn build(planted: bool) -> Result<()> {
    if planted {
        loud(cargo().args(BUILD).arg("consentkit-backend/planted-faults"))?;
        let folder = target().join("server");
        fs::copy(folder.join("consentkit-backend"), folder.join("consentkit-backend-planted"))?;
    }
    // The other build may have left its program under this name.
    loud(cargo().args(BUILD).arg("consentkit-backend/default"))
}

fn program() -> Command {
    let mut program = crate::run::command(target().join("server/crash"), ".");
    let folder = target();
    program.arg("--program").arg(folder.join("server/consentkit-backend"));
    program.arg("--planted").arg(folder.join("server/consentkit-backend-planted"));
    program.arg("--work").arg(folder.join("crash"));
    program
}
