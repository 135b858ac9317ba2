//! What a page must know before the engine is there, worked out by the engine.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::plan::Plan;
use crate::protocol::{Effect, Env, Event, Snapshot, Stored, View};
use crate::record::Intent;
use crate::time::Timestamp;

/// The data of the inline snippet: all that a page must know to open its gates. Every page carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BootData {
    /// The policy's site.
    pub site: String,
    /// The meaning that snapshots are matched by.
    pub meaning: String,
    /// From this day on (days since 1970) the cases are too old: rebuild.
    pub expires: u32,
    /// Keys of the items, in the order of lines and masks.
    pub items: Vec<String>,
    /// Ids of the services, in the order of masks.
    pub services: Vec<String>,
    /// Languages with texts, the default first. The command puts them in the order that boot wants, and adds tags of readers.
    pub langs: Vec<String>,
    /// First visits, without and with Global Privacy Control. Three words each: flags (`a`: ask, `s`: there is
    /// a signal to be put on record), then masks with a `1` for the items and services that are on. The
    /// first case is for every place that none of `places` lists, neither itself nor its country.
    pub cases: Vec<[String; 2]>,
    /// In the form of a case: what a refusal leaves on everywhere. It holds while there is an answer that
    /// only the engine can read.
    pub refused: String,
    /// The places of each case, separated by spaces.
    pub places: Vec<String>,
}

/// What the two equal buttons of a first visit do, for each of [`BootData::cases`]. Six words: the line of
/// "accept all" and the masks of items and services that it opens, and the same of "refuse all".
pub type FirstAnswers = Vec<[String; 2]>;

/// Works out the cases of all places.
pub(super) fn data(plan: &Plan, langs: Vec<String>, now: u64) -> Result<(BootData, FirstAnswers)> {
    let mut cases: Vec<[Case; 2]> = Vec::new();
    let mut places: Vec<Vec<&str>> = Vec::new();
    let mut expires = u64::MAX;
    let subject = plan.subject()?;
    for law in plan.laws.iter().rev().filter(|law| law.is_in_force(now)) {
        // A place belongs to its most specific law alone.
        let context = |place: &str| Context { region: place.to_owned(), ..Context::default() };
        let first = |place: &str| plan.laws(&context(place), now).0.first().is_some_and(|found| found.id == law.id);
        let own: Vec<&str> = law.places.split(' ').filter(|place| first(place)).collect();
        let Some(place) = own.first() else { continue };
        let case = [case(plan, place, &[], now, &mut expires)?, case(plan, place, &["gpc"], now, &mut expires)?];
        let index = cases.iter().position(|known| *known == case).unwrap_or_else(|| {
            cases.push(case);
            places.push(Vec::new());
            cases.len() - 1
        });
        places.get_mut(index).into_iter().for_each(|known| known.extend(own.iter()));
    }
    for (index, known) in places.iter_mut().enumerate() {
        // What no list names gets its country's case, and what has none the first: neither needs to be named.
        let all = known.clone();
        known.retain(|place| place.split_once('-').map_or(index > 0, |(country, _)| !all.contains(&country)));
    }
    let boot = BootData {
        site: subject.site,
        meaning: plan.meaning.clone(),
        expires: u32::try_from(Timestamp(expires).day()).unwrap_or(u32::MAX),
        items: subject.items.into_iter().map(|item| item.key).collect(),
        services: plan.services.iter().map(|service| service.id.clone()).collect(),
        langs,
        cases: cases.iter().map(|pair| pair.each_ref().map(|case| case.boot.clone())).collect(),
        refused: refused_everywhere(cases.iter().flatten()),
        places: places.into_iter().map(|codes| codes.join(" ")).collect(),
    };
    Ok((boot, cases.into_iter().map(|pair| pair.map(|case| case.answers)).collect()))
}

/// One place, with or without the signal.
#[derive(PartialEq, Eq)]
struct Case {
    boot: String,
    answers: String,
    /// Masks of items and services after a refusal.
    refused: [String; 2],
}

/// What is on after a refusal in every case.
fn refused_everywhere<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let both = |a: &str, b: &str| a.chars().zip(b.chars()).map(|(a, b)| if a == b { a } else { '0' }).collect::<String>();
    let masks = cases.map(|case| case.refused.clone()).reduce(|[a, b], [c, d]| [both(&a, &c), both(&b, &d)]);
    ["-".to_owned(), masks.unwrap_or_default().join(" ")].join(" ")
}

fn case(plan: &Plan, place: &str, signals: &[&str], now: u64, expires: &mut u64) -> Result<Case> {
    let visit = |line: Option<&str>, stamp: &str| -> Result<(Snapshot, View)> {
        let mut engine = Engine::new(plan.clone())?;
        let context =
            Context { region: place.to_owned(), signals: signals.iter().map(|it| (*it).to_owned()).collect(), ..Context::default() };
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
    let subject = plan.subject()?;
    let masks = |snapshot: &Snapshot| -> (String, String) {
        let mask = |all: &mut dyn Iterator<Item = &String>, on: &[String]| all.map(|id| if on.contains(id) { '1' } else { '0' }).collect();
        let items = mask(&mut subject.items.iter().map(|item| &item.key), &snapshot.granted);
        (items, mask(&mut plan.services.iter().map(|service| &service.id), &snapshot.services))
    };
    let (first, view) = visit(None, "")?;
    *expires = (*expires).min(first.valid_until);
    let outcome = |line: &str| -> Result<[String; 3]> {
        let (items, services) = masks(&visit(Some(line), &view.stamp)?.0);
        Ok([line.to_owned(), items, services])
    };
    let (accept, refuse) = (outcome(&view.banner.accept)?, outcome(&view.banner.refuse)?);
    let mut flags = String::from(if first.ask { "a" } else { "-" });
    flags.push_str(if view.signal.is_empty() { "" } else { "s" });
    let (items, services) = masks(&first);
    let [_, refused_items, refused_services] = refuse.clone();
    Ok(Case {
        boot: [flags, items, services].join(" "),
        answers: [accept.join(" "), refuse.join(" ")].join(" "),
        refused: [refused_items, refused_services],
    })
}
