//! Throwing the projections away and replaying the journal.

use crate::rows::Table;
use crate::store::{Ledger, StoreError, place_parts};
use crate::writer::{Placed, Writer};
use jishi_journal::{Entry, EntryHash};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
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
    let writer = Writer { connection };
    let till_nos: HashMap<i64, i64> = connection
        .prepare("SELECT chain_no, till_no FROM chains")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut after = 0i64;
    let mut done = 0u64;
    loop {
        let batch: Vec<(i64, String)> = connection
            .prepare_cached("SELECT entry, line FROM entries WHERE entry > ? ORDER BY entry LIMIT ?")?
            .query_map(rusqlite::params![after, BATCH], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(Some(done));
        }
        for (place, line) in &batch {
            after = *place;
            let entry = Entry::parse(line)
                .map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
            let (chain_no, _) = place_parts(*place);
            let till_no = *till_nos.get(&chain_no).ok_or(StoreError::UnknownChain)?;
            let hash = EntryHash::of(line.as_bytes());
            writer.project(
                Placed {
                    entry: *place,
                    hash,
                    at: &entry.at,
                    till_no,
                },
                &entry.body(),
            )?;
            done += 1;
        }
        if !progress(done) {
            return Ok(None);
        }
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
