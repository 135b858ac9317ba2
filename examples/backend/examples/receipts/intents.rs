//! Intents of every kind, made from a number.

use std::error::Error;

use consentkit_core::id::Id;
use consentkit_core::policy::{self, Policy};
use consentkit_core::receipt::{Evidence, Facts, Notice};
use consentkit_core::record::{Intent, Sealed, Shown, Stamp, Wish};

/// The shop of the examples.
const SHOP: &str = include_str!("../../../shop/policy.json");

/// A policy that uses what the shop does not: recipients one by one, sensitive data, several controllers, every ground.
const CLINIC: &str = r#"{
  "site": "clinic.example", "version": 12,
  "controllers": [
    { "id": "clinic", "name": "Clínica \"Ñandú\" & Hijos", "address": "Quito, EC", "contact": "privacy@clinic.example" },
    { "id": "archive", "name": "Archiv 𐍈", "address": "", "contact": "" }
  ],
  "purposes": [
    { "id": "necessary", "legalBasis": "legal_obligation", "data": [{ "category": "health", "retention": "P10Y" }] },
    { "id": "stats", "kinds": ["stats_fp"], "facts": { "ownUse": true, "aggregated": true, "solePurpose": true, "highRisk": false, "matchedToPerson": false },
      "data": [{ "category": "visits", "retention": "P1Y2M10D" }], "method": "counts" },
    { "id": "partners", "kinds": ["third_party", "e_marketing"], "perRecipient": true, "recipients": ["zeta", "alpha"], "legalBasis": "consent",
      "data": [{ "category": "health" }, { "category": "contact", "retention": "P3W" }],
      "transfers": [{ "country": "US", "safeguard": "consent" }, { "country": "CH", "safeguard": "adequacy" }] },
    { "id": "research", "kinds": ["ai_train"], "legalBasis": "legitimate_interest", "recipients": ["alpha"] }
  ],
  "recipients": [{ "id": "alpha", "name": "Alpha AG", "country": "CH" }, { "id": "zeta", "name": "Zeta", "noticeUrl": "https://zeta.example/p" }],
  "dataCategories": [{ "id": "health", "sensitive": true, "dpv": "pd:Health" }, { "id": "visits" }, { "id": "contact", "dpv": "pd:Contact" }],
  "storageLocations": ["EC", "DE"],
  "withdrawalUrl": "https://clinic.example/privacidad",
  "texts": { "es": {
    "necessary.name": "Necesario", "necessary.text": "t", "stats.name": "Cifras", "stats.text": "t",
    "partners.name": "Socios\nseparados", "partners.text": "t", "research.name": "Investigación", "research.text": "𐍈"
  } }
}"#;

/// The two policies, and what is published of them.
pub(crate) struct Sites(Vec<Site>);

struct Site {
    policy: Policy,
    facts: String,
    notices: Vec<Notice>,
}

impl Sites {
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let site = |json| -> Result<Site, Box<dyn Error>> {
            let policy = policy::parse(json)?;
            let notice =
                |(lang, texts): (&String, &_)| Notice { lang: lang.clone(), layout: "dialog".to_owned(), texts: Clone::clone(texts) };
            Ok(Site { facts: Facts::of(&policy).to_text()?, notices: policy.texts.iter().map(notice).collect(), policy })
        };
        Ok(Self([SHOP, CLINIC].into_iter().map(site).collect::<Result<_, _>>()?))
    }

    /// The facts of each policy, for the log.
    pub(crate) fn facts(&self) -> Vec<&str> {
        self.0.iter().map(|site| site.facts.as_str()).collect()
    }

    /// All that belongs to a record beside the log.
    pub(crate) fn evidence(&self, record: &Sealed) -> Evidence {
        let shown = Shown::read(&record.record.stamp).notice;
        let site = self.0.iter().find(|site| site.policy.site == record.stamp.site);
        let notice = site.and_then(|site| site.notices.iter().find(|notice| notice.hash() == shown));
        Evidence { policy: site.map(|site| site.facts.clone()), notice: notice.cloned(), ..Evidence::of(record.bytes.clone()) }
    }
}

/// The record with this number. Hashes of it stand for chance.
pub(crate) fn record(sites: &Sites, number: u64) -> Result<Sealed, Box<dyn Error>> {
    let chance = Chance(Id::of(&number.to_be_bytes()));
    let Site { policy, notices, .. } = chance.of(0, &sites.0).ok_or("no policy")?;
    let items = policy::items(policy);
    let kind = *chance.of(1, &["choice", "choice", "choice", "signal", "import", "preference", "acceptance", "novel"]).ok_or("no kind")?;
    let notice = chance
        .of(2, notices)
        .filter(|_| kind != "signal")
        .map(|notice| format!("{}:{}:layer{}", notice.hash(), notice.lang, number % 2 + 1));
    let place = *chance.of(3, &["EU:P12M", "EU:P6M", "US-CA+EU:P1Y", "DEFAULT:", ""]).ok_or("no place")?;
    let letter = |index: usize| chance.of(4 + index, b"grwl-").map_or('-', |letter| char::from(*letter));
    let intent = Intent {
        nonce: Id::of(&[&number.to_be_bytes()[..], b"salt"].concat()).to_text(),
        kind: kind.to_owned(),
        subject: Id::of(&(number / 3).to_be_bytes()).to_text(),
        account: if number.is_multiple_of(5) { format!("acct-{number}") } else { String::new() },
        at: 1_795_424_400_000 + number * 997,
        stamp: format!("{}.{place}.{}", Stamp::of(policy, items.iter(), "2026.11.1"), notice.unwrap_or_default()),
        region: (*chance.of(12, &["DE", "US-CA", "EC", ""]).ok_or("no region")?).to_owned(),
        signals: if kind == "signal" { vec!["gpc".to_owned(), "att_denied".to_owned()] } else { Vec::new() },
        age: (*chance.of(13, &["", "", "13-15", "18-"]).ok_or("no age")?).to_owned(),
        actor: (*chance.of(14, &["subject", "guardian", "agent", "signal", "import"]).ok_or("no actor")?).to_owned(),
        control: (*chance.of(15, &["banner.accept", "centre.save", "api", "signal.gpc"]).ok_or("no control")?).to_owned(),
        answers: (0..items.len()).map(letter).collect(),
        wishes: if kind == "preference" { vec![Wish { id: "news".to_owned(), value: u32::try_from(number % 4)? }] } else { Vec::new() },
        body: if kind == "acceptance" { r#"{"document":"terms","version":"3"}"#.to_owned() } else { String::new() },
        ..Intent::default()
    };
    let parents = (0..number % 3).map(|back| Id::of(&[number.to_be_bytes(), back.to_be_bytes()].concat())).collect();
    Ok(Sealed::from_intent(intent, parents)?)
}

/// 32 bytes that depend on the number alone.
struct Chance(Id);

impl Chance {
    fn of<'a, T>(&self, place: usize, list: &'a [T]) -> Option<&'a T> {
        let byte = usize::from(*self.0.0.get(place)?);
        list.get(byte % list.len())
    }
}
