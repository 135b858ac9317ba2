//! The chain behind a decision, as data.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::evaluate::{Control, DocumentStatus, Prompt, Reason, ReasonCode};
use crate::policy::{Flag, Kind};
use crate::protocol::StoredRecord;
use crate::regime::{AskReason, DefaultState, LawText, Suppressor};
use crate::time::Period;

/// Whom and when an explanation is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct ExplainOptions {
    /// Where, with which signals, of which age.
    pub context: Context,
    /// When, in milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub now: u64,
    /// The person's records, as they lie in storage.
    pub records: Vec<StoredRecord>,
}

/// Why everything is on or off for one person at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The version of the rules.
    pub rules: String,
    /// The moment, in milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub now: u64,
    /// What was known of the person.
    pub context: Context,
    /// The laws that were applied, those of the place first.
    pub laws: Vec<AppliedLaw>,
    /// What is asked now, or why nothing is.
    pub prompt: Prompt,
    /// The documents, and what is to be done about each.
    pub documents: Vec<DocumentStatus>,
    /// Until when the engine takes this for valid, in milliseconds since 1970: nothing changes by itself before.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub valid_until: u64,
    /// Every item of the policy, in its order.
    pub items: Vec<ItemExplanation>,
    /// All of it in words: a head, and a paragraph for each item.
    pub text: String,
}

/// A law that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AppliedLaw {
    /// As in [`View::regimes`](crate::protocol::View::regimes).
    pub id: String,
    /// The row of the tables.
    pub text: LawText,
    /// How long an answer counts; none: no fixed end.
    #[cfg_attr(feature = "schema", ts(type = "string | null"))]
    pub ttl: Option<Period>,
    /// How long nobody is asked again after a no.
    #[cfg_attr(feature = "schema", ts(type = "string | null"))]
    pub cooldown: Option<Period>,
}

/// Why one item is on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ItemExplanation {
    /// The item's key.
    pub key: String,
    /// Whether it is on.
    pub granted: bool,
    /// What the person can do about it.
    pub control: Control,
    /// What holds as long as nobody has answered: the strictest of the findings.
    pub default: DefaultState,
    /// The chain of codes, the deciding one first.
    pub reasons: Vec<Reason>,
    /// How each law comes to its default, in the order of [`Explanation::laws`].
    pub findings: Vec<Finding>,
    /// The signals that are present and concern the item.
    pub signals: Vec<SignalUse>,
    /// The answer that stands.
    pub record: Option<RecordUse>,
    /// Why it is asked now; none when it is not.
    pub asked: Option<AskReason>,
    /// What would be otherwise if one thing were different.
    pub near: Vec<NearMiss>,
    /// When it changes next by itself; none: not within ten years.
    pub next: Option<NextChange>,
    /// The paragraph.
    pub text: String,
}

/// How a law comes to the default of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The law's id.
    pub law: String,
    /// What changed the state, in the order in which it did; the last one decided.
    pub steps: Vec<Step>,
    /// The outcome.
    pub state: DefaultState,
    /// Only a yes of its own counts.
    pub alone: bool,
    /// The default rests on this law.
    pub decides: bool,
}

/// One thing in the tables that sets or changes a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Step {
    /// A cell of `defaults.csv`.
    Cell {
        /// The row.
        kind: Kind,
        /// Why the item has this kind.
        origin: KindOrigin,
        /// The column.
        column: String,
        /// The cell as it is written.
        cell: String,
        /// Its conditions.
        facts: Vec<FactWord>,
        /// What it gives.
        state: DefaultState,
    },
    /// A code of `separate.csv`.
    Separate {
        /// The code.
        code: String,
        /// What it stands for.
        meaning: String,
        /// Where that is laid down.
        source: String,
    },
    /// A row of `overlays.csv`.
    Overlay {
        /// The row.
        text: LawText,
        /// The operator flag that it depends on.
        flag: Option<Flag>,
        /// The age below which it holds; 0: for everybody.
        below: u8,
        /// What it gives.
        state: DefaultState,
    },
    /// The age of the law's own row, below which a guardian answers.
    Age {
        /// That age.
        below: u8,
    },
}

/// Why an item has a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KindOrigin {
    /// The policy names it.
    Named,
    /// The purpose's id has it by default.
    Id,
    /// A data category of this id is sensitive.
    Data(String),
    /// A transfer to this country stands on consent.
    Transfer(String),
    /// Nothing is known of the purpose, so it is read strictly.
    Unknown,
}

/// A condition of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FactWord {
    /// As the cell writes it: `own_use`, `trackers<=P13M`.
    pub word: String,
    /// Whether the policy fulfils it. What a policy does not state, it does not fulfil.
    pub holds: bool,
}

/// A signal that is present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SignalUse {
    /// `gpc` or `att_denied`.
    pub signal: String,
    /// Whether it counts as a no here.
    pub honoured: bool,
    /// The law under which it does; empty for the dialog of an operating system.
    pub law: String,
    /// A statute gives it effect; else the operator's own setting does.
    pub statutory: bool,
    /// Whether it decided.
    pub decides: bool,
}

/// The answer that stands, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecordUse {
    /// The record's id.
    pub id: String,
    /// When, in milliseconds since 1970, by the clock of the device.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub at: u64,
    /// `given`, `refused` or `withdrawn`.
    pub state: String,
    /// Who answered.
    pub actor: String,
    /// What was used to answer.
    pub control: String,
    /// Where.
    pub region: String,
    /// Under which version of the policy.
    pub policy: u32,
    /// Whether it decided.
    pub decides: bool,
    /// When it stops counting, or is reminded of.
    #[cfg_attr(feature = "schema", ts(type = "number | null"))]
    pub expires: Option<u64>,
    /// Until when nobody is asked again.
    #[cfg_attr(feature = "schema", ts(type = "number | null"))]
    pub rests: Option<u64>,
    /// Why nobody is asked until then.
    pub suppressor: Option<Suppressor>,
}

/// Something that would change the outcome if it were different, alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NearMiss {
    /// What would have to be different.
    pub target: Target,
    /// Whether the item would be on then.
    pub granted: bool,
    /// Its default then.
    pub default: DefaultState,
    /// Why it would be on or off.
    pub reason: ReasonCode,
    /// The law by which it would be so.
    pub finding: Option<Finding>,
}

/// What would have to be different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Target {
    /// The operator would set this flag.
    Flag {
        /// In `settings.flags`.
        flag: Flag,
    },
    /// The person would be known to be of such an age.
    Age {
        /// At least.
        from: u8,
        /// Younger than; 255: any older age.
        below: u8,
    },
    /// This signal would be present.
    Signal {
        /// `gpc` or `att_denied`.
        signal: String,
    },
    /// The policy would fulfil this condition of a cell.
    Fact {
        /// As the cell writes it.
        word: String,
    },
    /// Some days would pass: the answer is about to stop counting.
    Days {
        /// When it does, in milliseconds since 1970.
        #[cfg_attr(feature = "schema", ts(type = "number"))]
        at: u64,
    },
}

/// What changes next without anybody doing anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NextChange {
    /// When, in milliseconds since 1970.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub at: u64,
    /// Whether it is on then.
    pub granted: bool,
    /// Its default then.
    pub default: DefaultState,
    /// Why it is on or off then.
    pub reason: ReasonCode,
    /// Why it is asked then; none when it is not.
    pub asked: Option<AskReason>,
    /// The law on which the default rests then, when the default changes.
    pub finding: Option<Finding>,
}
