//! Several connections that send as pages do: one record or many at a time, and again what was not answered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use consentkit_core::proof::Checkpoint;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::{Answer, Client};
use crate::ledger::Ledger;
use crate::records::{Made, Maker, batch};

/// Records in the largest batch, as many as the server takes.
const MOST: usize = 50;

/// How long a sender waits before it looks for the server again.
const PAUSE: Duration = Duration::from_millis(2);

/// How often somebody asks for the newest checkpoint.
const LOOK: Duration = Duration::from_millis(30);

/// Where the server is; `None` while nobody may send.
type Place = watch::Receiver<Option<SocketAddr>>;

/// Senders at work. They stop when this is dropped.
#[derive(Debug)]
pub(crate) struct Load {
    place: watch::Sender<Option<SocketAddr>>,
    senders: JoinSet<Result<()>>,
}

#[derive(Deserialize)]
struct Results {
    results: Vec<Status>,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    status: String,
}

impl Load {
    /// `count` senders, and one that asks for checkpoints.
    pub(crate) fn start(count: u64, seed: u64, ledger: &Arc<Ledger>) -> Result<Self> {
        let (place, seen) = watch::channel(None);
        let mut senders = JoinSet::new();
        for number in 0..count {
            let most = if number % 2 == 0 { 1 } else { MOST };
            let seed = seed.wrapping_mul(1_000).wrapping_add(number);
            let sender = Sender { maker: Maker::new(seed)?, random: fastrand::Rng::with_seed(!seed), most, unsure: VecDeque::new() };
            senders.spawn(sender.run(seen.clone(), ledger.clone()));
        }
        senders.spawn(watch_log(seen, ledger.clone()));
        Ok(Self { place, senders })
    }

    /// Everybody may send, there.
    pub(crate) fn go(&self, address: SocketAddr) {
        self.place.send_replace(Some(address));
    }

    /// Nobody begins a request any more.
    pub(crate) fn hold(&self) {
        self.place.send_replace(None);
    }

    /// Ends at once. What has not been answered by now, nobody hears of.
    pub(crate) async fn end(mut self) {
        self.senders.shutdown().await;
    }

    /// Whether a sender has given up, and why.
    pub(crate) fn problem(&mut self) -> Option<String> {
        let ended = self.senders.try_join_next()?;
        Some(match ended {
            Ok(Ok(())) => "a sender has stopped".into(),
            Ok(Err(error)) => format!("a sender has failed: {error:#}"),
            Err(error) => format!("a sender has failed: {error}"),
        })
    }
}

struct Sender {
    maker: Maker,
    random: fastrand::Rng,
    /// Records in its largest batch.
    most: usize,
    /// Sent, and not answered: it may be stored or not, as a page sees it.
    unsure: VecDeque<Made>,
}

impl Sender {
    async fn run(mut self, mut place: Place, ledger: Arc<Ledger>) -> Result<()> {
        loop {
            let address = address(&mut place).await?;
            if let Ok(mut client) = Client::connect(address).await {
                while *place.borrow() == Some(address) {
                    let records = self.next()?;
                    ledger.entries().sent.extend(records.iter().map(|made| made.id));
                    let answered = match client.post("/v1/sync", batch(&records)).await {
                        Ok(answer) => note(&ledger, &answer)?,
                        Err(_) => {
                            self.unsure.extend(records);
                            break;
                        }
                    };
                    if !answered {
                        self.unsure.extend(records);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What is unsure goes first, and sometimes along with new ones.
    fn next(&mut self) -> Result<Vec<Made>> {
        let count = self.random.usize(1..=self.most);
        let mut records: Vec<Made> = self.unsure.drain(..count.min(self.unsure.len())).collect();
        while records.len() < count {
            records.push(self.maker.make()?);
        }
        Ok(records)
    }
}

/// Whether the answer settles what was sent.
fn note(ledger: &Ledger, answer: &Answer) -> Result<bool> {
    let mut entries = ledger.entries();
    match answer.status {
        200 => {
            let Results { results } = serde_json::from_slice(&answer.body).context("the answer is no answer")?;
            results.iter().for_each(|result| entries.heard(&result.id, &result.status));
            Ok(true)
        }
        503 => {
            entries.later += 1;
            Ok(false)
        }
        status => {
            entries.strange.push(format!("{status}: {}", String::from_utf8_lossy(&answer.body)));
            Ok(true)
        }
    }
}

/// Holds the server to every checkpoint that it gives out.
async fn watch_log(mut place: Place, ledger: Arc<Ledger>) -> Result<()> {
    loop {
        let address = address(&mut place).await?;
        if let Ok(mut client) = Client::connect(address).await {
            while let Ok(answer) = client.get("/v1/log/checkpoint", None).await {
                if answer.status == 200 {
                    ledger.entries().given(Checkpoint::read(std::str::from_utf8(&answer.body)?)?);
                }
                tokio::time::sleep(LOOK).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn address(place: &mut Place) -> Result<SocketAddr> {
    // Ends with whoever holds the other end.
    let there = place.wait_for(Option::is_some).await.context("nobody needs senders any more")?;
    there.context("nowhere")
}
