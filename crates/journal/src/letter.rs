//! Bytes that one node alone can open, whoever carries them: sealed to its public key.
//!
//! A node's Ed25519 key serves as an X25519 one for it, which is shown to be safe beside signing:
//! <https://eprint.iacr.org/2021/509>. The sender's half of the agreement is a key made for this one letter and
//! forgotten, so who sealed it cannot open it again, and the letter does not say who that was.

use crate::key::{NodeKey, VerifyingKey};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

const PURPOSE: &[u8] = b"jishi letter 1\n";
const KEY_BYTES: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    #[error("the letter could not be sealed")]
    CannotSeal,
    #[error("the letter is damaged, or for another node")]
    NotOpened,
}

impl LetterError {
    pub fn code(self) -> &'static str {
        match self {
            LetterError::CannotSeal => "cannot_seal",
            LetterError::NotOpened => "letter_not_opened",
        }
    }
}

/// Seals `bytes` to a node; the seed is 32 random bytes of the caller's, never used again.
pub fn seal_letter(receiver: &VerifyingKey, bytes: &[u8], seed: &[u8; 32]) -> Result<Vec<u8>, LetterError> {
    let once = NodeKey::from_seed(seed);
    let sealed = cipher(&once.public(), receiver, once.agree(receiver))
        .encrypt(&XNonce::default(), bytes)
        .map_err(|_| LetterError::CannotSeal)?;
    Ok([once.public().to_bytes().as_slice(), &sealed].concat())
}

pub fn open_letter(receiver: &NodeKey, letter: &[u8]) -> Result<Vec<u8>, LetterError> {
    let (once, sealed) = letter
        .split_first_chunk::<KEY_BYTES>()
        .ok_or(LetterError::NotOpened)?;
    // Weak ones are refused, with which anybody could agree.
    let once = VerifyingKey::from_bytes(once).map_err(|_| LetterError::NotOpened)?;
    cipher(&once, &receiver.public(), receiver.agree(&once))
        .decrypt(&XNonce::default(), sealed)
        .map_err(|_| LetterError::NotOpened)
}

/// The key is of this one letter, so that a nonce of zeros is used once with it.
fn cipher(once: &VerifyingKey, receiver: &VerifyingKey, agreed: [u8; 32]) -> XChaCha20Poly1305 {
    let key: [u8; 32] = Sha256::new()
        .chain_update(PURPOSE)
        .chain_update(once.to_bytes())
        .chain_update(receiver.to_bytes())
        .chain_update(agreed)
        .finalize()
        .into();
    XChaCha20Poly1305::new(&key.into())
}
