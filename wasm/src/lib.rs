//! The consent engine for JavaScript: values are carried across, nothing is decided here.
//!
//! | built with | is | exports |
//! |---|---|---|
//! | `driver` (default) | the browser's engine | `Driver`, `Engine`, `notice` |
//! | `tools` | Node: command line, tests | `Engine`, `notice`, `build`, `check` |
//!
//! Values are written by serde-wasm-bindgen as plain objects and read by a deserialiser of our own (see
//! `read`), which is most of the difference between a small engine and a large one.

#[cfg(feature = "driver")]
mod driver;
mod engine;
mod notice;
mod read;
#[cfg(feature = "tools")]
mod tools;
mod values;

#[cfg(feature = "driver")]
pub use driver::Driver;
pub use engine::Engine;
pub use notice::notice;
#[cfg(feature = "tools")]
pub use tools::{build, check};

/// Small, constant time per call, and made without `unsafe`; the sizes of others stand in ARCHITECTURE.md.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
