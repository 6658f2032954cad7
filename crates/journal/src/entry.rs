//! An entry: one line of JSON text with its fields in a fixed order.

use crate::body::Body;
use crate::key::{ChainId, NodeKey, Purpose, Signature, VerifyingKey, lower_hex};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// 256 KiB.
pub const ENTRY_BYTES_MAX: usize = 256 * 1024;

/// The encoding version this program writes.
pub(crate) const VERSION: u32 = 1;

/// SHA-256 of an entry's bytes; 64 hex digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryHash([u8; 32]);

impl EntryHash {
    /// What entry 1 links to.
    pub const ZERO: EntryHash = EntryHash([0; 32]);

    pub fn of(bytes: &[u8]) -> EntryHash {
        EntryHash(Sha256::digest(bytes).into())
    }

    pub fn from_bytes(bytes: [u8; 32]) -> EntryHash {
        EntryHash(bytes)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// `a41f-9c02-77de`: what paper and screens show.
    pub fn short(&self) -> String {
        let text = hex::encode(&self.0[..6]);
        format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..])
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EntryHash({self})")
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for EntryHash {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<EntryHash, EntryError> {
        lower_hex(text).map(EntryHash).ok_or(EntryError::BadEntry)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("an entry may have 262,144 bytes at most")]
    TooLarge,
    #[error("the line is not an entry: its fields, their order or their form is wrong")]
    BadEntry,
}

impl EntryError {
    pub fn code(self) -> &'static str {
        match self {
            EntryError::TooLarge => "too_large",
            EntryError::BadEntry => "bad_entry",
        }
    }
}

/// An entry as it is read: the header taken apart, the body as it stands.
#[derive(Debug, Clone)]
pub struct Entry {
    pub version: u32,
    pub chain: ChainId,
    pub seq: u64,
    pub prev: EntryHash,
    /// The node's own clock, RFC 3339 with offset. Shown, never trusted for order.
    pub at: String,
    pub kind: String,
    body: Box<RawValue>,
}

#[derive(Serialize)]
struct Line<'a, B: Serialize> {
    v: u32,
    chain: &'a str,
    seq: u64,
    prev: &'a str,
    at: &'a str,
    kind: &'a str,
    body: &'a B,
}

impl Entry {
    /// Encodes the line that will be signed, stored, sent and hashed.
    pub(crate) fn encode(
        chain: ChainId,
        seq: u64,
        prev: EntryHash,
        at: &str,
        body: &Body,
    ) -> Result<String, EntryError> {
        let line = Line {
            v: VERSION,
            chain: &chain.to_string(),
            seq,
            prev: &prev.to_string(),
            at,
            kind: body.kind(),
            body,
        };
        let text = serde_json::to_string(&line).map_err(|_| EntryError::BadEntry)?;
        if text.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge);
        }
        Ok(text)
    }

    /// Reads a line. A newer version's entry is read too, as far as its header goes.
    pub fn parse(line: &str) -> Result<Entry, EntryError> {
        if line.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge);
        }
        // JSON allows tabs and newlines between tokens; a line of a bundle does not.
        if line.bytes().any(|byte| byte < 0x20) {
            return Err(EntryError::BadEntry);
        }
        let header: Header = serde_json::from_str(line).map_err(|_| EntryError::BadEntry)?;
        if header.v < VERSION || header.seq == 0 {
            return Err(EntryError::BadEntry);
        }
        chrono::DateTime::parse_from_rfc3339(&header.at).map_err(|_| EntryError::BadEntry)?;
        Ok(Entry {
            version: header.v,
            chain: header.chain.parse().map_err(|_| EntryError::BadEntry)?,
            seq: header.seq,
            prev: header.prev.parse()?,
            at: header.at,
            kind: header.kind,
            body: header.body,
        })
    }

    /// The facts, where this version knows the kind and they make sense.
    pub fn body(&self) -> Body {
        if self.version > VERSION {
            return Body::Unknown {
                kind: self.kind.clone(),
            };
        }
        Body::parse(&self.kind, self.body.get())
    }

    /// The facts as they stand in the line.
    pub fn body_text(&self) -> &str {
        self.body.get()
    }
}

/// A line and its signature: what is stored, sent and put on a stick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEntry {
    pub line: String,
    pub signature: Signature,
}

impl SignedEntry {
    pub(crate) fn sign(line: String, key: &NodeKey) -> SignedEntry {
        let signature = key.sign(Purpose::Entry, line.as_bytes());
        SignedEntry { line, signature }
    }

    pub fn hash(&self) -> EntryHash {
        EntryHash::of(self.line.as_bytes())
    }

    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        key.verifies(Purpose::Entry, self.line.as_bytes(), &self.signature)
    }

    /// `signature SPACE entry`, as on the wire and in a bundle.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.signature, self.line)
    }

    pub fn from_text(text: &str) -> Result<SignedEntry, EntryError> {
        let (signature, line) = text.split_once(' ').ok_or(EntryError::BadEntry)?;
        if line.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLarge);
        }
        Ok(SignedEntry {
            line: line.to_owned(),
            signature: signature.parse().map_err(|_| EntryError::BadEntry)?,
        })
    }
}

struct Header {
    v: u32,
    chain: String,
    seq: u64,
    prev: String,
    at: String,
    kind: String,
    body: Box<RawValue>,
}

/// The seven fields must come in their order and once each, so that there is one way to write an
/// entry; a newer version may add fields behind them.
impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Header, D::Error> {
        struct InOrder;

        fn field<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
            map: &mut A,
            name: &'static str,
        ) -> Result<T, A::Error> {
            match map.next_key::<String>()? {
                Some(key) if key == name => map.next_value(),
                _ => Err(serde::de::Error::missing_field(name)),
            }
        }

        impl<'de> Visitor<'de> for InOrder {
            type Value = Header;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("v, chain, seq, prev, at, kind, body")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let header = Header {
                    v: field(&mut map, "v")?,
                    chain: field(&mut map, "chain")?,
                    seq: field(&mut map, "seq")?,
                    prev: field(&mut map, "prev")?,
                    at: field(&mut map, "at")?,
                    kind: field(&mut map, "kind")?,
                    body: field(&mut map, "body")?,
                };
                while map.next_key::<String>()?.is_some() {
                    map.next_value::<serde::de::IgnoredAny>()?;
                    if header.v == VERSION {
                        return Err(serde::de::Error::custom("a field too many"));
                    }
                }
                Ok(header)
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
