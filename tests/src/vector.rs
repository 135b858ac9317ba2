//! The form of a vector file.

use serde::Deserialize;
use serde_json::Value;

/// A file: one policy and the vectors that run under it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct File {
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    pub policy: Value,
    #[serde(default)]
    pub policy_file: Option<String>,
    #[serde(default)]
    pub rules: Option<Rules>,
    pub vectors: Vec<Vector>,
}

/// A rules table of the file's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    pub regimes: String,
    pub defaults: String,
}

/// What happens, step by step, to one person on one device.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub name: String,
    #[serde(rename = "source")]
    _source: String,
    pub steps: Vec<Step>,
}

/// An event and the effects that must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub now: u64,
    #[serde(default)]
    entropy: Option<String>,
    /// Members of the policy that are different from this step on; the engine starts anew.
    #[serde(default)]
    pub policy: Option<Value>,
    pub event: Value,
    pub expect: Vec<Value>,
}

impl Step {
    /// The step's random bytes: 32 zeros unless it names others, in hex.
    pub(crate) fn entropy(&self) -> Result<Vec<u8>, String> {
        let hex = self.entropy.as_deref().unwrap_or_default();
        if hex.is_empty() {
            return Ok(vec![0; 32]);
        }
        let pair = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        (0..64).step_by(2).map(|at| pair(at).ok_or_else(|| "entropy must be 64 hex digits".to_owned())).collect()
    }
}
