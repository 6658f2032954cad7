//! Putting a backup in a till's place.

use crate::folder::{Folder, sync_folder};
use crate::guard::{Guard, GuardFile};
use crate::open::{check_end, newest_chain};
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::{World, random};
use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenError, OpenMode, StoreError};
use std::path::{Path, PathBuf};

/// What a backup must be to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Every entry as it was signed.
    Whole,
    /// As it is, where there is no better one: its end must be good, as a till's is at every start.
    Anyhow,
}

/// A till that goes on from a backup.
#[derive(Debug)]
pub struct Restored {
    pub till: Till,
    /// The database that was there before, as it was. Sales that the backup does not know are in it.
    pub kept: Option<PathBuf>,
    /// How many; none where it could not be read.
    pub left_behind: Option<u64>,
}

/// Puts a backup in place of a till's database, or where there is none. What was there is kept beside
/// it under another name. The till goes on under a successor chain; where its key is gone as well it
/// gets a new one and must be enrolled anew. All of the backup is looked at before anything is moved, and its
/// projections are replayed.
pub fn restore(backup: &Path, folder: Folder, world: Box<dyn World>) -> Result<Till, Refusal> {
    Ok(restore_keeping(backup, Wanted::Whole, folder, world)?.till)
}

/// The same, and says what it kept.
pub fn restore_keeping(
    backup: &Path,
    wanted: Wanted,
    folder: Folder,
    world: Box<dyn World>,
) -> Result<Restored, Refusal> {
    let is_new = !folder.path().exists();
    folder.create()?;
    let mut lock = folder.lock()?;
    // What is refused below leaves the till as it was found.
    lock.trust(lock.was_closed());
    let database = folder.database();
    let incoming = folder.path().join("restore.sqlite");
    let found = take_in(backup, wanted, &incoming);
    if found.is_err() {
        // Leftovers of a copy that is of no use; the refusal below says why.
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("restore.sqlite{suffix}")));
        }
        if is_new {
            // Held to the last, then gone with the folder that was made for it.
            let _ = std::fs::remove_file(folder.lock_file());
            let _ = std::fs::remove_dir(folder.path());
        }
    }
    found?;
    let left_behind = sales_beyond(&incoming, &database).ok();
    lock.trust(false);
    let stamp = free_stamp(&folder, &world.now().format("%Y%m%d-%H%M%S").to_string());
    let mut kept = None;
    for suffix in ["", "-wal", "-shm"] {
        let old = folder.path().join(format!("jishi.sqlite{suffix}"));
        if old.exists() {
            let aside = folder.path().join(format!("replaced-{stamp}.sqlite{suffix}"));
            std::fs::rename(&old, &aside).map_err(|error| Refusal::file(&old, &error))?;
            if suffix.is_empty() {
                kept = Some(aside);
            }
        }
    }
    std::fs::rename(&incoming, &database).map_err(|error| Refusal::file(&database, &error))?;
    sync_folder(folder.path());
    if !folder.key_file().exists() {
        folder.write_key(&NodeKey::from_seed(&random::<32>(world.as_ref())))?;
    }
    // A restore always opens a successor: without a guard that fits. What it knows of successors stays.
    if let Some(guard) = Guard::read(&folder) {
        GuardFile::open(&folder)?.write(&guard.unfit())?;
    }
    // The whole of it was checked just now.
    lock.trust(true);
    drop(lock);
    let mut till = Till::open(folder, world)?;
    // Whoever restores knows.
    till.guard_fault = None;
    Ok(Restored {
        till,
        kept,
        left_behind,
    })
}

/// How many sales a database has that a backup does not know.
fn sales_beyond(backup: &Path, database: &Path) -> Result<u64, OpenError> {
    if !database.exists() {
        return Ok(0);
    }
    // Reading a database makes its log where there was none: what is kept is what was there.
    let beside = ["-wal", "-shm"].map(|suffix| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    });
    let made: Vec<PathBuf> = beside.into_iter().filter(|file| !file.exists()).collect();
    let beyond = count_beyond(backup, database);
    for file in made {
        let _ = std::fs::remove_file(file);
    }
    beyond
}

fn count_beyond(backup: &Path, database: &Path) -> Result<u64, OpenError> {
    let backup = Ledger::open(backup, OpenMode::Write)?;
    let replaced = Ledger::open(database, OpenMode::Read)?;
    let mut beyond = 0;
    for chain in replaced.chains()? {
        let known = backup.chain(chain.chain)?.map_or(0, |known| known.head.seq);
        beyond += replaced.sales_after(chain.chain, known)?;
    }
    Ok(beyond)
}

/// Copies the backup beside the database, on disk before the old one is moved away.
fn take_in(backup: &Path, wanted: Wanted, incoming: &Path) -> Result<(), Refusal> {
    std::fs::copy(backup, incoming).map_err(|error| Refusal::file(backup, &error))?;
    check_backup(incoming, wanted, backup)?;
    let stored = std::fs::File::open(incoming).and_then(|file| file.sync_all());
    stored.map_err(|error| Refusal::file(incoming, &error))
}

/// A stamp under which nothing is kept yet: what was replaced before is never overwritten.
fn free_stamp(folder: &Folder, stamp: &str) -> String {
    let mut free = stamp.to_owned();
    let mut more = 1u32;
    while folder.path().join(format!("replaced-{free}.sqlite")).exists() {
        more = more.saturating_add(1);
        free = format!("{stamp}-{more}");
    }
    free
}

fn check_backup(path: &Path, wanted: Wanted, named: &Path) -> Result<(), Refusal> {
    let not_a_backup = || Refusal::NotABackup {
        path: named.display().to_string(),
    };
    let mut ledger = match Ledger::open(path, OpenMode::Write) {
        Ok(ledger) => ledger,
        Err(OpenError::Store(StoreError::Damaged(_))) => return Err(not_a_backup()),
        Err(error) => return Err(error.into()),
    };
    if !ledger.quick_check()? {
        return Err(not_a_backup());
    }
    let newest = newest_chain(&ledger)?;
    let bad = match wanted {
        Wanted::Whole => ledger.bad_entry()?.map(|bad| bad.seq),
        Wanted::Anyhow => match check_end(&ledger, &newest) {
            Err(Refusal::Store(StoreError::Damaged(_))) => Some(newest.head.seq),
            checked => checked.map(|()| None)?,
        },
    };
    if let Some(seq) = bad {
        return Err(Refusal::BackupDamaged { seq });
    }
    match ledger.rebuild(|_| true) {
        Ok(_) => Ok(()),
        Err(StoreError::Damaged(_)) => Err(not_a_backup()),
        Err(error) => Err(error.into()),
    }
}
