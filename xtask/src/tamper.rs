//! The long run of what `tests/node/receipts.test.mjs` does with a few: every byte of very many bodies is changed, one at a time, and
//! both verifiers must see each change.

use std::fs;
use std::process::Stdio;

use anyhow::{Result, ensure};

use crate::run::{cargo, command, target};

/// Makes so many receipts and tampers with them; the package must have been built.
pub(crate) fn tamper(bodies: u32) -> Result<()> {
    let file = target().join(format!("receipts-{bodies}.jsonl"));
    let example = |name: &str| {
        let mut run = cargo();
        run.args(["run", "--quiet", "--profile", "server", "--package", "consentkit-backend", "--example", name, "--"]);
        run
    };
    let made = example("receipts").args([&bodies.to_string(), "bare"]).stdout(Stdio::from(fs::File::create(&file)?)).status()?;
    ensure!(made.success(), "the receipts could not be made");
    println!("the verifier of the core:");
    ensure!(example("tamper").arg(&file).status()?.success(), "the verifier of the core failed");
    println!("the verifier in TypeScript:");
    ensure!(command("node", ".").arg("tests/node/receipts/long.mjs").arg(&file).status()?.success(), "the verifier in TypeScript failed");
    Ok(())
}
