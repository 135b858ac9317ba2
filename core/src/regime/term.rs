//! How long an answer counts and how long nobody may be asked again, each with the code that says why.

use serde::{Deserialize, Serialize};

use crate::cbor::{cbor_array, cbor_number};
use crate::time::Period;

/// Why an item is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AskReason {
    /// The person has never answered here.
    FirstVisit,
    /// Nobody knows where the person is, so the strictest rules hold.
    GeoUnknown,
    /// The item did not exist when the person last answered.
    NewPurpose,
    /// Its aim, method or data has changed.
    PurposeChanged,
    /// Somebody else receives the data too.
    NewRecipient,
    /// The ground has become consent.
    LegalBasisChanged,
    /// The answer is too old.
    Expired,
    /// The person has not been seen for longer than a refresh is due (Colorado, 4 CCR 904-3 r. 7.08).
    Dormant,
    /// It was on by default elsewhere; here it must be asked.
    JurisdictionStricter,
    /// The yes was given by somebody too young to give it, who is old enough now.
    AgedUp,
    /// A reminder that a yes still stands (Korea, Network Act art. 50). The state stays as it is.
    #[serde(rename = "RECONFIRM_2Y")]
    Reconfirm2Y,
    /// The reminder of the IAB's framework, at most every 13 months. The state stays as it is.
    TcfReminder,
    /// A guardian must answer.
    GuardianUnverified,
    /// There was a record, but it cannot be read, so nothing is proved (GDPR art. 7(1)).
    RecordUnreadable,
}

impl AskReason {
    /// Whether it only reminds: the state stays as it is.
    #[must_use]
    pub const fn is_reminder(self) -> bool {
        matches!(self, AskReason::Reconfirm2Y | AskReason::TcfReminder)
    }
}

/// Why nothing is asked although something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Suppressor {
    /// The person said no not long ago.
    CoolDown,
    /// It may be asked only once, ever (South Africa, POPIA s. 69).
    AskOnce,
    /// Twelve months after an opt-out in California.
    #[serde(rename = "CA_12M")]
    Ca12M,
    /// The same for somebody under 16.
    #[serde(rename = "U16_CA")]
    U16Ca,
    /// No frequent asking after a no in China.
    #[serde(rename = "CN_48H")]
    Cn48H,
    /// The person answered under a newer policy than the one of this page.
    PolicyStale,
}

cbor_number!(AskReason {
    FirstVisit = 0,
    GeoUnknown = 1,
    NewPurpose = 2,
    PurposeChanged = 3,
    NewRecipient = 4,
    LegalBasisChanged = 5,
    Expired = 6,
    Dormant = 7,
    JurisdictionStricter = 8,
    AgedUp = 9,
    Reconfirm2Y = 10,
    TcfReminder = 11,
    GuardianUnverified = 12,
    RecordUnreadable = 13,
});
cbor_number!(Suppressor { CoolDown = 0, AskOnce = 1, Ca12M = 2, U16Ca = 3, Cn48H = 4, PolicyStale = 5 });

/// The longest time for which a yes counts, and what is said when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Added in calendar months to the moment of the answer.
    pub period: Period,
    /// Why it is asked again then.
    pub reason: AskReason,
}

/// The shortest time before asking again after a no, and what is said meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooldown {
    /// Added in calendar months to the moment of the answer.
    pub period: Period,
    /// Why nothing is asked.
    pub reason: Suppressor,
}

cbor_array!(Validity { period, reason });
cbor_array!(Cooldown { period, reason });
