//! What a page must know before the engine is there, worked out by the engine.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::protocol::{Effect, Env, Event, SNAPSHOT_FORMAT, Snapshot, Stored, View};
use crate::record::{Intent, Stamp};
use crate::regime::RuleSet;

/// The data of the inline snippet. Names are short because every page carries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BootData {
    /// The form of snapshots that this page knows.
    pub format: u32,
    /// The policy's site.
    pub site: String,
    /// The policy's version.
    pub policy: u32,
    /// The meaning that snapshots are matched by.
    pub meaning: String,
    /// Past this moment (milliseconds since 1970) the cases are too old: rebuild.
    #[cfg_attr(feature = "schema", ts(type = "number"))]
    pub expires: u64,
    /// The policy's part of a stamp.
    pub stamp: String,
    /// Keys of the items, in the order of lines and masks.
    pub items: Vec<String>,
    /// Ids of the services, in the order of masks.
    pub services: Vec<String>,
    /// Languages with texts, the default first.
    pub langs: Vec<String>,
    /// First visits, without and with Global Privacy Control. The first case is for every place that
    /// none of `places` lists, neither itself nor its country.
    pub cases: Vec<[BootCase; 2]>,
    /// The places of each case, separated by spaces.
    pub places: Vec<String>,
}

/// What a first visitor gets. Masks have a `1` for everything that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BootCase {
    /// Whether to ask.
    pub ask: bool,
    /// Items and services that are on.
    pub on: (String, String),
    /// "Accept all": its line, and the items and services that it turns on.
    pub accept: (String, String, String),
    /// "Refuse all": its line, and the items and services that stay on.
    pub refuse: (String, String, String),
    /// The line by which a signal is put on record; empty when there is none.
    pub signal: String,
}

/// Works out the cases of all places.
pub(super) fn data(engine: &Engine, rules: &RuleSet, langs: Vec<String>, now: u64) -> Result<BootData> {
    let mut cases: Vec<[BootCase; 2]> = Vec::new();
    let mut places: Vec<Vec<&str>> = Vec::new();
    let mut expires = u64::MAX;
    for row in rules.rows.iter().rev() {
        // A place belongs to its most specific row alone.
        let own: Vec<&str> = row.places.split(' ').filter(|place| rules.find(place).is_some_and(|found| found.id == row.id)).collect();
        let Some(place) = own.first() else { continue };
        let case = [case(engine, rules, place, &[], now, &mut expires)?, case(engine, rules, place, &["gpc"], now, &mut expires)?];
        let index = cases.iter().position(|known| *known == case).unwrap_or_else(|| {
            cases.push(case);
            places.push(Vec::new());
            cases.len() - 1
        });
        // What no list names gets the first case; only a part of a country may have to be named there.
        let listed = own.iter().filter(|place| index > 0 || place.contains('-'));
        places.get_mut(index).into_iter().for_each(|known| known.extend(listed.clone()));
    }
    Ok(BootData {
        format: SNAPSHOT_FORMAT,
        site: engine.policy().site.clone(),
        policy: engine.policy().version,
        meaning: engine.meaning().to_owned(),
        expires,
        stamp: Stamp::policy_part(engine.policy(), engine.items(), &rules.version),
        items: engine.items().iter().map(|item| item.key.clone()).collect(),
        services: engine.policy().services.iter().map(|service| service.id.clone()).collect(),
        langs,
        cases,
        places: places.into_iter().map(|codes| codes.join(" ")).collect(),
    })
}

fn case(like: &Engine, rules: &RuleSet, place: &str, signals: &[&str], now: u64, expires: &mut u64) -> Result<BootCase> {
    let visit = |line: Option<&str>, stamp: &str| -> Result<(Snapshot, View)> {
        let mut engine = Engine::with_rules(like.policy().clone(), rules.clone())?;
        let context = Context { region: place.to_owned(), signals: signals.iter().map(|it| (*it).to_owned()).collect(), ..Context::default() };
        let env = Env { now, entropy: vec![0; 32] };
        let mut effects = engine.handle(Event::Open { context, stored: Stored::default() }, env.clone());
        if let Some(answers) = line {
            let intent = Intent {
                nonce: Id([0; 32]).to_text(),
                kind: "choice".into(),
                at: now,
                stamp: stamp.to_owned(),
                actor: "subject".into(),
                answers: answers.to_owned(),
                ..Intent::default()
            };
            effects.extend(engine.handle(Event::Intent { intent, saved: true }, env));
        }
        let view = effects.into_iter().rev().find_map(|effect| match effect {
            Effect::View { view } => Some(view),
            _ => None,
        });
        engine.snapshot().cloned().zip(view).ok_or_else(|| Error::new(Code::RulesInvalid, place, "the rules have no row for this place"))
    };
    let masks = |snapshot: &Snapshot| -> (String, String) {
        let mask = |all: &mut dyn Iterator<Item = &String>, on: &[String]| all.map(|id| if on.contains(id) { '1' } else { '0' }).collect();
        let items = mask(&mut like.items().iter().map(|item| &item.key), &snapshot.granted);
        (items, mask(&mut like.policy().services.iter().map(|service| &service.id), &snapshot.services))
    };
    let (first, view) = visit(None, "")?;
    *expires = (*expires).min(first.valid_until);
    let outcome = |line: &str| -> Result<(String, String, String)> {
        let (items, services) = masks(&visit(Some(line), &view.stamp)?.0);
        Ok((line.to_owned(), items, services))
    };
    Ok(BootCase {
        ask: first.ask,
        on: masks(&first),
        accept: outcome(&view.banner.accept)?,
        refuse: outcome(&view.banner.refuse)?,
        signal: view.signal,
    })
}
