//! Sales of which more was given back than was sold: two nodes that did not know of each other gave back the same.

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
    pub returned: String,
    /// What was given back beyond what was sold.
    pub excess: String,
    /// How many refunds and voids gave back of it.
    pub refunds: i64,
}

/// For the bookkeeper to look at. The filter's days are those of the sale.
pub fn excess(ledger: &Ledger, filter: &Filter) -> Result<Vec<ExcessRow>, StoreError> {
    super::refuse("excess", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    scope.when("l.product = ?", &filter.product);
    let query = format!(
        "WITH back AS (SELECT till_no, sale, line, SUM(quantity) AS quantity, COUNT(DISTINCT entry) AS refunds \
                  FROM refund_draws GROUP BY till_no, sale, line) \
         SELECT s.id, s.number, t.node, s.at, l.line, l.product, p.name, l.quantity, b.quantity, b.refunds \
         FROM back b JOIN requests q ON q.id = b.sale AND q.till_no = b.till_no JOIN sales s ON s.entry = q.entry \
         JOIN lines l ON l.entry = s.entry AND l.line = b.line JOIN tills t ON t.till_no = s.till_no \
         JOIN days y USING (day_no) LEFT JOIN products p ON p.code = l.product \
         WHERE b.quantity > l.quantity AND {} ORDER BY s.entry, l.line",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        let (sold, returned): (i64, i64) = (row.get(7)?, row.get(8)?);
        Ok(ExcessRow {
            sale: row.get(0)?,
            number: row.get(1)?,
            till: row.get(2)?,
            at: row.get(3)?,
            line: row.get(4)?,
            product: row.get(5)?,
            name: row.get(6)?,
            sold: thousandths(sold),
            returned: thousandths(returned),
            excess: thousandths(returned - sold),
            refunds: row.get(9)?,
        })
    })
}
