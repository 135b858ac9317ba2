//! The signed head of a log.

use std::collections::BTreeSet;

use signed_note::{Note, NoteError, Signature, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::checkpoint::Checkpoint as Head;

use super::{MAX_SIZE, invalid, is_origin};
use crate::error::Result;
use crate::id::Id;

/// A public key of a log, in the form of C2SP `signed-note`: `<origin>+<id in hexadecimal>+<key in base64>`.
#[derive(Clone)]
pub struct LogKey {
    verifier: StandardVerifier,
    text: String,
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LogKey").field(&self.text).finish()
    }
}

impl LogKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// `PROOF_INVALID` when it is none, or when its id is not the one that name and key have.
    pub fn read(text: &str) -> Result<Self> {
        let wrong = || invalid("key", "a public key is one line: origin+8 hexadecimal digits+base64, as the server prints it");
        let verifier = StandardVerifier::new(text).map_err(|_| wrong())?;
        // The crate reads digits of either case; one key has one form.
        let one_form = text.split('+').nth(1) == Some(format!("{:08x}", verifier.key_id()).as_str());
        if !one_form || !is_origin(verifier.name()) {
            return Err(wrong());
        }
        Ok(Self { verifier, text: text.to_owned() })
    }

    /// The origin of the log whose key it is.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.verifier.name()
    }

    /// The line that [`LogKey::read`] reads.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The head of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of its tree.
    pub root: Id,
}

impl Checkpoint {
    /// Reads a signed checkpoint without asking who signed it.
    ///
    /// # Errors
    /// `PROOF_INVALID` at `checkpoint` when it is none.
    pub fn read(note: &str) -> Result<Self> {
        Self::of(&parse(note)?)
    }

    /// Reads a checkpoint and checks that the key signed it. Signatures of others (witnesses, other keys) are no
    /// matter.
    ///
    /// # Errors
    /// `PROOF_INVALID` at `checkpoint` when it is none, at `signature` when the key did not sign it, at `origin`
    /// when it is of a log that has not the name of the key.
    pub fn open(note: &str, key: &LogKey) -> Result<Self> {
        let note = parse(note)?;
        let head = Self::of(&note)?;
        let known = VerifierList::new(vec![Box::new(key.verifier.clone())]);
        note.verify(&known).map_err(|error| {
            invalid(
                "signature",
                match error {
                    NoteError::UnverifiedNote => "no signature of this key is below the checkpoint",
                    _ => "the signature of this key does not fit the checkpoint: one of the two was changed",
                },
            )
        })?;
        if head.origin != key.origin() {
            return Err(invalid("origin", "the checkpoint is of another log than the key"));
        }
        Ok(head)
    }

    fn of(note: &Note) -> Result<Self> {
        let wrong =
            || invalid("checkpoint", "three lines are needed: origin, size, root hash in base64; then an empty line and signatures");
        let head = Head::from_bytes(note.text()).map_err(|_| wrong())?;
        if head.to_bytes() != note.text() || !is_origin(head.origin()) || head.size() > MAX_SIZE {
            return Err(wrong());
        }
        Ok(Self { origin: head.origin().to_owned(), size: head.size(), root: Id(head.hash().0) })
    }
}

fn parse(text: &str) -> Result<Note> {
    let note = Note::from_bytes(text.as_bytes()).ok().filter(|note| note.to_bytes() == text.as_bytes() && signs_once(text));
    note.ok_or_else(|| invalid("checkpoint", "it is no signed note: text, an empty line, then lines that begin with a long dash"))
}

/// Whether no key has two signatures: the crate would look at one of them only.
fn signs_once(text: &str) -> bool {
    let mut keys = BTreeSet::new();
    let below = text.rsplit_once("\n\n").map_or("", |(_, below)| below);
    below.lines().all(|line| Signature::from_bytes(line.as_bytes()).is_ok_and(|it| keys.insert((it.name().to_owned(), it.id()))))
}
