use serde_json::{Value, json};

use super::*;
use crate::policy::parse;
use crate::regime::AskReason;

/// 23 November 2026, noon.
const NOW: u64 = 1_795_435_200_000;

fn source() -> Value {
    json!({
        "site": "s", "version": 1, "withdrawalUrl": "/w", "controllers": [{ "id": "c", "name": "C" }],
        "recipients": [{ "id": "a", "name": "A" }, { "id": "b", "name": "B" }], "dataCategories": [{ "id": "pages" }],
        "purposes": [
            { "id": "necessary" },
            { "id": "count", "kinds": ["stats_other"], "recipients": ["a"], "data": [{ "category": "pages", "retention": "P6M" }] },
            { "id": "place", "kinds": ["geo_precise"] },
        ],
        "services": [{ "id": "counter", "name": "Counter", "needs": ["count"], "trackers": [{ "name": "_c" }] }],
        "texts": { "en": {
            "necessary.name": "n", "necessary.text": "t", "count.name": "n", "count.text": "t", "place.name": "n", "place.text": "t",
            "more.name": "n", "more.text": "t",
        } },
    })
}

fn to(changes: &[(&str, Value)]) -> PolicyDiff {
    let mut changed = source();
    for (pointer, value) in changes {
        *changed.pointer_mut(pointer).expect(pointer) = value.clone();
    }
    let policy = |source: &Value| parse(&source.to_string()).expect("a policy");
    diff(&policy(&source()), &policy(&changed), NOW).expect("a diff")
}

/// The laws under which an item is asked, with the reason.
fn asked<'a>(diff: &'a PolicyDiff, item: &str) -> Vec<(&'a str, AskReason)> {
    let of = |group: &'a PeopleDiff| group.asked.iter().map(move |asked| (group, asked));
    let hits = diff.people.iter().flat_map(of).filter(|(_, asked)| asked.item == item);
    hits.flat_map(|(group, asked)| group.laws.iter().map(|law| (law.as_str(), asked.reason))).collect()
}

#[test]
fn the_same_policy_differs_in_nothing() {
    let diff = to(&[]);
    assert!(!diff.material && diff.items.is_empty() && diff.people.is_empty() && diff.defaults.is_empty() && diff.others.is_empty());
    assert_eq!(diff.text, "Version 1 to version 1: nothing differs.\n");
}

#[test]
fn a_new_recipient_is_asked_about_where_a_yes_is_needed() {
    let diff = to(&[("/version", json!(2)), ("/purposes/1/recipients", json!(["a", "b"]))]);
    assert!(diff.material);
    let [item] = diff.items.as_slice() else { panic!("{:?}", diff.items) };
    assert_eq!((item.item.as_str(), item.kind, item.material), ("count", ItemDiffKind::Changed, true));
    let asked = asked(&diff, "count");
    assert!(asked.contains(&("FR", AskReason::NewRecipient)), "{asked:?}");
    assert!(!asked.iter().any(|(law, _)| *law == "US-CA"), "{asked:?}");
    assert!(diff.people.iter().any(|group| group.laws.contains(&"FR".to_owned()) && group.stopped == ["count"]));
    assert_eq!(diff.others, []);
    assert!(diff.text.contains("count: recipient b is new\n"), "{}", diff.text);
}

#[test]
fn less_and_other_words_ask_nobody() {
    let changes = [
        ("/purposes/1/recipients", json!([])),
        ("/purposes/1/data/0/retention", json!("P3M")),
        ("/texts/en/count.name", json!("Counting")),
        ("/services/0/trackers", json!([{ "name": "_c" }, { "name": "_d", "lifetime": "P1M" }])),
        ("/controllers/0/name", json!("Company")),
    ];
    let diff = to(&changes);
    assert!(!diff.material && diff.people.is_empty(), "{}", diff.text);
    let [item] = diff.items.as_slice() else { panic!("{:?}", diff.items) };
    assert_eq!(item.changes.iter().map(|it| it.material).collect::<Vec<_>>(), [false, false]);
    let paths: Vec<&str> = diff.others.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["controllers[c].name", "services[counter].trackers[_d]", "texts.en[\"count.name\"]"]);
    assert!(diff.text.contains("raise \"version\" to 2"), "{}", diff.text);
    assert!(diff.text.contains("count: data pages: \"P6M\" became \"P3M\", which is not material\n"), "{}", diff.text);
    assert!(diff.text.contains("texts.en[\"count.name\"]: \"n\" became \"Counting\"\n"), "{}", diff.text);
}

#[test]
fn every_part_is_told_in_words() {
    let purpose = json!({
        "id": "count", "kinds": ["ads_targeted"], "legalBasis": "legitimate_interest", "recipients": ["a"],
        "transfers": [{ "country": "US", "safeguard": "scc" }], "data": [{ "category": "device" }],
    });
    let diff = to(&[("/dataCategories", json!([{ "id": "pages" }, { "id": "device" }])), ("/purposes/1", purpose)]);
    let told: Vec<&str> = diff.text.lines().filter_map(|line| line.strip_prefix("  count: ")).collect();
    let expected = [
        "aim: \"stats_other\" became \"ads_targeted\"",
        "data device is new, kept for a time that nothing states",
        "data pages is gone, which is not material",
        "transfer to US is new",
        "basis: \"consent\" became \"legitimate_interest\"",
    ];
    assert_eq!(told.get(..expected.len()), Some(expected.as_slice()), "{}", diff.text);
}

#[test]
fn a_law_of_several_rows_is_named_once() {
    let diff = to(&[("/purposes/1/recipients", json!(["a", "b"]))]);
    for PeopleDiff { laws, .. } in &diff.people {
        assert!(laws.iter().enumerate().all(|(index, law)| !laws[..index].contains(law)), "{laws:?}");
    }
}

#[test]
fn a_changed_item_that_is_never_in_the_banner_still_stops() {
    let diff = to(&[("/purposes/2", json!({ "id": "place", "kinds": ["geo_precise"], "method": "another" }))]);
    let china = diff.people.iter().find(|group| group.laws.contains(&"CN".to_owned())).expect("China");
    assert_eq!((china.asked.as_slice(), china.stopped.as_slice()), ([].as_slice(), ["place".to_owned()].as_slice()));
}

#[test]
fn a_purpose_comes_and_another_goes() {
    let diff = to(&[("/purposes/2", json!({ "id": "more", "kinds": ["ads_targeted"] }))]);
    let kinds: Vec<_> = diff.items.iter().map(|it| (it.item.as_str(), it.kind, it.material)).collect();
    assert_eq!(kinds, [("more", ItemDiffKind::Added, true), ("place", ItemDiffKind::Removed, false)]);
    assert!(asked(&diff, "more").contains(&("DE", AskReason::NewPurpose)));
    assert_eq!(diff.others, []);
    let free = to(&[("/purposes/2", json!({ "id": "more", "kinds": ["security"] }))]);
    assert!(!free.material, "what needs no answer asks nobody: {}", free.text);
}

#[test]
fn a_new_version_of_a_document_is_asked_of_everybody_with_an_account() {
    let terms = |version: &str, more: Value| {
        let mut source = source();
        let mut document = json!({ "id": "terms", "version": version, "url": "/terms" });
        document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        source["documents"] = json!([document]);
        parse(&source.to_string()).expect("a policy")
    };
    let (first, next) = (terms("1", json!({})), terms("2", json!({ "effective": "2027-01-01", "grace": "P1M" })));
    let anew = diff(&first, &next, NOW).expect("a diff");
    assert!(anew.material && anew.items.is_empty() && anew.people.is_empty() && anew.others.is_empty(), "{}", anew.text);
    let words = "terms: version \"1\" became \"2\", which applies from 2027-01-01: everybody with an account is asked to accept it; \
                 who has accepted the earlier one may go on by it for 1 month more\n";
    assert!(anew.text.contains(words), "{}", anew.text);
    assert!(anew.text.starts_with("Version 1 to version 1: there are material changes.\n"), "{}", anew.text);
    let moved = diff(&next, &terms("2", json!({ "effective": "2027-02-01", "grace": "P1M" })), NOW).expect("a diff");
    assert_eq!((moved.material, moved.others.len()), (false, 1), "the same version is accepted already: {}", moved.text);
    let plain = parse(&source().to_string()).expect("a policy");
    let gone = diff(&next, &plain, NOW).expect("a diff");
    assert!(!gone.material && gone.text.contains("documents[terms]: no longer \"terms\"\n"), "{}", gone.text);
    let come = diff(&plain, &first, NOW).expect("a diff");
    assert!(come.material && come.others.is_empty() && come.text.contains("terms: version \"1\" is new: "), "{}", come.text);
}

#[test]
fn a_default_that_turns_is_named() {
    let diff = to(&[("/purposes/0", json!({ "id": "necessary", "kinds": ["ads_contextual"] }))]);
    assert!(diff.defaults.iter().any(|it| it.item == "necessary" && it.was == DefaultState::Allowed && it.laws.contains(&"DE".to_owned())));
    let told = "necessary: \"allowed without consent\" became \"off until the person says yes\" in ";
    assert!(diff.text.contains(told), "{}", diff.text);
}

#[test]
fn another_site_is_no_new_version() {
    let (old, mut new) = (parse(&source().to_string()).expect("a policy"), source());
    new["site"] = json!("t");
    let new = parse(&new.to_string()).expect("a policy");
    assert_eq!(diff(&old, &new, NOW).expect_err("two sites").code(), "FOREIGN_SITE");
}
