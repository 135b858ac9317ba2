//! The key that signs the heads of one log.

use consentkit_core::id::Id;
use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{Note, key_id, new_ed25519_verifier_key};
use tlog_tiles::checkpoint::Checkpoint;
use tlog_tiles::tlog::Hash;

use super::{LogError, LogKey, is_origin};

/// The byte that stands for Ed25519 in C2SP `signed-note`.
const ED25519: u8 = 1;

/// Signs checkpoints of one log. Keep the seed as you keep a password: who has it can sign another history.
pub struct Signer {
    origin: String,
    id: u32,
    key: SigningKey,
}

/// Without the key.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer from 32 random bytes. The same seed may serve several logs: the name of the key is the origin.
    ///
    /// # Errors
    /// When the origin can be none.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<Self, LogError> {
        if !is_origin(origin) {
            return Err(LogError::OriginInvalid(origin.to_owned()));
        }
        let key = SigningKey::from_bytes(seed);
        let public = [&[ED25519], key.verifying_key().as_bytes().as_slice()].concat();
        Ok(Self { origin: origin.to_owned(), id: key_id(origin, &public), key })
    }

    /// What verifiers need, to be published where it cannot be changed together with the log.
    ///
    /// # Errors
    /// Never with an origin that was accepted.
    pub fn public_key(&self) -> Result<LogKey, LogError> {
        let text = new_ed25519_verifier_key(&self.origin, &self.key.verifying_key());
        LogKey::read(&text).map_err(|error| LogError::Refused(error.to_string()))
    }

    /// The signed checkpoint of the log at one size.
    ///
    /// # Errors
    /// When the crate refuses, which no valid origin makes it do.
    pub fn sign(&self, size: u64, root: Id) -> Result<String, LogError> {
        let refused = |error: &dyn std::fmt::Display| LogError::Refused(error.to_string());
        let head = Checkpoint::new(&self.origin, size, Hash(root.0), "").map_err(|error| refused(&error))?;
        let mut note = Note::new(&head.to_bytes(), &[]).map_err(|error| refused(&error))?;
        note.add_sigs(&[self]).map_err(|error| refused(&error))?;
        String::from_utf8(note.to_bytes()).map_err(|error| refused(&error))
    }
}

impl signed_note::Signer for Signer {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn sign(&self, msg: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.key.try_sign(msg)?.to_vec())
    }
}
