//! The rules of jurisdictions, as versioned data.
//!
//! No rule stands in code. `core/rules` has the tables that people read: a jurisdiction, or an amendment of
//! one, is a row of `regimes.csv`; its defaults are a column of `defaults.csv`; `overlays.csv` adds what
//! holds for an age, a sector or a kind of operator on top; `separate.csv` says which kinds need an answer
//! of their own. `cargo xtask generate` compiles them into `core/rules/rules.cbor`. [`Plan`](crate::plan::Plan)
//! is made of these rules and a policy; a page's engine knows nothing but its plan.

mod cell;
#[cfg(any(feature = "rules", feature = "tools"))]
mod laws;
#[cfg(feature = "rules")]
mod read;
mod state;
mod term;

use crate::cbor::{self, cbor_array, cbor_number};
use crate::error::{Code, Error, Result};
use crate::policy::Flag;

pub use cell::{Cell, Evidence};
#[cfg(any(feature = "rules", feature = "tools"))]
pub use laws::{CodeText, LawText, Laws};
#[cfg(feature = "rules")]
pub use read::{Tables, read};
pub use state::DefaultState;
pub use term::{AskReason, Cooldown, Suppressor, Validity};

/// The rules that this version of the software carries.
const BUNDLED: &[u8] = include_bytes!("../../rules/rules.cbor");

/// The place of people of whom nobody knows where they are, and every place that no row lists.
pub const UNKNOWN_PLACE: &str = "*";

/// All tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// Stands in every record; grows with every change of the tables.
    pub version: String,
    /// Columns of the default matrix: one cell for each of [`Kind::ALL`](crate::policy::Kind::ALL), as text (see [`Cell`]).
    pub matrices: Vec<Vec<String>>,
    /// Jurisdictions, one entry for each time in which nothing about them changes.
    pub regimes: Vec<Regime>,
    /// What comes on top.
    pub overlays: Vec<Overlay>,
}

/// The rules of one jurisdiction during one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// `FR`, `US-CA`, …; `ZZ` for an unknown place.
    pub id: String,
    /// ISO 3166 codes, separated by spaces, or [`UNKNOWN_PLACE`].
    pub places: String,
    /// From this moment on (milliseconds since 1970).
    pub from: u64,
    /// Until this moment.
    pub until: u64,
    /// Index of its column in [`RuleSet::matrices`].
    pub matrix: u32,
    /// How asking is done.
    pub prompt: PromptRule,
    /// How long an answer counts; `None`: no fixed end.
    pub ttl: Option<Validity>,
    /// How long nobody is asked again after a no.
    pub cooldown: Option<Cooldown>,
    /// The effect of Global Privacy Control.
    pub gpc: GpcRule,
    /// Below this age a guardian answers; 0: no rule.
    pub age: u8,
    /// From this age on the child must say yes besides the guardian; 0: never.
    pub joint: u8,
    /// What is on rests on a consent that is implied, which a child cannot give.
    pub implied: bool,
    /// Kinds that need an answer of their own: bit n for the n-th of [`Kind::ALL`](crate::policy::Kind::ALL).
    pub separate: u32,
    /// Every item of a single recipient needs an answer of its own.
    pub separate_recipients: bool,
}

/// What holds on top of regimes for an age, a sector or a kind of operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// `COPPA`, `DSA`, …
    pub id: String,
    /// Ids of the regimes that it comes on top of, separated by spaces.
    pub applies: String,
    /// From this moment on (milliseconds since 1970).
    pub from: u64,
    /// Until this moment.
    pub until: u64,
    /// Only for operators of this kind.
    pub flag: Option<Flag>,
    /// Only for people who are known to be younger; 0: for everybody.
    pub below: u8,
    /// Items with one of these kinds; bits as in [`Regime::separate`], and [`CONSENT`].
    pub kinds: u32,
    /// And with one of these too; 0: no condition.
    pub with: u32,
    /// What the items are raised to; `Allowed` exempts them, `None` leaves them.
    pub state: Option<DefaultState>,
    /// Shortens how long an answer counts.
    pub ttl: Option<Validity>,
    /// Lengthens the time after a no.
    pub cooldown: Option<Cooldown>,
}

/// In [`Overlay::kinds`]: every item that is off until somebody says yes.
pub const CONSENT: u32 = 1 << 31;

/// How a regime wants people to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PromptRule {
    /// A link on every page by which people opt out.
    #[default]
    OptOutLink,
    /// Not demanded, but something that is off by default can only be turned on by asking.
    Recommended,
    /// Before anything that is off may start.
    Required,
}

/// The effect of Global Privacy Control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpcRule {
    /// A law gives it effect, everywhere or for whoever is able to honour it, as this software is.
    Binding,
    /// No statute; treated as a refusal unless the operator says otherwise.
    Refusal,
    /// No legal effect; the same policy may still apply.
    None,
}

cbor_array!(RuleSet { version, matrices, regimes, overlays });
cbor_array!(Regime { id, places, from, until, matrix, prompt, ttl, cooldown, gpc, age, joint, implied, separate, separate_recipients });
cbor_array!(Overlay { id, applies, from, until, flag, below, kinds, with, state, ttl, cooldown });
cbor_number!(PromptRule { OptOutLink = 0, Recommended = 1, Required = 2 });
cbor_number!(GpcRule { Binding = 0, Refusal = 1, None = 2 });
cbor_number!(DefaultState { Allowed = 0, Notice = 1, OptOut = 2, OptIn = 3, Separate = 4, Guardian = 5, Prohibited = 6 });
cbor_number!(Flag {
    Video = 0,
    OnlinePlatform = 1,
    Gatekeeper = 2,
    Tcf = 3,
    CaliforniaOptIn = 4,
    ChildDirected = 5,
    HipaaEntity = 6,
    HipaaData = 7,
    GlbaEntity = 8,
    GlbaData = 9,
    Biometrics = 10,
    SocialService = 11,
});

impl RuleSet {
    /// The rules that came with this version of the software.
    ///
    /// # Errors
    /// Only when the software was built wrongly.
    pub fn bundled() -> Result<Self> {
        Self::from_bytes(BUNDLED)
    }

    /// Reads compiled tables.
    ///
    /// # Errors
    /// `RULES_INVALID` when the bytes are no tables, or have no row for unknown places.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let rules: Option<RuleSet> = cbor::read(bytes);
        rules
            .filter(|rules| rules.regimes.iter().any(|row| row.places == UNKNOWN_PLACE))
            .ok_or_else(|| Error::new(Code::RulesInvalid, "", "compile the rules with the version that reads them"))
    }

    /// The compiled form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::write(self)
    }
}
