//! Fuzzing with libFuzzer: everything that the core reads, for a time, on top of what the vectors have.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::run::{cargo, quiet, root, step, target};

/// The tool that builds and runs targets.
const TOOL_VERSION: &str = "0.13.2";

/// Each is a file in `tests/fuzz/targets`, which says what it asserts.
const TARGETS: [&str; 9] = ["stored", "outcome", "record", "policy", "plan", "cookie", "outbox", "receipt", "proof"];

/// How many inputs the planted fault may take; it takes some thousands.
const RUNS_FOR_PLANTED: u32 = 5_000_000;

/// Longer for one input is a finding; the machine may be busy.
const SLOW_SECONDS: u32 = 120;

/// What one target came to.
struct Report {
    target: &'static str,
    inputs: u64,
    /// Places in the code that were reached at first, from seeds and earlier runs, and at the end.
    covered: (u64, u64),
    /// Inputs that reached something new.
    kept: u64,
    crashed: bool,
}

/// `cargo xtask fuzz [--seconds N] [--target NAME] [--input FILE]`: whether nothing was found.
pub(crate) fn fuzz(words: &[&str]) -> Result<bool> {
    let mut seconds = 60;
    let mut chosen: Vec<&'static str> = TARGETS.to_vec();
    let mut input = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().with_context(|| format!("{word} wants a value"))?;
        match *word {
            "--seconds" => seconds = value.parse().context("--seconds wants a number")?,
            "--target" => chosen = vec![TARGETS.iter().find(|it| *it == value).with_context(|| format!("{value} is none of {TARGETS:?}"))?],
            "--input" => input = Some(PathBuf::from(value)),
            other => bail!("`{other}` is no option of fuzz; there are --seconds, --target and --input"),
        }
    }
    ensure!(install()?, "cargo-fuzz {TOOL_VERSION} cannot be installed: the registry must be reached, and a C++ compiler be there");
    build()?;
    if let (Some(input), [target]) = (&input, chosen.as_slice()) {
        let status = run(target)?.arg(input).status().context("cargo-fuzz cannot be started")?;
        return Ok(status.success());
    }
    ensure!(input.is_none(), "--input goes with --target");
    planted()?;
    let reports: Vec<Report> = chosen.into_iter().map(|target| measured(target, seconds)).collect::<Result<_>>()?;
    let figures = reports.iter().map(|it| {
        json!({ "target": it.target, "inputs": it.inputs, "coveredBefore": it.covered.0, "covered": it.covered.1, "kept": it.kept, "crashed": it.crashed })
    });
    println!("{}", json!({ "seconds": seconds, "targets": figures.collect::<Vec<_>>() }));
    Ok(reports.iter().all(|it| !it.crashed))
}

/// Whether the tool is there, or could be installed.
pub(crate) fn install() -> Result<bool> {
    if tool().is_file() {
        return Ok(true);
    }
    let mut install = cargo();
    install.args(["install", "cargo-fuzz", "--locked", "--quiet", "--version", TOOL_VERSION, "--root"]).arg(tool_folder());
    let installed = step(&format!("cargo-fuzz {TOOL_VERSION}"), || quiet(&mut install));
    if let Err(error) = &installed {
        println!("{error:#}");
    }
    Ok(installed.is_ok())
}

fn build() -> Result<()> {
    step("fuzz targets", || quiet(&mut cargo_fuzz("build", None)).map(drop))?;
    let mut seeds = cargo();
    seeds.args(["run", "--quiet", "--package", "conformance", "--bin", "seeds", "--"]).arg(cache("seeds"));
    step("seeds from the vectors", || quiet(&mut seeds).map(drop))
}

/// A harness that finds nothing is believed only after it has found something.
fn planted() -> Result<()> {
    let fresh = cache("planted");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    let mut hunt = run("record")?;
    hunt.arg(&fresh).arg(cache("seeds/record")).arg("--").arg(format!("-runs={RUNS_FOR_PLANTED}"));
    hunt.arg(format!("-artifact_prefix={}/", fresh.display())).env("CONSENTKIT_FUZZ_PLANT", "1");
    let said = output(&mut hunt)?;
    ensure!(said.contains("a planted fault") && said.contains("ERROR: libFuzzer"), "the planted fault was not found\n{said}");
    let inputs = said.lines().filter_map(|line| number_behind(line, "stat::number_of_executed_units:")).next_back();
    println!("  a planted fault was found after {} inputs", inputs.map_or("some".to_owned(), |it| it.to_string()));
    Ok(())
}

fn measured(target: &'static str, seconds: u32) -> Result<Report> {
    let (corpus, crashes) = (cache("corpus").join(target), cache("crashes").join(target));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&crashes)?;
    let mut command = run(target)?;
    command.arg(corpus).arg(cache("seeds").join(target)).arg("--");
    command.args([format!("-max_total_time={seconds}"), format!("-timeout={SLOW_SECONDS}"), "-print_final_stats=1".to_owned()]);
    command.arg(format!("-artifact_prefix={}/", crashes.display()));
    let said = output(&mut command)?;
    let report = read(target, &said);
    println!(
        "  {target}: {} inputs, {} places covered, {} of them new, {} inputs kept{}",
        report.inputs,
        report.covered.1,
        report.covered.1.saturating_sub(report.covered.0),
        report.kept,
        if report.crashed { ", CRASHED" } else { "" }
    );
    if report.crashed {
        println!("{said}");
        println!("again: cargo xtask fuzz --target {target} --input {}/<the file named above>", crashes.display());
    }
    Ok(report)
}

/// Reads what libFuzzer says. Whatever does not end in its figures has crashed.
fn read(target: &'static str, said: &str) -> Report {
    let last = |word: &str| said.lines().filter_map(|line| number_behind(line, word)).next_back().unwrap_or_default();
    let begun = said.lines().find(|line| line.contains("INITED")).and_then(|line| number_behind(line, "cov:"));
    let well = said.lines().any(|line| line.contains("DONE")) && !said.contains("ERROR: libFuzzer");
    Report {
        target,
        inputs: last("stat::number_of_executed_units:"),
        covered: (begun.unwrap_or_default(), last(" cov:")),
        kept: last("stat::new_units_added:"),
        crashed: !well,
    }
}

fn number_behind(line: &str, word: &str) -> Option<u64> {
    line.split_once(word)?.1.split_whitespace().next()?.parse().ok()
}

fn run(target: &str) -> Result<Command> {
    fs::create_dir_all(cache(""))?;
    Ok(cargo_fuzz("run", Some(target)))
}

/// Our code has no unsafe part, so no sanitizer of memory is needed and inputs are tried at full speed. The flags of
/// coverage are unstable ones of the pinned compiler.
fn cargo_fuzz(verb: &str, target_name: Option<&str>) -> Command {
    let mut command = Command::new(tool());
    command.current_dir(root()).env("RUSTC_BOOTSTRAP", "1").args(["fuzz", verb, "--sanitizer", "none", "--fuzz-dir"]);
    command.arg(root().join("tests/fuzz")).arg("--target-dir").arg(target().join("fuzz")).args(target_name);
    command
}

/// Everything that a command says, whatever its status.
fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn cache(name: &str) -> PathBuf {
    root().join("tests/fuzz/.cache").join(name)
}

fn tool_folder() -> PathBuf {
    cache(&format!("cargo-fuzz-{TOOL_VERSION}"))
}

fn tool() -> PathBuf {
    tool_folder().join("bin/cargo-fuzz")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: &str = "#189\tINITED cov: 500 ft: 900 corp: 100/10Kb exec/s: 0 rss: 30Mb
#2000\tNEW    cov: 512 ft: 950 corp: 101/10Kb lim: 4 exec/s: 10 rss: 30Mb
#5000\tDONE   cov: 512 ft: 950 corp: 101/10Kb lim: 4 exec/s: 10 rss: 30Mb
stat::number_of_executed_units: 5000
stat::new_units_added:          7";

    #[test]
    fn what_libfuzzer_says_is_read() {
        let report = read("record", WELL);
        assert_eq!((report.inputs, report.covered, report.kept, report.crashed), (5000, (500, 512), 7, false));
    }

    #[test]
    fn whatever_does_not_end_well_is_a_crash() {
        let crash = WELL.replace("#5000\tDONE", "==1== ERROR: libFuzzer: deadly signal\n#4000\tpulse");
        assert!(read("record", &crash).crashed);
        assert!(read("record", "error: could not compile").crashed);
        assert!(read("record", "").crashed);
    }
}
