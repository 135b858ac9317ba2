//! The simulation of `tests/faults`: choices must not be lost, whatever fails.

use anyhow::{Context, Result};

use crate::run::cargo;
use crate::stage::{Tally, counted, of_cargo};

/// A few seconds of work with a seed that never changes; `cargo xtask faults` plays a million.
const SESSIONS_IN_TESTS: &str = "10000";

/// `cargo xtask faults …`: whether nothing broke, and enough happened.
pub(crate) fn faults(options: &[&str]) -> Result<bool> {
    let mut run = cargo();
    run.args(["run", "--quiet", "--profile", "server", "--package", "faults", "--"]).args(options);
    Ok(run.status().context("cargo cannot be started")?.success())
}

/// The stage of the tests: 12,000 pairs of answers lose nothing, every planted fault is found, and a short run loses nothing.
pub(crate) fn stage() -> Result<Tally> {
    let mut tally = counted(
        cargo().args(["test", "--quiet", "--profile", "server", "--package", "faults", "--test", "http", "--test", "planted"]),
        of_cargo,
    )?;
    tally += Tally::one(faults(&["--sessions", SESSIONS_IN_TESTS])?);
    Ok(tally)
}
