//! The merge is what its rules say.
//!
//! ARCHITECTURE.md numbers the rules, M1 to M17. Here each has a test of its number with a small story (of M17, `subdomains.rs` has more).
//! Behind them stands a model that shares no code with the core (`merge/oracle.rs`): it follows every small history of two and of three devices
//! (`merge/history.rs`, `merge/model.rs`) and long ones that are made up (`merge/long.rs`), and is itself shown merges with
//! one fault each (`merge/faults.rs`).

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests are tests")]

#[path = "merge/faults.rs"]
mod faults;
#[path = "merge/history.rs"]
mod history;
#[path = "merge/long.rs"]
mod long;
#[path = "merge/model.rs"]
mod model;
#[path = "merge/oracle.rs"]
mod oracle;
#[path = "merge/story.rs"]
mod story;
#[path = "merge/world.rs"]
mod world;

use consentkit_core::evaluate::ReasonCode;
use consentkit_core::merge::{Told, Whose, merge, merge_with};
use consentkit_core::protocol::Context;
use oracle::Entry;
use oracle::Who::{Agent, Guardian, Import, Person, Signal};
use story::Story;
use world::{ADA, AT_HOME, BEN, CHILD, DAY, GROWN_UP, NOW, SIGNAL, SIGNAL_AND_ACCOUNT, WISH, context, decide, entry};

#[test]
fn m1_the_set_of_records_alone_decides() {
    let mut story = Story::default();
    let import = story.says(&[], Import, "rg");
    let yes = story.says(&[import], Person, "gg");
    let no = story.says(&[import], Agent, "wl");
    let whole = story.world.merged(&[import, yes, no]);
    for order in [[import, no, yes], [yes, import, no], [yes, no, import], [no, import, yes], [no, yes, import]] {
        assert_eq!(story.world.merged(&order), whole);
        let twice = story.world.sealed(&order).into_iter().chain(story.world.sealed(&order));
        assert_eq!(merge(twice, &story.world.unsaved(&order), Whose::default()), whole);
    }
}

#[test]
fn m2_later_is_what_was_made_after_whatever_the_clocks_say() {
    let mut story = Story::default();
    let yes = story.tell(Entry { at: NOW, ..entry(&[], Person, "g") });
    let no = story.tell(Entry { at: NOW - 90 * DAY, ..entry(&[yes], Person, "w") });
    assert_eq!(story.standing(&[yes, no]), [no]);
    // Through the record of another device, which answers nothing of this.
    let between = story.says(&[no], Person, "-g");
    let again = story.tell(Entry { at: NOW - 95 * DAY, ..entry(&[between], Person, "g") });
    assert_eq!(story.standing(&[yes, no, between, again]), [again]);
    // A clock that is ahead proves nothing.
    let ahead = story.tell(Entry { at: NOW + DAY, ..entry(&[yes], Person, "g") });
    assert_eq!(story.standing(&[yes, no, ahead]), [no, ahead]);
}

#[test]
fn m3_the_person_or_an_agent_takes_back_what_they_signals_and_imports_said() {
    for who in [Person, Agent] {
        for before in [Person, Agent, Signal, Import] {
            let mut story = Story::default();
            let no = story.says(&[], before, "r");
            let yes = story.says(&[no], who, "g");
            assert_eq!(story.standing(&[no, yes]), [yes], "{who:?} after {before:?}");
            assert!(story.is_on(&[no, yes], GROWN_UP));
            let last = story.says(&[yes], who, "w");
            assert_eq!(story.standing(&[no, yes, last]), [last]);
            assert!(!story.is_on(&[no, yes, last], GROWN_UP));
        }
    }
}

#[test]
fn m4_of_concurrent_answers_both_stand_and_the_no_wins() {
    for (early, late) in [("g", "w"), ("w", "g")] {
        let mut story = Story::default();
        let first = story.says(&[], Person, "g");
        let one = story.tell(Entry { at: NOW - 9 * DAY, ..entry(&[first], Person, early) });
        let other = story.tell(Entry { at: NOW - DAY, ..entry(&[first], Person, late) });
        assert_eq!(story.standing(&[first, one, other]), [one, other]);
        assert!(!story.is_on(&[first, one, other], GROWN_UP));
        let both = story.says(&[one, other], Person, "g");
        assert!(story.is_on(&[first, one, other, both], GROWN_UP), "whoever has seen both may say yes again");
    }
}

#[test]
fn m5_left_is_no_answer_and_takes_no_place() {
    for (letter, on) in [("g", true), ("w", false)] {
        let mut story = Story::default();
        let answer = story.says(&[], Person, letter);
        let left = story.says(&[answer], Person, "l");
        assert_eq!(story.standing(&[answer, left]), [answer]);
        assert_eq!(story.is_on(&[answer, left], GROWN_UP), on);
        assert!(story.standing(&[left]).is_empty());
    }
}

#[test]
fn m6_a_signal_says_no_or_nothing() {
    let mut story = Story::default();
    let yes = story.says(&[], Person, "g");
    let wants = story.says(&[], Signal, "g");
    assert!(story.standing(&[wants]).is_empty(), "it cannot say yes");
    let signal = story.says(&[yes], Signal, "r");
    assert_eq!(story.standing(&[yes, signal]), [signal]);
    assert!(!story.is_on(&[yes, signal], GROWN_UP), "its absence restores nothing");
    let no = story.says(&[yes], Person, "w");
    let heard = story.says(&[no], Signal, "r");
    assert_eq!(story.standing(&[yes, no, heard]), [no, heard], "a person's no is more than a signal's");

    let later = story.says(&[signal], Person, "g");
    assert!(!story.is_on(&[yes, signal, later], SIGNAL), "while it is present it denies");
    assert!(story.is_on(&[yes, signal, later], GROWN_UP), "once it is gone, a later yes counts");
    let spoken = story.tell(Entry { account: "ada", conflict: true, ..entry(&[signal], Person, "g") });
    assert!(story.is_on(&[yes, signal, spoken], SIGNAL_AND_ACCOUNT), "the conflict was named");
    assert!(!story.is_on(&[yes, signal, spoken], SIGNAL), "to another account it was not");
    let early = story.tell(Entry { account: "ada", conflict: true, ..entry(&[], Person, "g") });
    assert!(!story.is_on(&[early, signal], SIGNAL_AND_ACCOUNT), "later is what had seen the signal");
    let system = Context { signals: vec!["att_denied".into()], ..context(SIGNAL_AND_ACCOUNT) };
    assert!(
        !decide(&story.world.merged_for(&[yes, signal, spoken], SIGNAL_AND_ACCOUNT), &system, 1, NOW)[0].permit,
        "of the system nothing is lifted"
    );
}

#[test]
fn m7_a_guardian_is_heard_first_and_the_person_beside() {
    let mut story = Story::default();
    let own = story.says(&[], Person, "g");
    assert!(!story.is_on(&[own], CHILD));
    let no = story.says(&[own], Guardian, "r");
    assert_eq!(story.standing(&[own, no]), [no], "it takes the place of all earlier answers");
    let after = story.says(&[no], Person, "g");
    assert_eq!(story.standing(&[own, no, after]), [no, after], "side by side");
    assert!(!story.is_on(&[own, no, after], CHILD), "it holds against every yes of the child");
    assert!(story.is_on(&[own, no, after], GROWN_UP), "of a grown-up the own answer counts");
    let concurrent = story.says(&[], Person, "g");
    assert!(!story.is_on(&[no, concurrent], GROWN_UP), "nobody has spoken after the guardian");
    let yes = story.says(&[no, after], Guardian, "g");
    assert!(story.is_on(&[own, no, after, yes], CHILD));
    let refused = story.says(&[yes], Person, "w");
    assert_eq!(story.standing(&[own, no, after, yes, refused]), [yes, refused]);
    assert!([CHILD, GROWN_UP].iter().all(|visitor| !story.is_on(&[own, no, after, yes, refused], *visitor)), "a no needs no age");
}

#[test]
fn m8_an_import_counts_until_somebody_answers_here() {
    let mut story = Story::default();
    let import = story.says(&[], Import, "rg");
    let other = story.says(&[], Import, "gg");
    assert_eq!(story.standing(&[import, other]), [import, other]);
    assert!(!story.is_on(&[import, other], GROWN_UP));
    assert!(story.is_on(&[other], GROWN_UP));
    // Neither is later; all the same the person was asked here.
    let yes = story.says(&[], Person, "g-");
    assert_eq!(story.standing(&[import, other, yes]), [yes]);
    assert_eq!(story.world.standing(&story.world.merged(&[import, other, yes]), 1), [import, other], "the other item was not answered");
    let late = story.says(&[yes], Import, "r");
    assert_eq!(story.standing(&[yes, late]), [yes]);
}

#[test]
fn m9_a_no_outlasts_every_age_and_policy() {
    for (who, letter) in [(Person, "w"), (Person, "r"), (Guardian, "r"), (Signal, "r")] {
        let mut story = Story::default();
        let yes = story.says(&[], Person, "g");
        let no = story.says(&[yes], who, letter);
        let merged = story.world.merged(&[yes, no]);
        for (age, version, days) in [("", 1, 0), ("10-12", 1, 0), ("18-", 1, 2000), ("18-", 2, 0), ("10-12", 2, 2000)] {
            let context = Context { age: age.into(), ..context(GROWN_UP) };
            let decision = &decide(&merged, &context, version, NOW + days * DAY)[0];
            assert!(!decision.permit);
            assert!(matches!(decision.reasons[0].code, ReasonCode::Refused | ReasonCode::Withdrawn), "{who:?}: {:?}", decision.reasons);
        }
    }
}

#[test]
fn m10_a_missing_parent_ends_its_branch_and_the_record_counts() {
    let mut story = Story::default();
    let no = story.says(&[], Person, "r");
    let missing = story.says(&[no], Person, "-g");
    let yes = story.says(&[missing], Person, "g");
    assert_eq!(story.standing(&[no, missing, yes]), [yes]);
    assert_eq!(story.standing(&[yes]), [yes]);
    assert_eq!(story.standing(&[no, yes]), [no, yes], "without the one between, nothing proves that it is later");
    assert!(!story.is_on(&[no, yes], GROWN_UP));
    let withdrawn = story.says(&[missing], Person, "w");
    assert!(!story.is_on(&[yes, withdrawn], GROWN_UP), "a no counts, whatever is missing");
}

#[test]
fn m11_what_is_not_saved_opens_nothing_and_holds_as_a_no() {
    let mut story = Story::default();
    let yes = story.tell(Entry { unsaved: true, ..entry(&[], Person, "g") });
    assert_eq!(story.standing(&[yes]), [yes]);
    assert!(!story.is_on(&[yes], GROWN_UP));
    let saved = story.says(&[], Person, "g");
    let no = story.tell(Entry { unsaved: true, ..entry(&[saved], Person, "w") });
    assert!(story.is_on(&[saved], GROWN_UP));
    assert!(!story.is_on(&[saved, no], GROWN_UP));
    let again = story.tell(Entry { unsaved: true, ..entry(&[saved], Person, "g") });
    assert_eq!(story.standing(&[saved, again]), [saved, again]);
    assert!(story.is_on(&[saved, again], GROWN_UP), "what is on stays on");
    let refused = story.says(&[saved], Person, "w");
    let after = story.tell(Entry { unsaved: true, ..entry(&[refused], Person, "g") });
    let elsewhere = story.says(&[], Person, "g");
    assert!(!story.is_on(&[saved, refused, after, elsewhere], GROWN_UP), "the no stands, also against a yes that did not know of it");
}

#[test]
fn m12_of_concurrent_wishes_the_lowest_stands() {
    let mut story = Story::default();
    let wish =
        |story: &mut Story, after: &[usize], value| story.tell(Entry { kind: "preference", wish: Some(value), ..entry(after, Person, "") });
    let first = wish(&mut story, &[], 0);
    let one = wish(&mut story, &[first], 3);
    let other = wish(&mut story, &[first], 2);
    let stands = |set: &[usize]| story.world.merged(set).wishes.get(WISH).copied();
    assert_eq!(stands(&[first, one]), Some(3), "a later one takes the place of a lower one");
    assert_eq!(stands(&[other, one, first, one]), Some(2));
    let between = story.says(&[one, other], Person, "g");
    let last = wish(&mut story, &[between], 1);
    let stands = |set: &[usize]| story.world.merged(set).wishes.get(WISH).copied();
    assert_eq!(stands(&[first, one, other, between, last]), Some(1));
    assert_eq!(stands(&[first, last]), Some(0), "a missing parent ends the branch");
}

#[test]
fn m13_a_record_of_another_kind_answers_nothing() {
    for kind in ["preference", "acceptance", "link", "erase", "of a later version"] {
        let mut story = Story::default();
        let no = story.says(&[], Person, "r");
        let other = story.tell(Entry { kind, ..entry(&[no], Person, "gg") });
        assert_eq!(story.standing(&[no, other]), [no], "{kind}");
        assert!(!story.is_on(&[other], GROWN_UP));
        assert_eq!(
            story.world.merged(&[no, other]).heads.keys().collect::<Vec<_>>(),
            [&story.world.id(other)],
            "{kind} is kept, and later than the other"
        );
        let yes = story.says(&[other], Person, "g");
        assert_eq!(story.standing(&[no, other, yes]), [yes], "what is later can be proved through it");
    }
}

#[test]
fn m14_what_was_said_with_an_account_counts_for_it_and_a_no_for_the_device() {
    let mut story = Story::default();
    let own = story.world.add(Entry { device: 0, ..entry(&[], Person, "g") });
    assert!([AT_HOME, ADA, BEN].iter().all(|visitor| story.is_on(&[own], *visitor)), "a device asks once, whoever signs in");
    let no = story.world.add(Entry { account: "ada", ..entry(&[own], Person, "w") });
    assert!(
        [AT_HOME, ADA, BEN].iter().all(|visitor| !story.is_on(&[own, no], *visitor)),
        "what she takes back is off here when she is gone"
    );
    let yes = story.world.add(Entry { account: "ada", ..entry(&[no], Person, "g") });
    assert!(story.is_on(&[own, no, yes], ADA));
    assert!([AT_HOME, BEN].iter().all(|visitor| !story.is_on(&[own, no, yes], *visitor)), "her yes is hers alone");
    let anybody = story.world.add(Entry { device: 0, ..entry(&[yes], Person, "g") });
    assert!(story.is_on(&[own, no, yes, anybody], AT_HOME), "who is asked on the device may say yes again");
}

#[test]
fn m15_what_was_said_without_one_counts_on_its_device_and_for_whom_it_is_linked_with() {
    let mut story = Story::default();
    let at = |device| Entry { device, ..entry(&[], Person, "gr") };
    let abroad = story.world.add(at(1));
    assert!(!story.is_on(&[abroad], AT_HOME), "it is another device's");
    assert!(!story.is_on(&[abroad], ADA), "nobody has said that it is hers");
    let link = story.world.add(Entry { kind: "link", account: "ada", ..entry(&[abroad], Person, "") });
    assert!(story.is_on(&[abroad, link], ADA));
    assert!([AT_HOME, BEN].iter().all(|visitor| !story.is_on(&[abroad, link], *visitor)));
    let later = story.world.add(Entry { parents: vec![link], ..at(1) });
    assert!(!story.is_on(&[link, later], ADA), "what is said after it needs a link of its own");
    let own = story.world.add(at(0));
    assert!(story.world.merged_for(&[own, abroad, link], ADA).unlinked, "this device has more to tell");
    assert!(!story.world.merged_for(&[abroad, link], ADA).unlinked);
    assert!(!story.world.merged_for(&[own], AT_HOME).unlinked, "there is nobody to tell it to");
    let unknown = Whose::default();
    assert!(merge(story.world.sealed(&[own, abroad]).into_iter(), &story.world.unsaved(&[]), unknown).others.is_empty());
}

#[test]
fn m16_an_unlink_takes_nothing_back() {
    let mut story = Story::default();
    let abroad = story.world.add(Entry { device: 1, ..entry(&[], Person, "g") });
    let link = story.world.add(Entry { kind: "link", account: "ada", ..entry(&[abroad], Person, "") });
    let unlink = story.world.add(Entry { kind: "unlink", account: "ada", ..entry(&[link], Person, "") });
    assert!(story.is_on(&[abroad, link, unlink], ADA), "what she was told she keeps");
    let later = story.world.add(Entry { device: 1, ..entry(&[unlink], Person, "w") });
    assert!(!story.is_on(&[abroad, link, unlink, later], ADA), "a no counts, wherever it was said");
    let stranger = story.world.add(Entry { device: 1, ..entry(&[unlink], Person, "-g") });
    let on = story.world.engine(&[abroad, link, unlink, stranger], ADA).1.granted;
    assert_eq!(on, [world::ITEMS[0]], "whoever comes after her says yes for themselves");
}

#[test]
fn m17_of_what_only_a_cookie_tells_the_noes_count_until_they_are_answered() {
    let mut story = Story::default();
    let here = story.says(&[], Person, "gl");
    let elsewhere = story.says(&[here], Person, "wg");
    let about_one = story.says(&[here, elsewhere], Person, "lr");
    let about_both = story.says(&[about_one, elsewhere], Person, "gr");
    let head = story.world.id(elsewhere);
    let said = story.world.merged(&[elsewhere]).answers;
    let answers: Vec<_> = said.iter().flat_map(|(item, all)| all.iter().map(|answer| (item.clone(), answer.clone()))).collect();
    let merged = |set: &[usize]| {
        let told = Told { heads: &[head], answers: &answers };
        merge_with(story.world.sealed(set).into_iter(), &story.world.unsaved(set), Whose::default(), told)
    };
    let found = merged(&[here]);
    assert_eq!(story.world.standing(&found, 0), [here, elsewhere], "the no stands beside the yes that does not know of it");
    assert_eq!(story.world.standing(&found, 1), [0; 0], "a yes does not");
    assert!(found.heads.contains(&head), "the next answer names it");
    let found = merged(&[here, about_one]);
    assert_eq!(story.world.standing(&found, 0), [here, elsewhere], "an answer to something else leaves it");
    assert!(found.heads.contains(&head));
    let found = merged(&[here, about_one, about_both]);
    assert_eq!(story.world.standing(&found, 0), [about_both]);
    assert!(!found.heads.contains(&head));
    let known = [here, elsewhere];
    let alone = merge(story.world.sealed(&known).into_iter(), &story.world.unsaved(&known), Whose::default());
    assert_eq!(merged(&known), alone, "what is here speaks for itself");
}

#[test]
fn every_rule_of_the_table_has_a_test_of_its_number() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md")).expect("the page");
    let table = page.split("\n## Merge\n").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the section");
    let number = |line: &str| line.strip_prefix("| M")?.split(' ').next()?.parse::<usize>().ok();
    let rules: Vec<usize> = table.lines().filter_map(number).collect();
    let of_a_test = |rest: &str| rest.strip_prefix('m')?.split('_').next()?.parse::<usize>().ok();
    let tests: Vec<usize> = include_str!("merge.rs").split("#[test]\nfn ").filter_map(of_a_test).collect();
    assert_eq!(rules, (1..=17).collect::<Vec<_>>());
    assert_eq!(tests, rules);
}
