//! The table for spreadsheets and for pages.

use super::{Simulation, Visit, VisitItem};
use crate::owner::day::moment;
use crate::owner::explain::words::code;

impl Simulation {
    /// A line for each item of each visit.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = "law,places,signal,age,prompt,links,item,granted,control,default,reason,asked\r\n".to_owned();
        for visit in &self.visits {
            let Visit { law, places, signal, age, prompt, links, items } = visit;
            for (key, item) in self.items.iter().zip(items) {
                let (prompt, links, granted) = (code(prompt), links.join(" "), if item.granted { "yes" } else { "no" });
                let (control, default, reason) = (code(item.control), code(item.default), code(item.reason));
                let asked = item.asked.map(code).unwrap_or_default();
                let cells = [law, places, signal, age, &prompt, &links, key, granted, &control, &default, &reason, &asked];
                text.push_str(&(cells.map(quoted).join(",") + "\r\n"));
            }
        }
        text
    }

    /// A row for each visit, and a column for each item.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = format!(
            "First visits on {}, rules {}. A letter is the default: A allowed, N on with notice, O on until an opt-out, D off until a yes, \
             S off until a yes of its own, G off until a guardian's yes, X prohibited. Behind it stands the code of the reason. With `?` it \
             is asked: where the letter is G, of a guardian. No legal advice.\n\n",
            moment(self.now),
            self.rules
        );
        let head: Vec<&str> = ["law", "signal", "age", "prompt"].into_iter().chain(self.items.iter().map(String::as_str)).collect();
        text.push_str(&row(head.iter().map(|it| (*it).to_owned())));
        text.push_str(&row(head.iter().map(|_| "---".to_owned())));
        for visit in &self.visits {
            let prompt = [vec![code(visit.prompt)], visit.links.clone()].concat().join(" ");
            let age = if visit.age.is_empty() { "grown-up" } else { &visit.age };
            let first = [self.name_of(visit), visit.signal.clone(), age.to_owned(), prompt];
            text.push_str(&row(first.into_iter().chain(visit.items.iter().map(cell))));
        }
        text
    }

    /// The law; where it has several rows, with a place, so that they can be told apart.
    fn name_of(&self, Visit { law, places, .. }: &Visit) -> String {
        if self.visits.iter().all(|it| it.law != *law || it.places == *places) {
            return law.clone();
        }
        match places.split_once(' ') {
            Some((first, rest)) => format!("{law} ({first} and {} more)", rest.split(' ').count()),
            None => format!("{law} ({places})"),
        }
    }
}

fn cell(item: &VisitItem) -> String {
    let (on, asked) = (if item.granted { "on" } else { "off" }, if item.asked.is_some() { " ?" } else { "" });
    format!("{on} {} {}{asked}", item.default.letter(), code(item.reason))
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// As RFC 4180 has it. What a spreadsheet would take for a formula is text.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
