//! What `npx consentkit` needs beside the engine.
//!
//! What people write comes in as text, so that errors name its place. What programs make crosses as plain
//! objects by serde-wasm-bindgen, whose errors have texts; no page downloads them.

use consentkit_core::build::{compile, languages};
use consentkit_core::error::{Code, Error};
use consentkit_core::owner;
use consentkit_core::policy;
use consentkit_core::receipt::{self, Trust};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::*;

use crate::read::whole;
use crate::values::failure;

/// Compiles a policy for the browser: see `consentkit_core::build`. Takes `BuildOptions`, gives `Built`.
///
/// # Errors
/// An object with `code`, `path` and `hint`.
#[wasm_bindgen]
pub fn build(policy: &str, lock: &str, options: JsValue) -> Result<JsValue, JsValue> {
    let built = compile(policy, lock, &options_from(options)?).map_err(|error| failure(&error))?;
    plain(&built)
}

/// Reads and checks a policy.
///
/// # Errors
/// The first mistake, as an object with `code`, `path` and `hint`.
#[wasm_bindgen]
pub fn check(policy: &str) -> Result<(), JsValue> {
    policy::parse(policy).and_then(|policy| languages(&policy, &policy.texts)).map(drop).map_err(|error| failure(&error))
}

/// Why every item is on or off for one person: see `consentkit_core::owner::explain`. Takes `ExplainOptions`,
/// gives `Explanation`.
///
/// # Errors
/// An object with `code`, `path` and `hint`.
#[wasm_bindgen]
pub fn explain(policy: &str, options: JsValue) -> Result<JsValue, JsValue> {
    let options = options_from(options)?;
    let explanation = policy::parse(policy).and_then(|policy| owner::explain(&policy, &options));
    plain(&explanation.map_err(|error| failure(&error))?)
}

/// What is wrong in a policy although it is valid: a list of `Lint`.
///
/// # Errors
/// As [`check`].
#[wasm_bindgen]
pub fn lint(policy: &str) -> Result<JsValue, JsValue> {
    let policy = policy::parse(policy).map_err(|error| failure(&error))?;
    plain(&owner::lint(&policy))
}

/// What a new version of a policy changes, and who would be asked again: `PolicyDiff`. `now` is in milliseconds since 1970.
///
/// # Errors
/// As [`check`]; one when the two are no versions of one policy.
#[wasm_bindgen]
pub fn diff(old: &str, new: &str, now: f64) -> Result<JsValue, JsValue> {
    let both = policy::parse(old).and_then(|old| Ok((old, policy::parse(new)?)));
    let diff = both.and_then(|(old, new)| owner::diff(&old, &new, moment(now)));
    plain(&diff.map_err(|error| failure(&error))?)
}

/// What first visitors meet under every law: the text of a table for `csv` and `md`, else `Simulation`.
///
/// # Errors
/// As [`check`].
#[wasm_bindgen]
pub fn simulate(policy: &str, now: f64, format: &str) -> Result<JsValue, JsValue> {
    let table = policy::parse(policy).and_then(|policy| owner::simulate(&policy, moment(now))).map_err(|error| failure(&error))?;
    match format {
        "csv" => Ok(table.to_csv().into()),
        "md" => Ok(table.to_markdown().into()),
        _ => plain(&table),
    }
}

/// Checks a receipt: see `consentkit_core::receipt`. `key` and `notice` are what the caller trusts, if anything; `brief` stops at the
/// first step that fails. Gives `Report`.
///
/// # Errors
/// Never: what is wrong with a receipt stands in the report.
#[wasm_bindgen]
#[allow(clippy::needless_pass_by_value, reason = "wasm-bindgen takes optional texts by value only")]
pub fn verify(receipt: &str, key: Option<String>, notice: Option<String>, brief: bool) -> Result<JsValue, JsValue> {
    plain(&receipt::verify(receipt, &Trust { key: key.as_deref(), notice: notice.as_deref(), brief }))
}

fn moment(now: f64) -> u64 {
    whole(now.trunc()).unwrap_or_default()
}

fn options_from<T: DeserializeOwned>(options: JsValue) -> Result<T, JsValue> {
    from_value(options).map_err(|error| failure(&Error::new(Code::PolicyInvalid, "options", error.to_string())))
}

fn plain<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
