//! PostgreSQL on two machines: the primary dies under load, the standby takes over, and the backend finds it by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use crate::client::Client;
use crate::cluster::Cluster;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::look::{Wrong, continues};
use crate::place::{Place, Programs};

/// Connections that send.
const SENDERS: u64 = 6;

/// Records that are acknowledged before the primary dies, and after.
const RECORDS: usize = 500;

/// How long the primary goes on after the standby has heard its last word.
const APART: Duration = Duration::from_millis(500);

/// A failover that has not ended by then has failed.
const LONGEST: Duration = Duration::from_secs(90);

/// Carries it out; what was counted, with `ok`. Planted is a standby that nobody waits for.
pub(crate) async fn run(programs: &Programs, seed: u64, planted: bool) -> Result<Value> {
    let primary = Cluster::start().await?;
    let standby = primary.standby(!planted).await?;
    let place = Place::at(programs, Some(primary.url(&[&standby])), None)?;
    let ledger = Arc::new(Ledger::default());
    let mut load = Load::start(SENDERS, seed, &ledger)?;
    let mut server = place.program.start().await?;
    load.go(server.address);
    let acknowledged = || ledger.entries().acknowledged.len();
    let mut reach = async |count: usize| -> Result<()> {
        let start = Instant::now();
        while acknowledged() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
            ensure!(server.is_alive(), "the server has ended by itself");
            ensure!(start.elapsed() < LONGEST, "nothing was acknowledged any more after {} records", acknowledged());
            if let Some(problem) = load.problem() {
                bail!(problem);
            }
        }
        Ok(())
    };
    reach(RECORDS).await?;
    standby.stops_receiving().await?;
    tokio::time::sleep(APART).await;
    primary.kill()?;
    let (dead, before) = (Instant::now(), acknowledged());
    standby.promote().await?;
    reach(before + 1).await?;
    let gap = dead.elapsed();
    reach(before + RECORDS).await?;
    // An answer that came while the database is looked through would be of a record that was not there yet.
    load.end().await;
    let seen = place.store.look().await?;
    let (mut wrong, head) = {
        let entries = ledger.entries();
        (Wrong::of(&seen, &entries), entries.head.clone())
    };
    let mut problems = Vec::new();
    if let Some(head) = &head {
        let mut client = Client::connect(server.address).await?;
        problems.extend(continues(&mut client, head).await.err().map(|error| format!("{error:#}")));
    }
    problems.extend(place.program.verify().await?.err());
    problems.iter().for_each(|problem| println!("{problem}"));
    wrong.failed = problems.len();
    server.kill().await?;
    let entries = ledger.entries();
    entries.strange.iter().take(5).for_each(|strange| println!("a strange answer: {strange}"));
    Ok(json!({
        "run": "failover", "db": "postgres", "seed": seed, "acknowledgedBefore": before, "acknowledged": entries.acknowledged.len(),
        "duplicate": entries.duplicate, "later": entries.later, "strange": entries.strange.len(), "gapMs": gap.as_millis() as u64,
        "wrong": wrong, "plant": planted.then_some("asynchronous"), "ok": wrong.is_nothing() && entries.strange.is_empty(),
    }))
}
