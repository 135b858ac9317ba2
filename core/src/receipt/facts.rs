//! What a receipt needs to know of a policy, in a form that is hashed and never changes.
//!
//! A record names its policy by site, version and fingerprints. The facts are the policy without what the
//! fingerprints have no use for and no receipt shows (services, documents, settings, texts), and with what
//! the policy leaves to defaults written out, so that another program can work the fingerprints out.

use serde::{Deserialize, Serialize};

use super::invalid;
use crate::error::Result;
use crate::id::Id;
use crate::policy::{self, Controller, DataCategory, DataUse, Item, Kind, LegalBasis, Policy, Purpose, Recipient, Transfer};
use crate::time::Period;

/// The facts of one version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// As in the policy.
    pub site: String,
    /// As in the policy, in decimal digits.
    pub version: String,
    /// Who decides about the data.
    pub(super) controllers: Vec<Party>,
    /// What the data is used for.
    pub(super) purposes: Vec<PurposeFacts>,
    /// Who receives data.
    pub(super) recipients: Vec<RecipientFacts>,
    /// Kinds of data.
    pub(super) data_categories: Vec<Category>,
    /// Countries of storage.
    pub(super) storage_locations: Vec<String>,
    /// Where a person can withdraw.
    pub(super) withdrawal_url: String,
    /// The full privacy notice.
    pub(super) notice_url: String,
}

/// A controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Party {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) contact: String,
}

/// A purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurposeFacts {
    pub(super) id: String,
    /// Defaults and facts applied, as the fingerprint sees them.
    pub(super) kinds: Vec<Kind>,
    pub(super) high_risk: bool,
    pub(super) matched_to_person: bool,
    pub(super) legal_basis: LegalBasis,
    pub(super) recipients: Vec<String>,
    pub(super) per_recipient: bool,
    pub(super) data: Vec<Use>,
    pub(super) transfers: Vec<Move>,
    pub(super) method: String,
}

/// Data inside a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Use {
    pub(super) category: String,
    /// ISO 8601, or empty.
    pub(super) retention: String,
}

/// A transfer abroad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    pub(super) country: String,
    pub(super) safeguard: String,
}

/// A recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecipientFacts {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) notice_url: String,
}

/// A kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) sensitive: bool,
    pub(super) dpv: String,
}

impl Facts {
    /// The facts of a policy, of which the lock file of `build` has every version.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        let party =
            |it: &Controller| Party { id: it.id.clone(), name: it.name.clone(), address: it.address.clone(), contact: it.contact.clone() };
        let recipient = |it: &Recipient| RecipientFacts {
            id: it.id.clone(),
            name: it.name.clone(),
            country: it.country.clone(),
            notice_url: it.notice_url.clone(),
        };
        let category = |it: &DataCategory| Category { id: it.id.clone(), sensitive: it.sensitive, dpv: it.dpv.clone() };
        Self {
            site: policy.site.clone(),
            version: policy.version.to_string(),
            controllers: policy.controllers.iter().map(party).collect(),
            purposes: policy.purposes.iter().map(purpose).collect(),
            recipients: policy.recipients.iter().map(recipient).collect(),
            data_categories: policy.data_categories.iter().map(category).collect(),
            storage_locations: policy.storage_locations.clone(),
            withdrawal_url: policy.withdrawal_url.clone(),
            notice_url: policy.notice_url.clone(),
        }
    }

    /// The text that is enclosed in receipts and whose hash the log commits to: compact JSON.
    ///
    /// # Errors
    /// Never with facts of a policy.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| invalid("policy", error.to_string()))
    }

    /// Reads such a text. Members that are not known are no error: later versions may add some.
    ///
    /// # Errors
    /// `RECEIPT_INVALID` at `policy` when a member is missing or of another type.
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| invalid("policy", error.to_string()))
    }

    /// What a leaf of the log commits to.
    #[must_use]
    pub fn hash(text: &str) -> Id {
        Id::of(text.as_bytes())
    }

    /// The items with their fingerprints; `None` when something in the facts is in no policy's form.
    pub(super) fn items(&self) -> Option<Vec<Item>> {
        let controllers = self.controllers.iter().map(|it| Controller {
            id: it.id.clone(),
            name: String::new(),
            address: String::new(),
            contact: String::new(),
        });
        let purposes: Option<Vec<Purpose>> = self.purposes.iter().map(PurposeFacts::purpose).collect();
        let policy = Policy { controllers: controllers.collect(), purposes: purposes?, ..empty() };
        Some(policy::items(&policy))
    }

    /// What is known of an item: its purpose, and the recipients that it is for.
    pub(super) fn of_item(&self, key: &str) -> Option<(&PurposeFacts, Vec<&RecipientFacts>)> {
        let (purpose, only) = key.split_once('/').map_or((key, None), |(purpose, recipient)| (purpose, Some(recipient)));
        let facts = self.purposes.iter().find(|it| it.id == purpose)?;
        let is_for = |it: &&RecipientFacts| match only {
            Some(id) => it.id == id,
            None => !facts.per_recipient && facts.recipients.contains(&it.id),
        };
        Some((facts, self.recipients.iter().filter(is_for).collect()))
    }
}

fn purpose(purpose: &Purpose) -> PurposeFacts {
    PurposeFacts {
        id: purpose.id.clone(),
        kinds: policy::aim_of(purpose),
        high_risk: purpose.facts.high_risk != Some(false),
        matched_to_person: purpose.facts.matched_to_person != Some(false),
        legal_basis: purpose.legal_basis,
        recipients: purpose.recipients.clone(),
        per_recipient: purpose.per_recipient,
        data: purpose
            .data
            .iter()
            .map(|it| Use { category: it.category.clone(), retention: it.retention.map(|it| it.to_string()).unwrap_or_default() })
            .collect(),
        transfers: purpose.transfers.iter().map(|it| Move { country: it.country.clone(), safeguard: it.safeguard.clone() }).collect(),
        method: purpose.method.clone(),
    }
}

impl PurposeFacts {
    fn purpose(&self) -> Option<Purpose> {
        let retention =
            |text: &str| if text.is_empty() { Some(None) } else { Period::parse(text).ok().filter(|it| it.to_string() == text).map(Some) };
        let data = self.data.iter().map(|it| Some(DataUse { category: it.category.clone(), retention: retention(&it.retention)? }));
        // Only plain statistics keep their kind, so where it stands they are plain.
        let plain = self.kinds.contains(&Kind::StatsFp);
        Some(Purpose {
            id: self.id.clone(),
            kinds: Some(self.kinds.clone()).filter(|kinds| !kinds.is_empty())?,
            facts: policy::Facts {
                own_use: plain,
                aggregated: plain,
                sole_purpose: plain,
                high_risk: Some(self.high_risk),
                matched_to_person: Some(self.matched_to_person),
                lawful_sale: false,
            },
            legal_basis: self.legal_basis,
            recipients: self.recipients.clone(),
            per_recipient: self.per_recipient,
            data: data.collect::<Option<_>>()?,
            transfers: self.transfers.iter().map(|it| Transfer { country: it.country.clone(), safeguard: it.safeguard.clone() }).collect(),
            method: self.method.clone(),
            preferences: Vec::new(),
        })
    }
}

/// A policy without anything.
fn empty() -> Policy {
    Policy {
        schema: String::new(),
        site: String::new(),
        version: 0,
        controllers: Vec::new(),
        purposes: Vec::new(),
        recipients: Vec::new(),
        data_categories: Vec::new(),
        services: Vec::new(),
        documents: Vec::new(),
        storage_locations: Vec::new(),
        withdrawal_url: String::new(),
        notice_url: String::new(),
        settings: policy::Settings::default(),
        default_language: String::new(),
        texts: crate::map::Map::default(),
        history: Vec::new(),
    }
}
