//! One error type for the whole engine: a stable code, where it is, and what to do.

use std::fmt;

/// Shorthand for a result of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// Something that the engine could not accept.
///
/// The code never changes its meaning, so it can be looked up and counted; the sentence may be reworded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    path: String,
    hint: String,
}

/// The stable codes of [`Error`] and of the lines that a shell logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// The policy is not valid JSON, or a value has the wrong type or an unknown name.
    PolicyInvalid,
    /// The same id stands twice in a list of the policy.
    DuplicateId,
    /// Something refers to an id that the policy does not define.
    UnknownId,
    /// A purpose has no name or explanation in one of the policy's languages.
    TextMissing,
    /// A required value is empty.
    ValueMissing,
    /// An ISO 8601 period that is not whole years, months, weeks and days.
    PeriodInvalid,
    /// The rules table could not be read.
    RulesInvalid,
    /// A stored or received record could not be read, or its id is not the hash of its bytes.
    RecordUnreadable,
    /// A record or an intent of another site.
    ForeignSite,
    /// An intent could not be read; it is kept, never dropped.
    IntentUnreadable,
    /// Nothing can be saved on this device: grants open nothing, refusals hold for the page.
    NotSaved,
    /// The server answered without acknowledging the records.
    NotAcknowledged,
    /// The address that the policy names takes no records.
    EndpointWrong,
    /// The server refuses a record; it is kept, and not sent again for now.
    RecordRefused,
    /// A policy was changed without raising its version.
    VersionNotRaised,
    /// A proof, checkpoint or public key of a log is none, or does not show what it should.
    #[cfg(feature = "receipt")]
    ProofInvalid,
    /// A receipt cannot be read or made.
    #[cfg(feature = "receipt")]
    ReceiptInvalid,
}

impl Code {
    /// The code as it appears in logs and documentation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::PolicyInvalid => "POLICY_INVALID",
            Code::DuplicateId => "DUPLICATE_ID",
            Code::UnknownId => "UNKNOWN_ID",
            Code::TextMissing => "TEXT_MISSING",
            Code::ValueMissing => "VALUE_MISSING",
            Code::PeriodInvalid => "PERIOD_INVALID",
            Code::RulesInvalid => "RULES_INVALID",
            Code::RecordUnreadable => "RECORD_UNREADABLE",
            Code::ForeignSite => "FOREIGN_SITE",
            Code::IntentUnreadable => "INTENT_UNREADABLE",
            Code::NotSaved => "NOT_SAVED",
            Code::NotAcknowledged => "NOT_ACKNOWLEDGED",
            Code::EndpointWrong => "ENDPOINT_WRONG",
            Code::RecordRefused => "RECORD_REFUSED",
            Code::VersionNotRaised => "VERSION_NOT_RAISED",
            #[cfg(feature = "receipt")]
            Code::ProofInvalid => "PROOF_INVALID",
            #[cfg(feature = "receipt")]
            Code::ReceiptInvalid => "RECEIPT_INVALID",
        }
    }
}

impl Error {
    /// An error at `path` (empty: the whole input) with one sentence that says what to do.
    pub fn new(code: Code, path: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint = if cfg!(feature = "hints") { hint.into() } else { String::new() };
        Self { code, path: path.into(), hint }
    }

    /// The stable code, for example `DUPLICATE_ID`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// Whether it is an error of this code.
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code == code
    }

    /// Where, as a path into the input such as `purposes[2].kinds[0]`; empty when it is all of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong and what to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        if !self.path.is_empty() {
            f.write_str(" at ")?;
            f.write_str(&self.path)?;
        }
        f.write_str(": ")?;
        f.write_str(&self.hint)
    }
}

impl std::error::Error for Error {}
