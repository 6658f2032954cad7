//! An online backup: a whole database file, made while the till goes on selling. The private key is
//! never in it.

use crate::store::{Ledger, StoreError};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;
use std::time::Duration;

/// Pages copied at a step; between steps a sale can be recorded.
const PAGES: i32 = 512;
const PAUSE: Duration = Duration::from_millis(5);

impl Ledger {
    /// Copies the database into a new file. `progress` is told pages done and pages in all, and
    /// stops the backup by answering false.
    pub fn backup_to(
        &self,
        path: &Path,
        mut progress: impl FnMut(i32, i32) -> bool,
    ) -> Result<bool, StoreError> {
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
