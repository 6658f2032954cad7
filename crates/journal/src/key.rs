//! Keys, signatures and the ids that follow from them.

use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// What a signature is for. It is part of the signed bytes, so that a signature given for one
/// purpose is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Entry,
    Request,
    Acknowledgement,
    Invitation,
    /// A voucher or a ticket.
    Pass,
    /// The manifest of a bundle, and by it all that is in the file.
    Bundle,
}

impl Purpose {
    /// The first line of what is signed.
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Entry => b"jishi entry 1\n",
            Purpose::Request => b"jishi request 1\n",
            Purpose::Acknowledgement => b"jishi acknowledgement 1\n",
            Purpose::Invitation => b"jishi invitation 1\n",
            Purpose::Pass => b"jishi pass 1\n",
            Purpose::Bundle => b"jishi bundle 1\n",
        }
    }

    fn message(self, bytes: &[u8]) -> Vec<u8> {
        [self.label(), bytes].concat()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("not a key of 32 bytes in hex")]
    BadKey,
    /// A key of small order: its signatures can be forged.
    #[error("the key is weak")]
    WeakKey,
    #[error("not a signature of 64 bytes in hex")]
    BadSignature,
    #[error("not a chain id of 16 bytes in hex")]
    BadChainId,
}

impl KeyError {
    pub fn code(self) -> &'static str {
        match self {
            KeyError::BadKey => "bad_key",
            KeyError::WeakKey => "weak_key",
            KeyError::BadSignature => "bad_signature",
            KeyError::BadChainId => "bad_chain_id",
        }
    }
}

/// A node's private key. It lives beside the database, never inside it.
#[derive(Clone)]
pub struct NodeKey(ed25519_dalek::SigningKey);

impl NodeKey {
    /// From 32 random bytes of the caller's.
    pub fn from_seed(seed: &[u8; 32]) -> NodeKey {
        NodeKey(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    pub fn public(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    pub fn sign(&self, purpose: Purpose, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(&purpose.message(bytes)).to_bytes())
    }

    /// What this key and another's public one have in common, by X25519, and nobody else can know.
    pub(crate) fn agree(&self, other: &VerifyingKey) -> [u8; 32] {
        other
            .0
            .to_montgomery()
            .mul_clamped(self.0.to_scalar_bytes())
            .to_bytes()
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NodeKey({})", self.public())
    }
}

/// A node's public key; 64 hex digits in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<VerifyingKey, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::BadKey)?;
        if key.is_weak() {
            return Err(KeyError::WeakKey);
        }
        Ok(VerifyingKey(key))
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Strict: refuses weak keys, small-order points and non-canonical encodings.
    pub fn verifies(&self, purpose: Purpose, bytes: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&purpose.message(bytes), &signature).is_ok()
    }
}

/// Whether all of these are signed by the key, in half the time and less that they take one by one. Not as strict as
/// [`VerifyingKey::verifies`]: whoever holds the key can make a signature that holds here and not there.
pub(crate) fn verify_together(purpose: Purpose, key: &VerifyingKey, signed: &[(&[u8], Signature)]) -> bool {
    let messages: Vec<Vec<u8>> = signed.iter().map(|(bytes, _)| purpose.message(bytes)).collect();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let signatures: Vec<_> = signed
        .iter()
        .map(|(_, signature)| ed25519_dalek::Signature::from_bytes(&signature.0))
        .collect();
    let keys = vec![key.0; signed.len()];
    ed25519_dalek::verify_batch(&messages, &signatures, &keys).is_ok()
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_bytes(&lower_hex(text).ok_or(KeyError::BadKey)?)
    }
}

/// An Ed25519 signature; 128 hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    pub fn from_bytes(bytes: [u8; 64]) -> Signature {
        Signature(bytes)
    }

    pub fn to_bytes(&self) -> [u8; 64] {
        self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signature({self})")
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Signature {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Signature, KeyError> {
        lower_hex(text).map(Signature).ok_or(KeyError::BadSignature)
    }
}

/// A chain's id: 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId([u8; 16]);

impl ChainId {
    pub fn to_bytes(&self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for ChainId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<ChainId, KeyError> {
        lower_hex(text).map(ChainId).ok_or(KeyError::BadChainId)
    }
}

/// The first 16 bytes of SHA-256 over the public key and the nonce of entry 1.
pub fn chain_id(key: &VerifyingKey, nonce: &[u8; 16]) -> ChainId {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(key.to_bytes())
        .chain_update(nonce)
        .finalize()
        .into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    ChainId(id)
}

/// Exactly N bytes in lower-case hex. One spelling for one value: upper case is refused.
pub(crate) fn lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}
