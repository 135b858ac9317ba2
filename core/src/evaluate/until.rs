//! The next moment at which something changes by itself.
//!
//! Nothing changes before it, and at it some decision, reason or prompt differs. A shell may apply what it was
//! told until then without asking the core again.

use super::{Decision, Prompt, Situation};
use crate::choice::{Actor, State};
use crate::regime::DefaultState;
use crate::time::{Period, Timestamp};

/// When nothing is going to change by itself, the engine still looks again after this time, so that a
/// snapshot never outlives the rules it was made under for long.
const LONGEST_VALIDITY: Period = Period::months(6);

/// Until when decisions and a prompt hold under the same laws.
pub(super) fn valid_until(decisions: &[Decision], prompt: &Prompt, situation: Situation<'_>) -> Timestamp {
    let now = situation.now;
    let mut until = now.plus(LONGEST_VALIDITY);
    for moment in decisions.iter().filter_map(|decision| turns(decision, now)) {
        until = until.min(moment);
    }
    // A reason for silence stays as long as some item gives it.
    if prompt.items.is_empty() && prompt.suppressed.is_some() && situation.merged.newest_policy <= situation.policy {
        let mut silent = now;
        // What waits for a guardian is told apart; its rest gives no reason for silence.
        let waits = |key: &str| prompt.guardian.iter().any(|asked| asked.item == key);
        for (_, decision) in situation.items.iter().zip(decisions).filter(|(item, _)| !waits(&item.key)) {
            match decision.rests.filter(|(at, _)| *at > silent) {
                Some((at, why)) if Some(why) == prompt.suppressed => silent = at,
                Some(_) => break,
                None => {}
            }
        }
        until = until.min(silent);
    }
    until
}

/// When an item's decision, its reason, or the question about it changes by itself.
fn turns(decision: &Decision, now: Timestamp) -> Option<Timestamp> {
    let answer = decision.answer.as_ref()?;
    let expires = decision.expires.map_or(Timestamp(u64::MAX), |(at, _)| at);
    let reminds = decision.reminds.map_or(Timestamp(u64::MAX), |(at, _)| at);
    let by_guardian = decision.default == DefaultState::Guardian && answer.actor == Actor::Guardian;
    let asked_then = (decision.default == DefaultState::OptIn || by_guardian) && !decision.by_signal;
    let rests = decision.rests.map_or(Timestamp(0), |(at, _)| at);
    let moment = match answer.state {
        State::Given if decision.counts && reminds > now => expires.min(reminds),
        State::Given if decision.counts => expires,
        State::Given if asked_then => expires,
        State::Given => return None,
        // A law forbids asking for now.
        _ if asked_then && decision.has_changed() => rests,
        _ if asked_then => expires.max(rests),
        _ => return None,
    };
    (moment > now).then_some(moment)
}
