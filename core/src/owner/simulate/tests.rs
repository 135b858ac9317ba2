use super::*;
use crate::policy::parse;

/// 23 November 2026, noon.
const NOW: u64 = 1_795_435_200_000;

fn table() -> Simulation {
    let json = r#"{ "site": "s", "version": 1, "withdrawalUrl": "/w", "controllers": [{ "id": "c", "name": "C" }],
        "purposes": [{ "id": "necessary" }, { "id": "stats", "kinds": ["stats_other"] }, { "id": "ads", "kinds": ["ads_targeted"] }],
        "texts": { "en": { "necessary.name": "n", "necessary.text": "t", "stats.name": "n", "stats.text": "t", "ads.name": "n", "ads.text": "t" } } }"#;
    simulate(&parse(json).expect("a policy"), NOW).expect("a table")
}

fn ads<'a>(table: &'a Simulation, law: &str, signal: &str, age: &str) -> &'a VisitItem {
    let visit = table.visits.iter().find(|it| (it.law.as_str(), it.signal.as_str(), it.age.as_str()) == (law, signal, age));
    &visit.expect("a visit").items[2]
}

#[test]
fn laws_signals_and_ages_meet() {
    let table = table();
    assert_eq!(table.items, ["necessary", "stats", "ads"]);
    let (france, california) = (ads(&table, "FR", "", ""), ads(&table, "US-CA", "", ""));
    assert_eq!((france.granted, france.default, france.asked), (false, DefaultState::OptIn, Some(AskReason::FirstVisit)));
    assert_eq!((california.granted, california.reason), (true, ReasonCode::DefaultOn));
    assert_eq!(ads(&table, "US-CA", "gpc", "").reason, ReasonCode::Signal);
    // The system's own no, in every place.
    assert_eq!((ads(&table, "US-CA", "att_denied", "").granted, ads(&table, "AU", "att_denied", "").reason), (false, ReasonCode::Signal));
    assert!(!ads(&table, "US-CT", "", "0-12").granted);
    assert_eq!(ads(&table, "ZZ", "", "").asked, Some(AskReason::GeoUnknown));
    assert!(table.visits.iter().all(|visit| visit.items.first().is_some_and(|item| item.granted)), "what is necessary is on everywhere");
}

#[test]
fn every_law_in_force_has_grown_ups_with_and_without_the_signal() {
    let table = table();
    let plain = table.visits.iter().filter(|it| it.age.is_empty() && it.signal.is_empty()).count();
    let gpc = table.visits.iter().filter(|it| it.age.is_empty() && it.signal == "gpc").count();
    assert_eq!(plain, gpc);
    assert!(plain > 60, "{plain}");
}

#[test]
fn the_tables_have_all_of_it() {
    let table = table();
    let csv = table.to_csv();
    assert_eq!(csv.lines().count(), 1 + table.visits.len() * 3);
    assert!(csv.lines().all(|line| line.split(',').count() == 12), "nothing here needs quotes");
    assert!(csv.contains("FR,FR"), "{csv}");
    let page = table.to_markdown();
    assert_eq!(page.lines().filter(|line| line.starts_with('|')).count(), 2 + table.visits.len());
    assert!(page.contains("| US (US) |") && page.contains("| US (PR and "), "rows of one law can be told apart: {page}");
    assert!(page.contains("| FR |  | grown-up | required | on A EXEMPT | off D DEFAULT_OFF ? | off D DEFAULT_OFF ? |"), "{page}");
}
