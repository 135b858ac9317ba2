//! Moments as people write them.

use time::OffsetDateTime;

/// `2026-07-01 04:00 UTC`; a moment past every calendar is `never`.
pub(super) fn moment(at: u64) -> String {
    match read(at) {
        Some(at) => {
            let (date, time) = (at.date(), at.time());
            let second = if time.second() == 0 { String::new() } else { format!(":{:02}", time.second()) };
            format!(
                "{:04}-{:02}-{:02} {:02}:{:02}{second} UTC",
                date.year(),
                u8::from(date.month()),
                date.day(),
                time.hour(),
                time.minute()
            )
        }
        None => "never".to_owned(),
    }
}

fn read(at: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(i64::try_from(at / 1000).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        // `date -u -d @1782878400`
        assert_eq!(moment(1_782_878_400_000), "2026-07-01 04:00 UTC");
        assert_eq!(moment(1_782_878_399_999), "2026-07-01 03:59:59 UTC");
        assert_eq!(moment(u64::MAX), "never");
    }
}
