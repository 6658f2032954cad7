//! Sales on which two nodes that did not know of each other recorded more than there was: what was given back beyond the
//! sale, which is the operator's loss, and assignments that came too late.

use super::{Filter, Scope, thousandths};
use crate::store::{Ledger, StoreError};
use serde::Serialize;

/// One line of such a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExcessRow {
    pub sale: String,
    pub number: String,
    pub till: String,
    pub at: String,
    pub line: i64,
    pub product: String,
    pub name: Option<String>,
    pub sold: String,
    /// All that refunds and voids gave back of it.
    pub returned: String,
    /// Of that, what counts for nothing: it is beyond what was sold.
    pub excess: String,
    /// How many refunds and voids gave back of it.
    pub refunds: i64,
    /// What went out of the operator's money beyond what the sale bears, in fen: it is in margin. Where two who did not
    /// know of each other rounded parts of one line it may be a fen, or a fen less than nothing, without any excess.
    pub loss: i64,
    /// How many assignments and moves of it count for nothing, since another came first: whose goods they are is to be
    /// looked at.
    pub waiting: i64,
}

impl ExcessRow {
    /// Whether more was given back than was sold, and not only a fen rounded otherwise.
    pub fn has_excess(&self) -> bool {
        self.excess != thousandths(0)
    }
}

/// For the bookkeeper to look at. The filter's days are those of the sale.
pub fn excess(ledger: &Ledger, filter: &Filter) -> Result<Vec<ExcessRow>, StoreError> {
    super::refuse("excess", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    scope.when("o.product = ?", &filter.product);
    let query = format!(
        "WITH back AS (\
           SELECT till_no, sale, line, entry, quantity FROM refund_draws \
           UNION ALL SELECT till_no, sale, line, entry, quantity FROM refund_excess), \
         told AS (\
           SELECT till_no, sale, line, product, quantity, net_fen, 0 AS waits FROM refund_excess \
           UNION ALL SELECT m.till_no, m.sale, m.line, m.product, 0, 0, 1 FROM assignments m \
           WHERE NOT EXISTS (SELECT 1 FROM assigned_draws a WHERE a.till_no = m.till_no AND a.sale = m.sale \
             AND a.line = m.line AND a.entry = m.entry)), \
         odd AS (\
           SELECT till_no, sale, line, MIN(product) AS product, SUM(quantity) AS quantity, SUM(net_fen) AS net_fen, \
           SUM(waits) AS waits FROM told GROUP BY till_no, sale, line) \
         SELECT s.id, s.number, t.node, s.at, o.line, o.product, p.name, COALESCE(l.quantity, 0), \
         (SELECT COALESCE(SUM(b.quantity), 0) FROM back b WHERE b.till_no = o.till_no AND b.sale = o.sale \
           AND b.line = o.line), \
         (SELECT COUNT(DISTINCT b.entry) FROM back b WHERE b.till_no = o.till_no AND b.sale = o.sale \
           AND b.line = o.line), o.quantity, o.net_fen, o.waits \
         FROM odd o JOIN requests q ON q.id = o.sale AND q.till_no = o.till_no JOIN sales s ON s.entry = q.entry \
         LEFT JOIN lines l ON l.entry = s.entry AND l.line = o.line JOIN tills t ON t.till_no = s.till_no \
         JOIN days y USING (day_no) LEFT JOIN products p ON p.code = o.product \
         WHERE (o.quantity <> 0 OR o.net_fen <> 0 OR o.waits > 0) AND {} ORDER BY s.entry, o.line",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        Ok(ExcessRow {
            sale: row.get(0)?,
            number: row.get(1)?,
            till: row.get(2)?,
            at: row.get(3)?,
            line: row.get(4)?,
            product: row.get(5)?,
            name: row.get(6)?,
            sold: thousandths(row.get(7)?),
            returned: thousandths(row.get(8)?),
            refunds: row.get(9)?,
            excess: thousandths(row.get(10)?),
            loss: row.get(11)?,
            waiting: row.get(12)?,
        })
    })
}
