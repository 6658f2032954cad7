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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Chain, Opening};
    use crate::key::NodeKey;

    const AT: &str = "2026-11-29T09:00:00+08:00";

    /// A chain's first entries, signed by its key.
    fn entries(key: NodeKey, count: usize) -> Vec<ReadEntry> {
        let opening = Opening {
            nonce: [1; 16],
            node: "T1".to_owned(),
            continues: None,
        };
        let (mut chain, first) = Chain::open(key, opening, AT).unwrap();
        let mut entries = vec![ReadEntry::read(first.clone()).unwrap()];
        let body = Entry::parse(&first.line).unwrap().body();
        while entries.len() < count {
            let (signed, head) = chain.next(AT, &body).unwrap();
            chain.advance(head);
            entries.push(ReadEntry::read(signed).unwrap());
        }
        entries
    }

    fn proven(entries: &mut [ReadEntry], key: &VerifyingKey) -> Vec<bool> {
        ReadEntry::prove(&mut entries.iter_mut().collect::<Vec<_>>(), key);
        entries.iter().map(|read| read.proven.is_some()).collect()
    }

    #[test]
    fn few_are_left_to_be_asked_one_by_one() {
        let key = || NodeKey::from_seed(&[1; 32]);
        for count in [1, TOGETHER_MIN - 1, TOGETHER_MIN, TOGETHER_MIN + 1] {
            let found = proven(&mut entries(key(), count), &key().public());
            assert_eq!(found, vec![count >= TOGETHER_MIN; count]);
        }
    }

    /// A bad one among many is never taken for good, and costs only those that are checked with it.
    #[test]
    fn what_is_proven_was_signed() {
        let key = || NodeKey::from_seed(&[1; 32]);
        let (own, other) = (key().public(), NodeKey::from_seed(&[2; 32]).public());
        let mut entries = entries(key(), TOGETHER_MAX + 2 * TOGETHER_MIN);
        assert!(!proven(&mut entries, &other).contains(&true));
        let altered = TOGETHER_MAX + 3;
        entries[altered].signed.line.push(' ');
        let found = proven(&mut entries, &own);
        let expected: Vec<bool> = (0..entries.len()).map(|at| at < TOGETHER_MAX).collect();
        assert_eq!(found, expected);
        for (at, read) in entries.iter().enumerate() {
            assert_eq!(read.is_signed_by(&own), at != altered, "{at}");
            assert!(!read.is_signed_by(&other), "{at}");
        }
    }
}
