//! A server's folder: its key, its database, and the lock that keeps a second one out.
//!
//! `server.key` is readable by its owner alone and is in no backup; `server.sqlite` is the ledger.

use crate::clock::Instruments;
use crate::restored;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Chain, ChainError, ChainId, Entry, Head, NodeKey, Opening, SignedEntry};
use jishi_ledger::{Ledger, OpenError, OpenMode, StoreError, Writer};
use jishi_uplink::NOTE_NAME;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const KEY_FILE: &str = "server.key";
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
    pub ledger: Ledger,
    path: PathBuf,
}

impl Home {
    pub fn open(folder: &Path, mode: OpenMode) -> Result<Home, HomeError> {
        let database = folder.join(DATABASE_FILE);
        if !database.exists() {
            return Err(HomeError::Missing);
        }
        let key = read_key(&folder.join(KEY_FILE))?;
        let ledger = Ledger::open(&database, mode)?;
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
pub(crate) fn key_in(folder: &Path) -> Result<NodeKey, HomeError> {
    read_key(&folder.join(KEY_FILE))
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
        read_key(&key_file)?
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
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    writeln!(file, "{}", hex::encode(seed))?;
    file.sync_all()?;
    Ok(NodeKey::from_seed(&seed))
}

fn read_key(path: &Path) -> Result<NodeKey, HomeError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(HomeError::Missing),
        Err(error) => return Err(error.into()),
    };
    let mut seed = [0; 32];
    hex::decode_to_slice(text.trim(), &mut seed).map_err(|_| HomeError::BadKeyFile)?;
    Ok(NodeKey::from_seed(&seed))
}
