//! The consent engine: what to ask, when, what is allowed and why, and the evidence of every answer.
//!
//! The core is a pure state machine. A shell (browser, app, server) hands it an
//! [`Event`](protocol::Event) and the moment ([`Env`](protocol::Env)), and carries out the
//! [`Effect`](protocol::Effect)s that come back. There is no clock, no I/O, no thread and no
//! randomness in here, so the same input gives the same answer everywhere, and years later.
//!
//! ```
//! use consentkit_core::{Engine, protocol::{Context, Effect, Env, Event, Stored}};
//!
//! let policy = consentkit_core::policy::parse(r#"{
//!   "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy",
//!   "controllers": [{ "id": "shop", "name": "Halden & Moor", "address": "Kiel, DE", "contact": "privacy@shop.example" }],
//!   "purposes": [{ "id": "analytics", "kinds": ["stats_other"] }],
//!   "texts": { "en": { "analytics.name": "Measure visits", "analytics.text": "Counts pages." } }
//! }"#)?;
//! let mut engine = Engine::for_policy(&policy)?;
//!
//! let open = Event::Open {
//!     context: Context { region: "DE".into(), ..Context::default() },
//!     stored: Stored::default(),
//! };
//! let effects = engine.handle(open, Env { now: 1_795_424_400_000, entropy: vec![7; 32] });
//!
//! let Some(Effect::Snapshot { snapshot, .. }) = effects.first() else { unreachable!() };
//! assert!(snapshot.granted.is_empty(), "nothing is on before a German visitor has said yes");
//! # Ok::<(), consentkit_core::Error>(())
//! ```
//!
//! Modules stand in one downward order, and a test fails when one looks up:
//! `error → map → text → cbor → time → id → proof → policy → context → choice → regime → record → receipt → plan → merge → evaluate →
//! protocol → view → codec → outbox → engine → build → owner → schema`.

#[cfg(feature = "tools")]
pub mod build;
mod cbor;
pub mod choice;
pub mod codec;
pub mod context;
pub mod engine;
pub mod error;
pub mod evaluate;
pub mod id;
pub mod map;
pub mod merge;
pub mod outbox;
#[cfg(feature = "tools")]
pub mod owner;
pub mod plan;
pub mod policy;
#[cfg(feature = "receipt")]
pub mod proof;
pub mod protocol;
#[cfg(feature = "receipt")]
pub mod receipt;
pub mod record;
pub mod regime;
#[cfg(feature = "schema")]
pub mod schema;
mod text;
pub mod time;
pub mod view;

pub use engine::Engine;
pub use error::{Error, Result};

/// The version of this software, written into every record.
pub const SDK_VERSION: &str = env!("CARGO_PKG_VERSION");
