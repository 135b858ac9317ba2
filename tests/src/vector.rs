//! The form of a vector file.

use consentkit_core::regime::Tables;
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
    regimes: String,
    defaults: String,
    #[serde(default)]
    separate: String,
    #[serde(default)]
    overlays: String,
}

impl Rules {
    pub(crate) fn tables(&self) -> Tables<'_> {
        Tables { regimes: &self.regimes, defaults: &self.defaults, separate: &self.separate, overlays: &self.overlays }
    }
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
    #[serde(default)]
    expect: Option<Vec<Value>>,
    #[serde(default)]
    includes: Option<Vec<Value>>,
    #[serde(default)]
    never: Option<Vec<Value>>,
}

/// What a step says of its effects.
#[derive(Debug)]
pub(crate) enum Expected<'a> {
    /// All of them, in their order.
    All(&'a [Value]),
    /// Some of them, in their order, and none of certain others.
    Among { includes: &'a [Value], never: &'a [Value] },
}

impl Step {
    /// What must come of the event.
    pub(crate) fn expected(&self) -> Result<Expected<'_>, String> {
        match (&self.expect, &self.includes, &self.never) {
            (Some(all), None, None) => Ok(Expected::All(all)),
            (None, Some(includes), never) => Ok(Expected::Among { includes, never: never.as_deref().unwrap_or_default() }),
            _ => Err("a step has either `expect`, or `includes` and perhaps `never`".to_owned()),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_in_one_way_what_must_come() {
        let step = |rest: &str| serde_json::from_str::<Step>(&format!(r#"{{ "now": 1, "event": {{ "wake": {{}} }}{rest} }}"#)).unwrap();
        for good in [r#", "expect": []"#, r#", "includes": []"#, r#", "includes": [], "never": ["*"]"#] {
            assert!(step(good).expected().is_ok(), "{good}");
        }
        for bad in ["", r#", "never": []"#, r#", "expect": [], "includes": []"#, r#", "expect": [], "never": []"#] {
            assert!(step(bad).expected().is_err(), "{bad}");
        }
    }
}
