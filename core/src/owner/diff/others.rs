//! Every value that differs and is not already told as a change of an item's meaning.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::policy::{Part, Policy};

use super::{DocumentDiff, ItemDiff, ItemDiffKind, OtherDiff};

/// What has no meaning of its own: the number of a version, and what machines write.
const SILENT: [&str; 3] = ["$schema", "version", "history"];

/// The differing values, by their paths.
pub(super) fn differing(old: &Policy, new: &Policy, items: &[ItemDiff], documents: &[DocumentDiff]) -> Vec<OtherDiff> {
    let (was, now) = (values(old), values(new));
    let mut found: Vec<OtherDiff> = Vec::new();
    let mut paths: Vec<&String> = was.keys().chain(now.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let text = |values: &BTreeMap<String, String>| values.get(path).cloned().unwrap_or_default();
        let other = OtherDiff { path: path.clone(), was: text(&was), now: text(&now) };
        // The whole of what is new or gone stands before its parts.
        let part = |whole: &OtherDiff| whole.was.is_empty() != whole.now.is_empty() && is_inside(path, &whole.path);
        let told = is_told(path, items) || documents.iter().any(|it| is_of(path, it));
        if other.was != other.now && !told && !found.iter().any(part) {
            found.push(other);
        }
    }
    found
}

fn is_inside(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Whether it is of a document whose new version is told. Where it is read is no part of that.
fn is_of(path: &str, it: &DocumentDiff) -> bool {
    let field = path.strip_prefix("documents[").and_then(|rest| rest.strip_prefix(it.document.as_str()));
    field.is_some_and(|field| if it.was.is_empty() { field.starts_with(']') } else { field.starts_with("].") && field != "].url" })
}

/// Whether it is part of an item that is new, gone, or changed in that part.
fn is_told(path: &str, items: &[ItemDiff]) -> bool {
    let Some((purpose, rest)) = path.strip_prefix("purposes[").and_then(|rest| rest.split_once(']')) else { return false };
    let field = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
    let part = match field {
        "kinds" | "facts" => Part::Aim,
        "method" => Part::Method,
        "data" => Part::Data,
        "recipients" | "perRecipient" | "transfers" => Part::Recipients,
        "legalBasis" => Part::Basis,
        _ => return items.iter().any(|item| item.item == purpose && item.kind != ItemDiffKind::Changed),
    };
    let own = items.iter().filter(|item| item.item.split('/').next() == Some(purpose));
    own.into_iter().any(|item| match item.kind {
        ItemDiffKind::Changed => item.changes.iter().any(|change| change.part == part),
        _ => item.item == purpose || part == Part::Recipients,
    })
}

fn values(policy: &Policy) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Ok(Value::Object(members)) = serde_json::to_value(policy) {
        for (name, value) in members.iter().filter(|(name, _)| !SILENT.contains(&name.as_str())) {
            put(&mut found, name.clone(), value);
        }
    }
    found
}

/// Lists have no order here: their elements are found by what names them.
fn put(to: &mut BTreeMap<String, String>, path: String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => drop(to.insert(path, text.clone())),
        Value::Bool(_) | Value::Number(_) => drop(to.insert(path, value.to_string())),
        Value::Array(elements) => elements.iter().for_each(|element| {
            let name = name(element);
            let path = format!("{path}[{name}]");
            if element.is_object() {
                to.insert(path.clone(), name);
            }
            put(to, path, element);
        }),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let plain = name.chars().all(|it| it.is_alphanumeric() || it == '_');
            put(to, if plain { format!("{path}.{name}") } else { format!("{path}[\"{name}\"]") }, value);
        }),
    }
}

fn name(element: &Value) -> String {
    let named = ["id", "category", "country", "name"].iter().find_map(|key| element.get(key)?.as_str());
    named.or(element.as_str()).map_or_else(|| element.to_string(), str::to_owned)
}
