//! The differences in words.

use crate::owner::explain::words::{ask, code, list};
use crate::policy::Change;

use super::{ItemDiff, ItemDiffKind, OtherDiff, PeopleDiff, PolicyDiff};

/// Versions and everything that differs, a line each.
pub(super) fn of(diff: &PolicyDiff, (old, new): (u32, u32)) -> String {
    let mut text = format!("Version {old} to version {new}: {}\n", headline(diff));
    if new <= old && !diff.items.is_empty() {
        text.push_str(&format!("The meaning has changed: raise \"version\" to {} before you build.\n", old.saturating_add(1)));
    }
    let defaults = diff.defaults.iter().map(|it| {
        let laws = list(it.laws.iter().cloned(), "and");
        format!("{} was {} and is {} in {laws}", it.item, code(it.was), code(it.now))
    });
    let material = diff.items.iter().filter(|it| it.material);
    let rest = diff.items.iter().filter(|it| !it.material);
    paragraph(&mut text, "Material changes", material.flat_map(item));
    paragraph(&mut text, "People who have said yes to everything", diff.people.iter().map(people));
    paragraph(&mut text, "Defaults before any answer", defaults);
    paragraph(&mut text, "Changes that are not material", rest.flat_map(item).chain(diff.others.iter().map(other)));
    text
}

fn headline(diff: &PolicyDiff) -> &'static str {
    match (diff.material, diff.items.is_empty() && diff.others.is_empty() && diff.defaults.is_empty()) {
        (true, _) if diff.people.is_empty() => "there are material changes, and nobody is asked again under the laws in force.",
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

fn item(it: &ItemDiff) -> Vec<String> {
    match it.kind {
        ItemDiffKind::Added => vec![format!("{} is new", it.item)],
        ItemDiffKind::Removed => vec![format!("{} is gone", it.item)],
        ItemDiffKind::Changed => it.changes.iter().map(|change| part(&it.item, change)).collect(),
    }
}

fn part(item: &str, Change { part, material, id, was, now }: &Change) -> String {
    let weight = if *material { "" } else { ", which is not material" };
    let what = if id.is_empty() { code(part) } else { format!("{} {id}", code(part)) };
    match (was.is_empty(), now.is_empty()) {
        (true, true) => format!("{item}: {what} has changed{weight}"),
        _ if was == id => format!("{item}: {what} is gone{weight}"),
        _ if now == id => format!("{item}: {what} is new{weight}"),
        _ => format!("{item}: {what}: {}{weight}", turn(was, now)),
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
