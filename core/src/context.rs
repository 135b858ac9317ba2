//! What is known of a person before they have said anything.

use serde::{Deserialize, Serialize};

use crate::text::number;

/// Where a person is, as far as it is known, and what their device says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    /// ISO 3166-1 or 3166-2 (`DE`, `US-CA`); empty when unknown, which is treated strictly.
    pub region: String,
    /// Where the person says that they live, in the same codes; its law holds too. Empty when nothing was said.
    pub residence: String,
    /// Signals that are present: `gpc` (Global Privacy Control), `att_denied` (App Tracking Transparency). A signal may only lower a state.
    pub signals: Vec<String>,
    /// A band of ages, never a date of birth: see [`Age`]. Empty when unknown.
    pub age: String,
    /// The site's own opaque reference to a signed-in account; empty when nobody is signed in.
    pub account: String,
}

impl Context {
    /// Adds what a request header `Sec-GPC` says, for servers that decide. Only `1` is a signal (Global Privacy Control,
    /// section 3.2); any other value says nothing.
    pub fn hear_gpc(&mut self, header: Option<&str>) {
        let known = self.signals.iter().any(|signal| signal == "gpc");
        if header == Some("1") && !known {
            self.signals.push("gpc".to_owned());
        }
    }
}

/// Nobody is older; what stands above is read as this.
const OLDEST: u8 = 150;

/// A band of ages: `13-15` or `18-`. Behind `~` may follow the day on which it may end and its source
/// (`13-15~2027-03-01~store`): evidence for the record. A host that learns of another band says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// The youngest age in the band. Decisions count with it, also once the band may have ended.
    pub least: u8,
}

impl Age {
    /// Reads a band; `None` when nothing is known. What cannot be read is taken for a child, because
    /// whoever sent it knew something.
    #[must_use]
    pub fn read(band: &str) -> Option<Self> {
        if band.is_empty() {
            return None;
        }
        let band = band.split('~').next().unwrap_or_default();
        let (least, most) = band.split_once('-').unwrap_or_default();
        let years = |text| number(text).map(|years| years.min(OLDEST.into()) as u8);
        let (least, most) = (years(least).unwrap_or(0), years(most).unwrap_or(OLDEST));
        Some(Self { least: least.min(most) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_value_of_the_header_is_a_signal() {
        let mut context = Context::default();
        for nothing in [None, Some(""), Some("0"), Some("true"), Some("1 "), Some("11"), Some("?1")] {
            context.hear_gpc(nothing);
            assert!(context.signals.is_empty(), "{nothing:?}");
        }
        context.hear_gpc(Some("1"));
        context.hear_gpc(Some("1"));
        assert_eq!(context.signals, ["gpc"]);
    }

    #[test]
    fn bands_are_read_and_doubt_makes_younger() {
        let least = |band: &str| Age::read(band).map(|age| age.least);
        assert_eq!(least(""), None);
        assert_eq!(least("13-15"), Some(13));
        assert_eq!(least("13-15~2027-03-01~store"), Some(13));
        assert_eq!(least("18-"), Some(18));
        assert_eq!(least("-12"), Some(0));
        assert_eq!(least("999-"), Some(OLDEST));
        assert_eq!(least("16-13"), Some(13));
        assert_eq!(least("grown up"), Some(0));
        assert_eq!(least("17"), Some(0));
    }
}
