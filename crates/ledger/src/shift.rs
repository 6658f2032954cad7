//! Shifts and their figures.

use crate::store::{Ledger, StoreError};
use jishi_journal::body::{GrandTotals, ShiftFigures, TenderSum};
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeMap;

/// A shift that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShift {
    pub id: String,
    pub place: i64,
    pub outlet: String,
    pub business_date: String,
    pub staff: String,
    pub float_fen: i64,
    pub opened_at: String,
}

impl Ledger {
    pub fn open_shift(&self, till_no: i64) -> Result<Option<OpenShift>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, entry, outlet, business_date, staff, float_fen, opened_at FROM shifts s \
             WHERE till_no = ? AND NOT EXISTS \
             (SELECT 1 FROM shift_closes c WHERE c.till_no = s.till_no AND c.id = s.id) \
             ORDER BY entry DESC LIMIT 1",
        )?;
        let found = statement
            .query_row([till_no], |row| {
                Ok(OpenShift {
                    id: row.get(0)?,
                    place: row.get(1)?,
                    outlet: row.get(2)?,
                    business_date: row.get(3)?,
                    staff: row.get(4)?,
                    float_fen: row.get(5)?,
                    opened_at: row.get(6)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// The X figures of a shift: all its entries stand behind its opening.
    pub fn shift_figures(&self, till_no: i64, shift: &OpenShift) -> Result<ShiftFigures, StoreError> {
        let mut figures = ShiftFigures::default();
        let scope = params![shift.place, till_no, shift.id];
        let (sales, sold, change): (i64, i64, i64);
        (sales, sold, figures.discount, change) = self
            .connection
            .prepare_cached(
                "SELECT COUNT(*), COALESCE(SUM(net_fen), 0), COALESCE(SUM(discount_fen), 0), \
                 COALESCE(SUM(change_fen), 0) FROM sales WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let (refunds, voids): (i64, i64);
        (refunds, voids, figures.refunded) = self
            .connection
            .prepare_cached(
                "SELECT COALESCE(SUM(1 - voids), 0), COALESCE(SUM(voids), 0), COALESCE(SUM(net_fen), 0) \
                 FROM refunds WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        figures.sales = sales.unsigned_abs();
        figures.refunds = refunds.unsigned_abs();
        figures.voids = voids.unsigned_abs();
        figures.net = sold - figures.refunded;
        let mut tenders: BTreeMap<String, TenderSum> = BTreeMap::new();
        for (table, is_refund) in [("sales", false), ("refunds", true)] {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT t.kind, SUM(t.fen) FROM {table} s JOIN tenders t USING (entry) \
                 WHERE s.entry > ? AND s.till_no = ? AND s.shift = ? GROUP BY t.kind"
            ))?;
            let mut rows = statement.query(scope)?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(0)?;
                let sum = tenders.entry(kind.clone()).or_insert(TenderSum {
                    kind,
                    fen: 0,
                    refunded: 0,
                });
                let fen: i64 = row.get(1)?;
                if is_refund {
                    sum.refunded = fen
                } else {
                    sum.fen = fen
                }
            }
        }
        if let Some(cash) = tenders.get_mut("cash") {
            cash.fen -= change;
        }
        figures.cash_expected = shift.float_fen + self.drawer_cash(till_no, shift)?;
        figures.tenders = tenders.into_values().collect();
        Ok(figures)
    }

    /// What a shift's sales and refunds left in the drawer: cash that a venue or a stallholder took is
    /// in another pocket, and change goes out of the operator's own cash first.
    fn drawer_cash(&self, till_no: i64, shift: &OpenShift) -> Result<i64, StoreError> {
        let own = "SELECT SUM(t.fen) FROM tenders t WHERE t.entry = s.entry AND t.kind = 'cash' \
                   AND t.collected_by IS NULL";
        let of_shift = "WHERE s.entry > ?1 AND s.till_no = ?2 AND s.shift = ?3";
        let query = format!(
            "SELECT (SELECT COALESCE(SUM(cash - MIN(change_fen, cash)), 0) \
                     FROM (SELECT s.change_fen, ({own}) AS cash FROM sales s {of_shift}) WHERE cash IS NOT NULL) \
             - (SELECT COALESCE(SUM(cash), 0) FROM (SELECT ({own}) AS cash FROM refunds s {of_shift}))"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement.query_row(params![shift.place, till_no, shift.id], |row| row.get(0))?)
    }

    /// Over the till's whole life, all its chains.
    pub fn grand_totals(&self, till_no: i64) -> Result<GrandTotals, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT COALESCE(SUM(sales), 0), COALESCE(SUM(gross_fen - discount_fen), 0), \
             COALESCE(SUM(refunds + voids), 0), COALESCE(SUM(refunded_fen), 0) FROM sale_days WHERE till_no = ?",
        )?;
        let totals = statement.query_row([till_no], |row| {
            Ok(GrandTotals {
                sales: row.get::<_, i64>(0)?.unsigned_abs(),
                sold: row.get(1)?,
                refunds: row.get::<_, i64>(2)?.unsigned_abs(),
                refunded: row.get(3)?,
            })
        })?;
        Ok(totals)
    }
}
