//! Faults for `tests/crash`, which must be seen finding them. Without the feature `planted-faults` there are none.

/// The environment variable that names the fault.
const PLANT: &str = "CONSENTKIT_PLANT";

/// Answers leave this long before their commit: long enough to arrive, also on a busy machine.
pub(crate) const EARLY: std::time::Duration = std::time::Duration::from_millis(250);

/// Whether a fault is planted: `answer-early`, `synchronous-normal`, `unsynced-start`.
pub(crate) fn is(fault: &str) -> bool {
    cfg!(feature = "planted-faults") && std::env::var(PLANT).is_ok_and(|planted| planted == fault)
}
