//! Opening the database, and reading the journal in it.

use crate::numbers::KnownNumbers;
use crate::schema::{self, SCHEMA_VERSION};
use crate::writer::Writer;
use jishi_journal::{Branch, ChainId, EntryHash, Head, Signature, SignedEntry, VerifyingKey};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior, params};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An entry's place holds its seq in this many bits.
pub(crate) const SEQ_BITS: u32 = 40;
/// Room for the pages that every sale touches, whatever else is read.
pub(crate) const CACHE_KIB: i64 = 32 * 1024;
/// How long a second process waits for the first one's transaction.
const BUSY_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Makes the database where there is none, and brings an older one up to date.
    Create,
    /// The database must be there; an older one is brought up to date.
    Write,
    /// Beside a writer; changes nothing.
    Read,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("there is no database at {0}")]
    Missing(PathBuf),
    #[error("the database is of a newer program (version {found}; this one knows {known})")]
    Newer { found: u32, known: u32 },
    #[error("the database must be brought up to date first by a program that may write")]
    Older,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    pub fn code(&self) -> &'static str {
        match self {
            OpenError::Missing(_) => "no_database",
            OpenError::Newer { .. } => "newer_database",
            OpenError::Older => "older_database",
            OpenError::Store(error) => error.code(),
        }
    }
}

/// Why storage did not do as told. Whatever it was, nothing of the transaction has happened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full")]
    Full,
    #[error("the disk or the file is read-only")]
    ReadOnly,
    #[error("another process is writing")]
    Busy,
    #[error("the database is damaged: {0}")]
    Damaged(String),
    #[error("the file cannot be read or written: {0}")]
    Io(String),
    #[error("entry {seq} does not follow the chain's last, {head}")]
    NotNext { seq: u64, head: u64 },
    #[error("the chain is not known here")]
    UnknownChain,
    /// On the word of whoever asked for the work.
    #[error("cancelled")]
    Cancelled,
    #[error("there is no such organisation")]
    NoSuchOrganisation,
    /// Whoever asks is bound to another part of the tree.
    #[error("that does not stand beneath this node's organisation")]
    NotBeneath,
    /// Asked of a report that has no figures by it. Better no figure than one that means another thing.
    #[error("the report {report} cannot be limited by {filter}")]
    UnfitFilter {
        report: &'static str,
        filter: &'static str,
    },
}

impl StoreError {
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Full => "disk_full",
            StoreError::ReadOnly => "read_only",
            StoreError::Busy => "locked",
            StoreError::Damaged(_) => "damaged",
            StoreError::Io(_) => "storage_failed",
            StoreError::NotNext { .. } => "gap",
            StoreError::UnknownChain => "unknown_chain",
            StoreError::Cancelled => "cancelled",
            StoreError::NoSuchOrganisation => "no_such_organisation",
            StoreError::NotBeneath => "not_beneath",
            StoreError::UnfitFilter { .. } => "unfit_filter",
        }
    }
}

/// Whether a file as large as a log's index cannot be written beside `path` for want of room.
fn has_no_room(path: &Path) -> bool {
    let probe = path.with_extension("room");
    let written = File::create_new(&probe).and_then(|mut file| {
        let written = file.write_all(&[0x5a; 32 * 1024]);
        std::fs::remove_file(&probe)?;
        written
    });
    written.is_err_and(|error| error.kind() == std::io::ErrorKind::StorageFull)
}

/// SQLite has one code for all that a statement can be wrong by; its words tell them apart.
fn is_missing(text: &str) -> bool {
    ["no such table", "no such column", "no such index"]
        .iter()
        .any(|words| text.contains(words))
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(text),
            Some(ErrorCode::OperationInterrupted) => StoreError::Cancelled,
            // What this program asks is written for the tables it made.
            Some(ErrorCode::Unknown) if is_missing(&text) => StoreError::Damaged(text),
            // A row that is not of its column's type was not written by this program.
            None => StoreError::Damaged(text),
            Some(_) => StoreError::Io(text),
        }
    }
}

/// A chain as this store holds it, or one branch of it.
#[derive(Debug, Clone)]
pub struct ChainRecord {
    pub chain: ChainId,
    pub branch: Branch,
    pub key: VerifyingKey,
    pub till: TillRecord,
    /// 0 for a till's first chain, 1 for its first successor …
    pub generation: u32,
    pub continues: Option<ChainId>,
    pub head: Head,
}

impl ChainRecord {
    /// How many entries it holds; of a branch, how many are its own.
    pub fn own_entries(&self) -> u64 {
        (self.head.seq + 1).saturating_sub(self.branch.first_seq())
    }
}

/// A node, by the first of its chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillRecord {
    pub till_no: i64,
    pub origin: ChainId,
    /// Its code, `T1`.
    pub node: String,
}

/// The database.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) connection: Connection,
    pub(crate) known: RefCell<KnownNumbers>,
    pub(crate) path: PathBuf,
    pub(crate) mark: Cell<bool>,
}

impl Ledger {
    pub fn open(path: &Path, mode: OpenMode) -> Result<Ledger, OpenError> {
        if mode != OpenMode::Create && !path.exists() {
            return Err(OpenError::Missing(path.to_owned()));
        }
        let flags = match mode {
            OpenMode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            OpenMode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            OpenMode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let opened = Ledger::open_as(path, path, flags, mode);
        match opened {
            Err(OpenError::Store(StoreError::ReadOnly | StoreError::Full | StoreError::Io(_)))
                if mode == OpenMode::Read && !has_log(path) =>
            {
                let flags = flags | OpenFlags::SQLITE_OPEN_URI;
                Ledger::open_as(&immutable(path), path, flags, mode).or(opened)
            }
            // A log's index that has no room is told as any other fault of the disk.
            Err(OpenError::Store(StoreError::Io(_))) if mode != OpenMode::Read && has_no_room(path) => {
                Err(OpenError::Store(StoreError::Full))
            }
            opened => opened,
        }
    }

    fn open_as(name: &Path, path: &Path, flags: OpenFlags, mode: OpenMode) -> Result<Ledger, OpenError> {
        let connection = Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(StoreError::from)?;
        let mut ledger = Ledger {
            connection,
            known: RefCell::default(),
            path: path.to_owned(),
            mark: Cell::new(false),
        };
        ledger.prepare(mode)?;
        Ok(ledger)
    }

    fn prepare(&mut self, mode: OpenMode) -> Result<(), OpenError> {
        let connection = &mut self.connection;
        connection.busy_timeout(BUSY_WAIT).map_err(StoreError::from)?;
        connection.set_prepared_statement_cache_capacity(128);
        // Looked at before anything is written: a newer program's database is left as it is.
        let found = schema::version(connection).map_err(StoreError::from)?;
        if found > SCHEMA_VERSION {
            return Err(OpenError::Newer {
                found,
                known: SCHEMA_VERSION,
            });
        }
        if mode == OpenMode::Read {
            return if found < SCHEMA_VERSION {
                Err(OpenError::Older)
            } else {
                Ok(())
            };
        }
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;",
            )
            .map_err(StoreError::from)?;
        match found {
            SCHEMA_VERSION => Ok(()),
            0 => Ok(self.begin()?),
            _ => Ok(self.rebuild(|_| true).map(|_| ())?),
        }
    }

    /// An empty file becomes a ledger.
    fn begin(&mut self) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        schema::raise(&transaction)?;
        Ok(transaction.commit()?)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bounds the file to so many pages while this connection lives: beyond them the disk counts as
    /// full. Answers the bound that holds, never below what is used.
    pub fn limit_pages(&self, pages_max: u32) -> Result<u32, StoreError> {
        let query = format!("PRAGMA max_page_count = {pages_max}");
        Ok(self.connection.query_row(&query, [], |row| row.get(0))?)
    }

    /// What this connection commits from now on is on disk with the next durable commit of any, or when the log is brought
    /// home, and not at once: for notes that can be asked for again, so that nobody waits for the disk on their account.
    pub fn commit_without_waiting(&self) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "synchronous", "NORMAL")?)
    }

    /// How long the write-ahead log may get before this connection brings it home. What many entries change again and
    /// again, sums above all, is brought home less often by a longer one; nothing depends on it but time.
    pub fn bring_home_after_pages(&self, pages: u32) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "wal_autocheckpoint", pages)?)
    }

    /// Another number after every commit of another connection, of this process or of one beside it. It means nothing
    /// by itself, nor to another connection.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        let query = "SELECT data_version FROM pragma_data_version";
        let mut statement = self.connection.prepare_cached(query)?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// One durable transaction: when this returns, what `work` wrote is on disk; when it fails,
    /// nothing of it has happened.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = self.try_write(work);
        if done.is_err() {
            // Numbers that were given out in it are free again.
            self.known.take();
        }
        done
    }

    fn try_write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let done = work(&Writer {
            connection: &transaction,
            known: &self.known,
            mark: &self.mark,
        })?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(done)
    }

    /// Whether a transaction of this connection was marked since this was last asked, also one that came to nothing.
    pub fn take_mark(&self) -> bool {
        self.mark.take()
    }

    /// Of a chain that forked, the branch that came first, unless another is asked for.
    pub fn chain(&self, branch: impl Into<Branch>) -> Result<Option<ChainRecord>, StoreError> {
        find_chain(&self.connection, branch.into()).map(|found| found.map(|(_, record)| record))
    }

    /// The chains that are written with one of these keys, without the branches that leave them.
    pub fn chains_of_keys(&self, keys: &[VerifyingKey]) -> Result<Vec<ChainRecord>, StoreError> {
        let keys: Vec<String> = keys.iter().map(VerifyingKey::to_string).collect();
        // Hex digits: nothing that JSON cannot write.
        let keys = serde_json::to_string(&keys).unwrap_or_default();
        let query = chain_query(
            "WHERE public_key IN (SELECT value FROM json_each(?)) AND from_hash = x'' ORDER BY chain_no",
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let found = statement.query_map([keys], read_chain)?;
        found.map(|row| Ok(row?.1)).collect()
    }

    /// All branches of a chain, in the order in which they came.
    pub fn branches(&self, chain: ChainId) -> Result<Vec<ChainRecord>, StoreError> {
        let query = chain_query("WHERE chain = ? ORDER BY chain_no");
        let mut statement = self.connection.prepare_cached(&query)?;
        let found = statement.query_map([chain.to_string()], read_chain)?;
        found.map(|row| Ok(row?.1)).collect()
    }

    /// All chains, every branch of one by itself, in the order in which they came.
    pub fn chains(&self) -> Result<Vec<ChainRecord>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&chain_query("ORDER BY chain_no"))?;
        let found = statement.query_map([], read_chain)?;
        found.map(|row| Ok(row?.1)).collect()
    }

    /// The newest chain of the node with this origin.
    pub fn newest_chain(&self, origin: ChainId) -> Result<Option<ChainRecord>, StoreError> {
        let query = chain_query(
            "WHERE t.origin = ? AND leaves IS NULL ORDER BY generation DESC, chain_no DESC LIMIT 1",
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let found = statement.query_row([origin.to_string()], read_chain).optional()?;
        Ok(found.map(|(_, record)| record))
    }

    /// How many entries it holds, of all chains.
    pub fn entry_count(&self) -> Result<u64, StoreError> {
        let query = "SELECT COALESCE(SUM(head_seq - from_seq + 1), 0) FROM chains";
        let count: i64 = self.connection.query_row(query, [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The entries after `seq`, in order, at most `limit` of them. A branch has those before its own first entry too.
    pub fn entries_after(
        &self,
        branch: impl Into<Branch>,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<SignedEntry>, StoreError> {
        let Some((chain_no, record)) = find_chain(&self.connection, branch.into())? else {
            return Err(StoreError::UnknownChain);
        };
        let before = record.branch.first_seq() - 1;
        let mut entries = Vec::new();
        if seq < before
            && let Some(left) = self.left_by(record.branch)?
        {
            let wanted = u32::try_from(before - seq).unwrap_or(u32::MAX).min(limit);
            entries = self.entries_after(left, seq, wanted)?;
        }
        let read = entries.len() as u32;
        if read < limit {
            entries.extend(self.own_entries_after(chain_no, seq.max(before), limit - read)?);
        }
        Ok(entries)
    }

    /// The branch that a branch leaves.
    pub fn left_by(&self, branch: Branch) -> Result<Option<Branch>, StoreError> {
        if branch.from.is_none() {
            return Ok(None);
        }
        let query =
            chain_query("WHERE chain_no = (SELECT leaves FROM chains WHERE chain = ? AND from_hash = ?)");
        let mut statement = self.connection.prepare_cached(&query)?;
        let key = params![branch.chain.to_string(), from_hash(branch)];
        let found = statement.query_row(key, read_chain).optional()?;
        Ok(found.map(|(_, record)| record.branch))
    }

    /// The branch of a chain that has this entry; of several, the one that came first.
    pub fn branch_with(&self, chain: ChainId, head: Head) -> Result<Option<Branch>, StoreError> {
        let Some(before) = head.seq.checked_sub(1) else {
            return Ok(None);
        };
        for record in self.branches(chain)? {
            let entries = self.entries_after(record.branch, before, 1)?;
            if entries.first().is_some_and(|entry| entry.hash() == head.hash) {
                return Ok(Some(record.branch));
            }
        }
        Ok(None)
    }

    fn own_entries_after(&self, chain_no: i64, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT signature, line FROM entries WHERE entry > ? AND entry < ? ORDER BY entry LIMIT ?",
        )?;
        let rows = statement.query_map(
            params![place_of(chain_no, seq), place_of(chain_no + 1, 0), limit],
            |row| {
                Ok(SignedEntry {
                    signature: read_signature(row, 0)?,
                    line: row.get(1)?,
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entry that stands at a place that a projection named.
    pub fn entry_at(&self, place: i64) -> Result<Option<SignedEntry>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT signature, line FROM entries WHERE entry = ?")?;
        let found = statement
            .query_row([place], |row| {
                Ok(SignedEntry {
                    signature: read_signature(row, 0)?,
                    line: row.get(1)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// How many sales a chain holds after `seq`: what waits for the centre.
    pub fn sales_after(&self, branch: impl Into<Branch>, seq: u64) -> Result<u64, StoreError> {
        let Some((chain_no, _)) = find_chain(&self.connection, branch.into())? else {
            return Ok(0);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT COUNT(*) FROM sales WHERE entry > ?1 AND entry < ?2) \
                 + (SELECT COUNT(*) FROM voucher_sales WHERE entry > ?1 AND entry < ?2)",
        )?;
        let count: i64 = statement.query_row(
            params![place_of(chain_no, seq), place_of(chain_no + 1, 0)],
            |row| row.get(0),
        )?;
        Ok(count.unsigned_abs())
    }
}

/// Whether a write-ahead log with something in it lies beside the database.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Even a reader makes a log's index beside the database, which a full disk or a folder that cannot be
/// written refuses. A database without a log is whole in its file, nobody writes it now, and it can be read
/// as one that does not change.
fn immutable(path: &Path) -> PathBuf {
    let mut name = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => name.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => name.push(char::from(*byte)),
            byte => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name.push_str("?immutable=1");
    PathBuf::from(name)
}

pub(crate) fn place_of(chain_no: i64, seq: u64) -> i64 {
    (chain_no << SEQ_BITS) | (seq as i64 & ((1 << SEQ_BITS) - 1))
}

/// The chain's number and the seq at a place.
pub(crate) fn place_parts(place: i64) -> (i64, u64) {
    (place >> SEQ_BITS, (place & ((1 << SEQ_BITS) - 1)) as u64)
}

fn chain_query(tail: &str) -> String {
    format!(
        "SELECT chain_no, chain, public_key, c.till_no, t.origin, t.node, generation, continues, head_seq, \
         head_hash, from_seq, from_hash FROM chains c JOIN tills t USING (till_no) {tail}"
    )
}

pub(crate) fn find_chain(
    connection: &Connection,
    branch: Branch,
) -> Result<Option<(i64, ChainRecord)>, StoreError> {
    static QUERY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let query = QUERY.get_or_init(|| chain_query("WHERE chain = ? AND from_hash = ?"));
    let mut statement = connection.prepare_cached(query)?;
    let key = params![branch.chain.to_string(), from_hash(branch)];
    Ok(statement.query_row(key, read_chain).optional()?)
}

/// By which a branch is told from the others of its chain; empty for the one that came first.
pub(crate) fn from_hash(branch: Branch) -> Vec<u8> {
    branch
        .from
        .map_or_else(Vec::new, |first| first.hash.to_bytes().to_vec())
}

fn read_chain(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, ChainRecord)> {
    let continues: Option<String> = row.get(7)?;
    let head_seq: i64 = row.get(8)?;
    let chain = read_parsed(row, 1)?;
    let from_seq: i64 = row.get(10)?;
    let from = match row.get_ref(11)?.as_bytes()? {
        [] => None,
        hash => Some(Head {
            seq: from_seq as u64,
            hash: EntryHash::from_bytes(hash.try_into().map_err(|_| bad_column(11))?),
        }),
    };
    let record = ChainRecord {
        chain,
        branch: Branch { chain, from },
        key: read_parsed(row, 2)?,
        till: TillRecord {
            till_no: row.get(3)?,
            origin: read_parsed(row, 4)?,
            node: row.get(5)?,
        },
        generation: row.get(6)?,
        continues: continues.and_then(|chain| chain.parse().ok()),
        head: Head {
            seq: head_seq as u64,
            hash: EntryHash::from_bytes(row.get(9)?),
        },
    };
    Ok((row.get(0)?, record))
}

fn read_parsed<T: std::str::FromStr>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| bad_column(column))
}

pub(crate) fn read_signature(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Signature> {
    Ok(Signature::from_bytes(row.get(column)?))
}

/// A column that holds what this program never wrote.
pub(crate) fn bad_column(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "a damaged value".to_owned(), rusqlite::types::Type::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By a name that every sign of which means something in a URI.
    #[test]
    fn a_database_without_a_log_is_read_as_it_lies() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("账本 1?mode=rw&#%2f");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("a+b.sqlite");
        let mut ledger = Ledger::open(&path, OpenMode::Create).unwrap();
        let write = |ledger: &mut Ledger| {
            ledger.write(|writer| -> Result<(), StoreError> { writer.put_note("name", "大集") })
        };
        write(&mut ledger).unwrap();
        assert!(has_log(&path));
        drop(ledger);
        assert!(!has_log(&path));

        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let mut read = Ledger::open_as(&immutable(&path), &path, flags, OpenMode::Read).unwrap();
        assert_eq!(read.note("name").unwrap().as_deref(), Some("大集"));
        // Nothing is made beside it, and nothing is written to it.
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        assert_eq!(write(&mut read).unwrap_err().code(), "read_only");
    }
}
