//! Merges with one thing wrong each. The model must find every one, or it proves nothing.

use std::iter::once;

use consentkit_core::id::Id;
use consentkit_core::map::{Map, Set};
use consentkit_core::merge::{Answer, Merged, Whose, merge};
use consentkit_core::record::{Record, Sealed};

use super::history::{words, words_of_accounts};
use super::model::{Merge, Model};
use super::oracle::{Entry, Heard, Who};
use super::world::{GROWN_UP, entry};

/// The merge of the core over records in which something was changed first. Their ids stay.
fn over(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>, change: impl Fn(&mut Record)) -> Merged {
    let mut changed: Vec<Sealed> = records.iter().map(|sealed| (*sealed).clone()).collect();
    changed.iter_mut().for_each(|sealed| change(&mut sealed.record));
    merge(changed.iter(), unsaved, whose)
}

/// The merge of the core, with the answers picked anew.
fn picked(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>, pick: impl Fn(&mut Vec<Answer>)) -> Merged {
    let mut merged = merge(records.iter().copied(), unsaved, whose);
    merged.answers.values_mut().for_each(pick);
    merged
}

fn last_by_the_clock(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    let mut answers: Map<String, Vec<Answer>> = Map::default();
    for sealed in records {
        for (item, said) in merge(once(*sealed), unsaved, whose).answers.iter() {
            if answers.get(item).is_none_or(|before| before[0].at <= said[0].at) {
                answers.set(item.clone(), said.clone());
            }
        }
    }
    Merged { answers, ..merge(records.iter().copied(), unsaved, whose) }
}

fn no_is_silence(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| record.answers = record.answers.replace(['r', 'w'], "-"))
}

fn orphans_are_dropped(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    let here = |id: &Id| records.iter().any(|it| it.id == *id);
    merge(records.iter().copied().filter(|sealed| sealed.record.parents.iter().all(here)), unsaved, whose)
}

fn orphans_know_everything(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    let place = |id: &Id| records.iter().position(|it| it.id == *id);
    let parents = |sealed: &Sealed| sealed.record.parents.iter().filter_map(place).collect();
    let list: Vec<Entry> = records.iter().map(|sealed| Entry { parents: parents(sealed), ..entry(&[], Who::Person, "") }).collect();
    let all: Vec<usize> = (0..list.len()).collect();
    let heard = Heard::of(&list, &all, GROWN_UP);
    let mut changed: Vec<Sealed> = records.iter().map(|sealed| (*sealed).clone()).collect();
    for (at, sealed) in changed.iter_mut().enumerate() {
        if sealed.record.parents.iter().any(|parent| place(parent).is_none()) {
            // All but what was made after it, which would go round in a circle.
            sealed.record.parents.extend(all.iter().filter(|it| **it != at && !heard.is_later(**it, at)).map(|it| records[*it].id));
        }
    }
    merge(changed.iter(), unsaved, whose)
}

fn left_takes_back(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    let left: Vec<Id> = records.iter().filter(|it| it.record.answers.starts_with('l')).map(|it| it.id).collect();
    let mut merged = over(records, unsaved, whose, |record| record.answers = record.answers.replace('l', "r"));
    merged.answers.values_mut().for_each(|said| said.retain(|it| !left.contains(&it.record)));
    merged
}

fn signals_may_say_yes(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| {
        if record.actor == "signal" && record.answers.contains('g') {
            record.actor = "subject".into();
        }
    })
}

fn imports_are_answers(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| record.actor = record.actor.replace("import", "subject"))
}

fn guardians_are_anybody(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| record.actor = record.actor.replace("guardian", "subject"))
}

fn the_yes_wins(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    picked(records, unsaved, whose, |said| {
        if said.iter().any(|answer| answer.state.letter() == 'g') {
            said.retain(|answer| answer.state.letter() == 'g');
        }
    })
}

fn everything_is_saved(records: &[&Sealed], _: &Set<Id>, whose: Whose<'_>) -> Merged {
    merge(records.iter().copied(), &Set::default(), whose)
}

fn a_conflict_is_any_yes(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    picked(records, unsaved, whose, |said| said.iter_mut().for_each(|answer| answer.despite_signal = false))
}

fn accounts_are_nobodys(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| record.account = whose.account.to_owned())
}

fn devices_are_everybodys(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    merge(records.iter().copied(), unsaved, Whose { subject: "", ..whose })
}

fn noes_of_others_are_silence(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    let others = merge(records.iter().copied(), unsaved, whose).others;
    picked(records, unsaved, whose, |said| said.retain(|answer| !others.contains(&answer.record)))
}

fn links_join_everybody(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| {
        if record.kind == "link" {
            record.account = whose.account.to_owned();
        }
    })
}

fn an_unlink_links(records: &[&Sealed], unsaved: &Set<Id>, whose: Whose<'_>) -> Merged {
    over(records, unsaved, whose, |record| record.kind = record.kind.replace("unlink", "link"))
}

#[test]
fn every_planted_fault_is_found() {
    // In which words it shows, and whether somebody's no is lost by it.
    type Fault = (&'static str, Merge, fn() -> Vec<Entry>, bool);
    let faults: [Fault; 16] = [
        ("the last answer by the clock wins", last_by_the_clock, words, true),
        ("a no is taken for no answer", no_is_silence, words, true),
        ("a record whose parent is missing is dropped", orphans_are_dropped, words, true),
        ("a record whose parent is missing is taken for the last", orphans_know_everything, words, true),
        ("of concurrent answers the yes wins", the_yes_wins, words, true),
        ("a signal may say yes", signals_may_say_yes, words, true),
        ("an import counts as an answer", imports_are_answers, words, true),
        ("what is left takes back", left_takes_back, words, false),
        ("a guardian counts as anybody", guardians_are_anybody, words, false),
        ("what is not saved opens", everything_is_saved, words, false),
        ("the notice of a conflict means nothing", a_conflict_is_any_yes, words, false),
        ("an account's answers count for everybody", accounts_are_nobodys, words_of_accounts, false),
        ("a device's answers count for everybody", devices_are_everybodys, words_of_accounts, false),
        ("a no of somebody else is taken for silence", noes_of_others_are_silence, words_of_accounts, true),
        ("a link joins every account", links_join_everybody, words_of_accounts, false),
        ("an unlink is taken for a link", an_unlink_links, words_of_accounts, false),
    ];
    for (fault, merge, words, loses) in faults {
        // The histories are those in which the merge of the core has no fault; it is enough to see one.
        let mut model = Model::of(merge, |report| report.disagreements.is_empty());
        model.run(2, 4, words);
        assert!(!model.report.disagreements.is_empty(), "not found: {fault}");
        let disagreed = model.report.histories;
        if loses {
            let mut model = Model::of(merge, |report| report.lost.is_empty());
            model.run(2, 4, words);
            assert!(!model.report.lost.is_empty(), "it loses nothing: {fault}");
            println!("{fault}: found in history {disagreed}, loses a no in history {}", model.report.histories);
        } else {
            println!("{fault}: found in history {disagreed}");
        }
    }
}
