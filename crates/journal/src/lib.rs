//! The journal: signed entries in hash-linked chains, and how a stranger verifies them.
//!
//! An entry is one line of JSON text. Its bytes are signed, stored, sent and hashed as they are and
//! never encoded again. This crate knows the form of an entry and the facts it may hold; it stores
//! nothing, reads no clock and makes no randomness: keys, nonces and times are arguments.

pub mod body;
mod branch;
mod chain;
mod entry;
mod facts;
mod key;
mod letter;
mod pass;
mod read;
mod seal;
mod verify;

pub use branch::Branch;
pub use chain::{Chain, ChainError, Head, Opening};
pub use entry::{ENTRY_BYTES_MAX, Entry, EntryError, EntryHash, SignedEntry};
pub use facts::EntryFacts;
pub use key::{ChainId, KeyError, NodeKey, Purpose, Signature, VerifyingKey, chain_id};
pub use letter::{LetterError, open_letter, seal_letter};
pub use pass::{IssuerId, Pass, PassError, PassId, PassKind, ReadPass};
pub use read::ReadEntry;
pub use seal::{NameKey, SealError, SealedName, open_name, seal_name};
pub use verify::{BadEntry, ChainCheck, Fault};
