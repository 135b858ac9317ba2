//! Each rule with a policy that it refuses and the nearest one that it accepts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::policy::parse;

/// A policy in which no rule finds anything.
fn good() -> Value {
    json!({
        "site": "shop.example", "version": 1, "withdrawalUrl": "https://shop.example/privacy", "noticeUrl": "/privacy",
        "controllers": [{ "id": "shop", "name": "Shop", "address": "Kiel", "contact": "privacy@shop.example" }],
        "purposes": [
            { "id": "necessary", "legalBasis": "contract" },
            {
                "id": "count", "kinds": ["stats_fp"], "facts": { "ownUse": true, "aggregated": true, "solePurpose": true },
                "data": [{ "category": "pages", "retention": "P25M" }],
            },
            { "id": "ads", "kinds": ["ads_targeted", "sale_share"], "recipients": ["acme"], "data": [{ "category": "pages", "retention": "P6M" }] },
        ],
        "recipients": [{ "id": "acme", "name": "Acme", "country": "FR", "noticeUrl": "https://acme.example" }, { "id": "b", "name": "B" }],
        "dataCategories": [{ "id": "pages" }, { "id": "health", "sensitive": true }],
        "services": [
            { "id": "basket", "name": "Basket", "needs": ["necessary"], "trackers": [{ "name": "_b" }] },
            { "id": "counter", "name": "Counter", "needs": ["count"], "trackers": [{ "name": "_c", "lifetime": "P13M" }] },
            { "id": "acme", "name": "Acme", "needs": ["ads"], "trackers": [{ "name": "_a" }] },
        ],
        "storageLocations": ["DE"],
        "texts": {
            "en": {
                "necessary.name": "n", "necessary.text": "t", "count.name": "n", "count.text": "t", "ads.name": "n", "ads.text": "t",
                "data.pages.name": "Pages", "data.health.name": "Health",
            },
            "de": {
                "necessary.name": "n", "necessary.text": "t", "count.name": "n", "count.text": "t", "ads.name": "n", "ads.text": "t",
                "data.pages.name": "Seiten", "data.health.name": "Gesundheit",
            },
        },
    })
}

/// Sets values at JSON pointers; `null` removes.
fn with(changes: &[(&str, Value)]) -> Policy {
    let mut source = good();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match source.pointer_mut(parent).expect(pointer) {
            Value::Object(members) if value.is_null() => drop(members.remove(key)),
            Value::Object(members) => drop(members.insert(key.to_owned(), value.clone())),
            Value::Array(list) if key == "-" => list.push(value.clone()),
            other => panic!("{pointer}: {other}"),
        }
    }
    parse(&source.to_string()).expect("a valid policy")
}

fn found(changes: &[(&str, Value)]) -> Vec<(String, String)> {
    lint(&with(changes)).into_iter().map(|it| (it.rule, it.path)).collect()
}

type Case = (&'static str, &'static str, Vec<(&'static str, Value)>, Vec<(&'static str, Value)>);

/// A rule, the place it names, a policy that fails, and its nearest neighbour.
fn cases() -> Vec<Case> {
    let en = |key: &'static str| -> &'static str { Box::leak(format!("/texts/en/{key}").into_boxed_str()) };
    let labels = |accept: &str, refuse: &str| vec![(en("ui.accept"), json!(accept)), (en("ui.refuse"), json!(refuse))];
    let third = |more: Value| json!(["acme", more]);
    vec![
        (
            "refuse_on_layer_1",
            "texts.en[\"ui.refuse\"]",
            [labels("Yes", "Set"), vec![(en("ui.choose"), json!("Set"))]].concat(),
            [labels("Yes", "No"), vec![(en("ui.choose"), json!("Set"))]].concat(),
        ),
        ("equal_labels", "texts.en[\"ui.accept\"]", labels("Yes, give me everything", "No"), labels("Yes", "No")),
        (
            "equal_reasons",
            "texts.en[\"ads.no\"]",
            vec![
                (en("ads.yes"), json!("y")),
                ("/texts/de/ads.yes", json!("j")),
                ("/texts/de/ads.no", json!("n")),
                ("/texts/de/ads.no", Value::Null),
            ],
            vec![
                (en("ads.yes"), json!("y")),
                (en("ads.no"), json!("n")),
                ("/texts/de/ads.yes", json!("j")),
                ("/texts/de/ads.no", json!("n")),
            ],
        ),
        (
            "closing_is_no_consent",
            "texts.en[\"ui.close\"]",
            [labels("Okay", "Nope"), vec![(en("ui.close"), json!("okay"))]].concat(),
            [labels("Okay", "Nope"), vec![(en("ui.close"), json!("Later"))]].concat(),
        ),
        (
            "every_language",
            "texts.de[\"service.acme.text\"]",
            vec![(en("service.acme.text"), json!("t"))],
            vec![(en("service.acme.text"), json!("t")), ("/texts/de/service.acme.text", json!("t"))],
        ),
        (
            "data_named",
            "texts.de[\"data.pages.name\"]",
            vec![(en("data.pages.name"), Value::Null), ("/texts/de/data.pages.name", Value::Null)],
            vec![(en("data.health.name"), Value::Null), ("/texts/de/data.health.name", Value::Null)],
        ),
        (
            "purpose_specific",
            "purposes[2].kinds",
            vec![("/purposes/2/kinds", json!(["ads_targeted", "e_marketing"]))],
            vec![("/purposes/2/kinds", json!(["ads_targeted", "ads_contextual"]))],
        ),
        (
            "sensitive_alone",
            "purposes[2].data[1]",
            vec![("/purposes/2/data/-", json!({ "category": "health", "retention": "P1M" }))],
            vec![("/purposes/2/data", json!([{ "category": "health", "retention": "P1M" }]))],
        ),
        ("data_stated", "purposes[2].data", vec![("/purposes/2/data", json!([]))], vec![("/purposes/0/data", json!([]))]),
        (
            "retention_stated",
            "purposes[2].data[0].retention",
            vec![("/purposes/2/data", json!([{ "category": "pages" }]))],
            vec![("/purposes/0/data", json!([{ "category": "pages" }]))],
        ),
        (
            "no_pre_selection",
            "services[0].trackers[0]",
            vec![("/services/0/trackers", json!([{ "name": "_a" }]))],
            vec![("/services/0/trackers", json!([{ "name": "_a", "kind": "local" }]))],
        ),
        (
            "consent_is_the_ground",
            "purposes[2].legalBasis",
            vec![("/purposes/2/legalBasis", json!("legitimate_interest"))],
            vec![("/purposes/1/legalBasis", json!("legitimate_interest"))],
        ),
        (
            "not_bundled",
            "purposes[0].legalBasis",
            vec![
                ("/purposes/0/kinds", json!(["necessary", "personalisation"])),
                ("/purposes/0/data", json!([{ "category": "pages", "retention": "P1M" }])),
            ],
            vec![
                ("/purposes/0/kinds", json!(["necessary", "prefs_user_chosen"])),
                ("/purposes/0/data", json!([{ "category": "pages", "retention": "P1M" }])),
            ],
        ),
        (
            "recipients_stated",
            "purposes[2].recipients",
            vec![("/purposes/2/recipients", json!([]))],
            vec![("/purposes/2/recipients", json!([])), ("/purposes/2/kinds", json!(["ads_contextual"]))],
        ),
        (
            "each_recipient",
            "purposes[2].perRecipient",
            vec![
                ("/purposes/2/kinds", json!(["third_party"])),
                ("/purposes/2/recipients", third(json!("c"))),
                ("/recipients/-", json!({ "id": "c", "name": "C", "country": "DE", "noticeUrl": "/c" })),
            ],
            vec![
                ("/purposes/2/kinds", json!(["third_party"])),
                ("/purposes/2/recipients", third(json!("c"))),
                ("/recipients/-", json!({ "id": "c", "name": "C", "country": "DE", "noticeUrl": "/c" })),
                ("/purposes/2/perRecipient", json!(true)),
            ],
        ),
        (
            "recipient_notice",
            "recipients[0].noticeUrl",
            vec![("/recipients/0/noticeUrl", json!(""))],
            vec![("/recipients/-", json!({ "id": "c", "name": "C" }))],
        ),
        (
            "transfer_safeguard",
            "purposes[2].transfers[0].safeguard",
            vec![("/purposes/2/transfers", json!([{ "country": "US", "safeguard": "trust" }]))],
            vec![("/purposes/2/transfers", json!([{ "country": "US", "safeguard": "scc" }]))],
        ),
        (
            "transfer_stated",
            "purposes[2].recipients[0]",
            vec![("/recipients/0/country", json!("US"))],
            vec![("/recipients/0/country", json!("US")), ("/purposes/2/transfers", json!([{ "country": "US", "safeguard": "scc" }]))],
        ),
        (
            "statistics_facts",
            "purposes[1].facts",
            vec![("/purposes/1/facts/solePurpose", json!(false))],
            vec![("/purposes/1/kinds", json!(["stats_other"])), ("/purposes/1/facts/solePurpose", json!(false))],
        ),
        (
            "statistics_kept_short",
            "purposes[1].data[0].retention",
            vec![("/purposes/1/data", json!([{ "category": "pages", "retention": "P26M" }]))],
            vec![("/purposes/1/data", json!([{ "category": "pages", "retention": "P2Y" }]))],
        ),
        (
            "statistics_trackers_short",
            "services[1].trackers[0].lifetime",
            vec![("/services/1/trackers", json!([{ "name": "_c", "lifetime": "P14M" }]))],
            vec![("/services/1/trackers", json!([{ "name": "_c", "lifetime": "P1Y" }]))],
        ),
        (
            "sole_purpose",
            "services[1].trackers[0]",
            vec![("/services/2/trackers", json!([{ "name": "_c" }]))],
            vec![("/services/2/trackers", json!([{ "name": "_c", "host": "acme.example" }]))],
        ),
        (
            "withdrawal_reachable",
            "withdrawalUrl",
            vec![("/withdrawalUrl", json!("write to us"))],
            vec![("/withdrawalUrl", json!("/choices"))],
        ),
        (
            "controller_reachable",
            "controllers[0].contact",
            vec![("/controllers/0/contact", json!(" "))],
            vec![("/controllers/0/contact", json!("/contact"))],
        ),
        ("notice_reachable", "noticeUrl", vec![("/noticeUrl", json!(""))], vec![("/noticeUrl", json!("https://shop.example/notice"))]),
        (
            "children_and_ads",
            "purposes[2].kinds",
            vec![("/settings", json!({ "flags": ["child_directed"] }))],
            vec![("/settings", json!({ "flags": ["child_directed"] })), ("/purposes/2/kinds", json!(["ads_contextual"]))],
        ),
        (
            "flags_match",
            "settings.flags[0]",
            vec![("/settings", json!({ "flags": ["tcf"] }))],
            vec![("/settings", json!({ "flags": ["tcf"] })), ("/recipients/0/tcfId", json!(7))],
        ),
        (
            "exempting_flags",
            "settings.flags[0]",
            vec![("/settings", json!({ "flags": ["glba_data"] }))],
            vec![("/settings", json!({ "flags": ["video"] }))],
        ),
    ]
}

#[test]
fn a_good_policy_has_no_findings() {
    assert_eq!(found(&[]), []);
}

#[test]
fn every_rule_refuses_one_policy_and_accepts_its_neighbour() {
    for (rule, path, bad, neighbour) in cases() {
        let hits = found(&bad);
        assert!(hits.contains(&(rule.to_owned(), path.to_owned())), "{rule} finds {hits:?}");
        assert!(
            hits.iter().filter(|(name, _)| name != rule).all(|(name, _)| rule == "equal_reasons" && name == "every_language"),
            "{rule}: only it: {hits:?}"
        );
        assert_eq!(found(&neighbour), [], "the neighbour of {rule}");
    }
    let tried: BTreeSet<&str> = cases().into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(tried, rules().map(|rule| rule.name).collect(), "every rule has a case");
}

#[test]
fn every_rule_says_what_to_do_and_where_it_stands() {
    let names: BTreeSet<&str> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.len(), rules().count(), "names are unique");
    assert!(rules().all(|rule| rule.remedy.len() > 10 && rule.citation.len() > 10));
}

#[test]
fn a_vendor_without_the_flag_is_noticed() {
    let changes = [("/recipients/0/tcfId", json!(7))];
    assert_eq!(found(&changes), [("flags_match".to_owned(), "settings.flags".to_owned())]);
}
