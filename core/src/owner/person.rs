//! One person under one policy, asked about at any moment and in any context.

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::evaluate::{Evaluation, Situation, evaluate};
use crate::id::Id;
use crate::map::{Map, Set};
use crate::merge::{Merged, Whose, merge};
use crate::plan::{Item, Law, Plan, spelled};
use crate::policy::Policy;
use crate::protocol::StoredRecord;
use crate::record::Sealed;
use crate::regime::RuleSet;
use crate::time::Timestamp;

/// A compiled policy and the answers that stand under it.
pub(super) struct Person {
    pub plan: Plan,
    pub items: Vec<Item>,
    pub policy: u32,
    pub merged: Merged,
}

/// What holds at one moment.
pub(super) struct Moment<'a> {
    /// Those of the place first.
    pub laws: Vec<&'a Law>,
    pub evaluation: Evaluation,
}

impl Person {
    pub(super) fn new(policy: &Policy, rules: &RuleSet, merged: Merged) -> Result<Self> {
        let plan = Plan::compile(policy, rules)?;
        let subject = plan.subject()?;
        Ok(Self { plan, items: subject.items, policy: subject.policy, merged })
    }

    /// What the engine decides and asks then.
    pub(super) fn at(&self, context: &Context, now: u64) -> Moment<'_> {
        let (laws, next) = self.plan.laws(context, now);
        let situation = Situation {
            plan: &self.plan,
            items: &self.items,
            policy: self.policy,
            laws: &laws,
            context,
            merged: &self.merged,
            now: Timestamp(now),
        };
        let evaluation = evaluate(situation, next);
        Moment { laws, evaluation }
    }
}

/// Records as they lie in storage, read and merged for whoever has the account.
pub(super) fn read_records(site: &str, stored: &[StoredRecord], account: &str) -> Result<(Map<Id, Sealed>, Merged)> {
    let mut records: Map<Id, Sealed> = Map::default();
    for (index, found) in stored.iter().enumerate() {
        let path = format!("records[{index}]");
        let unreadable = |error: Error| {
            let hint = "it is no record, or not as it was saved: the engine would grant nothing by it; leave it out to explain the others";
            Error::new(Code::RecordUnreadable, format!("{path}.{}", error.path()), hint)
        };
        let sealed = Sealed::read(&found.id, &found.bytes).map_err(unreadable)?;
        // A page ignores it. Here it says that the wrong file was named.
        if sealed.stamp.site != site {
            let hint = format!("it is of \"{}\", and the policy of \"{site}\"", sealed.stamp.site);
            return Err(Error::new(Code::ForeignSite, path, hint));
        }
        records.set(sealed.id, sealed);
    }
    let merged = merge(records.values(), &Set::default(), Whose { account, subject: "" });
    Ok((records, merged))
}

/// The rules without the jurisdictions that have no say in a context: the rest compiles at once.
pub(super) fn local(rules: &RuleSet, context: &Context) -> RuleSet {
    let places = [spelled(&context.region), spelled(&context.residence)];
    let listed = |row: &str| places.iter().flat_map(|place| place.codes()).any(|code| row.split(' ').any(|it| it == code));
    let regimes = rules.regimes.iter().filter(|regime| listed(&regime.places)).cloned().collect();
    RuleSet { regimes, ..rules.clone() }
}

/// A place that belongs to a law and to none more specific.
pub(super) fn home<'a>(plan: &Plan, law: &'a Law, now: u64) -> Option<&'a str> {
    law.places.split(' ').find(|place| {
        let context = Context { region: (*place).to_owned(), ..Context::default() };
        plan.laws(&context, now).0.first().is_some_and(|found| *found == law)
    })
}
