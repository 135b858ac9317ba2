//! The engine in a page: it brings clock and randomness and comes back by itself when something waits.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use consentkit_core::protocol::{Effect, Env, Event};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Date, Function};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use crate::read::whole;
use crate::values::{effects_to, engine_for, event_from, hint, log};

/// The longest wait that browsers' timers know; a longer one would end at once.
const LONGEST_WAIT: u32 = i32::MAX as u32;

/// An engine with the page's clock, randomness and timers.
///
/// Each list of effects is handed to one function. `wake` effects are not among them: the driver waits
/// and comes back by itself, also when the network returns or the page is seen again. It stays attached
/// to the page until `free` is called.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Driver {
    inner: Rc<Inner>,
    _listeners: Option<[EventListener; 2]>,
}

#[wasm_bindgen]
impl Driver {
    /// A driver for one plan (what `build` or `compile` makes of a policy) that hands its effects to `sink`.
    ///
    /// # Errors
    /// An object with `code`, `path` and `hint`.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &str, sink: Function) -> Result<Driver, JsValue> {
        let inner = Rc::new(Inner {
            engine: RefCell::new(engine_for(plan)?),
            sink,
            waiting: RefCell::default(),
            busy: Cell::default(),
            timer: RefCell::default(),
        });
        Ok(Driver { _listeners: listen(&inner), inner })
    }

    /// Handles an event. One that `sink` dispatches is handled after `sink` has returned.
    /// Throws an object with `code`, `path` and `hint` when the event cannot be read.
    pub fn dispatch(&self, event: &JsValue) {
        self.inner.dispatch(event_from(event));
    }
}

#[derive(Debug)]
struct Inner {
    engine: RefCell<consentkit_core::Engine>,
    sink: Function,
    waiting: RefCell<VecDeque<Event>>,
    busy: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
}

impl Inner {
    fn dispatch(self: &Rc<Self>, event: Event) {
        self.waiting.borrow_mut().push_back(event);
        if self.busy.replace(true) {
            return;
        }
        while let Some(event) = self.next() {
            let mut effects = match entropy() {
                Some(entropy) => self.engine.borrow_mut().handle(event, Env { now: now(), entropy }),
                None => vec![log("NO_ENTROPY", hint("crypto.getRandomValues failed, so no record can be made; nothing was handled"))],
            };
            effects.retain(|effect| !self.wait(effect));
            self.hand_over(&effects);
        }
        self.busy.set(false);
    }

    fn next(&self) -> Option<Event> {
        self.waiting.borrow_mut().pop_front()
    }

    /// Takes over a `wake`.
    fn wait(self: &Rc<Self>, effect: &Effect) -> bool {
        let Effect::Wake { after } = effect else { return false };
        let inner = Rc::downgrade(self);
        let timer = Timeout::new((*after).min(LONGEST_WAIT), move || {
            if let Some(inner) = inner.upgrade() {
                inner.dispatch(Event::Wake { pull: false });
            }
        });
        self.timer.replace(Some(timer));
        true
    }

    /// An error that the sink throws is the sink's: the driver goes on.
    fn hand_over(&self, effects: &[Effect]) {
        if !effects.is_empty() {
            let _ = self.sink.call1(&JsValue::UNDEFINED, &effects_to(effects));
        }
    }
}

/// Sending is tried again when the network is back or somebody looks at the page; of a change that hides
/// it the engine hears nothing. In a worker there is no window, and only timers wake the engine.
fn listen(inner: &Rc<Inner>) -> Option<[EventListener; 2]> {
    let window = WINDOW.with(Option::clone)?;
    Some(["online", "visibilitychange"].map(|name| {
        let inner = Rc::downgrade(inner);
        EventListener::new(&window, name, move |_| {
            if let Some(inner) = inner.upgrade().filter(|_| !DOCUMENT.with(Document::hidden)) {
                inner.dispatch(Event::Wake { pull: false });
            }
        })
    }))
}

fn now() -> u64 {
    whole(Date::now().trunc()).unwrap_or_default()
}

fn entropy() -> Option<Vec<u8>> {
    let mut bytes = vec![0; 32];
    CRYPTO.with(|crypto| crypto.get_random_values_with_u8_array(&mut bytes)).ok()?;
    Some(bytes)
}

#[wasm_bindgen]
extern "C" {
    // The global `crypto`: the window's or the worker's.
    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: web_sys::Crypto;

    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Option<web_sys::Window>;

    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Document;
}
