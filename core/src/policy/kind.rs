//! What a purpose is in the eyes of the law.

use serde::{Deserialize, Serialize};

/// The purpose keys of the default matrix.
///
/// The order is the order of the cells in a compiled rules table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Without it the service that the person asked for does not work.
    Necessary,
    /// Protects the service and its users.
    Security,
    /// Remembers what the person has set.
    PrefsUserChosen,
    /// Statistics for the operator's own use, aggregated.
    StatsFp,
    /// Any other statistics.
    StatsOther,
    /// Fits content to the person.
    Personalisation,
    /// Ads by what the page is about.
    AdsContextual,
    /// Ads by what is known of the person.
    AdsTargeted,
    /// Sale or sharing of personal data (CCPA).
    SaleShare,
    /// Special categories and other sensitive data.
    Sensitive,
    /// Precise location.
    GeoPrecise,
    /// Transfer abroad where consent is the ground for it.
    Xborder,
    /// Marketing messages.
    EMarketing,
    /// Data handed to another party that decides about it (PIPL art. 23).
    ThirdParty,
    /// Personal data made public (PIPL art. 25).
    PublicDisclosure,
    /// Decisions about the person by machines alone (GDPR art. 22).
    AutomatedDecision,
    /// Training of models.
    AiTrain,
}

impl Kind {
    /// All kinds, in the order of the cells.
    pub const ALL: [Kind; 17] = [
        Kind::Necessary,
        Kind::Security,
        Kind::PrefsUserChosen,
        Kind::StatsFp,
        Kind::StatsOther,
        Kind::Personalisation,
        Kind::AdsContextual,
        Kind::AdsTargeted,
        Kind::SaleShare,
        Kind::Sensitive,
        Kind::GeoPrecise,
        Kind::Xborder,
        Kind::EMarketing,
        Kind::ThirdParty,
        Kind::PublicDisclosure,
        Kind::AutomatedDecision,
        Kind::AiTrain,
    ];

    /// Its bit in the sets of the rules.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The kinds of a purpose whose policy names none: the four ids that most sites use.
    #[must_use]
    pub fn defaults(purpose: &str) -> &'static [Kind] {
        match purpose {
            "necessary" => &[Kind::Necessary, Kind::Security],
            "functionality" => &[Kind::PrefsUserChosen],
            "analytics" => &[Kind::StatsOther],
            "marketing" => &[Kind::AdsTargeted, Kind::SaleShare],
            _ => &[],
        }
    }
}

/// What is known about a purpose. A fact that is missing is read as the strict case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Facts {
    /// Only the operator uses the result. Strict case: no.
    pub own_use: bool,
    /// Only totals are kept. Strict case: no.
    pub aggregated: bool,
    /// The trackers serve no other purpose. Strict case: no.
    pub sole_purpose: bool,
    /// It builds a profile with a high risk for the person. Strict case: yes.
    pub high_risk: Option<bool>,
    /// The recipient matches the data to a person. Strict case: yes.
    pub matched_to_person: Option<bool>,
    /// Data may be sold under the law of every place that the policy is for. Strict case: no.
    pub lawful_sale: bool,
}

impl Facts {
    /// Statistics that serve nothing else: a word of the item's meaning.
    #[must_use]
    pub fn plain_statistics(self) -> bool {
        self.own_use && self.aggregated && self.sole_purpose
    }
}
