//! From the tables that people read to the rules that engines carry.

use jiff::civil::Date;

use super::{
    AskReason, CONSENT, Cell, Cooldown, DefaultState, GpcRule, Overlay, PromptRule, Regime, RuleSet, Suppressor, UNKNOWN_PLACE, Validity,
};
use crate::error::{Code, Error, Result};
use crate::map::Map;
use crate::policy::{Flag, Kind};
use crate::time::Period;

/// The texts of the four tables in `core/rules`.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// `regimes.csv`
    pub regimes: &'a str,
    /// `defaults.csv`
    pub defaults: &'a str,
    /// `separate.csv`
    pub separate: &'a str,
    /// `overlays.csv`
    pub overlays: &'a str,
}

/// Reads the tables.
///
/// # Errors
/// `RULES_INVALID` with the row and column of the first mistake.
pub fn read(version: &str, tables: Tables<'_>) -> Result<RuleSet> {
    let columns = columns(tables.defaults)?;
    let codes = codes(tables.separate)?;
    let rows = inherited(records("regimes.csv", tables.regimes)?)?;
    let mut regimes = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut regime = regime(row, &columns, &codes)?;
        if let Some(amended) = rows.iter().skip(index + 1).find(|later| later.id() == row.id()) {
            regime.until = regime.until.min(moment(amended, "from")?.unwrap_or(u64::MAX));
        }
        if regime.from >= regime.until {
            return Err(row.mistake("from", "amendments of a row stand below it, in the order of their dates"));
        }
        regimes.push(regime);
    }
    let overlays = records("overlays.csv", tables.overlays)?.iter().map(|row| overlay(row, &rows)).collect::<Result<_>>()?;
    // A state before its country, a country before a union, everywhere else last: the deeper a row is based, the earlier.
    let depth = |id: &str| std::iter::successors(Some(id), |id| base(&rows, id)).count();
    regimes.sort_by_key(|row| (row.places == UNKNOWN_PLACE, std::cmp::Reverse(depth(&row.id)), row.id.clone(), row.from));
    let matrices = columns.iter().map(|(_, cells)| cells.clone()).collect();
    Ok(RuleSet { version: version.to_owned(), matrices, regimes, overlays })
}

fn regime(row: &Row, columns: &Map<String, Vec<String>>, codes: &Map<String, (u32, bool)>) -> Result<Regime> {
    let matrix = columns.keys().position(|name| name == row.cell("matrix"));
    let mut separate = 0;
    let mut separate_recipients = false;
    for code in row.cell("separate").split_whitespace() {
        let (kinds, recipients) = codes.get(code).ok_or_else(|| row.mistake("separate", "give the code a row in separate.csv"))?;
        separate |= kinds;
        separate_recipients |= recipients;
    }
    let (age, joint) = row.cell("age").split_once(' ').unwrap_or((row.cell("age"), "0"));
    let years = |text: &str| text.parse::<u8>().map_err(|_| row.mistake("age", "write an age in years or 0, or two ages: \"16 7\""));
    Ok(Regime {
        id: row.id().to_owned(),
        places: row.cell("places").to_owned(),
        from: moment(row, "from")?.unwrap_or(0),
        until: moment(row, "to")?.unwrap_or(u64::MAX),
        matrix: matrix.and_then(|at| u32::try_from(at).ok()).ok_or_else(|| row.mistake("matrix", "name a column of defaults.csv"))?,
        prompt: match row.cell("prompt") {
            "required" => PromptRule::Required,
            "recommended" => PromptRule::Recommended,
            "opt_out_link" => PromptRule::OptOutLink,
            _ => return Err(row.mistake("prompt", "write required, recommended or opt_out_link")),
        },
        ttl: ttl(row)?,
        cooldown: cooldown(row)?,
        gpc: match row.cell("gpc") {
            "binding" | "binding_if_capable" => GpcRule::Binding,
            "refusal" => GpcRule::Refusal,
            "none" => GpcRule::None,
            _ => return Err(row.mistake("gpc", "write binding, binding_if_capable, refusal or none")),
        },
        age: years(age)?,
        joint: years(joint)?,
        implied: row.cell("model") == "implied",
        separate,
        separate_recipients,
    })
}

fn overlay(row: &Row, regimes: &[Row]) -> Result<Overlay> {
    let flag = row.named("flag").map(|name| word::<Flag>(name).ok_or_else(|| row.mistake("flag", "name an operator flag of the policy")));
    let state = row.named("state").map(|text| match text.as_bytes() {
        [letter] if DefaultState::from_letter(*letter).letter() == char::from(*letter) => Ok(DefaultState::from_letter(*letter)),
        _ => Err(row.mistake("state", "write one of A D S G X, or nothing")),
    });
    let below = row.named("below").map_or(Ok(0), str::parse).map_err(|_| row.mistake("below", "write an age in years, or nothing"))?;
    Ok(Overlay {
        id: row.id().to_owned(),
        applies: applies(row, regimes)?,
        from: moment(row, "from")?.unwrap_or(0),
        until: moment(row, "to")?.unwrap_or(u64::MAX),
        flag: flag.transpose()?,
        below,
        kinds: kinds(row, "kinds")?,
        with: kinds(row, "with")?,
        state: state.transpose()?,
        ttl: ttl(row)?,
        cooldown: cooldown(row)?,
    })
}

/// The ids that `US*` and others stand for: a row, and every row that is based on it or on one of these.
fn applies(row: &Row, regimes: &[Row]) -> Result<String> {
    let mut ids: Vec<&str> = Vec::new();
    for name in row.cell("applies").split_whitespace() {
        let (id, based) = name.strip_suffix('*').map_or((name, false), |id| (id, true));
        let bases = |it: &Row| std::iter::successors(Some(it.id()), |id| base(regimes, id)).any(|base| base == id);
        let found = regimes.iter().filter(|it| it.id() == id || based && (id.is_empty() || bases(it))).map(Row::id);
        let before = ids.len();
        ids.extend(found);
        if ids.len() == before {
            return Err(row.mistake("applies", "name rows of regimes.csv"));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.join(" "))
}

/// `*` is everything but what always runs, `consent` everything that waits for a yes.
fn kinds(row: &Row, column: &str) -> Result<u32> {
    let all = (1 << Kind::ALL.len()) - 1;
    let mut bits = 0;
    for name in row.cell(column).split_whitespace() {
        bits |= match name {
            "*" => all & !(Kind::Necessary.bit() | Kind::Security.bit()),
            "consent" => CONSENT,
            _ => word::<Kind>(name).ok_or_else(|| row.mistake(column, "name kinds of purposes"))?.bit(),
        };
    }
    Ok(bits)
}

fn ttl(row: &Row) -> Result<Option<Validity>> {
    let term = term(row, "ttl")?.map(|(period, code)| match code {
        "" => Ok(Validity { period, reason: AskReason::Expired }),
        _ => word(code).map(|reason| Validity { period, reason }).ok_or_else(|| row.mistake("ttl", "name an ask reason")),
    });
    term.transpose()
}

fn cooldown(row: &Row) -> Result<Option<Cooldown>> {
    let term = term(row, "cooldown")?.map(|(period, code)| match code {
        "" => Ok(Cooldown { period, reason: Suppressor::CoolDown }),
        _ => word(code).map(|reason| Cooldown { period, reason }).ok_or_else(|| row.mistake("cooldown", "name a suppressor")),
    });
    term.transpose()
}

/// A period with its mark (`!` a regulator's figure, `~` our default, `^` practice) and a code.
fn term<'a>(row: &'a Row, column: &str) -> Result<Option<(Period, &'a str)>> {
    let (period, code) = row.cell(column).split_once(' ').unwrap_or((row.cell(column), ""));
    match period.trim_end_matches(['!', '~', '^']) {
        "" | "none" | "none(purpose)" => Ok(None),
        // Longer than anybody lives.
        "once" => Ok(Some((Period::months(12 * 999), code))),
        text => Period::parse(text).map(|period| Some((period, code))).map_err(|error| row.mistake(column, error.hint())),
    }
}

/// The id of the row that a row is based on.
fn base<'a>(rows: &'a [Row], id: &str) -> Option<&'a str> {
    rows.iter().find(|row| row.id() == id)?.named("base").filter(|base| *base != id)
}

/// Local midnight of a day in the row's own time zone.
fn moment(row: &Row, column: &str) -> Result<Option<u64>> {
    let Some(day) = row.named(column) else { return Ok(None) };
    let day: Date = day.parse().map_err(|_| row.mistake(column, "write a day as YYYY-MM-DD"))?;
    let start =
        row.named("tz").and_then(|zone| day.in_tz(zone).ok()).ok_or_else(|| row.mistake("tz", "name the IANA time zone of the dates"))?;
    Ok(u64::try_from(start.timestamp().as_millisecond()).ok())
}

/// Fills in `=`: from the row that is amended, or from the base.
pub(super) fn inherited(rows: Vec<Row>) -> Result<Vec<Row>> {
    let mut done: Vec<Row> = Vec::new();
    for mut row in rows {
        let earlier = done.iter().rev().find(|it| it.id() == row.id());
        let from = earlier.or_else(|| done.iter().rev().find(|it| it.id() == row.cell("base"))).cloned();
        let open: Vec<String> = row.cells.iter().filter(|(_, value)| *value == "=").map(|(name, _)| name.clone()).collect();
        for name in open {
            let value = from.as_ref().map(|from| from.cell(&name).to_owned());
            row.cells.set(name.clone(), value.ok_or_else(|| row.mistake(&name, "\"=\" needs a base that stands above"))?);
        }
        done.push(row);
    }
    Ok(done)
}

/// Column name → a cell for each kind.
fn columns(table: &str) -> Result<Map<String, Vec<String>>> {
    let mut columns: Map<String, Vec<String>> = Map::default();
    let rows = records("defaults.csv", table)?;
    for kind in Kind::ALL {
        let missing = || Error::new(Code::RulesInvalid, "defaults.csv", "add a row for every kind");
        let row = rows.iter().find(|row| word(row.cell("kind")) == Some(kind)).ok_or_else(missing)?;
        for (column, cell) in row.cells.iter().filter(|(column, _)| *column != "kind") {
            Cell::read(cell).ok_or_else(|| row.mistake(column, "write a letter, or \"O if own_use else D\""))?;
            columns.push(column.clone(), cell.clone());
        }
    }
    Ok(columns)
}

/// Code → kinds that it makes separate, and whether recipients become so too.
fn codes(table: &str) -> Result<Map<String, (u32, bool)>> {
    let rows = records("separate.csv", table)?;
    rows.iter().map(|row| Ok((row.cell("code").to_owned(), (kinds(row, "kinds")?, row.cell("recipients") == "yes")))).collect()
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    table: &'static str,
    cells: Map<String, String>,
}

impl Row {
    pub(super) fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    fn named(&self, column: &str) -> Option<&str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }

    fn id(&self) -> &str {
        self.cell("id")
    }

    fn mistake(&self, column: &str, hint: &str) -> Error {
        let name = ["id", "kind", "code"].iter().find_map(|column| self.named(column)).unwrap_or_default();
        Error::new(Code::RulesInvalid, format!("{}: {name}.{column} \"{}\"", self.table, self.cell(column)), hint)
    }
}

pub(super) fn records(table: &'static str, text: &str) -> Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let wrong = |error: csv::Error| Error::new(Code::RulesInvalid, table, error.to_string());
    let names = reader.headers().map_err(wrong)?.clone();
    let row = |line: csv::StringRecord| Row {
        table,
        cells: names.iter().zip(&line).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect(),
    };
    reader.records().map(|line| line.map(row).map_err(wrong)).collect()
}

/// A name as the policy and the protocol write it.
fn word<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}
