//! A server that receives consent records and keeps them as proof that stands up.
//!
//! ```text
//! request ─► guard (who may) ─► wire (limits, JSON) ─► writer (one thread, one commit for many) ─► intake (what becomes of each) ─► answer
//! ```
//!
//! A record is acknowledged only after the transaction that holds it has reached the disk, so a client that
//! deletes what was acknowledged can never lose it. Receiving the same record twice leaves one row. Nothing
//! is thrown away: what cannot be accepted lies in quarantine with the reason. No address and no user agent
//! of a sender is stored or logged.

pub mod audit;
pub mod changes;
pub mod cli;
pub mod clock;
pub mod collect;
pub mod config;
pub mod delivery;
pub mod dump;
pub mod evidence;
pub mod http;
pub mod intake;
pub mod limits;
mod listen;
pub mod log;
pub mod metrics;
pub mod plain;
mod plant;
pub mod random;
pub mod second;
pub mod sequencer;
pub mod serve;
pub mod setting;
pub mod store;
pub mod tenant;
pub mod token;
pub mod webhook;
pub mod writer;
