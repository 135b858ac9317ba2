//! Why every item is on or off for one person at one moment: as data, and in words made of it.

mod near;
mod next;
mod prose;
mod trace;
mod types;
pub(super) mod words;

use super::person::{Person, local, read_records};
use crate::choice::{Actor, State};
use crate::context::{Age, Context};
use crate::error::Result;
use crate::evaluate::{Decision, Reason};
use crate::id::Id;
use crate::map::Map;
use crate::plan::{Law, Mark};
use crate::policy::Policy;
use crate::record::Sealed;
use crate::regime::{GpcRule, LawText, Laws, RuleSet};

pub use types::{
    AppliedLaw, ExplainOptions, Explanation, FactWord, Finding, ItemExplanation, KindOrigin, NearMiss, NextChange, RecordUse, SignalUse,
    Step, Target,
};

use trace::Trace;

/// Explains every item of a policy.
///
/// # Errors
/// `RECORD_UNREADABLE` for a record that is none, `FOREIGN_SITE` for one of another site; those of [`Plan::compile`](crate::plan::Plan::compile).
pub fn explain(policy: &Policy, options: &ExplainOptions) -> Result<Explanation> {
    explain_with(policy, options, &RuleSet::bundled()?, &Laws::bundled()?)
}

fn explain_with(policy: &Policy, options: &ExplainOptions, rules: &RuleSet, texts: &Laws) -> Result<Explanation> {
    let ExplainOptions { context, now, records } = options;
    let rules = &local(rules, context);
    let (records, merged) = read_records(&policy.site, records, &context.account)?;
    let person = Person::new(policy, rules, merged)?;
    let moment = person.at(context, *now);
    let trace = Trace { policy, rules, texts };
    let age = Age::read(&context.age).map(|age| age.least);
    let laws: Vec<AppliedLaw> = moment.laws.iter().map(|law| applied(law, &trace, *now)).collect();
    let findings: Vec<Vec<Finding>> = moment.laws.iter().map(|law| trace.findings(law, age, *now)).collect::<Result<_>>()?;
    let near = near::misses(&person, &trace, context, *now)?;
    let next = next::changes(&person, &trace, context, *now)?;

    let mut items = Vec::new();
    for (index, (item, decision)) in person.items.iter().zip(&moment.evaluation.decisions).enumerate() {
        let asked = moment.evaluation.prompt.items.iter().chain(&moment.evaluation.prompt.guardian).find(|asked| asked.item == item.key);
        let findings: Vec<Finding> = findings.iter().filter_map(|of_law| of_law.get(index).cloned()).collect();
        items.push(ItemExplanation {
            key: item.key.clone(),
            granted: decision.permit,
            control: decision.control,
            default: decision.default,
            reasons: decision.reasons.clone(),
            findings: deciding(findings, decision),
            signals: signals(decision, context, (&trace, &moment.laws, *now), person.plan.marks.chars().nth(index)),
            record: decision.answer.as_ref().map(|_| used(decision, &records)),
            asked: asked.map(|asked| asked.reason),
            near: near.get(index).cloned().unwrap_or_default(),
            next: next.get(index).cloned().flatten(),
            text: String::new(),
        });
    }
    let mut explanation = Explanation {
        rules: rules.version.clone(),
        now: *now,
        context: context.clone(),
        laws,
        prompt: moment.evaluation.prompt,
        documents: moment.evaluation.documents,
        valid_until: moment.evaluation.valid_until.0,
        items,
        text: String::new(),
    };
    prose::write(&mut explanation);
    Ok(explanation)
}

/// The row in force of a law, in words.
fn applied(law: &Law, trace: &Trace<'_>, now: u64) -> AppliedLaw {
    let text = trace.row(law, now).map(|(_, text)| text.clone());
    AppliedLaw {
        id: law.id.clone(),
        text: text.unwrap_or_else(|| LawText { id: law.id.clone(), ..LawText::default() }),
        ttl: law.ttl.map(|ttl| ttl.period),
        cooldown: law.cooldown.map(|cooldown| cooldown.period),
    }
}

/// Marks the finding on which the default rests: the first of the strictest, as the engine takes them.
fn deciding(mut findings: Vec<Finding>, decision: &Decision) -> Vec<Finding> {
    if let Some(first) = findings.iter_mut().find(|finding| finding.state == decision.default) {
        first.decides = true;
    }
    findings
}

/// The signals that are present and concern the item.
fn signals(decision: &Decision, context: &Context, (trace, laws, now): (&Trace<'_>, &[&Law], u64), mark: Option<char>) -> Vec<SignalUse> {
    if !matches!(mark, Some(Mark::ADS | Mark::BOTH)) {
        return Vec::new();
    }
    let of = |signal: &String| {
        let law = laws.iter().find(|law| law.gpc && signal == "gpc");
        SignalUse {
            signal: signal.clone(),
            honoured: law.is_some() || signal == "att_denied",
            statutory: law.and_then(|law| trace.row(law, now)).is_some_and(|(row, _)| row.gpc == GpcRule::Binding),
            law: law.map(|law| law.id.clone()).unwrap_or_default(),
            decides: decision.by_signal,
        }
    };
    context.signals.iter().map(of).collect()
}

fn used(decision: &Decision, records: &Map<Id, Sealed>) -> RecordUse {
    let Some(answer) = &decision.answer else { return RecordUse::default() };
    let id = answer.record.to_text();
    let sealed = records.get(&answer.record).map(|sealed| &sealed.record);
    let field = |of: fn(&crate::record::Record) -> &String| sealed.map(of).cloned().unwrap_or_default();
    let decides = decision.reasons.first().is_some_and(|reason: &Reason| reason.record == id);
    RecordUse {
        id,
        at: answer.at.0,
        state: match answer.state {
            State::Given => "given",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
            State::Left => "left",
        }
        .into(),
        actor: match answer.actor {
            Actor::Subject => "subject",
            Actor::Guardian => "guardian",
            Actor::Agent => "agent",
            Actor::Signal => "signal",
            Actor::Import => "import",
        }
        .into(),
        control: field(|record| &record.control),
        region: field(|record| &record.region),
        policy: answer.policy,
        decides,
        expires: decision.expires.map(|(at, _)| at.0),
        rests: decision.rests.map(|(at, _)| at.0),
        suppressor: decision.rests.map(|(_, why)| why),
    }
}
