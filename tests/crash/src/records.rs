//! Records as pages send them, made by the core.

use anyhow::{Context, Result};
use consentkit_core::id::{self, Id};
use consentkit_core::policy;
use consentkit_core::record::{Intent, Sealed, Stamp};

/// The site of every record.
pub(crate) const SITE: &str = "shop.example";

/// 2026-11-23T12:00:00Z
const NOON: u64 = 1_795_435_200_000;

const POLICY: &str = r#"{
  "site": "shop.example", "version": 7, "withdrawalUrl": "https://shop.example/privacy",
  "controllers": [{ "id": "shop", "name": "Halden & Moor", "address": "Kiel, DE", "contact": "privacy@shop.example" }],
  "purposes": [
    { "id": "necessary", "legalBasis": "contract" },
    { "id": "analytics", "kinds": ["stats_other"] },
    { "id": "marketing", "kinds": ["ads_targeted"] }
  ],
  "texts": { "en": {
    "necessary.name": "The shop itself", "necessary.text": "Keeps your basket.",
    "analytics.name": "Measure visits", "analytics.text": "Counts pages.",
    "marketing.name": "Ads", "marketing.text": "Shows ads by interest."
  } }
}"#;

/// A record in the form in which it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Made {
    /// Its id.
    pub(crate) id: Id,
    /// An element of `records` of a batch, in JSON.
    pub(crate) json: String,
}

/// Makes records of ever new people; each has one to three, the later ones after the earlier.
#[derive(Debug)]
pub(crate) struct Maker {
    random: fastrand::Rng,
    stamp: String,
    items: usize,
    subject: String,
    parent: Option<Id>,
}

impl Maker {
    /// The same seed makes the same records.
    pub(crate) fn new(seed: u64) -> Result<Self> {
        let policy = policy::parse(POLICY)?;
        let items = policy::items(&policy);
        let stamp = format!("{}.EU:P12M.n0t1ce:en:layer1", Stamp::of(&policy, items.iter(), "2026.11.1"));
        Ok(Self { random: fastrand::Rng::with_seed(seed), stamp, items: items.len(), subject: String::new(), parent: None })
    }

    /// One more.
    pub(crate) fn make(&mut self) -> Result<Made> {
        if self.parent.is_none() || self.random.u8(..3) == 0 {
            self.subject = Id(self.draw()).to_text();
            self.parent = None;
        }
        let intent = Intent {
            nonce: Id(self.draw()).to_text(),
            kind: "choice".into(),
            subject: self.subject.clone(),
            at: NOON + self.random.u64(..86_400_000),
            stamp: self.stamp.clone(),
            region: "DE".into(),
            actor: "subject".into(),
            control: "centre.save".into(),
            answers: (0..self.items).map(|_| if self.random.bool() { 'g' } else { 'r' }).collect(),
            ..Intent::default()
        };
        let sealed = Sealed::from_intent(intent, self.parent.into_iter().collect()).context("the core made no record")?;
        self.parent = Some(sealed.id);
        let json = format!(r#"{{"id":"{}","bytes":"{}"}}"#, sealed.id.to_text(), id::encode(&sealed.bytes));
        Ok(Made { id: sealed.id, json })
    }

    /// Whose the newest record is.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    fn draw(&mut self) -> [u8; 32] {
        let mut drawn = [0; 32];
        self.random.fill(&mut drawn);
        drawn
    }
}

/// A batch as the body of a request.
pub(crate) fn batch<'a>(records: impl IntoIterator<Item = &'a Made>) -> String {
    let records: Vec<&str> = records.into_iter().map(|made| made.json.as_str()).collect();
    format!(r#"{{"site":"{SITE}","records":[{}]}}"#, records.join(","))
}
