//! The guard beside the database: the machine and the last entry. A database that was copied to
//! another machine, or rolled back to an older state, does not fit it.

use crate::folder::Folder;
use crate::refusal::Refusal;
use jishi_journal::{ChainId, Head};
use jishi_ledger::{ChainRecord, Ledger};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Seek as _, Write as _};

/// Written in one sector, so that it is there whole or not at all.
const BYTES: usize = 384;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Guard {
    pub(crate) machine: String,
    pub(crate) chain: String,
    pub(crate) seq: u64,
    pub(crate) hash: String,
    /// How many successors there have been: a database that was rolled back does not know, and the
    /// next one must not give out numbers a second time.
    #[serde(default)]
    pub(crate) generation: u32,
}

impl Guard {
    pub(crate) fn of(machine: &str, chain: ChainId, head: Head, generation: u32) -> Guard {
        Guard {
            machine: machine.to_owned(),
            chain: chain.to_string(),
            seq: head.seq,
            hash: head.hash.to_string(),
            generation,
        }
    }

    /// The same, fitting no entry: what is opened next goes on under a successor.
    pub(crate) fn unfit(self) -> Guard {
        Guard { seq: 0, ..self }
    }

    /// None where there is none, or where it cannot be read: then it does not fit either.
    pub(crate) fn read(folder: &Folder) -> Option<Guard> {
        let text = std::fs::read_to_string(folder.guard_file()).ok()?;
        serde_json::from_str(text.trim_end()).ok()
    }
}

/// Why a guard does not fit its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum GuardFault {
    /// None is there, or it cannot be read.
    NoGuard,
    /// The folder was copied from another machine.
    OtherMachine,
    /// The chain was signed with another key than the folder's.
    OtherKey,
    /// A successor was begun and never came to be, or the guard is of another till.
    OtherChain,
    /// The database does not hold what was recorded last: an older one was put back, or its end was cut
    /// off. `seq` is the last entry that the guard knows.
    RolledBack { seq: u64 },
    /// The centre holds other entries in the place of some of this chain's, or more of it than is here.
    Forked,
}

impl GuardFault {
    pub fn code(self) -> &'static str {
        match self {
            GuardFault::NoGuard => "no_guard",
            GuardFault::OtherMachine => "other_machine",
            GuardFault::OtherKey => "other_key",
            GuardFault::OtherChain => "other_chain",
            GuardFault::RolledBack { .. } => "rolled_back",
            GuardFault::Forked => "forked",
        }
    }
}

/// The guard fits when it is this machine's and its entry is on the chain: the database may be ahead
/// of the guard, never behind it.
pub(crate) fn check_guard(
    ledger: &Ledger,
    guard: Option<&Guard>,
    machine: &str,
    newest: &ChainRecord,
) -> Result<Option<GuardFault>, Refusal> {
    let Some(guard) = guard else {
        return Ok(Some(GuardFault::NoGuard));
    };
    if guard.machine != machine {
        return Ok(Some(GuardFault::OtherMachine));
    }
    if guard.seq == 0 {
        return Ok(Some(GuardFault::OtherChain));
    }
    if guard.chain != newest.chain.to_string() {
        // A database from before the last successor does not know the guard's chain at all.
        let known = ledger
            .chains()?
            .into_iter()
            .any(|record| record.chain.to_string() == guard.chain);
        return Ok(Some(match known || guard.generation <= newest.generation {
            true => GuardFault::OtherChain,
            false => GuardFault::RolledBack { seq: guard.seq },
        }));
    }
    let entry = ledger.entries_after(newest.chain, guard.seq - 1, 1)?;
    let is_held = entry
        .first()
        .is_some_and(|signed| signed.hash().to_string() == guard.hash);
    Ok(match is_held {
        true => None,
        false => Some(GuardFault::RolledBack { seq: guard.seq }),
    })
}

/// Keeps the guard's file open: it is rewritten after every entry. It is not synced: an older guard
/// than the database's head fits as long as the chain holds its entry.
#[derive(Debug)]
pub(crate) struct GuardFile {
    file: File,
    folder: Folder,
}

impl GuardFile {
    pub(crate) fn open(folder: &Folder) -> Result<GuardFile, Refusal> {
        let path = folder.guard_file();
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Refusal::file(&path, &error))?;
        Ok(GuardFile {
            file,
            folder: folder.clone(),
        })
    }

    pub(crate) fn write(&mut self, guard: &Guard) -> Result<(), Refusal> {
        // A guard has nothing that JSON cannot write.
        let mut text = serde_json::to_string(guard).unwrap_or_default();
        while text.len() < BYTES {
            text.push(' ');
        }
        self.file
            .rewind()
            .and_then(|()| self.file.write_all(text.as_bytes()))
            .map_err(|error| Refusal::file(&self.folder.guard_file(), &error))
    }

    /// The same, and not lost when the power goes.
    pub(crate) fn write_durably(&mut self, guard: &Guard) -> Result<(), Refusal> {
        self.write(guard)?;
        let stored = self.file.sync_all();
        stored.map_err(|error| Refusal::file(&self.folder.guard_file(), &error))
    }
}
