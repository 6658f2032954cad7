//! A till's data folder: the database, the key beside it, the guard, and the lock of the one process
//! that writes.

use crate::refusal::Refusal;
use jishi_journal::{NodeKey, VerifyingKey};
use jishi_ledger::StoreError;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

const OPEN: &str = "open";
const CLOSED: &str = "closed";

/// Where a till's files are.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn at(path: impl Into<PathBuf>) -> Folder {
        Folder { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("jishi.sqlite")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.path.join("node.key")
    }

    pub(crate) fn guard_file(&self) -> PathBuf {
        self.path.join("guard.json")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// The number of the last receipt that is dealt with.
    pub(crate) fn last_receipt_file(&self) -> PathBuf {
        self.path.join("last_receipt")
    }

    /// The sale on the screen, as it was a second ago.
    pub(crate) fn standing_file(&self) -> PathBuf {
        self.path.join("standing.json")
    }

    /// Where receipts go while no printer is set.
    pub fn receipts(&self) -> PathBuf {
        self.path.join("receipts")
    }

    /// Pictures of goods, each under the name that `Picture` gives it.
    pub(crate) fn pictures(&self) -> PathBuf {
        self.path.join("pictures")
    }

    /// Where automatic backups go, and the note of those that were put elsewhere.
    pub fn backups(&self) -> PathBuf {
        self.path.join("backups")
    }

    /// Where a till to practise at is, for as long as somebody does.
    pub(crate) fn training(&self) -> Folder {
        Folder::at(self.path.join("training"))
    }

    pub fn has_till(&self) -> bool {
        self.database().exists()
    }

    /// Looked at before SQLite is: it would take an empty file for a new database and begin anew. The
    /// guard is the last thing that a new till writes; where it stands there was a till.
    pub(crate) fn check_database(&self) -> Result<(), Refusal> {
        let bytes = match std::fs::metadata(self.database()) {
            Ok(file) => Some(file.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Refusal::file(&self.database(), &error)),
        };
        let damaged = |what: &str| Err(StoreError::Damaged(what.to_owned()).into());
        match (bytes, self.guard_file().exists()) {
            (None, false) => Err(Refusal::NoTill),
            (None, true) => damaged("the database is gone"),
            (Some(0), true) => damaged("the database is empty"),
            (Some(_), _) => Ok(()),
        }
    }

    pub(crate) fn create(&self) -> Result<(), Refusal> {
        std::fs::create_dir_all(&self.path).map_err(|error| Refusal::file(&self.path, &error))
    }

    /// The key of a till that was begun and never finished, or a new one in the place of none.
    pub(crate) fn key_for_new_till(&self, seed: &[u8; 32]) -> Result<NodeKey, Refusal> {
        if let Ok(begun) = self.read_key() {
            return Ok(begun);
        }
        // What cannot be read as a key, in a folder where nothing was ever signed, was not written whole.
        match std::fs::remove_file(self.key_file()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Refusal::file(&self.key_file(), &error));
            }
            _ => {}
        }
        let key = NodeKey::from_seed(seed);
        self.write_key(&key)?;
        Ok(key)
    }

    /// Writes a new key, readable by its owner alone. A key that is there is never overwritten.
    pub(crate) fn write_key(&self, key: &NodeKey) -> Result<(), Refusal> {
        write_key_to(&self.key_file(), key)?;
        sync_folder(&self.path);
        Ok(())
    }

    /// Where a key is until the chain that it signs is there.
    fn next_key_file(&self) -> PathBuf {
        self.path.join("node.key.next")
    }

    /// Writes a key that is to take the place of the other one.
    pub(crate) fn write_next_key(&self, key: &NodeKey) -> Result<(), Refusal> {
        let path = self.next_key_file();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Refusal::file(&path, &error));
            }
            _ => {}
        }
        write_key_to(&path, key)?;
        sync_folder(&self.path);
        Ok(())
    }

    /// From here on the old one is gone.
    pub(crate) fn take_next_key(&self) -> Result<(), Refusal> {
        let path = self.next_key_file();
        std::fs::rename(&path, self.key_file()).map_err(|error| Refusal::file(&path, &error))?;
        sync_folder(&self.path);
        Ok(())
    }

    /// After a power cut: a new key whose chain is there is the till's, one whose chain never came to be is nobody's.
    pub(crate) fn settle_next_key(&self, newest: &VerifyingKey) -> Result<(), Refusal> {
        let path = self.next_key_file();
        if !path.exists() {
            return Ok(());
        }
        match read_key_from(&path) {
            Ok(next) if next.public() == *newest => self.take_next_key(),
            _ => std::fs::remove_file(&path).map_err(|error| Refusal::file(&path, &error)),
        }
    }

    pub(crate) fn read_key(&self) -> Result<NodeKey, Refusal> {
        read_key_from(&self.key_file())
    }

    /// Takes the folder for this process; the second comer is refused.
    pub(crate) fn lock(&self) -> Result<FolderLock, Refusal> {
        let path = self.lock_file();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Refusal::file(&path, &error))?;
        let mut text = String::new();
        // Whatever it says, the lock itself decides.
        let _ = file.read_to_string(&mut text);
        if file.try_lock().is_err() {
            return Err(Refusal::Locked {
                process: text.split_whitespace().nth(1).unwrap_or("?").to_owned(),
            });
        }
        // An empty file is one that was never written to the end.
        let was_closed = text.starts_with(CLOSED);
        let mut lock = FolderLock {
            file,
            was_closed,
            is_trusted: false,
        };
        lock.say(OPEN).map_err(|error| Refusal::file(&path, &error))?;
        Ok(lock)
    }
}

/// Readable by its owner alone; what is there is never overwritten.
fn write_key_to(path: &Path, key: &NodeKey) -> Result<(), Refusal> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| Refusal::file(path, &error))?;
    let text = format!("{}\n", hex::encode(key.seed()));
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| Refusal::file(path, &error))
}

fn read_key_from(path: &Path) -> Result<NodeKey, Refusal> {
    let text = std::fs::read_to_string(path).map_err(|_| Refusal::NoKey)?;
    let mut seed = [0; 32];
    hex::decode_to_slice(text.trim(), &mut seed).map_err(|_| Refusal::NoKey)?;
    Ok(NodeKey::from_seed(&seed))
}

/// Held for as long as the process may write. The operating system lets go of it when the process
/// ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    file: File,
    was_closed: bool,
    is_trusted: bool,
}

impl FolderLock {
    /// Whether the last process closed the till in order.
    pub(crate) fn was_closed(&self) -> bool {
        self.was_closed
    }

    /// The database is fit to be opened without a check when this process ends in order. Until that is
    /// said the next start checks the file, whatever became of this one.
    pub(crate) fn trust(&mut self, is_trusted: bool) {
        self.is_trusted = is_trusted;
    }

    fn say(&mut self, state: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        write!(self.file, "{state} {}", std::process::id())
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        if self.is_trusted {
            // If this is not written the next start checks the file once more, which is safe.
            let _ = self.say(CLOSED);
        }
    }
}

/// Makes a new file's name durable, where the platform can.
pub(crate) fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        // Not every file system can; the file itself is synced.
        let _ = folder.sync_all();
    }
}
