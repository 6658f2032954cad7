//! A chain that this node appends to.

use crate::body::{Audience, Body, ChainOpened, Continued};
use crate::entry::{Entry, EntryError, EntryHash, SignedEntry};
use crate::key::{ChainId, NodeKey, chain_id};

/// The last entry of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head {
    pub seq: u64,
    pub hash: EntryHash,
}

/// What entry 1 of a new chain says beside the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// 16 random bytes of the caller's.
    pub nonce: [u8; 16],
    /// The node's code: a till's is the first part of its receipt numbers.
    pub node: String,
    /// The chain this one continues after a restore or a fork, with the head that is known of it.
    pub continues: Option<Continued>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    #[error(transparent)]
    Entry(#[from] EntryError),
    #[error("the chain has no room for another entry")]
    ChainFull,
}

impl ChainError {
    pub fn code(self) -> &'static str {
        match self {
            ChainError::Entry(error) => error.code(),
            ChainError::ChainFull => "chain_full",
        }
    }
}

/// The writing end of a chain: it makes the next entry, and moves on once that entry is stored.
#[derive(Debug, Clone)]
pub struct Chain {
    id: ChainId,
    key: NodeKey,
    head: Head,
}

impl Chain {
    /// Makes the first entry of a new chain. The caller stores it before it goes on.
    pub fn open(key: NodeKey, opening: Opening, at: &str) -> Result<(Chain, SignedEntry), ChainError> {
        Chain::open_for(&Audience::Public, key, opening, at)
    }

    /// The same of a server's chain that goes down to some only.
    pub fn open_for(
        audience: &Audience,
        key: NodeKey,
        opening: Opening,
        at: &str,
    ) -> Result<(Chain, SignedEntry), ChainError> {
        let id = chain_id(&key.public(), &opening.nonce);
        let body = Body::ChainOpened(ChainOpened {
            public_key: key.public().to_string(),
            nonce: hex::encode(opening.nonce),
            node: opening.node,
            continues: opening.continues,
            audience: audience.to_text(),
        });
        let line = Entry::encode(id, 1, EntryHash::ZERO, at, &body)?;
        let entry = SignedEntry::sign(line, &key);
        let head = Head {
            seq: 1,
            hash: entry.hash(),
        };
        Ok((Chain { id, key, head }, entry))
    }

    /// Takes up a chain where it was left.
    pub fn resume(key: NodeKey, id: ChainId, head: Head) -> Chain {
        Chain { id, key, head }
    }

    /// The next entry, signed. Nothing has happened until the caller has stored it and says so with
    /// [`Chain::advance`]: a transaction that fails leaves the chain where it was.
    pub fn next(&self, at: &str, body: &Body) -> Result<(SignedEntry, Head), ChainError> {
        let seq = self.head.seq.checked_add(1).ok_or(ChainError::ChainFull)?;
        let line = Entry::encode(self.id, seq, self.head.hash, at, body)?;
        let entry = SignedEntry::sign(line, &self.key);
        let head = Head {
            seq,
            hash: entry.hash(),
        };
        Ok((entry, head))
    }

    pub fn advance(&mut self, head: Head) {
        self.head = head;
    }

    pub fn id(&self) -> ChainId {
        self.id
    }

    pub fn head(&self) -> Head {
        self.head
    }

    pub fn key(&self) -> &NodeKey {
        &self.key
    }
}
