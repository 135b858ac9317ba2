//! Brings what has arrived into the logs, signs their heads, and refuses to go on with a log that is not the one
//! that was signed.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::clock;
use crate::limits::{INTEGRATION_PAUSE, MAX_LEAVES_AT_ONCE};
use crate::log::{Checkpoint, LogError, Signer, check_consistency};
use crate::metrics::Metrics;
use crate::random::Random;
use crate::second::Second;
use crate::setting::Opened;
use crate::store::{Database, Lease, Log, Result, StoreError, origin};
use crate::tenant::{Tenant, Tenants};

/// The thread that integrates. It ends when this is dropped.
#[derive(Debug)]
pub struct Sequencer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Work {
    database: Database,
    tenants: Tenants,
    second: Second,
    metrics: Metrics,
    holder: String,
}

impl Sequencer {
    /// Checks every log against its last signed checkpoints, and starts.
    ///
    /// # Errors
    /// `LogBroken` when a log is shorter than what was signed or does not continue it.
    pub fn start(opened: &Opened, metrics: Metrics) -> Result<Self> {
        for tenant in opened.tenants.iter() {
            check(&opened.database, tenant, &opened.second)?;
        }
        let holder = Random::draw().map_err(|error| io::Error::other(error.to_string()))?.id("holder").to_text();
        let Opened { database, tenants, second } = opened;
        let work = Work { database: database.clone(), tenants: tenants.clone(), second: second.clone(), metrics, holder };
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = thread::Builder::new().name("sequencer".into()).spawn(move || {
            while !told.load(Ordering::Relaxed) {
                if !work.tenants.iter().any(|tenant| work.turn(tenant)) {
                    thread::park_timeout(INTEGRATION_PAUSE);
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It has said itself what was wrong.
            let _ended = thread.join();
        }
    }
}

impl Work {
    /// One turn for one log; whether there may be more at once.
    fn turn(&self, tenant: &Tenant) -> bool {
        match self.integrate(tenant) {
            Ok(count) => {
                self.metrics.integrated(count);
                count as u64 == MAX_LEAVES_AT_ONCE
            }
            Err(StoreError::LeaseLost) => false,
            Err(error) => {
                tracing::error!(code = "NOT_INTEGRATED", tenant = tenant.id, %error);
                false
            }
        }
    }

    fn integrate(&self, tenant: &Tenant) -> Result<usize> {
        // Most of the time nothing has arrived, and then nothing is written.
        if self.database.read(|shelf| shelf.is_settled(&tenant.id))? {
            return Ok(0);
        }
        let Some(lease) = self.database.commit(clock::now(), |shelf| shelf.lease(&tenant.id, &self.holder))? else { return Ok(0) };
        let count = self.database.commit(clock::now(), |shelf| shelf.integrate(&tenant.id, &tenant.log, lease))?;
        self.sign(tenant, lease)?;
        Ok(count)
    }

    /// Only what is durably stored is signed; the second place has it before anybody else.
    fn sign(&self, tenant: &Tenant, lease: Lease) -> Result<()> {
        let (log, root) = self.database.read(|shelf| {
            let log = shelf.log(&tenant.id)?;
            let root = shelf.root(&tenant.id, &log)?;
            Ok((log, root))
        })?;
        check_against(&self.database, tenant, &log, &log.note)?;
        // A failover may have lost what was signed, and with it the note.
        if let Some(note) = self.second.checkpoint(&tenant.id, log.epoch)? {
            check_against(&self.database, tenant, &log, &note)?;
        }
        let note = signer(tenant, log.epoch)?.sign(log.size, root).map_err(|error| broken(tenant, &error))?;
        self.second.keep_checkpoint(&tenant.id, log.epoch, &note)?;
        self.database.commit(clock::now(), |shelf| shelf.publish(&tenant.id, lease, &note))
    }
}

/// The signer of a tenant's log.
///
/// # Errors
/// When the name of the log can be none.
pub fn signer(tenant: &Tenant, epoch: u64) -> Result<Signer> {
    Signer::from_seed(&origin(&tenant.log, epoch), &tenant.seed()).map_err(|error| broken(tenant, &error))
}

/// Begins a new log for a tenant.
///
/// # Errors
/// When the database or the second place cannot be used.
pub fn renew(opened: &Opened, tenant: &Tenant) -> Result<u64> {
    let epoch = opened.database.read(|shelf| shelf.log(&tenant.id))?.epoch;
    let epoch = opened.second.newest_epoch(&tenant.id)?.unwrap_or(0).max(epoch) + 1;
    opened.database.commit(clock::now(), |shelf| shelf.renew_log(&tenant.id, epoch))?;
    Ok(epoch)
}

/// Whether a log continues what was signed, here and in the second place.
///
/// # Errors
/// `LogBroken` otherwise.
pub fn check(database: &Database, tenant: &Tenant, second: &Second) -> Result<()> {
    signer(tenant, 0)?;
    let log = database.read(|shelf| shelf.log(&tenant.id))?;
    let newest = second.newest_epoch(&tenant.id)?;
    if newest.is_some_and(|newest| newest > log.epoch) {
        return Err(StoreError::LogBroken { tenant: tenant.id.clone(), what: "is one that a newer log has taken the place of".into() });
    }
    check_against(database, tenant, &log, &log.note)?;
    if let Some(note) = second.checkpoint(&tenant.id, log.epoch)? {
        check_against(database, tenant, &log, &note)?;
    }
    Ok(())
}

/// Whether a log is at least as long as a checkpoint and begins with the same tree.
fn check_against(database: &Database, tenant: &Tenant, log: &Log, note: &str) -> Result<()> {
    if note.is_empty() {
        return Ok(());
    }
    let not_ours = |error: consentkit_core::Error| StoreError::LogBroken {
        tenant: tenant.id.clone(),
        what: format!("has a checkpoint that cannot be used: {error}"),
    };
    let key = signer(tenant, log.epoch)?.public_key().map_err(|error| broken(tenant, &error))?;
    let old = Checkpoint::open(note, &key).map_err(not_ours)?;
    if old.size > log.size {
        let what = format!("has {} leaves, and {} were signed", log.size, old.size);
        return Err(StoreError::LogBroken { tenant: tenant.id.clone(), what });
    }
    let (root, path) = database.read(|shelf| {
        let path = shelf.consistency(&tenant.id, log.epoch, log.size, old.size)?;
        Ok((shelf.root(&tenant.id, log)?, path))
    })?;
    let new = Checkpoint { origin: old.origin.clone(), size: log.size, root };
    let other = |_| StoreError::LogBroken { tenant: tenant.id.clone(), what: "is not the one that was signed".into() };
    check_consistency(&path, &old, &new).map_err(other)
}

fn broken(tenant: &Tenant, error: &LogError) -> StoreError {
    StoreError::LogBroken { tenant: tenant.id.clone(), what: error.to_string() }
}
