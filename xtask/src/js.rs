//! The npm package: bundles, declarations, and the tarball that everything else is tested with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine::{self, Mode};
use crate::run::{command, loud, quiet, step, target};
use crate::setup;

/// Builds the engine and the package into `js/dist`.
pub(crate) fn build(mode: Mode) -> Result<()> {
    setup::npm_packages("js")?;
    engine::build(mode)?;
    step("npm package", || loud(command("node", "js").arg("scripts/build.mjs")))
}

/// What `npm pack` makes of the package as it was built.
pub(crate) fn pack() -> Result<PathBuf> {
    let folder = target().join("pack");
    fs::create_dir_all(&folder)?;
    let told = quiet(command("npm", "js").args(["pack", "--json", "--pack-destination"]).arg(&folder))?;
    let told: serde_json::Value = serde_json::from_str(&told).context("npm pack did not answer in JSON")?;
    // npm 12 answers with an object by package name, earlier ones with a list.
    let first = told.get(0).or_else(|| told.as_object().and_then(|it| it.values().next()));
    let name = first.and_then(|it| it.get("filename")).and_then(|it| it.as_str()).context("npm pack named no file")?;
    let tarball = tarball();
    fs::rename(folder.join(name.replace(['@', '/'], "")), &tarball)?;
    Ok(tarball)
}

/// Where [`pack`] puts it.
pub(crate) fn tarball() -> PathBuf {
    target().join("pack/consentkit.tgz")
}

/// An empty project in which the packed package is installed, as a site owner has it.
pub(crate) fn installed() -> Result<PathBuf> {
    let tarball = pack()?;
    let project = target().join("installed");
    fs::remove_dir_all(&project).ok();
    fs::create_dir_all(&project)?;
    fs::write(project.join("package.json"), "{ \"private\": true }\n")?;
    quiet(command("npm", ".").current_dir(&project).args(["install", "--no-audit", "--no-fund", "--offline"]).arg(&tarball))?;
    Ok(project)
}

/// Runs the installed command: `npx consentkit <words> policy -o out`.
pub(crate) fn consentkit(project: &Path, words: &[&str], policy: &Path, out: &Path) -> Result<()> {
    quiet(command("npx", ".").current_dir(project).args(["--no-install", "consentkit"]).args(words).arg(policy).arg("-o").arg(out))
        .map(drop)
}
