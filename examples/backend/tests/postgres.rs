//! The suite, with a PostgreSQL server that the tests start themselves.

#[cfg(test)]
mod server;
