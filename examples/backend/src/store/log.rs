//! The log of a tenant: what waits for it, and its tree.
//!
//! Records are acknowledged before they are in the log, so that nobody waits for one writer. One process at a time takes
//! what has arrived and appends it; a lease says which. A lease can be overtaken while its holder sleeps, so it has a
//! number that only grows, the fence, and every transaction that appends checks that the fence is still its own.

use consentkit_core::id::Id;
use consentkit_core::receipt::Facts;

use super::shelf::line_up;
use super::{Result, Shelf, StoreError, Value};
use crate::limits::{LEASE, MAX_LEAVES_AT_ONCE};
use crate::log::{Checkpoint, Kind, LogError, Nodes, Tree, leaf};

/// Nodes in one statement.
const NODES_AT_ONCE: usize = 200;

/// The state of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// Which of the tenant's logs this is; a new one begins only when an operator says so.
    pub epoch: u64,
    /// Leaves.
    pub size: u64,
    /// The newest signed checkpoint, or empty.
    pub note: String,
}

/// The right to append, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    fence: u64,
}

/// A leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its number, from 0.
    pub position: u64,
    /// What it commits to.
    pub kind: Kind,
    /// The record or the event.
    pub id: Id,
}

/// The name of a tenant's log in one epoch.
#[must_use]
pub fn origin(log: &str, epoch: u64) -> String {
    if epoch == 0 { log.to_owned() } else { format!("{log}/{epoch}") }
}

impl Shelf<'_> {
    /// The state of a log; a tenant's first is empty.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn log(&self, tenant: &str) -> Result<Log> {
        let row = self.tx.row("SELECT epoch, size, note FROM logs WHERE tenant = ?1", &[tenant.into()])?;
        row.map_or_else(|| Ok(Log::default()), |row| Ok(Log { epoch: row.count(0)?, size: row.count(1)?, note: row.text(2)? }))
    }

    /// Whether nothing waits and the newest checkpoint is of all leaves.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_settled(&self, tenant: &str) -> Result<bool> {
        let log = self.log(tenant)?;
        let signed = if log.note.is_empty() { Some(0) } else { Checkpoint::read(&log.note).ok().map(|head| head.size) };
        Ok(signed == Some(log.size) && self.tx.row("SELECT 1 FROM pending WHERE tenant = ?1 LIMIT 1", &[tenant.into()])?.is_none())
    }

    /// Takes the lease, or keeps it. `None` while another process has it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn lease(&self, tenant: &str, holder: &str) -> Result<Option<Lease>> {
        let make = "INSERT INTO logs (tenant, epoch, size, note, holder, fence, until) VALUES (?1, 0, 0, '', '', 0, 0)
             ON CONFLICT (tenant) DO NOTHING";
        self.tx.run(make, &[tenant.into()])?;
        let Some(row) = self.tx.row("SELECT holder, fence, until FROM logs WHERE tenant = ?1", &[tenant.into()])? else { return Ok(None) };
        let is_own = row.text(0)? == holder;
        if !is_own && row.count(2)? > self.now {
            return Ok(None);
        }
        let fence = if is_own { row.count(1)? } else { row.count(1)? + 1 };
        let until = self.now.saturating_add(u64::try_from(LEASE.as_millis()).unwrap_or_default());
        let take = "UPDATE logs SET holder = ?1, fence = ?2, until = ?3 WHERE tenant = ?4";
        self.tx.run(take, &[holder.into(), fence.into(), until.into(), tenant.into()])?;
        Ok(Some(Lease { fence }))
    }

    /// Appends what waits, oldest first, and says how much that was.
    ///
    /// # Errors
    /// `LeaseLost`, or when the database cannot be written or the tree is damaged.
    pub fn integrate(&self, tenant: &str, log_name: &str, lease: Lease) -> Result<usize> {
        self.fenced(tenant, lease)?;
        let log = self.log(tenant)?;
        let find = "SELECT id, kind FROM pending WHERE tenant = ?1 ORDER BY arrival, id LIMIT ?2";
        let waiting = self.tx.rows(find, &[tenant.into(), MAX_LEAVES_AT_ONCE.into()])?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let origin = origin(log_name, log.epoch);
        let mut leaves = Vec::with_capacity(waiting.len());
        let mut statements = Vec::with_capacity(4 * waiting.len());
        for (position, row) in (log.size..).zip(&waiting) {
            let (id, word) = (row.id(0)?, row.text(1)?);
            leaves.push(leaf(kind(&word), &origin, id));
            let insert = "INSERT INTO leaves (tenant, epoch, position, kind, record) VALUES (?1, ?2, ?3, ?4, ?5)";
            statements.push((insert, vec![tenant.into(), log.epoch.into(), position.into(), Value::from(&word), id.into()]));
            statements.push(("DELETE FROM pending WHERE id = ?1", vec![id.into()]));
        }
        let broken = |error: &LogError| broken(tenant, error);
        let tree = Tree::of(log.size).map_err(|error| broken(&error))?;
        let known = self.nodes(tenant, log.epoch, &tree.needed_to_append())?;
        let grown = tree.append(&known, &leaves).map_err(|error| broken(&error))?;
        for (node, hash) in &grown.nodes {
            let insert = "INSERT INTO nodes (tenant, epoch, node, hash) VALUES (?1, ?2, ?3, ?4)";
            statements.push((insert, vec![tenant.into(), log.epoch.into(), (*node).into(), (*hash).into()]));
        }
        self.tx.run_all(&statements)?;
        self.tx.run("UPDATE logs SET size = ?1 WHERE tenant = ?2", &[grown.tree.size().into(), tenant.into()])?;
        Ok(leaves.len())
    }

    /// The root of a log at its size, from its nodes.
    ///
    /// # Errors
    /// When a node is missing.
    pub fn root(&self, tenant: &str, log: &Log) -> Result<Id> {
        let tree = Tree::of(log.size).map_err(|error| broken(tenant, &error))?;
        let nodes = self.nodes(tenant, log.epoch, &tree.needed_to_append())?;
        tree.root(&nodes).map_err(|error| broken(tenant, &error))
    }

    /// Publishes a signed checkpoint, unless the lease is lost or a newer one stands there.
    ///
    /// # Errors
    /// `LeaseLost`, or when the database cannot be written.
    pub fn publish(&self, tenant: &str, lease: Lease, note: &str) -> Result<()> {
        self.fenced(tenant, lease)?;
        self.tx.run("UPDATE logs SET note = ?1 WHERE tenant = ?2", &[note.into(), tenant.into()])?;
        Ok(())
    }

    /// The leaf of a record or an event; `None` while it waits.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn leaf_of(&self, tenant: &str, epoch: u64, id: Id) -> Result<Option<Leaf>> {
        let find = "SELECT position, kind, record FROM leaves WHERE record = ?1 AND tenant = ?2 AND epoch = ?3";
        self.tx.row(find, &[id.into(), tenant.into(), epoch.into()])?.as_ref().map(read_leaf).transpose()
    }

    /// Leaves from a position on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn leaves(&self, tenant: &str, epoch: u64, from: u64, most: u64) -> Result<Vec<Leaf>> {
        let find =
            "SELECT position, kind, record FROM leaves WHERE tenant = ?1 AND epoch = ?2 AND position >= ?3 ORDER BY position LIMIT ?4";
        let rows = self.tx.rows(find, &[tenant.into(), epoch.into(), from.into(), most.into()])?;
        rows.iter().map(read_leaf).collect()
    }

    /// The path from a leaf to the root of the tree of `size` leaves.
    ///
    /// # Errors
    /// When a node is missing.
    pub fn inclusion(&self, tenant: &str, epoch: u64, size: u64, position: u64) -> Result<Vec<Id>> {
        let broken = |error: LogError| broken(tenant, &error);
        let tree = Tree::of(size).map_err(broken)?;
        let nodes = self.nodes(tenant, epoch, &tree.needed_for_inclusion(position).map_err(broken)?)?;
        tree.inclusion(&nodes, position).map_err(broken)
    }

    /// The path that shows that the tree of `older` leaves is the beginning of that of `size`.
    ///
    /// # Errors
    /// When a node is missing.
    pub fn consistency(&self, tenant: &str, epoch: u64, size: u64, older: u64) -> Result<Vec<Id>> {
        let broken = |error: LogError| broken(tenant, &error);
        let tree = Tree::of(size).map_err(broken)?;
        let nodes = self.nodes(tenant, epoch, &tree.needed_for_consistency(older).map_err(broken)?)?;
        tree.consistency(&nodes, older).map_err(broken)
    }

    /// Keeps something that is no record and stands in the log all the same, once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_event(&self, tenant: &str, kind: Kind, id: Id, content: &str) -> Result<()> {
        let insert = "INSERT INTO events (id, tenant, kind, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
        if self.tx.run(insert, &[id.into(), tenant.into(), kind.word().into(), content.into()])? > 0 {
            self.tx.run_all(&[line_up(tenant, kind.word(), id, self.arrival())])?;
        }
        Ok(())
    }

    /// Keeps the facts of a policy, for receipts of every record that was made under it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_facts(&self, tenant: &str, facts: &Facts, text: &str) -> Result<()> {
        let id = Facts::hash(text);
        self.keep_event(tenant, Kind::Policy, id, text)?;
        let insert = "INSERT INTO facts (tenant, site, version, event) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (tenant, site, version, event) DO NOTHING";
        self.tx.run(insert, &[tenant.into(), Value::from(&facts.site), Value::from(&facts.version), id.into()])?;
        Ok(())
    }

    /// The facts of the policies of a site that had this version: more than one only if it was changed without raising it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn facts(&self, tenant: &str, site: &str, version: u32) -> Result<Vec<(Id, String)>> {
        let find = "SELECT events.id, events.content FROM facts JOIN events ON events.id = facts.event
             WHERE facts.tenant = ?1 AND facts.site = ?2 AND facts.version = ?3 ORDER BY events.id";
        let rows = self.tx.rows(find, &[tenant.into(), site.into(), Value::from(&version.to_string())])?;
        rows.iter().map(|row| Ok((row.id(0)?, row.text(1)?))).collect()
    }

    /// The first of some records that is neither in a log nor in line for one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn first_without_place(&self, ids: &[Id]) -> Result<Option<usize>> {
        let find = "SELECT record FROM leaves WHERE record {is} UNION SELECT id FROM pending WHERE id {is}";
        let placed = self.tx.among(find, ids)?;
        Ok(ids.iter().position(|id| !placed.contains(id)))
    }

    /// The position of the first of some leaves that commits to something that is neither kept nor erased.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn first_unaccounted(&self, leaves: &[Leaf]) -> Result<Option<u64>> {
        let of =
            |records: bool| leaves.iter().filter(|leaf| (leaf.kind == Kind::Record) == records).map(|leaf| leaf.id).collect::<Vec<_>>();
        let records = self.tx.among("SELECT id FROM records WHERE id {is} UNION SELECT id FROM erased WHERE id {is}", &of(true))?;
        let events = self.tx.among("SELECT id FROM events WHERE id {is}", &of(false))?;
        let is_there = |leaf: &&Leaf| if leaf.kind == Kind::Record { records.contains(&leaf.id) } else { events.contains(&leaf.id) };
        Ok(leaves.iter().find(|leaf| !is_there(leaf)).map(|leaf| leaf.position))
    }

    /// The first of some nodes that is not kept as it should be.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn differing(&self, tenant: &str, epoch: u64, nodes: &[(u64, Id)]) -> Result<Option<u64>> {
        for part in nodes.chunks(NODES_AT_ONCE) {
            let numbers: Vec<u64> = part.iter().map(|(node, _)| *node).collect();
            let kept = self.nodes(tenant, epoch, &numbers)?;
            if let Some((node, _)) = part.iter().find(|(node, hash)| kept.get(node) != Some(hash)) {
                return Ok(Some(*node));
            }
        }
        Ok(None)
    }

    /// Begins a new log, in which everything that is kept takes its place again. The old one stays as it was.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn renew_log(&self, tenant: &str, epoch: u64) -> Result<()> {
        self.lease(tenant, "")?;
        let update = "UPDATE logs SET epoch = ?1, size = 0, note = '', holder = '', fence = fence + 1, until = 0 WHERE tenant = ?2";
        self.tx.run(update, &[epoch.into(), tenant.into()])?;
        self.tx.run("DELETE FROM pending WHERE tenant = ?1", &[tenant.into()])?;
        let again = "INSERT INTO pending (id, tenant, kind, arrival) SELECT id, tenant, 'record', arrival FROM records WHERE tenant = ?1";
        self.tx.run(again, &[tenant.into()])?;
        let again = "INSERT INTO pending (id, tenant, kind, arrival) SELECT id, tenant, kind, 0 FROM events WHERE tenant = ?1";
        self.tx.run(again, &[tenant.into()])?;
        Ok(())
    }

    fn fenced(&self, tenant: &str, lease: Lease) -> Result<()> {
        let row = self.tx.row("SELECT fence FROM logs WHERE tenant = ?1", &[tenant.into()])?;
        let holds = row.map_or(Ok(0), |row| row.count(0))? == lease.fence;
        if holds { Ok(()) } else { Err(StoreError::LeaseLost) }
    }

    fn nodes(&self, tenant: &str, epoch: u64, numbers: &[u64]) -> Result<Nodes> {
        if numbers.is_empty() {
            return Ok(Nodes::new());
        }
        let places: Vec<String> = (3..numbers.len() + 3).map(|place| format!("?{place}")).collect();
        let find = format!("SELECT node, hash FROM nodes WHERE tenant = ?1 AND epoch = ?2 AND node IN ({})", places.join(", "));
        let values: Vec<Value> = [tenant.into(), epoch.into()].into_iter().chain(numbers.iter().map(|node| (*node).into())).collect();
        self.tx.rows(&find, &values)?.iter().map(|row| Ok((row.count(0)?, row.id(1)?))).collect()
    }
}

fn read_leaf(row: &super::Row) -> Result<Leaf> {
    Ok(Leaf { position: row.count(0)?, kind: kind(&row.text(1)?), id: row.id(2)? })
}

fn kind(word: &str) -> Kind {
    [Kind::Erasure, Kind::Policy].into_iter().find(|kind| kind.word() == word).unwrap_or(Kind::Record)
}

fn broken(tenant: &str, error: &LogError) -> StoreError {
    StoreError::LogBroken { tenant: tenant.to_owned(), what: error.to_string() }
}
