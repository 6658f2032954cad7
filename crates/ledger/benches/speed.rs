//! What a sale, a replay, a report and a start cost, each against its floor in the same run.
//!
//! The floor of a durable sale is a plain SQLite transaction (WAL, `synchronous=FULL`) that inserts as
//! many rows with as many bytes into one table. Beside it stands what SQLite alone takes to write a
//! sale's own rows where they belong: what is above that is the till's. `JISHI_BENCH_SALES` sets how many sales the reports
//! and the start are measured on (100,000 unless it is set).

use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_till::wire::{ImportFile, SellRequest};
use jishi_till::{Counter, Folder, Till, World};
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior};
use serde_json::json;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measured sales of one kind, after as many again to warm up.
const SALES: usize = 1_000;

type Fault = Box<dyn std::error::Error>;

/// A fixed clock and counted randomness: the same run every time.
struct Fixed(AtomicU64);

impl World for Fixed {
    fn now(&self) -> chrono::DateTime<chrono::FixedOffset> {
        let step = i64::try_from(self.0.fetch_add(1, Ordering::Relaxed)).unwrap_or_default();
        let start = chrono::DateTime::parse_from_rfc3339("2026-11-21T08:00:00+08:00");
        start
            .map(|start| start + chrono::TimeDelta::milliseconds(step))
            .unwrap_or_default()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self
                .0
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
        }
    }

    fn machine_id(&self) -> String {
        "bench".to_owned()
    }
}

fn world() -> Box<dyn World> {
    Box::new(Fixed(AtomicU64::new(1)))
}

/// Five products with a lot of three households each, and one whose lot has two hundred.
fn catalogue() -> Result<ImportFile, Fault> {
    let parties: Vec<_> = (0..200)
        .map(|n| json!({"code": format!("H{n}"), "kind": "household", "name": format!("农户{n}"), "village": format!("村{}", n % 5)}))
        .collect();
    let mut products = Vec::new();
    let mut lots = Vec::new();
    for n in 0..6 {
        let households = if n == 5 { 0..200 } else { n * 3..n * 3 + 3 };
        let shares: Vec<_> = households
            .map(|h| json!({"party": format!("H{h}"), "weight": 1 + h % 7}))
            .collect();
        products.push(
            json!({"code": format!("P{n}"), "name": format!("商品{n}"), "unit": "斤", "price": 480 + n}),
        );
        lots.push(
            json!({"code": format!("L{n}"), "product": format!("P{n}"), "qty": "1000000",
            "terms": {"kind": "consignment", "commission_bp": 800}, "shares": shares}),
        );
    }
    Ok(serde_json::from_value(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": parties, "products": products, "lots": lots, "fund": [{"bp": 300}],
    }))?)
}

fn sale(id: usize, products: &[&str]) -> Result<SellRequest, Fault> {
    let lines: Vec<_> = products
        .iter()
        .map(|code| json!({"product": code, "qty": "1.375"}))
        .collect();
    Ok(serde_json::from_value(json!({
        "id": format!("sale-{id}"), "lines": lines, "rounding": "jiao",
        "tenders": [{"kind": "cash", "fen": 20_000}],
    }))?)
}

fn till(folder: &Path) -> Result<Till, Fault> {
    let mut till = Till::init(Folder::at(folder), "T1", world())?;
    till.import(&catalogue()?, false)?;
    till.open_shift(None, 0)?;
    Ok(till)
}

/// Rows and bytes that one sale writes, summed over its tables.
struct Weight {
    rows: usize,
    bytes: usize,
}

/// The tables that a sale writes, with how many rows of each it inserts or adds to.
fn tables_of_sale(lines: usize, shares: usize) -> [(&'static str, usize); 14] {
    [
        ("entries", 1),
        ("chains", 1),
        ("requests", 1),
        ("receipts", 1),
        ("sales", 1),
        ("lines", lines),
        ("draws", lines),
        ("tenders", 1),
        ("sale_days", 1),
        ("product_days", lines),
        ("lot_days", lines),
        ("lot_share_days", shares),
        ("party_days", shares),
        ("tender_days", 1),
    ]
}

fn columns_of(connection: &Connection, table: &str) -> Result<Vec<(String, bool)>, Fault> {
    let mut columns = connection.prepare("SELECT name, pk FROM pragma_table_info(?)")?;
    let columns = columns.query_map([table], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? > 0)))?;
    Ok(columns.collect::<Result<_, _>>()?)
}

fn weight(database: &Path, lines: usize, shares: usize) -> Result<Weight, Fault> {
    let connection = Connection::open(database)?;
    let mut weight = Weight { rows: 0, bytes: 0 };
    for (table, rows) in tables_of_sale(lines, shares) {
        let lengths: Vec<String> = columns_of(&connection, table)?
            .iter()
            .map(|(name, _)| format!("COALESCE(LENGTH({name}), 0)"))
            .collect();
        // The newest rows are those of the sales measured.
        let query = format!(
            "SELECT AVG({}) FROM (SELECT * FROM {table} LIMIT 2000)",
            lengths.join(" + ")
        );
        let average: f64 = connection.query_row(&query, [], |row| row.get(0))?;
        weight.rows += rows;
        weight.bytes += (average * rows as f64) as usize;
    }
    // The entry's own line is by far the longest value: taken exactly.
    let line: f64 = connection.query_row(
        "SELECT AVG(LENGTH(line)) FROM (SELECT line FROM entries ORDER BY entry DESC LIMIT 500)",
        [],
        |row| row.get(0),
    )?;
    let mean: f64 = connection.query_row(
        "SELECT AVG(LENGTH(line)) FROM (SELECT line FROM entries LIMIT 2000)",
        [],
        |row| row.get(0),
    )?;
    weight.bytes = (weight.bytes as f64 + line - mean) as usize;
    Ok(weight)
}

/// A sale's rows, written by SQLite alone into the tables they belong to: facts inserted, sums added to.
struct SameRows {
    connection: Connection,
    tables: Vec<RowsOfTable>,
}

struct RowsOfTable {
    statement: String,
    rows: Vec<Vec<Value>>,
    /// Columns that no two sales share: a sale's place, id or running number.
    unique: Vec<usize>,
}

impl RowsOfTable {
    fn newest(connection: &Connection, table: &str, rows: usize) -> Result<RowsOfTable, Fault> {
        let columns = columns_of(connection, table)?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let order = if names.contains(&"entry") {
            "ORDER BY entry DESC"
        } else {
            ""
        };
        let all = names.join(", ");
        let mut select = connection.prepare(&format!("SELECT {all} FROM {table} {order} LIMIT {rows}"))?;
        let read = |row: &rusqlite::Row<'_>| (0..names.len()).map(|column| row.get(column)).collect();
        let rows = select.query_map([], read)?.collect::<Result<_, _>>()?;
        let (keys, others): (Vec<_>, Vec<_>) = columns.iter().partition(|(_, key)| *key);
        let keys: Vec<&str> = keys.iter().map(|(name, _)| name.as_str()).collect();
        let change = |(name, _): &&(String, bool)| match table.ends_with("_days") && name != "party" {
            true => format!("{name} = {name} + excluded.{name}"),
            false => format!("{name} = excluded.{name}"),
        };
        let others: Vec<String> = others.iter().map(change).collect();
        let then = if others.is_empty() {
            "NOTHING"
        } else {
            &format!("UPDATE SET {}", others.join(", "))
        };
        let places = vec!["?"; names.len()].join(", ");
        let keys = keys.join(", ");
        let differs = |name: &str| matches!(name, "entry" | "running") || (table, name) == ("requests", "id");
        Ok(RowsOfTable {
            statement: format!(
                "INSERT INTO {table} ({all}) VALUES ({places}) ON CONFLICT ({keys}) DO {then}"
            ),
            rows,
            unique: (0..names.len())
                .filter(|column| differs(names[*column]))
                .collect(),
        })
    }
}

/// `raw-0001` after any other, then `raw-0002` …
fn next_id(id: &str) -> String {
    let number = id
        .strip_prefix("raw-")
        .and_then(|number| number.parse::<u32>().ok());
    format!("raw-{:04}", number.unwrap_or_default() + 1)
}

impl SameRows {
    /// In a copy of the till's own database, with the rows of its last sale.
    fn of_last_sale(till: &Till, copy: &Path, lines: usize, shares: usize) -> Result<SameRows, Fault> {
        till.ledger().backup_to(copy, |_, _| true)?;
        let connection = Connection::open(copy)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        let tables = tables_of_sale(lines, shares);
        let tables = tables.map(|(table, rows)| RowsOfTable::newest(&connection, table, rows));
        let tables = tables.into_iter().collect::<Result<_, _>>()?;
        Ok(SameRows { connection, tables })
    }

    /// As one more sale.
    fn write(&mut self) -> Result<(), Fault> {
        for table in &mut self.tables {
            for row in &mut table.rows {
                for column in &table.unique {
                    row[*column] = match &row[*column] {
                        Value::Integer(number) => Value::Integer(number + 1),
                        Value::Text(id) => Value::Text(next_id(id)),
                        other => other.clone(),
                    };
                }
            }
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for table in &self.tables {
            let mut insert = transaction.prepare_cached(&table.statement)?;
            for row in &table.rows {
                insert.execute(rusqlite::params_from_iter(row))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// A raw transaction of that weight and the till's own sale, in turn, so that both see the same disk.
fn durable_sale(name: &str, limit: f64, products: &[&str], shares: usize) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let mut till = till(&folder.path().join("till"))?;
    for id in 0..SALES {
        till.sell(&sale(id, products)?)?;
    }
    let weight = weight(&till.folder().database(), products.len(), shares)?;
    let mut raw = Connection::open(folder.path().join("raw.sqlite"))?;
    raw.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         CREATE TABLE rows (row INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;",
    )?;
    let data = vec![0x5au8; weight.bytes / weight.rows];
    let mut same_rows =
        SameRows::of_last_sale(&till, &folder.path().join("same.sqlite"), products.len(), shares)?;
    let (mut floor, mut own, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for id in 0..2 * SALES {
        let request = sale(SALES + id, products)?;
        let began = Instant::now();
        let transaction = raw.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO rows (data) VALUES (?)")?;
            for _ in 0..weight.rows {
                insert.execute([&data])?;
            }
        }
        transaction.commit()?;
        let middle = Instant::now();
        till.sell(&request)?;
        let sold = Instant::now();
        same_rows.write()?;
        if id >= SALES {
            floor.push(middle - began);
            own.push(sold - middle);
            same.push(sold.elapsed());
        }
    }
    let (floor, own, same) = (median(floor), median(own), median(same));
    println!("{name}: {} rows, {} bytes", weight.rows, weight.bytes);
    ratio(name, own, floor, limit);
    println!(
        "{name}: SQLite alone, the same rows in the same tables {same:.1?}; the till's sale {:.2} × that",
        own.as_secs_f64() / same.as_secs_f64()
    );
    Ok(())
}

fn ratio(name: &str, own: Duration, floor: Duration, limit: f64) {
    let ratio = own.as_secs_f64() / floor.as_secs_f64();
    println!("{name}: {own:.1?} against {floor:.1?} = {ratio:.2} × (limit {limit} ×)");
}

/// Entries replayed into projections, against the same rows inserted in bulk from memory.
fn replay(database: &Path) -> Result<(), Fault> {
    let mut ledger = Ledger::open(database, OpenMode::Write)?;
    let began = Instant::now();
    let entries = ledger.rebuild(|_| true)?.unwrap_or_default();
    let own = began.elapsed();
    drop(ledger);
    let source = Connection::open(database)?;
    let folder = tempfile::tempdir()?;
    let mut target = Connection::open(folder.path().join("raw.sqlite"))?;
    target.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    let mut tables: Vec<(String, Vec<Vec<Value>>)> = Vec::new();
    for table in [
        "requests",
        "receipts",
        "sales",
        "lines",
        "draws",
        "tenders",
        "sale_days",
        "product_days",
        "lot_days",
        "lot_share_days",
        "party_days",
        "tender_days",
    ] {
        let sql: String =
            source.query_row("SELECT sql FROM sqlite_schema WHERE name = ?", [table], |row| {
                row.get(0)
            })?;
        target.execute_batch(&sql)?;
        let mut select = source.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = select.column_count();
        let rows = select.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        tables.push((table.to_owned(), rows.collect::<Result<_, _>>()?));
    }
    let began = Instant::now();
    let transaction = target.transaction()?;
    for (table, rows) in &tables {
        let places = vec!["?"; rows.first().map_or(1, Vec::len)].join(", ");
        let mut insert = transaction.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
        for row in rows {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    transaction.commit()?;
    let floor = began.elapsed();
    println!(
        "replay: {entries} entries in {own:.1?}, the same rows raw in {floor:.1?} = {:.2} × its rate (at least 0.5 ×)",
        floor.as_secs_f64() / own.as_secs_f64()
    );
    Ok(())
}

/// The till started in either folder, in turn, so that both see the same machine.
fn starts(folders: [&Path; 2]) -> Result<[Duration; 2], Fault> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..31 {
        for (folder, times) in folders.iter().zip(&mut times) {
            let began = Instant::now();
            let counter = Counter::new(Till::open(Folder::at(folder), world())?);
            times.push(began.elapsed());
            drop(counter);
        }
    }
    Ok(times.map(median))
}

fn main() -> Result<(), Fault> {
    let sales: usize = std::env::var("JISHI_BENCH_SALES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    durable_sale("durable sale, 5 lines", 1.5, &["P0", "P1", "P2", "P3", "P4"], 15)?;
    durable_sale(
        "durable sale, a lot of 200 households",
        3.0,
        &["P5", "P0", "P1", "P2", "P3"],
        212,
    )?;

    let folder = tempfile::tempdir()?;
    let (many, none) = (folder.path().join("many"), folder.path().join("none"));
    drop(till(&none)?);
    let mut till = till(&many)?;
    let began = Instant::now();
    for id in 0..sales {
        till.sell(&sale(id, &[["P0", "P1", "P2"][id % 3], "P3", "P4"])?)?;
    }
    println!(
        "{sales} sales of 3 lines recorded one by one in {:.1?}",
        began.elapsed()
    );
    let mut times = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        let rows = report::parties(till.ledger(), &Filter::default())?;
        times.push(began.elapsed());
        assert!(!rows.is_empty());
    }
    println!(
        "report parties over {sales} sales: {:.2?} (limit 30 ms)",
        median(times)
    );
    drop(till);
    let [on_many, on_none] = starts([&many, &none])?;
    ratio(
        &format!("start of the till on {sales} sales"),
        on_many,
        on_none,
        1.2,
    );
    replay(&Folder::at(&many).database())?;
    Ok(())
}
