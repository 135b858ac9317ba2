//! Forms in which the state leaves the engine.

pub mod cookie;
