//! Writes receipts for tests, the same ones every time: `cargo run -p consentkit-backend --example receipts -- COUNT [bare]`.
//!
//! The first line is the public key of the log, every other one a receipt as a JSON text. They are of two policies, of every kind of
//! record, with and without notice and policy, some not yet in the log; the bodies are made by the core from intents. Bare ones
//! enclose record, key and proof only.

mod intents;

use std::error::Error;
use std::io::Write;

use consentkit_backend::log::{Kind, Nodes, Proof, Signer, Tree, leaf};
use consentkit_core::id::Id;
use consentkit_core::receipt::{Evidence, Facts};
use consentkit_core::record::Sealed;

use crate::intents::{Sites, record};

/// The log's name.
const ORIGIN: &str = "consent.example/log/tests";

/// Only for tests: whoever reads this can sign.
const SEED: [u8; 32] = [9; 32];

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).ok_or("how many?")?.parse()?;
    let bare = std::env::args().nth(2).is_some();
    let sites = Sites::read()?;
    let records: Vec<Sealed> = (0..count).map(|number| record(&sites, number)).collect::<Result<_, _>>()?;
    let facts: Vec<&str> = sites.facts();

    // The policies are in the log before the records.
    let policies = facts.iter().map(|text| leaf(Kind::Policy, ORIGIN, Facts::hash(text)));
    let leaves: Vec<Id> = policies.chain(records.iter().map(|record| leaf(Kind::Record, ORIGIN, record.id))).collect();
    let grown = Tree::of(0)?.append(&Nodes::new(), &leaves)?;
    let signer = Signer::from_seed(ORIGIN, &SEED)?;
    let log = Log {
        nodes: grown.nodes.into_iter().collect(),
        tree: grown.tree,
        checkpoint: signer.sign(grown.tree.size(), grown.root)?,
        key: signer.public_key()?.as_str().to_owned(),
    };

    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", serde_json::to_string(&log.key)?)?;
    for (number, record) in records.iter().enumerate() {
        let index = facts.len() + number;
        let evidence = if bare { log.bare(record, index)? } else { log.evidence(sites.evidence(record), &facts, number, index)? };
        let receipt = evidence.receipt()?;
        writeln!(out, "{}", serde_json::to_string(&receipt)?)?;
    }
    Ok(())
}

struct Log {
    nodes: Nodes,
    tree: Tree,
    checkpoint: String,
    key: String,
}

impl Log {
    fn evidence(&self, mut evidence: Evidence, facts: &[&str], number: usize, index: usize) -> Result<Evidence, Box<dyn Error>> {
        if number % 11 == 5 {
            evidence.policy = None;
        }
        if number % 13 == 6 {
            evidence.notice = None;
        }
        if number % 17 == 7 {
            return Ok(evidence);
        }
        evidence.key = Some(self.key.clone());
        evidence.proof = Some(self.proof(index)?);
        let place = facts.iter().position(|text| Some(*text) == evidence.policy.as_deref());
        evidence.policy_proof = place.filter(|_| number.is_multiple_of(2)).map(|place| self.proof(place)).transpose()?;
        Ok(evidence)
    }

    fn bare(&self, record: &Sealed, index: usize) -> Result<Evidence, Box<dyn Error>> {
        Ok(Evidence { key: Some(self.key.clone()), proof: Some(self.proof(index)?), ..Evidence::of(record.bytes.clone()) })
    }

    fn proof(&self, index: usize) -> Result<String, Box<dyn Error>> {
        let index = u64::try_from(index)?;
        Ok(Proof { index, path: self.tree.inclusion(&self.nodes, index)?, checkpoint: self.checkpoint.clone() }.to_string())
    }
}
