//! A disk that can lose its power: what SQLite writes and does not sync may be there afterwards, or not, or in part.
//!
//! The databases lie in real files, on a file system in memory where there is one, so that the program's own copying
//! and renaming works on them. Beside each file stands what a power cut would leave of it: its last synced state, and
//! the writes since. A folder that is no disk's behaves as any file system.

mod locks;
mod vfs;

use crate::dice::Dice;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// What the drive writes at once: a longer write can be torn between two of these.
const SECTOR: usize = 512;

/// How a disk lies about syncing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Syncing {
    /// What was synced is there.
    #[default]
    Honest,
    /// As with `synchronous=NORMAL`: the log is on disk before the database is written, not at every commit.
    BeforeCheckpoints,
    /// Nothing is ever on disk.
    Never,
}

/// The disk of one node: every database beneath one folder.
#[derive(Debug, Clone)]
pub struct Disk {
    state: Arc<Mutex<DiskState>>,
}

#[derive(Debug, Default)]
struct DiskState {
    files: BTreeMap<PathBuf, FileState>,
    /// Writes, truncations, syncs and deletions so far.
    operations: u64,
    /// The power goes at this one.
    dies_at: Option<u64>,
    is_dead: bool,
    is_full: bool,
    is_read_only: bool,
    syncs_fail: bool,
    syncing: Syncing,
}

/// One file as the platter has it, and what is on its way there.
#[derive(Debug, Default)]
struct FileState {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// What a disk answers instead of doing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DiskFault {
    Dead,
    Full,
    ReadOnly,
    SyncFailed,
}

/// Only looked up: a disk goes with its node, though a connection may be closed after it.
type Disks = Mutex<BTreeMap<PathBuf, Weak<Mutex<DiskState>>>>;

fn disks() -> &'static Disks {
    static DISKS: OnceLock<Disks> = OnceLock::new();
    DISKS.get_or_init(Disks::default)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk that holds this path.
fn disk_of(path: &Path) -> Option<Arc<Mutex<DiskState>>> {
    let disks = lock(disks());
    path.ancestors()
        .find_map(|folder| disks.get(folder).and_then(Weak::upgrade))
}

impl Disk {
    /// Everything that is in the folder now is safe on its disk.
    pub fn of(folder: &Path) -> Disk {
        vfs::register();
        let state = Arc::new(Mutex::new(DiskState::default()));
        let mut disks = lock(disks());
        disks.retain(|_, disk| disk.strong_count() > 0);
        disks.insert(folder.to_owned(), Arc::downgrade(&state));
        drop(disks);
        Disk { state }
    }

    /// The power goes at the `operations`-th write, sync or deletion from now on; that one is not done any more.
    pub fn dies_after(&self, operations: u64) {
        let mut state = lock(&self.state);
        state.dies_at = Some(state.operations + operations);
    }

    /// Writes, syncs and deletions so far.
    pub fn operations(&self) -> u64 {
        lock(&self.state).operations
    }

    pub fn is_dead(&self) -> bool {
        lock(&self.state).is_dead
    }

    /// No file may grow.
    pub fn fill(&self, is_full: bool) {
        lock(&self.state).is_full = is_full;
    }

    /// Nothing may be written, as where the system has found the drive to be failing.
    pub fn protect(&self, is_read_only: bool) {
        lock(&self.state).is_read_only = is_read_only;
    }

    /// It refuses what is good.
    pub fn is_troubled(&self) -> bool {
        let state = lock(&self.state);
        state.is_full || state.is_read_only || state.syncs_fail
    }

    /// The power stays.
    pub fn dies_never(&self) {
        lock(&self.state).dies_at = None;
    }

    /// Every sync fails, and what it was to bring to the disk never gets there.
    pub fn fail_syncs(&self, fail: bool) {
        lock(&self.state).syncs_fail = fail;
    }

    pub fn sync_as(&self, syncing: Syncing) {
        lock(&self.state).syncing = syncing;
    }

    pub fn die(&self) {
        lock(&self.state).is_dead = true;
    }

    /// The power is back, and the files are what it left of them. Nobody may have one open.
    pub fn come_back(&self, dice: &mut Dice) -> std::io::Result<()> {
        let mut state = lock(&self.state);
        let mood = dice.below(4);
        for (path, file) in &mut state.files {
            if file.pending.is_empty() || !path.exists() {
                continue;
            }
            let survived = survivors(std::mem::take(&mut file.pending), mood, dice);
            for change in &survived {
                change.apply(&mut file.durable);
            }
            std::fs::write(path, &file.durable)?;
        }
        state.files.clear();
        state.dies_at = None;
        state.is_dead = false;
        Ok(())
    }

    /// The process was killed, and not the machine: what it wrote is there.
    pub fn come_back_whole(&self) {
        let mut state = lock(&self.state);
        state.files.clear();
        state.dies_at = None;
        state.is_dead = false;
    }

    /// The files are others now, put there whole: a copy, a backup.
    pub fn was_replaced(&self) {
        lock(&self.state).files.clear();
    }
}

/// What of the writes got to the disk: none, all, the first of them, or any of them in any pieces.
fn survivors(pending: Vec<Change>, mood: u64, dice: &mut Dice) -> Vec<Change> {
    match mood {
        0 => Vec::new(),
        1 => pending,
        2 => {
            let kept = dice.index(pending.len() + 1);
            pending.into_iter().take(kept).collect()
        }
        _ => pending
            .into_iter()
            .flat_map(|change| match change {
                Change::Write { offset, bytes } => torn(offset, &bytes, dice),
                truncate if dice.one_in(2) => vec![truncate],
                Change::Truncate(_) => Vec::new(),
            })
            .collect(),
    }
}

fn torn(offset: usize, bytes: &[u8], dice: &mut Dice) -> Vec<Change> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        // Up to the next sector's edge.
        let end = bytes.len().min(at + SECTOR - (offset + at) % SECTOR);
        if dice.one_in(2) {
            pieces.push(Change::Write {
                offset: offset + at,
                bytes: bytes[at..end].to_vec(),
            });
        }
        at = end;
    }
    pieces
}

impl Change {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Change::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if image.len() < end {
                    image.resize(end, 0);
                }
                image[*offset..end].copy_from_slice(bytes);
            }
            Change::Truncate(length) => image.resize(*length, 0),
        }
    }
}

impl DiskState {
    /// Counts an operation; the power may go at it.
    fn operate(&mut self) -> Result<(), DiskFault> {
        if self.dies_at.is_some_and(|at| self.operations >= at) {
            self.is_dead = true;
        }
        if self.is_dead {
            return Err(DiskFault::Dead);
        }
        self.operations += 1;
        Ok(())
    }

    fn alive(&self) -> Result<(), DiskFault> {
        match self.is_dead {
            true => Err(DiskFault::Dead),
            false => Ok(()),
        }
    }

    /// The file's state, which at its first change is that of the file as it lies there.
    fn file(&mut self, path: &Path) -> &mut FileState {
        self.files.entry(path.to_owned()).or_insert_with(|| FileState {
            durable: std::fs::read(path).unwrap_or_default(),
            pending: Vec::new(),
        })
    }

    fn wrote(&mut self, path: &Path, change: Change) {
        if self.syncing == Syncing::BeforeCheckpoints && !is_log(path) {
            let log = log_of(path);
            if let Some(log) = self.files.get_mut(&log) {
                log.settle();
            }
        }
        self.file(path).pending.push(change);
    }

    fn sync(&mut self, path: &Path) -> Result<(), DiskFault> {
        self.operate()?;
        if self.syncs_fail {
            if let Some(file) = self.files.get_mut(path) {
                file.pending.clear();
            }
            return Err(DiskFault::SyncFailed);
        }
        let lies = match self.syncing {
            Syncing::Honest => false,
            Syncing::BeforeCheckpoints => is_log(path),
            Syncing::Never => true,
        };
        if let Some(file) = self.files.get_mut(path).filter(|_| !lies) {
            file.settle();
        }
        Ok(())
    }

    fn deleted(&mut self, path: &Path) {
        self.files.remove(path);
    }
}

impl FileState {
    fn settle(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            change.apply(&mut self.durable);
        }
    }
}

fn is_log(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"-wal")
}

fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}
