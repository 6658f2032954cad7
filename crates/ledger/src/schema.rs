//! The database's versions: numbered files, applied in one transaction with their bookkeeping. A
//! shipped one is never edited.

use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[
    include_str!("../sql/0001_ledger.sql"),
    include_str!("../sql/0002_kiosk.sql"),
    include_str!("../sql/0003_nodes.sql"),
    include_str!("../sql/0004_branches.sql"),
    include_str!("../sql/0005_allotments.sql"),
    include_str!("../sql/0006_share_parties.sql"),
    include_str!("../sql/0007_organisation.sql"),
    include_str!("../sql/0008_one_sale_two_nodes.sql"),
];

/// The version this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// In the head of every ledger's file, as 0001 sets it: "JISH".
pub const APPLICATION_ID: u32 = 0x4A49_5348;

/// The version of a database; 0 where there is nothing in it yet.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Raises a database to this program's version, within the caller's transaction. Projections that a version adds are
/// empty then: the caller replays the journal where there is one.
pub(crate) fn raise(transaction: &Connection) -> rusqlite::Result<()> {
    // Another program may have done it meanwhile.
    let found = version(transaction)?;
    if found >= SCHEMA_VERSION {
        return Ok(());
    }
    for sql in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(sql)?;
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)
}
