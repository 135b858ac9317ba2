//! The pure engine: events in, effects out, with the caller's clock and randomness.

use std::cell::RefCell;

use consentkit_core::protocol::Env;
use wasm_bindgen::prelude::*;

use crate::read::whole;
use crate::values::{effects_to, engine_for, event_from};

/// The engine without a clock of its own, for tests. Pages use `Driver`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(RefCell<consentkit_core::Engine>);

#[wasm_bindgen]
impl Engine {
    /// An engine for one plan (what `build` or `compile` makes of a policy).
    ///
    /// # Errors
    /// An object with `code`, `path` and `hint`.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &str) -> Result<Engine, JsValue> {
        engine_for(plan).map(|engine| Engine(RefCell::new(engine)))
    }

    /// The effects of an event in the order in which they must be carried out. `now` is in milliseconds
    /// since 1970, `entropy` 32 random bytes. Throws such an object when the event cannot be read.
    pub fn handle(&self, event: &JsValue, now: f64, entropy: &[u8]) -> JsValue {
        let event = event_from(event);
        let env = Env { now: whole(now.trunc()).unwrap_or_default(), entropy: entropy.to_vec() };
        effects_to(&self.0.borrow_mut().handle(event, env))
    }
}
