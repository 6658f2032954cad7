//! 待退款: money that was given back by a platform's code, and that no bill has shown yet.

use crate::store::{Ledger, StoreError};
use jishi_domain::TenderKind;
use rusqlite::params;

/// One tender of a refund, a void among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRefund {
    pub number: String,
    pub at: String,
    /// Which of its tenders, from 1.
    pub tender: u32,
    pub kind: String,
    pub fen: i64,
    /// Of the payment that it gives back.
    pub reference: Option<String>,
    pub collected_by: Option<String>,
}

impl Ledger {
    /// A till's own, the oldest first.
    pub fn waiting_refunds(&self, till_no: i64) -> Result<Vec<WaitingRefund>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT r.number, r.at, t.tender, t.kind, t.fen, t.reference, t.collected_by \
             FROM (SELECT entry, till_no, id, number, at FROM refunds \
                   UNION ALL SELECT entry, till_no, id, number, at FROM voucher_returns) r \
             JOIN tenders t USING (entry) WHERE r.till_no = ?1 AND NOT EXISTS \
             (SELECT 1 FROM refunds_seen s WHERE s.till_no = r.till_no AND s.refund = r.id AND s.tender = t.tender) \
             ORDER BY r.entry, t.tender",
        )?;
        let rows = statement.query_map(params![till_no], |row| {
            Ok(WaitingRefund {
                number: row.get(0)?,
                at: row.get(1)?,
                tender: row.get(2)?,
                kind: row.get(3)?,
                fen: row.get(4)?,
                reference: row.get(5)?,
                collected_by: row.get(6)?,
            })
        })?;
        let rows: Vec<WaitingRefund> = rows.collect::<Result<_, _>>()?;
        let later =
            |row: &WaitingRefund| TenderKind::from_code(&row.kind).is_some_and(TenderKind::goes_back_later);
        Ok(rows.into_iter().filter(later).collect())
    }
}
