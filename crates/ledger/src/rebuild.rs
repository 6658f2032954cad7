//! Throwing the projections away and replaying the journal.

use crate::project::Projection;
use crate::rows::{GatheredSums, Table};
use crate::store::{Ledger, StoreError, place_parts};
use crate::writer::{Placed, Writer, projection, sale_origin};
use jishi_journal::{Entry, EntryHash};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::cell::RefCell;
use std::collections::HashMap;

/// Entries read at a time.
const BATCH: u32 = 2_000;

impl Ledger {
    /// Replays every entry in one transaction; `progress` is told how many are done, and stops the
    /// rebuild (which then changes nothing) by answering false.
    pub fn rebuild(&mut self, mut progress: impl FnMut(u64) -> bool) -> Result<Option<u64>, StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for table in Table::ALL {
            transaction.execute(&format!("DELETE FROM {}", table.name()), [])?;
        }
        let done = replay(&transaction, &mut progress)?;
        match done {
            Some(_) => transaction.commit()?,
            None => transaction.rollback()?,
        }
        Ok(done)
    }
}

fn replay(
    connection: &Connection,
    progress: &mut impl FnMut(u64) -> bool,
) -> Result<Option<u64>, StoreError> {
    let gathered = RefCell::new(GatheredSums::default());
    let writer = Writer {
        connection,
        gathered: Some(&gathered),
    };
    let numbers = Numbers::read(connection)?;
    let mut done = 0u64;
    let mut lines = read_lines(connection, 0)?;
    let mut projected = numbers.project_all(&lines)?;
    while let Some((last, _)) = lines.last() {
        lines = read_lines(connection, *last)?;
        // The next entries are read while these are written.
        projected = std::thread::scope(|scope| {
            let next = scope.spawn(|| numbers.project_all(&lines));
            done += projected.len() as u64;
            for (hash, projection) in projected {
                writer.take_in(hash, projection)?;
            }
            next.join()
                .map_err(|_| StoreError::Damaged("an entry that cannot be replayed".to_owned()))?
        })?;
        if !progress(done) {
            return Ok(None);
        }
    }
    gathered.borrow_mut().write(connection)?;
    Ok(Some(done))
}

fn read_lines(connection: &Connection, after: i64) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT entry, line FROM entries WHERE entry > ? ORDER BY entry LIMIT ?")?;
    let rows = statement.query_map(rusqlite::params![after, BATCH], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// This store's own numbers of chains and tills.
struct Numbers {
    tills_of_chains: HashMap<i64, i64>,
    tills_of_origins: HashMap<String, i64>,
}

impl Numbers {
    fn read(connection: &Connection) -> Result<Numbers, StoreError> {
        let tills_of_chains = connection
            .prepare("SELECT chain_no, till_no FROM chains")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let tills_of_origins = connection
            .prepare("SELECT origin, till_no FROM tills")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Numbers {
            tills_of_chains,
            tills_of_origins,
        })
    }

    fn project_all(&self, lines: &[(i64, String)]) -> Result<Vec<(EntryHash, Projection)>, StoreError> {
        lines
            .iter()
            .map(|(place, line)| self.project(*place, line))
            .collect()
    }

    fn project(&self, place: i64, line: &str) -> Result<(EntryHash, Projection), StoreError> {
        let entry =
            Entry::parse(line).map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
        let (chain_no, _) = place_parts(place);
        let till_no = *self
            .tills_of_chains
            .get(&chain_no)
            .ok_or(StoreError::UnknownChain)?;
        let body = entry.body();
        // Every origin got its number when the entry was stored.
        let sale_till_no = match sale_origin(&body) {
            Some(origin) => *self
                .tills_of_origins
                .get(origin)
                .ok_or(StoreError::UnknownChain)?,
            None => till_no,
        };
        let hash = EntryHash::of(line.as_bytes());
        let placed = Placed {
            entry: place,
            hash,
            at: &entry.at,
            till_no,
        };
        Ok((hash, projection(placed, sale_till_no, &body)))
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

/// SHA-256 over every row of every projection, in order: two stores with the same digest have
/// projections that are the same byte for byte.
pub fn projection_digest(ledger: &Ledger) -> Result<String, StoreError> {
    let mut text = Vec::new();
    let mut whole = Vec::new();
    for table in Table::ALL {
        text.clear();
        let columns = table.columns();
        let order: Vec<String> = (1..=columns.len()).map(|column| column.to_string()).collect();
        let query = format!(
            "SELECT {} FROM {} ORDER BY {}",
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
