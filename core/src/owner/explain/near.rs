//! What would be otherwise if one thing were different: asked of the engine, with that one thing changed.

use crate::choice::State;
use crate::context::{Age, Context};
use crate::error::Result;
use crate::evaluate::{Decision, ReasonCode};
use crate::plan::EVERY_AGE;
use crate::policy::{DataUse, Flag, Policy};
use crate::time::Period;

use super::trace::{Trace, conditions};
use super::types::{Finding, NearMiss, Step, Target};
use crate::owner::person::{Moment, Person};

/// An answer that stops counting within this time is about to end.
const SOON: u64 = 30 * 86_400_000;

/// The near misses of every item.
pub(super) fn misses(person: &Person, trace: &Trace<'_>, context: &Context, now: u64) -> Result<Vec<Vec<NearMiss>>> {
    let today = person.at(context, now);
    let mut found = Found { today: &today, near: vec![Vec::new(); person.items.len()] };
    let age = Age::read(&context.age).map(|age| age.least);

    for (from, below) in other_ages(&today, age) {
        let other = Context {
            age: format!("{from}-{}", if below == EVERY_AGE { String::new() } else { (below - 1).to_string() }),
            ..context.clone()
        };
        found.compare(&Target::Age { from, below }, &person.at(&other, now), trace, Some(from), now)?;
    }
    found.near.iter_mut().for_each(join_ages);
    for signal in ["gpc", "att_denied"].into_iter().filter(|signal| !context.signals.iter().any(|it| it == signal)) {
        let mut other = context.clone();
        other.signals.push(signal.to_owned());
        found.compare(&Target::Signal { signal: signal.to_owned() }, &person.at(&other, now), trace, age, now)?;
    }
    for flag in unset_flags(trace) {
        let mut policy = trace.policy.clone();
        policy.settings.flags.push(flag);
        let other = Person::new(&policy, trace.rules, person.merged.clone())?;
        found.compare(&Target::Flag { flag }, &other.at(context, now), &Trace { policy: &policy, ..*trace }, age, now)?;
    }
    found.facts(person, trace, context, age, now)?;
    for (near, decision) in found.near.iter_mut().zip(&today.evaluation.decisions) {
        let yes = decision.permit && decision.answer.as_ref().is_some_and(|answer| answer.state == State::Given);
        if let Some((at, _)) = decision.expires.filter(|(at, _)| yes && now < at.0 && at.0 - now <= SOON) {
            near.push(NearMiss {
                target: Target::Days { at: at.0 },
                granted: false,
                default: decision.default,
                reason: ReasonCode::Expired,
                finding: None,
            });
        }
    }
    Ok(found.near)
}

struct Found<'a> {
    today: &'a Moment<'a>,
    near: Vec<Vec<NearMiss>>,
}

impl Found<'_> {
    /// Notes every item that is otherwise.
    fn compare(&mut self, target: &Target, other: &Moment<'_>, trace: &Trace<'_>, age: Option<u8>, now: u64) -> Result<()> {
        let pairs = self.today.evaluation.decisions.iter().zip(&other.evaluation.decisions);
        let differing: Vec<(usize, &Decision)> = pairs
            .enumerate()
            .filter(|(_, (a, b))| (a.permit, a.default) != (b.permit, b.default))
            .map(|(index, (_, b))| (index, b))
            .collect();
        if differing.is_empty() {
            return Ok(());
        }
        let findings: Vec<Vec<Finding>> = other.laws.iter().map(|law| trace.findings(law, age, now)).collect::<Result<_>>()?;
        for (index, decision) in differing {
            let finding = findings.iter().filter_map(|of_law| of_law.get(index)).find(|finding| finding.state == decision.default).cloned();
            let reason = decision.reasons.first().map_or(ReasonCode::DefaultOff, |reason| reason.code);
            let near = NearMiss { target: target.clone(), granted: decision.permit, default: decision.default, reason, finding };
            self.near.get_mut(index).into_iter().for_each(|list| list.push(near.clone()));
        }
        Ok(())
    }

    /// Every condition that fails in a cell on which an item rests, fulfilled alone.
    fn facts(&mut self, person: &Person, trace: &Trace<'_>, context: &Context, age: Option<u8>, now: u64) -> Result<()> {
        let mut failing: Vec<(usize, String)> = Vec::new();
        for law in &self.today.laws {
            for (index, finding) in trace.findings(law, age, now)?.into_iter().enumerate() {
                let failed = finding.steps.iter().flat_map(|step| match step {
                    Step::Cell { cell, facts, .. } if conditions(cell).next().is_some() => facts.as_slice(),
                    _ => &[],
                });
                failing.extend(failed.filter(|fact| !fact.holds).map(|fact| (index, fact.word.clone())));
            }
        }
        failing.dedup();
        for (index, word) in failing {
            let Some(item) = person.items.get(index) else { continue };
            let policy = fulfilled(trace.policy, &item.key, &word);
            let other = Person::new(&policy, trace.rules, person.merged.clone())?;
            let before = self.near.clone();
            self.compare(&Target::Fact { word }, &other.at(context, now), &Trace { policy: &policy, ..*trace }, age, now)?;
            // A fact of a purpose concerns the item that was asked about.
            for (other, (near, before)) in self.near.iter_mut().zip(before).enumerate() {
                if other != index {
                    *near = before;
                }
            }
        }
        Ok(())
    }
}

/// Bands that several laws cut, and that have the same outcome by the same rows, are one.
fn join_ages(near: &mut Vec<NearMiss>) {
    near.dedup_by(|next, last| {
        let (Target::Age { from, below }, Target::Age { below: end, .. }) = (&next.target, &mut last.target) else { return false };
        let alike = (next.granted, next.default, next.reason, &next.finding) == (last.granted, last.default, last.reason, &last.finding);
        let joins = alike && end == from;
        if joins {
            *end = *below;
        }
        joins
    });
}

/// The brackets of the laws in which the person is not.
fn other_ages(today: &Moment<'_>, age: Option<u8>) -> Vec<(u8, u8)> {
    let mut ends: Vec<u8> = today.laws.iter().flat_map(|law| law.ages.iter().map(|bracket| bracket.below)).collect();
    ends.push(EVERY_AGE);
    ends.sort_unstable();
    ends.dedup();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let mine = age.unwrap_or(EVERY_AGE - 1);
    starts.zip(ends.iter().copied()).filter(|(from, below)| !(*from <= mine && mine < *below)).collect()
}

/// The flags that rows know and the policy does not set.
fn unset_flags(trace: &Trace<'_>) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    for flag in trace.rules.overlays.iter().filter_map(|overlay| overlay.flag) {
        if !flags.contains(&flag) && !trace.policy.settings.flags.contains(&flag) {
            flags.push(flag);
        }
    }
    flags
}

/// The policy in which an item fulfils a condition.
fn fulfilled(policy: &Policy, item: &str, word: &str) -> Policy {
    let mut policy = policy.clone();
    let id = item.split('/').next().unwrap_or_default();
    let limit = word.split_once("<=").and_then(|(_, limit)| Period::parse(limit).ok());
    if word.starts_with("trackers<=") {
        for service in policy.services.iter_mut().filter(|service| service.needs.iter().any(|need| need == item)) {
            service.trackers.iter_mut().for_each(|tracker| tracker.lifetime = limit);
        }
    }
    for purpose in policy.purposes.iter_mut().filter(|purpose| purpose.id == id) {
        match word {
            "own_use" => purpose.facts.own_use = true,
            "aggregated" => purpose.facts.aggregated = true,
            "sole_purpose" => purpose.facts.sole_purpose = true,
            "low_risk" => purpose.facts.high_risk = Some(false),
            "unmatched" => purpose.facts.matched_to_person = Some(false),
            "lawful_sale" => purpose.facts.lawful_sale = true,
            "no_recipients" if !purpose.per_recipient => purpose.recipients.clear(),
            _ if word.starts_with("data<=") => purpose.data.iter_mut().for_each(|data: &mut DataUse| data.retention = limit),
            _ => {}
        }
    }
    policy
}
