//! The hash of the words that were shown, for pages whose policy was not compiled ahead.

use consentkit_core::record::notice_part;
use wasm_bindgen::prelude::*;

use crate::values::texts_from;

/// The notice's part of a stamp: see `consentkit_core::record::notice_part`. Throws an object with `code`,
/// `path` and `hint` when a text is no string.
#[wasm_bindgen]
pub fn notice(language: &str, layout: &str, texts: &JsValue) -> String {
    notice_part(language, layout, &texts_from(texts))
}
