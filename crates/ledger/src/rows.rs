//! Rows as projections make them, and how each table takes them in.
//!
//! A table is described once: its key, its facts, its sums. From that follow its statements, the
//! same for any SQL database: facts are inserted once, sums are added to, a revision gives way to a
//! greater one.

use compact_str::CompactString;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use std::sync::OnceLock;

/// How many rows of a table one statement takes in, where there are as many.
const ROWS_AT_ONCE: usize = 8;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Null,
    Int(i64),
    /// Codes and kinds are short, and a replay makes a hundred of them for every sale.
    Text(CompactString),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Value {
        Value::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// One row for one table, its values in the order of the table's columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) table: Table,
    pub(crate) values: Vec<Value>,
}

impl Row {
    pub(crate) fn key(&self) -> &[Value] {
        &self.values[..self.table.keys()]
    }

    fn key_columns(&self) -> impl Iterator<Item = &'static str> {
        self.table.columns()[..self.table.keys()].iter().copied()
    }
}

/// A row from values of different kinds.
macro_rules! row {
    ($table:ident: $($value:expr),* $(,)?) => {
        $crate::rows::Row {
            table: $crate::rows::Table::$table,
            values: vec![$($crate::rows::Value::from($value)),*],
        }
    };
}
pub(crate) use row;

/// Where what an entry adds to sums goes.
pub(crate) trait AddSums {
    /// Adds to the row of a table of sums that has `key`, all its columns but the sums.
    fn add(&mut self, table: Table, key: &[Value], sums: &[i64]);
}

/// As rows, to be taken in one by one.
impl AddSums for Vec<Row> {
    fn add(&mut self, table: Table, key: &[Value], sums: &[i64]) {
        let sums = sums.iter().map(|sum| Value::Int(*sum));
        self.push(Row {
            table,
            values: key.iter().cloned().chain(sums).collect(),
        });
    }
}

/// Adds to a table of sums: its key, then what is added.
macro_rules! add_sums {
    ($to:expr, $table:ident: $($key:expr),* => $($sum:expr),* $(,)?) => {
        $crate::rows::AddSums::add(
            $to,
            $crate::rows::Table::$table,
            &[$($crate::rows::Value::from($key)),*],
            &[$($sum),*],
        )
    };
}
pub(crate) use add_sums;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A fact: the first stands.
    Facts,
    /// The last `sums` columns are added up.
    Sums(usize),
    /// The row with the greater (revision, hash) stands; these come behind the key.
    Revisions,
}

macro_rules! tables {
    ($($variant:ident = $name:literal, $keys:literal, $takes:expr, [$($column:literal),*];)*) => {
        /// Every projected table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Table { $($variant),* }

        impl Table {
            pub(crate) const ALL: &[Table] = &[$(Table::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Table::$variant => $name),* }
            }

            /// How many of the first columns are the key.
            fn keys(self) -> usize {
                match self { $(Table::$variant => $keys),* }
            }

            fn takes(self) -> Takes {
                match self { $(Table::$variant => $takes),* }
            }

            pub(crate) fn columns(self) -> &'static [&'static str] {
                match self { $(Table::$variant => &[$($column),*]),* }
            }
        }
    };
}

tables! {
    Outlets = "outlets", 1, Takes::Revisions, ["code", "revision", "hash", "kind", "name", "body"];
    Settings = "settings", 1, Takes::Revisions, ["code", "revision", "hash", "body"];
    Staff = "staff", 1, Takes::Revisions, ["code", "revision", "hash", "body"];
    StaffSigns = "staff_signs", 1, Takes::Facts, ["entry", "till_no", "staff", "signed_in", "said", "at"];
    Buyers = "buyers", 1, Takes::Revisions, ["code", "revision", "hash", "body"];
    Parties = "parties", 1, Takes::Revisions, ["code", "revision", "hash", "kind", "village", "body"];
    Products = "products", 1, Takes::Revisions,
        ["code", "revision", "hash", "name", "unit", "own", "body"];
    Prices = "prices", 2, Takes::Revisions,
        ["outlet", "product", "revision", "hash", "price_fen", "lowest_fen"];
    Lots = "lots", 1, Takes::Revisions,
        ["code", "revision", "hash", "revision_hash", "product", "received", "priority", "body"];
    LotReceipts = "lot_receipts", 3, Takes::Facts, ["lot", "till_no", "entry"];
    LotAllotments = "lot_allotments", 1, Takes::Facts,
        ["entry", "lot", "till_no", "public_key", "node", "quantity"];
    LotGivebacks = "lot_givebacks", 1, Takes::Facts, ["entry", "lot", "till_no", "server_key", "quantity"];
    Shifts = "shifts", 2, Takes::Facts,
        ["till_no", "id", "entry", "outlet", "business_date", "staff", "float_fen", "opened_at"];
    ShiftCloses = "shift_closes", 2, Takes::Facts,
        ["till_no", "id", "entry", "closed_at", "counted_fen", "expected_fen", "sales", "net_fen"];
    CashMoves = "cash_moves", 1, Takes::Facts,
        ["entry", "till_no", "id", "shift", "at", "staff", "in_fen", "out_fen", "reason"];
    DrawerOpenings = "drawer_openings", 1, Takes::Facts,
        ["entry", "till_no", "id", "shift", "at", "staff", "reason"];
    Days = "days", 1, Takes::Facts, ["day_no", "business_date", "outlet", "channel"];
    LotRevisions = "lot_revisions", 1, Takes::Facts, ["revision_no", "lot", "hash"];
    Requests = "requests", 2, Takes::Facts, ["id", "till_no", "entry"];
    Receipts = "receipts", 4, Takes::Facts, ["prefix", "running", "till_no", "entry"];
    Sales = "sales", 1, Takes::Facts,
        ["entry", "till_no", "id", "number", "at", "day_no", "shift", "cashier",
         "gross_fen", "discount_fen", "rounding_fen", "net_fen", "change_fen", "buyer", "note"];
    Lines = "lines", 2, Takes::Facts,
        ["entry", "line", "product", "quantity", "price_fen", "gross_fen", "discount_fen", "net_fen"];
    LinesSaid = "lines_said", 2, Takes::Facts, ["entry", "line", "party"];
    Draws = "draws", 3, Takes::Facts,
        ["entry", "line", "draw", "revision_no", "quantity", "net_fen", "base_fen", "fund_fen",
         "payable_fen", "margin_fen"];
    AssignedDraws = "assigned_draws", 4, Takes::Facts,
        ["till_no", "sale", "line", "draw", "entry", "takes_place_of", "product", "revision_no", "quantity",
         "net_fen", "base_fen", "fund_fen", "payable_fen", "margin_fen", "from_revision_no", "payable_back_fen"];
    Assignments = "assignments", 3, Takes::Facts, ["till_no", "sale", "entry", "line", "product"];
    Tenders = "tenders", 2, Takes::Facts,
        ["entry", "tender", "kind", "fen", "reference", "collected_by", "stands_for"];
    Refunds = "refunds", 1, Takes::Facts,
        ["entry", "till_no", "id", "number", "at", "business_date", "outlet", "shift", "cashier",
         "sale_till_no", "sale", "net_fen", "voids", "reason"];
    RefundDraws = "refund_draws", 6, Takes::Facts,
        ["till_no", "sale", "line", "draw", "entry", "item", "revision_no", "quantity", "net_fen", "fund_fen",
         "payable_fen"];
    RefundExcess = "refund_excess", 5, Takes::Facts,
        ["till_no", "sale", "line", "entry", "item", "product", "quantity", "net_fen"];
    SalesAtOdds = "sales_at_odds", 2, Takes::Facts, ["till_no", "sale"];
    SalesAwaited = "sales_awaited", 2, Takes::Facts, ["till_no", "sale"];
    SaleDays = "sale_days", 2, Takes::Sums(11),
        ["day_no", "till_no", "sales", "refunds", "voids", "gross_fen", "discount_fen", "refunded_fen",
         "net_fen", "payable_fen", "fund_fen", "margin_fen", "unassigned_fen"];
    ProductDays = "product_days", 2, Takes::Sums(12),
        ["day_no", "product", "sales", "refunds", "sold", "returned", "gross_fen", "discount_fen",
         "refunded_fen", "net_fen", "payable_fen", "fund_fen", "margin_fen", "unassigned_fen"];
    StallDays = "stall_days", 2, Takes::Sums(5),
        ["day_no", "stall", "sales", "gross_fen", "discount_fen", "refunded_fen", "net_fen"];
    LotDays = "lot_days", 3, Takes::Sums(5),
        ["till_no", "revision_no", "day_no", "sold", "returned", "wasted", "net_fen", "payable_fen"];
    LotShareDays = "lot_share_days", 5, Takes::Sums(2),
        ["till_no", "revision_no", "day_no", "share", "party", "attributed_fen", "due_fen"];
    PartyDays = "party_days", 2, Takes::Sums(3), ["day_no", "party", "sales", "attributed_fen", "due_fen"];
    TenderDays = "tender_days", 3, Takes::Sums(5),
        ["day_no", "kind", "collected_by", "tenders", "fen", "refunded_fen", "unverified_fen", "waiting_fen"];
    RefundsSeen = "refunds_seen", 3, Takes::Facts,
        ["till_no", "refund", "tender", "entry", "at", "staff", "reference"];
    AccountSales = "account_sales", 1, Takes::Facts, ["entry", "till_no", "sale", "buyer", "fen"];
    KioskSales = "kiosk_sales", 1, Takes::Facts, ["entry", "till_no", "shift", "paid", "net_fen"];
    VoucherSales = "voucher_sales", 1, Takes::Facts,
        ["entry", "till_no", "id", "number", "at", "day_no", "shift", "cashier", "pieces", "total_fen",
         "change_fen"];
    VoucherReturns = "voucher_returns", 1, Takes::Facts,
        ["entry", "till_no", "id", "number", "at", "shift", "cashier", "sale_till_no", "sale", "pieces",
         "total_fen", "voids"];
    Passes = "passes", 2, Takes::Facts,
        ["pass", "entry", "kind", "till_no", "number", "at", "day_no", "product", "face_fen", "until"];
    PassUses = "pass_uses", 2, Takes::Facts,
        ["pass", "entry", "kind", "till_no", "number", "at", "day_no", "face_fen", "fen"];
    PassReturns = "pass_returns", 2, Takes::Facts, ["pass", "entry", "till_no", "number", "at"];
    Issuers = "issuers", 1, Takes::Revisions, ["code", "revision", "hash", "public_key"];
    Nodes = "nodes", 1, Takes::Facts,
        ["entry", "node", "public_key", "kind", "outlet", "organisation", "instead_of"];
    HandedKeys = "handed_keys", 1, Takes::Facts, ["entry", "public_key"];
    Organisations = "organisations", 1, Takes::Facts,
        ["entry", "code", "revision", "hash", "level", "name", "parent"];
    OutletPlaces = "outlet_places", 1, Takes::Facts, ["entry", "outlet", "revision", "hash", "organisation"];
    RevokedNodes = "revoked_nodes", 1, Takes::Facts, ["entry", "node", "public_key"];
    Oddities = "oddities", 1, Takes::Facts, ["entry", "kind", "code", "reason"];
}

impl Table {
    /// How many of the last columns are sums.
    pub(crate) fn sums(self) -> usize {
        match self.takes() {
            Takes::Sums(sums) => sums,
            Takes::Facts | Takes::Revisions => 0,
        }
    }

    /// The statement that takes a row in.
    fn statement(self) -> &'static str {
        static STATEMENTS: OnceLock<Vec<String>> = OnceLock::new();
        let statements = STATEMENTS.get_or_init(|| Table::ALL.iter().map(|table| table.write(1)).collect());
        &statements[self as usize]
    }

    /// The one that takes `ROWS_AT_ONCE` in.
    fn statement_of_many(self) -> &'static str {
        static STATEMENTS: OnceLock<Vec<String>> = OnceLock::new();
        let write = |table: &Table| table.write(ROWS_AT_ONCE);
        let statements = STATEMENTS.get_or_init(|| Table::ALL.iter().map(write).collect());
        &statements[self as usize]
    }

    fn write(self, rows: usize) -> String {
        let columns = self.columns();
        let places = format!("({})", vec!["?"; columns.len()].join(", "));
        let insert = format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name(),
            columns.join(", "),
            vec![places; rows].join(", ")
        );
        let keys = columns[..self.keys()].join(", ");
        match self.takes() {
            Takes::Facts => format!("{insert} ON CONFLICT ({keys}) DO NOTHING"),
            Takes::Sums(sums) => {
                let sums = columns[columns.len() - sums..].iter();
                let sums: Vec<String> = sums
                    .map(|sum| format!("{sum} = {sum} + excluded.{sum}"))
                    .collect();
                format!("{insert} ON CONFLICT ({keys}) DO UPDATE SET {}", sums.join(", "))
            }
            Takes::Revisions => {
                let facts = columns[self.keys()..].iter();
                let facts: Vec<String> = facts.map(|fact| format!("{fact} = excluded.{fact}")).collect();
                format!(
                    "{insert} ON CONFLICT ({keys}) DO UPDATE SET {} \
                     WHERE (excluded.revision, excluded.hash) > (revision, hash)",
                    facts.join(", ")
                )
            }
        }
    }
}

/// Takes a row out again that was taken in: of two entries with one claim the other one counts.
pub(crate) fn take_out(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    match row.table.takes() {
        Takes::Facts => take_fact_out(connection, row),
        Takes::Sums(sums) => take_sums_off(connection, row, sums),
        // No entry with a claim revises anything.
        Takes::Revisions => Ok(()),
    }
}

fn take_fact_out(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    let columns = row.table.columns();
    let mut conditions: Vec<String> = row.key_columns().map(|column| format!("{column} = ?")).collect();
    let mut values = row.key().to_vec();
    // A fact that another entry had stated first is that entry's.
    if let Some(entry) = columns.iter().position(|column| *column == "entry") {
        conditions.push("entry = ?".to_owned());
        values.push(row.values[entry].clone());
    }
    let delete = format!(
        "DELETE FROM {} WHERE {}",
        row.table.name(),
        conditions.join(" AND ")
    );
    connection
        .prepare_cached(&delete)?
        .execute(params_from_iter(&values))?;
    Ok(())
}

/// Where the others came to nothing before, no row is left to take this one off: it is added the other way round.
fn take_sums_off(connection: &Connection, row: &Row, sums: usize) -> rusqlite::Result<()> {
    let first = row.values.len() - sums;
    let less = row.values[first..].iter().map(|value| match value {
        Value::Int(sum) => Value::Int(-sum),
        other => other.clone(),
    });
    let values = row.values[..first].iter().cloned().chain(less).collect();
    take(
        connection,
        &Row {
            table: row.table,
            values,
        },
    )?;
    // Where nothing else was added up, no row is left to be listed.
    let nothing = row.table.columns()[first..]
        .iter()
        .map(|sum| format!("{sum} = 0"));
    let conditions: Vec<String> = row
        .key_columns()
        .map(|column| format!("{column} = ?"))
        .chain(nothing)
        .collect();
    let delete = format!(
        "DELETE FROM {} WHERE {}",
        row.table.name(),
        conditions.join(" AND ")
    );
    connection
        .prepare_cached(&delete)?
        .execute(params_from_iter(row.key()))?;
    Ok(())
}

/// The place of the entry whose fact stands at this row's key.
pub(crate) fn holder(connection: &Connection, row: &Row) -> rusqlite::Result<Option<i64>> {
    let keys: Vec<String> = row.key_columns().map(|column| format!("{column} = ?")).collect();
    let query = format!(
        "SELECT entry FROM {} WHERE {}",
        row.table.name(),
        keys.join(" AND ")
    );
    connection
        .prepare_cached(&query)?
        .query_row(params_from_iter(row.key()), |found| found.get(0))
        .optional()
}

/// Takes a row in; says whether it changed anything.
pub(crate) fn take(connection: &Connection, row: &Row) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(row.table.statement())?;
    Ok(statement.execute(params_from_iter(&row.values))? > 0)
}

/// Takes rows in, table by table, several at a time: most of what a short statement costs is its
/// beginning and its end.
pub(crate) fn take_all(connection: &Connection, mut rows: Vec<Row>) -> rusqlite::Result<()> {
    rows.sort_by_key(|row| row.table);
    for rows in rows.chunk_by(|one, next| one.table == next.table) {
        let (many, rest) = rows.as_chunks::<ROWS_AT_ONCE>();
        if let Some([first, ..]) = many.first() {
            let mut statement = connection.prepare_cached(first.table.statement_of_many())?;
            for rows in many {
                statement.execute(params_from_iter(rows.iter().flat_map(|row| &row.values)))?;
            }
        }
        if let Some(first) = rest.first() {
            let mut statement = connection.prepare_cached(first.table.statement())?;
            for row in rest {
                statement.execute(params_from_iter(&row.values))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_the_columns_and_the_key_that_its_shape_says() {
        let connection = Connection::open_in_memory().unwrap();
        crate::schema::raise(&connection).unwrap();
        for table in Table::ALL {
            let mut statement = connection
                .prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid")
                .unwrap();
            let found: Vec<(String, i64)> = statement
                .query_map([table.name()], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, table.columns(), "{}", table.name());
            let mut keys: Vec<(i64, &str)> = found
                .iter()
                .filter(|(_, pk)| *pk > 0)
                .map(|(name, pk)| (*pk, name.as_str()))
                .collect();
            keys.sort();
            let keys: Vec<&str> = keys.into_iter().map(|(_, name)| name).collect();
            let shape: &[&str] = &table.columns()[..table.keys()];
            assert_eq!(keys, shape, "{}", table.name());
        }
    }
}
