//! A chain whose key signed two entries at one place goes on in two branches.

use crate::chain::Head;
use crate::key::ChainId;

/// A chain, or the branch of it that begins with another entry than the one that was met first at that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch {
    pub chain: ChainId,
    /// The branch's own first entry; none for the entries that were met first. Which of two branches that is, is
    /// each node's own affair: it goes by what came first.
    pub from: Option<Head>,
}

impl Branch {
    /// The seq of its first own entry; those before it are another branch's.
    pub fn first_seq(self) -> u64 {
        self.from.map_or(1, |first| first.seq)
    }
}

impl From<ChainId> for Branch {
    fn from(chain: ChainId) -> Branch {
        Branch { chain, from: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::EntryHash;

    #[test]
    fn a_branch_begins_at_its_own_first_entry() {
        let chain: ChainId = "00112233445566778899aabbccddeeff".parse().unwrap();
        assert_eq!(Branch::from(chain).first_seq(), 1);
        let first = Head {
            seq: 7,
            hash: EntryHash::ZERO,
        };
        let branch = Branch {
            chain,
            from: Some(first),
        };
        assert_eq!(branch.first_seq(), 7);
    }
}
