//! Moments and calendar periods.
//!
//! A [`Timestamp`] is what a shell's clock said; it is evidence, never an order between devices
//! (see [`merge`](crate::merge)). A [`Period`] is added in UTC by calendar months, clamped to the end of
//! the month: 31 January plus one month is 28 or 29 February. Something has expired when `now >= until`.

use serde::{Deserialize, Serialize};
use time::{Date, Month, OffsetDateTime};

use crate::cbor::cbor_array;
use crate::error::{Code, Error, Result};

const DAY_MS: u64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// This moment plus a calendar period, in UTC. A sum past the year 9999 stays at the far end.
    #[must_use]
    pub fn plus(self, period: Period) -> Timestamp {
        let (days, rest) = (self.0 / DAY_MS, self.0 % DAY_MS);
        let shifted = i64::try_from(days)
            .ok()
            .and_then(|days| OffsetDateTime::from_unix_timestamp(days.checked_mul(86_400)?).ok())
            .and_then(|at| add_months(at.date(), period.months))
            .and_then(|date| u64::try_from(date.midnight().assume_utc().unix_timestamp()).ok());
        match shifted {
            Some(seconds) => Timestamp(seconds * 1000 + rest + u64::from(period.days) * DAY_MS),
            None => Timestamp(u64::MAX),
        }
    }

    /// The beginning of a day in UTC, written `YYYY-MM-DD`; `None` for anything else and for days before 1970.
    #[must_use]
    pub fn of_day(text: &str) -> Option<Self> {
        let number = |part: Option<&str>, digits| {
            part.filter(|it| it.len() == digits && it.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u16>().ok()
        };
        let mut parts = text.split('-');
        let (year, month, day) = (number(parts.next(), 4)?, number(parts.next(), 2)?, number(parts.next(), 2)?);
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok().filter(|_| parts.next().is_none())?;
        u64::try_from(date.midnight().assume_utc().unix_timestamp()).ok().map(|seconds| Timestamp(seconds * 1000))
    }

    /// Whole days since 1970-01-01 (UTC).
    #[must_use]
    pub fn day(self) -> u64 {
        self.0 / DAY_MS
    }
}

/// A whole number of months and days, written in ISO 8601: `P6M`, `P1Y6M`, `P90D`, `P2W`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// Calendar months; a year counts twelve.
    pub months: u32,
    /// Days of 24 hours; a week counts seven.
    pub days: u32,
}

cbor_array!(Period { months, days });

impl Period {
    /// A number of days.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self { months: 0, days }
    }

    /// For comparing periods: a month counts 30.4 days, so that twelve are not more than 365 days.
    #[must_use]
    pub const fn about_days(self) -> u32 {
        self.months.saturating_mul(304) / 10 + self.days
    }

    /// A number of calendar months.
    #[must_use]
    pub const fn months(months: u32) -> Self {
        Self { months, days: 0 }
    }

    /// Reads `PnYnMnWnD`.
    ///
    /// The crates that read ISO 8601 durations carry hours, fractions and floats into the browser
    /// engine; consent periods have none of them.
    ///
    /// # Errors
    /// [`Code::PeriodInvalid`] for anything else, an empty period and numbers above four digits.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::new(Code::PeriodInvalid, "", "write years, months, weeks and days as P1Y, P6M, P2W or P90D");
        let mut period = Self::default();
        let mut number = None::<u32>;
        for byte in text.strip_prefix('P').ok_or_else(wrong)?.bytes() {
            if byte.is_ascii_digit() {
                number = Some(number.unwrap_or(0) * 10 + u32::from(byte - b'0')).filter(|n| *n <= 9_999);
                number.ok_or_else(wrong)?;
                continue;
            }
            let n = number.take().ok_or_else(wrong)?;
            match byte {
                b'Y' => period.months += n * 12,
                b'M' => period.months += n,
                b'W' => period.days += n * 7,
                b'D' => period.days += n,
                _ => return Err(wrong()),
            }
        }
        if number.is_some() || period == Self::default() {
            return Err(wrong());
        }
        Ok(period)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("P")?;
        if self.months > 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days > 0 || self.months == 0 {
            write!(f, "{}D", self.days)?;
        }
        Ok(())
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Period::parse(&text).map_err(|error| serde::de::Error::custom(error.hint()))
    }
}

fn add_months(date: Date, months: u32) -> Option<Date> {
    let index = u32::from(u8::from(date.month())) - 1 + months;
    let year = date.year() + i32::try_from(index / 12).ok()?;
    let month = Month::try_from(u8::try_from(index % 12 + 1).ok()?).ok()?;
    let day = date.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_31_JAN_2026: Timestamp = Timestamp(1_769_860_800_000);

    #[test]
    fn a_day_begins_in_utc() {
        // `date -u -d 2027-03-01 +%s`
        assert_eq!(Timestamp::of_day("2027-03-01"), Some(Timestamp(1_803_859_200_000)));
        assert_eq!(Timestamp::of_day("1970-01-01"), Some(Timestamp(0)));
        for wrong in ["", "2027", "2027-3-1", "2027-02-29", "2027-13-01", "2027-03-01-", "2027-03-01T00:00", "+027-03-01", "1969-12-31"] {
            assert_eq!(Timestamp::of_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn months_clamp_to_the_end_of_the_month() {
        // 2026-07-31T12:00Z and 2026-02-28T12:00Z, from `date -u -d … +%s`
        assert_eq!(NOON_31_JAN_2026.plus(Period::months(6)), Timestamp(1_785_499_200_000));
        assert_eq!(NOON_31_JAN_2026.plus(Period::months(1)), Timestamp(1_772_280_000_000));
    }

    #[test]
    fn a_clock_at_the_end_of_time_does_not_wrap() {
        assert_eq!(Timestamp(u64::MAX).plus(Period::months(1)), Timestamp(u64::MAX));
        assert_eq!(Timestamp(0).plus(Period::days(1)), Timestamp(DAY_MS));
    }

    #[test]
    fn periods_are_read_and_written() {
        assert_eq!(Period::parse("P1Y6M").map(|p| p.to_string()), Ok("P18M".into()));
        assert_eq!(Period::parse("P2W").map(|p| p.to_string()), Ok("P14D".into()));
        for wrong in ["", "P", "6M", "P6", "P-6M", "PT6M", "P99999D", "P1.5M"] {
            assert_eq!(Period::parse(wrong).map_err(|e| e.code()), Err("PERIOD_INVALID"), "{wrong}");
        }
    }
}
