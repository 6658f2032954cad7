//! 票券: a voucher or a ticket as a code that is verified offline, by whoever knows the key of the node that
//! sold it. The code is letters and digits only, in capitals: a QR code holds it in its alphanumeric mode, and a
//! scanner types it on any layout of keys.
//!
//! ```text
//! JQ  base32( head(1) issuer(5) id(8) face(5) until(2)  signature(64) )
//! ```
//!
//! `head` is the layout's version in its high and the kind in its low half; `issuer` the first bytes of SHA-256
//! over the node's public key; `face` fen and `until` days since 2020-01-01 (0: without an end), both big-endian.
//! What is signed is the purpose's line and the 21 bytes before the signature. A code says all that a till needs
//! which has never heard of the sale; whether it was used before, only the chains tell.

use crate::key::{NodeKey, Purpose, Signature, VerifyingKey, lower_hex};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// What every code begins with.
const PREFIX: &str = "JQ";
const VERSION: u8 = 1;
const FACTS_BYTES: usize = 21;
const CODE_BYTES: usize = FACTS_BYTES + 64;
/// 85 bytes are 680 bits, which is 136 signs of 5: none is left over.
const CODE_LENGTH: usize = PREFIX.len() + CODE_BYTES / 5 * 8;
/// Crockford's: no I, L, O or U, so that what a person reads aloud is read back right.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassKind {
    /// 代金券: money that was paid before anything was bought.
    Voucher,
    /// 票: what was bought, to be had once.
    Ticket,
}

impl PassKind {
    pub fn code(self) -> &'static str {
        match self {
            PassKind::Voucher => "voucher",
            PassKind::Ticket => "ticket",
        }
    }

    fn number(self) -> u8 {
        match self {
            PassKind::Voucher => 1,
            PassKind::Ticket => 2,
        }
    }
}

/// 8 random bytes of the caller's; 16 hex digits in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassId(pub [u8; 8]);

impl fmt::Display for PassId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for PassId {
    type Err = PassError;

    fn from_str(text: &str) -> Result<PassId, PassError> {
        lower_hex(text).map(PassId).ok_or(PassError::Unreadable)
    }
}

/// Which node's key signed: enough to find the key by, which alone decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IssuerId([u8; 5]);

impl IssuerId {
    pub fn of(key: &VerifyingKey) -> IssuerId {
        let digest: [u8; 32] = Sha256::digest(key.to_bytes()).into();
        let mut id = [0; 5];
        id.copy_from_slice(&digest[..5]);
        IssuerId(id)
    }
}

impl fmt::Display for IssuerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    #[error("not the code of a voucher or a ticket, or not all of it")]
    Unreadable,
    #[error("the code is of a newer program")]
    Newer,
    #[error("a face value below 0 or above what a code holds")]
    FaceTooLarge,
}

/// What a code says, before it is known whether that is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    pub kind: PassKind,
    pub issuer: IssuerId,
    pub id: PassId,
    pub face_fen: i64,
    /// The last day it is good for, in days since 2020-01-01; none for ever.
    pub until: Option<u16>,
}

impl Pass {
    /// The largest face value that a code holds.
    pub const FACE_FEN_MAX: i64 = (1 << 40) - 1;

    fn facts(&self) -> Result<[u8; FACTS_BYTES], PassError> {
        if !(0..=Pass::FACE_FEN_MAX).contains(&self.face_fen) {
            return Err(PassError::FaceTooLarge);
        }
        let mut facts = [0; FACTS_BYTES];
        facts[0] = VERSION << 4 | self.kind.number();
        facts[1..6].copy_from_slice(&self.issuer.0);
        facts[6..14].copy_from_slice(&self.id.0);
        facts[14..19].copy_from_slice(&self.face_fen.to_be_bytes()[3..]);
        facts[19..].copy_from_slice(&self.until.unwrap_or(0).to_be_bytes());
        Ok(facts)
    }

    /// The code of a pass that `key` issues. The same pass has the same code each time it is printed.
    pub fn code(&self, key: &NodeKey) -> Result<String, PassError> {
        let facts = self.facts()?;
        let signature = key.sign(Purpose::Pass, &facts).to_bytes();
        Ok(encode(&[facts.as_slice(), signature.as_slice()].concat()))
    }
}

/// A code that was read: it is worth nothing before its signature is checked.
#[derive(Debug, Clone)]
pub struct ReadPass {
    pub pass: Pass,
    facts: [u8; FACTS_BYTES],
    signature: Signature,
}

impl ReadPass {
    /// Whether it looks like a code of a pass at all, whole or cut short.
    pub fn is_meant(code: &str) -> bool {
        let code = code.trim();
        let prefix = code.get(..PREFIX.len());
        prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX))
            && code.len() > PREFIX.len() + 16
            && code.bytes().all(|sign| sign.is_ascii_alphanumeric())
    }

    /// Also where the scanner's capitals got lost.
    pub fn read(code: &str) -> Result<ReadPass, PassError> {
        let code = code.trim();
        if !ReadPass::is_meant(code) || code.len() != CODE_LENGTH {
            return Err(PassError::Unreadable);
        }
        let bytes = decode(&code[PREFIX.len()..]).ok_or(PassError::Unreadable)?;
        let mut facts = [0; FACTS_BYTES];
        facts.copy_from_slice(&bytes[..FACTS_BYTES]);
        let mut signature = [0; 64];
        signature.copy_from_slice(&bytes[FACTS_BYTES..]);
        let kind = match (facts[0] >> 4, facts[0] & 0x0f) {
            (VERSION, 1) => PassKind::Voucher,
            (VERSION, 2) => PassKind::Ticket,
            (version, _) if version > VERSION => return Err(PassError::Newer),
            _ => return Err(PassError::Unreadable),
        };
        let mut issuer = [0; 5];
        issuer.copy_from_slice(&facts[1..6]);
        let mut id = [0; 8];
        id.copy_from_slice(&facts[6..14]);
        let mut face = [0; 8];
        face[3..].copy_from_slice(&facts[14..19]);
        let until = u16::from_be_bytes([facts[19], facts[20]]);
        Ok(ReadPass {
            pass: Pass {
                kind,
                issuer: IssuerId(issuer),
                id: PassId(id),
                face_fen: i64::from_be_bytes(face),
                until: (until > 0).then_some(until),
            },
            facts,
            signature: Signature::from_bytes(signature),
        })
    }

    /// Whether this key issued it.
    pub fn is_of(&self, key: &VerifyingKey) -> bool {
        IssuerId::of(key) == self.pass.issuer && key.verifies(Purpose::Pass, &self.facts, &self.signature)
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut code = String::with_capacity(CODE_LENGTH);
    code.push_str(PREFIX);
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            let sign = (bits >> (place * 5)) & 31;
            code.push(char::from(ALPHABET[sign as usize]));
        }
    }
    code
}

fn decode(signs: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(CODE_BYTES);
    for group in signs.as_bytes().chunks(8) {
        let mut bits = 0u64;
        for sign in group {
            let upper = sign.to_ascii_uppercase();
            let value = ALPHABET.iter().position(|known| *known == upper)?;
            bits = bits << 5 | u64::try_from(value).ok()?;
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
    }
    (bytes.len() == CODE_BYTES).then_some(bytes)
}
