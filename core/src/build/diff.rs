//! What has changed in the meaning of an item, in words that a view can show.

use std::collections::BTreeSet;

use super::Lock;
use crate::policy::{self, Change, DataUse, Item, Part, PastItem, Policy, Purpose};
use crate::time::{Period, Timestamp};

/// Every earlier form of today's items, with what has changed since.
pub(super) fn history(lock: &Lock, today: &Policy) -> Vec<PastItem> {
    let mut past: Vec<PastItem> = Vec::new();
    for item in policy::items(today) {
        for version in &lock.versions {
            let Some(was) = policy::items(version).into_iter().find(|was| was.key == item.key) else { continue };
            let fingerprint = was.fingerprint.to_text();
            let known = past.iter().any(|past| past.item == item.key && past.fingerprint == fingerprint);
            if was.fingerprint != item.fingerprint && !known {
                past.push(PastItem { item: item.key.clone(), fingerprint, changes: changes((version, &was), (today, &item)) });
            }
        }
    }
    past
}

/// The changes from one form of an item to another.
fn changes(was: (&Policy, &Item), now: (&Policy, &Item)) -> Vec<Change> {
    let (Some(before), Some(after)) = (purpose(was), purpose(now)) else { return Vec::new() };
    let differing = was.1.fingerprint.differing(now.1.fingerprint);
    differing
        .flat_map(|part| match part {
            Part::Aim => vec![whole(part, true, "", "")],
            Part::Method => vec![whole(part, true, &before.method, &after.method)],
            Part::Data => data(before, after),
            Part::Recipients => recipients(before, after),
            Part::Controller => vec![whole(part, false, &controllers(was.0), &controllers(now.0))],
            Part::Basis => vec![whole(part, true, "", "")],
        })
        .collect()
}

/// New data and longer keeping are material; less of either is not.
fn data(before: &Purpose, after: &Purpose) -> Vec<Change> {
    let find = |list: &[DataUse], id: &str| list.iter().find(|data| data.category == id).map(|data| data.retention);
    let ids: BTreeSet<&str> = before.data.iter().chain(&after.data).map(|data| data.category.as_str()).collect();
    let text = |period: Option<Option<Period>>| period.flatten().map(|period| period.to_string()).unwrap_or_default();
    ids.into_iter()
        .filter_map(|id| {
            let (was, now) = (find(&before.data, id), find(&after.data, id));
            let material = match (was, now) {
                (was, now) if was == now => return None,
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(was), Some(now)) => longer(now, was),
            };
            Some(Change { part: Part::Data, material, id: id.to_owned(), was: text(was), now: text(now) })
        })
        .collect()
}

/// No period at all is the longest.
fn longer(a: Option<Period>, b: Option<Period>) -> bool {
    let end = |period: Option<Period>| period.map_or(Timestamp(u64::MAX), |period| Timestamp(0).plus(period));
    end(a) > end(b)
}

/// New recipients and new countries are material; losing one is not.
fn recipients(before: &Purpose, after: &Purpose) -> Vec<Change> {
    let countries = |purpose: &Purpose| purpose.transfers.iter().map(|transfer| transfer.country.clone()).collect::<Vec<_>>();
    let mut found = set_changes(&before.recipients, &after.recipients);
    found.extend(set_changes(&countries(before), &countries(after)));
    found
}

fn set_changes(before: &[String], after: &[String]) -> Vec<Change> {
    let change = |id: &String, added: bool| Change {
        part: Part::Recipients,
        material: added,
        id: id.clone(),
        was: if added { String::new() } else { id.clone() },
        now: if added { id.clone() } else { String::new() },
    };
    let added = after.iter().filter(|id| !before.contains(id)).map(|id| change(id, true));
    let gone = before.iter().filter(|id| !after.contains(id)).map(|id| change(id, false));
    added.chain(gone).collect()
}

fn purpose<'a>((policy, item): (&'a Policy, &Item)) -> Option<&'a Purpose> {
    policy.purposes.iter().find(|purpose| purpose.id == item.purpose)
}

fn controllers(policy: &Policy) -> String {
    policy.controllers.iter().map(|controller| controller.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn whole(part: Part, material: bool, was: &str, now: &str) -> Change {
    Change { part, material, id: String::new(), was: was.to_owned(), now: now.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(version: u32, data: &str, recipients: &str) -> Policy {
        let json = format!(
            r#"{{ "site": "s", "version": {version}, "withdrawalUrl": "u", "controllers": [{{ "id": "c", "name": "C" }}],
            "recipients": [{{ "id": "a", "name": "A" }}, {{ "id": "b", "name": "B" }}],
            "dataCategories": [{{ "id": "pages" }}, {{ "id": "device" }}],
            "purposes": [{{ "id": "analytics", "data": {data}, "recipients": {recipients} }}],
            "texts": {{ "en": {{ "analytics.name": "n", "analytics.text": "t" }} }} }}"#
        );
        policy::parse(&json).expect("a policy")
    }

    fn said(before: (&str, &str), after: (&str, &str)) -> Vec<(String, bool)> {
        let today = policy(2, after.0, after.1);
        let lock = Lock { versions: vec![policy(1, before.0, before.1)] };
        history(&lock, &today)
            .into_iter()
            .flat_map(|past| past.changes)
            .map(|it| (format!("{}:{}>{}", it.id, it.was, it.now), it.material))
            .collect()
    }

    #[test]
    fn growth_is_material_and_shrinking_is_not() {
        let pages = r#"[{ "category": "pages", "retention": "P13M" }]"#;
        let longer = r#"[{ "category": "pages", "retention": "P25M" }]"#;
        let more = r#"[{ "category": "pages", "retention": "P13M" }, { "category": "device" }]"#;
        let cases = [
            ((pages, r#"["a"]"#), (longer, r#"["a"]"#), ("pages:P13M>P25M", true)),
            ((longer, r#"["a"]"#), (pages, r#"["a"]"#), ("pages:P25M>P13M", false)),
            ((pages, r#"["a"]"#), (more, r#"["a"]"#), ("device:>", true)),
            ((more, r#"["a"]"#), (pages, r#"["a"]"#), ("device:>", false)),
            ((pages, r#"["a"]"#), (pages, r#"["a", "b"]"#), ("b:>b", true)),
            ((pages, r#"["a", "b"]"#), (pages, r#"["a"]"#), ("b:b>", false)),
        ];
        for (before, after, (text, material)) in cases {
            assert_eq!(said(before, after), [(text.to_owned(), material)]);
        }
        assert_eq!(said((pages, r#"["a", "b"]"#), (pages, r#"["b", "a"]"#)), []);
    }
}
