//! Randomness that a transaction may be tried again with.

use consentkit_core::id::Id;

/// 32 random bytes, drawn once before a transaction. Everything random in it follows from them, so that a second try
/// writes the same.
#[derive(Debug, Clone)]
pub struct Random([u8; 32]);

impl Random {
    /// Draws.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn draw() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map(|()| Self(seed))
    }

    /// 32 bytes for one purpose.
    #[must_use]
    pub fn id(&self, purpose: &str) -> Id {
        Id::of(&[self.0.as_slice(), purpose.as_bytes()].concat())
    }
}
