//! Throwing the projections away and replaying the journal.

use crate::gathered::GatheredSums;
use crate::numbers::ReplayedNumbers;
use crate::project::{Place, Projection, project};
use crate::rows::{Row, Table, take, take_all, take_out};
use crate::schema;
use crate::store::{CACHE_KIB, Ledger, StoreError, place_parts};
use crate::writer::Writer;
use jishi_journal::{EntryFacts, EntryHash};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc;

/// Entries read at a time: enough that threads seldom wait, few enough to stay in the cache.
const BATCH: u32 = 500;

/// A replay writes everything in one transaction: what the cache cannot hold goes through the
/// write-ahead log more than once.
const REPLAY_CACHE_KIB: i64 = 256 * 1024;

impl Ledger {
    /// Replays every entry in one transaction; `progress` is told how many are done, and stops the
    /// rebuild (which then changes nothing) by answering false. An older database is brought up to date
    /// by it: its tables, and in the same transaction all that they hold.
    pub fn rebuild(&mut self, mut progress: impl FnMut(u64) -> bool) -> Result<Option<u64>, StoreError> {
        // Numbers are given out anew.
        self.known.take();
        self.connection
            .pragma_update(None, "cache_size", -REPLAY_CACHE_KIB)?;
        let done = self.rebuild_in(&mut progress);
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        done
    }

    fn rebuild_in(&mut self, progress: &mut impl FnMut(u64) -> bool) -> Result<Option<u64>, StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        schema::raise(&transaction)?;
        for table in Table::ALL {
            transaction.execute(&format!("DELETE FROM {}", table.name()), [])?;
        }
        let writer = Writer {
            connection: &transaction,
            known: &self.known,
            mark: &self.mark,
        };
        let done = replay(&writer, &self.path, progress);
        match done {
            Ok(Some(_)) => transaction.commit()?,
            Ok(None) | Err(_) => {
                transaction.rollback()?;
                self.known.take();
            }
        }
        done
    }
}

fn replay(
    writer: &Writer<'_>,
    path: &Path,
    progress: &mut impl FnMut(u64) -> bool,
) -> Result<Option<u64>, StoreError> {
    let mut replayer = Replayer::new(writer.connection, path)?;
    let (to_write, batches) = mpsc::sync_channel(1);
    // The near end of the channel goes with it, so that the other thread ends whichever way this one does.
    std::thread::scope(move |scope| {
        // The next entries are read and projected while the facts of those before them are written.
        let reader = scope.spawn(move || {
            while let Some(batch) = replayer.next_batch().transpose() {
                if to_write.send(batch).is_err() {
                    break;
                }
            }
            replayer.sums
        });
        let mut written = Written::default();
        let mut done = 0u64;
        for batch in batches {
            let batch = batch?;
            done += batch.entries.len() as u64;
            written.take_in(writer, batch)?;
            if !progress(done) {
                return Ok(None);
            }
        }
        let mut sums = match reader.join() {
            Ok(sums) => sums,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        sums.absorb(written.not_counted);
        take_all(writer.connection, sums.into_rows().collect())?;
        writer.settle_all()?;
        Ok(Some(done))
    })
}

/// An entry as it is stored. Whether its hash is its line's is for a verification to say.
struct StoredEntry {
    place: i64,
    hash: EntryHash,
    line: String,
}

fn read_entries(connection: &Connection, after: i64) -> Result<Vec<StoredEntry>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT entry, hash, line FROM entries WHERE entry > ? ORDER BY entry LIMIT ?")?;
    let rows = statement.query_map(params![after, BATCH], |row| {
        Ok(StoredEntry {
            place: row.get(0)?,
            hash: EntryHash::from_bytes(row.get(1)?),
            line: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What has to be written for some entries, with the numbers that were given out for it.
struct Batch {
    numbers: Vec<Row>,
    entries: Vec<EntryToWrite>,
}

/// Its sums are gathered by the thread that made them: so they never cross to the other one.
struct EntryToWrite {
    place: i64,
    hash: EntryHash,
    claim: Option<Row>,
    facts: Vec<Row>,
    stands: Vec<Row>,
}

/// The writing end: facts go to the store batch by batch.
#[derive(Default)]
struct Written {
    facts: Vec<Row>,
    /// Of the sums that were gathered, those of entries that turned out not to count.
    not_counted: GatheredSums,
}

impl Written {
    fn take_in(&mut self, writer: &Writer<'_>, batch: Batch) -> Result<(), StoreError> {
        take_all(writer.connection, batch.numbers)?;
        for mut entry in batch.entries {
            self.facts.append(&mut entry.stands);
            if let Some(claim) = &entry.claim
                && !take(writer.connection, claim)?
                && !self.claim_of_another(writer, claim, &entry)?
            {
                continue;
            }
            self.facts.extend(entry.facts);
        }
        self.write_facts(writer)
    }

    fn write_facts(&mut self, writer: &Writer<'_>) -> Result<(), StoreError> {
        Ok(take_all(writer.connection, std::mem::take(&mut self.facts))?)
    }

    /// Rare: two entries with one claim. What the one that does not count brought is taken out again.
    fn claim_of_another(
        &mut self,
        writer: &Writer<'_>,
        claim: &Row,
        entry: &EntryToWrite,
    ) -> Result<bool, StoreError> {
        // It has to be there for that.
        self.write_facts(writer)?;
        let Some(held) = writer.giving_way(claim, entry.hash)? else {
            let own = writer.projection_at(entry.place)?;
            let sums = own.rows.iter().filter(|row| row.table.sums() > 0);
            sums.for_each(|row| self.not_counted.take_off(row));
            return Ok(false);
        };
        for row in held.claim.iter().chain(&held.rows) {
            match row.table.sums() {
                0 => take_out(writer.connection, row)?,
                _ => self.not_counted.take_off(row),
            }
        }
        Ok(take(writer.connection, claim)?)
    }
}

/// Reads and projects entries beside the writer: through a connection and a cache of its own, so that
/// what is read once does not push out what is being written; with numbers of its own.
struct Replayer {
    connection: Connection,
    numbers: ReplayedNumbers,
    tills_of_chains: HashMap<i64, i64>,
    sums: GatheredSums,
    last: i64,
}

impl Replayer {
    fn new(connection: &Connection, path: &Path) -> Result<Replayer, StoreError> {
        let tills_of_chains = connection
            .prepare("SELECT chain_no, till_no FROM chains")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Replayer {
            connection: Connection::open_with_flags(path, flags)?,
            numbers: ReplayedNumbers::read(connection)?,
            tills_of_chains,
            sums: GatheredSums::default(),
            last: 0,
        })
    }

    /// None at the journal's end.
    fn next_batch(&mut self) -> Result<Option<Batch>, StoreError> {
        let entries = read_entries(&self.connection, self.last)?;
        let Some(last) = entries.last() else {
            return Ok(None);
        };
        self.last = last.place;
        let mut to_write = Vec::with_capacity(entries.len());
        for stored in entries {
            let Projection {
                claim,
                rows: facts,
                stands,
                ..
            } = self.project(&stored)?;
            to_write.push(EntryToWrite {
                place: stored.place,
                hash: stored.hash,
                claim,
                facts,
                stands,
            });
        }
        Ok(Some(Batch {
            numbers: self.numbers.take_new(),
            entries: to_write,
        }))
    }

    fn project(&mut self, stored: &StoredEntry) -> Result<Projection, StoreError> {
        let facts = EntryFacts::read(&stored.line)
            .map_err(|error| StoreError::Damaged(format!("entry at {}: {error}", stored.place)))?;
        let (chain_no, _) = place_parts(stored.place);
        let till_no = self.tills_of_chains.get(&chain_no);
        let place = Place {
            entry: stored.place,
            hash: stored.hash,
            at: &facts.at,
            till_no: *till_no.ok_or(StoreError::UnknownChain)?,
        };
        project(place, &facts.body, &self.numbers, &mut self.sums)
    }
}

/// A row of sums that are all 0 is the same as none: it is left where what was added came back. To look for such rows
/// would be one statement more for each sum that an entry adds to, and most never come to 0.
fn says_nothing(row: &rusqlite::Row<'_>, columns: usize, sums: usize) -> rusqlite::Result<bool> {
    for column in columns - sums..columns {
        if row.get_ref(column)? != ValueRef::Integer(0) {
            return Ok(false);
        }
    }
    Ok(sums > 0)
}

/// What a column holds in words that mean the same in every store: a small number's day or revision.
fn meanings(column: &str) -> Vec<String> {
    let told = |table: &str, number: &str, columns: &[&str]| {
        let texts = columns.iter();
        texts
            .map(|text| format!("(SELECT n.{text} FROM {table} n WHERE n.{number} = t.{column})"))
            .collect()
    };
    match column {
        "day_no" => told("days", column, &["business_date", "outlet", "channel"]),
        "revision_no" | "from_revision_no" => told("lot_revisions", "revision_no", &["lot", "hash"]),
        _ => vec![format!("t.{column}")],
    }
}

/// SHA-256 over every row of every projection that says something, in order: two stores with the same digest have
/// projections that are the same byte for byte, but for rows of sums that are all 0.
pub fn projection_digest(ledger: &Ledger) -> Result<String, StoreError> {
    digest_as(ledger, |_, _| Ok(()))
}

/// The same, with what is told before each table: how many are done, of how many.
pub(crate) fn digest_as(
    ledger: &Ledger,
    mut at: impl FnMut(u64, u64) -> Result<(), StoreError>,
) -> Result<String, StoreError> {
    let mut text = Vec::new();
    let mut whole = Vec::new();
    for (done, table) in (0u64..).zip(Table::ALL) {
        at(done, Table::ALL.len() as u64)?;
        if matches!(table, Table::Days | Table::LotRevisions) {
            // Told where they are used.
            continue;
        }
        text.clear();
        let columns: Vec<String> = table
            .columns()
            .iter()
            .flat_map(|column| meanings(column))
            .collect();
        let order: Vec<String> = (1..=columns.len()).map(|column| column.to_string()).collect();
        let query = format!(
            "SELECT {} FROM {} t ORDER BY {}",
            columns.join(", "),
            table.name(),
            order.join(", ")
        );
        let mut statement = ledger.connection.prepare(&query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if says_nothing(row, columns.len(), table.sums())? {
                continue;
            }
            for column in 0..columns.len() {
                match row.get_ref(column)? {
                    ValueRef::Null => text.push(b'N'),
                    ValueRef::Integer(value) => {
                        text.push(b'I');
                        text.extend(value.to_be_bytes());
                    }
                    ValueRef::Real(_) => return Err(StoreError::Damaged("a float".to_owned())),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        text.push(b'B');
                        text.extend((bytes.len() as u64).to_be_bytes());
                        text.extend(bytes);
                    }
                }
            }
        }
        whole.extend(EntryHash::of(&text).to_bytes());
    }
    Ok(EntryHash::of(&whole).to_string())
}
