//! An online backup: a whole database file, made while the till goes on selling. The private key is
//! never in it.

use crate::store::{Ledger, StoreError};
use crate::work::{Step, Work};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages copied at a step; between steps a sale can be recorded.
const PAGES: i32 = 512;
const PAUSE: Duration = Duration::from_millis(5);

impl Ledger {
    /// A backup of a database that is found sound first. All of it is as it stood at one moment: what is recorded
    /// meanwhile neither begins the copy anew nor is in it. Stopped, it leaves nothing behind.
    pub fn back_up(&self, path: &Path, work: &mut Work<'_>) -> Result<(), StoreError> {
        let moment = self.connection.unchecked_transaction()?;
        // A damaged database must not take the place of a good backup.
        if !self.check_file(work)? {
            return Err(StoreError::Damaged("quick_check".to_owned()));
        }
        let is_whole = self.backup_to(path, |done, total| work.at(Step::Copy, pages(done), pages(total)))?;
        moment.finish()?;
        match is_whole {
            true => Ok(()),
            false => Err(StoreError::Cancelled),
        }
    }

    /// Copies the database into a new file. `progress` is told pages done and pages in all, and
    /// stops the backup by answering false.
    pub fn backup_to(
        &self,
        path: &Path,
        mut progress: impl FnMut(i32, i32) -> bool,
    ) -> Result<bool, StoreError> {
        if same_file(path, self.path()) {
            return Err(StoreError::Io(
                "a database cannot be backed up onto itself".to_owned(),
            ));
        }
        // Under another name until it is whole: an older backup stays good if this one fails.
        let partial = partial_path(path);
        remove(&partial)?;
        let done = self.copy_to(&partial, &mut progress);
        if !matches!(done, Ok(true)) {
            remove(&partial)?;
            return done;
        }
        let stored = std::fs::File::open(&partial).and_then(|file| file.sync_all());
        stored
            .and_then(|()| std::fs::rename(&partial, path))
            .map_err(io)?;
        Ok(true)
    }

    fn copy_to(&self, path: &Path, progress: &mut impl FnMut(i32, i32) -> bool) -> Result<bool, StoreError> {
        let mut target = Connection::open(path)?;
        let mut finished = false;
        {
            let backup = Backup::new(&self.connection, &mut target)?;
            while !finished {
                match backup.step(PAGES)? {
                    StepResult::Done => finished = true,
                    StepResult::Busy | StepResult::Locked => std::thread::sleep(PAUSE),
                    _ => {}
                }
                let state = backup.progress();
                if !progress(state.pagecount - state.remaining, state.pagecount) {
                    return Ok(false);
                }
            }
        }
        // A file by itself: no write-ahead log beside it.
        target.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(true)
    }
}

/// SQLite counts them with a sign, and never below 0.
pub(crate) fn pages(count: i32) -> u64 {
    u64::from(count.unsigned_abs())
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // What is not there yet is not the database.
        _ => false,
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(error)),
        _ => Ok(()),
    }
}

fn io(error: std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Io(error.to_string()),
    }
}
