//! The words of the tables: which law a row stands for, from which day, and where we have it from.
//!
//! Engines decide by `rules.cbor`, which has none of these words. Owners are told by them why something was
//! decided: `cargo xtask generate` writes them into `core/rules/laws.json`, row for row as the tables have them.

use serde::{Deserialize, Serialize};

/// The words of all tables. Rows stand in the order of the tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Laws {
    /// Jurisdictions and their amendments: `regimes.csv`.
    pub regimes: Vec<LawText>,
    /// What comes on top: `overlays.csv`, in the order of [`RuleSet::overlays`](super::RuleSet::overlays).
    pub overlays: Vec<LawText>,
    /// Codes for a consent of its own: `separate.csv`.
    pub codes: Vec<CodeText>,
}

/// A row of `regimes.csv` or `overlays.csv`, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct LawText {
    /// `FR`, `US-CA`, `COPPA`, …
    pub id: String,
    /// The law, as it is cited.
    pub law: String,
    /// The first day on which the row holds, `YYYY-MM-DD`, local midnight in `tz`; empty: no such day in the tables.
    pub from: String,
    /// The first day on which it no longer holds; empty: none in the tables.
    pub until: String,
    /// The time zone of both days.
    pub tz: String,
    /// Where we have it from (`stored`: read in a copy, `own`: own knowledge, `policy`: our choice), and behind the stroke how sure
    /// we are: `stored/high`.
    pub source: String,
    /// What else there is to know of the row.
    pub note: String,
    /// For a jurisdiction: the column of `defaults.csv`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub column: String,
    /// For a jurisdiction: codes of `separate.csv`, separated by spaces.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub separate: String,
    /// How long a yes counts, as the table writes it: `!` marks a regulator's figure, `~` our default, `^` practice.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ttl: String,
    /// How long nobody is asked again after a no, in the same form.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cooldown: String,
}

/// A row of `separate.csv`, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeText {
    /// `SENSITIVE`, `XBORDER`, …
    pub code: String,
    /// The kinds that it makes separate, separated by spaces.
    pub kinds: String,
    /// Whether every item of a single recipient becomes separate.
    pub recipients: bool,
    /// What it stands for.
    pub meaning: String,
    /// Where that is laid down.
    pub source: String,
}

#[cfg(feature = "tools")]
impl Laws {
    /// The words that came with this version of the software.
    ///
    /// # Errors
    /// Only when the software was built wrongly.
    pub fn bundled() -> crate::error::Result<Self> {
        use crate::error::{Code, Error};
        let text = include_str!("../../rules/laws.json");
        serde_json::from_str(text).map_err(|error| Error::new(Code::RulesInvalid, "laws.json", error.to_string()))
    }
}

#[cfg(feature = "rules")]
impl Laws {
    /// The words of tables.
    ///
    /// # Errors
    /// `RULES_INVALID` as [`read`](super::read).
    pub fn of(tables: super::Tables<'_>) -> crate::error::Result<Self> {
        use super::read::{inherited, records};
        let rows = inherited(records("regimes.csv", tables.regimes)?)?;
        let mut regimes: Vec<LawText> = rows.iter().map(LawText::of).collect();
        for (index, row) in rows.iter().enumerate() {
            let next = rows.iter().skip(index + 1).find(|later| later.cell("id") == row.cell("id"));
            if let (Some(text), Some(next)) = (regimes.get_mut(index), next)
                && text.until.is_empty()
            {
                next.cell("from").clone_into(&mut text.until);
                next.cell("tz").clone_into(&mut text.tz);
            }
        }
        let code = |row: &super::read::Row| CodeText {
            code: row.cell("code").to_owned(),
            kinds: row.cell("kinds").to_owned(),
            recipients: row.cell("recipients") == "yes",
            meaning: row.cell("meaning").to_owned(),
            source: row.cell("source").to_owned(),
        };
        Ok(Self {
            regimes,
            overlays: records("overlays.csv", tables.overlays)?.iter().map(LawText::of).collect(),
            codes: records("separate.csv", tables.separate)?.iter().map(code).collect(),
        })
    }

    /// The file: a row a line, so that a change of the tables shows as it is.
    #[must_use]
    pub fn to_json(&self) -> String {
        fn lines<T: Serialize>(rows: &[T]) -> String {
            let rows: Vec<String> = rows.iter().filter_map(|row| serde_json::to_string(row).ok()).collect();
            rows.join(",\n")
        }
        let (regimes, overlays, codes) = (lines(&self.regimes), lines(&self.overlays), lines(&self.codes));
        format!("{{\"regimes\":[\n{regimes}\n],\"overlays\":[\n{overlays}\n],\"codes\":[\n{codes}\n]}}\n")
    }
}

#[cfg(feature = "rules")]
impl LawText {
    fn of(row: &super::read::Row) -> Self {
        let [id, law, from, until, tz, source, note, column, separate, ttl, cooldown] =
            ["id", "law", "from", "to", "tz", "source", "note", "matrix", "separate", "ttl", "cooldown"]
                .map(|name| row.cell(name).to_owned());
        Self { id, law, from, until, tz, source, note, column, separate, ttl, cooldown }
    }
}
