//! The guard beside the database: the machine and the last entry. A database that was copied to
//! another machine, or rolled back to an older state, does not fit it.

use crate::folder::Folder;
use crate::refusal::Refusal;
use jishi_journal::{ChainId, Head};
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
