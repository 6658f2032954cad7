//! The database's versions: numbered files, each applied in one transaction with its bookkeeping. A
//! shipped one is never edited.

use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[include_str!("../sql/0001_ledger.sql")];

/// The version this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// In the head of every ledger's file, as 0001 sets it: "JISH".
pub const APPLICATION_ID: u32 = 0x4A49_5348;

/// What the migration found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Migrated {
    Current,
    Raised,
    Newer { found: u32 },
}

/// Brings the database up to this program's version; one of a newer program is left alone.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<Migrated> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > SCHEMA_VERSION {
        return Ok(Migrated::Newer { found });
    }
    if found == SCHEMA_VERSION {
        return Ok(Migrated::Current);
    }
    for (version, sql) in (1u32..).zip(MIGRATIONS).skip(found as usize) {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(Migrated::Raised)
}
