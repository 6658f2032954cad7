//! A server's folder: its key, its database, and the lock that keeps a second one out.
//!
//! `server.key` is readable by its owner alone and is in no backup; `server.sqlite` is the ledger. Where the server had
//! other keys, the file says behind the key how each was handed on (decision 0022).

use crate::clock::Instruments;
use crate::restored;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Chain, ChainError, ChainId, Entry, Head, NodeKey, Opening, SignedEntry, VerifyingKey};
use jishi_ledger::{Ledger, OpenError, OpenMode, StoreError, Writer};
use jishi_sync::keys_after;
use jishi_sync::protocol::HandOver;
use jishi_uplink::NOTE_NAME;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const KEY_FILE: &str = "server.key";
/// Where a key is until the chains that it signs are there.
const NEXT_KEY_FILE: &str = "server.key.next";
pub(crate) const DATABASE_FILE: &str = "server.sqlite";
const LOCK_FILE: &str = "server.lock";

const NOTE_ORGANISATION: &str = "organisation";
pub(crate) const NOTE_PUBLIC_CHAIN: &str = "public_chain";

#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    #[error("there is a server in this folder already")]
    Exists,
    #[error("there is no server in this folder; `jishi-server init` makes one")]
    Missing,
    #[error("another process runs this server")]
    Locked,
    #[error("an organisation's code is 1 to 16 letters and digits, its name not empty")]
    BadOrganisation,
    #[error("the server's key file is damaged")]
    BadKeyFile,
    /// An older key file, or another server's: no entry of this one's can be signed with it.
    #[error("the key in the folder is not the one that the server's chains are signed with")]
    OtherKey,
    /// It came back from a backup and has not got back yet what it had written since.
    #[error("the server came back from a backup and waits for what it has lost")]
    ComingBack,
    #[error("the machine gives no randomness: {0}")]
    NoEntropy(String),
    #[error("the folder cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl HomeError {
    pub fn code(&self) -> &'static str {
        match self {
            HomeError::Exists => "exists",
            HomeError::Missing => "no_server",
            HomeError::Locked => "locked",
            HomeError::BadOrganisation => "bad_organisation",
            HomeError::BadKeyFile => "bad_key_file",
            HomeError::OtherKey => "other_key",
            HomeError::ComingBack => "coming_back",
            HomeError::NoEntropy(_) => "no_entropy",
            HomeError::Io(_) => "storage_failed",
            HomeError::Open(error) => error.code(),
            HomeError::Store(error) => error.code(),
            HomeError::Chain(error) => error.code(),
        }
    }
}

/// Who this server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    pub organisation: String,
    pub name: String,
    /// Of the server's `public` chain: the nodes and their keys.
    pub public_chain: ChainId,
    pub public_key: String,
}

/// An opened folder.
#[derive(Debug)]
pub struct Home {
    pub facts: ServerFacts,
    pub(crate) key: NodeKey,
    /// How the server came to this key, where it had others.
    pub(crate) hand_overs: Vec<HandOver>,
    pub ledger: Ledger,
    path: PathBuf,
}

/// What the key's file says: it is in no backup, so it knows what a database of before does not.
#[derive(Debug, Clone)]
pub(crate) struct KeyFile {
    pub(crate) key: NodeKey,
    /// Those that lead to it, the first first.
    pub(crate) hand_overs: Vec<HandOver>,
}

impl KeyFile {
    /// The keys that the server had before.
    pub(crate) fn former(&self) -> Vec<VerifyingKey> {
        former_of(&self.hand_overs)
    }
}

/// Of these words the keys that said them.
pub(crate) fn former_of(hand_overs: &[HandOver]) -> Vec<VerifyingKey> {
    let keys = hand_overs.iter().filter_map(HandOver::keys);
    keys.map(|(before, _)| before).collect()
}

impl Home {
    pub fn open(folder: &Path, mode: OpenMode) -> Result<Home, HomeError> {
        let database = folder.join(DATABASE_FILE);
        if !database.exists() {
            return Err(HomeError::Missing);
        }
        let mut file = key_in(folder)?;
        let ledger = Ledger::open(&database, mode)?;
        let writes = public_chain(&ledger)
            .and_then(|chain| ledger.chain(chain))
            .ok()
            .flatten();
        if let Some(writes) = writes.filter(|record| record.key != file.key.public())
            && take_next_key(folder, &writes.key)?
        {
            file = key_in(folder)?;
        }
        let KeyFile { key, hand_overs } = file;
        let note = |name: &str| -> Result<String, HomeError> { ledger.note(name)?.ok_or(HomeError::Missing) };
        let facts = ServerFacts {
            organisation: note(NOTE_ORGANISATION)?,
            name: note(NOTE_NAME)?,
            public_chain: note(NOTE_PUBLIC_CHAIN)?.parse().map_err(|_| HomeError::Missing)?,
            public_key: key.public().to_string(),
        };
        Ok(Home {
            facts,
            key,
            hand_overs,
            ledger,
            path: folder.to_owned(),
        })
    }

    /// To write entries of the server's own: a backup that was put in the database's place is noticed first.
    pub(crate) fn to_write(folder: &Path, instruments: &Instruments) -> Result<Home, HomeError> {
        let mut home = Home::open(folder, OpenMode::Write)?;
        restored::look(&mut home, instruments)?;
        Ok(home)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.path
    }

    /// After something of its own was written.
    pub(crate) fn keep_ends(&self) {
        restored::keep_ends(&self.path, &self.ledger, &self.key.public());
    }

    /// Held while the server runs: the operating system lets go of it when the process ends, however
    /// it ends.
    pub(crate) fn lock(&self) -> Result<File, HomeError> {
        lock(&self.path)
    }
}

pub(crate) fn lock(folder: &Path) -> Result<File, HomeError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(HomeError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The key of the server whose folder this is, also where its database is gone.
pub(crate) fn key_in(folder: &Path) -> Result<KeyFile, HomeError> {
    read_key(&folder.join(KEY_FILE))
}

/// Writes a key that is to take the place of the one that is there. Nobody else may have the folder's lock.
pub(crate) fn write_next_key(folder: &Path, file: &KeyFile) -> Result<(), HomeError> {
    let path = folder.join(NEXT_KEY_FILE);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    write_key(&path, file)?;
    sync_folder(folder);
    Ok(())
}

/// Whether the key with this public one was waiting to take the other's place; from here on that one is gone. A key whose
/// chains never came to be is nobody's, and left alone: who holds the folder's lock may be about to make them.
pub(crate) fn take_next_key(folder: &Path, public: &VerifyingKey) -> Result<bool, HomeError> {
    let path = folder.join(NEXT_KEY_FILE);
    match read_key(&path) {
        Ok(next) if next.key.public() == *public => {}
        _ => return Ok(false),
    }
    match std::fs::rename(&path, folder.join(KEY_FILE)) {
        // Another process was first.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        renamed => renamed?,
    }
    sync_folder(folder);
    Ok(true)
}

/// By whoever holds the folder's lock: a key whose chains never came to be is nobody's.
pub(crate) fn drop_next_key(folder: &Path) {
    match std::fs::remove_file(folder.join(NEXT_KEY_FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!("A key that came to nothing is still there: {error}");
        }
        _ => {}
    }
}

/// Makes a new name durable, where the platform can.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Not every file system can; the file itself is synced.
        let _ = folder.sync_all();
    }
}

/// Makes a server in a folder: its key, its database, and its `public` chain with itself in it.
pub fn init(
    folder: &Path,
    organisation: &str,
    name: &str,
    instruments: &Instruments,
) -> Result<ServerFacts, HomeError> {
    if !is_code(organisation) || name.trim().is_empty() {
        return Err(HomeError::BadOrganisation);
    }
    if folder.join(DATABASE_FILE).exists() {
        return Err(HomeError::Exists);
    }
    std::fs::create_dir_all(folder)?;
    let key_file = folder.join(KEY_FILE);
    // A key without a database is left by an `init` that was cut short: it is taken up again.
    let key = if key_file.exists() {
        read_key(&key_file)?.key
    } else {
        make_key(&key_file, instruments)?
    };
    let mut nonce = [0; 16];
    (instruments.entropy)(&mut nonce).map_err(HomeError::NoEntropy)?;
    let at = instruments.at();
    let opening = Opening {
        nonce,
        node: organisation.to_owned(),
        continues: None,
    };
    let (chain, opened) = Chain::open(key.clone(), opening, &at)?;
    let itself = Body::NodeEnrolled(NodeEnrolled {
        node: organisation.to_owned(),
        public_key: key.public().to_string(),
        kind: "centre".to_owned(),
        outlet: None,
        organisation: None,
        instead_of: None,
    });
    let (enrolled, head) = chain.next(&at, &itself)?;

    // Under another name until it is whole, so that there is a server or none.
    let making = folder.join("server.sqlite.making");
    for suffix in ["", "-wal", "-shm"] {
        let left = folder.join(format!("server.sqlite.making{suffix}"));
        if left.exists() {
            std::fs::remove_file(left)?;
        }
    }
    let mut ledger = Ledger::open(&making, OpenMode::Create)?;
    ledger.write(|writer| -> Result<(), StoreError> {
        append(writer, &opened, chain.id(), chain.head())?;
        append(writer, &enrolled, chain.id(), head)?;
        writer.put_note(NOTE_ORGANISATION, organisation)?;
        writer.put_note(NOTE_NAME, name.trim())?;
        writer.put_note(NOTE_PUBLIC_CHAIN, &chain.id().to_string())
    })?;
    // Closing the last connection folds the log into the file.
    drop(ledger);
    // Before there is a server: one without it is taken for one that came back from a backup.
    restored::keep_first_end(folder, chain.id(), head)?;
    std::fs::rename(&making, folder.join(DATABASE_FILE))?;
    File::open(folder)?.sync_all()?;
    Ok(ServerFacts {
        organisation: organisation.to_owned(),
        name: name.trim().to_owned(),
        public_chain: chain.id(),
        public_key: key.public().to_string(),
    })
}

/// The public chain that the server writes: after it came back from a backup a successor of the one before.
pub(crate) fn public_chain(ledger: &Ledger) -> Result<ChainId, StoreError> {
    let chain = ledger
        .note(NOTE_PUBLIC_CHAIN)?
        .and_then(|chain| chain.parse().ok());
    chain.ok_or_else(|| StoreError::Damaged("the note of the public chain".to_owned()))
}

/// Stores an entry of the server's own that this program has just made, and marks it: where its chains end is kept.
pub(crate) fn append(
    writer: &Writer<'_>,
    signed: &SignedEntry,
    chain: ChainId,
    head: Head,
) -> Result<(), StoreError> {
    let entry = Entry::parse(&signed.line)
        .map_err(|error| StoreError::Damaged(format!("an entry of our own: {error}")))?;
    writer.mark();
    restored::must_be_written(writer, chain, entry.seq)?;
    writer.append(signed, chain, head, &entry.at, &entry.body())?;
    Ok(())
}

/// Letters and digits: what stands in receipt numbers and on paper.
pub(crate) fn is_code(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn make_key(path: &Path, instruments: &Instruments) -> Result<NodeKey, HomeError> {
    let mut seed = [0; 32];
    (instruments.entropy)(&mut seed).map_err(HomeError::NoEntropy)?;
    let key = NodeKey::from_seed(&seed);
    let file = KeyFile {
        key: key.clone(),
        hand_overs: Vec::new(),
    };
    write_key(path, &file)?;
    Ok(key)
}

/// Readable by its owner alone; what is there is never overwritten. Behind the key, each in a line, how it came to be it.
fn write_key(path: &Path, key: &KeyFile) -> Result<(), HomeError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut text = format!("{}\n", hex::encode(key.key.seed()));
    for hand_over in &key.hand_overs {
        // It has nothing that JSON cannot write.
        text.push_str(&serde_json::to_string(hand_over).unwrap_or_default());
        text.push('\n');
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn read_key(path: &Path) -> Result<KeyFile, HomeError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(HomeError::Missing),
        Err(error) => return Err(error.into()),
    };
    let mut lines = text.lines();
    let mut seed = [0; 32];
    let first = lines.next().unwrap_or_default().trim();
    hex::decode_to_slice(first, &mut seed).map_err(|_| HomeError::BadKeyFile)?;
    let key = NodeKey::from_seed(&seed);
    let told: Result<Vec<HandOver>, _> = lines.map(serde_json::from_str).collect();
    let hand_overs = told.map_err(|_| HomeError::BadKeyFile)?;
    let leads_here = |first: &HandOver| {
        let first = first.key.parse().ok();
        first.is_some_and(|first| keys_after(&first, &hand_overs).last() == Some(&key.public()))
    };
    match hand_overs.first().is_none_or(leads_here) {
        true => Ok(KeyFile { key, hand_overs }),
        false => Err(HomeError::BadKeyFile),
    }
}
