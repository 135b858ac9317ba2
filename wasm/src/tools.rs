//! What `npx consentkit` needs beside the engine. JSON text in and out, so that errors name their place.

use wasm_bindgen::prelude::*;

use crate::values::failure;

/// Compiles a policy for the browser: see `consentkit_core::build`.
///
/// # Errors
/// An object with `code`, `path` and `hint`.
#[wasm_bindgen]
pub fn build(policy: &str, lock: &str, options: &str) -> Result<String, JsValue> {
    consentkit_core::build::build(policy, lock, options).map_err(|error| failure(&error))
}

/// Reads and checks a policy.
///
/// # Errors
/// The first mistake, as an object with `code`, `path` and `hint`.
#[wasm_bindgen]
pub fn check(policy: &str) -> Result<(), JsValue> {
    consentkit_core::policy::parse(policy).map(drop).map_err(|error| failure(&error))
}
