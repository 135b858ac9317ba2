//! Everything that can fail. A stage that fails does not stop the later ones.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::engine::Mode;
use crate::run::{cargo, command, has, quiet, target};
use crate::stage::{Tally, counted, of_cargo, of_maven, of_node, of_vectors};
use crate::{crash, faults, generate, js, setup, size};

type Stage = (&'static str, fn() -> Result<Tally>);

/// In the order of how soon they answer. Those after `package` test what it has built.
const STAGES: [Stage; 14] = [
    ("format", format),
    ("lints", lints),
    ("dependencies", dependencies),
    ("generated", generated),
    ("rust", rust),
    ("vectors", vectors),
    ("faults", faults::stage),
    ("crash", crash::stage),
    ("package", package),
    ("sizes", sizes),
    ("types", types),
    ("node", node),
    ("browsers", browsers),
    ("kotlin", kotlin),
];

/// Runs all stages, or those that are named; whether all passed.
pub(crate) fn test(names: &[&str]) -> Result<bool> {
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|(known, _)| known != *name)) {
        bail!("`{unknown}` is no stage; there are {}", STAGES.map(|(name, _)| name).join(", "));
    }
    let mut total = Tally::default();
    let mut failed = Vec::new();
    for (name, run) in STAGES.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        println!("== {name}");
        let start = Instant::now();
        let tally = run().unwrap_or_else(|error| {
            println!("{error:#}");
            Tally::one(false)
        });
        println!(
            "== {name}: {} passed, {} failed, {} skipped in {:.1} s\n",
            tally.passed,
            tally.failed,
            tally.skipped,
            start.elapsed().as_secs_f32()
        );
        if tally.failed > 0 {
            failed.push(*name);
        }
        total += tally;
    }
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
    println!("{} passed, {} failed{skipped}", total.passed, total.failed);
    Ok(total.failed == 0)
}

fn format() -> Result<Tally> {
    quiet(cargo().args(["fmt", "--all", "--check", "--", "-l"])).map(|_| Tally::one(true))
}

fn lints() -> Result<Tally> {
    quiet(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-Dwarnings"]))?;
    quiet(cargo().args(["clippy", "--quiet", "--package", "consentkit-wasm", "--target", "wasm32-unknown-unknown", "--", "-Dwarnings"]))?;
    Ok(Tally { passed: 2, ..Tally::default() })
}

/// Licences, sources and bans need nothing but the lock file; known weaknesses are asked for over the network, where there is one.
fn dependencies() -> Result<Tally> {
    if !has("cargo-deny") {
        return Ok(Tally::skipped("cargo-deny is missing: `cargo install --locked cargo-deny`"));
    }
    quiet(cargo().args(["deny", "check", "bans", "licenses", "sources"]))?;
    let output = cargo().args(["deny", "check", "advisories"]).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let mut tally = Tally::one(true);
    tally += if told.contains("failed to fetch advisory database") {
        Tally::skipped("the database of known weaknesses cannot be reached from here")
    } else {
        print!("{told}");
        Tally::one(output.status.success())
    };
    Ok(tally)
}

fn generated() -> Result<Tally> {
    generate::generate(true).map(Tally::one)
}

fn rust() -> Result<Tally> {
    counted(cargo().args(["test", "--workspace", "--quiet", "--no-fail-fast"]), of_cargo)
}

fn vectors() -> Result<Tally> {
    counted(cargo().args(["run", "--quiet", "--package", "conformance"]), of_vectors)
}

/// Builds what ships, in the form in which it ships.
fn package() -> Result<Tally> {
    js::build(Mode::Release)?;
    js::pack().map(|_| Tally::one(true))
}

/// Nothing that ships is larger than it may be.
fn sizes() -> Result<Tally> {
    size::size(false).map(Tally::one)
}

fn types() -> Result<Tally> {
    setup::npm_packages("js")?;
    quiet(command("npm", "js").args(["run", "--silent", "check"])).map(|_| Tally::one(true))
}

fn node() -> Result<Tally> {
    let mut tests = command("node", "tests/node");
    tests.args(["--test", "--test-reporter=tap"]).env("CONSENTKIT_TARBALL", js::tarball());
    counted(&mut tests, of_node)
}

fn browsers() -> Result<Tally> {
    setup::npm_packages("tests/browser")?;
    quiet(cargo().args(["build", "--quiet", "--package", "consentkit-backend"]))?;
    let mut tests = command("npm", "tests/browser");
    tests
        .args(["test", "--silent"])
        .env("CONSENTKIT_TARBALL", js::tarball())
        .env("CONSENTKIT_BACKEND", target().join("debug/consentkit-backend"));
    counted(&mut tests, of_node)
}

fn kotlin() -> Result<Tally> {
    if !has("mvn") {
        return Ok(Tally::skipped("mvn is missing: `cargo xtask setup` installs it"));
    }
    quiet(cargo().args(["build", "--quiet", "--package", "consentkit-mobile"]))?;
    let library = format!("-Djna.library.path={}", target().join("debug").display());
    counted(command("mvn", "mobile-bindings/kotlin").args(["--batch-mode", "--no-transfer-progress", "test"]).arg(library), of_maven)
}
