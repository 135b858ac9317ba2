//! What a shell applies and what it draws, worked out from an evaluation.
//!
//! Shells hold no rule, so everything that a button would answer is prepared here as a line of letters.

use crate::choice::{Actor, State};
use crate::context::Context;
use crate::evaluate::{Control, Decision, Evaluation, Prompt};
use crate::id::{self, Id};
use crate::merge::Merged;
use crate::policy::{GpcSetting, Item, Policy, Service, Tracker, TrackerKind};
use crate::protocol::{ItemView, Lines, Past, SNAPSHOT_FORMAT, Snapshot, Trace, View};
use crate::record::{Sealed, Wish};
use crate::regime::Regime;
use crate::time::Timestamp;

/// How many of a person's earlier answers a preference centre shows.
const HISTORY: usize = 20;

/// A hash of everything in a policy and its rules on which decisions depend, for [`snapshot_key`].
/// Texts, layout and the version number are not in it.
#[must_use]
pub fn meaning(policy: &Policy, items: &[Item], rules: &str) -> String {
    let mut words = policy.site.clone();
    words.push_str(rules);
    words.push(char::from(b'0' + SNAPSHOT_FORMAT as u8));
    words.push(if policy.settings.gpc == GpcSetting::Everywhere { 'e' } else { 's' });
    for item in items {
        words.push('\u{1e}');
        words.push_str(&item.key);
        words.push_str(&item.fingerprint.to_text());
    }
    for service in &policy.services {
        words.push('\u{1d}');
        words.push_str(&service.id);
        for need in &service.needs {
            words.push('\u{1f}');
            words.push_str(need);
        }
    }
    let Id(hash) = Id::of(words.as_bytes());
    // 48 bits: two policies of one site that look alike by chance are not to be expected.
    id::encode(hash.get(..6).unwrap_or_default())
}

/// What a snapshot is matched by: the meaning and the context, joined by `|`.
#[must_use]
pub fn snapshot_key(meaning: &str, context: &Context) -> String {
    [meaning, &context.region, &context.signals.join(","), &context.age, &context.account].join("|")
}

/// What was decided, and from what.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its items.
    pub items: &'a [Item],
    /// One decision for each of them.
    pub evaluation: &'a Evaluation,
    /// The answers that stand.
    pub merged: &'a Merged,
}

/// The decisions as a value that a shell may keep and apply.
#[must_use]
pub fn snapshot(decided: Decided<'_>, key: String, ask: bool, now: Timestamp) -> Snapshot {
    let Decided { policy, items, evaluation, merged } = decided;
    let permitted = |key: &String| items.iter().zip(&evaluation.decisions).any(|(item, it)| item.key == *key && it.permit);
    let (on, off): (Vec<&Service>, Vec<&Service>) = policy.services.iter().partition(|service| service.needs.iter().all(permitted));
    let taken_back = |service: &&Service| {
        let needed = |item: &Item| service.needs.contains(&item.key);
        items.iter().zip(&evaluation.decisions).any(|(item, it)| {
            needed(item) && it.answer.as_ref().is_some_and(|answer| answer.state == State::Withdrawn || answer.actor == Actor::Signal)
        })
    };
    Snapshot {
        format: SNAPSHOT_FORMAT,
        key,
        policy: policy.version,
        made_at: now.0,
        valid_until: evaluation.valid_until.0,
        granted: items.iter().zip(&evaluation.decisions).filter(|(_, it)| it.permit).map(|(item, _)| item.key.clone()).collect(),
        services: on.iter().map(|service| service.id.clone()).collect(),
        ask,
        wishes: merged.wishes.iter().map(|(id, value)| Wish { id: id.clone(), value: *value }).collect(),
        clear: off.into_iter().filter(taken_back).flat_map(|service| traces(service, true)).collect(),
        heads: merged.heads.iter().map(|id| id.to_text()).collect(),
    }
}

/// What a service leaves: that which a page can clear, or that which it cannot.
pub fn traces(service: &Service, clearable: bool) -> Vec<Trace> {
    let can = |tracker: &&Tracker| (tracker.host.is_empty() && !tracker.http_only) == clearable;
    service.trackers.iter().filter(can).map(|it| Trace { name: it.name.clone(), kind: kind_word(it.kind).into() }).collect()
}

/// What can be drawn. `records` are the person's own, in any order; `stamp` and `subject` stay empty.
#[must_use]
pub fn view<'a>(decided: Decided<'_>, prompt: Prompt, regime: &Regime, records: impl Iterator<Item = &'a Sealed>) -> View {
    let Decided { items, evaluation, merged, .. } = decided;
    let decided: Vec<(&Item, &Decision)> = items.iter().zip(&evaluation.decisions).collect();
    let line =
        |letter: &dyn Fn(&Item, &Decision) -> char| decided.iter().map(|(item, decision)| letter(item, decision)).collect::<String>();
    // A prompt answers what it asks and what nobody has answered yet; earlier answers stand.
    let open = |item: &Item, decision: &Decision| decision.answer.is_none() || prompt.items.iter().any(|asked| asked.item == item.key);
    let answered = !merged.answers.is_empty();
    View {
        banner: Lines {
            accept: line(&|item, it| if open(item, it) { on(it) } else { keep(it) }),
            refuse: line(&|item, it| if open(item, it) { off(it) } else { keep(it) }),
        },
        centre: Lines { accept: line(&|_, it| on(it)), refuse: line(&|_, it| off(it)) },
        withdraw: line(&|_, it| if it.permit { off(it) } else { keep(it) }),
        signal: signal_line(&decided),
        items: decided.iter().map(|(item, decision)| item_view(item, decision, answered)).collect(),
        prompt,
        stamp: String::new(),
        subject: String::new(),
        last_answer: merged.last_answer.unwrap_or_default().0,
        ask_again: evaluation.decisions.iter().filter_map(|it| it.expires).min().unwrap_or_default().0,
        history: history(records),
        regimes: vec![regime.id.clone()],
    }
}

fn item_view(item: &Item, decision: &Decision, answered: bool) -> ItemView {
    ItemView {
        key: item.key.clone(),
        purpose: item.purpose.clone(),
        recipient: item.recipient.clone().unwrap_or_default(),
        control: decision.control,
        granted: decision.permit,
        reasons: decision.reasons.clone(),
        on: on(decision).into(),
        off: off(decision).into(),
        keep: keep(decision).into(),
        is_new: answered && decision.answer.is_none() && decision.control == Control::Switch,
        changes: decision.changes.clone(),
    }
}

/// "Accept all" leaves separate items, and what a signal refuses.
fn on(decision: &Decision) -> char {
    match decision.control {
        Control::Switch if !decision.by_signal => State::Given.letter(),
        _ => keep(decision),
    }
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

/// A signal is put on record when it lowers something that no answer has lowered yet.
fn signal_line(decided: &[(&Item, &Decision)]) -> String {
    let news = |it: &Decision| it.by_signal && it.answer.as_ref().is_none_or(|answer| answer.state == State::Given);
    if !decided.iter().any(|(_, it)| news(it)) {
        return String::new();
    }
    decided.iter().map(|(_, it)| if news(it) { State::Refused.letter() } else { '-' }).collect()
}

fn history<'a>(records: impl Iterator<Item = &'a Sealed>) -> Vec<Past> {
    let mut past: Vec<Past> =
        records.map(past_of).filter(|past| !(past.given.is_empty() && past.refused.is_empty() && past.withdrawn.is_empty())).collect();
    past.sort_by_key(|past| std::cmp::Reverse(past.at));
    past.truncate(HISTORY);
    past
}

fn past_of(sealed: &Sealed) -> Past {
    let of = |wanted| sealed.answers().filter(|(_, state)| *state == wanted).map(|(item, _)| item.key.clone()).collect();
    Past {
        at: sealed.record.at,
        control: sealed.record.control.clone(),
        given: of(State::Given),
        refused: of(State::Refused),
        withdrawn: of(State::Withdrawn),
    }
}

fn kind_word(kind: TrackerKind) -> &'static str {
    match kind {
        TrackerKind::Cookie => "cookie",
        TrackerKind::Local => "local",
        TrackerKind::Session => "session",
        TrackerKind::IndexedDb => "indexed_db",
        TrackerKind::Cache => "cache",
    }
}
