//! What lawyers and regulators find wrong in a policy, as far as the policy itself shows it.
//!
//! Every rule has a name that never changes its meaning, a citation and a remedy. A rule only speaks where the policy's own
//! data decides; what the engine already takes care of (no switch is on before a yes, closing saves nothing) needs none.

mod grounds;
mod others;
mod purposes;
mod statistics;
#[cfg(test)]
mod tests;
mod texts;

use serde::Serialize;

use crate::policy::{Kind, Policy, Purpose, items};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Against a law or a regulator's published reading of it.
    Error,
    /// People are told less than they should be, or the policy contradicts itself.
    Warning,
    /// Nothing is wrong, but something is given away or needs a second look.
    Advice,
}

/// Something that a rule has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lint {
    /// The rule's name.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where, as a path into the policy.
    pub path: String,
    /// What is wrong there.
    pub finding: String,
    /// What to do about it.
    pub remedy: String,
    /// Where that is laid down.
    pub citation: String,
}

/// A rule.
struct Rule {
    name: &'static str,
    severity: Severity,
    citation: &'static str,
    remedy: &'static str,
    find: fn(&Policy) -> Vec<Hit>,
}

/// Where, and what is wrong there.
type Hit = (String, String);

/// Everything that the rules find, in the order of the rules; empty is good.
#[must_use]
pub fn lint(policy: &Policy) -> Vec<Lint> {
    let told = |rule: &Rule, (path, finding): Hit| Lint {
        rule: rule.name.to_owned(),
        severity: rule.severity,
        path,
        finding,
        remedy: rule.remedy.to_owned(),
        citation: rule.citation.to_owned(),
    };
    rules().flat_map(|rule| (rule.find)(policy).into_iter().map(move |hit| told(rule, hit))).collect()
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    [texts::RULES, purposes::RULES, grounds::RULES, statistics::RULES, others::RULES].into_iter().flatten()
}

/// The kinds of a purpose with what its data and transfers add.
fn kinds(policy: &Policy, purpose: &Purpose) -> Vec<Kind> {
    let item = items(policy).into_iter().find(|item| item.key == purpose.id);
    item.map(|item| item.kinds).unwrap_or_default()
}

/// Whether a purpose is more than what always runs.
fn optional(policy: &Policy, purpose: &Purpose) -> bool {
    kinds(policy, purpose).iter().any(|kind| !matches!(kind, Kind::Necessary | Kind::Security))
}

/// Every purpose with its path and kinds.
fn purposes(policy: &Policy) -> impl Iterator<Item = (String, &Purpose, Vec<Kind>)> {
    policy.purposes.iter().enumerate().map(|(index, it)| (format!("purposes[{index}]"), it, kinds(policy, it)))
}
