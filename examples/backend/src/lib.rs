//! A server that receives consent records and keeps them in one SQLite file.
//!
//! ```text
//! request ─► wire (limits, JSON) ─► writer (one thread, one connection) ─► intake (what becomes of each) ─► commit ─► answer
//! ```
//!
//! A record is acknowledged only after the transaction that holds it has reached the disk, so a client that
//! deletes what was acknowledged can never lose it. Receiving the same record twice leaves one row. Nothing
//! is thrown away: what cannot be accepted lies in quarantine with the reason. No address and no user agent
//! of a sender is stored or logged.

pub mod app;
pub mod cli;
pub mod clock;
pub mod delivery;
pub mod dump;
pub mod history;
pub mod intake;
pub mod limits;
pub mod log;
pub mod plain;
pub mod problem;
pub mod region;
pub mod serve;
pub mod store;
pub mod sync;
pub mod token;
pub mod wire;
pub mod writer;
