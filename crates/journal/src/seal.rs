//! A party's name travels in the chains only sealed with a key of that party's own. The key is kept
//! beside the chains and handed to the nodes that need it; destroying it everywhere erases the name,
//! and every chain stays whole.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

const NONCE_BYTES: usize = 24;
const PURPOSE: &str = "jishi name 1\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the name could not be sealed")]
    CannotSeal,
    #[error("the key does not open this seal")]
    WrongKey,
    #[error("the seal is damaged")]
    BadSeal,
}

impl SealError {
    pub fn code(self) -> &'static str {
        match self {
            SealError::CannotSeal => "cannot_seal",
            SealError::WrongKey => "wrong_key",
            SealError::BadSeal => "bad_seal",
        }
    }
}

/// The key of one party's name.
#[derive(Clone, PartialEq, Eq)]
pub struct NameKey([u8; 32]);

impl NameKey {
    /// From 32 random bytes of the caller's.
    pub fn from_bytes(bytes: [u8; 32]) -> NameKey {
        NameKey(bytes)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Tells keys apart without telling the key.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0)[..8])
    }
}

impl fmt::Debug for NameKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NameKey({})", self.id())
    }
}

/// A sealed name as it stands in `party_put`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedName {
    /// The id of the key that opens it.
    pub key: String,
    /// Base64 (URL, unpadded) of a nonce of 24 bytes and the sealed name (XChaCha20-Poly1305, bound
    /// to the party's code).
    pub sealed: String,
}

/// Seals `name`; the nonce is 24 random bytes of the caller's.
pub fn seal_name(
    party: &str,
    name: &str,
    key: &NameKey,
    nonce: &[u8; NONCE_BYTES],
) -> Result<SealedName, SealError> {
    let context = format!("{PURPOSE}{party}");
    let payload = Payload {
        msg: name.as_bytes(),
        aad: context.as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new(&key.0.into())
        .encrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| SealError::CannotSeal)?;
    Ok(SealedName {
        key: key.id(),
        sealed: URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()),
    })
}

pub fn open_name(party: &str, name: &SealedName, key: &NameKey) -> Result<String, SealError> {
    if name.key != key.id() {
        return Err(SealError::WrongKey);
    }
    let bytes = URL_SAFE_NO_PAD
        .decode(&name.sealed)
        .map_err(|_| SealError::BadSeal)?;
    let (nonce, sealed) = bytes
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(SealError::BadSeal)?;
    let context = format!("{PURPOSE}{party}");
    let payload = Payload {
        msg: sealed,
        aad: context.as_bytes(),
    };
    let opened = XChaCha20Poly1305::new(&key.0.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| SealError::BadSeal)?;
    String::from_utf8(opened).map_err(|_| SealError::BadSeal)
}
