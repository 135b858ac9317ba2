//! Plain English for the codes. Every code of the engine has its words here, and only here.

use serde::Serialize;

use crate::evaluate::{Prompt, PromptKind, ReasonCode};
use crate::regime::{AskReason, DefaultState, LawText, Suppressor};
use crate::time::Period;

/// A code as JSON and the tables write it.
pub(in crate::owner) fn code<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a default means.
pub(in crate::owner) fn state(state: DefaultState) -> &'static str {
    match state {
        DefaultState::Allowed => "allowed without consent",
        DefaultState::Notice => "on, with notice",
        DefaultState::OptOut => "on until the person opts out",
        DefaultState::OptIn => "off until the person says yes",
        DefaultState::Separate => "off until the person says yes to it alone",
        DefaultState::Guardian => "off until a guardian says yes",
        DefaultState::Prohibited => "prohibited",
    }
}

/// Why something is as it is.
pub(super) fn reason(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Exempt => "no consent is needed",
        ReasonCode::Prohibited => "it is prohibited, and no yes unlocks it",
        ReasonCode::Signal => "a signal says no",
        ReasonCode::Given => "there is a valid yes",
        ReasonCode::Refused => "the answer was no",
        ReasonCode::Withdrawn => "the yes was taken back",
        ReasonCode::DefaultOn => "nobody has said no, and it may be on without a yes",
        ReasonCode::DefaultOff => "nobody has said yes, and it needs one",
        ReasonCode::Expired => "the answer is too old",
        ReasonCode::Changed => "it means something else than when the yes was given",
        ReasonCode::PolicyStale => "the yes was given under a newer policy than this one",
        ReasonCode::Unsaved => "the yes could not be saved",
        ReasonCode::SeparateNeeded => "it needs a yes of its own, and there is none",
        ReasonCode::ChildNeeded => "a guardian has said yes, and the child must too",
        ReasonCode::GuardianNeeded => "it needs the yes of a guardian, and there is none",
        ReasonCode::Underage => "the yes was given by somebody too young to give it",
        ReasonCode::PurposeOff => "its purpose as a whole is off",
    }
}

/// Why something is asked.
pub(in crate::owner) fn ask(code: AskReason) -> &'static str {
    match code {
        AskReason::FirstVisit => "the person has never answered",
        AskReason::GeoUnknown => "nobody knows where the person is, so the strictest rules hold",
        AskReason::NewPurpose => "it did not exist when the person last answered",
        AskReason::PurposeChanged => "its aim, method or data has changed",
        AskReason::NewRecipient => "somebody else receives the data too",
        AskReason::LegalBasisChanged => "its legal ground is another one",
        AskReason::Expired => "the answer is too old",
        AskReason::Dormant => "the person has not been seen for longer than a refresh is due",
        AskReason::JurisdictionStricter => "it was on by default elsewhere, which is no yes here",
        AskReason::AgedUp => "the yes was given by somebody too young to give it, who is old enough now",
        AskReason::Reconfirm2Y => "a yes is to be confirmed every two years; it goes on counting",
        AskReason::TcfReminder => "the advertising framework reminds of a yes; it goes on counting",
        AskReason::GuardianUnverified => "a guardian must answer",
        AskReason::RecordUnreadable => "there is a record that cannot be read, so nothing is proved",
    }
}

/// Why nobody is asked.
pub(super) fn silence(code: Suppressor) -> &'static str {
    match code {
        Suppressor::CoolDown => "after a no the law leaves people in peace for a time",
        Suppressor::AskOnce => "it may be asked once, ever",
        Suppressor::Ca12M => "twelve months after an opt-out in California",
        Suppressor::U16Ca => "twelve months after the no of somebody under 16 in California",
        Suppressor::Cn48H => "no frequent asking after a no in China",
        Suppressor::PolicyStale => "the person has answered under a newer policy",
    }
}

/// What is asked as a whole.
pub(super) fn prompt(prompt: &Prompt) -> String {
    let mut text = match (prompt.kind, prompt.suppressed) {
        (PromptKind::Required, _) => format!("the banner asks about {}.", list(prompt.items.iter().map(|asked| asked.item.clone()), "and")),
        (PromptKind::Link, None) => "no banner; every page needs a link to the choices.".to_owned(),
        (PromptKind::Link, Some(why)) => {
            format!("no banner, because of {} ({}); every page needs a link to the choices.", code(why), silence(why))
        }
        (PromptKind::None, None) => "nothing is asked.".to_owned(),
        (PromptKind::None, Some(why)) => format!("nothing is asked, because of {} ({}).", code(why), silence(why)),
    };
    for link in &prompt.links {
        text.push_str(match link.as_str() {
            "opt_out" => " The law wants a link to opt out of sale and targeted ads.",
            "limit" => " The law wants a link to limit the use of sensitive data.",
            _ => "",
        });
    }
    if !prompt.guardian.is_empty() {
        let items = list(prompt.guardian.iter().map(|asked| asked.item.clone()), "and");
        text.push_str(&format!(" A guardian must answer for {items}."));
    }
    text
}

/// A signal by its name.
pub(super) fn signal(name: &str) -> &str {
    match name {
        "gpc" => "Global Privacy Control",
        "att_denied" => "a no to App Tracking Transparency",
        other => other,
    }
}

/// A condition of a cell.
pub(super) fn fact(word: &str) -> String {
    if let Some((what, limit)) = word.split_once("<=") {
        let limit = Period::parse(limit).map(self::period).unwrap_or_default();
        return if what == "trackers" { format!("trackers live at most {limit}") } else { format!("data is kept at most {limit}") };
    }
    match word {
        "own_use" => "only the operator uses the result",
        "aggregated" => "only totals are kept",
        "sole_purpose" => "the trackers serve nothing else",
        "low_risk" => "there is no high risk",
        "unmatched" => "the recipient does not match it to a person",
        "no_recipients" => "nobody else receives the data",
        "lawful_sale" => "the sale is shown to be lawful",
        other => other,
    }
    .to_owned()
}

/// `13 months`, `2 days`.
pub(in crate::owner) fn period(period: Period) -> String {
    let counted = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match (period.months, period.days) {
        (months, 0) => counted(months, "month"),
        (0, days) => counted(days, "day"),
        (months, days) => format!("{} and {}", counted(months, "month"), counted(days, "day")),
    }
}

/// Whose figure a period is, by its mark in the table.
pub(super) fn mark(cell: &str) -> &'static str {
    let figure = cell.split(' ').next().unwrap_or_default();
    match figure.chars().last() {
        Some('!') => " (the regulator's figure)",
        Some('~') => " (our default; the law names no figure)",
        Some('^') => " (practice; the law names no figure)",
        _ => "",
    }
}

/// `since 2026-07-01`, where the tables name a day.
pub(super) fn days(text: &LawText) -> Option<String> {
    match (text.from.as_str(), text.until.as_str()) {
        ("", "") => None,
        (from, "") => Some(format!("since {from}")),
        ("", until) => Some(format!("until {until}")),
        (from, until) => Some(format!("from {from} until {until}")),
    }
}

/// Where the tables have a row from, and how sure they are.
pub(super) fn source(text: &LawText) -> String {
    let (from, sure) = text.source.split_once('/').unwrap_or((&text.source, ""));
    let from = match from {
        "stored" => "read in a stored copy",
        "stored+own" => "read in a stored copy and known otherwise",
        "own" => "known otherwise, not read in the text",
        "policy" => "a choice of this software and no law",
        other => other,
    };
    if sure.is_empty() { from.to_owned() } else { format!("{from}; confidence {sure}") }
}

/// `a, b and c`.
pub(in crate::owner) fn list(words: impl Iterator<Item = String>, last: &str) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}
