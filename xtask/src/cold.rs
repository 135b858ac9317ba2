//! What a real Chromium received, beside what the files weigh: both must agree.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{command, has, quiet};
use crate::setup;

/// Two brotli encoders differ by a little; a file that is sent twice, or not compressed, by more.
const TOLERANCE_PERCENT: usize = 3;

/// The files of each visit, as Chromium counted them. `None` where there is no Chromium.
pub(crate) fn received(tarball: &Path) -> Result<Option<Value>> {
    if !has("chromium") || !has("chromedriver") {
        return Ok(None);
    }
    setup::npm_packages("tests/browser")?;
    let told = quiet(command("node", "tests/browser").arg("cold.mjs").env("CONSENTKIT_TARBALL", tarball).env("BROWSERS", "chromium"))?;
    serde_json::from_str(&told).map(Some).with_context(|| format!("cold.mjs did not answer in JSON: {told:?}"))
}

/// One line for each file whose bytes on the wire are not those of the file. `weigh` gives the bytes of a
/// file of the site after brotli.
pub(crate) fn disagreements(received: &Value, weigh: impl Fn(&str) -> Result<usize>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (visit, counted) in received.as_object().into_iter().flatten() {
        for (file, bytes) in counted.get("files").and_then(Value::as_object).into_iter().flatten() {
            let on_the_wire = bytes.as_u64().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default();
            let weight = weigh(file)?;
            if on_the_wire.abs_diff(weight) * 100 > weight * TOLERANCE_PERCENT {
                found.push(format!("{visit}: Chromium received {on_the_wire} bytes of {file}, which has {weight}"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_travels_uncompressed_is_named() {
        let received = serde_json::json!({ "banner": { "files": { "boot.js": 1010, "banner.js": 9000 }, "total": 10_010 } });
        let found = disagreements(&received, |file| Ok(if file == "boot.js" { 1000 } else { 4000 })).unwrap();
        assert_eq!(found, ["banner: Chromium received 9000 bytes of banner.js, which has 4000"]);
    }
}
