//! Goods: what came in, what is left, and what no lot covers yet.

use super::{Filter, LotRow, Scope, StockRow, UnassignedRow, refuse, thousandths};
use crate::store::{Ledger, StoreError};
use rusqlite::{Connection, ToSql};
use std::collections::HashMap;

pub fn lots(ledger: &Ledger, filter: &Filter) -> Result<Vec<LotRow>, StoreError> {
    let mut scope = Scope::of(filter, "d.");
    // The days' conditions stand in the join: a lot of which nothing was sold is listed too. What is
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
        "SELECT l.code, l.product, l.received, COALESCE(SUM(d.sold), 0), COALESCE(SUM(d.returned), 0), \
         COALESCE(SUM(d.wasted), 0), COALESCE(SUM(d.net_fen), 0), COALESCE(SUM(d.payable_fen), 0), \
         l.received - COALESCE((SELECT SUM(e.sold - e.returned + e.wasted) FROM lot_days e \
         WHERE e.lot = l.code), 0) \
         FROM lots l LEFT JOIN lot_days d ON d.lot = l.code AND {days} WHERE {} GROUP BY l.code ORDER BY l.code",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        let (received, sold, returned, wasted): (i64, i64, i64, i64) =
            (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        Ok(LotRow {
            lot: row.get(0)?,
            product: row.get(1)?,
            received: thousandths(received),
            sold: thousandths(sold),
            returned: thousandths(returned),
            wasted: thousandths(wasted),
            left: thousandths(row.get(8)?),
            net: row.get(6)?,
            payable: row.get(7)?,
        })
    })
}

/// Stock is what there is now, wherever it is sold: of the filters only the product applies.
pub fn stock(ledger: &Ledger, filter: &Filter) -> Result<Vec<StockRow>, StoreError> {
    refuse(
        "stock",
        &[
            ("from", &filter.from),
            ("to", &filter.to),
            ("outlet", &filter.outlet),
            ("channel", &filter.channel),
            ("party", &filter.party),
        ],
    )?;
    let mut scope = Scope {
        conditions: vec!["p.own = 0".to_owned()],
        arguments: Vec::new(),
    };
    scope.when("p.code = ?", &filter.product);
    let query = format!(
        "WITH moved AS (SELECT lot, SUM(sold) AS sold, SUM(returned) AS returned, SUM(wasted) AS wasted \
                        FROM lot_days GROUP BY lot), \
         held AS (SELECT l.product, SUM(l.received) AS received, SUM(COALESCE(m.sold, 0)) AS sold, \
                  SUM(COALESCE(m.returned, 0)) AS returned, SUM(COALESCE(m.wasted, 0)) AS wasted \
                  FROM lots l LEFT JOIN moved m ON m.lot = l.code GROUP BY l.product) \
         SELECT p.code, p.name, p.unit, COALESCE(h.received, 0), COALESCE(h.sold, 0), \
         COALESCE(h.returned, 0), COALESCE(h.wasted, 0) FROM products p \
         LEFT JOIN held h ON h.product = p.code WHERE {} ORDER BY p.code",
        scope.sql()
    );
    let mut open: HashMap<String, i64> = HashMap::new();
    for draw in open_draws(&ledger.connection)? {
        *open.entry(draw.product).or_default() += draw.quantity;
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

struct OpenDraw {
    till_no: i64,
    sale: String,
    line: i64,
    product: String,
    quantity: i64,
    net_fen: i64,
}

/// Unassigned draws, less what was given back and what was assigned since.
fn open_draws(connection: &Connection) -> Result<Vec<OpenDraw>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.till_no, d.sale, d.line, d.product, \
         d.quantity - COALESCE((SELECT SUM(r.quantity) FROM refund_draws r WHERE r.till_no = d.till_no \
           AND r.sale = d.sale AND r.line = d.line AND r.draw = d.draw), 0) \
         - COALESCE((SELECT SUM(a.quantity) FROM draws a WHERE a.till_no = d.till_no AND a.sale = d.sale \
           AND a.line = d.line AND a.takes_place_of = d.draw), 0) AS quantity, \
         d.net_fen - COALESCE((SELECT SUM(r.net_fen) FROM refund_draws r WHERE r.till_no = d.till_no \
           AND r.sale = d.sale AND r.line = d.line AND r.draw = d.draw), 0) \
         - COALESCE((SELECT SUM(a.net_fen) FROM draws a WHERE a.till_no = d.till_no AND a.sale = d.sale \
           AND a.line = d.line AND a.takes_place_of = d.draw), 0) AS net_fen \
         FROM draws d WHERE d.lot IS NULL",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(OpenDraw {
            till_no: row.get(0)?,
            sale: row.get(1)?,
            line: row.get(2)?,
            product: row.get(3)?,
            quantity: row.get(4)?,
            net_fen: row.get(5)?,
        })
    })?;
    let draws: Result<Vec<OpenDraw>, _> = rows.collect();
    Ok(draws?.into_iter().filter(|draw| draw.quantity > 0).collect())
}

pub fn unassigned(ledger: &Ledger, filter: &Filter) -> Result<Vec<UnassignedRow>, StoreError> {
    // What is unassigned is nobody's yet.
    refuse("unassigned", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter, "s.");
    scope.conditions.push("s.till_no = ? AND s.id = ?".to_owned());
    let query = format!(
        "SELECT s.number, s.at, s.entry, (SELECT name FROM products WHERE code = ?) FROM sales s WHERE {}",
        scope.sql()
    );
    let mut found = Vec::new();
    for draw in open_draws(&ledger.connection)? {
        if filter
            .product
            .as_ref()
            .is_some_and(|product| *product != draw.product)
        {
            continue;
        }
        let mut arguments: Vec<&dyn ToSql> = vec![&draw.product];
        arguments.extend(&scope.arguments);
        arguments.push(&draw.till_no);
        arguments.push(&draw.sale);
        let mut statement = ledger.connection.prepare_cached(&query)?;
        let mut rows = statement.query(arguments.as_slice())?;
        if let Some(row) = rows.next()? {
            let entry: i64 = row.get(2)?;
            found.push((
                (entry, draw.line),
                UnassignedRow {
                    number: row.get(0)?,
                    at: row.get(1)?,
                    name: row.get(3)?,
                    sale: draw.sale.clone(),
                    line: draw.line,
                    qty: thousandths(draw.quantity),
                    net: draw.net_fen,
                    product: draw.product.clone(),
                },
            ));
        }
    }
    found.sort_by_key(|(order, _)| *order);
    Ok(found.into_iter().map(|(_, row)| row).collect())
}
