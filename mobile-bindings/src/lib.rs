//! The consent engine for Android and iOS: values are carried across by uniffi, nothing is decided here.
//!
//! One object, three calls, and plain values in both directions. There is no async, no callback into the
//! host and no thread in here: a host hands over an [`Event`](consentkit_core::protocol::Event), carries
//! out the [`Effect`](consentkit_core::protocol::Effect)s that come back, and answers reads such as "is
//! this granted" from the last snapshot, without any call.
//!
//! The modules under `mirror` repeat the protocol types of the core so that uniffi stays out of the core.
//! A field or variant that is added there and not here is a compile error.

#![allow(unsafe_code, reason = "the macros of uniffi write the C interface; a test asks that we write none ourselves")]

mod engine;
mod mirror;

pub use engine::{ConsentEngine, ConsentError};

uniffi::setup_scaffolding!();
