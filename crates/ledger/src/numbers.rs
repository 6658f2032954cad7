//! This store's own small numbers for what stands in the key of every row: tills, days, lot revisions.

use crate::rows::{Row, Table, row, take};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension as _};
use std::cell::RefCell;
use std::collections::HashMap;

/// What figures count under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day<'a> {
    pub(crate) business_date: &'a str,
    pub(crate) outlet: &'a str,
    pub(crate) channel: &'a str,
}

/// Gives numbers out, a new one where none was given.
pub(crate) trait Numbering {
    fn till_no(&self, origin: &str) -> Result<i64, StoreError>;
    fn day_no(&self, day: Day<'_>) -> Result<i64, StoreError>;
    fn revision_no(&self, lot: &str, hash: &str) -> Result<i64, StoreError>;
}

/// Numbers that were met, kept so that they need not be asked for again.
#[derive(Debug, Default)]
pub(crate) struct KnownNumbers {
    days: HashMap<[String; 3], i64>,
    revisions: HashMap<[String; 2], i64>,
}

fn day_key(day: Day<'_>) -> [String; 3] {
    [day.business_date, day.outlet, day.channel].map(str::to_owned)
}

fn revision_key(lot: &str, hash: &str) -> [String; 2] {
    [lot, hash].map(str::to_owned)
}

/// Numbers as they stand in the store; a new one is stored with the entry that it is for.
#[derive(Debug)]
pub(crate) struct StoredNumbers<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) known: &'a RefCell<KnownNumbers>,
}

impl StoredNumbers<'_> {
    fn find_or_make(&self, table: Table, texts: &[String]) -> Result<i64, StoreError> {
        let name = table.name();
        let columns = table.columns();
        let named: Vec<String> = columns[1..]
            .iter()
            .map(|column| format!("{column} = ?"))
            .collect();
        let find = format!("SELECT {} FROM {name} WHERE {}", columns[0], named.join(" AND "));
        let found = self
            .connection
            .prepare_cached(&find)?
            .query_row(rusqlite::params_from_iter(texts), |row| row.get(0))
            .optional()?;
        if let Some(number) = found {
            return Ok(number);
        }
        let next = format!("SELECT COALESCE(MAX({}), 0) + 1 FROM {name}", columns[0]);
        let number: i64 = self.connection.query_row(&next, [], |row| row.get(0))?;
        take(self.connection, &numbered(table, number, texts))?;
        Ok(number)
    }
}

fn numbered(table: Table, number: i64, texts: &[String]) -> Row {
    let mut row = match table {
        Table::Days => row!(Days: number),
        _ => row!(LotRevisions: number),
    };
    row.values.extend(texts.iter().map(|text| text.as_str().into()));
    row
}

impl Numbering for StoredNumbers<'_> {
    fn till_no(&self, origin: &str) -> Result<i64, StoreError> {
        till_no(self.connection, origin, "")
    }

    fn day_no(&self, day: Day<'_>) -> Result<i64, StoreError> {
        let key = day_key(day);
        if let Some(number) = self.known.borrow().days.get(&key) {
            return Ok(*number);
        }
        let number = self.find_or_make(Table::Days, &key)?;
        self.known.borrow_mut().days.insert(key, number);
        Ok(number)
    }

    fn revision_no(&self, lot: &str, hash: &str) -> Result<i64, StoreError> {
        let key = revision_key(lot, hash);
        if let Some(number) = self.known.borrow().revisions.get(&key) {
            return Ok(*number);
        }
        let number = self.find_or_make(Table::LotRevisions, &key)?;
        self.known.borrow_mut().revisions.insert(key, number);
        Ok(number)
    }
}

/// This store's number for a till; made where its origin is new.
pub(crate) fn till_no(connection: &Connection, origin: &str, node: &str) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO tills (origin, node) VALUES (?1, ?2) \
             ON CONFLICT (origin) DO UPDATE SET node = excluded.node WHERE tills.node = ''",
        )?
        .execute([origin, node])?;
    let mut statement = connection.prepare_cached("SELECT till_no FROM tills WHERE origin = ?")?;
    Ok(statement.query_row([origin], |row| row.get(0))?)
}

/// Numbers given out anew while a journal is replayed; the caller stores what is new.
#[derive(Debug)]
pub(crate) struct ReplayedNumbers {
    tills: HashMap<String, i64>,
    known: RefCell<KnownNumbers>,
    new: RefCell<Vec<Row>>,
}

impl ReplayedNumbers {
    /// Tills keep theirs: every origin got its number when its entry was stored.
    pub(crate) fn read(connection: &Connection) -> Result<ReplayedNumbers, StoreError> {
        let tills = connection
            .prepare("SELECT origin, till_no FROM tills")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(ReplayedNumbers {
            tills,
            known: RefCell::default(),
            new: RefCell::default(),
        })
    }

    /// The rows of the numbers given out since this was asked last.
    pub(crate) fn take_new(&self) -> Vec<Row> {
        self.new.take()
    }
}

impl Numbering for ReplayedNumbers {
    fn till_no(&self, origin: &str) -> Result<i64, StoreError> {
        self.tills.get(origin).copied().ok_or(StoreError::UnknownChain)
    }

    fn day_no(&self, day: Day<'_>) -> Result<i64, StoreError> {
        let days = &mut self.known.borrow_mut().days;
        let next = days.len() as i64 + 1;
        let number = *days.entry(day_key(day)).or_insert(next);
        if number == next {
            let row = numbered(Table::Days, number, &day_key(day));
            self.new.borrow_mut().push(row);
        }
        Ok(number)
    }

    fn revision_no(&self, lot: &str, hash: &str) -> Result<i64, StoreError> {
        let revisions = &mut self.known.borrow_mut().revisions;
        let next = revisions.len() as i64 + 1;
        let number = *revisions.entry(revision_key(lot, hash)).or_insert(next);
        if number == next {
            let row = numbered(Table::LotRevisions, number, &revision_key(lot, hash));
            self.new.borrow_mut().push(row);
        }
        Ok(number)
    }
}
