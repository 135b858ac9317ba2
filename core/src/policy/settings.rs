//! What the operator decides and what the operator is: switches that belong to no law.

use serde::{Deserialize, Serialize};

/// Switches that belong to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Where Global Privacy Control is honoured beyond the law.
    pub gpc: GpcSetting,
    /// Where records are sent: the base URL of a backend. Empty: nowhere.
    pub endpoint: String,
    /// How the first layer is laid out on wide screens; narrow ones always get a sheet.
    pub layout: Layout,
    /// A small button in the lower corner of every page that opens the preference centre, besides the link of your own.
    pub corner: bool,
    /// The backend gives out receipts: the preference centre offers the one of the newest answer.
    pub receipts: bool,
    /// What the operator is or does, where a law has rules of its own for it.
    pub flags: Vec<Flag>,
    /// Public keys, as `npx consentkit keys` prints them, that may sign a newer version of this policy for pages that are already
    /// deployed. Pages ask the backend for one. Empty: they never do.
    pub keys: Vec<String>,
    /// What Google's tags are told besides the answers, where a service has one of Google's recipes.
    pub google: Google,
}

/// Options of Google's Consent Mode.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Google {
    /// Milliseconds for which tags wait for an answer that is already known (`wait_for_update`). The page knows it before any
    /// tag is there, so 0, which leaves the word out, is enough unless tags are loaded from elsewhere.
    pub wait_for_update: u32,
    /// While cookies are denied, what an ad has put into the address goes on from page to page (`url_passthrough`).
    pub url_passthrough: bool,
    /// While ads are denied, identifiers of clicks are left out (`ads_data_redaction`).
    pub ads_data_redaction: bool,
    /// Where the page does not know the visitor's place, Google's own idea of it decides what is on before an answer.
    /// Off: the strictest of all places counts, as it does for everything else.
    pub region_defaults: bool,
}

/// What an operator is or does; each is named by rows of `core/rules/overlays.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Tells third parties which videos somebody has watched (VPPA).
    Video,
    /// An online platform in the sense of the DSA.
    OnlinePlatform,
    /// A gatekeeper in the sense of the DMA.
    Gatekeeper,
    /// Takes part in the IAB Europe Transparency and Consent Framework.
    Tcf,
    /// Asks before replay, chat and pixels in California (CIPA).
    CaliforniaOptIn,
    /// Directed to children (COPPA).
    ChildDirected,
    /// A covered entity under HIPAA.
    HipaaEntity,
    /// Holds data that HIPAA protects.
    HipaaData,
    /// A financial institution under the GLBA.
    GlbaEntity,
    /// Holds data that the GLBA protects.
    GlbaData,
    /// Collects biometric identifiers (BIPA).
    Biometrics,
    /// A social network service.
    SocialService,
}

/// The layout of the first layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A bar along the lower edge.
    #[default]
    Bar,
    /// A box in the lower corner.
    Box,
    /// A dialog in the middle, over a dimmed page.
    Dialog,
}

/// Where Global Privacy Control counts as a refusal of targeted ads and sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GpcSetting {
    /// For everybody.
    #[default]
    Everywhere,
    /// Only where a law gives it effect.
    StatutoryOnly,
}
