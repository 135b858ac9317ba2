//! The one thread of a process that writes. Its answers leave only after their commit.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use crate::clock;
use crate::intake::{self, Batch, Settled};
use crate::limits::{MAX_BATCHES_A_COMMIT, MAX_WAITING_BATCHES};
use crate::plant;
use crate::store::{Database, Result, Shelf};
use crate::tenant::Tenants;

/// The way to the thread that writes. It ends, with everything committed, when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
}

/// Nothing was committed; the sender keeps everything and comes back.
#[derive(Debug, Clone, Copy)]
pub struct NotCommitted;

/// What waits for a commit, and for whom.
enum Job {
    /// Of a device; all that wait are settled together.
    Batch(Box<Task<Settled, Arc<Batch>>>),
    /// Anything else.
    Other(Box<dyn Work>),
}

struct Task<T, W> {
    work: W,
    done: Option<T>,
    answer: oneshot::Sender<T>,
}

trait Work: Send {
    /// May be called again when the transaction has to be tried again.
    fn work(&mut self, shelf: &Shelf<'_>) -> Result<()>;
    /// After the commit.
    fn answer(self: Box<Self>);
}

impl<T: Send, W: FnMut(&Shelf<'_>) -> Result<T> + Send> Work for Task<T, W> {
    fn work(&mut self, shelf: &Shelf<'_>) -> Result<()> {
        self.done = Some((self.work)(shelf)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        Task::answer(*self);
    }
}

impl<T, W> Task<T, W> {
    fn answer(self) {
        if let Some(done) = self.done {
            // A sender that has left keeps its records and hears `duplicate` the next time.
            let _gone = self.answer.send(done);
        }
    }
}

impl Job {
    fn answer(self) {
        match self {
            Job::Batch(task) => task.answer(),
            Job::Other(work) => work.answer(),
        }
    }
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system has no thread left.
    pub fn start(database: Database, tenants: Tenants) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING_BATCHES);
        let thread = thread::Builder::new().name("writer".into()).spawn(move || run(&database, &tenants, waiting))?;
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
        self.take(Job::Other(Box::new(Task { work, done: None, answer })), done).await
    }

    /// Waits until a batch is settled and durably in the database.
    ///
    /// # Errors
    /// When it is not: the queue is full, or the commit failed.
    pub async fn settle(&self, batch: Arc<Batch>) -> std::result::Result<Settled, NotCommitted> {
        let (answer, done) = oneshot::channel();
        self.take(Job::Batch(Box::new(Task { work: batch, done: None, answer })), done).await
    }

    async fn take<T>(&self, job: Job, done: oneshot::Receiver<T>) -> std::result::Result<T, NotCommitted> {
        self.jobs.try_send(job).map_err(|_| NotCommitted)?;
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

fn run(database: &Database, tenants: &Tenants, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.blocking_recv() {
        let mut jobs = vec![first];
        while jobs.len() < MAX_BATCHES_A_COMMIT {
            let Ok(next) = waiting.try_recv() else { break };
            jobs.push(next);
        }
        let Err(error) = commit(database, tenants, &mut jobs) else {
            jobs.into_iter().for_each(Job::answer);
            continue;
        };
        tracing::error!(code = "NOT_COMMITTED", %error);
        // Dropping a job tells its sender that nothing was committed. What one has sent must not be the others' misfortune.
        if error.is_of_a_value() && jobs.len() > 1 {
            for job in jobs {
                let mut alone = vec![job];
                if commit(database, tenants, &mut alone).is_ok() {
                    alone.into_iter().for_each(Job::answer);
                }
            }
        }
    }
}

fn commit(database: &Database, tenants: &Tenants, jobs: &mut Vec<Job>) -> Result<()> {
    let early = plant::is("answer-early");
    database.commit(clock::now(), |shelf| {
        work(shelf, tenants, jobs)?;
        if early {
            jobs.drain(..).for_each(Job::answer);
            thread::sleep(plant::EARLY);
        }
        Ok(())
    })
}

fn work(shelf: &Shelf<'_>, tenants: &Tenants, jobs: &mut [Job]) -> Result<()> {
    let batches: Vec<&Batch> = jobs.iter().filter_map(|job| if let Job::Batch(task) = job { Some(&*task.work) } else { None }).collect();
    let mut settled = intake::settle(shelf, tenants, &batches)?.into_iter();
    for job in jobs {
        match job {
            Job::Batch(task) => task.done = settled.next(),
            Job::Other(other) => other.work(shelf)?,
        }
    }
    Ok(())
}
