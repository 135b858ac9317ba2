//! Receipts: what a person keeps, and how it is checked without asking anybody.
//!
//! A receipt is one JSON-LD document in the shape of ISO/IEC TS 27560 (terms of DPV 2.3), with its evidence inside:
//! the bytes of the record, the facts of the policy, the words of the notice, the place in the log and the signed
//! checkpoint. All that it says beside the evidence follows from the evidence, so whoever checks it makes it anew and
//! compares. `examples/backend/RECEIPT.md` has the whole format; another verifier was written from that page alone.
//!
//! ```
//! use consentkit_core::{receipt::{Evidence, Trust, Verdict, verify}, record::{Intent, Sealed}};
//!
//! let intent = Intent {
//!     nonce: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
//!     kind: "choice".into(),
//!     stamp: "hWxzaG9wLmV4YW1wbGUBZzIwMjYuMTFlMC4xLjCA.EU:P12M.".into(),
//!     ..Intent::default()
//! };
//! let record = Sealed::from_intent(intent, vec![])?;
//! let receipt = Evidence::of(record.bytes).receipt()?;
//! // Nothing is wrong with it, but it is in no log yet, so nothing is proved either.
//! assert_eq!(verify(&receipt, &Trust::default()).verdict, Verdict::Open);
//! # Ok::<(), consentkit_core::Error>(())
//! ```
//!
//! Differences from the standard: *left* and what a signal refuses have no event type there, so they keep names of
//! our own (`ck:Left`, `ck:RefusedBySignal`); a law is named by our table of rules, because DPV has no terms for most.

mod facts;
mod json;
mod notice;
mod statement;
mod terms;
mod verify;

use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};
use crate::id::{self, Id};
use crate::record::Sealed;

pub use facts::Facts;
pub use notice::Notice;
pub use verify::{Name, Report, Status, Step, Trust, Verdict, verify};

/// The only form so far.
const FORMAT: &str = "1";

/// Where the evidence stands in a receipt.
const EVIDENCE: &str = "ck:evidence";

/// What a receipt is made of, and carries with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The bytes of the record.
    pub record: Vec<u8>,
    /// The facts of the policy under which the person answered, as [`Facts::to_text`] wrote them.
    pub policy: Option<String>,
    /// The words that were shown.
    pub notice: Option<Notice>,
    /// The public key of the log.
    pub key: Option<String>,
    /// The record's place in the log and the checkpoint (C2SP `tlog-proof`); none while it is not in the log.
    pub proof: Option<String>,
    /// The same for the policy, where the log has it.
    pub policy_proof: Option<String>,
}

impl Evidence {
    /// Evidence with nothing but a record.
    #[must_use]
    pub fn of(record: Vec<u8>) -> Self {
        Self { record, ..Self::default() }
    }

    /// Makes the receipt.
    ///
    /// # Errors
    /// `RECEIPT_INVALID` when the bytes are no record, or the policy has no facts that can be read.
    pub fn receipt(&self) -> Result<String> {
        let record = self.read_record()?;
        let facts = self.policy.as_deref().map(Facts::read).transpose()?;
        let mut receipt = statement::receipt(&record, facts.as_ref(), self)?;
        receipt.insert(EVIDENCE.to_owned(), self.to_value());
        let mut text = serde_json::to_string_pretty(&receipt).map_err(|error| invalid("receipt", error.to_string()))?;
        text.push('\n');
        Ok(text)
    }

    fn read_record(&self) -> Result<Sealed> {
        Sealed::read(&Id::of(&self.record).to_text(), &id::encode(&self.record)).map_err(|error| invalid("record", error.to_string()))
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |name: &str, text: Option<String>| text.map(|text| map.insert(name.to_owned(), text.into()));
        put("format", Some(FORMAT.to_owned()));
        put("record", Some(id::encode(&self.record)));
        put("policy", self.policy.as_ref().map(|text| id::encode(text.as_bytes())));
        put("key", self.key.clone());
        put("proof", self.proof.clone());
        put("policyProof", self.policy_proof.clone());
        if let Some(notice) = &self.notice {
            map.insert("notice".to_owned(), notice.to_value());
        }
        map.into()
    }

    /// Reads the evidence of a receipt.
    fn from_value(value: &Value) -> Result<Self> {
        let map = value.as_object().ok_or_else(|| invalid(EVIDENCE, "there is no evidence"))?;
        let mut evidence = Self::default();
        for (name, value) in map {
            let at = || format!("{EVIDENCE}.{name}");
            let text = || value.as_str().map(str::to_owned).ok_or_else(|| invalid(at(), "a text is needed"));
            let bytes = || id::decode(&text()?).ok_or_else(|| invalid(at(), "base64url without padding is needed"));
            match name.as_str() {
                "format" if value == FORMAT => {}
                "format" => return Err(invalid(at(), "the receipt has a newer form: use a newer verifier")),
                "record" => evidence.record = bytes()?,
                "policy" => evidence.policy = Some(String::from_utf8(bytes()?).map_err(|_| invalid(at(), "UTF-8 is needed"))?),
                "notice" => {
                    evidence.notice = Some(Notice::from_value(value).ok_or_else(|| invalid(at(), "lang, layout and texts are needed"))?)
                }
                "key" => evidence.key = Some(text()?),
                "proof" => evidence.proof = Some(text()?),
                "policyProof" => evidence.policy_proof = Some(text()?),
                _ => return Err(invalid(at(), "evidence has no such member")),
            }
        }
        let complete = map.contains_key("format") && map.contains_key("record");
        complete.then_some(evidence).ok_or_else(|| invalid(EVIDENCE, "format and record are needed"))
    }
}

fn invalid(path: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::new(Code::ReceiptInvalid, path, hint)
}
