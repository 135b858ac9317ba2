//! What the engine does in every jurisdiction, compared with a second reading of the law.
//!
//! `regimes/README.md` describes the tables. They share nothing with the core's: each line is tried on a site with
//! one purpose of each kind, and only what the engine says to the outside is looked at.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

#[path = "regimes/answers.rs"]
mod answers;
#[path = "regimes/finding.rs"]
mod finding;
#[path = "regimes/line.rs"]
mod line;
#[path = "regimes/moment.rs"]
mod moment;
#[path = "regimes/site.rs"]
mod site;
#[path = "regimes/states.rs"]
mod states;
#[path = "regimes/visit.rs"]
mod visit;

use finding::Finding;

/// Fails with every cell of a table that the engine does not agree with.
fn agrees(table: &str) {
    let lines = line::read(table);
    let mut findings: Vec<Finding> = Vec::new();
    for line in &lines {
        for place in line.places() {
            let found = states::check(line, place).and_then(|mut found| {
                found.extend(answers::check(line, place)?);
                Ok(found)
            });
            findings.extend(found.unwrap_or_else(|error| vec![Finding::of(line, place, "the line", "to be tried", error)]));
        }
        findings
            .extend(states::check_prompts(line).unwrap_or_else(|error| vec![Finding::of(line, "", "the prompts", "to be tried", error)]));
    }
    assert!(findings.is_empty(), "{}", finding::table(table, lines.len(), &findings));
}

#[test]
fn places() {
    agrees("places");
}

#[test]
fn conditions() {
    agrees("conditions");
}

#[test]
fn residence() {
    agrees("residence");
}

#[test]
fn ages() {
    agrees("ages");
}

#[test]
fn dates() {
    agrees("dates");
}

#[test]
fn signals() {
    agrees("signals");
}

#[test]
fn overlays() {
    agrees("overlays");
}

#[test]
fn every_reading_is_explained() {
    let explained = line::readings();
    for table in ["places", "conditions", "residence", "ages", "dates", "signals", "overlays"] {
        for line in line::read(table) {
            assert!(line.reading.is_empty() || explained.contains(&line.reading), "{table}, line {}: {}", line.number, line.reading);
        }
    }
}
