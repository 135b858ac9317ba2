//! Measurements. None of them is a test: machines are noisy, and a figure means something only beside another.

use anyhow::{Result, ensure};

use crate::engine::Mode;
use crate::js;
use crate::run::{cargo, command};
use crate::setup;

/// How long a decision takes in the core itself, and through WebAssembly in Node.
pub(crate) fn rules() -> Result<()> {
    ensure!(cargo().args(["bench", "--package", "consentkit-core", "--bench", "rules"]).status()?.success(), "the benchmark failed");
    js::build(Mode::Release)?;
    ensure!(command("node", ".").arg("tests/node/bench/rules.mjs").status()?.success(), "the benchmark failed");
    Ok(())
}

/// What a page pays for the interface, beside what others have published, in one Chromium. `ROUNDS` sets how often.
pub(crate) fn web() -> Result<()> {
    js::build(Mode::Release)?;
    js::pack()?;
    setup::npm_packages("tests/browser")?;
    setup::npm_packages("tests/bench-web")?;
    let mut bench = command("node", "tests/bench-web");
    ensure!(
        bench.arg("bench.mjs").env("BROWSERS", "chromium").env("CONSENTKIT_TARBALL", js::tarball()).status()?.success(),
        "the benchmark failed"
    );
    Ok(())
}
