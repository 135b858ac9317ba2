//! People who have said yes to everything under the old version, met by the new one.

use crate::choice::{Actor, State};
use crate::context::Context;
use crate::id::Id;
use crate::map::Map;
use crate::merge::{Answer, Known, Merged};
use crate::owner::person::{Moment, Person, home};
use crate::plan::{Item, Plan};
use crate::time::Timestamp;

use super::{Pair, PeopleDiff};

/// The laws under which something is asked or stops, those that treat people alike together.
pub(super) fn people(Pair { old, new }: &Pair, policy: u32, now: u64) -> Vec<PeopleDiff> {
    let yes = accepted(&old.1, policy, now);
    let person = |(plan, items): &(Plan, Vec<Item>), version| Person {
        plan: plan.clone(),
        items: items.clone(),
        policy: version,
        merged: yes.clone(),
    };
    let (before, after) = (person(old, policy), person(new, policy.saturating_add(1)));
    let mut found: Vec<PeopleDiff> = Vec::new();
    for law in after.plan.laws.iter().filter(|law| law.is_in_force(now)) {
        let Some(place) = home(&after.plan, law, now) else { continue };
        let context = Context { region: place.to_owned(), ..Context::default() };
        let (was, is) = (before.at(&context, now), after.at(&context, now));
        let known = |item: &str| was.evaluation.prompt.items.iter().chain(&was.evaluation.prompt.guardian).any(|asked| asked.item == item);
        let prompt = &is.evaluation.prompt;
        let asked: Vec<_> = prompt.items.iter().chain(&prompt.guardian).filter(|asked| !known(&asked.item)).cloned().collect();
        let on = on(&after.items, &is);
        let there = |key: &String| after.items.iter().any(|item| item.key == *key);
        let stopped: Vec<String> = self::on(&before.items, &was).into_iter().filter(|key| there(key) && !on.contains(key)).collect();
        if asked.is_empty() && stopped.is_empty() {
            continue;
        }
        match found.iter_mut().find(|group| group.asked == asked && group.stopped == stopped) {
            // One law may have several rows, each for some of its places.
            Some(group) if group.laws.contains(&law.id) => {}
            Some(group) => group.laws.push(law.id.clone()),
            None => found.push(PeopleDiff { laws: vec![law.id.clone()], asked, stopped }),
        }
    }
    found
}

fn on(items: &[Item], moment: &Moment<'_>) -> Vec<String> {
    let pairs = items.iter().zip(&moment.evaluation.decisions);
    pairs.filter(|(_, decision)| decision.permit).map(|(item, _)| item.key.clone()).collect()
}

/// A yes of its own to each item, a moment ago.
fn accepted(items: &[Item], policy: u32, now: u64) -> Merged {
    let answer = |item: &Item| Answer {
        record: Id([0; 32]),
        state: State::Given,
        actor: Actor::Subject,
        at: Timestamp(now),
        fingerprint: item.fingerprint,
        policy,
        unsaved: false,
        alone: true,
        age: None,
        outgrown: false,
        despite_signal: false,
    };
    let known = |item: &Item| Known { at: Timestamp(now), fingerprint: item.fingerprint, age: None };
    let known_items = items.iter().map(|item| (item.key.clone(), known(item))).collect();
    let answers: Map<_, _> = items.iter().map(|item| (item.key.clone(), vec![answer(item)])).collect();
    Merged { answers, known_items, newest_policy: policy, last_answer: Some(Timestamp(now)), ..Merged::default() }
}
