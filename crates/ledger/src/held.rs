//! Sales put aside before they are paid, kept beside the chains: durable, and no facts of the books.

use crate::store::{Ledger, StoreError};
use crate::writer::Writer;
use rusqlite::{OptionalExtension as _, Row, params};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSale {
    /// What it will be recorded under: a held sale and the sale it becomes are one.
    pub id: String,
    pub held_at: String,
    pub cashier: String,
    /// Who or what, in a few words; often empty.
    pub remark: String,
    /// The till's own JSON.
    pub draft: String,
}

impl Writer<'_> {
    /// Puts a sale aside. One of the same id is replaced and keeps its place in the row.
    pub fn put_held_sale(&self, held: &HeldSale) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO held_sales (id, held_at, cashier, remark, draft) VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT (id) DO UPDATE SET held_at = excluded.held_at, cashier = excluded.cashier, \
                 remark = excluded.remark, draft = excluded.draft",
            )?
            .execute(params![
                held.id,
                held.held_at,
                held.cashier,
                held.remark,
                held.draft
            ])?;
        Ok(())
    }

    /// Says whether there was one.
    pub fn remove_held_sale(&self, id: &str) -> Result<bool, StoreError> {
        let removed = self
            .connection
            .prepare_cached("DELETE FROM held_sales WHERE id = ?")?
            .execute([id])?;
        Ok(removed > 0)
    }
}

const HELD: &str = "SELECT id, held_at, cashier, remark, draft FROM held_sales";

impl Ledger {
    /// In the order in which they were put aside first.
    pub fn held_sales(&self) -> Result<Vec<HeldSale>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{HELD} ORDER BY held_no"))?;
        let rows = statement.query_map([], read_held)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn held_sale(&self, id: &str) -> Result<Option<HeldSale>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("{HELD} WHERE id = ?"))?;
        Ok(statement.query_row([id], read_held).optional()?)
    }
}

fn read_held(row: &Row<'_>) -> rusqlite::Result<HeldSale> {
    Ok(HeldSale {
        id: row.get(0)?,
        held_at: row.get(1)?,
        cashier: row.get(2)?,
        remark: row.get(3)?,
        draft: row.get(4)?,
    })
}
