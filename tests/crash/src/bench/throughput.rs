//! Records a second, and how long each request takes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Spread, ms, peak};
use crate::client::Client;
use crate::place::{Db, Place, Programs};
use crate::records::{Made, Maker, batch};

/// Connections for single records: enough to fill commits while others wait for the disk.
const SINGLE: usize = 64;

/// Connections for batches.
const BATCHED: usize = 8;

/// Requests of which the times do not count.
const WARM: usize = 200;

pub(super) async fn run(programs: &Programs, db: Db, size: usize, records: usize) -> Result<Value> {
    let place = Place::new(programs, db, None).await?;
    let server = place.program.start().await?;
    let connections = if size == 1 { SINGLE } else { BATCHED };
    send(server.address, bodies(1, size, WARM * size)?, connections).await?;
    let bodies = bodies(2, size, records)?;
    let start = Instant::now();
    let times = send(server.address, bodies, connections).await?;
    let took = start.elapsed();
    let rate = (records as f64 / took.as_secs_f64()).round();
    let spread = Spread::of(times)?;
    let memory = peak(server.pid);
    server.kill().await?;
    let seen = place.store.look().await?;
    ensure!(seen.ids.len() >= records, "{} records of {records} are there", seen.ids.len());
    let name = place.store.name();
    let form = if size == 1 { "single".to_owned() } else { format!("in batches of {size}") };
    println!(
        "{name}, {form}, {connections} connections: {rate} records/s, {:.1} ms in the middle, {:.1} ms at 99 %, {} of {} in the log at the end",
        ms(spread.middle),
        ms(spread.at_99),
        seen.size,
        seen.ids.len(),
    );
    Ok(json!({
        "db": name, "batch": size, "connections": connections, "records": records, "recordsPerSecond": rate,
        "p50Ms": ms(spread.middle), "p99Ms": ms(spread.at_99), "peakMiB": memory, "inLogAtEnd": seen.size,
    }))
}

/// Bodies that are made before the time is taken.
pub(super) fn bodies(seed: u64, size: usize, records: usize) -> Result<VecDeque<Bytes>> {
    let mut maker = Maker::new(seed)?;
    let mut bodies = VecDeque::new();
    for _ in 0..records / size {
        let records: Vec<Made> = (0..size).map(|_| maker.make()).collect::<Result<_>>()?;
        bodies.push_back(batch(&records).into());
    }
    Ok(bodies)
}

/// Sends everything, each connection one request after another; the time of each.
pub(super) async fn send(address: std::net::SocketAddr, bodies: VecDeque<Bytes>, connections: usize) -> Result<Vec<Duration>> {
    let bodies = Arc::new(Mutex::new(bodies));
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let bodies = bodies.clone();
        senders.spawn(async move {
            let mut client = Client::connect(address).await?;
            let mut times = Vec::new();
            let next = || bodies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            while let Some(body) = next() {
                let start = Instant::now();
                let answer = client.post("/v1/sync", body).await?;
                ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
                times.push(start.elapsed());
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(ended) = senders.join_next().await {
        times.extend(ended??);
    }
    Ok(times)
}
