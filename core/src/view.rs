//! What a shell applies and what it draws, worked out from an evaluation.
//!
//! Shells hold no rule, so everything that a button would answer is prepared here as a line of letters.

use crate::choice::{Actor, State};
use crate::context::Context;
use crate::evaluate::{Control, Decision, Evaluation, PromptKind, ReasonCode, Situation};
use crate::map::in_order;
use crate::plan::{Item, SNAPSHOT_FORMAT, Service};
use crate::protocol::{ItemView, Past, Snapshot, View};
use crate::record::{Sealed, Wish};
use crate::text::joined;

/// How many of a person's earlier answers a preference centre shows.
const HISTORY: usize = 20;

/// What a snapshot is matched by: the meaning and the context, joined by `|`.
#[must_use]
pub fn snapshot_key(meaning: &str, context: &Context) -> String {
    let signals: Vec<&str> = context.signals.iter().map(String::as_str).collect();
    joined(&[meaning, &context.region, &joined(&signals, ","), &context.age, &context.account, &context.residence], "|")
}

/// The decisions as a value that a shell may keep and apply.
#[must_use]
pub fn snapshot(situation: Situation<'_>, evaluation: &Evaluation) -> Snapshot {
    let Situation { plan, items, merged, now, .. } = situation;
    let mut snapshot = Snapshot {
        format: SNAPSHOT_FORMAT,
        key: snapshot_key(&plan.meaning, situation.context),
        policy: situation.policy,
        made_at: now.0,
        valid_until: evaluation.valid_until.0,
        ask: evaluation.prompt.kind == PromptKind::Required || evaluation.documents.iter().any(|document| document.waits),
        ..Snapshot::default()
    };
    for (item, decision) in items.iter().zip(&evaluation.decisions) {
        if decision.permit {
            snapshot.granted.push(item.key.clone());
        }
    }
    for service in &plan.services {
        if needed(service, evaluation).all(|decision| decision.is_some_and(|it| it.permit)) {
            snapshot.services.push(service.id.clone());
        } else if needed(service, evaluation).any(taken_back) {
            snapshot.clear.extend_from_slice(&service.clear);
        }
    }
    for (id, value) in merged.wishes.iter() {
        snapshot.wishes.push(Wish { id: id.clone(), value: *value });
    }
    for head in merged.heads.keys() {
        snapshot.heads.push(head.to_text());
    }
    snapshot
}

fn needed<'a>(service: &'a Service, evaluation: &'a Evaluation) -> impl Iterator<Item = Option<&'a Decision>> {
    service.needs.iter().map(|item| evaluation.decisions.get(*item as usize))
}

fn taken_back(decision: Option<&Decision>) -> bool {
    let answer = decision.and_then(|decision| decision.answer.as_ref());
    answer.is_some_and(|answer| answer.state == State::Withdrawn || answer.actor == Actor::Signal)
}

/// What can be drawn. `records` are those of the device, in any order; `subject` is its person's id. What is only drawn moves out of the
/// evaluation: prompt, documents, reasons and changes.
#[must_use]
pub fn view<'a>(situation: Situation<'_>, evaluation: &mut Evaluation, subject: String, records: impl Iterator<Item = &'a Sealed>) -> View {
    let merged = situation.merged;
    let answered = !merged.answers.is_empty();
    let own = records.filter(|sealed| !merged.others.contains(&sealed.id));
    let mut view = View {
        subject,
        link: merged.unlinked,
        last_answer: merged.last_answer.unwrap_or_default().0,
        history: history(own),
        ..View::default()
    };
    let mut news = false;
    // The person may be told of a conflict once, and only an account can say yes in spite of a signal.
    let tells = !situation.context.account.is_empty() && !view.history.iter().any(|past| past.control.starts_with("conflict"));
    let mut torn = false;
    for (index, item) in situation.items.iter().enumerate() {
        let decides = decides(index, situation, evaluation);
        let Some(decision) = evaluation.decisions.get_mut(index) else { continue };
        let (all, off, keep) = (all_on(decision), off(decision), keep(decision));
        // A prompt answers what it asks and what nobody has answered yet; earlier answers stand.
        let open = decision.answer.is_none() || evaluation.prompt.items.iter().any(|asked| asked.item == item.key);
        view.banner.accept.push(if open { all } else { keep });
        view.banner.refuse.push(if open { off } else { keep });
        view.centre.accept.push(all);
        view.centre.refuse.push(off);
        view.withdraw.push(if decision.permit { off } else { keep });
        // A signal is put on record when it lowers something that no answer has lowered yet.
        let lowers = decision.by_signal && decision.answer.as_ref().is_none_or(|answer| answer.state == State::Given);
        news |= lowers;
        view.signal.push(if lowers { State::Refused.letter() } else { '-' });
        let given = |decision: &Decision| {
            let signal = decision.reasons.first().is_some_and(|it| it.code == ReasonCode::Signal && !it.regime.is_empty());
            signal && view.history.iter().any(|past| past.given.contains(&item.key))
        };
        let conflict = tells && given(decision);
        torn |= conflict;
        view.conflict.push(if conflict { State::Given.letter() } else { keep });
        let next = [decision.expires, decision.reminds].into_iter().flatten().map(|(at, _)| at.0).min();
        let expires = next.unwrap_or(0);
        if expires > 0 && (view.ask_again == 0 || expires < view.ask_again) {
            view.ask_again = expires;
        }
        view.items.push(item_view(item, decision, answered, [off, keep], decides));
    }
    if !news {
        view.signal.clear();
    }
    if !torn {
        view.conflict.clear();
    }
    view.prompt = std::mem::take(&mut evaluation.prompt);
    view.documents = std::mem::take(&mut evaluation.documents);
    view.stamp.clone_from(&situation.plan.stamp);
    view.stamp.push('.');
    for (index, law) in situation.laws.iter().enumerate() {
        if index > 0 {
            view.stamp.push('+');
        }
        view.stamp.push_str(&law.stamp);
        view.regimes.push(law.id.clone());
    }
    view
}

fn item_view(item: &Item, decision: &mut Decision, answered: bool, [off, keep]: [char; 2], decides: Vec<String>) -> ItemView {
    let (purpose, recipient) = item.parts();
    ItemView {
        key: item.key.clone(),
        purpose: purpose.to_owned(),
        recipient: recipient.to_owned(),
        control: decision.control,
        default: decision.default,
        granted: decision.permit,
        reasons: std::mem::take(&mut decision.reasons),
        on: on(decision).into(),
        off: off.into(),
        keep: keep.into(),
        links: std::mem::take(&mut decision.links),
        decides,
        is_new: answered && decision.answer.is_none() && decision.control == Control::Switch,
        changes: std::mem::take(&mut decision.changes),
    }
}

/// The services that need an item which can be turned on, and whatever else they need is on. The recipients of a purpose go on with it.
fn decides(index: usize, situation: Situation<'_>, evaluation: &Evaluation) -> Vec<String> {
    let Situation { plan, items, .. } = situation;
    if evaluation.decisions.get(index).map(on) != Some(State::Given.letter()) {
        return Vec::new();
    }
    let is_on = |place: usize| evaluation.decisions.get(place).is_some_and(|decision| decision.permit);
    let parts = |place: usize| items.get(place).map(Item::parts).unwrap_or_default();
    let (purpose, recipient) = parts(index);
    // Alone, a recipient starts nothing of a purpose that is off.
    let stands = recipient.is_empty() || items.iter().position(|item| item.key == purpose).is_some_and(is_on);
    let follows = |place: usize| {
        let first = evaluation.decisions.get(place).and_then(|decision| decision.reasons.first());
        recipient.is_empty() && parts(place).0 == purpose && first.is_none_or(|it| it.code == ReasonCode::PurposeOff || is_on(place))
    };
    let mut found = Vec::new();
    for service in &plan.services {
        let mut needs = service.needs.iter().map(|place| *place as usize);
        let concerned = needs.clone().any(|place| place == index || follows(place));
        if stands && concerned && needs.all(|place| place == index || is_on(place) || follows(place)) {
            found.push(service.id.clone());
        }
    }
    found
}

/// The item's own switch. What a signal refuses is not turned on in passing.
fn on(decision: &Decision) -> char {
    match decision.control {
        Control::Fixed | Control::Prohibited => '-',
        _ if decision.by_signal => State::Left.letter(),
        _ => State::Given.letter(),
    }
}

/// "Accept all" leaves what needs an answer of its own.
fn all_on(decision: &Decision) -> char {
    if decision.control == Control::Switch { on(decision) } else { keep(decision) }
}

/// "Refuse all" refuses separate items too. Taking a yes back is not the same as saying no.
fn off(decision: &Decision) -> char {
    let was = decision.answer.as_ref().map(|answer| answer.state);
    match decision.control {
        Control::Fixed | Control::Prohibited => '-',
        _ if matches!(was, Some(State::Given | State::Withdrawn)) => State::Withdrawn.letter(),
        _ => State::Refused.letter(),
    }
}

fn keep(decision: &Decision) -> char {
    match decision.control {
        Control::Fixed | Control::Prohibited => '-',
        _ => State::Left.letter(),
    }
}

/// The newest events first.
fn history<'a>(records: impl Iterator<Item = &'a Sealed>) -> Vec<Past> {
    let records: Vec<&Sealed> = records.collect();
    let order = in_order(&records.iter().map(|sealed| u64::MAX - sealed.record.at).collect::<Vec<_>>());
    let mut past = Vec::new();
    for sealed in order.into_iter().filter_map(|place| records.get(place)) {
        let mut event = Past { at: sealed.record.at, control: sealed.record.control.clone(), ..Past::default() };
        for (item, state) in sealed.answers() {
            let list = match state {
                State::Given => &mut event.given,
                State::Refused => &mut event.refused,
                State::Withdrawn => &mut event.withdrawn,
                State::Left => continue,
            };
            list.push(item.key.clone());
        }
        if past.len() < HISTORY && !(event.given.is_empty() && event.refused.is_empty() && event.withdrawn.is_empty()) {
            past.push(event);
        }
    }
    past
}
