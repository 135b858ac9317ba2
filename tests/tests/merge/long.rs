//! Long histories of three devices, made up, where there are too many to go through.

use consentkit_core::evaluate::ReasonCode;
use consentkit_core::protocol::{Context, Env, Event, Stored};
use proptest::prelude::*;

use super::history::{Device, Step, happen, together};
use super::model::{Model, of_the_core};
use super::oracle::{Entry, Who};
use super::world::{DAY, GROWN_UP, ITEMS, NOW, VISITORS, World, context, decide, entry};

const DEVICES: usize = 3;
const LONGEST: usize = 25;

fn answer() -> impl Strategy<Value = Entry> {
    let who = prop_oneof![
        6 => Just(Who::Person), 1 => Just(Who::Agent), 2 => Just(Who::Guardian), 2 => Just(Who::Signal), 2 => Just(Who::Import),
    ];
    let other = prop_oneof![8 => Just(None), 2 => Just(Some("link")), 1 => Just(Some("unlink")), 1 => Just(Some("preference")), 1 => Just(Some("of a later version"))];
    let account = proptest::sample::select(&["", "", "", "ada", "ben"][..]);
    let wish = proptest::option::weighted(0.3, 0u32..4);
    (who, "[ggrrwl-]{2}", other, any::<[bool; 2]>(), account, 0u8..8, wish).prop_map(
        |(who, letters, other, conflict, account, fortune, wish)| {
            let said = entry(&[], who, &letters);
            Entry {
                kind: other.unwrap_or(said.kind),
                conflict: conflict == [true, true],
                account: if conflict == [true, true] { "ada" } else { account },
                unsaved: fortune == 0,
                wish,
                ..said
            }
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pair = || (0..DEVICES, 1..DEVICES).prop_map(|(one, further)| (one, (one + further) % DEVICES));
    let step = prop_oneof![
        6 => (0..DEVICES, answer()).prop_map(|(on, said)| Step::Answer(on, said)),
        2 => pair().prop_map(|(one, other)| Step::Sync(one, other)),
        2 => pair().prop_map(|(from, to)| Step::News(from, to)),
        1 => (0..DEVICES).prop_map(Step::Clock),
    ];
    proptest::collection::vec(step, 1..=LONGEST)
}

/// All records of a history.
fn lived(steps: &[Step]) -> (World, Vec<usize>) {
    let mut world = World::default();
    let mut devices = vec![Device::default(); DEVICES];
    steps.iter().for_each(|step| happen(&mut world, &mut devices, step));
    let all = together(&devices);
    (world, all)
}

/// A history whose records come in some order, in some groups and some of them again.
fn deliveries() -> impl Strategy<Value = (Vec<Step>, Vec<usize>, Vec<prop::sample::Index>)> {
    let again = proptest::collection::vec(any::<prop::sample::Index>(), 0..8);
    (steps(), proptest::collection::vec(0usize..4, LONGEST), again)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_every_long_history_the_core_says_what_the_rules_say(steps in steps()) {
        let mut model = Model::of(of_the_core, |_| true);
        let mut devices = vec![Device::default(); DEVICES];
        for step in &steps {
            happen(&mut model.world, &mut devices, step);
            model.look(&devices);
        }
        prop_assert!(model.report.disagreements.is_empty(), "{}", model.report.disagreements.join("\n"));
        prop_assert!(model.report.lost.is_empty(), "{}", model.report.lost.join("\n"));
    }

    #[test]
    fn the_order_of_records_and_their_number_change_nothing((steps, keys, again) in deliveries()) {
        let (world, all) = lived(&steps);
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|place| (keys[place % LONGEST], std::cmp::Reverse(*place)));
        shuffled.extend(again.iter().filter(|_| !all.is_empty()).map(|it| *it.get(&all)));
        prop_assert_eq!(world.merged(&shuffled), world.merged(&all));
    }

    #[test]
    fn an_engine_that_hears_of_them_in_groups_ends_where_all_at_once_lead((steps, groups, again) in deliveries(), visitor in 0..VISITORS.len()) {
        let (mut world, all) = lived(&steps);
        world.entries.iter_mut().for_each(|entry| entry.unsaved = false);
        let (_, due) = world.engine(&all, VISITORS[visitor]);
        let (mut engine, _) = world.engine(&[], VISITORS[visitor]);
        let group = |number: usize| all.iter().copied().filter(|place| groups[place % LONGEST] == number).collect::<Vec<_>>();
        let repeated = again.iter().filter(|_| !all.is_empty()).map(|it| *it.get(&all)).collect();
        for part in [repeated, group(0), group(1), group(2), group(3), group(1), group(0)] {
            let stored = Stored { records: world.stored(&part), ..Stored::default() };
            engine.handle(Event::Stored { stored }, Env { now: NOW, entropy: vec![0; 32] });
        }
        prop_assert_eq!(engine.snapshot(), Some(&due));
    }

    #[test]
    fn a_no_outlasts_every_age_policy_and_time(steps in steps(), age in proptest::sample::select(&["", "10-12", "13-15", "16-17", "18-"][..])) {
        let (world, all) = lived(&steps);
        let (merged, heard) = (world.merged(&all), world.heard(&all, GROWN_UP));
        for (index, item) in ITEMS.iter().enumerate().filter(|(index, _)| heard.must_be_off(*index)) {
            for (version, days) in [(1, 0), (1, 200), (1, 1500), (2, 0), (2, 1500)] {
                let context = Context { age: age.into(), ..context(GROWN_UP) };
                let decision = &decide(&merged, &context, version, NOW + days * DAY)[index];
                prop_assert!(!decision.permit, "{item} in version {version} after {days} days");
                let codes: Vec<ReasonCode> = decision.reasons.iter().map(|reason| reason.code).collect();
                prop_assert!(matches!(codes[0], ReasonCode::Refused | ReasonCode::Withdrawn), "{item}: {codes:?}");
            }
        }
    }
}
