//! What owners are told, in words. The texts are checked in (`tests/vectors/explain`) so that a lawyer can read them.
//!
//! `WRITE_EXPLANATIONS=1 cargo test -p conformance --test explain` writes them anew: read the difference before you
//! commit it. What each must name stands here, and comes from the scenario that it tells.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

#[path = "explain/life.rs"]
mod life;
#[path = "regimes/moment.rs"]
mod moment;

use std::path::Path;

use life::Life;
use serde_json::{Value, json};

/// A story: its name, and what was said at each of its moments.
struct Told {
    name: &'static str,
    parts: Vec<(String, String)>,
}

impl Told {
    fn new(name: &'static str) -> Self {
        Self { name, parts: Vec::new() }
    }

    /// Asks, and fails when the answer does not name all of this.
    fn names(&mut self, life: &Life, title: &str, context: &Value, at: &str, must: &[&str]) {
        let text = life.explained(context, at);
        for words in must {
            assert!(text.contains(words), "{} does not say {words:?} of {title}:\n{text}", self.name);
        }
        self.parts.push((title.to_owned(), text));
    }

    /// Compares with the text that is checked in.
    fn must_be_checked_in(self) {
        let text: Vec<String> = self.parts.iter().map(|(title, text)| format!("== {title} ==\n\n{text}")).collect();
        let text = text.join("\n");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/explain").join(self.name).with_extension("txt");
        if std::env::var_os("WRITE_EXPLANATIONS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{}", path.display());
    }
}

#[test]
fn s02_own_audience_measurement() {
    let life = Life::on(
        json!([{
            "id": "stats_fp", "kinds": ["stats_fp"], "facts": { "ownUse": true, "aggregated": true },
            "data": [{ "category": "pages", "retention": "P25M" }],
        }]),
        json!({
            "dataCategories": [{ "id": "pages" }],
            "services": [{ "id": "counter", "name": "Counter", "needs": ["stats_fp"], "trackers": [{ "name": "_c*", "lifetime": "P13M" }] }],
        }),
    );
    let at = "2026-11-23T09:00:00Z";
    let mut told = Told::new("S02");
    let cell = "\"O if own_use aggregated trackers<=P13M data<=P25M else D\" in column FR";
    told.names(
        &life,
        "France",
        &json!({ "region": "FR" }),
        at,
        &["stats_fp is on", "CNIL 2020-091", cell, "trackers live at most 13 months"],
    );
    told.names(&life, "Germany", &json!({ "region": "DE" }), at, &["stats_fp is off", "TDDDG s. 25", "\"D\" in column DE", "FIRST_VISIT"]);
    told.must_be_checked_in();
}

#[test]
fn s12_a_signal_after_a_yes() {
    let mut life = Life::on(
        json!([{ "id": "necessary" }, { "id": "ads_targeted", "kinds": ["ads_targeted"] }, { "id": "sale_share", "kinds": ["sale_share"] }]),
        json!({}),
    );
    let before = json!({ "region": "US-CA", "account": "acct-1" });
    let after = json!({ "region": "US-CA", "signals": ["gpc"], "account": "acct-1" });
    life.answer(&before, "2026-10-23T09:01:00Z", "centre.save", "-gg");
    let mut told = Told::new("S12");
    let must =
        ["ads_targeted is off", "Global Privacy Control", "11 CCR 7025", "<record 1>", "2026-10-23 09:01 UTC", "the record stays as it is"];
    told.names(&life, "The signal appears", &after, "2026-11-23T09:00:00Z", &must);
    life.answer(&after, "2026-11-23T09:00:00Z", "signal.gpc", "-rr");
    let must = ["ads_targeted is off", "<record 2>: a signal said no", "2026-11-23 09:00 UTC"];
    told.names(&life, "Later, without the signal (S13)", &before, "2026-11-30T09:00:00Z", &must);
    told.must_be_checked_in();
}

#[test]
fn s17_connecticut_at_seventeen() {
    let mut life = Life::on(
        json!([{ "id": "necessary" }, { "id": "ads_targeted", "kinds": ["ads_targeted"] }, { "id": "sale_share", "kinds": ["sale_share"] }]),
        json!({}),
    );
    let context = json!({ "region": "US-CT", "age": "17-17" });
    life.answer(&context, "2026-05-20T16:01:00Z", "banner.accept", "-gg");
    let mut told = Told::new("S17");
    let must = ["ads_targeted is on", "SB 3 (2023)", "<record 1>", "2026-05-20 16:01 UTC", "2026-07-01 04:00 UTC", "SB 1295"];
    told.names(&life, "30 June 2026", &context, "2026-06-30T16:00:00Z", &must);
    let must = ["ads_targeted is off", "PROHIBITED", "US-CT-TEEN (CTDPA; SB 1295, since 2026-07-01)", "<record 1>", "under 18"];
    told.names(&life, "1 July 2026, midnight in New York", &context, "2026-07-01T04:00:00Z", &must);
    told.must_be_checked_in();
}

#[test]
fn s22_a_refused_location_in_china() {
    let mut life = Life::on(json!([{ "id": "necessary" }, { "id": "geo_precise", "kinds": ["geo_precise"] }]), json!({}));
    let context = json!({ "region": "CN" });
    life.answer(&context, "2026-11-23T09:01:00Z", "just_in_time", "-r");
    let mut told = Told::new("S22");
    let must = ["geo_precise is off", "CN_48H", "2026-11-25 09:01 UTC", "<record 1>", "PIPL", "\"S\" in column CN"];
    told.names(&life, "Two hours later", &context, "2026-11-23T11:01:00Z", &must);
    let must = ["geo_precise is off", "was over on 2026-11-25 09:01 UTC", "asked on its own, where it is needed"];
    told.names(&life, "Three days later", &context, "2026-11-26T09:01:00Z", &must);
    told.must_be_checked_in();
}

#[test]
fn s29_from_california_to_france_and_back() {
    let mut life = Life::on(
        json!([{ "id": "necessary" }, { "id": "stats_other", "kinds": ["stats_other"] }, { "id": "ads_targeted", "kinds": ["ads_targeted"] }]),
        json!({}),
    );
    let (california, france) = (json!({ "region": "US-CA", "account": "acct-1" }), json!({ "region": "FR", "account": "acct-1" }));
    let mut told = Told::new("S29");
    told.names(
        &life,
        "California",
        &california,
        "2026-11-20T09:00:00Z",
        &["ads_targeted is on", "opt out of sale and targeted ads", "CCPA"],
    );
    told.names(&life, "France", &france, "2026-11-21T09:00:00Z", &["ads_targeted is off", "the banner asks about", "LIL art. 82"]);
    life.answer(&france, "2026-11-21T09:01:00Z", "banner.refuse", "-rr");
    let must = ["ads_targeted is off", "<record 1>", "2026-11-21 09:01 UTC in FR", "stays a no", "CA_12M", "2027-11-21 09:01 UTC"];
    told.names(&life, "California again", &california, "2026-11-22T09:00:00Z", &must);
    assert_eq!(life.record(1).len(), 43, "ids are replaced in the texts, and they are ids");
    told.must_be_checked_in();
}
