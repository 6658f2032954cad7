//! Lots of which more was drawn than came in, with the draws that can be moved off them.

use super::{Filter, Scope, refuse_all_but_product, thousandths};
use crate::store::{Ledger, StoreError};
use serde::Serialize;

/// One draw of an overdrawn lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverdrawnRow {
    pub lot: String,
    /// How much more of the lot was drawn than came in.
    pub over: String,
    /// The till that made the sale: there it is moved.
    pub till: String,
    pub sale: String,
    pub number: String,
    pub at: String,
    pub line: i64,
    pub product: String,
    pub name: Option<String>,
    /// Of the draw, what was not given back and not moved off since.
    pub qty: String,
    pub net: i64,
}

/// The newest first: what was drawn last was drawn too much.
pub fn overdrawn(ledger: &Ledger, filter: &Filter) -> Result<Vec<OverdrawnRow>, StoreError> {
    refuse_all_but_product("overdrawn", filter)?;
    let mut scope = Scope::everything();
    scope.when("l.product = ?", &filter.product);
    let less = |column: &str| {
        format!(
            "w.{column} - COALESCE((SELECT SUM(b.{column}) FROM refund_draws b WHERE b.till_no = s.till_no \
               AND b.sale = s.id AND b.line = w.line AND b.draw = w.draw), 0) \
             - COALESCE((SELECT SUM(a.{column}) FROM assigned_draws a WHERE a.till_no = s.till_no \
               AND a.sale = s.id AND a.line = w.line AND a.takes_place_of = w.draw), 0)"
        )
    };
    let query = format!(
        "WITH gone AS (SELECT r.lot, SUM(d.sold - d.returned + d.wasted) AS quantity \
                  FROM lot_days d JOIN lot_revisions r USING (revision_no) GROUP BY r.lot), \
         over AS (SELECT l.code, l.product, g.quantity - l.received AS quantity FROM lots l \
                  JOIN gone g ON g.lot = l.code \
                  WHERE g.quantity > l.received AND COALESCE(l.body ->> 'standing', 0) = 0), \
         drawn AS (SELECT entry, line, draw, revision_no, quantity, net_fen FROM draws \
                   WHERE revision_no IS NOT NULL \
                   UNION ALL SELECT q.entry, a.line, a.draw, a.revision_no, a.quantity, a.net_fen \
                             FROM assigned_draws a JOIN requests q ON q.id = a.sale AND q.till_no = a.till_no) \
         SELECT l.code, l.quantity, t.node, s.id, s.number, s.at, w.line, l.product, p.name, {} AS quantity, \
         {} AS net_fen FROM over l JOIN lot_revisions r ON r.lot = l.code JOIN drawn w USING (revision_no) \
         JOIN sales s USING (entry) JOIN tills t USING (till_no) LEFT JOIN products p ON p.code = l.product \
         WHERE {} ORDER BY l.code, s.at DESC, s.entry DESC, w.line, w.draw",
        less("quantity"),
        less("net_fen"),
        scope.sql()
    );
    let rows = ledger.rows(&query, &scope, |row| {
        let quantity: i64 = row.get(9)?;
        let over: i64 = row.get(1)?;
        Ok((
            quantity,
            OverdrawnRow {
                lot: row.get(0)?,
                over: thousandths(over),
                till: row.get(2)?,
                sale: row.get(3)?,
                number: row.get(4)?,
                at: row.get(5)?,
                line: row.get(6)?,
                product: row.get(7)?,
                name: row.get(8)?,
                qty: thousandths(quantity),
                net: row.get(10)?,
            },
        ))
    })?;
    let open = rows.into_iter().filter(|(quantity, _)| *quantity > 0);
    Ok(open.map(|(_, row)| row).collect())
}
