//! The bytes of everything that ships, beside its budget.
//!
//! Measured on what a site owner gets: the packed npm package, installed, and the output of
//! `npx consentkit build` for the example shop. Files that travel apart are compressed apart.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::compress::{Bytes, bytes};
use crate::run::{root, step, target};
use crate::{cold, js};

/// An artefact: what it is, the files that travel together, and how many bytes they may have after brotli.
struct Artefact {
    name: &'static str,
    files: &'static [&'static str],
    budget: usize,
}

const fn kb(tenths: usize) -> usize {
    tenths * 1024 / 10
}

/// Paths begin with `site/` (made by `npx consentkit build`), `package/` (as npm installs it) or `repository/`.
/// What stands behind a `#` is a member of a JSON file.
const ARTEFACTS: [Artefact; 6] = [
    Artefact { name: "returning visit: boot", files: &["site/boot.js"], budget: kb(18) },
    Artefact { name: "first visit until the banner", files: &["site/boot.js", "site/banner.js", "site/texts.en.js"], budget: kb(90) },
    Artefact { name: "preference centre", files: &["site/centre.js"], budget: kb(70) },
    Artefact { name: "engine of a built site: WebAssembly and glue", files: &["site/engine_bg.wasm", "site/engine.js"], budget: kb(400) },
    Artefact { name: "engine without WebAssembly", files: &["site/engine-fallback.js"], budget: kb(560) },
    Artefact { name: "single file", files: &["package/dist/single.js"], budget: kb(550) },
];

/// Files without a budget of their own, to know where bytes are.
const OTHERS: [(&str, &[&str]); 8] = [
    ("plan", &["site/policy.json#plan"]),
    ("policy.json with the plan", &["site/policy.json"]),
    ("page engine", &["package/dist/engine/engine_bg.wasm", "package/dist/engine/engine.js"]),
    ("rules table in the page engine", &["repository/core/rules/rules.cbor"]),
    ("client", &["site/client.js"]),
    ("placeholders", &["site/embed.js"]),
    ("texts in German", &["site/texts.de.js"]),
    ("entry for bundlers", &["package/dist/index.js"]),
];

/// Prints the table; false when something is past its budget, or a browser received other bytes.
pub(crate) fn size(as_json: bool) -> Result<bool> {
    let package = step("packing and installing the npm package", js::installed)?;
    let site = target().join("size-site");
    fs::remove_dir_all(&site).ok();
    step("npx consentkit build for the example shop", || build_shop(&package, &site))?;
    let places = Places { site, package: package.join("node_modules/consentkit") };

    let budgeted = ARTEFACTS.iter().map(|it| (it.name, it.files, Some(it.budget)));
    let mut rows = Vec::new();
    for (name, files, budget) in budgeted.chain(OTHERS.map(|(name, files)| (name, files, None))) {
        let bytes = files.iter().try_fold(Bytes::default(), |sum, file| anyhow::Ok(sum + places.measure(file)?))?;
        rows.push((name, bytes, budget));
    }
    let (received, disagreements) = compare(&places);
    let fine = disagreements.is_empty() && rows.iter().all(|(_, bytes, budget)| budget.is_none_or(|budget| bytes.brotli <= budget));
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(name, it, budget)| json!({ "name": name, "raw": it.raw, "gzip": it.gzip, "brotli": it.brotli, "budget": budget }))
            .collect();
        println!(
            "{}",
            serde_json::to_string_pretty(
                &json!({ "artefacts": rows, "received": received, "disagreements": disagreements, "fine": fine })
            )?
        );
    } else {
        table(&rows);
        for (visit, counted) in received.iter().filter_map(|it| it.as_object()).flatten() {
            println!("Chromium received on {visit}: {} bytes", counted.get("total").unwrap_or_default());
        }
        disagreements.iter().for_each(|line| println!("{line}"));
    }
    Ok(fine)
}

/// What Chromium received, and every line about a difference. A visit that went wrong is one, too.
fn compare(places: &Places) -> (Option<Value>, Vec<String>) {
    let weigh = |file: &str| Ok(places.measure(&format!("site/{file}"))?.brotli);
    match step("visits in Chromium", || cold::received(&js::tarball())) {
        Ok(None) => (None, Vec::new()),
        Ok(Some(received)) => {
            let disagreements = cold::disagreements(&received, weigh).unwrap_or_else(|error| vec![format!("{error:#}")]);
            (Some(received), disagreements)
        }
        Err(error) => (None, vec![format!("{error:#}")]),
    }
}

/// From a copy of its policy: the lock file of the repository must not change.
fn build_shop(package: &Path, site: &Path) -> Result<()> {
    let policy = package.join("policy.json");
    fs::copy(root().join("examples/shop/policy.json"), &policy)?;
    js::consentkit(package, &["build"], &policy, site)
}

fn table(rows: &[(&str, Bytes, Option<usize>)]) {
    println!("{:44} {:>9} {:>9} {:>9} {:>9}", "", "raw", "gzip -9", "brotli", "budget");
    for (name, it, budget) in rows {
        let budget_text = budget.map(|budget| budget.to_string()).unwrap_or_default();
        let mark = if budget.is_some_and(|budget| it.brotli > budget) { "  too large" } else { "" };
        println!("{name:44} {:>9} {:>9} {:>9} {budget_text:>9}{mark}", it.raw, it.gzip, it.brotli);
    }
}

struct Places {
    site: PathBuf,
    package: PathBuf,
}

impl Places {
    fn measure(&self, file: &str) -> Result<Bytes> {
        let (file, member) = file.split_once('#').map_or((file, None), |(file, member)| (file, Some(member)));
        let path = match file.split_once('/') {
            Some(("site", rest)) => self.site.join(rest),
            Some(("package", rest)) => self.package.join(rest),
            Some(("repository", rest)) => root().join(rest),
            _ => anyhow::bail!("{file} is in no folder that is measured"),
        };
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let Some(member) = member else { return bytes(&content) };
        let content: Value = serde_json::from_slice(&content)?;
        let text = content.get(member).and_then(Value::as_str).with_context(|| format!("{} has no text {member}", path.display()))?;
        bytes(text.as_bytes())
    }
}
