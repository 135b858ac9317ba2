//! Measurements. None of them is a test: machines are noisy, and a figure means something only beside another.

use anyhow::{Result, ensure};

use crate::engine::Mode;
use crate::js;
use crate::run::{cargo, command};

/// How long a decision takes in the core itself, and through WebAssembly in Node.
pub(crate) fn rules() -> Result<()> {
    ensure!(cargo().args(["bench", "--package", "consentkit-core", "--bench", "rules"]).status()?.success(), "the benchmark failed");
    js::build(Mode::Release)?;
    ensure!(command("node", ".").arg("tests/node/bench/rules.mjs").status()?.success(), "the benchmark failed");
    Ok(())
}
