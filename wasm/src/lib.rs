//! The consent engine for JavaScript: values are carried across, nothing is decided here.
//!
//! | built with | is | exports |
//! |---|---|---|
//! | `driver` (default) | the browser's engine, for policies that were compiled ahead | `Driver` |
//! | `driver`, `compile` | the same, and what compiles a policy in the page | `Driver`, `compile`, `notice` |
//! | `tools` | Node: command line, tests | `Engine`, `compile`, `notice`, `build`, `check`, `explain`, `lint`, `diff`, `simulate`, `verify` |
//!
//! Values are read by a deserialiser (see `read`) and written by a serialiser (see `write`) of our own,
//! which is most of the difference between a small engine and a large one.

#[cfg(feature = "compile")]
mod compile;
#[cfg(feature = "driver")]
mod driver;
#[cfg(feature = "tools")]
mod engine;
#[cfg(feature = "compile")]
mod notice;
mod read;
#[cfg(feature = "tools")]
mod tools;
mod values;
mod write;

#[cfg(feature = "compile")]
pub use compile::compile;
#[cfg(feature = "driver")]
pub use driver::Driver;
#[cfg(feature = "tools")]
pub use engine::Engine;
#[cfg(feature = "compile")]
pub use notice::notice;
#[cfg(feature = "tools")]
pub use tools::{build, check, diff, explain, lint, simulate, verify};

/// Small, constant time per call, and made without `unsafe`; the sizes of others stand in ARCHITECTURE.md.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
