//! Dates and months, held against another library and its copy of the IANA time zone data.
//!
//! The core adds months itself; the tables' days become moments by jiff. Here both are worked out by chrono.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::path::Path;

use chrono::{DateTime, Days, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use consentkit_core::regime::RuleSet;
use consentkit_core::time::{Period, Timestamp};
use proptest::prelude::*;

proptest! {
    #[test]
    fn months_and_days_are_added_as_another_library_adds_them(at in 0i64..7_258_118_400_000, months in 0u32..1_200, days in 0u32..400) {
        let other = DateTime::<Utc>::from_timestamp_millis(at)
            .and_then(|at| at.checked_add_months(Months::new(months)))
            .and_then(|at| at.checked_add_days(Days::new(days.into())))
            .expect("a moment");
        let ours = Timestamp(at.unsigned_abs()).plus(Period { months, days });
        prop_assert_eq!(ours.0, other.timestamp_millis().unsigned_abs());
    }
}

/// The rows of a table.
fn table(name: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/rules").join(name);
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).has_headers(false).from_path(path).expect("the table");
    reader.records().map(|row| row.expect("a row")).collect()
}

/// Id, day and zone of everything that begins or ends on a day. `=` has the zone of the row above with this id, else of the base.
fn dated(name: &str) -> Vec<(String, &'static str, NaiveDate, Tz)> {
    let rows = table(name);
    let place = |column: &str| rows[0].iter().position(|it| it == column);
    let cell = |row: &csv::StringRecord, column: &str| place(column).map_or(String::new(), |at| row[at].to_owned());
    let mut zones: Vec<(String, String)> = Vec::new();
    let mut found = Vec::new();
    for row in rows.iter().skip(1) {
        let id = cell(row, "id");
        let known = |id: &str| zones.iter().rev().find(|(it, _)| it == id).map(|(_, zone)| zone.clone());
        let mut zone = cell(row, "tz");
        if zone == "=" {
            zone = known(&id).or_else(|| known(&cell(row, "base"))).unwrap_or_default();
        }
        for column in ["from", "to"] {
            if let Ok(day) = NaiveDate::parse_from_str(&cell(row, column), "%Y-%m-%d") {
                found.push((id.clone(), column, day, zone.parse().expect("an IANA zone")));
            }
        }
        zones.push((id, zone));
    }
    found
}

#[test]
fn every_law_begins_and_ends_at_midnight_of_its_own_time_zone() {
    let rules = RuleSet::bundled().expect("the bundled rules");
    let regimes = rules.regimes.iter().map(|it| (&it.id, it.from, it.until));
    let all: Vec<_> = regimes.chain(rules.overlays.iter().map(|it| (&it.id, it.from, it.until))).collect();
    let dates = [dated("regimes.csv"), dated("overlays.csv")].concat();
    assert!(dates.len() > 40, "{}", dates.len());
    for (id, column, day, zone) in dates {
        let midnight = zone.from_local_datetime(&day.and_hms_opt(0, 0, 0).expect("midnight")).earliest().expect("a midnight");
        let moment = midnight.timestamp_millis().unsigned_abs();
        let there = |(it, from, until): &(&String, u64, u64)| **it == id && moment == if column == "from" { *from } else { *until };
        assert!(all.iter().any(there), "{id}: {column} {day} in {zone} is {moment}");
    }
}
