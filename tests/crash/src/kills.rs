//! The server is killed under load, again and again; whatever it has acknowledged must be there, once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::client::Client;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::look::{Store, Wrong, continues};
use crate::place::Place;
use crate::server::Server;

/// Connections that send.
const SENDERS: u64 = 8;

/// A life ends after up to so many further records were acknowledged, and then a random moment.
const RECORDS_A_LIFE: usize = 400;

/// That moment, in microseconds.
const MOMENT: u64 = 30_000;

/// Every so many lives go on until the log has grown, too.
const UNTIL_LOGGED: u8 = 4;

/// A server that takes nothing for so long has failed.
const LONGEST_SILENCE: Duration = Duration::from_secs(120);

/// How often it is looked whether a life is to end.
const PAUSE: Duration = Duration::from_millis(1);

/// Every so many lives the server is killed once more while it starts.
const KILLED_AT_START: u8 = 4;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) kills: u64,
    pub(crate) seed: u64,
}

/// Carries a plan out; what was counted, with `ok`.
pub(crate) async fn run(place: &Place, plan: Plan) -> Result<Value> {
    let ledger = Arc::new(Ledger::default());
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let mut load = Load::start(SENDERS, plan.seed, &ledger)?;
    let mut round = Round { place, ledger: &ledger, wrong: Wrong::default(), size: 0, verified: 0 };
    let (mut at_start, mut kills) = (0, 0);
    while kills < plan.kills {
        if random.u8(..KILLED_AT_START) == 0 {
            place.program.start_and_kill(Duration::from_micros(random.u64(..40_000))).await?;
            at_start += 1;
            kills += 1;
        }
        let mut server = place.program.start().await?;
        round.check(&server, &format!("after {kills} kills")).await?;
        load.go(server.address);
        let (records, size) = reached(&ledger);
        let records = records + random.usize(..=RECORDS_A_LIFE);
        let logged = random.u8(..UNTIL_LOGGED) == 0;
        let start = Instant::now();
        while reached(&ledger).0 < records || logged && reached(&ledger).1 == size {
            tokio::time::sleep(PAUSE).await;
            ensure!(server.is_alive(), "the server has ended by itself");
            ensure!(start.elapsed() < LONGEST_SILENCE, "the server does not take what it is sent");
            if let Some(problem) = load.problem() {
                anyhow::bail!(problem);
            }
        }
        tokio::time::sleep(Duration::from_micros(random.u64(..MOMENT))).await;
        server.kill().await?;
        load.hold();
        kills += 1;
    }
    let server = place.program.start().await?;
    round.check(&server, "at the end").await?;
    server.kill().await?;
    let (wrong, size, verified) = (round.wrong, round.size, round.verified);
    let entries = ledger.entries();
    entries.strange.iter().take(5).for_each(|strange| println!("a strange answer: {strange}"));
    let enough = entries.acknowledged.len() as u64 >= plan.kills;
    if !enough {
        println!("too little happened for {} kills", plan.kills);
    }
    let ok = wrong.is_nothing() && entries.strange.is_empty() && enough;
    Ok(json!({
        "run": "kills", "db": place.store.name(), "seed": plan.seed, "kills": kills, "atStart": at_start, "sent": entries.sent.len(),
        "acknowledged": entries.acknowledged.len(), "stored": entries.stored, "duplicate": entries.duplicate, "later": entries.later,
        "strange": entries.strange.len(), "checks": verified, "logSize": size, "wrong": wrong, "plant": place.program.plant, "ok": ok,
    }))
}

/// How many records were acknowledged, and the size of the newest checkpoint.
fn reached(ledger: &Ledger) -> (usize, u64) {
    let entries = ledger.entries();
    (entries.acknowledged.len(), entries.head.as_ref().map_or(0, |head| head.size))
}

struct Round<'a> {
    place: &'a Place,
    ledger: &'a Ledger,
    wrong: Wrong,
    /// The size of the log at the last look.
    size: u64,
    /// How often everything was looked at.
    verified: u64,
}

impl Round<'_> {
    /// Everything that must be true whenever a server has started again.
    async fn check(&mut self, server: &Server, when: &str) -> Result<()> {
        let seen = self.place.store.look().await?;
        let (mut wrong, head) = {
            let entries = self.ledger.entries();
            (Wrong::of(&seen, &entries), entries.head.clone())
        };
        let mut problems = Vec::new();
        if seen.size < self.size {
            problems.push(format!("the log has shrunk from {} to {}", self.size, seen.size));
        }
        if let Some(head) = &head {
            let mut client = Client::connect(server.address).await?;
            problems.extend(continues(&mut client, head).await.err().map(|error| format!("{error:#}")));
        }
        problems.extend(self.place.program.verify().await?.err());
        wrong.failed = problems.len();
        if !wrong.is_nothing() {
            println!("{when}: {}", serde_json::to_string(&wrong)?);
            problems.iter().for_each(|problem| println!("{when}: {problem}"));
        }
        self.wrong.add(&wrong);
        self.size = seen.size;
        self.verified += 1;
        Ok(())
    }
}

impl Store {
    pub(crate) fn name(&self) -> &'static str {
        if let Store::Sqlite(_) = self { "sqlite" } else { "postgres" }
    }
}
