//! Every history of a length, and whether a merge agrees with the rules in each.

use std::collections::HashSet;

use consentkit_core::id::Id;
use consentkit_core::map::Set;
use consentkit_core::merge::{Merged, Whose, merge};
use consentkit_core::record::Sealed;

use super::history::{Device, Step, alphabet, happen, together, words, words_of_accounts};
use super::oracle::{Entry, Visitor};
use super::world::{ITEMS, NOW, VISITORS, WISH, World, context, decide};

/// A merge under test.
pub(crate) type Merge = fn(&[&Sealed], &Set<Id>, Whose<'_>) -> Merged;

/// That of the core.
pub(crate) fn of_the_core(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    merge(records.iter().copied(), unsaved, whose)
}

/// One engine is opened for so many sets of records: it reads bytes and hashes, and that is slow without optimisation.
const ENGINE_EVERY: usize = 100;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub histories: usize,
    /// Different sets of records that some device had, or all together.
    pub sets: usize,
    pub decisions: usize,
    pub engines: usize,
    /// Where merge or decision are not those of the rules.
    pub disagreements: Vec<String>,
    /// Where somebody has said no, nobody yes after it, and it is on.
    pub lost: Vec<String>,
}

/// A merge on its way through histories.
pub(crate) struct Model {
    merge: Merge,
    /// Whether to go on.
    on: fn(&Report) -> bool,
    pub world: World,
    seen: HashSet<Vec<usize>>,
    pub report: Report,
}

impl Model {
    pub(crate) fn of(merge: Merge, on: fn(&Report) -> bool) -> Self {
        Self { merge, on, world: World::default(), seen: HashSet::new(), report: Report::default() }
    }

    /// Every history of so many devices up to a length. The first thing happens on the first device: the others are alike.
    pub(crate) fn run(&mut self, devices: usize, length: usize, words: fn() -> Vec<Entry>) {
        let alphabet = alphabet(devices, words);
        let first = |step: &&Step| matches!(step, Step::Answer(0, _) | Step::Clock(0));
        for step in alphabet.iter().filter(first) {
            self.follow(&alphabet, &vec![Device::default(); devices], step, length - 1);
        }
    }

    fn follow(&mut self, alphabet: &[Step], before: &[Device], step: &Step, left: usize) {
        if !(self.on)(&self.report) {
            return;
        }
        let mut devices = before.to_vec();
        happen(&mut self.world, &mut devices, step);
        self.report.histories += 1;
        self.look(&devices);
        if left > 0 {
            for next in alphabet {
                self.follow(alphabet, &devices, next, left - 1);
            }
        }
    }

    /// Holds what each device knows, and what all know together, against the rules. Histories that differ only in
    /// the order of what is independent have the same records, which are looked at once.
    pub(crate) fn look(&mut self, devices: &[Device]) {
        let views = devices.iter().map(|device| device.known.clone()).chain([together(devices)]);
        for set in views {
            if self.seen.insert(set.clone()) {
                self.report.sets += 1;
                self.compare(&set);
            }
        }
    }

    fn compare(&mut self, set: &[usize]) {
        let by_engine = self.report.sets.is_multiple_of(ENGINE_EVERY);
        for visitor in VISITORS {
            let merged = self.world.merged_by(self.merge, set, visitor);
            self.compare_answers(set, visitor, &merged);
            self.compare_decisions(set, visitor, &merged, by_engine);
        }
    }

    fn compare_answers(&mut self, set: &[usize], visitor: Visitor, merged: &Merged) {
        let (world, heard) = (&self.world, self.world.heard(set, visitor));
        let told = |what: &str| told(world, set, &format!("{what} for {visitor:?}"));
        let ids = |places: Vec<usize>| {
            let mut ids: Vec<Id> = places.into_iter().map(|place| world.id(place)).collect();
            ids.sort_unstable();
            ids
        };
        if !merged.heads.keys().eq(&ids(heard.heads())) || merged.wishes.get(WISH).copied() != heard.wish() {
            self.report.disagreements.push(told("heads or wishes"));
        }
        if merged.unlinked != heard.is_unlinked() {
            self.report.disagreements.push(told("whether something is to be linked"));
        }
        for (index, item) in ITEMS.iter().enumerate() {
            let letter = |place: usize| world.entries[place].letters[index];
            let mut due: Vec<(Id, char)> = heard.standing(index).into_iter().map(|place| (world.id(place), letter(place))).collect();
            due.sort_unstable();
            let answers = merged.answers.get(*item).into_iter().flatten();
            if !answers.map(|answer| (answer.record, answer.state.letter())).eq(due) {
                self.report.disagreements.push(told(&format!("the answers that stand to {item}")));
            }
        }
    }

    fn compare_decisions(&mut self, set: &[usize], visitor: Visitor, merged: &Merged, by_engine: bool) {
        let (world, heard) = (&self.world, self.world.heard(set, visitor));
        let decisions = decide(merged, &context(visitor), 1, NOW);
        let granted = by_engine.then(|| world.engine(set, visitor).1.granted);
        for (index, (item, decision)) in ITEMS.iter().zip(&decisions).enumerate() {
            self.report.decisions += 1;
            if decision.permit != heard.permits(index) {
                self.report.disagreements.push(told(world, set, &format!("{item} for {visitor:?} is {}", decision.permit)));
            }
            if decision.permit && heard.must_be_off(index) {
                self.report.lost.push(told(world, set, &format!("{item} for {visitor:?}")));
            }
            if granted.as_ref().is_some_and(|granted| granted.iter().any(|it| it == item) != decision.permit) {
                self.report.disagreements.push(told(world, set, &format!("the engine's {item} for {visitor:?}")));
            }
        }
        self.report.engines += usize::from(by_engine);
    }
}

fn told(world: &World, set: &[usize], what: &str) -> String {
    format!("{what}:\n{}", set.iter().map(|it| world.line(*it)).collect::<String>())
}

/// The merge of the core, in every history of two devices and of three.
#[test]
fn in_every_small_history_the_core_says_what_the_rules_say() {
    for (devices, length, words, least) in [
        (2, 4, words as fn() -> Vec<Entry>, 20_000),
        (3, 3, words, 10_000),
        (2, 4, words_of_accounts, 20_000),
        (3, 3, words_of_accounts, 5_000),
    ] {
        let mut model = Model::of(of_the_core, |report| report.disagreements.len() < 3);
        let start = std::time::Instant::now();
        model.run(devices, length, words);
        let Report { histories, sets, decisions, engines, disagreements, lost } = model.report;
        println!(
            "{devices} devices, {length} steps: {histories} histories, {sets} sets of records, {decisions} decisions, {engines} engines, {:?}",
            start.elapsed()
        );
        println!("withdrawals lost: {}", lost.len());
        assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
        assert!(lost.is_empty(), "{}", lost.join("\n"));
        assert!(histories > least);
    }
}
