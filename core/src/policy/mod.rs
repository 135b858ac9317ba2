//! What a controller asks for: purposes, recipients, data, documents and the words for them.
//!
//! A policy is plain data that an owner writes as JSON. [`parse`] reads it and names the path of every
//! mistake; `npx consentkit build` compiles it (fingerprints of earlier versions, notice hashes) for the
//! browser engine. The names follow DPV and ISO/IEC TS 27560 where these have one.

mod check;
mod fingerprint;
mod item;
mod kind;
#[cfg(feature = "json")]
mod parse;
mod settings;

use serde::{Deserialize, Serialize};

use crate::cbor::cbor_array;
use crate::map::Map;
use crate::time::Period;

pub use check::{check, first_mistake};
pub use fingerprint::{Fingerprint, PARTS, Part};
#[cfg(feature = "receipt")]
pub(crate) use item::aim_of;
pub use item::{Item, items};
pub use kind::{Facts, Kind};
#[cfg(feature = "json")]
pub use parse::parse;
pub use settings::{Flag, Google, GpcSetting, Layout, Settings};

/// Everything that one site or app asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// For editors: where the JSON Schema of this file is. The engine does not read it.
    #[serde(default, rename = "$schema", skip_serializing_if = "String::is_empty")]
    pub schema: String,
    /// The name under which choices are stored, usually the domain. Changing it starts anew for everybody.
    pub site: String,
    /// Grows by one with every published change. Alone it asks nobody again: only changed items do.
    pub version: u32,
    /// Who decides about the data (ISO 27560 `party`, role controller). At least one.
    pub controllers: Vec<Controller>,
    /// What the data is used for. At least one.
    pub purposes: Vec<Purpose>,
    /// Third parties that receive data (ISO 27560 `recipient_third_parties`).
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    /// Kinds of data (ISO 27560 `pii_type`).
    #[serde(default)]
    pub data_categories: Vec<DataCategory>,
    /// What the purposes load, and the traces that it leaves on the device.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Terms and notices that have versions of their own.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Countries in which the controller stores the data (ISO 3166-1 alpha-2; ISO 27560 `storage_locations`).
    #[serde(default)]
    pub storage_locations: Vec<String>,
    /// Where a person can withdraw, also without this software (ISO 27560 `withdrawal_method`).
    pub withdrawal_url: String,
    /// The full privacy notice.
    #[serde(default)]
    pub notice_url: String,
    /// Switches that belong to the operator and not to the law.
    #[serde(default)]
    pub settings: Settings,
    /// The language used when none of the visitor's is there. Without it: the first of `texts`.
    #[serde(default)]
    pub default_language: String,
    /// Language → key → text. Every purpose needs `<purpose>.name` and `<purpose>.text` in each language.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>>"),
        ts(type = "Record<string, Record<string, string>>")
    )]
    pub texts: Map<String, Map<String, String>>,
    /// Written by `build`: earlier forms of items and what has changed since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<PastItem>,
}

/// A party that decides why and how data is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Controller {
    /// Short and stable; part of the fingerprints.
    pub id: String,
    /// Legal name.
    pub name: String,
    /// Postal address.
    #[serde(default)]
    pub address: String,
    /// E-mail address or URL for privacy questions.
    #[serde(default)]
    pub contact: String,
}

/// A reason for using data that a person can answer on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Purpose {
    /// Short and stable: `analytics`. Used in `data-category` and `isGranted`.
    pub id: String,
    /// What it is in the eyes of the law; several are possible, the strictest rules.
    /// Empty: known ids (`necessary`, `functionality`, `analytics`, `marketing`) have defaults.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// What is known about how the data is used. A missing fact is read as the strict case.
    #[serde(default)]
    pub facts: Facts,
    /// The ground on which the data is used.
    #[serde(default)]
    pub legal_basis: LegalBasis,
    /// Ids of [`Recipient`]s.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// Each recipient is an item of its own, with its own switch.
    #[serde(default)]
    pub per_recipient: bool,
    /// Which data, and how long it is kept.
    #[serde(default)]
    pub data: Vec<DataUse>,
    /// Transfers to other countries.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    /// How the data is used, in one stable word or phrase. Changing it is a material change.
    #[serde(default)]
    pub method: String,
    /// Finer wishes inside the purpose: topics, channels, frequency. Never a legal basis.
    #[serde(default)]
    pub preferences: Vec<Preference>,
}

/// The ground on which a purpose uses data (GDPR art. 6(1); other laws name the same grounds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// The person's yes.
    #[default]
    Consent,
    /// A contract with the person needs it.
    Contract,
    /// A law demands it.
    LegalObligation,
    /// An interest that was weighed against the person's.
    LegitimateInterest,
    /// Somebody's life depends on it.
    VitalInterest,
    /// A task in the public interest.
    PublicTask,
}

/// A third party that receives data; a TCF vendor is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recipient {
    /// Short and stable.
    pub id: String,
    /// Legal name.
    pub name: String,
    /// Where it is established (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: String,
    /// Its own privacy notice.
    #[serde(default)]
    pub notice_url: String,
    /// Its number in the IAB Global Vendor List, where it has one.
    #[serde(default)]
    pub tcf_id: Option<u32>,
}

/// A kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataCategory {
    /// Short and stable.
    pub id: String,
    /// Special category (GDPR art. 9) or sensitive personal information of any law.
    #[serde(default)]
    pub sensitive: bool,
    /// The term of DPV's personal data taxonomy, for receipts: `pd:BrowsingBehaviour`.
    #[serde(default)]
    pub dpv: String,
}

/// One kind of data inside a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataUse {
    /// Id of a [`DataCategory`].
    pub category: String,
    /// How long it is kept, ISO 8601 (`P13M`; ISO 27560 `retention_period`).
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"), ts(type = "string | null"))]
    pub retention: Option<Period>,
}

/// A transfer of data to another country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Transfer {
    /// Destination (ISO 3166-1 alpha-2).
    pub country: String,
    /// What protects the data there: `adequacy`, `scc`, `bcr`, `consent`.
    #[serde(default)]
    pub safeguard: String,
}

/// A wish inside a permitted purpose. Lower always means less contact, so the lower of two
/// concurrent wishes wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preference {
    /// Short and stable, unique in the policy. Its words are the texts `preference.<id>.name` and `preference.<id>.<step>`.
    pub id: String,
    /// What kind of wish it is.
    pub kind: PreferenceKind,
    /// For a frequency: the ids of the steps, from least to most contact. Topics and channels have none.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// The three kinds of [`Preference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PreferenceKind {
    /// A subject of interest; off wins.
    Topic,
    /// A way of contact; off wins.
    Channel,
    /// How often; the least contact wins.
    Frequency,
}

/// Something that a page loads: a script, an embed, a pixel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// Short and stable; used in `data-service`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Items that must all be permitted: `analytics`, or `analytics/acme` for one recipient.
    pub needs: Vec<String>,
    /// What it leaves on the device.
    #[serde(default)]
    pub trackers: Vec<Tracker>,
    /// Reload the page after its consent was withdrawn: for code that cannot be stopped otherwise.
    #[serde(default)]
    pub reload_on_withdraw: bool,
    /// The recipe of the npm package that knows this vendor: `build` takes its trackers from there where none are named, and
    /// pages tell the vendor's code about the answer in its own words. See `npx consentkit recipes`.
    #[serde(default)]
    pub recipe: String,
}

/// A cookie or storage key that a service sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tracker {
    /// Exact name, or a prefix that ends in `*`.
    pub name: String,
    /// Where it lives.
    #[serde(default)]
    pub kind: TrackerKind,
    /// The host that sets it, when it is not the page's own: it cannot be cleared from here.
    #[serde(default)]
    pub host: String,
    /// Set by a server with `HttpOnly`: it cannot be cleared from here.
    #[serde(default)]
    pub http_only: bool,
    /// How long it lives, ISO 8601; missing: until the browser closes.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"), ts(type = "string | null"))]
    pub lifetime: Option<Period>,
}

/// Where a [`Tracker`] lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TrackerKind {
    /// A cookie.
    #[default]
    Cookie,
    /// A key of localStorage.
    Local,
    /// A key of sessionStorage.
    Session,
    /// A database of IndexedDB.
    IndexedDb,
    /// An entry of the Cache API.
    Cache,
}

/// Terms, a notice or another text that has versions of its own. Accepting one is never consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// Short and stable.
    pub id: String,
    /// Its version, as people cite it. A new one must be accepted anew.
    pub version: String,
    /// Where it can be read.
    pub url: String,
    /// The day from which it applies, `YYYY-MM-DD` in UTC; empty: at once.
    #[serde(default)]
    pub effective: String,
    /// How long who has accepted an earlier version may still go by it after that day.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"), ts(type = "string | null"))]
    pub grace: Option<Period>,
}

/// An earlier form of an item, so that a person who answered it can be told what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PastItem {
    /// The item's key.
    pub item: String,
    /// The fingerprint that it had, in base64url.
    pub fingerprint: String,
    /// What has changed since.
    pub changes: Vec<Change>,
}

/// One thing that has changed in an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    /// Which part of the meaning.
    pub part: Part,
    /// Whether it must be asked again. Losing a recipient or a kind of data is no such change.
    pub material: bool,
    /// What it is about: the id of a recipient or data category, or empty for the part as a whole.
    #[serde(default)]
    pub id: String,
    /// How it was; empty when it is new.
    #[serde(default)]
    pub was: String,
    /// How it is now; empty when it is gone.
    #[serde(default)]
    pub now: String,
}

cbor_array!(PastItem { item, fingerprint, changes });
cbor_array!(Change { part, material, id, was, now });
