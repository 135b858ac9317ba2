//! What owners ask of the rules before and after they publish: why, what if, what changes, what is wrong.
//!
//! Nothing is decided here. [`explain`] and [`simulate`] ask the same function that pages ask
//! ([`evaluate`](crate::evaluate::evaluate)), and find out *why* by asking it again with one thing left out or put in: a row, a
//! fact, a flag. So an explanation cannot say anything else than the engine does. Texts are rendered from the codes of the
//! result and never the other way round.

mod day;
mod diff;
mod explain;
mod lint;
mod person;
mod simulate;

pub use diff::{DefaultDiff, DocumentDiff, ItemDiff, ItemDiffKind, OtherDiff, PeopleDiff, PolicyDiff, diff};
pub use explain::{
    AppliedLaw, ExplainOptions, Explanation, FactWord, Finding, ItemExplanation, KindOrigin, NearMiss, NextChange, RecordUse, SignalUse,
    Step, Target, explain,
};
pub use lint::{Lint, Severity, lint};
pub use simulate::{Simulation, Visit, VisitItem, simulate};
