//! Files that are made from the core. They are checked in, and a difference fails the tests.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;

use anyhow::{Context, Result};
use consentkit_core::regime::{self, Laws, Tables};
use consentkit_core::schema;

use crate::run::{cargo, command, quiet, root, target};

/// A file, by its path in the repository, and what makes it.
struct Generated {
    path: &'static str,
    make: fn() -> Result<Vec<u8>>,
}

const FILES: [Generated; 6] = [
    Generated { path: "js/src/types.gen.ts", make: || Ok(schema::typescript().into_bytes()) },
    Generated { path: "js/policy.schema.json", make: || Ok(schema::policy_schema().into_bytes()) },
    Generated { path: "js/POLICY.md", make: || Ok(schema::policy_reference().into_bytes()) },
    Generated { path: "core/rules/rules.cbor", make: || with_tables(|tables| Ok(regime::read(RULES_VERSION, tables)?.to_bytes())) },
    Generated { path: "core/rules/laws.json", make: || with_tables(|tables| Ok(Laws::of(tables)?.to_json().into_bytes())) },
    Generated { path: "mobile-bindings/kotlin/generated/dev/consentkit/consentkit_mobile.kt", make: kotlin },
];

/// The version of the rules, written into every record: year, month, count. Raise it with every change of
/// the tables.
const RULES_VERSION: &str = "2026.11.1";

/// Writes what differs, or with `check` only names it; false when something differed and was not written.
pub(crate) fn generate(check: bool) -> Result<bool> {
    let mut current = true;
    for Generated { path, make } in FILES {
        let made = make().with_context(|| format!("cannot make {path}"))?;
        let file = root().join(path);
        if fs::read(&file).is_ok_and(|before| before == made) {
            continue;
        }
        if check {
            println!("{path} differs from what the core says: run `cargo xtask generate`");
            current = false;
        } else {
            fs::write(&file, made).with_context(|| format!("cannot write {path}"))?;
            println!("{path} written");
        }
    }
    Ok(current)
}

fn with_tables(make: fn(Tables<'_>) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let table = |name: &str| fs::read_to_string(root().join("core/rules").join(name)).with_context(|| format!("cannot read {name}"));
    let (regimes, defaults) = (table("regimes.csv")?, table("defaults.csv")?);
    let (separate, overlays) = (table("separate.csv")?, table("overlays.csv")?);
    let tables = Tables { regimes: &regimes, defaults: &defaults, separate: &separate, overlays: &overlays };
    make(tables)
}

/// uniffi reads the library of the debug profile: a stripped one does not describe itself.
fn kotlin() -> Result<Vec<u8>> {
    quiet(cargo().args(["build", "--quiet", "--package", "consentkit-mobile", "--features", "bindgen"]))?;
    let (built, out) = (target().join("debug"), target().join("kotlin-generated"));
    let mut bindgen = command(built.join("uniffi-bindgen"), ".");
    bindgen
        .arg("generate")
        .arg(built.join(format!("{DLL_PREFIX}consentkit_mobile{DLL_SUFFIX}")))
        .args(["--language", "kotlin", "--no-format", "--out-dir"])
        .arg(&out);
    quiet(&mut bindgen)?;
    fs::read(out.join("dev/consentkit/consentkit_mobile.kt")).map_err(Into::into)
}
