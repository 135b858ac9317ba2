//! One site, four published versions of its policy, and what each version's build has worked out ahead.

use std::sync::OnceLock;

use consentkit_core::plan::Plan;
use consentkit_core::policy;
use consentkit_core::protocol::{Context, Effect, Env, Event, Intent, Stored};
use consentkit_core::regime::RuleSet;
use consentkit_core::{Engine, Error};
use serde_json::json;

/// Whatever a policy of the site asks for. All of it is off until a yes in Germany.
pub const ITEMS: [&str; 4] = ["ads", "stats", "chat", "mail"];
const KINDS: [&str; 4] = ["ads_targeted", "stats_other", "third_party", "e_marketing"];
/// What a signal refuses.
pub const ADS: usize = 0;

/// Of each version the items in their order, each with its form: another form works in another way, so an earlier yes
/// does not count for it.
const VERSIONS: [&[(usize, u8)]; 4] =
    [&[(0, 0), (1, 0), (2, 0)], &[(1, 0), (0, 1), (2, 0)], &[(0, 1), (1, 0), (3, 0), (2, 0)], &[(3, 0), (2, 1), (0, 1)]];

/// The newest version that the site will ever publish.
pub const LAST: usize = VERSIONS.len();

/// 2026-11-23T09:00:00Z.
pub const START: u64 = 1_795_424_400_000;

/// Some of the items, one bit for each.
pub type Mask = u8;

/// A version of the site.
#[derive(Debug)]
pub struct Site {
    /// For its engines.
    pub plan: Plan,
    /// Its items by their places in [`ITEMS`], in the order of answer lines, each with its form.
    pub items: &'static [(usize, u8)],
    /// What a first visitor in Germany is shown, without and with a signal.
    first: Vec<First>,
}

/// The two buttons before there is an engine.
#[derive(Debug)]
pub struct First {
    /// What is copied into the intent.
    pub stamp: String,
    /// The line of "accept all", and what it turns on.
    pub accept: (String, Mask),
    /// The line of "refuse all", and what it turns on.
    pub refuse: (String, Mask),
}

impl Site {
    /// A version, counted from 1.
    #[must_use]
    pub fn of(version: usize) -> &'static Site {
        static SITES: OnceLock<Vec<Site>> = OnceLock::new();
        let sites = SITES.get_or_init(|| (1..=LAST).map(|version| compile(version).unwrap_or_else(|error| fatal(&error))).collect());
        sites.get(version.clamp(1, LAST) - 1).unwrap_or_else(|| fatal(&"no such version"))
    }

    /// What a first visitor is shown.
    #[must_use]
    pub fn first(&self, signal: bool) -> &First {
        self.first.get(usize::from(signal)).unwrap_or_else(|| fatal(&"both cases were worked out"))
    }

    /// The form of an item here.
    #[must_use]
    pub fn form(&self, item: usize) -> Option<u8> {
        self.items.iter().find(|(own, _)| *own == item).map(|(_, form)| *form)
    }
}

/// Keys of items as a mask. A key that nobody knows is a mistake of this crate.
#[must_use]
pub fn mask(keys: &[String]) -> Mask {
    keys.iter().filter_map(|key| ITEMS.iter().position(|item| item == key)).fold(0, |mask, item| mask | 1 << item)
}

/// Where somebody is.
#[must_use]
pub fn context(region: &str, signal: bool) -> Context {
    let signals = if signal { vec!["gpc".to_owned()] } else { Vec::new() };
    Context { region: region.to_owned(), signals, ..Context::default() }
}

fn compile(version: usize) -> Result<Site, Error> {
    let items = VERSIONS.get(version - 1).copied().unwrap_or_default();
    let named = |item: usize| (ITEMS.get(item).copied().unwrap_or_default(), KINDS.get(item).copied().unwrap_or_default());
    let purposes: Vec<_> = items
        .iter()
        .map(|(item, form)| json!({ "id": named(*item).0, "kinds": [named(*item).1], "method": format!("way {form}") }))
        .collect();
    let texts: serde_json::Map<String, serde_json::Value> =
        items.iter().flat_map(|(item, _)| ["name", "text"].map(|what| (format!("{}.{what}", named(*item).0), json!("x")))).collect();
    let policy = json!({
        "site": "shop.example", "version": version, "withdrawalUrl": "/privacy", "controllers": [{ "id": "shop", "name": "Shop" }],
        "purposes": purposes, "texts": { "en": texts },
    });
    let mut plan = Plan::compile(&policy::parse(&policy.to_string())?, &RuleSet::bundled()?)?;
    // Millions of engines are made, each with its own copy.
    plan.laws.retain(|law| law.lists("DE") || law.lists("*"));
    let first = [false, true].map(|signal| first(&plan, signal)).into_iter().collect::<Result<_, _>>()?;
    Ok(Site { plan, items, first })
}

/// As a build works it out: by asking an engine.
fn first(plan: &Plan, signal: bool) -> Result<First, Error> {
    let env = Env { now: START, entropy: vec![0; 32] };
    let context = context("DE", signal);
    let mut shown = None;
    let open = Event::Open { context: context.clone(), stored: Stored::default() };
    for effect in Engine::new(plan.clone())?.handle(open, env.clone()) {
        if let Effect::View { view } = effect {
            shown = Some((view.stamp, view.banner));
        }
    }
    let (stamp, lines) = shown.unwrap_or_default();
    let outcome = |line: String| -> Result<(String, Mask), Error> {
        let intent = Intent {
            nonce: "A".repeat(43),
            kind: "choice".into(),
            actor: "subject".into(),
            at: START,
            stamp: stamp.clone(),
            answers: line.clone(),
            ..Intent::default()
        };
        let mut engine = Engine::new(plan.clone())?;
        engine.handle(Event::Open { context: context.clone(), stored: Stored { intents: vec![intent], ..Stored::default() } }, env.clone());
        let granted = engine.snapshot().map(|snapshot| mask(&snapshot.granted)).unwrap_or_default();
        Ok((line, granted))
    };
    Ok(First { accept: outcome(lines.accept)?, refuse: outcome(lines.refuse)?, stamp: stamp.clone() })
}

#[allow(clippy::panic, reason = "the site of the simulation is fixed: one that cannot be compiled is a mistake here")]
fn fatal(problem: &dyn std::fmt::Display) -> ! {
    panic!("the site of the simulation: {problem}")
}
