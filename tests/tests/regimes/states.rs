//! What a first visitor finds: the state of each kind, the effect of signals, the prompt.

use super::finding::Finding;
use super::line::Line;
use super::visit::Visit;
use super::{moment, site};

/// Every kind at once, in one place.
pub(crate) fn check(line: &Line, place: &str) -> Result<Vec<Finding>, String> {
    let kinds: Vec<usize> = (0..site::KINDS.len()).collect();
    let visit = Visit::open(site::policy(line, &kinds)?, line, place, &[], moment::millis(&line.at)?)?;
    let mut found = Vec::new();
    let mut expect = |what: &str, wanted: &str, got: &str| {
        if wanted != got {
            found.push(Finding::of(line, place, what, wanted, got));
        }
    };
    if !line.regime.is_empty() {
        expect("regime", &line.regime, visit.regime());
    }
    for (kind, letter) in line.letters() {
        let (name, key) = (site::KINDS[kind], site::item(line, kind));
        let by_signal = line.denied.split(' ').any(|denied| denied == name);
        expect(name, word(letter), visit.default_of(&key));
        expect(&format!("{name} granted"), yes_no(!by_signal && "ANO".contains(letter)), yes_no(visit.granted(&key)));
        if !line.denied.is_empty() {
            expect(&format!("{name} denied by signal"), yes_no(by_signal), yes_no(visit.reason(&key) == "SIGNAL"));
        }
        if "SGX".contains(letter) {
            expect(&format!("{name} in accept all"), "no", yes_no(visit.accepted_with_all(&key)));
        }
    }
    Ok(found)
}

/// The prompt of a site with one purpose, in the line's first place.
pub(crate) fn check_prompts(line: &Line) -> Result<Vec<Finding>, String> {
    let mut found = Vec::new();
    for (kind, sign) in line.prompts() {
        let place = line.places().next().unwrap_or_default();
        let visit = Visit::open(site::policy(line, &[kind])?, line, place, &[], moment::millis(&line.at)?)?;
        let wanted = match sign {
            'R' => "required",
            'L' => "link",
            _ => "none",
        };
        let asked = visit.asked(&site::item(line, kind));
        if wanted != visit.prompt() || (sign == 'R') != asked.is_some() {
            let got = format!("{}, {}", visit.prompt(), asked.unwrap_or("not asked"));
            found.push(Finding::of(line, place, &format!("prompt for {}", site::KINDS[kind]), wanted, got));
        } else if sign == 'R' && !line.ask.is_empty() && asked != Some(line.ask.as_str()) {
            found.push(Finding::of(line, place, &format!("why {} is asked", site::KINDS[kind]), &line.ask, asked.unwrap_or_default()));
        }
    }
    Ok(found)
}

/// The name of a letter in the view.
fn word(letter: char) -> &'static str {
    match letter {
        'A' => "allowed",
        'N' => "notice",
        'O' => "optOut",
        'D' => "optIn",
        'S' => "separate",
        'G' => "guardian",
        'X' => "prohibited",
        _ => "a letter of the README",
    }
}

fn yes_no(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}
