//! How much the server takes on this machine, with the time of the disk beside it. Nothing here is a test: machines are noisy, and
//! the load comes from the machine that it goes to.

mod many;
mod press;
mod throughput;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::place::{Db, Programs};

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Records of each run
    #[arg(long, default_value_t = 40_000)]
    records: usize,
    /// Only this database
    #[arg(long, value_enum)]
    db: Option<Db>,
    /// Only the throughput, without overload, slow clients and oversized bodies
    #[arg(long)]
    quick: bool,
    /// Instead: a million records, and how long `verify` and a look-up of a person take then
    #[arg(long)]
    million: bool,
    /// Instead, with another number of records
    #[arg(long, value_name = "RECORDS")]
    many: Option<usize>,
}

/// Writes of a page whose times are taken.
const SYNCS: usize = 300;

pub(crate) async fn run(programs: &Programs, options: &Options) -> Result<Value> {
    println!("load and server share this machine: {}; generator: hyper's client, `crash bench` of this repository", machine());
    let disk = sync_time(&programs.folder()?.path().join("sync"))?;
    println!("fdatasync after 4 KiB: {:.2} ms in the middle, {:.2} ms at 99 %", ms(disk.middle), ms(disk.at_99));
    let fdatasync = json!({ "p50Ms": ms(disk.middle), "p99Ms": ms(disk.at_99) });
    if let Some(count) = options.many.or_else(|| options.million.then_some(1_000_000)) {
        let db = options.db.unwrap_or(Db::Sqlite);
        return Ok(json!({ "run": "many", "fdatasync": fdatasync, "many": many::run(programs, db, count).await?, "ok": true }));
    }
    let mut runs = Vec::new();
    for db in [Db::Sqlite, Db::Postgres].into_iter().filter(|db| options.db.is_none_or(|only| only == *db)) {
        if db == Db::Postgres && !Cluster::is_installed() {
            println!("skipped: PostgreSQL is not installed; `cargo xtask setup` does it");
            continue;
        }
        for size in [1, 50] {
            runs.push(throughput::run(programs, db, size, options.records).await?);
        }
    }
    let press = if options.quick { Value::Null } else { press::run(programs).await? };
    Ok(json!({ "run": "bench", "machine": machine(), "fdatasync": fdatasync, "throughput": runs, "press": press, "ok": true }))
}

/// Times in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    pub(super) middle: Duration,
    pub(super) at_99: Duration,
}

impl Spread {
    pub(super) fn of(mut times: Vec<Duration>) -> Result<Self> {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied().context("nothing was measured");
        Ok(Self { middle: at(50)?, at_99: at(99)? })
    }
}

pub(super) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

/// The largest amount of memory that a process has held, in MiB.
pub(super) fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

fn sync_time(path: &Path) -> Result<Spread> {
    let mut file = File::create(path)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Spread::of(times)
}

/// Cores, and how busy they are, which says how far the figures can be believed.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("{cores} cores, load {}", load.split(' ').next().unwrap_or("unknown"))
}
