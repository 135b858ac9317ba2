//! The real program, on a free port, with a real database, spoken to over HTTP. Which database is said by the name of
//! the test binary: every test here runs on each.

mod cluster;
mod database;
mod person;
mod program;

mod access;
mod accounts;
mod audit;
mod collect;
mod delivery;
mod durable;
mod erase;
mod failing;
mod history;
mod hooks;
mod http;
mod intents;
mod log;
mod migrate;
mod records;
mod tenants;
