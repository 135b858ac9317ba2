//! The values that cross: a policy in, an event in, effects out.

use consentkit_core::map::Map;
use consentkit_core::protocol::{Effect, Event};
use consentkit_core::{Engine, Error, policy};
use js_sys::Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::read::{read, read_strictly};

/// An engine for a policy, or an object with `code`, `path` and `hint`.
pub(crate) fn engine_for(policy: &JsValue) -> Result<Engine, JsValue> {
    let refusal =
        || refusal("POLICY_INVALID", "the policy does not have the right form: run `npx consentkit build` on it, which names the place");
    let policy = read_strictly(policy, refusal);
    // What `build` has written, it has checked.
    match policy::check(&policy).first().filter(|_| !policy.built) {
        Some(error) => Err(failure(error)),
        None => Engine::new(policy).map_err(|error| failure(&error)),
    }
}

/// What an engine must handle. Throws such an object when it cannot be read.
pub(crate) fn event_from(value: &JsValue) -> Event {
    read(value, || refusal("EVENT_UNREADABLE", "the event does not have the form of the protocol and was not handled"))
}

/// Texts by their keys.
pub(crate) fn texts_from(value: &JsValue) -> Map<String, String> {
    read(value, || refusal("TEXTS_UNREADABLE", "texts are an object of strings"))
}

/// Effects as a list of plain objects.
pub(crate) fn effects_to(effects: &[Effect]) -> Array {
    effects.iter().map(write).collect()
}

/// A line for the console.
#[cfg(feature = "driver")]
pub(crate) fn log(code: &str, message: &str) -> Effect {
    Effect::Log { code: code.into(), message: message.into() }
}

/// An error as an object with `code`, `path` and `hint`.
pub(crate) fn failure(error: &Error) -> JsValue {
    write(&Failure { code: error.code(), path: error.path(), hint: error.hint() })
}

/// What is thrown for a value that does not have the right form.
fn refusal(code: &str, hint: &str) -> JsValue {
    write(&Failure { code, path: "", hint })
}

#[derive(Serialize)]
struct Failure<'a> {
    code: &'a str,
    path: &'a str,
    hint: &'a str,
}

/// Only a number beyond 2^53 cannot be written, and no clock or period reaches that.
fn write(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}
