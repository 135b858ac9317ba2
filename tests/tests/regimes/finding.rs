//! What the engine does not agree with, as a table that can be read.

use std::fmt::Write;

use super::line::Line;

/// A cell that is wrong.
pub(crate) struct Finding {
    line: u64,
    place: String,
    circumstances: String,
    what: String,
    wanted: String,
    got: String,
    quote: String,
}

impl Finding {
    pub(crate) fn of(line: &Line, place: &str, what: &str, wanted: &str, got: impl Into<String>) -> Self {
        let words = [
            ("at", line.at.as_str()),
            ("", line.zone.as_str()),
            ("home", line.home.as_str()),
            ("age", line.age.as_str()),
            ("", line.flags.as_str()),
            ("signal", line.signals.as_str()),
            ("also", line.also.as_str()),
            ("", line.facts.as_str()),
        ];
        let words = words.iter().filter(|(_, word)| !word.is_empty()).map(|(name, word)| format!("{name} {word}").trim().to_owned());
        let reading = if line.reading.is_empty() { String::new() } else { format!("; reading: {}", line.reading) };
        Self {
            line: line.number,
            place: if place.is_empty() { "-".into() } else { place.into() },
            circumstances: words.collect::<Vec<_>>().join(", "),
            what: what.into(),
            wanted: wanted.into(),
            got: got.into(),
            quote: format!("“{}” ({}{reading})", line.quote, line.source),
        }
    }
}

/// All findings, those of one line together, under the words that they rest on.
pub(crate) fn table(name: &str, lines: usize, findings: &[Finding]) -> String {
    let width = |of: fn(&Finding) -> &String| findings.iter().map(|it| of(it).chars().count()).max().unwrap_or_default();
    let (place, what, wanted) = (width(|it| &it.place), width(|it| &it.what), width(|it| &it.wanted));
    let mut text = format!("{} wrong cells in {name}.csv ({lines} lines)\n", findings.len());
    let mut last = 0;
    for it in findings {
        if it.line != last {
            let _ = write!(text, "\nline {}: {}\n  {}\n", it.line, it.circumstances, it.quote);
            last = it.line;
        }
        let _ = writeln!(text, "  {:place$}  {:what$}  expected {:wanted$}  got {}", it.place, it.what, it.wanted, it.got);
    }
    text
}
