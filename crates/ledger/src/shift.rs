//! Shifts and their figures.

use crate::store::{Ledger, StoreError};
use jishi_domain::TenderKind;
use jishi_journal::body::{CashFigures, GrandTotals, ShiftFigures, TenderSum};
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

/// Where a shift that is closed stands: its entries tell all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedShift {
    pub id: String,
    pub opened_place: i64,
    pub closed_place: i64,
}

/// Cash that was put into the drawer or taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashMove {
    pub at: String,
    pub staff: String,
    pub in_fen: i64,
    pub out_fen: i64,
    pub reason: String,
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
        let openings: i64 = self
            .connection
            .prepare_cached(
                "SELECT COUNT(*) FROM drawer_openings WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| row.get(0))?;
        figures.drawer_openings = openings.unsigned_abs();
        let kiosk_sales: i64;
        (kiosk_sales, figures.kiosk_sold) = self
            .connection
            .prepare_cached(
                "SELECT COUNT(*), COALESCE(SUM(net_fen), 0) FROM kiosk_sales \
                 WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| Ok((row.get(0)?, row.get(1)?)))?;
        figures.kiosk_sales = kiosk_sales.unsigned_abs();
        let vouchers_change: i64;
        (figures.vouchers_sold, vouchers_change) = self
            .connection
            .prepare_cached(
                "SELECT COALESCE(SUM(total_fen), 0), COALESCE(SUM(change_fen), 0) FROM voucher_sales \
                 WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| Ok((row.get(0)?, row.get(1)?)))?;
        figures.vouchers_returned = self
            .connection
            .prepare_cached(
                "SELECT COALESCE(SUM(total_fen), 0) FROM voucher_returns \
                 WHERE entry > ? AND till_no = ? AND shift = ?",
            )?
            .query_row(scope, |row| row.get(0))?;
        let mut tenders: BTreeMap<String, TenderSum> = BTreeMap::new();
        for (table, is_refund) in [
            ("sales", false),
            ("voucher_sales", false),
            ("refunds", true),
            ("voucher_returns", true),
        ] {
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
                    unverified: 0,
                });
                let fen: i64 = row.get(1)?;
                if is_refund {
                    sum.refunded += fen;
                } else {
                    sum.fen += fen;
                }
            }
        }
        for sum in tenders.values_mut() {
            let by_code = TenderKind::from_code(&sum.kind).is_some_and(TenderKind::is_paid_by_code);
            sum.unverified = if by_code { sum.fen } else { 0 };
        }
        if let Some(cash) = tenders.get_mut("cash") {
            cash.fen -= change + vouchers_change;
        }
        let cash = CashFigures {
            float: shift.float_fen,
            ..self.drawer_cash(till_no, shift)?
        };
        let too_large = |_| StoreError::Damaged(format!("the cash of shift {}", shift.id));
        figures.cash_expected = i64::try_from(cash.expected()).map_err(too_large)?;
        figures.cash = Some(cash);
        figures.tenders = tenders.into_values().collect();
        Ok(figures)
    }

    /// What a shift's sales, refunds and moves left in the drawer: cash that a venue or a stallholder
    /// took is in another pocket, and change goes out of the operator's own cash first.
    fn drawer_cash(&self, till_no: i64, shift: &OpenShift) -> Result<CashFigures, StoreError> {
        let own = "SELECT SUM(t.fen) FROM tenders t WHERE t.entry = s.entry AND t.kind = 'cash' \
                   AND t.collected_by IS NULL";
        let of_shift = "WHERE s.entry > ?1 AND s.till_no = ?2 AND s.shift = ?3";
        let query = format!(
            "SELECT (SELECT COALESCE(SUM(cash - MIN(change_fen, cash)), 0) \
                     FROM (SELECT s.change_fen, ({own}) AS cash FROM sales s {of_shift} UNION ALL \
                           SELECT s.change_fen, ({own}) AS cash FROM voucher_sales s {of_shift}) \
                     WHERE cash IS NOT NULL), \
             (SELECT COALESCE(SUM(cash), 0) \
              FROM (SELECT ({own}) AS cash FROM refunds s {of_shift} UNION ALL \
                    SELECT ({own}) AS cash FROM voucher_returns s {of_shift})), \
             (SELECT COALESCE(SUM(in_fen), 0) FROM cash_moves s {of_shift}), \
             (SELECT COALESCE(SUM(out_fen), 0) FROM cash_moves s {of_shift})"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let cash = statement.query_row(params![shift.place, till_no, shift.id], |row| {
            Ok(CashFigures {
                float: 0,
                taken: row.get(0)?,
                given_back: row.get(1)?,
                moved_in: row.get(2)?,
                moved_out: row.get(3)?,
            })
        })?;
        Ok(cash)
    }

    /// The moves of a shift, in order.
    pub fn cash_moves(&self, till_no: i64, shift: &OpenShift) -> Result<Vec<CashMove>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, staff, in_fen, out_fen, reason FROM cash_moves \
             WHERE entry > ? AND till_no = ? AND shift = ? ORDER BY entry",
        )?;
        let moves = statement.query_map(params![shift.place, till_no, shift.id], |row| {
            Ok(CashMove {
                at: row.get(0)?,
                staff: row.get(1)?,
                in_fen: row.get(2)?,
                out_fen: row.get(3)?,
                reason: row.get(4)?,
            })
        })?;
        Ok(moves.collect::<Result<_, _>>()?)
    }

    /// The shift of this id, once it is closed; without an id the one that was closed last.
    pub fn closed_shift(&self, till_no: i64, id: Option<&str>) -> Result<Option<ClosedShift>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.id, s.entry, c.entry FROM shift_closes c JOIN shifts s USING (till_no, id) \
             WHERE c.till_no = ?1 AND (?2 IS NULL OR c.id = ?2) ORDER BY c.entry DESC LIMIT 1",
        )?;
        let found = statement.query_row(params![till_no, id], |row| {
            Ok(ClosedShift {
                id: row.get(0)?,
                opened_place: row.get(1)?,
                closed_place: row.get(2)?,
            })
        });
        Ok(found.optional()?)
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
