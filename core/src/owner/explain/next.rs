//! When an item changes by itself: the engine asked again at every moment that it names.

use crate::context::{Age, Context};
use crate::error::Result;
use crate::evaluate::{Decision, ReasonCode};
use crate::regime::{AskReason, DefaultState};
use crate::time::{Period, Timestamp};

use super::trace::Trace;
use super::types::{Finding, NextChange};
use crate::owner::person::{Moment, Person};

/// Nobody plans further ahead.
const HORIZON: Period = Period::months(120);

/// What a person notices of an item.
type Seen = (bool, DefaultState, Option<ReasonCode>, Option<AskReason>);

/// The next change of every item.
pub(super) fn changes(person: &Person, trace: &Trace<'_>, context: &Context, now: u64) -> Result<Vec<Option<NextChange>>> {
    let mut found: Vec<Option<NextChange>> = vec![None; person.items.len()];
    let today = person.at(context, now);
    let mut at = today.evaluation.valid_until.0;
    let end = Timestamp(now).plus(HORIZON).0;
    while at <= end && found.iter().any(Option::is_none) {
        let then = person.at(context, at);
        for (index, slot) in found.iter_mut().enumerate().filter(|(_, slot)| slot.is_none()) {
            let (before, after) = (seen(&today, person, index), seen(&then, person, index));
            if let Some((granted, default, reason, asked)) = after.filter(|_| before != after) {
                let raised = before.is_none_or(|before| before.1 != default);
                let finding = if raised { finding(&then, trace, context, (index, default), at)? } else { None };
                let reason = reason.unwrap_or(ReasonCode::DefaultOff);
                *slot = Some(NextChange { at, granted, default, reason, asked, finding });
            }
        }
        let next = then.evaluation.valid_until.0;
        if next <= at {
            break;
        }
        at = next;
    }
    Ok(found)
}

fn seen(moment: &Moment<'_>, person: &Person, index: usize) -> Option<Seen> {
    let decision: &Decision = moment.evaluation.decisions.get(index)?;
    let key = &person.items.get(index)?.key;
    let asked = moment.evaluation.prompt.items.iter().chain(&moment.evaluation.prompt.guardian).find(|asked| asked.item == *key);
    Some((decision.permit, decision.default, decision.reasons.first().map(|reason| reason.code), asked.map(|asked| asked.reason)))
}

fn finding(
    then: &Moment<'_>,
    trace: &Trace<'_>,
    context: &Context,
    (index, default): (usize, DefaultState),
    at: u64,
) -> Result<Option<Finding>> {
    let age = Age::read(&context.age).map(|age| age.least);
    for law in &then.laws {
        let findings = trace.findings(law, age, at)?;
        if let Some(finding) = findings.into_iter().nth(index).filter(|finding| finding.state == default) {
            return Ok(Some(finding));
        }
    }
    Ok(None)
}
