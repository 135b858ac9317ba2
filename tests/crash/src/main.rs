//! Proof that the receiving server loses nothing that it has acknowledged: `cargo xtask crash`.
//!
//! Each run ends with one line of JSON, and fails when something was lost. With a planted fault only finding it counts, so that
//! run fails too.

mod bench;
mod client;
mod cluster;
mod disk;
mod failover;
mod kills;
mod ledger;
mod load;
mod look;
mod place;
mod power;
mod records;
mod server;
mod trace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use serde_json::Value;

use crate::place::{Db, Place, Programs};

#[derive(Debug, Parser)]
#[command(name = "crash", about = "Kills, power cuts and failovers around the real receiving server")]
struct Cli {
    #[command(flatten)]
    programs: Programs,
    #[command(subcommand)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// SIGKILL at random moments under load
    Kills {
        #[arg(long, value_enum, default_value = "sqlite")]
        db: Db,
        #[arg(long, default_value_t = 20)]
        kills: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// A fault of the server: answer-early
        #[arg(long)]
        plant: Option<String>,
    },
    /// The power is cut at many moments of a run on SQLite
    Power {
        /// How often the server is started, and killed
        #[arg(long, default_value_t = 3)]
        lives: u64,
        /// Moments at which the power is cut, each with up to three outcomes
        #[arg(long, default_value_t = 40)]
        cuts: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// A fault of the server: synchronous-normal, unsynced-start, answer-early
        #[arg(long)]
        plant: Option<String>,
    },
    /// The primary of two PostgreSQL servers dies
    Failover {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Nobody waits for the standby: asynchronous
        #[arg(long, value_parser = ["asynchronous"])]
        plant: Option<String>,
    },
    /// Load, and how long it takes; nothing of it is a test
    Bench(bench::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { programs, run } = Cli::parse();
    match carry_out(&programs, run).await {
        Ok(counted) => {
            println!("{counted}");
            if counted.get("ok") == Some(&Value::Bool(true)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(programs: &Programs, run: Run) -> Result<Value> {
    match run {
        Run::Kills { db, kills, seed, plant } => {
            let place = Place::new(programs, db, plant.as_deref()).await?;
            let counted = kills::run(&place, kills::Plan { kills, seed }).await?;
            if plant.is_none() && counted.get("ok") != Some(&Value::Bool(true)) {
                place.keep();
            }
            Ok(counted)
        }
        Run::Power { lives, cuts, seed, plant } => power::run(programs, &power::Plan { lives, cuts, seed, plant }).await,
        Run::Failover { seed, plant } => failover::run(programs, seed, plant.is_some()).await,
        Run::Bench(options) => bench::run(programs, &options).await,
    }
}
