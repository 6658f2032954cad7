//! This store's own small numbers for what stands in the key of every row: tills, days, lot revisions.

use crate::rows::{Row, Table, Value, take};
use crate::store::StoreError;
use foldhash::fast::RandomState;
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
    /// The number of what `texts` are in a table of numbers.
    fn number(&self, table: Table, texts: &[&str]) -> Result<i64, StoreError>;

    fn day_no(&self, day: Day<'_>) -> Result<i64, StoreError> {
        self.number(Table::Days, &[day.business_date, day.outlet, day.channel])
    }

    fn revision_no(&self, lot: &str, hash: &str) -> Result<i64, StoreError> {
        self.number(Table::LotRevisions, &[lot, hash])
    }
}

/// Numbers that were met, so that they need not be asked for again.
#[derive(Debug, Default)]
pub(crate) struct KnownNumbers(HashMap<Table, NumbersOfTable, RandomState>);

#[derive(Debug, Default)]
struct NumbersOfTable {
    by_texts: ByTexts,
    how_many: i64,
}

/// One text after the other: so a look-up, of which there is one for every draw, makes no text of its own.
#[derive(Debug, Default)]
struct ByTexts {
    number: Option<i64>,
    next: HashMap<String, ByTexts, RandomState>,
}

impl KnownNumbers {
    fn of(&mut self, table: Table) -> &mut NumbersOfTable {
        self.0.entry(table).or_default()
    }
}

impl NumbersOfTable {
    fn get(&self, texts: &[&str]) -> Option<i64> {
        let last = texts
            .iter()
            .try_fold(&self.by_texts, |by_texts, text| by_texts.next.get(*text));
        last?.number
    }

    fn insert(&mut self, texts: &[&str], number: i64) {
        let last = texts.iter().fold(&mut self.by_texts, |by_texts, text| {
            by_texts.next.entry((*text).to_owned()).or_default()
        });
        last.number = Some(number);
        self.how_many += 1;
    }
}

fn numbered(table: Table, number: i64, texts: &[&str]) -> Row {
    let texts = texts.iter().map(|text| Value::from(*text));
    Row {
        table,
        values: std::iter::once(Value::from(number)).chain(texts).collect(),
    }
}

/// Numbers as they stand in the store; a new one is stored with the entry that it is for.
#[derive(Debug)]
pub(crate) struct StoredNumbers<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) known: &'a RefCell<KnownNumbers>,
}

impl StoredNumbers<'_> {
    fn find_or_make(&self, table: Table, texts: &[&str]) -> Result<i64, StoreError> {
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

impl Numbering for StoredNumbers<'_> {
    fn till_no(&self, origin: &str) -> Result<i64, StoreError> {
        till_no(self.connection, origin, "")
    }

    fn number(&self, table: Table, texts: &[&str]) -> Result<i64, StoreError> {
        if let Some(number) = self.known.borrow_mut().of(table).get(texts) {
            return Ok(number);
        }
        let number = self.find_or_make(table, texts)?;
        self.known.borrow_mut().of(table).insert(texts, number);
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

    fn number(&self, table: Table, texts: &[&str]) -> Result<i64, StoreError> {
        let mut known = self.known.borrow_mut();
        let known = known.of(table);
        if let Some(number) = known.get(texts) {
            return Ok(number);
        }
        let number = known.how_many + 1;
        known.insert(texts, number);
        self.new.borrow_mut().push(numbered(table, number, texts));
        Ok(number)
    }
}
