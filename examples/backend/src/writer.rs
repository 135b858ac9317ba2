//! The one thread that writes. Its answers leave only after their commit.

use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use crate::clock;
use crate::intake::{self, Batch, Settled};
use crate::limits::{MAX_BATCHES_A_COMMIT, MAX_WAITING_BATCHES};
use crate::store::{Result, Store};

/// The way to the thread that writes. It ends, with everything committed, when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
}

/// Nothing was committed; the sender keeps everything and comes back.
#[derive(Debug, Clone, Copy)]
pub struct NotCommitted;

#[derive(Debug)]
struct Job {
    batch: Batch,
    answer: oneshot::Sender<Settled>,
}

impl Writer {
    /// Starts the thread. `sites` are those whose records are accepted; none means any.
    ///
    /// # Errors
    /// When the operating system has no thread left.
    pub fn start(store: Store, sites: Vec<String>) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING_BATCHES);
        let thread = thread::Builder::new().name("writer".into()).spawn(move || run(store, &sites, waiting))?;
        Ok((Self { jobs }, thread))
    }

    /// Waits until the batch is durably in the file.
    ///
    /// # Errors
    /// When it is not: the queue is full, or the commit failed.
    pub async fn take(&self, batch: Batch) -> std::result::Result<Settled, NotCommitted> {
        let (answer, done) = oneshot::channel();
        self.jobs.try_send(Job { batch, answer }).map_err(|_| NotCommitted)?;
        done.await.map_err(|_| NotCommitted)
    }

    /// Whether the thread is there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.jobs.is_closed()
    }
}

fn run(mut store: Store, sites: &[String], mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut jobs = vec![first];
        while jobs.len() < MAX_BATCHES_A_COMMIT {
            let Ok(next) = waiting.try_recv() else { break };
            jobs.push(next);
        }
        match commit(&mut store, sites, &jobs) {
            Ok(answers) => {
                for (job, answer) in jobs.into_iter().zip(answers) {
                    // A sender that has left keeps its records and hears `duplicate` the next time.
                    let _gone = job.answer.send(answer);
                }
            }
            // Dropping the jobs tells every sender that nothing was committed.
            Err(error) => eprintln!("NOT_COMMITTED: {error}"),
        }
    }
}

fn commit(store: &mut Store, sites: &[String], jobs: &[Job]) -> Result<Vec<Settled>> {
    store.commit(clock::now(), |shelf| jobs.iter().map(|job| intake::settle(shelf, sites, &job.batch)).collect())
}
