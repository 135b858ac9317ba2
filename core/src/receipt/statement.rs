//! What a receipt says, made from its evidence.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::facts::{Facts, PurposeFacts, RecipientFacts};
use super::{Evidence, invalid, terms};
use crate::choice::State;
use crate::error::Result;
use crate::id::Id;
use crate::record::{Sealed, Shown, StampItem};

/// The receipt without its evidence. `facts` are those of `evidence.policy`, read.
pub(super) fn receipt(record: &Sealed, facts: Option<&Facts>, evidence: &Evidence) -> Result<Map<String, Value>> {
    let at = moment(record.record.at).ok_or_else(|| invalid("record", "its moment is past the year 9999"))?;
    let statement = Statement { record, shown: Shown::read(&record.record.stamp), facts, evidence, at };
    let urn = urn(record.id);
    let mut map = Map::new();
    map.insert("@context".into(), terms::context());
    map.insert("@id".into(), format!("{urn}#receipt").into());
    map.insert("@type".into(), "dpv:ConsentReceipt".into());
    map.insert("dct:conformsTo".into(), json!({ "@id": "https://w3id.org/dpv/schema/dpv-27560#receipt-record" }));
    map.insert("dct:identifier".into(), record.id.to_text().into());
    map.insert("ck:log".into(), if evidence.proof.is_some() { "integrated" } else { "pending" }.into());
    map.insert("dpv:hasRecordOfActivity".into(), statement.record(urn));
    Ok(map)
}

/// A SHA-256 as a URN, in hexadecimal digits as `sha256sum` prints them.
pub(super) fn urn(id: Id) -> String {
    id.0.iter().fold("urn:sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

struct Statement<'a> {
    record: &'a Sealed,
    shown: Shown,
    facts: Option<&'a Facts>,
    evidence: &'a Evidence,
    at: String,
}

impl Statement<'_> {
    fn record(&self, urn: String) -> Value {
        let record = &self.record.record;
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            // What is empty is left out.
            let empty = value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty) || value.is_null();
            if !empty {
                map.insert(name.to_owned(), value);
            }
        };
        put("@id", urn.into());
        put("@type", "dpv:ConsentRecord".into());
        put("dct:conformsTo", json!({ "@id": "https://w3id.org/dpv/schema/dpv-27560#record" }));
        put("dct:identifier", self.record.id.to_text().into());
        put("dct:created", self.at.as_str().into());
        put("dpv:hasDataSubject", json!({ "@type": "dpv:DataSubject", "dct:identifier": record.subject }));
        put("dpv:hasJurisdiction", list(Some(&record.region).filter(|it| !it.is_empty()), |it| json!({ "@id": format!("loc:{it}") })));
        put("dpv:hasApplicableLaw", list(self.laws(), |law| json!({ "@type": "dpv:Law", "dct:identifier": law })));
        put("dpv:hasNotice", self.notice());
        put("dpv:hasProcess", list(self.record.answers(), |(item, state)| self.process(item, state)));
        put("ck:kind", record.kind.as_str().into());
        put("ck:account", record.account.as_str().into());
        put("ck:age", record.age.as_str().into());
        put("ck:signals", list(&record.signals, |it| it.as_str().into()));
        put("ck:parents", list(&record.parents, |it| self::urn(*it).into()));
        put("ck:wishes", list(&record.wishes, |it| json!({ "dct:identifier": it.id, "rdf:value": it.value.to_string() })));
        put("ck:body", record.body.as_str().into());
        put("ck:checkpoint", record.checkpoint.as_str().into());
        put("ck:policy", self.policy());
        if let Some(facts) = self.facts {
            put(
                "dpv:hasDataController",
                list(&facts.controllers, |it| {
                    let all = [("dpv:hasName", &it.name), ("dpv:hasAddress", &it.address), ("dpv:hasContact", &it.contact)];
                    party("dpv:DataController", &it.id, &all)
                }),
            );
            let location = |code: &String| json!({ "@type": "dpv:StorageLocation", "dpv:hasLocation": { "@id": format!("loc:{code}") } });
            put("dpv:hasStorageCondition", list(&facts.storage_locations, location));
            put(
                "dpv:hasConsentControl",
                json!({ "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"], "dpv:isExercisedAt": facts.withdrawal_url }),
            );
        }
        map.into()
    }

    /// The laws of the stamp's place: `EU+CN:P12M`.
    fn laws(&self) -> Vec<&str> {
        let laws = self.shown.place.split(':').next().unwrap_or_default();
        laws.split('+').filter(|it| !it.is_empty()).collect()
    }

    fn notice(&self) -> Value {
        let Some(hash) = Id::from_text(&self.shown.notice) else { return Value::Null };
        json!({
            "@id": urn(hash),
            "@type": "dpv:ConsentNotice",
            "dct:language": self.shown.language,
            "ck:level": self.shown.level,
        })
    }

    fn policy(&self) -> Value {
        let stamp = &self.record.stamp;
        let mut map = Map::new();
        map.insert("ck:site".into(), stamp.site.as_str().into());
        map.insert("dct:hasVersion".into(), stamp.policy.to_string().into());
        map.insert("ck:rules".into(), stamp.rules.as_str().into());
        map.insert("ck:software".into(), stamp.sdk.as_str().into());
        if let Some(text) = &self.evidence.policy {
            map.insert("@id".into(), urn(Facts::hash(text)).into());
        }
        map.into()
    }

    fn process(&self, item: &StampItem, state: State) -> Value {
        let known = self.facts.and_then(|facts| facts.of_item(&item.key));
        let mut map = Map::new();
        map.insert("@type".into(), "dpv:Process".into());
        map.insert("dct:identifier".into(), item.key.as_str().into());
        map.insert("ck:fingerprint".into(), item.fingerprint.to_text().into());
        map.insert("dpv:hasConsentStatus".into(), json!([self.status(state)]));
        let mut purpose = Map::new();
        let id = item.parts().0;
        purpose.insert("@type".into(), "dpv:Purpose".into());
        purpose.insert("dct:identifier".into(), id.into());
        if let Some(title) = self.evidence.notice.as_ref().and_then(|notice| notice.texts.get(format!("{id}.name").as_str())) {
            purpose.insert("dct:title".into(), title.as_str().into());
        }
        if let Some((facts, recipients)) = known {
            let broader: Vec<&str> = facts.kinds.iter().flat_map(|kind| terms::purposes(*kind)).copied().collect();
            if !broader.is_empty() {
                purpose.insert("skos:broader".into(), list(broader, |term| json!({ "@id": term })));
            }
            map.extend(self.particulars(facts, &recipients));
        }
        map.insert("dpv:hasPurpose".into(), purpose.into());
        map.into()
    }

    fn status(&self, state: State) -> Value {
        let record = &self.record.record;
        let validity = self.shown.place.split(':').nth(1).unwrap_or_default();
        let duration = if validity.is_empty() {
            json!({ "@type": "dpv:IndeterminateDuration" })
        } else {
            json!({ "@type": "dpv:TemporalDuration", "rdf:value": validity })
        };
        json!({
            "@type": terms::status(state, &record.actor),
            "dpv:isIndicatedBy": terms::actor(&record.actor),
            "dpv:isIndicatedAtTime": self.at,
            "dpv:hasIndicationMethod": record.control,
            "dpv:hasDuration": duration,
        })
    }

    /// What the policy says of a purpose.
    fn particulars(&self, purpose: &PurposeFacts, recipients: &[&RecipientFacts]) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("dpv:hasLegalBasis".into(), json!({ "@id": terms::basis(purpose.legal_basis) }));
        map.insert("ck:method".into(), purpose.method.as_str().into());
        map.insert(
            "dpv:hasPersonalData".into(),
            list(&purpose.data, |data| {
                let category = self.facts.and_then(|facts| facts.data_categories.iter().find(|it| it.id == data.category));
                let sensitive = category.is_some_and(|it| it.sensitive);
                let mut map = Map::new();
                map.insert("@type".into(), if sensitive { "dpv:SensitivePersonalData" } else { "dpv:PersonalData" }.into());
                map.insert("dct:identifier".into(), data.category.as_str().into());
                if let Some(term) = category.map(|it| it.dpv.as_str()).filter(|term| !term.is_empty()) {
                    map.insert("skos:broader".into(), json!({ "@id": term }));
                }
                if !data.retention.is_empty() {
                    map.insert(
                        "dpv:hasStorageCondition".into(),
                        json!({ "@type": "dpv:StorageDuration", "dpv:hasDuration": data.retention }),
                    );
                }
                map.into()
            }),
        );
        map.insert(
            "dpv:hasRecipientThirdParty".into(),
            list(recipients, |it| {
                party("dpv:ThirdParty", &it.id, &[("dpv:hasName", &it.name), ("ck:country", &it.country), ("ck:notice", &it.notice_url)])
            }),
        );
        map.insert(
            "dpv:hasThirdCountry".into(),
            list(&purpose.transfers, |it| json!({ "@id": format!("loc:{}", it.country), "ck:safeguard": it.safeguard })),
        );
        map
    }
}

fn party(class: &str, id: &str, members: &[(&str, &String)]) -> Value {
    let mut map = Map::new();
    map.insert("@type".into(), class.into());
    map.insert("dct:identifier".into(), id.into());
    map.extend(members.iter().map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str()))));
    map.into()
}

fn list<T>(of: impl IntoIterator<Item = T>, value: impl Fn(T) -> Value) -> Value {
    of.into_iter().map(value).collect::<Vec<_>>().into()
}

/// `2026-11-23T09:15:02.481Z`; `None` past the year 9999.
fn moment(at: u64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(at / 1000).ok()?).ok()?;
    let (date, time) = (moment.date(), moment.time());
    let (hour, minute, second) = time.as_hms();
    Some(format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", date.year(), u8::from(date.month()), date.day(), at % 1000))
}
