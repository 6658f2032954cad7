//! Following a chain as a stranger would: with its own entry 1 and nothing else.

use crate::body::{Body, ChainOpened};
use crate::chain::Head;
use crate::entry::{Entry, EntryError, EntryHash, SignedEntry};
use crate::key::{ChainId, VerifyingKey, chain_id, lower_hex};
use crate::read::ReadEntry;

/// What is wrong with an entry. Each stops its chain there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the line is too large")]
    TooLarge,
    #[error("the line is not an entry")]
    BadEntry,
    #[error("the entry belongs to another chain")]
    ForeignChain,
    #[error("an entry is missing before this one; {wanted} is wanted")]
    Gap { wanted: u64 },
    #[error("the entry does not link to those beside it")]
    BadLink,
    #[error("the signature is not that of the chain's key over these bytes")]
    BadSignature,
    #[error("entry 1 does not open this chain with a good key")]
    BadOpening,
}

impl Fault {
    pub fn code(self) -> &'static str {
        match self {
            Fault::TooLarge => "too_large",
            Fault::BadEntry => "bad_entry",
            Fault::ForeignChain => "foreign_chain",
            Fault::Gap { .. } => "gap",
            Fault::BadLink => "bad_link",
            Fault::BadSignature => "bad_signature",
            Fault::BadOpening => "bad_opening",
        }
    }
}

impl From<EntryError> for Fault {
    fn from(error: EntryError) -> Fault {
        match error {
            EntryError::TooLarge => Fault::TooLarge,
            EntryError::BadEntry => Fault::BadEntry,
        }
    }
}

/// The first bad entry of a chain, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEntry {
    pub seq: u64,
    pub fault: Fault,
}

/// The reading end of a chain: takes entries one after the other and moves only over good ones.
#[derive(Debug, Clone, Copy)]
pub struct ChainCheck {
    id: ChainId,
    known: Option<(VerifyingKey, Head)>,
}

impl ChainCheck {
    /// A chain of which nothing is known yet: the next entry must be its first.
    pub fn from_start(id: ChainId) -> ChainCheck {
        ChainCheck { id, known: None }
    }

    /// A chain verified before up to `head`.
    pub fn after(id: ChainId, key: VerifyingKey, head: Head) -> ChainCheck {
        ChainCheck {
            id,
            known: Some((key, head)),
        }
    }

    pub fn id(&self) -> ChainId {
        self.id
    }

    pub fn head(&self) -> Option<Head> {
        self.known.map(|(_, head)| head)
    }

    pub fn key(&self) -> Option<VerifyingKey> {
        self.known.map(|(key, _)| key)
    }

    /// The seq that must come next.
    pub fn wanted(&self) -> u64 {
        self.head().map_or(1, |head| head.seq.saturating_add(1))
    }

    /// Accepts the next entry, or says what is wrong with it and stays where it is.
    pub fn accept(&mut self, signed: &SignedEntry) -> Result<Entry, Fault> {
        let entry = Entry::parse(&signed.line)?;
        let key = self.key_for(&entry)?;
        if !signed.is_signed_by(&key) {
            return Err(Fault::BadSignature);
        }
        self.go_on(key, entry.seq, signed.hash());
        Ok(entry)
    }

    /// The same of one that is taken apart already.
    pub fn accept_read(&mut self, read: &ReadEntry) -> Result<(), Fault> {
        let key = self.key_for(&read.entry)?;
        if !read.is_signed_by(&key) {
            return Err(Fault::BadSignature);
        }
        self.go_on(key, read.entry.seq, read.hash);
        Ok(())
    }

    fn go_on(&mut self, key: VerifyingKey, seq: u64, hash: EntryHash) {
        self.known = Some((key, Head { seq, hash }));
    }

    /// The key that must have signed this entry, where it is the next of the chain.
    fn key_for(&self, entry: &Entry) -> Result<VerifyingKey, Fault> {
        if entry.chain != self.id {
            return Err(Fault::ForeignChain);
        }
        let wanted = self.wanted();
        if entry.seq != wanted {
            return Err(Fault::Gap { wanted });
        }
        match self.known {
            Some((_, head)) if entry.prev != head.hash => Err(Fault::BadLink),
            Some((key, _)) => Ok(key),
            None if entry.prev != EntryHash::ZERO => Err(Fault::BadLink),
            None => opening_key(entry),
        }
    }
}

/// The key that entry 1 opens its chain with; the chain's id must follow from it.
fn opening_key(entry: &Entry) -> Result<VerifyingKey, Fault> {
    let Body::ChainOpened(ChainOpened {
        public_key, nonce, ..
    }) = entry.body()
    else {
        return Err(Fault::BadOpening);
    };
    let key: VerifyingKey = public_key.parse().map_err(|_| Fault::BadOpening)?;
    let nonce = lower_hex::<16>(&nonce).ok_or(Fault::BadOpening)?;
    if chain_id(&key, &nonce) != entry.chain {
        return Err(Fault::BadOpening);
    }
    Ok(key)
}
