//! Contact sheets of the interface, to be looked at: every part in every theme, size and direction.

use anyhow::{Result, bail};

use crate::js;
use crate::run::{command, has, loud, step, target};
use crate::setup;

/// Writes one picture for each part into `target/gallery`. The package must have been built.
pub(crate) fn gallery() -> Result<()> {
    if !has("chromium") || !has("chromedriver") {
        bail!("Chromium is missing: apt-get install chromium chromium-driver");
    }
    setup::npm_packages("tests/browser")?;
    let tarball = step("packing the npm package", js::pack)?;
    let folder = target().join("gallery");
    step("pictures in Chromium", || {
        loud(
            command("node", "tests/browser")
                .arg("gallery.mjs")
                .arg(&folder)
                .env("CONSENTKIT_TARBALL", &tarball)
                .env("BROWSERS", "chromium"),
        )
    })
}
