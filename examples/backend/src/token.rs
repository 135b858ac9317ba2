//! Short-lived tokens: who may read which history, signed with HMAC-SHA-256.
//!
//! A token is base64url of the 32 bytes of the signature, then the claim in CBOR. It is opaque to clients.

use consentkit_core::id::{self, Id};
use hmac::{Hmac, KeyInit, Mac};
use minicbor::{Decode, Encode};
use sha2::Sha256;

const SIGNATURE_BYTES: usize = 32;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Claim {
    /// Whose records: a tenant's id.
    #[n(0)]
    pub tenant: String,
    /// Whom it lets in.
    #[n(1)]
    pub bearer: Bearer,
    /// Milliseconds since 1970, by the server's clock.
    #[n(2)]
    pub until: u64,
}

/// Whom a token lets in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Bearer {
    /// Somebody who knew the salt of a record.
    #[n(0)]
    Subject {
        /// The pseudonymous id of the person.
        #[n(0)]
        subject: String,
        /// The record.
        #[cbor(n(1), with = "as_bytes")]
        record: Id,
    },
    /// Somebody whom the site's own server vouches for.
    #[n(1)]
    Account(#[n(0)] String),
}

/// An id as its 32 bytes.
mod as_bytes {
    use consentkit_core::id::Id;
    use minicbor::{Decoder, Encoder, bytes};

    pub(super) fn encode<C, W: minicbor::encode::Write>(
        id: &Id,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        bytes::encode(&id.0, e, ctx)
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Id, minicbor::decode::Error> {
        bytes::decode(d, ctx).map(Id)
    }
}

/// Why a token lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It was not made with this secret, or has been changed.
    Forged,
    /// Its time is over.
    Expired,
}

/// Signs and checks tokens with one secret.
#[derive(Clone)]
pub struct Signer {
    keyed: Hmac<Sha256>,
}

impl Signer {
    /// A signer with this secret, of any length.
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(secret).ok().map(|keyed| Self { keyed })
    }

    /// Makes a token.
    #[must_use]
    pub fn sign(&self, claim: &Claim) -> String {
        let claim = minicbor::to_vec(claim).unwrap_or_default();
        let mut token = self.keyed.clone().chain_update(&claim).finalize().into_bytes().to_vec();
        token.extend(claim);
        id::encode(&token)
    }

    /// Reads a token that this secret has signed and whose time is not over.
    ///
    /// # Errors
    /// With the reason for anything else.
    pub fn check(&self, token: &str, now: u64) -> Result<Claim, Refusal> {
        let token = id::decode(token).ok_or(Refusal::Forged)?;
        let (signature, claim) = token.split_at_checked(SIGNATURE_BYTES).ok_or(Refusal::Forged)?;
        self.keyed.clone().chain_update(claim).verify_slice(signature).map_err(|_| Refusal::Forged)?;
        let claim: Claim = minicbor::decode(claim).map_err(|_| Refusal::Forged)?;
        if now < claim.until { Ok(claim) } else { Err(Refusal::Expired) }
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(secret: &str) -> Signer {
        Signer::new(secret.as_bytes()).expect("any secret will do")
    }

    fn claim() -> Claim {
        Claim { tenant: "shop".into(), bearer: Bearer::Subject { subject: "somebody".into(), record: Id::of(b"a record") }, until: 1_000 }
    }

    #[test]
    fn a_token_says_what_was_signed_until_its_time_is_over() {
        let token = signer("secret").sign(&claim());
        assert_eq!(signer("secret").check(&token, 999), Ok(claim()));
        assert_eq!(signer("secret").check(&token, 1_000), Err(Refusal::Expired));
    }

    #[test]
    fn no_other_secret_and_no_other_byte_will_do() {
        let token = signer("secret").sign(&claim());
        assert_eq!(signer("another").check(&token, 0), Err(Refusal::Forged));
        let bytes = id::decode(&token).expect("base64url");
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(signer("secret").check(&id::encode(&changed), 0), Err(Refusal::Forged), "byte {place}");
        }
        for wrong in ["", "a", "not base64!", &token[..40]] {
            assert_eq!(signer("secret").check(wrong, 0), Err(Refusal::Forged), "{wrong}");
        }
    }
}
