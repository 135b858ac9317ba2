//! What is spoken over HTTP.

pub mod access;
pub mod accounts;
pub mod app;
pub mod audit;
pub mod collect;
pub mod endpoints;
pub mod erasure;
pub mod history;
pub mod log;
pub mod openapi;
pub mod operate;
pub mod parts;
pub mod problem;
pub mod rate;
pub mod region;
pub mod sync;
pub mod wire;
