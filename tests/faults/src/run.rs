//! Many sessions on all processors, and what they came to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::device::{Broken, Problem};
use crate::fault::Counts;
use crate::plant::Plant;
use crate::session::{Play, play};

/// In as many sessions as this, every kind of fault must have struck often.
pub const LONG: u64 = 1_000_000;
const LEAST_OF_A_KIND: u64 = 10_000;
const LEAST_EVENTS: f64 = 20.0;
const LEAST_FAULTS: f64 = 5.0;
/// Tells how far it is.
const EVERY: u64 = 50_000;
/// After so many problems nobody needs more.
const ENOUGH: usize = 5;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many sessions.
    pub sessions: u64,
    /// From which all seeds follow.
    pub seed: u64,
    /// What is wrong on purpose; one problem is enough then.
    pub plant: Option<Plant>,
}

/// What it came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Sessions that were played.
    pub sessions: u64,
    events: u64,
    answers: u64,
    saved: u64,
    records: u64,
    pages: u64,
    counts: Counts,
    /// Seeds of sessions in which something broke, and what.
    pub problems: Vec<(u64, Problem)>,
}

/// The seed of a session.
fn seed_of(seed: u64, number: u64) -> u64 {
    fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).u64(..)
}

/// Plays all of them. `tell` hears at once of what breaks, and now and then how far it is: a million take a while.
#[must_use]
pub fn run(plan: Plan, tell: impl Fn(&str) + Sync) -> Report {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (next, found) = (AtomicU64::new(0), AtomicUsize::new(0));
    let enough = if plan.plant.is_some() { 1 } else { ENOUGH };
    let work = || {
        let mut report = Report::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.sessions || found.load(Ordering::Relaxed) >= enough {
                return report;
            }
            if number > 0 && number.is_multiple_of(EVERY) {
                tell(&format!("{number} sessions"));
            }
            let before = report.problems.len();
            report.play(seed_of(plan.seed, number), plan.plant);
            let new = report.problems.get(before..).unwrap_or_default();
            new.iter().for_each(|(seed, problem)| tell(&format!("{:?}, seed {seed}", problem.broken)));
            found.fetch_add(new.len(), Ordering::Relaxed);
        }
    };
    let parts: Vec<Report> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    parts.into_iter().fold(Report::default(), Report::with)
}

/// One session again, with everything that happens in it.
#[must_use]
pub fn replay(seed: u64, steps: Option<u32>, plant: Option<Plant>) -> (Vec<String>, Option<Problem>) {
    let played = catch_unwind(AssertUnwindSafe(|| play(Play { seed, plant, steps, traced: true })));
    match played {
        Ok(device) => (device.trace.unwrap_or_default(), device.problem),
        Err(_) => (Vec::new(), Some(panicked())),
    }
}

/// The fewest steps with which a session still breaks in the same way.
#[must_use]
pub fn shortest(seed: u64, plant: Option<Plant>, broken: Broken) -> Option<u32> {
    (0..100).find(|steps| replay(seed, Some(*steps), plant).1.is_some_and(|problem| problem.broken == broken))
}

fn panicked() -> Problem {
    Problem { broken: Broken::Panic, what: "the software panicked".to_owned() }
}

impl Report {
    fn play(&mut self, seed: u64, plant: Option<Plant>) {
        self.sessions += 1;
        let Ok(device) = catch_unwind(|| play(Play { seed, plant, steps: None, traced: false })) else {
            return self.problems.push((seed, panicked()));
        };
        self.events += device.events;
        self.answers += device.ledger.choices.len() as u64;
        self.saved += device.ledger.choices.iter().filter(|choice| choice.told).count() as u64;
        self.records += device.server.kept.len() as u64;
        self.pages += device.opened;
        self.counts.merge(&device.counts);
        self.problems.extend(device.problem.map(|problem| (seed, problem)));
    }

    fn with(mut self, other: Self) -> Self {
        self.sessions += other.sessions;
        self.events += other.events;
        self.answers += other.answers;
        self.saved += other.saved;
        self.records += other.records;
        self.pages += other.pages;
        self.counts.merge(&other.counts);
        self.problems.extend(other.problems);
        self
    }

    /// What the run lacks to be believed: too little happened, or in a long one too little of some kind.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<String> {
        let sessions = self.sessions.max(1) as f64;
        let (events, faults) = (self.events as f64 / sessions, self.counts.total() as f64 / sessions);
        let mut found = Vec::new();
        if events < LEAST_EVENTS {
            found.push(format!("{events:.1} events in a session, of {LEAST_EVENTS} at least"));
        }
        if faults < LEAST_FAULTS {
            found.push(format!("{faults:.1} faults in a session, of {LEAST_FAULTS} at least"));
        }
        let least = if self.sessions >= LONG { LEAST_OF_A_KIND } else { 1 };
        for (fault, count) in self.counts.iter().filter(|(_, count)| *count < least) {
            found.push(format!("“{}” struck {count} times, of {least} at least", fault.name()));
        }
        found
    }

    /// Everything in one value.
    #[must_use]
    pub fn to_json(&self, seconds: f64) -> Value {
        let sessions = self.sessions.max(1) as f64;
        let broken = |broken: &[Broken]| self.problems.iter().filter(|(_, problem)| broken.contains(&problem.broken)).count();
        let faults: serde_json::Map<String, Value> =
            self.counts.iter().map(|(fault, count)| (fault.name().to_owned(), json!(count))).collect();
        json!({
            "sessions": self.sessions, "seconds": seconds.round(), "pages": self.pages,
            "events": self.events, "eventsPerSession": (self.events as f64 / sessions * 10.0).round() / 10.0,
            "faults": self.counts.total(), "faultsPerSession": (self.counts.total() as f64 / sessions * 10.0).round() / 10.0,
            "answers": self.answers, "reportedAsSaved": self.saved, "recordsAtServer": self.records,
            "lost": broken(&[Broken::Lost, Broken::Undelivered]), "doubled": broken(&[Broken::Doubled, Broken::Altered]),
            "notDrained": broken(&[Broken::NotDrained]), "withdrawalsLost": broken(&[Broken::WithdrawalLost, Broken::NoDidNotHold, Broken::StaleStart]),
            "grantedWithoutYes": broken(&[Broken::Granted, Broken::OnWithoutYes, Broken::CookieSaysMore]),
            "yesesLost": broken(&[Broken::YesLost]), "panics": broken(&[Broken::Panic]), "byKind": faults,
        })
    }
}
