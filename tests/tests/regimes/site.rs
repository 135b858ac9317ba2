//! The site on which a line is tried: one purpose of each kind, with the line's facts and settings.

use consentkit_core::policy::{self, Policy};
use serde_json::{Map, Value, json};

use super::line::Line;

/// The purpose keys, in the order of the letters.
pub(crate) const KINDS: [&str; 13] = [
    "necessary",
    "security",
    "prefs_user_chosen",
    "stats_fp",
    "stats_other",
    "personalisation",
    "ads_contextual",
    "ads_targeted",
    "sale_share",
    "sensitive",
    "geo_precise",
    "xborder",
    "e_marketing",
];

/// The key of the item that a letter is about.
pub(crate) fn item(line: &Line, kind: usize) -> String {
    if line.has_fact("each_recipient") { format!("k{kind}/r") } else { format!("k{kind}") }
}

/// The policy of a site with these kinds.
pub(crate) fn policy(line: &Line, kinds: &[usize]) -> Result<Policy, String> {
    let purposes = kinds.iter().map(|kind| purpose(line, *kind)).collect::<Result<Vec<_>, _>>()?;
    let texts: Map<String, Value> =
        kinds.iter().flat_map(|kind| ["name", "text"].map(|key| (format!("k{kind}.{key}"), Value::from(KINDS[*kind])))).collect();
    let (mut flags, mut gpc) = (Vec::new(), "everywhere");
    for flag in line.flags.split_whitespace() {
        if flag == "statutory_only" { gpc = flag } else { flags.push(flag) }
    }
    let source = json!({
        "site": "shop.example",
        "version": 1,
        "withdrawalUrl": "https://shop.example/privacy",
        "controllers": [{ "id": "shop", "name": "Shop Ltd" }],
        "recipients": [{ "id": "r", "name": "Recipient Ltd" }],
        "dataCategories": [{ "id": "d" }],
        "purposes": purposes,
        "services": services(line, kinds),
        "settings": { "flags": flags, "gpc": gpc },
        "texts": { "en": texts },
    });
    policy::parse(&source.to_string()).map_err(|error| format!("the policy: {error}"))
}

fn purpose(line: &Line, kind: usize) -> Result<Value, String> {
    let mut kinds = vec![KINDS[kind]];
    kinds.extend(line.also.split_whitespace().filter(|also| *also != KINDS[kind]));
    let mut purpose = json!({ "id": format!("k{kind}"), "kinds": kinds, "facts": {} });
    for word in line.facts.split_whitespace() {
        match word {
            "own_use" => purpose["facts"]["ownUse"] = true.into(),
            "aggregated" => purpose["facts"]["aggregated"] = true.into(),
            "sole_purpose" => purpose["facts"]["solePurpose"] = true.into(),
            "lawful_sale" => purpose["facts"]["lawfulSale"] = true.into(),
            "low_risk" => purpose["facts"]["highRisk"] = false.into(),
            "unmatched" => purpose["facts"]["matchedToPerson"] = false.into(),
            "recipient" => purpose["recipients"] = json!(["r"]),
            "each_recipient" => {
                purpose["recipients"] = json!(["r"]);
                purpose["perRecipient"] = true.into();
            }
            _ => match word.split_once('=') {
                Some(("data", "open")) => purpose["data"] = json!([{ "category": "d" }]),
                Some(("data", kept)) => purpose["data"] = json!([{ "category": "d", "retention": kept }]),
                Some(("tracker", _)) => {}
                _ => return Err(format!("no such fact: {word}")),
            },
        }
    }
    Ok(purpose)
}

/// A service for each purpose, where the line says how long its trackers live.
fn services(line: &Line, kinds: &[usize]) -> Vec<Value> {
    let Some(lifetime) = line.facts.split_whitespace().find_map(|word| word.strip_prefix("tracker=")) else { return Vec::new() };
    let service = |kind: &usize| {
        json!({
            "id": format!("s{kind}"),
            "name": "Service",
            "needs": [item(line, *kind)],
            "trackers": [{ "name": format!("t{kind}"), "lifetime": lifetime }],
        })
    };
    kinds.iter().map(service).collect()
}
