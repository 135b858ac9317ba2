//! The values that cross: a plan in, an event in, effects out.

#[cfg(feature = "compile")]
use consentkit_core::map::Map;
use consentkit_core::plan::Plan;
use consentkit_core::protocol::{Effect, Event};
use consentkit_core::{Engine, Error};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::read::read;
use crate::write::write;

/// An engine for a plan, or an object with `code`, `path` and `hint`.
pub(crate) fn engine_for(plan: &str) -> Result<Engine, JsValue> {
    Plan::read(plan).and_then(Engine::new).map_err(|error| failure(&error))
}

/// What an engine must handle. Throws such an object when it cannot be read.
pub(crate) fn event_from(value: &JsValue) -> Event {
    read(value, || refusal("EVENT_UNREADABLE", hint("the event does not have the form of the protocol and was not handled")))
}

/// As in the core: the engine of built sites has only codes, and its client the sentences.
pub(crate) fn hint(sentence: &'static str) -> &'static str {
    if cfg!(any(feature = "compile", feature = "tools")) { sentence } else { "" }
}

/// Texts by their keys.
#[cfg(feature = "compile")]
pub(crate) fn texts_from(value: &JsValue) -> Map<String, String> {
    read(value, || refusal("TEXTS_UNREADABLE", "texts are an object of strings"))
}

/// Effects as a list of plain objects: the whole list crosses as one text.
pub(crate) fn effects_to(effects: &[Effect]) -> JsValue {
    parse(&write(effects))
}

/// A line for the console.
#[cfg(feature = "driver")]
pub(crate) fn log(code: &str, message: &str) -> Effect {
    Effect::Log { code: code.into(), message: message.into() }
}

/// An error as an object with `code`, `path` and `hint`.
pub(crate) fn failure(error: &Error) -> JsValue {
    thrown(error.code(), error.path(), error.hint())
}

/// What is thrown for a value that does not have the right form.
pub(crate) fn refusal(code: &str, hint: &str) -> JsValue {
    thrown(code, "", hint)
}

fn thrown(code: &str, path: &str, hint: &str) -> JsValue {
    parse(&write(&Failure { code, path, hint }))
}

#[derive(Serialize)]
struct Failure<'a> {
    code: &'a str,
    path: &'a str,
    hint: &'a str,
}

#[wasm_bindgen]
extern "C" {
    // Without the `catch` of js-sys: what is parsed here was written here.
    #[wasm_bindgen(js_namespace = JSON)]
    fn parse(text: &str) -> JsValue;
}
