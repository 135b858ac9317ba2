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
#[derive(Clone, Copy)]
struct Artefact {
    name: &'static str,
    files: &'static [&'static str],
    limit: Limit,
}

#[derive(Clone, Copy)]
enum Limit {
    /// What it should have, and has.
    Budget(usize),
    /// What it should have, and what it has instead for now; it may not grow any more.
    Past { budget: usize, ceiling: usize },
    /// Nobody has set a budget, but it may not grow unseen.
    Ceiling(usize),
    /// To know where bytes are.
    None,
}

impl Limit {
    fn ceiling(self) -> Option<usize> {
        match self {
            Limit::Budget(bytes) | Limit::Ceiling(bytes) | Limit::Past { ceiling: bytes, .. } => Some(bytes),
            Limit::None => None,
        }
    }

    fn budget(self) -> Option<usize> {
        match self {
            Limit::Budget(bytes) | Limit::Past { budget: bytes, .. } => Some(bytes),
            Limit::Ceiling(_) | Limit::None => None,
        }
    }

    /// What is to be said of so many bytes.
    fn verdict(self, bytes: usize) -> String {
        match (self.ceiling(), self.budget()) {
            (Some(ceiling), _) if bytes > ceiling => format!("too large: {ceiling} is the most"),
            (_, Some(budget)) if bytes > budget => format!("past its budget by {}", bytes - budget),
            _ => String::new(),
        }
    }
}

const fn kb(tenths: usize) -> usize {
    tenths * 1024 / 10
}

/// Paths begin with `site/` (made by `npx consentkit build`), `package/` (as npm installs it) or `repository/`.
/// What stands behind a `#` is a member of a JSON file.
const ARTEFACTS: [Artefact; 14] = [
    of("returning visit: boot", &["site/boot.js"], Limit::Budget(kb(18))),
    of("first visit until the banner", &["site/boot.js", "site/first.en.js"], Limit::Budget(kb(90))),
    of("preference centre", &["site/centre.js"], Limit::Budget(kb(70))),
    of("engine of a built site: WebAssembly and glue", &["site/engine_bg.wasm", "site/engine.js"], Limit::Budget(kb(400))),
    of("single file", &["package/dist/single.js"], Limit::Past { budget: kb(550), ceiling: kb(850) }),
    of("engine without WebAssembly", &["site/engine-fallback.js"], Limit::Ceiling(kb(925))),
    of("page engine", &["package/dist/engine/engine_bg.wasm", "package/dist/engine/engine.js"], Limit::Ceiling(kb(606))),
    of("rules table in the page engine", &["repository/core/rules/rules.cbor"], Limit::None),
    of("plan", &["site/policy.json#plan"], Limit::None),
    of("policy.json with the plan", &["site/policy.json"], Limit::None),
    of("client", &["site/client.js"], Limit::None),
    of("placeholders", &["site/embed.js"], Limit::None),
    of("texts in German", &["site/texts.de.js"], Limit::None),
    of("entry for bundlers", &["package/dist/index.js"], Limit::None),
];

const fn of(name: &'static str, files: &'static [&'static str], limit: Limit) -> Artefact {
    Artefact { name, files, limit }
}

/// Prints the table; false when something is past its budget, or a browser received other bytes.
pub(crate) fn size(as_json: bool) -> Result<bool> {
    let package = step("packing and installing the npm package", js::installed)?;
    let site = target().join("size-site");
    fs::remove_dir_all(&site).ok();
    step("npx consentkit build for the example shop", || build_shop(&package, &site))?;
    let places = Places { site, package: package.join("node_modules/consentkit") };

    let mut rows = Vec::new();
    for artefact in ARTEFACTS {
        let bytes = artefact.files.iter().try_fold(Bytes::default(), |sum, file| anyhow::Ok(sum + places.measure(file)?))?;
        rows.push((artefact, bytes));
    }
    let (received, disagreements) = compare(&places);
    let fits = |(it, bytes): &(Artefact, Bytes)| it.limit.ceiling().is_none_or(|ceiling| bytes.brotli <= ceiling);
    let fine = disagreements.is_empty() && rows.iter().all(fits);
    if as_json {
        let row = |(it, bytes): &(Artefact, Bytes)| {
            let (name, budget, ceiling) = (it.name, it.limit.budget(), it.limit.ceiling());
            json!({ "name": name, "raw": bytes.raw, "gzip": bytes.gzip, "brotli": bytes.brotli, "budget": budget, "ceiling": ceiling })
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
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

fn table(rows: &[(Artefact, Bytes)]) {
    println!("{:44} {:>9} {:>9} {:>9} {:>9}", "", "raw", "gzip -9", "brotli", "budget");
    for (Artefact { name, limit, .. }, it) in rows {
        let budget = limit.budget().map(|budget| budget.to_string()).unwrap_or_default();
        let line = format!("{name:44} {:>9} {:>9} {:>9} {budget:>9}  {}", it.raw, it.gzip, it.brotli, limit.verdict(it.brotli));
        println!("{}", line.trim_end());
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
