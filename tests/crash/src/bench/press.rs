//! More than the server can take, and senders that behave badly: its memory stays bounded and the others hardly notice.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::throughput::{bodies, send};
use super::{Spread, ms, peak};
use crate::client::Client;
use crate::place::{Db, Place, Programs};

/// Connections that each send a full batch at once: more than twice as many as may wait.
const CROWD: usize = 600;

/// How long the crowd stays.
const STAY: Duration = Duration::from_secs(5);

/// Senders of one byte at a time.
const SLOW: usize = 300;

/// Senders of bodies that are far too large.
const LARGE: usize = 8;

/// Good clients, and their requests.
const GOOD: usize = 8;
const REQUESTS: usize = 4_000;

pub(super) async fn run(programs: &Programs) -> Result<Value> {
    let place = Place::new(programs, Db::Sqlite, None).await?;
    let server = place.program.start().await?;
    let good = async |seed| Spread::of(send(server.address, bodies(seed, 1, REQUESTS)?, GOOD).await?);
    let _warm = good(1).await?;
    let alone = good(2).await?;
    println!("{GOOD} clients alone: {:.1} ms in the middle, {:.1} ms at 99 %", ms(alone.middle), ms(alone.at_99));
    let bad = behave_badly(server.address);
    // All of them are connected by then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let beside = good(3).await?;
    drop(bad);
    println!(
        "beside {SLOW} slow senders and {LARGE} of oversized bodies: {:.1} ms in the middle, {:.1} ms at 99 %",
        ms(beside.middle),
        ms(beside.at_99)
    );
    let before = peak(server.pid);
    let (taken, refused) = crowd(server.address).await?;
    let after = peak(server.pid);
    println!("{CROWD} connections with full batches: {taken} batches taken, {refused} told to come back; memory at most {after:?} MiB");
    let rest = good(4).await?;
    server.kill().await?;
    let spread = |spread: Spread| json!({ "p50Ms": ms(spread.middle), "p99Ms": ms(spread.at_99) });
    Ok(json!({
        "alone": spread(alone), "besideBad": spread(beside), "slow": SLOW, "oversized": LARGE, "afterOverload": spread(rest),
        "overload": { "connections": CROWD, "taken": taken, "refused": refused, "peakMiBBefore": before, "peakMiB": after },
    }))
}

/// Slow and oversized senders; they end when this is dropped.
fn behave_badly(address: SocketAddr) -> JoinSet<Result<()>> {
    let mut bad = JoinSet::new();
    for number in 0..SLOW {
        bad.spawn(async move {
            loop {
                let mut stream = TcpStream::connect(address).await?;
                let head = "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n";
                // Every second one does not even end its head.
                let head = if number % 2 == 0 { head } else { head.trim_end() };
                stream.write_all(head.as_bytes()).await?;
                while stream.write_all(b"[").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        });
    }
    for _ in 0..LARGE {
        bad.spawn(async move {
            let piece = vec![b' '; 1 << 20];
            loop {
                let mut stream = TcpStream::connect(address).await?;
                // Without a length, so that the server has to count.
                stream.write_all(b"POST /v1/sync HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n").await?;
                for _ in 0..16 {
                    let sent = async {
                        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
                        stream.write_all(&piece).await?;
                        stream.write_all(b"\r\n").await
                    };
                    if sent.await.is_err() {
                        break;
                    }
                }
                let mut answer = [0; 512];
                let _ended = stream.read(&mut answer).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }
    bad
}

/// Everybody sends the largest batch again and again; how many were taken, and how many told to come back.
async fn crowd(address: SocketAddr) -> Result<(usize, usize)> {
    let mut senders = JoinSet::new();
    let bodies: Vec<Bytes> = bodies(5, 50, CROWD * 50)?.into();
    let start = Instant::now();
    for body in bodies {
        senders.spawn(async move {
            let mut client = Client::connect(address).await?;
            let (mut taken, mut refused) = (0, 0);
            while start.elapsed() < STAY {
                match client.post("/v1/sync", body.clone()).await?.status {
                    200 => taken += 1,
                    _ => refused += 1,
                }
            }
            anyhow::Ok((taken, refused))
        });
    }
    let (mut taken, mut refused) = (0, 0);
    while let Some(ended) = senders.join_next().await {
        let (more_taken, more_refused) = ended??;
        (taken, refused) = (taken + more_taken, refused + more_refused);
    }
    Ok((taken, refused))
}
