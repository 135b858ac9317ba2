//! The cookie `ck_<site>`: the state that any server and every subdomain can read.
//!
//! Six fields joined by `~`, at most 400 bytes at 40 items; no character needs escaping:
//!
//! | field | example | meaning |
//! |---|---|---|
//! | format | `1` | this layout |
//! | subject | `V1Stg…` | the pseudonymous id |
//! | policy | `7` | the policy's version at the last answer |
//! | meaning | `k3…` | the meaning under which it was made (see [`meaning`](crate::view::meaning)) |
//! | answers | `-....gs1wq` | five characters an item in the policy's order: the letter of the answer, the letter of the actor, and the day since 1970 in base 36; `-....` for none |
//! | heads | `id.id` | at most three of the newest records |
//!
//! A server reads `g` as yes and everything else as no. Where two answers are concurrent it holds the no.

use crate::choice::{Actor, State};
use crate::id::Id;
use crate::merge::Answer;
use crate::plan::Item;
use crate::text::{joined, number, push_number};
use crate::time::Timestamp;

const FORMAT: &str = "1";
const CELL: usize = 5;
const EMPTY_CELL: &str = "-....";
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const DAY_MS: u64 = 86_400_000;
/// Two that only other pages have, and one of this page; more would not fit.
pub const MAX_HEADS: usize = 3;

/// What a cookie says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cookie {
    /// The pseudonymous id.
    pub subject: String,
    /// The policy's version at the last answer.
    pub policy: u32,
    /// The meaning under which it was made.
    pub meaning: String,
    /// One for each item of that policy, in its order.
    pub answers: Vec<Option<Cell>>,
    /// The newest records, at most three.
    pub heads: Vec<Id>,
}

/// The answer to one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What was answered.
    pub state: State,
    /// By whom.
    pub actor: Actor,
    /// The beginning of the day of the answer (UTC).
    pub day: Timestamp,
}

impl Cookie {
    /// The cookie's value.
    #[must_use]
    pub fn write(&self) -> String {
        let mut answers = String::with_capacity(self.answers.len() * CELL);
        for cell in &self.answers {
            match cell {
                Some(cell) => {
                    answers.push(cell.state.letter());
                    answers.push(cell.actor.letter());
                    push_day(&mut answers, cell.day.day());
                }
                None => answers.push_str(EMPTY_CELL),
            }
        }
        let mut heads = String::new();
        for head in self.heads.iter().take(MAX_HEADS) {
            if !heads.is_empty() {
                heads.push('.');
            }
            heads.push_str(&head.to_text());
        }
        let mut policy = String::new();
        push_number(&mut policy, self.policy.into());
        joined(&[FORMAT, &self.subject, &policy, &self.meaning, &answers, &heads], "~")
    }

    /// Reads a value; `None` for anything that this layout did not write.
    #[must_use]
    pub fn read(value: &str) -> Option<Self> {
        let mut fields = value.split('~');
        if fields.next()? != FORMAT {
            return None;
        }
        let (subject, policy, meaning, answers, heads) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let mut cells = Vec::new();
        for cell in answers.as_bytes().chunks(CELL) {
            cells.push(read_cell(cell)?);
        }
        Some(Self {
            subject: subject.to_owned(),
            policy: number(policy)? as u32,
            meaning: meaning.to_owned(),
            answers: cells,
            heads: heads.split('.').filter_map(Id::from_text).collect(),
        })
    }

    /// The answers as if they had been merged, under `meaning`. Of a policy with another meaning, whose
    /// items may stand elsewhere in the line, nothing can be known.
    #[must_use]
    pub fn carried(&self, items: &[Item], meaning: &str) -> Vec<(String, Answer)> {
        if self.meaning != meaning || self.answers.len() != items.len() {
            return Vec::new();
        }
        let cells = items.iter().zip(&self.answers).filter_map(|(item, cell)| Some((item, (*cell)?)));
        let record = self.heads.first().copied().unwrap_or(Id([0; 32]));
        cells
            .map(|(item, Cell { state, actor, day })| {
                let answer = Answer {
                    record,
                    state,
                    actor,
                    at: day,
                    fingerprint: item.fingerprint,
                    policy: self.policy,
                    unsaved: false,
                    alone: true,
                    age: None,
                    outgrown: false,
                    despite_signal: false,
                };
                (item.key.clone(), answer)
            })
            .collect()
    }
}

fn read_cell(cell: &[u8]) -> Option<Option<Cell>> {
    if cell == EMPTY_CELL.as_bytes() {
        return Some(None);
    }
    let [state, actor, day @ ..] = cell else { return None };
    // Who has left an item as it was has not answered it: such a cell is none of ours.
    let state = State::from_letter(char::from(*state)).filter(|state| *state != State::Left)?;
    let actor = [Actor::Subject, Actor::Guardian, Actor::Agent, Actor::Signal, Actor::Import]
        .into_iter()
        .find(|it| it.letter() == char::from(*actor))?;
    if day.len() != 3 {
        return None;
    }
    let digits = day.iter().map(|byte| char::from(*byte).to_digit(36).map(u64::from));
    let days = digits.reduce(|sum, digit| Some(sum? * 36 + digit?))??;
    Some(Some(Cell { state, actor, day: Timestamp(days * DAY_MS) }))
}

/// Three digits reach to the year 2097; a later clock is written as that year.
fn push_day(to: &mut String, day: u64) {
    let day = usize::try_from(day).unwrap_or(usize::MAX).min(36 * 36 * 36 - 1);
    for digit in [day / (36 * 36), day / 36 % 36, day % 36] {
        to.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'0')));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_items_fit_into_400_bytes_and_are_read_back() {
        let cell = Cell { state: State::Withdrawn, actor: Actor::Guardian, day: Timestamp(20_780 * DAY_MS) };
        let cookie = Cookie {
            subject: "V1StGXR8_Z5jdHi6B-myTw".into(),
            policy: 4_000_000_000,
            meaning: "k3aBcDeF.gHiJkL".into(),
            answers: (0..40).map(|index| (index % 3 != 0).then_some(cell)).collect(),
            heads: vec![Id([1; 32]), Id([2; 32]), Id([3; 32])],
        };
        let value = cookie.write();
        assert!(value.len() <= 400, "{}", value.len());
        assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "{value}");
        assert_eq!(Cookie::read(&value), Some(cookie));
    }

    #[test]
    fn what_it_did_not_write_is_refused() {
        for wrong in
            ["", "2~a~1~b~~", "1~a~x~b~~", "1~a~1~b~gs1w~", "1~a~1~b~qs1wq~", "1~a~1~b~ls1wq~", "1~a~1~b~gs1!q~", "{\"categories\":[]}"]
        {
            assert_eq!(Cookie::read(wrong), None, "{wrong}");
        }
    }
}
