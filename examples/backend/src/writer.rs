//! The one thread of a process that writes. Its answers leave only after their commit.

use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use crate::clock;
use crate::limits::{MAX_BATCHES_A_COMMIT, MAX_WAITING_BATCHES};
use crate::plant;
use crate::store::{Database, Result, Shelf};

/// The way to the thread that writes. It ends, with everything committed, when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

/// Nothing was committed; the sender keeps everything and comes back.
#[derive(Debug, Clone, Copy)]
pub struct NotCommitted;

trait Job: Send {
    /// May be called again when the transaction has to be tried again.
    fn work(&mut self, shelf: &Shelf<'_>) -> Result<()>;
    /// After the commit.
    fn answer(self: Box<Self>);
}

struct Task<T, F> {
    work: F,
    done: Option<T>,
    answer: oneshot::Sender<T>,
}

impl<T: Send, F: FnMut(&Shelf<'_>) -> Result<T> + Send> Job for Task<T, F> {
    fn work(&mut self, shelf: &Shelf<'_>) -> Result<()> {
        self.done = Some((self.work)(shelf)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        if let Some(done) = self.done {
            // A sender that has left keeps its records and hears `duplicate` the next time.
            let _gone = self.answer.send(done);
        }
    }
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system has no thread left.
    pub fn start(database: Database) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING_BATCHES);
        let thread = thread::Builder::new().name("writer".into()).spawn(move || run(&database, waiting))?;
        Ok((Self { jobs }, thread))
    }

    /// Waits until the work is durably in the database, in one commit with the work of others.
    ///
    /// # Errors
    /// When it is not: the queue is full, or the commit failed.
    pub async fn commit<T: Send + 'static>(
        &self,
        work: impl FnMut(&Shelf<'_>) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, NotCommitted> {
        let (answer, done) = oneshot::channel();
        self.jobs.try_send(Box::new(Task { work, done: None, answer })).map_err(|_| NotCommitted)?;
        done.await.map_err(|_| NotCommitted)
    }

    /// Whether the thread is there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.jobs.is_closed()
    }

    /// How much waits for it.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }
}

fn run(database: &Database, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut jobs = vec![first];
        while jobs.len() < MAX_BATCHES_A_COMMIT {
            let Ok(next) = waiting.try_recv() else { break };
            jobs.push(next);
        }
        let Err(error) = commit(database, &mut jobs) else {
            jobs.into_iter().for_each(Job::answer);
            continue;
        };
        tracing::error!(code = "NOT_COMMITTED", %error);
        // Dropping a job tells its sender that nothing was committed. What one has sent must not be the others' misfortune.
        if error.is_of_a_value() && jobs.len() > 1 {
            for job in jobs {
                let mut alone = vec![job];
                if commit(database, &mut alone).is_ok() {
                    alone.into_iter().for_each(Job::answer);
                }
            }
        }
    }
}

fn commit(database: &Database, jobs: &mut Vec<Box<dyn Job>>) -> Result<()> {
    let early = plant::is("answer-early");
    database.commit(clock::now(), |shelf| {
        jobs.iter_mut().try_for_each(|job| job.work(shelf))?;
        if early {
            jobs.drain(..).for_each(Job::answer);
            thread::sleep(plant::EARLY);
        }
        Ok(())
    })
}
