//! People, places and moments for the properties.

use std::sync::OnceLock;

use consentkit_core::Engine;
use consentkit_core::id::Id;
use consentkit_core::plan::Plan;
use consentkit_core::policy::{Kind, Policy};
use consentkit_core::protocol::{Context, Effect, Env, Event, Intent, Snapshot, Stored, View};
use consentkit_core::regime::{Regime, RuleSet};
use consentkit_core::time::{Period, Timestamp};
use proptest::prelude::*;
use serde_json::json;

/// 2026-11-23T09:00:00Z.
pub(crate) const NOW: u64 = 1_795_424_400_000;

/// Laws of every model, some with dates ahead, and places without one.
pub(crate) const PLACES: &[&str] = &[
    "DE", "FR", "IE", "ES", "IT", "GB", "CH", "CN", "KR", "IN", "JP", "VN", "CA", "CA-QC", "BR", "CL", "ZA", "SG", "AU", "US", "US-CA",
    "US-CO", "US-CT", "US-MD", "US-OK", "US-WY", "US-UT", "AQ", "XX", "",
];

pub(crate) fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| RuleSet::bundled().expect("the bundled rules"))
}

/// One purpose of each kind.
pub(crate) fn policy() -> Policy {
    let word = |kind: &Kind| serde_json::to_value(kind).expect("a name").as_str().expect("a word").to_owned();
    let purposes: Vec<_> = Kind::ALL.iter().map(|kind| json!({ "id": word(kind), "kinds": [word(kind)] })).collect();
    serde_json::from_value(json!({
        "site": "shop.example", "version": 1, "withdrawalUrl": "/privacy", "controllers": [{ "id": "shop", "name": "Shop" }],
        "purposes": purposes, "texts": {},
    }))
    .expect("a policy")
}

pub(crate) fn engine(plan: &Plan) -> Engine {
    Engine::new(plan.clone()).expect("an engine")
}

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| Plan::compile(&policy(), rules()).expect("a plan"))
}

/// Deeper rows rule over those that they are based on; a row for a part of a country is never as deep as the country's.
pub(crate) fn depth(row: &Regime) -> u8 {
    static DEPTHS: OnceLock<Vec<(String, u8)>> = OnceLock::new();
    let depths = DEPTHS.get_or_init(|| {
        let tables = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/rules/regimes.csv");
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(tables).expect("the table");
        let rows: Vec<(String, String)> =
            reader.records().map(|row| row.map(|row| (row[0].to_owned(), row[2].to_owned())).expect("a row")).collect();
        let base =
            |id: &str| rows.iter().find(|(it, _)| it == id).map(|(_, base)| base.clone()).filter(|base| !base.is_empty() && base != id);
        rows.iter().map(|(id, _)| (id.clone(), std::iter::successors(Some(id.clone()), |id| base(id)).count() as u8)).collect()
    });
    depths.iter().find(|(id, _)| *id == row.id).map_or(0, |(_, depth)| *depth)
}

/// What somebody answered before, and where they stand now.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub context: Context,
    /// When, who, and one letter for each item.
    pub answers: Vec<(u64, &'static str, String)>,
    pub now: u64,
}

/// What the engine said.
pub(crate) struct Said {
    pub granted: Vec<String>,
    pub snapshot: Snapshot,
    pub view: View,
}

impl Said {
    /// Decisions, reasons and prompt: all that may not change unseen.
    pub(crate) fn answer(&self) -> String {
        let items: Vec<_> = self.view.items.iter().map(|item| (&item.key, item.granted, item.control, &item.reasons)).collect();
        format!("{:?} {items:?} {:?}", self.view.regimes, self.view.prompt)
    }
}

impl Life {
    pub(crate) fn six_months_on(&self) -> u64 {
        Timestamp(self.now).plus(Period::months(6)).0
    }

    /// Opens a page with every record of this life.
    pub(crate) fn lived(&self, mut engine: Engine, context: &Context) -> Said {
        let intents = self.answers.iter().zip(1u8..).map(|((at, actor, letters), number)| Intent {
            nonce: Id([number; 32]).to_text(),
            kind: "choice".into(),
            subject: "AAAAAAAAAAAAAAAAAAAAAA".into(),
            at: *at,
            heads: if number > 1 { vec![format!("~{}", Id([number - 1; 32]).to_text())] } else { Vec::new() },
            stamp: engine.plan().stamp.clone(),
            actor: (*actor).into(),
            answers: letters.clone(),
            ..Intent::default()
        });
        let stored = Stored { intents: intents.collect(), ..Stored::default() };
        let effects = engine.handle(Event::Open { context: context.clone(), stored }, Env { now: self.now, entropy: vec![0; 32] });
        let mut said = (None, None);
        for effect in effects {
            match effect {
                Effect::Snapshot { snapshot, .. } => said.0 = Some(snapshot),
                Effect::View { view } => said.1 = Some(view),
                _ => {}
            }
        }
        let (Some(snapshot), Some(view)) = said else { panic!("nothing was said") };
        Said { granted: snapshot.granted.clone(), snapshot, view }
    }
}

/// A life under the bundled rules.
pub(crate) fn visit(life: &Life, context: &Context) -> Said {
    life.lived(engine(plan()), context)
}

/// The letters of the defaults in a place.
pub(crate) fn letters(context: &Context) -> String {
    let said = visit(&Life { context: context.clone(), answers: Vec::new(), now: NOW }, context);
    said.view.items.iter().map(|item| item.default.letter()).collect()
}

pub(crate) fn life() -> impl Strategy<Value = Life> {
    let age = proptest::sample::select(&["", "", "", "10-12", "13-15", "16-17", "18-"][..]);
    let place = proptest::sample::select(PLACES);
    let signals = proptest::sample::select(vec![Vec::new(), Vec::new(), vec!["gpc"]]);
    let line = proptest::string::string_regex(&format!("[grwl-]{{{}}}|[g-]{{1}}.{{0}}", Kind::ALL.len())).expect("a pattern");
    let answer = (0u64..900, proptest::sample::select(&["subject", "subject", "guardian", "signal", "import"][..]), line);
    let answers = proptest::collection::vec(answer, 0..3);
    (place, age, signals, answers, 0u64..40).prop_map(|(place, age, signals, mut answers, days)| {
        const DAY: u64 = 86_400_000;
        let now = NOW + days * DAY;
        answers.sort_by_key(|(ago, _, _)| std::cmp::Reverse(*ago));
        Life {
            context: Context {
                region: place.into(),
                age: age.into(),
                signals: signals.iter().map(|it| (*it).to_owned()).collect(),
                ..Context::default()
            },
            answers: answers.into_iter().map(|(ago, actor, letters)| (now - ago * DAY - 1, actor, letters)).collect(),
            now,
        }
    })
}
