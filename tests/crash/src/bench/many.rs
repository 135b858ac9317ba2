//! A database with very many records.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::throughput::{bodies, send};
use super::{Spread, ms};
use crate::client::Client;
use crate::place::{Db, Place, Programs};
use crate::records::Maker;
use crate::server::KEY;

/// Records that are made and sent at once, so that they need not all be in memory.
const PART: usize = 50_000;

/// Connections that send batches of 50.
const CONNECTIONS: usize = 8;

/// People who are looked up.
const PEOPLE: usize = 500;

pub(super) async fn run(programs: &Programs, db: Db, count: usize) -> Result<Value> {
    let place = Place::new(programs, db, None).await?;
    let server = place.program.start().await?;
    let start = Instant::now();
    let mut sent = 0;
    while sent < count {
        let part = PART.min(count - sent);
        send(server.address, bodies(sent as u64, 50, part)?, CONNECTIONS).await?;
        sent += part;
        println!("{sent} records after {} s", start.elapsed().as_secs());
    }
    let mut client = Client::connect(server.address).await?;
    while place.store.size().await? < count as u64 {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let filled = start.elapsed();
    println!("all of them are in the log after {} s", filled.as_secs());

    let mut times = Vec::new();
    // The first of each part are people who are known.
    for part in 0..count.div_ceil(PART) {
        let mut maker = Maker::new((part * PART) as u64)?;
        for _ in 0..PEOPLE.div_ceil(count.div_ceil(PART)) {
            maker.make()?;
            let path = format!("/v1/subjects/{}/records", maker.subject());
            let start = Instant::now();
            let answer = client.get(&path, Some(KEY)).await?;
            times.push(start.elapsed());
            ensure!(answer.status == 200 && answer.body.len() > 100, "{}", String::from_utf8_lossy(&answer.body));
        }
    }
    let people = times.len();
    let look_up = Spread::of(times)?;
    println!("{people} people looked up: {:.2} ms in the middle, {:.2} ms at 99 %", ms(look_up.middle), ms(look_up.at_99));

    let start = Instant::now();
    let verified = place.program.verify().await?.map_err(anyhow::Error::msg)?;
    let verify = start.elapsed();
    println!("verify: {verified} in {:.1} s", verify.as_secs_f32());
    server.kill().await?;
    Ok(json!({
        "db": place.store.name(), "records": count, "filledSeconds": filled.as_secs(), "verifySeconds": verify.as_secs_f32(),
        "verified": verified, "lookUpP50Ms": ms(look_up.middle), "lookUpP99Ms": ms(look_up.at_99),
    }))
}
