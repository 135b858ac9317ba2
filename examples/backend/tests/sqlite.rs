//! The suite, with a SQLite file under the server.

#[cfg(test)]
mod server;
