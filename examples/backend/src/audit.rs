//! Checking the whole database, and taking everything out of it.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use consentkit_core::id::Id;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::dump::line;
use crate::log::{Checkpoint, Nodes, Tree, leaf};
use crate::plain::Plain;
use crate::second::Second;
use crate::sequencer;
use crate::store::{Database, Result, StoreError, origin};
use crate::tenant::{Tenant, Tenants};

/// Leaves that are read at once.
const LEAVES: u64 = 1_000;

/// Records whose places are looked for in one statement.
const IDS: usize = 500;

/// How much was looked at.
#[derive(Debug, Default, Serialize)]
pub struct Verified {
    /// Records whose bytes have their id.
    records: u64,
    /// Leaves whose commitments lead to the root that was signed.
    leaves: u64,
}

/// Looks at every record and at every leaf of every log.
///
/// # Errors
/// With the first place that is wrong.
pub fn verify(database: &Database, tenants: &Tenants, second: &Second) -> std::result::Result<Verified, Box<dyn Error>> {
    let mut verified = Verified::default();
    let mut ids = Vec::with_capacity(IDS);
    let check_places = |ids: &[Id], before: u64| -> std::result::Result<(), Box<dyn Error>> {
        let Some(at) = database.read(|shelf| shelf.first_without_place(ids))? else { return Ok(()) };
        let id = ids.get(at).map(|id| id.to_text()).unwrap_or_default();
        Err(format!("record number {}: {id} is neither in a log nor waits for one", before + at as u64).into())
    };
    database.each_record(|row| -> std::result::Result<(), Box<dyn Error>> {
        let place = verified.records;
        let kept = match row {
            Ok(kept) => kept,
            Err(error) => {
                // One before it may have no place.
                check_places(&ids, place - ids.len() as u64)?;
                return Err(format!("record number {place}: {error}").into());
            }
        };
        ids.push(kept.sealed.id);
        verified.records += 1;
        if ids.len() == IDS {
            check_places(&ids, verified.records - ids.len() as u64)?;
            ids.clear();
        }
        Ok(())
    })?;
    check_places(&ids, verified.records - ids.len() as u64)?;
    for tenant in tenants.iter() {
        verified.leaves += verify_log(database, tenant)?;
        sequencer::check(database, tenant, second)?;
    }
    Ok(verified)
}

/// Builds the tree again from what the leaves commit to, and compares every node.
fn verify_log(database: &Database, tenant: &Tenant) -> std::result::Result<u64, Box<dyn Error>> {
    let log = database.read(|shelf| shelf.log(&tenant.id))?;
    let origin = origin(&tenant.log, log.epoch);
    let signed = Checkpoint::read(&log.note).ok();
    let mut tree = Tree::of(0)?;
    let mut edge = Nodes::new();
    while tree.size() < log.size {
        let wrong = |position: u64, what: &str| format!("leaf {position} of the log of {}: {what}", tenant.id);
        let from = tree.size();
        let leaves = database.read(|shelf| shelf.leaves(&tenant.id, log.epoch, from, LEAVES))?;
        let mut hashes: Vec<Id> = Vec::new();
        for (position, found) in (from..log.size).zip(&leaves) {
            if found.position != position {
                return Err(wrong(position, "it is missing").into());
            }
            hashes.push(leaf(found.kind, &origin, found.id));
        }
        for part in leaves.chunks(IDS) {
            if let Some(lost) = database.read(|shelf| shelf.first_unaccounted(part))? {
                return Err(wrong(lost, "what it commits to is neither kept nor erased").into());
            }
        }
        if hashes.is_empty() {
            return Err(wrong(from, "it is missing").into());
        }
        let grown = tree.append(&edge, &hashes)?;
        let first = database.read(|shelf| shelf.differing(&tenant.id, log.epoch, &grown.nodes))?;
        if let Some(node) = first {
            let leaf = hashes.iter().position(|hash| grown.nodes.iter().any(|(number, known)| *number == node && known == hash));
            let place = from + leaf.unwrap_or_default() as u64;
            return Err(wrong(place, &format!("node {node} is not the one that follows from the leaves")).into());
        }
        // The head that was signed lies somewhere on the way.
        if let Some(head) = signed.as_ref().filter(|head| (from..=grown.tree.size()).contains(&head.size)) {
            let count = usize::try_from(head.size - from)?;
            let root = tree.append(&edge, hashes.get(..count).unwrap_or_default())?.root;
            if root != head.root {
                return Err(wrong(head.size.saturating_sub(1), "the tree up to here has another root than the checkpoint").into());
            }
        }
        edge.extend(grown.nodes);
        tree = grown.tree;
        let needed = tree.needed_to_append();
        edge.retain(|node, _| needed.contains(node));
    }
    Ok(tree.size())
}

/// Counts and hashes of an export.
#[derive(Debug, Serialize)]
struct Manifest {
    records: u64,
    files: Vec<Listed>,
}

#[derive(Debug, Serialize)]
struct Listed {
    name: &'static str,
    bytes: u64,
    sha256: String,
}

/// Writes every record as a line of JSON and as a row of CSV, and a manifest.
///
/// # Errors
/// When the database cannot be read, a record is damaged or the folder cannot be written.
pub fn export(database: &Database, folder: &Path) -> std::result::Result<u64, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut json = BufWriter::new(File::create_new(folder.join("records.ndjson"))?);
    let mut table = csv::Writer::from_path(folder.join("records.csv"))?;
    let columns = ["id", "site", "subject", "account", "at", "receivedAt", "kind", "actor", "control", "policyVersion", "rulesVersion"];
    table.write_record(columns.iter().chain(&["place", "region", "language", "noticeHash", "noticeLevel", "answers", "parents"]))?;
    let mut records = 0;
    database.each_record(|row| -> std::result::Result<(), Box<dyn Error>> {
        let plain = Plain::from(&row?);
        line(&mut json, &plain)?;
        table.write_record(cells(&plain))?;
        records += 1;
        Ok(())
    })?;
    json.flush()?;
    table.flush()?;
    let files = ["records.ndjson", "records.csv"].map(|name| listed(folder, name));
    let manifest = Manifest { records, files: files.into_iter().collect::<Result<_>>()? };
    fs::write(folder.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(records)
}

fn cells(plain: &Plain) -> Vec<String> {
    let answers: Vec<String> = plain.answers.iter().map(|(item, answer)| format!("{item}={answer}")).collect();
    let texts = [&plain.id, &plain.site, &plain.subject, &plain.account].map(|text| safe(text));
    let numbers = [plain.at.to_string(), plain.received_at.to_string()];
    let more = [&plain.kind, &plain.actor, &plain.control, &plain.policy_version.to_string(), &plain.rules_version, &plain.place];
    let shown = [&plain.region, &plain.language, &plain.notice_hash, &plain.notice_level, &answers.join(" "), &plain.parents.join(" ")];
    texts.into_iter().chain(numbers).chain(more.map(|text| safe(text))).chain(shown.map(|text| safe(text))).collect()
}

/// A cell that a spreadsheet does not take for a formula: anybody may send a record with any text in it.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn listed(folder: &Path, name: &'static str) -> Result<Listed> {
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut File::open(folder.join(name))?, &mut HashWriter(&mut hash)).map_err(StoreError::from)?;
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Listed { name, bytes, sha256 })
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
