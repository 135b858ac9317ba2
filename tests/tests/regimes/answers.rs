//! How long an answer counts: one millisecond before its end, and at it.

use consentkit_core::protocol::StoredRecord;

use super::finding::Finding;
use super::line::Line;
use super::visit::Visit;
use super::{moment, site};

/// As good as never.
const LONG: &str = "P10Y";

/// The person says yes to everything, and in another life no.
pub(crate) fn check(line: &Line, place: &str) -> Result<Vec<Finding>, String> {
    let mut trial = Trial { line, place, start: moment::millis(&line.at)?, found: Vec::new() };
    let closed = trial.kinds("GX");
    if line.has_fact("each_recipient") || (line.ttl.is_empty() && line.cooldown.is_empty() && closed.is_empty()) {
        return Ok(trial.found);
    }
    if !line.ttl.is_empty() || !closed.is_empty() {
        trial.yes()?;
    }
    if !line.cooldown.is_empty() {
        trial.no()?;
    }
    Ok(trial.found)
}

struct Trial<'a> {
    line: &'a Line,
    place: &'a str,
    start: u64,
    found: Vec<Finding>,
}

impl Trial<'_> {
    /// The kinds whose letter is one of these.
    fn kinds(&self, letters: &str) -> Vec<usize> {
        self.line.letters().into_iter().filter(|(_, letter)| letters.contains(*letter)).map(|(kind, _)| kind).collect()
    }

    fn visit(&self, records: &[StoredRecord], now: u64) -> Result<Visit, String> {
        let kinds: Vec<usize> = (0..site::KINDS.len()).collect();
        Visit::open(site::policy(self.line, &kinds)?, self.line, self.place, records, now)
    }

    fn expect(&mut self, kind: usize, when: &str, wanted: &str, got: &str) {
        if wanted != got {
            self.found.push(Finding::of(self.line, self.place, &format!("{} {when}", site::KINDS[kind]), wanted, got));
        }
    }

    /// A yes opens what the person may open, and counts until its end.
    fn yes(&mut self) -> Result<(), String> {
        let mut visit = self.visit(&[], self.start)?;
        let said = |kind: &usize| (site::item(self.line, *kind), 'g');
        let (switches, separate) = (self.kinds("NODGX"), self.kinds("S"));
        visit.answer(&switches.iter().map(said).collect::<Vec<_>>(), self.start)?;
        for kind in &separate {
            visit.answer(&[said(kind)], self.start)?;
        }
        let records = visit.records().to_vec();

        let end = match self.line.ttl.as_str() {
            "" => None,
            "none" => Some(moment::end_of(self.start, LONG)?),
            ttl => Some(moment::end_of(self.start, ttl)?),
        };
        let before = self.visit(&records, end.map_or(self.start + 1, |end| end - 1))?;
        for kind in self.kinds("GX") {
            self.expect(kind, "after the person's own yes", "off", on_off(&before, self.line, kind));
        }
        let Some(end) = end else { return Ok(()) };
        let at_end = self.visit(&records, end)?;
        let lasts = self.line.ttl == "none";
        for kind in self.kinds("DS") {
            let key = site::item(self.line, kind);
            let letter = if separate.contains(&kind) { 'S' } else { 'D' };
            self.expect(kind, "just before the end of a yes", "on", on_off(&before, self.line, kind));
            self.expect(kind, "is asked just before the end of a yes", "no", before.asked(&key).unwrap_or("no"));
            if self.line.after != "any" {
                self.expect(kind, "at the end of a yes", &self.line.after, on_off(&at_end, self.line, kind));
            }
            // What needs an answer of its own is asked where it is needed, unless there is something to remind of.
            let asked = at_end.asked(&key);
            let silent = letter == 'S' && self.line.after == "off" && asked.is_none();
            if !silent {
                let wanted = if lasts { "no" } else { &self.line.ttl_reason };
                self.expect(kind, "is asked at the end of a yes", wanted, asked.unwrap_or("no"));
            }
        }
        Ok(())
    }

    /// A no stays, and is left in peace for the cool-down at least.
    fn no(&mut self) -> Result<(), String> {
        let mut visit = self.visit(&[], self.start)?;
        let open = self.kinds("NODS");
        let said: Vec<_> = open.iter().map(|kind| (site::item(self.line, *kind), 'r')).collect();
        visit.answer(&said, self.start)?;
        let records = visit.records().to_vec();

        let long = moment::end_of(self.start, LONG)?;
        let rest = if self.line.cooldown == "once" { long } else { moment::end_of(self.start, &self.line.cooldown)? };
        let memory = match self.line.ttl.as_str() {
            "" | "none" => None,
            ttl => Some(moment::end_of(self.start, ttl)?),
        };
        self.in_peace(&records, rest - 1, "just before the end of the cool-down", memory.is_some_and(|memory| memory < rest))?;
        match memory {
            Some(memory) => {
                let again = memory.max(rest);
                self.in_peace(&records, again - 1, "just before it is asked again", memory < again)?;
                self.asked_again(&records, again)?;
            }
            None if self.line.ttl == "none" => self.in_peace(&records, long, "ten years after a no", false)?,
            None => {}
        }
        Ok(())
    }

    /// Nothing is asked. Where something would be, the reason for silence is the line's.
    fn in_peace(&mut self, records: &[StoredRecord], now: u64, when: &str, must_say: bool) -> Result<(), String> {
        let visit = self.visit(records, now)?;
        for kind in self.kinds("NODS") {
            self.expect(kind, when, "off", on_off(&visit, self.line, kind));
            self.expect(kind, &format!("is asked {when}"), "no", visit.asked(&site::item(self.line, kind)).unwrap_or("no"));
        }
        let code = self.line.cooldown_code.as_str();
        let said = visit.suppressed().unwrap_or("nothing");
        if said != code && (must_say || visit.suppressed().is_some()) {
            self.found.push(Finding::of(self.line, self.place, &format!("reason for silence {when}"), code, said));
        }
        Ok(())
    }

    fn asked_again(&mut self, records: &[StoredRecord], now: u64) -> Result<(), String> {
        let visit = self.visit(records, now)?;
        for kind in self.kinds("D") {
            self.expect(kind, "after a no, when asked again", "off", on_off(&visit, self.line, kind));
            let asked = visit.asked(&site::item(self.line, kind)).unwrap_or("no");
            self.expect(kind, "is asked again after a no", &self.line.ttl_reason, asked);
        }
        Ok(())
    }
}

fn on_off(visit: &Visit, line: &Line, kind: usize) -> &'static str {
    if visit.granted(&site::item(line, kind)) { "on" } else { "off" }
}
