//! The receipts of a till, the newest first, each with what became of it.

use crate::store::{Ledger, StoreError};
use rusqlite::params;

/// A sale, a refund or a void as a list of receipts shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Where its entry stands; older ones stand before it.
    pub place: i64,
    pub number: String,
    pub at: String,
    /// What was paid, or what was given back.
    pub net_fen: i64,
    pub of: ReceiptOf,
    /// Kinds and sums, the change not yet taken off.
    pub tenders: Vec<(String, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOf {
    /// Quantities in thousandths, or pieces of vouchers, all lines together.
    Sale {
        sold: i64,
        returned: i64,
        voided: bool,
        /// Vouchers were sold, and nothing else.
        of_vouchers: bool,
    },
    Refund {
        sale_number: String,
    },
    Void {
        sale_number: String,
    },
}

impl Ledger {
    /// At most `limit` sales of a till, the newest first, that were made in the name of one of `buyers` or have
    /// `words` in their note.
    pub fn sales_about(
        &self,
        till_no: i64,
        words: &str,
        buyers: &[String],
        limit: u32,
    ) -> Result<Vec<ReceiptRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT entry FROM sales WHERE till_no = ?1 AND (buyer IS NOT NULL OR note IS NOT NULL) \
             AND (instr(lower(note), lower(?2)) > 0 \
               OR buyer IN (SELECT value FROM json_each(?3))) ORDER BY entry DESC LIMIT ?4",
        )?;
        // A list of codes: nothing that JSON cannot write.
        let codes = serde_json::to_string(buyers).unwrap_or_default();
        let found = statement.query_map(params![till_no, words, codes, limit], |row| row.get(0))?;
        let places = found.collect::<Result<Vec<i64>, _>>()?;
        let mut rows = Vec::with_capacity(places.len());
        for place in places {
            let at = self.receipts(till_no, Some(place.saturating_add(1)), 1)?;
            rows.extend(at.into_iter().filter(|row| row.place == place));
        }
        Ok(rows)
    }

    /// At most `limit` receipts of a till, the newest first, all before `before` where that is given.
    pub fn receipts(
        &self,
        till_no: i64,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ReceiptRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM (SELECT entry, number, at, net_fen, \
               (SELECT SUM(quantity) FROM lines l WHERE l.entry = s.entry), \
               (SELECT COALESCE(SUM(quantity), 0) FROM refund_draws d WHERE d.till_no = s.till_no AND d.sale = s.id), \
               EXISTS (SELECT 1 FROM refunds r WHERE r.sale_till_no = s.till_no AND r.sale = s.id AND r.voids), NULL, 0 \
             FROM sales s WHERE till_no = ?1 AND entry < ?2 ORDER BY entry DESC LIMIT ?3) \
             UNION ALL \
             SELECT * FROM (SELECT entry, number, at, net_fen, 0, 0, voids, \
               COALESCE((SELECT s.number FROM requests q JOIN sales s ON s.entry = q.entry \
                 WHERE q.id = r.sale AND q.till_no = r.sale_till_no), ''), 0 \
             FROM refunds r WHERE till_no = ?1 AND entry < ?2 ORDER BY entry DESC LIMIT ?3) \
             UNION ALL \
             SELECT * FROM (SELECT entry, number, at, total_fen, pieces, \
               (SELECT COALESCE(SUM(pieces), 0) FROM voucher_returns r \
                 WHERE r.sale_till_no = s.till_no AND r.sale = s.id), \
               EXISTS (SELECT 1 FROM voucher_returns r \
                 WHERE r.sale_till_no = s.till_no AND r.sale = s.id AND r.voids), NULL, 1 \
             FROM voucher_sales s WHERE till_no = ?1 AND entry < ?2 ORDER BY entry DESC LIMIT ?3) \
             UNION ALL \
             SELECT * FROM (SELECT entry, number, at, total_fen, 0, 0, voids, \
               COALESCE((SELECT s.number FROM requests q JOIN voucher_sales s ON s.entry = q.entry \
                 WHERE q.id = r.sale AND q.till_no = r.sale_till_no), ''), 1 \
             FROM voucher_returns r WHERE till_no = ?1 AND entry < ?2 ORDER BY entry DESC LIMIT ?3) \
             ORDER BY entry DESC LIMIT ?3",
        )?;
        let scope = params![till_no, before.unwrap_or(i64::MAX), limit];
        let rows = statement.query_map(scope, |row| {
            let voids: bool = row.get(6)?;
            let of = match (row.get(7)?, voids) {
                (None, voided) => ReceiptOf::Sale {
                    sold: row.get(4)?,
                    returned: row.get(5)?,
                    voided,
                    of_vouchers: row.get(8)?,
                },
                (Some(sale_number), true) => ReceiptOf::Void { sale_number },
                (Some(sale_number), false) => ReceiptOf::Refund { sale_number },
            };
            Ok(ReceiptRow {
                place: row.get(0)?,
                number: row.get(1)?,
                at: row.get(2)?,
                net_fen: row.get(3)?,
                of,
                tenders: Vec::new(),
            })
        })?;
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut tenders = self
            .connection
            .prepare_cached("SELECT kind, fen FROM tenders WHERE entry = ? ORDER BY tender")?;
        for row in &mut rows {
            let found = tenders.query_map([row.place], |tender| Ok((tender.get(0)?, tender.get(1)?)))?;
            row.tenders = found.collect::<Result<_, _>>()?;
        }
        Ok(rows)
    }
}
