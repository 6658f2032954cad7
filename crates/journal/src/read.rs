//! Entries as they come from elsewhere, many at once: each is taken apart once, and signatures are checked together.

use crate::body::Body;
use crate::chain::Head;
use crate::entry::{Entry, EntryError, EntryHash, SignedEntry};
use crate::key::{Purpose, VerifyingKey, verify_together};

/// Fewer are checked one by one: together they would take no less time.
const TOGETHER_MIN: usize = 8;
/// More at once gain little, and one bad signature costs all of them.
const TOGETHER_MAX: usize = 256;

/// An entry that can be read, with all that is asked about it. Whether it is right is for a
/// [`ChainCheck`](crate::ChainCheck) to say.
#[derive(Debug, Clone)]
pub struct ReadEntry {
    pub signed: SignedEntry,
    pub entry: Entry,
    pub body: Body,
    pub hash: EntryHash,
    /// The key whose signature it has been shown to bear.
    proven: Option<VerifyingKey>,
}

impl ReadEntry {
    pub fn read(signed: SignedEntry) -> Result<ReadEntry, EntryError> {
        let entry = Entry::parse(&signed.line)?;
        Ok(ReadEntry {
            body: entry.body(),
            hash: signed.hash(),
            entry,
            signed,
            proven: None,
        })
    }

    /// What the chain ends with once this is its last.
    pub fn head(&self) -> Head {
        Head {
            seq: self.entry.seq,
            hash: self.hash,
        }
    }

    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.proven.as_ref() == Some(key) || self.signed.is_signed_by(key)
    }

    /// Checks which of them this key has signed, so that they need not be asked again. Where they do not all fit
    /// together nothing is said of any: each is checked by itself when its turn comes.
    pub fn prove(entries: &mut [&mut ReadEntry], key: &VerifyingKey) {
        for entries in entries.chunks_mut(TOGETHER_MAX) {
            if entries.len() < TOGETHER_MIN {
                continue;
            }
            let signed: Vec<_> = entries
                .iter()
                .map(|read| (read.signed.line.as_bytes(), read.signed.signature))
                .collect();
            if verify_together(Purpose::Entry, key, &signed) {
                entries.iter_mut().for_each(|read| read.proven = Some(*key));
            }
        }
    }
}
