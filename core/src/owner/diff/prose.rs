//! The differences in words.

use crate::owner::explain::words::{ask, code, list, state};
use crate::policy::{Change, Part, Policy};

use super::{ItemDiff, ItemDiffKind, OtherDiff, PeopleDiff, PolicyDiff, documents};

/// Versions and everything that differs, a line each.
pub(super) fn of(diff: &PolicyDiff, both: (&Policy, &Policy)) -> String {
    let (old, new) = (both.0.version, both.1.version);
    let mut text = format!("Version {old} to version {new}: {}\n", headline(diff));
    if new <= old && !diff.items.is_empty() {
        text.push_str(&format!("The meaning has changed: raise \"version\" to {} before you build.\n", old.saturating_add(1)));
    }
    let defaults = diff.defaults.iter().map(|it| {
        let laws = list(it.laws.iter().cloned(), "and");
        format!("{}: {} in {laws}", it.item, turn(state(it.was), state(it.now)))
    });
    let material = diff.items.iter().filter(|it| it.material);
    let rest = diff.items.iter().filter(|it| !it.material);
    paragraph(&mut text, "Material changes", material.flat_map(|it| item(it, both)));
    paragraph(&mut text, "People who have said yes to everything", diff.people.iter().map(people));
    paragraph(&mut text, "Documents", diff.documents.iter().map(documents::words));
    paragraph(&mut text, "Defaults before any answer", defaults);
    paragraph(&mut text, "Changes that are not material", rest.flat_map(|it| item(it, both)).chain(diff.others.iter().map(other)));
    text
}

fn headline(diff: &PolicyDiff) -> &'static str {
    match (diff.material, diff.items.is_empty() && diff.others.is_empty() && diff.defaults.is_empty()) {
        (true, _) if diff.people.is_empty() && diff.documents.is_empty() => {
            "there are material changes, and nobody is asked again under the laws in force."
        }
        (true, _) => "there are material changes.",
        (false, true) => "nothing differs.",
        (false, false) => "no change is material: nobody is asked again.",
    }
}

fn paragraph(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.map(|line| format!("  {line}\n")).collect();
    if !lines.is_empty() {
        text.push_str(&format!("\n{title}:\n{}", lines.concat()));
    }
}

fn item(it: &ItemDiff, both: (&Policy, &Policy)) -> Vec<String> {
    match it.kind {
        ItemDiffKind::Added => vec![format!("{} is new", it.item)],
        ItemDiffKind::Removed => vec![format!("{} is gone", it.item)],
        ItemDiffKind::Changed => it.changes.iter().map(|change| part(&it.item, change, both)).collect(),
    }
}

fn part(item: &str, change: &Change, both: (&Policy, &Policy)) -> String {
    let Change { part, material, id, was, now } = change;
    let weight = if *material { "" } else { ", which is not material" };
    let (what, turned) = match part {
        Part::Data => (format!("data {id}"), kept(item, change, both)),
        Part::Recipients => {
            let named = both.0.recipients.iter().chain(&both.1.recipients).any(|it| it.id == *id);
            let what = if named { "recipient" } else { "transfer to" };
            (format!("{what} {id}"), if was.is_empty() { " is new".to_owned() } else { " is gone".to_owned() })
        }
        _ if was == now => (code(part), " has changed".to_owned()),
        _ => (code(part), format!(": {}", turn(was, now))),
    };
    format!("{item}: {what}{turned}{weight}")
}

/// What became of a kind of data: it came, it went, or it is kept for another time.
fn kept(item: &str, Change { id, was, now, .. }: &Change, (old, new): (&Policy, &Policy)) -> String {
    let purpose = item.split('/').next().unwrap_or_default();
    let uses = |policy: &Policy| {
        let purpose = policy.purposes.iter().find(|it| it.id == purpose);
        purpose.is_some_and(|it| it.data.iter().any(|data| data.category == *id))
    };
    let end = |period: &str| if period.is_empty() { "no stated end".to_owned() } else { period.to_owned() };
    match (uses(old), uses(new)) {
        (false, _) => format!(" is new, kept for {}", if now.is_empty() { "a time that nothing states" } else { now }),
        (_, false) => " is gone".to_owned(),
        _ => format!(": {}", turn(&end(was), &end(now))),
    }
}

fn people(PeopleDiff { laws, asked, stopped }: &PeopleDiff) -> String {
    let mut said: Vec<String> =
        asked.iter().map(|it| format!("are asked about {} ({}: {})", it.item, code(it.reason), ask(it.reason))).collect();
    if !stopped.is_empty() {
        said.push(format!("have {} off until they answer", list(stopped.iter().cloned(), "and")));
    }
    format!("{}: {}", list(laws.iter().cloned(), "and"), list(said.into_iter(), "and"))
}

fn other(OtherDiff { path, was, now }: &OtherDiff) -> String {
    format!("{path}: {}", turn(was, now))
}

fn turn(was: &str, now: &str) -> String {
    match (was.is_empty(), now.is_empty()) {
        (true, _) => format!("now \"{now}\""),
        (_, true) => format!("no longer \"{was}\""),
        _ => format!("\"{was}\" became \"{now}\""),
    }
}
