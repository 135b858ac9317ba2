//! Checks a receipt, step by step.

mod checks;

use serde::Serialize;

pub use checks::verify;

/// What whoever checks a receipt brings along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust<'a> {
    /// The public key of the log, from a source that the receipt has no hand in.
    pub key: Option<&'a str>,
    /// The words of the notice, as `notices/<hash>.json` holds them.
    pub notice: Option<&'a str>,
    /// Stop at the first step that fails: for who checks very many.
    pub brief: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The sum.
    pub verdict: Verdict,
    /// The id of the record; empty when there is no record.
    pub id: String,
    /// Every step in its order.
    pub steps: Vec<Step>,
}

/// The sum of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every step holds.
    Pass,
    /// At least one step fails.
    Fail,
    /// Nothing fails, but something could not be checked.
    Open,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which.
    pub step: Name,
    /// How it ended.
    pub status: Status,
    /// What that means, in a sentence.
    pub found: String,
}

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// The text is a receipt.
    Receipt,
    /// The bytes of the record have the id that the receipt names.
    Hash,
    /// The bytes are a record.
    Record,
    /// What the receipt says is what the evidence says.
    Statement,
    /// The facts of the policy are those that the person answered under.
    Policy,
    /// The words of the notice are those that were shown.
    Notice,
    /// The proof is one, of a leaf for this record.
    Leaf,
    /// The leaf is in the tree of the checkpoint.
    Inclusion,
    /// The checkpoint is signed by the key of the receipt.
    Signature,
    /// That key is the one that is trusted.
    Key,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be checked.
    Open,
}
