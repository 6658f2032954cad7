//! Who holds what of a database: the locks and the shared memory of SQLite, between connections of this process.

use sqlite_plugin::flags::{LockLevel, ShmLockMode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

/// The connection could not have it now.
#[derive(Debug)]
pub(super) struct Busy;

/// All databases that are open.
#[derive(Debug, Default)]
pub(super) struct Holders {
    files: BTreeMap<PathBuf, Held>,
    /// Regions that nobody uses any more.
    free: Vec<&'static mut [u64]>,
}

#[derive(Debug, Default)]
struct Held {
    levels: BTreeMap<u64, LockLevel>,
    regions: Vec<&'static mut [u64]>,
    /// Who mapped the regions.
    mapped: Vec<u64>,
    /// Each connection's locks on the shared memory: a bit for each, shared and exclusive.
    shared: BTreeMap<u64, u32>,
    exclusive: BTreeMap<u64, u32>,
}

impl Holders {
    fn of(&mut self, path: &Path) -> &mut Held {
        self.files.entry(path.to_owned()).or_default()
    }

    pub(super) fn lock(&mut self, path: &Path, who: u64, level: LockLevel) -> Result<(), Busy> {
        let held = self.of(path);
        let highest = held.highest_of_others(who);
        let may = match level {
            LockLevel::Unlocked => true,
            LockLevel::Shared => highest < LockLevel::Pending,
            _ => highest < LockLevel::Reserved,
        };
        if !may {
            return Err(Busy);
        }
        let readers_stand = level == LockLevel::Exclusive && highest > LockLevel::Unlocked;
        // Who waits for the readers to go lets no new one in.
        let taken = if readers_stand { LockLevel::Pending } else { level };
        let own = held.levels.entry(who).or_insert(LockLevel::Unlocked);
        *own = taken.max(*own);
        match readers_stand {
            true => Err(Busy),
            false => Ok(()),
        }
    }

    pub(super) fn unlock(&mut self, path: &Path, who: u64, level: LockLevel) {
        let levels = &mut self.of(path).levels;
        match level {
            LockLevel::Unlocked => drop(levels.remove(&who)),
            level => drop(levels.insert(who, level)),
        }
    }

    pub(super) fn is_reserved(&mut self, path: &Path) -> bool {
        let levels = &self.of(path).levels;
        levels.values().any(|level| *level >= LockLevel::Reserved)
    }

    /// A region of memory that all connections of the database share.
    pub(super) fn map(
        &mut self,
        path: &Path,
        who: u64,
        (index, bytes): (usize, usize),
        extend: bool,
    ) -> Option<NonNull<u8>> {
        let have = self.files.get(path).map_or(0, |held| held.regions.len());
        if have <= index && !extend {
            return None;
        }
        for _ in have..=index {
            let region = self.region(bytes.div_ceil(8));
            self.of(path).regions.push(region);
        }
        let held = self.of(path);
        if !held.mapped.contains(&who) {
            held.mapped.push(who);
        }
        let region: &mut [u64] = held.regions.get_mut(index)?;
        Some(NonNull::from(region).cast())
    }

    fn region(&mut self, words: usize) -> &'static mut [u64] {
        let fitting = self.free.iter().position(|region| region.len() == words);
        match fitting.map(|at| self.free.swap_remove(at)) {
            Some(region) => {
                region.fill(0);
                region
            }
            None => Box::leak(vec![0; words].into_boxed_slice()),
        }
    }

    pub(super) fn lock_shared_memory(
        &mut self,
        path: &Path,
        who: u64,
        (offset, count): (u32, u32),
        mode: ShmLockMode,
    ) -> Result<(), Busy> {
        let held = self.of(path);
        let bits = ((1u32 << count) - 1) << offset;
        let of_others = |held: &BTreeMap<u64, u32>| {
            let others = held.iter().filter(|(other, _)| **other != who);
            others.fold(0, |all, (_, bits)| all | bits) & bits != 0
        };
        match mode {
            ShmLockMode::LockShared if of_others(&held.exclusive) => return Err(Busy),
            ShmLockMode::LockExclusive if of_others(&held.exclusive) || of_others(&held.shared) => {
                return Err(Busy);
            }
            ShmLockMode::LockShared => *held.shared.entry(who).or_default() |= bits,
            ShmLockMode::LockExclusive => *held.exclusive.entry(who).or_default() |= bits,
            ShmLockMode::UnlockShared => *held.shared.entry(who).or_default() &= !bits,
            ShmLockMode::UnlockExclusive => *held.exclusive.entry(who).or_default() &= !bits,
        }
        Ok(())
    }

    /// With the last one the regions go.
    pub(super) fn unmap(&mut self, path: &Path, who: u64) {
        let held = self.of(path);
        held.shared.remove(&who);
        held.exclusive.remove(&who);
        held.mapped.retain(|mapped| *mapped != who);
        if held.mapped.is_empty() {
            let mut regions = std::mem::take(&mut held.regions);
            self.free.append(&mut regions);
        }
    }

    pub(super) fn close(&mut self, path: &Path, who: u64) {
        self.unlock(path, who, LockLevel::Unlocked);
        self.unmap(path, who);
        let held = self.of(path);
        if held.levels.is_empty() && held.mapped.is_empty() {
            self.files.remove(path);
        }
    }
}

impl Held {
    fn highest_of_others(&self, who: u64) -> LockLevel {
        let others = self.levels.iter().filter(|(other, _)| **other != who);
        let levels = others.map(|(_, level)| *level);
        levels.max().unwrap_or(LockLevel::Unlocked)
    }
}
