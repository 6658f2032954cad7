//! Goods: what came in, what is left, and what no lot covers yet.

use super::{Filter, LotRow, Scope, StockRow, UnassignedRow, refuse, refuse_all_but_product, thousandths};
use crate::store::{Ledger, StoreError};
use std::collections::HashMap;

pub fn lots(ledger: &Ledger, filter: &Filter) -> Result<Vec<LotRow>, StoreError> {
    let mut scope = Scope::of(filter);
    // The days' conditions stand with the sums: a lot of which nothing was sold is listed too. What is
    // left is left now, whatever days are looked at.
    let days = scope.sql();
    scope.conditions.clear();
    scope.conditions.push("1".to_owned());
    scope.when("l.product = ?", &filter.product);
    scope.when(
        "EXISTS (SELECT 1 FROM json_each(l.body, '$.shares') j WHERE j.value ->> 'party' = ?)",
        &filter.party,
    );
    let query = format!(
        "WITH moved AS (SELECT r.lot, SUM(d.sold) AS sold, SUM(d.returned) AS returned, \
                        SUM(d.wasted) AS wasted, SUM(d.net_fen) AS net_fen, SUM(d.payable_fen) AS payable_fen \
                        FROM lot_days d JOIN days y USING (day_no) JOIN lot_revisions r USING (revision_no) \
                        WHERE {days} GROUP BY r.lot), \
         gone AS (SELECT r.lot, SUM(d.sold - d.returned + d.wasted) AS quantity \
                  FROM lot_days d JOIN lot_revisions r USING (revision_no) GROUP BY r.lot) \
         SELECT l.code, l.product, l.received, COALESCE(m.sold, 0), COALESCE(m.returned, 0), \
         COALESCE(m.wasted, 0), COALESCE(m.net_fen, 0), COALESCE(m.payable_fen, 0), \
         l.received - COALESCE(g.quantity, 0), COALESCE(l.body ->> 'standing', 0) FROM lots l LEFT JOIN moved m ON m.lot = l.code \
         LEFT JOIN gone g ON g.lot = l.code WHERE {} ORDER BY l.code",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        let (received, sold, returned, wasted): (i64, i64, i64, i64) =
            (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        // What does not run out comes in as it is sold: nothing of it is ever left.
        let (received, left): (i64, i64) = match row.get(9)? {
            true => (sold - returned + wasted, 0),
            false => (received, row.get(8)?),
        };
        Ok(LotRow {
            lot: row.get(0)?,
            product: row.get(1)?,
            received: thousandths(received),
            sold: thousandths(sold),
            returned: thousandths(returned),
            wasted: thousandths(wasted),
            left: thousandths(left),
            net: row.get(6)?,
            payable: row.get(7)?,
        })
    })
}

/// Stock is what there is now, wherever it is sold: of the filters only the product applies.
pub fn stock(ledger: &Ledger, filter: &Filter) -> Result<Vec<StockRow>, StoreError> {
    refuse_all_but_product("stock", filter)?;
    let mut scope = Scope::everything();
    scope.conditions.push("p.own = 0".to_owned());
    // Services and tickets have no stock.
    scope
        .conditions
        .push("COALESCE(p.body ->> 'kind', 'goods') = 'goods'".to_owned());
    scope.when("p.code = ?", &filter.product);
    let query = format!(
        "WITH moved AS (SELECT lot, SUM(sold) AS sold, SUM(returned) AS returned, SUM(wasted) AS wasted \
                        FROM lot_days JOIN lot_revisions USING (revision_no) GROUP BY lot), \
         held AS (SELECT l.product, SUM(l.received) AS received, SUM(COALESCE(m.sold, 0)) AS sold, \
                  SUM(COALESCE(m.returned, 0)) AS returned, SUM(COALESCE(m.wasted, 0)) AS wasted \
                  FROM lots l LEFT JOIN moved m ON m.lot = l.code GROUP BY l.product) \
         SELECT p.code, p.name, p.unit, COALESCE(h.received, 0), COALESCE(h.sold, 0), \
         COALESCE(h.returned, 0), COALESCE(h.wasted, 0) FROM products p \
         LEFT JOIN held h ON h.product = p.code WHERE {} ORDER BY p.code",
        scope.sql()
    );
    let mut open: HashMap<String, i64> = HashMap::new();
    for draw in open_draws(ledger, filter)? {
        *open.entry(draw.row.product).or_default() += draw.quantity;
    }
    let mut rows = ledger.rows(&query, &scope, |row| {
        let (received, sold, returned, wasted): (i64, i64, i64, i64) =
            (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        let product: String = row.get(0)?;
        Ok(StockRow {
            name: row.get(1)?,
            unit: row.get(2)?,
            received: thousandths(received),
            sold: thousandths(sold),
            returned: thousandths(returned),
            wasted: thousandths(wasted),
            left: thousandths(received - sold + returned - wasted),
            unassigned: thousandths(open.get(&product).copied().unwrap_or_default()),
            product,
        })
    })?;
    let nothing = thousandths(0);
    rows.retain(|row| {
        filter.product.is_some()
            || row.received != nothing
            || row.sold != nothing
            || row.unassigned != nothing
    });
    Ok(rows)
}

pub fn unassigned(ledger: &Ledger, filter: &Filter) -> Result<Vec<UnassignedRow>, StoreError> {
    // What is unassigned is nobody's yet.
    refuse("unassigned", &[("party", &filter.party)])?;
    let open = open_draws(ledger, filter)?;
    Ok(open.into_iter().map(|open| open.row).collect())
}

pub(super) struct OpenDraw {
    pub(super) quantity: i64,
    pub(super) row: UnassignedRow,
}

/// Unassigned draws, less what was given back and what was assigned since.
pub(super) fn open_draws(ledger: &Ledger, filter: &Filter) -> Result<Vec<OpenDraw>, StoreError> {
    let mut scope = Scope::of(filter);
    scope.when("l.product = ?", &filter.product);
    let less = |column: &str| {
        format!(
            "d.{column} - COALESCE((SELECT SUM(r.{column}) FROM refund_draws r WHERE r.till_no = s.till_no \
               AND r.sale = s.id AND r.line = d.line AND r.draw = d.draw), 0) \
             - COALESCE((SELECT SUM(a.{column}) FROM assigned_draws a WHERE a.till_no = s.till_no \
               AND a.sale = s.id AND a.line = d.line AND a.takes_place_of = d.draw), 0)"
        )
    };
    let query = format!(
        "SELECT s.number, s.at, s.id, d.line, l.product, p.name, {} AS quantity, {} AS net_fen, h.party \
         FROM draws d JOIN sales s USING (entry) JOIN lines l USING (entry, line) JOIN days y USING (day_no) \
         LEFT JOIN products p ON p.code = l.product LEFT JOIN lines_said h USING (entry, line) \
         WHERE d.revision_no IS NULL AND {} ORDER BY d.entry, d.line, d.draw",
        less("quantity"),
        less("net_fen"),
        scope.sql()
    );
    let mut draws = ledger.rows(&query, &scope, |row| {
        let quantity: i64 = row.get(6)?;
        Ok(OpenDraw {
            quantity,
            row: UnassignedRow {
                number: row.get(0)?,
                at: row.get(1)?,
                sale: row.get(2)?,
                line: row.get(3)?,
                product: row.get(4)?,
                name: row.get(5)?,
                qty: thousandths(quantity),
                net: row.get(7)?,
                said_of: row.get(8)?,
            },
        })
    })?;
    draws.retain(|draw| draw.quantity > 0);
    Ok(draws)
}
