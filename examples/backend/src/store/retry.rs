//! Trying a transaction again after it has met another one, or its connection broke.

use std::thread;
use std::time::{Duration, Instant};

use super::Result;
use crate::limits::MAX_RETRY_TIME;

/// The first pause may last up to this; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Carries out `work` until it succeeds, fails for good, or the time is over.
pub(super) fn passing<T>(mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let mut ceiling = FIRST_PAUSE;
    loop {
        match work() {
            Err(error) if error.is_passing() && start.elapsed() < MAX_RETRY_TIME => {
                crate::metrics::RETRIES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                thread::sleep(up_to(ceiling));
                ceiling = (ceiling * 2).min(LONGEST_PAUSE);
            }
            done => return done,
        }
    }
}

/// A time that is drawn evenly, so that two transactions do not meet again.
fn up_to(ceiling: Duration) -> Duration {
    let mut random = [0];
    // Without randomness everybody waits the longest, which is only slower.
    let share = getrandom::fill(&mut random).map_or(u8::MAX, |()| random[0]);
    ceiling * u32::from(share) / u32::from(u8::MAX)
}
