//! Checking a store as a stranger would: every link, every signature, every projection.

use crate::rebuild::projection_digest;
use crate::store::{Ledger, OpenError, OpenMode, StoreError};
use jishi_journal::{BadEntry, ChainCheck, ChainId};
use std::path::Path;

/// What was found of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainVerdict {
    pub chain: ChainId,
    pub node: String,
    /// Good entries from the start.
    pub entries: u64,
    /// The first bad one, if any.
    pub bad: Option<BadEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub chains: Vec<ChainVerdict>,
    /// SQLite's own check of the file.
    pub file_is_sound: bool,
    /// Whether the projections are those of a fresh replay; not asked where a chain is bad.
    pub projections_agree: Option<bool>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.file_is_sound
            && self.projections_agree == Some(true)
            && self.chains.iter().all(|chain| chain.bad.is_none())
    }
}

const BATCH: u32 = 1_000;

impl Ledger {
    /// Verifies everything. The replay runs in `scratch`, a folder of the caller's, on a copy.
    pub fn verify(&self, scratch: &Path) -> Result<Verdict, OpenError> {
        let file_is_sound = self.quick_check()?;
        let mut chains = Vec::new();
        for record in self.chains()? {
            chains.push(self.verify_chain(record.chain, &record.till.node)?);
        }
        let all_good = chains.iter().all(|chain| chain.bad.is_none());
        let projections_agree = match all_good && file_is_sound {
            true => Some(self.replay_agrees(scratch)?),
            false => None,
        };
        Ok(Verdict {
            chains,
            file_is_sound,
            projections_agree,
        })
    }

    /// SQLite's `quick_check`.
    pub fn quick_check(&self) -> Result<bool, StoreError> {
        let found: Result<String, _> = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        match found.map_err(StoreError::from) {
            Ok(text) => Ok(text == "ok"),
            Err(StoreError::Damaged(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn verify_chain(&self, chain: ChainId, node: &str) -> Result<ChainVerdict, StoreError> {
        let head = self.chain(chain)?.map(|record| record.head);
        let mut check = ChainCheck::from_start(chain);
        let mut entries = 0;
        let mut bad = None;
        'chain: loop {
            let batch = self.entries_after(chain, entries, BATCH)?;
            if batch.is_empty() {
                break;
            }
            for signed in &batch {
                if let Err(fault) = check.accept(signed) {
                    bad = Some(BadEntry {
                        seq: check.wanted(),
                        fault,
                    });
                    break 'chain;
                }
                entries += 1;
            }
        }
        // Entries that are gone from the end are missed by their chain's head.
        if bad.is_none() && check.head() != head {
            let wanted = check.wanted();
            bad = Some(BadEntry {
                seq: wanted,
                fault: jishi_journal::Fault::Gap { wanted },
            });
        }
        Ok(ChainVerdict {
            chain,
            node: node.to_owned(),
            entries,
            bad,
        })
    }

    fn replay_agrees(&self, scratch: &Path) -> Result<bool, OpenError> {
        let copy = scratch.join("verify.sqlite");
        self.backup_to(&copy, |_, _| true)?;
        let mut replayed = Ledger::open(&copy, OpenMode::Write)?;
        replayed.rebuild(|_| true)?;
        let agree = projection_digest(self)? == projection_digest(&replayed)?;
        Ok(agree)
    }
}
