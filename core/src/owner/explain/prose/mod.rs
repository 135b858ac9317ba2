//! The explanation in words: a head, and a paragraph for each item.

mod ahead;
mod basis;

use super::types::{AppliedLaw, Explanation, ItemExplanation, RecordUse, SignalUse};
use super::words::{ask, code, days, list, mark, period, prompt, reason, signal, silence, source};
use crate::evaluate::{Control, DocumentState, DocumentStatus, ReasonCode};
use crate::owner::day::moment;

/// Writes the texts of an explanation that has everything else.
pub(super) fn write(explanation: &mut Explanation) {
    let mut texts: Vec<String> = explanation.items.iter().map(|item| paragraph(item, explanation)).collect();
    for (item, text) in explanation.items.iter_mut().zip(&texts) {
        item.text.clone_from(text);
    }
    texts.insert(0, head(explanation));
    explanation.text = texts.join("\n\n") + "\n";
}

fn head(explanation: &Explanation) -> String {
    let context = &explanation.context;
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let mut lines = vec![format!("{}, {}", or(&context.region, "Unknown place"), moment(explanation.now))];
    let signals = list(context.signals.iter().map(|it| signal(it).to_owned()), "and");
    let residence = if context.residence.is_empty() { String::new() } else { format!(" Declared residence: {}.", context.residence) };
    lines.push(format!(
        "Age: {}. Signals: {}.{residence} Rules {}; no legal advice.",
        or(&context.age, "unknown, read as a grown-up's"),
        or(&signals, "none"),
        explanation.rules
    ));
    lines.extend(explanation.laws.iter().map(applied));
    lines.push(format!("Now: {}", prompt(&explanation.prompt)));
    lines.extend(explanation.documents.iter().map(document));
    lines.push(format!("Valid until {}: nothing changes by itself before.", moment(explanation.valid_until)));
    lines.join("\n")
}

/// A row: what it is, where we have it from, how long answers hold.
fn applied(applied: &AppliedLaw) -> String {
    let text = &applied.text;
    let ttl = match applied.ttl {
        Some(ttl) => format!("An answer counts for {}{}", period(ttl), mark(&text.ttl)),
        None if text.ttl == "none(purpose)" => "A yes ends with the purpose".to_owned(),
        None => "A yes has no fixed end".to_owned(),
    };
    let rest =
        applied.cooldown.map(|it| format!("; after a no nobody is asked for {}{}", period(it), mark(&text.cooldown))).unwrap_or_default();
    let days = days(text).map(|days| format!(" This row of the tables holds {days}.")).unwrap_or_default();
    let note = if text.note.is_empty() { String::new() } else { format!(" Note: {}.", text.note) };
    format!("Law {}: {}.{days} Source: {}. {ttl}{rest}.{note}", applied.id, text.law, source(text))
}

fn document(document: &DocumentStatus) -> String {
    let DocumentStatus { id, version, state, effective, grace_until, accepted, accepted_at, .. } = document;
    let before = if accepted.is_empty() { String::new() } else { format!("; version {accepted} was accepted on {}", moment(*accepted_at)) };
    let what = match state {
        DocumentState::Open => "nobody is signed in, so nobody is asked".to_owned(),
        DocumentState::Accepted => format!("accepted on {}", moment(*accepted_at)),
        DocumentState::Announced => format!("to be announced{before}; it applies from {}", moment(*effective)),
        DocumentState::Grace => format!("to be accepted by {}{before}", moment(*grace_until)),
        DocumentState::Required => format!("to be accepted now{before}"),
    };
    format!("Document {id}, version {version}: {what}.")
}

fn paragraph(item: &ItemExplanation, all: &Explanation) -> String {
    let mut said = vec![opening(item)];
    said.extend(item.findings.iter().map(|finding| basis::sentence(finding, all)));
    let strictest = item.findings.iter().find(|finding| finding.decides);
    if let Some(finding) = strictest.filter(|strictest| item.findings.iter().any(|it| it.state != strictest.state)) {
        said.push(format!("The strictest holds, that of {}.", finding.law));
    }
    said.extend(item.signals.iter().map(|it| heard(it, item)));
    said.extend(item.record.iter().map(|record| evidence(record, item, all)));
    said.push(asking(item));
    said.push(ahead::next(item, all));
    said.push(ahead::near(item));
    said.retain(|sentence| !sentence.is_empty());
    said.join(" ")
}

fn opening(item: &ItemExplanation) -> String {
    let on = if item.granted { "on" } else { "off" };
    let (why, code) = item.reasons.first().map_or(("", String::new()), |it| (reason(it.code), code(it.code)));
    format!("{} is {on}: {why} ({code}).", item.key)
}

fn heard(it: &SignalUse, item: &ItemExplanation) -> String {
    let name = signal(&it.signal);
    let by = match (it.law.is_empty(), it.statutory) {
        (true, _) => String::new(),
        (false, true) => format!(" under {}", it.law),
        (false, false) => ": no statute of this place gives it effect, but the operator follows it everywhere".to_owned(),
    };
    let said = match () {
        () if !it.honoured => {
            format!("{name} is present, but no statute of this place gives it effect, and the operator follows statutes only.")
        }
        () if it.decides => format!("{name} is present and counts as a no to targeted ads and sale{by}."),
        () if matches!(item.control, Control::Fixed | Control::Prohibited) => format!("{name} is present and changes nothing here."),
        () => format!("{name} is present, but the person has said yes in spite of it, for this account."),
    };
    let mut chars = said.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn evidence(record: &RecordUse, item: &ItemExplanation, all: &Explanation) -> String {
    let who = match record.actor.as_str() {
        "guardian" => "a guardian",
        "agent" => "an agent of the person",
        "signal" => "a signal",
        "import" => "an answer taken over from elsewhere",
        _ => "the person",
    };
    let what = match record.state.as_str() {
        "given" => "said yes",
        "withdrawn" => "took the yes back",
        _ => "said no",
    };
    let place = if record.region.is_empty() { "an unknown place" } else { &record.region };
    let control = if record.control.is_empty() { "unknown" } else { &record.control };
    let (at, policy) = (moment(record.at), record.policy);
    let mut text = format!("Record {}: {who} {what} on {at} in {place} (control {control}, policy version {policy}).", record.id);
    let first = item.reasons.first().map(|it| it.code);
    text.push_str(match first {
        _ if record.decides && item.granted => " This decides.",
        Some(ReasonCode::Refused | ReasonCode::Withdrawn) => " This decides, and stays a no until there is another answer.",
        Some(ReasonCode::Signal) => " The signal outweighs it; the record stays as it is.",
        Some(ReasonCode::Prohibited) => " The prohibition outweighs it; the record stays as it is.",
        Some(ReasonCode::Exempt) => " It makes no difference.",
        _ if record.decides => " The record stays as it is, and opens nothing.",
        _ => "",
    });
    if record.actor == "signal" && record.decides && !all.context.signals.iter().any(|it| record.control.ends_with(it.as_str())) {
        text.push_str(" That the signal is absent now takes nothing back.");
    }
    if let Some(expires) = record.expires.filter(|at| record.decides && item.granted && *at > all.now) {
        text.push_str(&format!(" It counts until {}.", moment(expires)));
    }
    if let (Some(rests), Some(why)) = (record.rests.filter(|_| !item.granted), record.suppressor) {
        text.push_str(&if rests > all.now {
            format!(" Nobody is asked again before {} ({}: {}).", moment(rests), code(why), silence(why))
        } else {
            format!(" The time in which nobody may be asked again was over on {} ({}).", moment(rests), code(why))
        });
    }
    text
}

fn asking(item: &ItemExplanation) -> String {
    match (item.asked, item.control) {
        (Some(why), Control::Guardian) => format!("A guardian is asked ({}).", code(why)),
        (Some(why), _) => format!("It is asked now: {} ({}).", ask(why), code(why)),
        (None, Control::Separate) if !item.granted => {
            "The banner does not ask about it: it is asked on its own, where it is needed.".to_owned()
        }
        _ => String::new(),
    }
}
