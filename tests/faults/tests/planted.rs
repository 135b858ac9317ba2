//! Every planted fault is found: a simulation that finds nothing proves something only if it would have found these.

use faults::device::Broken;
use faults::plant::Plant;
use faults::run::{Plan, replay, run};

/// So many sessions must be enough; most are found in some hundreds, the rarest in some ten thousand.
const SESSIONS: u64 = 400_000;

#[cfg_attr(debug_assertions, ignore = "`cargo xtask test faults` runs it, optimised")]
#[test]
fn every_planted_fault_is_found() {
    for (name, plant) in Plant::ALL {
        let report = run(Plan { sessions: SESSIONS, seed: 7, plant: Some(plant) }, |_| ());
        let Some((seed, problem)) = report.problems.first() else { panic!("{name} was not found in {} sessions", report.sessions) };
        println!("{name}: {:?} after {} sessions, {}", problem.broken, report.sessions, problem.what);
        assert!(due(plant).contains(&problem.broken), "{name} was found as {problem:?}");
        assert!(
            replay(*seed, None, Some(plant)).1.is_some_and(|again| again.broken == problem.broken),
            "{name}: seed {seed} does not show it again"
        );
    }
}

/// What a fault may show itself as.
fn due(plant: Plant) -> &'static [Broken] {
    match plant {
        Plant::AckOnBare200 | Plant::AckInOrder | Plant::AnswerBeforeCommit => &[Broken::Undelivered],
        Plant::ForgetBeforeSave | Plant::DropAfterTries | Plant::EraseRecord => &[Broken::Lost],
        Plant::LastWriteWins => &[Broken::NotDrained, Broken::WithdrawalLost, Broken::NoDidNotHold, Broken::YesLost, Broken::StaleStart],
        Plant::SayItIsSaved => &[Broken::OnWithoutYes, Broken::Lost],
        // The intent is never forgotten, because what is forgotten has another name.
        Plant::NewNonce => &[Broken::Doubled, Broken::Altered, Broken::NotDrained],
        Plant::AnswerBeforeStored => &[Broken::Doubled, Broken::Altered],
        Plant::NeverWake => &[Broken::NotDrained],
        Plant::AnySnapshot => &[Broken::OnWithoutYes],
        Plant::NoLookBack | Plant::LeaveStale => &[Broken::StaleStart],
        Plant::ReplayOverEngine | Plant::OpenBeforeUnsaved => &[Broken::NoDidNotHold],
    }
}
