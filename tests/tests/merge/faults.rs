//! Merges with one thing wrong each. The model must find every one, or it proves nothing.

use std::iter::once;

use consentkit_core::id::Id;
use consentkit_core::map::{Map, Set};
use consentkit_core::merge::{Answer, Merged, merge};
use consentkit_core::record::{Record, Sealed};

use super::model::{Merge, Model};
use super::oracle::{Entry, Heard, Who};
use super::world::entry;

/// The merge of the core over records in which something was changed first. Their ids stay.
fn over(records: &[&Sealed], unsaved: &Set<Id>, change: impl Fn(&mut Record)) -> Merged {
    let mut changed: Vec<Sealed> = records.iter().map(|sealed| (*sealed).clone()).collect();
    changed.iter_mut().for_each(|sealed| change(&mut sealed.record));
    merge(changed.iter(), unsaved)
}

/// The merge of the core, with the answers picked anew.
fn picked(records: &[&Sealed], unsaved: &Set<Id>, pick: impl Fn(&mut Vec<Answer>)) -> Merged {
    let mut merged = merge(records.iter().copied(), unsaved);
    merged.answers.values_mut().for_each(pick);
    merged
}

fn last_by_the_clock(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    let mut answers: Map<String, Vec<Answer>> = Map::default();
    for sealed in records {
        for (item, said) in merge(once(*sealed), unsaved).answers.iter() {
            if answers.get(item).is_none_or(|before| before[0].at <= said[0].at) {
                answers.set(item.clone(), said.clone());
            }
        }
    }
    Merged { answers, ..merge(records.iter().copied(), unsaved) }
}

fn no_is_silence(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    over(records, unsaved, |record| record.answers = record.answers.replace(['r', 'w'], "-"))
}

fn orphans_are_dropped(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    let here = |id: &Id| records.iter().any(|it| it.id == *id);
    merge(records.iter().copied().filter(|sealed| sealed.record.parents.iter().all(here)), unsaved)
}

fn orphans_know_everything(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    let place = |id: &Id| records.iter().position(|it| it.id == *id);
    let parents = |sealed: &Sealed| sealed.record.parents.iter().filter_map(place).collect();
    let list: Vec<Entry> = records.iter().map(|sealed| Entry { parents: parents(sealed), ..entry(&[], Who::Person, "") }).collect();
    let all: Vec<usize> = (0..list.len()).collect();
    let heard = Heard::of(&list, &all);
    let mut changed: Vec<Sealed> = records.iter().map(|sealed| (*sealed).clone()).collect();
    for (at, sealed) in changed.iter_mut().enumerate() {
        if sealed.record.parents.iter().any(|parent| place(parent).is_none()) {
            // All but what was made after it, which would go round in a circle.
            sealed.record.parents.extend(all.iter().filter(|it| **it != at && !heard.is_later(**it, at)).map(|it| records[*it].id));
        }
    }
    merge(changed.iter(), unsaved)
}

fn left_takes_back(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    let left: Vec<Id> = records.iter().filter(|it| it.record.answers.starts_with('l')).map(|it| it.id).collect();
    let mut merged = over(records, unsaved, |record| record.answers = record.answers.replace('l', "r"));
    merged.answers.values_mut().for_each(|said| said.retain(|it| !left.contains(&it.record)));
    merged
}

fn signals_may_say_yes(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    over(records, unsaved, |record| {
        if record.actor == "signal" && record.answers.contains('g') {
            record.actor = "subject".into();
        }
    })
}

fn imports_are_answers(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    over(records, unsaved, |record| record.actor = record.actor.replace("import", "subject"))
}

fn guardians_are_anybody(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    over(records, unsaved, |record| record.actor = record.actor.replace("guardian", "subject"))
}

fn the_yes_wins(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    picked(records, unsaved, |said| {
        if said.iter().any(|answer| answer.state.letter() == 'g') {
            said.retain(|answer| answer.state.letter() == 'g');
        }
    })
}

fn everything_is_saved(records: &[&Sealed], _: &Set<Id>) -> Merged {
    merge(records.iter().copied(), &Set::default())
}

fn a_conflict_is_any_yes(records: &[&Sealed], unsaved: &Set<Id>) -> Merged {
    picked(records, unsaved, |said| said.iter_mut().for_each(|answer| answer.despite_signal = String::new()))
}

#[test]
fn every_planted_fault_is_found() {
    // Whether somebody's no is lost by it.
    let faults: [(&str, Merge, bool); 11] = [
        ("the last answer by the clock wins", last_by_the_clock, true),
        ("a no is taken for no answer", no_is_silence, true),
        ("a record whose parent is missing is dropped", orphans_are_dropped, true),
        ("a record whose parent is missing is taken for the last", orphans_know_everything, true),
        ("of concurrent answers the yes wins", the_yes_wins, true),
        ("a signal may say yes", signals_may_say_yes, true),
        ("an import counts as an answer", imports_are_answers, true),
        ("what is left takes back", left_takes_back, false),
        ("a guardian counts as anybody", guardians_are_anybody, false),
        ("what is not saved opens", everything_is_saved, false),
        ("the notice of a conflict means nothing", a_conflict_is_any_yes, false),
    ];
    for (fault, merge, loses) in faults {
        // The histories are those in which the merge of the core has no fault; it is enough to see one.
        let mut model = Model::of(merge, |report| report.disagreements.is_empty());
        model.run(2, 4);
        assert!(!model.report.disagreements.is_empty(), "not found: {fault}");
        let disagreed = model.report.histories;
        if loses {
            let mut model = Model::of(merge, |report| report.lost.is_empty());
            model.run(2, 4);
            assert!(!model.report.lost.is_empty(), "it loses nothing: {fault}");
            println!("{fault}: found in history {disagreed}, loses a no in history {}", model.report.histories);
        } else {
            println!("{fault}: found in history {disagreed}");
        }
    }
}
