//! The immutable evidence of one event (ISO/IEC TS 27560 `consent record`).
//!
//! A record is a deterministic CBOR array (RFC 8949 section 4.2) whose bytes depend only on its
//! [`Intent`] and on the ids of its parents. Its id is the SHA-256 of these bytes, its salt 32 random
//! bytes, so that a record can be made late or on another machine and is still the same record, and so
//! that erasing body and salt leaves nothing that could be guessed. Later versions append fields at the
//! end; readers skip what they do not know and keep the bytes as they are.

mod intent;
mod notice;
mod stamp;

use crate::cbor::{self, cbor_array};
use crate::choice::{Actor, State};
use crate::error::{Code, Error, Result};
use crate::id::{self, Id};
use crate::map::Set;
use crate::time::Timestamp;

pub use intent::{Intent, Wish};
pub use notice::notice_part;
pub use stamp::{Shown, Stamp, StampItem};

/// The form of a record's first fields. They never change; later versions only append.
const FORMAT: u8 = 1;

/// The fields of a record, in the order of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 1.
    pub format: u8,
    /// `choice`, `preference`, … Unknown kinds are kept and merge nothing.
    pub kind: String,
    /// The nonce of the intent.
    pub salt: Id,
    /// The newest records that were known, sorted.
    pub parents: Vec<Id>,
    /// The pseudonymous id of the person.
    pub subject: String,
    /// The account, or empty.
    pub account: String,
    /// Milliseconds since 1970, by the clock of the device. Evidence, not order.
    pub at: u64,
    /// Under which policy, rules and notice (see [`Stamp`]).
    pub stamp: String,
    /// ISO 3166, or empty when unknown.
    pub region: String,
    /// Signals that were present.
    pub signals: Vec<String>,
    /// Band of ages, or empty.
    pub age: String,
    /// Who answered.
    pub actor: String,
    /// What was used to answer.
    pub control: String,
    /// One letter for each item of the stamp.
    pub answers: String,
    /// Wishes inside purposes.
    pub wishes: Vec<Wish>,
    /// The newest checkpoint of the backend that was seen, or empty.
    pub checkpoint: String,
    /// What other kinds carry, as JSON, or empty.
    pub body: String,
}

cbor_array!(Record {
    format,
    kind,
    salt,
    parents,
    subject,
    account,
    at,
    stamp,
    region,
    signals,
    age,
    actor,
    control,
    answers,
    wishes,
    checkpoint,
    body,
});

/// A record with its bytes, its id and its stamp read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The SHA-256 of the bytes.
    pub id: Id,
    /// The bytes, exactly as they were first written.
    pub bytes: Vec<u8>,
    /// Its fields.
    pub record: Record,
    /// Its stamp.
    pub stamp: Stamp,
}

impl Sealed {
    /// Makes the record of an intent. `parents` are the ids of the records that it names as heads.
    ///
    /// # Errors
    /// `INTENT_UNREADABLE` when the nonce or the stamp is not what the core once wrote.
    pub fn from_intent(intent: Intent, parents: Vec<Id>) -> Result<Self> {
        let unreadable = |what| Error::new(Code::IntentUnreadable, what, "keep the intent and send it to the backend as it is");
        // In order, and each once.
        let parents: Set<Id> = parents.into_iter().map(|id| (id, ())).collect();
        let parents = parents.keys().copied().collect();
        let salt = Id::from_text(&intent.nonce).ok_or_else(|| unreadable("nonce"))?;
        let Intent { kind, subject, account, at, stamp, region, signals, age, actor, control, answers, wishes, checkpoint, body, .. } =
            intent;
        let record = Record {
            format: FORMAT,
            kind,
            salt,
            parents,
            subject,
            account,
            at,
            stamp,
            region,
            signals,
            age,
            actor,
            control,
            answers,
            wishes,
            checkpoint,
            body,
        };
        let stamp = Stamp::read(&record.stamp).ok_or_else(|| unreadable("stamp"))?;
        let bytes = cbor::write(&record);
        Ok(Self { id: Id::of(&bytes), bytes, record, stamp })
    }

    /// Reads stored or received bytes.
    ///
    /// # Errors
    /// `RECORD_UNREADABLE` when they are no record, or when `id` is not their hash.
    pub fn read(id: &str, bytes: &str) -> Result<Self> {
        let unreadable = |what| Error::new(Code::RecordUnreadable, what, "the bytes are kept as they are; nothing is granted by them");
        let bytes = id::decode(bytes).ok_or_else(|| unreadable("bytes"))?;
        let record: Record = cbor::read(&bytes).ok_or_else(|| unreadable("bytes"))?;
        if record.format != FORMAT {
            return Err(unreadable("format"));
        }
        let found = Id::of(&bytes);
        if Id::from_text(id) != Some(found) {
            return Err(unreadable("id"));
        }
        let stamp = Stamp::read(&record.stamp).ok_or_else(|| unreadable("stamp"))?;
        Ok(Self { id: found, bytes, record, stamp })
    }

    /// Whether it is of a kind that answers items.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self.record.kind.as_str(), "choice" | "signal" | "import")
    }

    /// The wishes inside purposes. A record of another kind has none that count.
    #[must_use]
    pub fn wishes(&self) -> &[Wish] {
        if self.is_answer() || self.record.kind == "preference" { &self.record.wishes } else { &[] }
    }

    /// The answers, each with the place of its item in the stamp.
    pub fn answers(&self) -> impl Iterator<Item = (&stamp::StampItem, State)> {
        let letters = if self.is_answer() { self.record.answers.as_str() } else { "" };
        self.stamp.items.iter().zip(letters.chars()).filter_map(|(item, letter)| Some((item, State::from_letter(letter)?)))
    }

    /// Who answered.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::from_name(&self.record.actor)
    }

    /// When, by the clock of the device.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp(self.record.at)
    }
}
