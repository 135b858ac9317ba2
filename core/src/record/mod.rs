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

use minicbor::{Decode, Encode};

use crate::choice::{Actor, State};
use crate::error::{Code, Error, Result};
use crate::id::{self, Id};
use crate::time::Timestamp;

pub use intent::{Intent, Wish};
pub use notice::notice_part;
pub use stamp::{Stamp, StampItem};

/// The form of a record's first fields. They never change; later versions only append.
const FORMAT: u8 = 1;

/// The fields of a record, in the order of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Record {
    /// 1.
    #[n(0)]
    pub format: u8,
    /// `choice`, `preference`, … Unknown kinds are kept and merge nothing.
    #[n(1)]
    pub kind: String,
    /// The nonce of the intent.
    #[n(2)]
    pub salt: Id,
    /// The newest records that were known, sorted.
    #[n(3)]
    pub parents: Vec<Id>,
    /// The pseudonymous id of the person.
    #[n(4)]
    pub subject: String,
    /// The account, or empty.
    #[n(5)]
    pub account: String,
    /// Milliseconds since 1970, by the clock of the device. Evidence, not order.
    #[n(6)]
    pub at: u64,
    /// Under which policy, rules and notice (see [`Stamp`]).
    #[n(7)]
    pub stamp: String,
    /// ISO 3166, or empty when unknown.
    #[n(8)]
    pub region: String,
    /// Signals that were present.
    #[n(9)]
    pub signals: Vec<String>,
    /// Band of ages, or empty.
    #[n(10)]
    pub age: String,
    /// Who answered.
    #[n(11)]
    pub actor: String,
    /// What was used to answer.
    #[n(12)]
    pub control: String,
    /// One letter for each item of the stamp.
    #[n(13)]
    pub answers: String,
    /// Wishes inside purposes.
    #[n(14)]
    pub wishes: Vec<Wish>,
    /// The newest checkpoint of the backend that was seen, or empty.
    #[n(15)]
    pub checkpoint: String,
    /// What other kinds carry, as JSON, or empty.
    #[n(16)]
    pub body: String,
}

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
    pub fn from_intent(intent: &Intent, mut parents: Vec<Id>) -> Result<Self> {
        let unreadable = |what| Error::new(Code::IntentUnreadable, what, "keep the intent and send it to the backend as it is");
        parents.sort_unstable();
        parents.dedup();
        let record = Record {
            format: FORMAT,
            kind: intent.kind.clone(),
            salt: Id::from_text(&intent.nonce).ok_or_else(|| unreadable("nonce"))?,
            parents,
            subject: intent.subject.clone(),
            account: intent.account.clone(),
            at: intent.at,
            stamp: intent.stamp.clone(),
            region: intent.region.clone(),
            signals: intent.signals.clone(),
            age: intent.age.clone(),
            actor: intent.actor.clone(),
            control: intent.control.clone(),
            answers: intent.answers.clone(),
            wishes: intent.wishes.clone(),
            checkpoint: intent.checkpoint.clone(),
            body: intent.body.clone(),
        };
        let stamp = Stamp::read(&record.stamp).ok_or_else(|| unreadable("stamp"))?;
        let bytes = minicbor::to_vec(&record).map_err(|_| unreadable(""))?;
        Ok(Self { id: Id::of(&bytes), bytes, record, stamp })
    }

    /// Reads stored or received bytes.
    ///
    /// # Errors
    /// `RECORD_UNREADABLE` when they are no record, or when `id` is not their hash.
    pub fn read(id: &str, bytes: &str) -> Result<Self> {
        let unreadable = |what| Error::new(Code::RecordUnreadable, what, "the bytes are kept as they are; nothing is granted by them");
        let bytes = id::decode(bytes).ok_or_else(|| unreadable("bytes"))?;
        let record: Record = minicbor::decode(&bytes).map_err(|_| unreadable("bytes"))?;
        let found = Id::of(&bytes);
        if Id::from_text(id) != Some(found) {
            return Err(unreadable("id"));
        }
        let stamp = Stamp::read(&record.stamp).ok_or_else(|| unreadable("stamp"))?;
        Ok(Self { id: found, bytes, record, stamp })
    }

    /// The answers, each with the place of its item in the stamp.
    pub fn answers(&self) -> impl Iterator<Item = (&stamp::StampItem, State)> {
        let known = self.record.kind == "choice" || self.record.kind == "signal" || self.record.kind == "import";
        let letters = if known { self.record.answers.as_str() } else { "" };
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
