//! Throwing the projections away and replaying the journal.

use crate::numbers::ReplayedNumbers;
use crate::project::{Place, Projection, project};
use crate::rows::{GatheredSums, Row, Table, take, take_all, take_out};
use crate::store::{Ledger, StoreError, place_parts};
use crate::writer::Writer;
use jishi_journal::{Entry, EntryHash};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Entries read at a time.
const BATCH: u32 = 2_000;

impl Ledger {
    /// Replays every entry in one transaction; `progress` is told how many are done, and stops the
    /// rebuild (which then changes nothing) by answering false.
    pub fn rebuild(&mut self, mut progress: impl FnMut(u64) -> bool) -> Result<Option<u64>, StoreError> {
        // Numbers are given out anew.
        self.known.take();
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for table in Table::ALL {
            transaction.execute(&format!("DELETE FROM {}", table.name()), [])?;
        }
        let writer = Writer {
            connection: &transaction,
            known: &self.known,
        };
        let done = replay(&writer, &mut progress);
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

fn replay(writer: &Writer<'_>, progress: &mut impl FnMut(u64) -> bool) -> Result<Option<u64>, StoreError> {
    let mut replayer = Replayer::new(writer.connection)?;
    let mut done = 0u64;
    let mut entries = read_entries(writer.connection, 0)?;
    let mut last = entries.last().map(|entry| entry.place);
    let mut batch = replayer.project_all(entries)?;
    while let Some(place) = last {
        entries = read_entries(writer.connection, place)?;
        last = entries.last().map(|entry| entry.place);
        done += batch.projections.len() as u64;
        // The next entries are projected while these are written.
        batch = std::thread::scope(|scope| {
            let next = scope.spawn(|| replayer.project_all(entries));
            batch.write(writer)?;
            next.join()
                .map_err(|_| StoreError::Damaged("an entry that cannot be replayed".to_owned()))?
        })?;
        if !progress(done) {
            return Ok(None);
        }
    }
    Ok(Some(done))
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

/// What follows from some entries, ready to be written.
struct Batch {
    numbers: Vec<Row>,
    /// Without their rows of sums, which are added up.
    projections: Vec<(i64, EntryHash, Projection)>,
    sums: GatheredSums,
}

impl Batch {
    fn write(mut self, writer: &Writer<'_>) -> Result<(), StoreError> {
        take_all(writer.connection, self.numbers)?;
        let mut facts = Vec::new();
        for (place, hash, projection) in self.projections {
            if let Some(claim) = &projection.claim
                && !take(writer.connection, claim)?
            {
                // Rare: two entries with one claim. All that was gathered is written first, so that
                // what does not count can be taken out again.
                take_all(writer.connection, std::mem::take(&mut facts))?;
                self.sums.write(writer.connection)?;
                if !writer.claim(claim, hash)? {
                    let lost = writer.projection_at(place)?.rows;
                    for row in lost.iter().filter(|row| row.table.sums() > 0) {
                        take_out(writer.connection, row)?;
                    }
                    continue;
                }
            }
            facts.extend(projection.rows);
        }
        take_all(writer.connection, facts)?;
        self.sums.write(writer.connection)?;
        Ok(())
    }
}

/// Projects entries beside the database, with numbers of its own.
struct Replayer {
    numbers: ReplayedNumbers,
    tills_of_chains: HashMap<i64, i64>,
}

impl Replayer {
    fn new(connection: &Connection) -> Result<Replayer, StoreError> {
        let tills_of_chains = connection
            .prepare("SELECT chain_no, till_no FROM chains")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Replayer {
            numbers: ReplayedNumbers::read(connection)?,
            tills_of_chains,
        })
    }

    fn project_all(&mut self, entries: Vec<StoredEntry>) -> Result<Batch, StoreError> {
        let mut sums = GatheredSums::default();
        let mut projections = Vec::with_capacity(entries.len());
        for stored in entries {
            let mut projection = self.project(&stored)?;
            for row in projection.rows.extract_if(.., |row| row.table.sums() > 0) {
                sums.add(row);
            }
            projections.push((stored.place, stored.hash, projection));
        }
        Ok(Batch {
            numbers: self.numbers.take_new(),
            projections,
            sums,
        })
    }

    fn project(&self, stored: &StoredEntry) -> Result<Projection, StoreError> {
        let entry = Entry::parse(&stored.line)
            .map_err(|error| StoreError::Damaged(format!("entry at {}: {error}", stored.place)))?;
        let (chain_no, _) = place_parts(stored.place);
        let till_no = self.tills_of_chains.get(&chain_no);
        let place = Place {
            entry: stored.place,
            hash: stored.hash,
            at: &entry.at,
            till_no: *till_no.ok_or(StoreError::UnknownChain)?,
        };
        project(place, &entry.body(), &self.numbers)
    }
}

/// A row of sums that are all 0 is the same as none: it is left where an entry was taken out again.
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
    let told = |table: &str, columns: &[&str]| {
        let texts = columns.iter();
        texts
            .map(|text| format!("(SELECT n.{text} FROM {table} n WHERE n.{column} = t.{column})"))
            .collect()
    };
    match column {
        "day_no" => told("days", &["business_date", "outlet", "channel"]),
        "revision_no" => told("lot_revisions", &["lot", "hash"]),
        _ => vec![format!("t.{column}")],
    }
}

/// SHA-256 over every row of every projection, in order: two stores with the same digest have
/// projections that are the same byte for byte.
pub fn projection_digest(ledger: &Ledger) -> Result<String, StoreError> {
    let mut text = Vec::new();
    let mut whole = Vec::new();
    for table in Table::ALL {
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
