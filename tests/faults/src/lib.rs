//! Proof that choices are not lost: people answer on devices on which everything fails that can fail, and at the end
//! everything they said must be there, once, and mean what they said.
//!
//! The engine is the real one. Around it stand models, written from the documentation and from `js/src`: of the client in
//! a browser tab ([`client`]), of its storage ([`storage`]), of network and server. What people have said is kept apart
//! ([`ledger`]), and what must be on is worked out from that alone ([`oracle`]). A seed decides everything, so whatever
//! fails can be played again. `cargo xtask faults` runs it.

pub mod acts;
pub mod client;
pub mod device;
mod end;
pub mod fault;
pub mod ledger;
pub mod network;
pub mod oracle;
pub mod plant;
pub mod run;
pub mod server;
pub mod session;
pub mod storage;
pub mod tab;
pub mod weather;
pub mod world;
