//! From the tables that people read to the bytes that engines carry.

use std::collections::BTreeMap;

use super::{DefaultState, GpcRule, PromptRule, Regime, RuleSet};
use crate::cbor;
use crate::error::{Code, Error, Result};
use crate::policy::Kind;
use crate::time::Period;

/// Compiles `regimes.csv` and `defaults.csv`. Rows are ordered so that the most specific comes first.
///
/// # Errors
/// `RULES_INVALID` with the row and column of the first mistake.
pub fn compile(version: &str, regimes: &str, defaults: &str) -> Result<Vec<u8>> {
    let columns = default_columns(defaults)?;
    let mut rows: Vec<Regime> = Vec::new();
    let mut parents: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for mut row in records(regimes)? {
        let id = row.get("id").cloned().unwrap_or_default();
        if let Some(parent) = row.get("parent").and_then(|parent| parents.get(parent)) {
            for (name, value) in row.iter_mut().filter(|(_, value)| *value == "=") {
                value.clone_from(parent.get(name).unwrap_or(&String::new()));
            }
        }
        rows.push(regime(&id, &row, &columns)?);
        parents.insert(id, row);
    }
    // A state before its country, a country before a union, the row for every other place last.
    rows.sort_by_key(|row| (row.is_unknown_place(), row.places.split(' ').count()));
    let rules = RuleSet { version: version.to_owned(), rows };
    Ok(cbor::write(&rules))
}

fn regime(id: &str, row: &BTreeMap<String, String>, columns: &BTreeMap<String, String>) -> Result<Regime> {
    let cell = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
    let period = |name: &str| match cell(name) {
        "none" => Ok(None),
        text => Period::parse(text).map(Some).map_err(|error| mistake(id, name, error.hint())),
    };
    Ok(Regime {
        id: id.to_owned(),
        places: cell("iso").to_owned(),
        defaults: columns.get(cell("defaults")).cloned().ok_or_else(|| mistake(id, "defaults", "name a column of defaults.csv"))?,
        prompt: match cell("prompt") {
            "required" => PromptRule::Required,
            "recommended" => PromptRule::Recommended,
            "opt_out_link" => PromptRule::OptOutLink,
            _ => return Err(mistake(id, "prompt", "write required, recommended or opt_out_link")),
        },
        ttl: period("ttl")?,
        cooldown: period("cooldown")?,
        gpc: match cell("gpc") {
            "binding" => GpcRule::Binding,
            "refusal" => GpcRule::Refusal,
            "none" => GpcRule::None,
            _ => return Err(mistake(id, "gpc", "write binding, refusal or none")),
        },
        age: cell("age").parse().map_err(|_| mistake(id, "age", "write an age in years, or 0"))?,
    })
}

/// Column name → one letter for each kind, in the order of [`Kind::ALL`].
fn default_columns(table: &str) -> Result<BTreeMap<String, String>> {
    let rows = records(table)?;
    let mut columns = BTreeMap::<String, String>::new();
    for kind in Kind::ALL {
        let name = serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let row = rows.iter().find(|row| row.get("kind") == Some(&name)).ok_or_else(|| mistake(&name, "kind", "add a row for it"))?;
        for (column, letter) in row.iter().filter(|(column, _)| *column != "kind") {
            if letter.len() != 1 || letter.bytes().next().and_then(DefaultState::from_letter).is_none() {
                return Err(mistake(&name, column, "write one of A N O D S X"));
            }
            columns.entry(column.clone()).or_default().push_str(letter);
        }
    }
    Ok(columns)
}

fn records(table: &str) -> Result<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    reader.deserialize().collect::<std::result::Result<_, _>>().map_err(|error| mistake("", "", &error.to_string()))
}

fn mistake(row: &str, column: &str, hint: &str) -> Error {
    Error::new(Code::RulesInvalid, format!("{row}.{column}"), hint)
}
