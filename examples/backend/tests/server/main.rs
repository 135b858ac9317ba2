//! The real program, on a free port, with a real SQLite file, spoken to over HTTP.

#[cfg(test)]
mod person;
#[cfg(test)]
mod program;

#[cfg(test)]
mod delivery;
#[cfg(test)]
mod durable;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod history;
#[cfg(test)]
mod http;
#[cfg(test)]
mod intents;
#[cfg(test)]
mod records;
