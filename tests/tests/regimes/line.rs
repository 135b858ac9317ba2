//! A line of a table.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The columns, as the README explains them. A table leaves out those that it never fills.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Line {
    #[serde(skip)]
    pub number: u64,
    pub place: String,
    pub home: String,
    pub at: String,
    pub zone: String,
    pub age: String,
    pub flags: String,
    pub signals: String,
    pub facts: String,
    pub also: String,
    pub letters: String,
    pub prompt: String,
    pub ask: String,
    pub denied: String,
    pub regime: String,
    pub ttl: String,
    pub ttl_reason: String,
    pub after: String,
    pub cooldown: String,
    pub cooldown_code: String,
    pub quote: String,
    pub source: String,
    pub reading: String,
}

impl Line {
    /// The places to try; the unknown one is empty.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.place.split(' ').map(|place| if place == "-" { "" } else { place })
    }

    /// The number of each kind of which the line says something, with its letter.
    pub(crate) fn letters(&self) -> Vec<(usize, char)> {
        said(&self.letters)
    }

    /// The number of each kind for which the line has a prompt, with its sign.
    pub(crate) fn prompts(&self) -> Vec<(usize, char)> {
        said(&self.prompt)
    }

    pub(crate) fn has_fact(&self, fact: &str) -> bool {
        self.facts.split(' ').any(|it| it == fact)
    }
}

fn said(cells: &str) -> Vec<(usize, char)> {
    cells.chars().filter(|cell| *cell != ' ').enumerate().filter(|(_, cell)| *cell != '.').collect()
}

/// All lines of a table.
pub(crate) fn read(table: &str) -> Vec<Line> {
    let mut reader = csv::Reader::from_path(path(table)).unwrap();
    let headers = reader.headers().unwrap().clone();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let mut line: Line = record.deserialize(Some(&headers)).unwrap();
        line.number = record.position().map(csv::Position::line).unwrap_or_default();
        lines.push(line);
    }
    assert!(!lines.is_empty(), "{table} has lines");
    lines
}

/// The names of the readings that are explained.
pub(crate) fn readings() -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(path("readings")).unwrap();
    reader.records().map(|record| record.unwrap()[0].to_owned()).collect()
}

fn path(table: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regimes").join(table).with_extension("csv")
}
