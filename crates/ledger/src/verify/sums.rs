//! Adding the projections up in another way than they were made: from the rows of every sale, refund and assignment, what
//! the sums must be. It asks nothing of the code that projects.

use crate::store::{Ledger, StoreError};
use crate::together::all_at_odds;
use rusqlite::params;
use std::collections::HashMap;

/// Each counts what must be as much as the other.
const EQUAL: &[(&str, &str)] = &[
    // What was given by sales and assignments, less what went off it, is what the sums say.
    (
        "SELECT COALESCE(SUM(payable_fen), 0) FROM sale_days",
        "SELECT (SELECT COALESCE(SUM(payable_fen), 0) FROM draws) \
         + (SELECT COALESCE(SUM(payable_fen - payable_back_fen), 0) FROM assigned_draws) \
         - (SELECT COALESCE(SUM(payable_fen), 0) FROM refund_draws)",
    ),
    (
        "SELECT COALESCE(SUM(fund_fen), 0) FROM sale_days",
        "SELECT (SELECT COALESCE(SUM(fund_fen), 0) FROM draws) \
         - (SELECT COALESCE(SUM(fund_fen), 0) FROM refund_draws)",
    ),
    // Money that went out is out, whether it counts or not.
    (
        "SELECT COALESCE(SUM(net_fen), 0) FROM sale_days",
        "SELECT (SELECT COALESCE(SUM(net_fen), 0) FROM sales) - (SELECT COALESCE(SUM(net_fen), 0) FROM refunds)",
    ),
    (
        "SELECT COALESCE(SUM(net_fen), 0) FROM sale_days",
        "SELECT COALESCE(SUM(net_fen), 0) FROM product_days",
    ),
    (
        "SELECT COALESCE(SUM(margin_fen), 0) FROM sale_days",
        "SELECT COALESCE(SUM(net_fen - payable_fen - fund_fen), 0) FROM sale_days",
    ),
    // What no lot covers yet.
    (
        "SELECT COALESCE(SUM(unassigned_fen), 0) FROM sale_days",
        "SELECT (SELECT COALESCE(SUM(net_fen), 0) FROM draws WHERE revision_no IS NULL) \
         - (SELECT COALESCE(SUM(net_fen), 0) FROM assigned_draws WHERE from_revision_no IS NULL) \
         - (SELECT COALESCE(SUM(net_fen), 0) FROM refund_draws WHERE revision_no IS NULL)",
    ),
    // A party has what its shares have, and all shares what their lots have to pay.
    (
        "SELECT COALESCE(SUM(due_fen), 0) FROM party_days",
        "SELECT COALESCE(SUM(due_fen), 0) FROM lot_share_days",
    ),
    (
        "SELECT COALESCE(SUM(attributed_fen), 0) FROM party_days",
        "SELECT COALESCE(SUM(attributed_fen), 0) FROM lot_share_days",
    ),
    (
        "SELECT COALESCE(SUM(payable_fen), 0) FROM lot_days",
        "SELECT COALESCE(SUM(payable_fen), 0) FROM sale_days",
    ),
];

/// Each finds what must not be.
const NOTHING: &[&str] = &[
    // A refund's money is what counts of it and what is beyond.
    "SELECT 1 FROM refunds r WHERE r.sale <> '' AND r.net_fen <> \
       COALESCE((SELECT SUM(d.net_fen) FROM refund_draws d WHERE d.till_no = r.sale_till_no AND d.sale = r.sale \
         AND d.entry = r.entry), 0) \
       + COALESCE((SELECT SUM(x.net_fen) FROM refund_excess x WHERE x.till_no = r.sale_till_no AND x.sale = r.sale \
         AND x.entry = r.entry), 0) LIMIT 1",
    // What each lot has is what was drawn of it.
    "SELECT 1 FROM (SELECT revision_no, SUM(payable_fen) AS payable, SUM(net_fen) AS net, SUM(sold - returned) AS out \
       FROM lot_days GROUP BY revision_no) l \
     FULL JOIN (SELECT revision_no, SUM(payable) AS payable, SUM(net) AS net, SUM(out) AS out FROM (\
       SELECT revision_no, payable_fen AS payable, net_fen AS net, quantity AS out FROM draws \
       UNION ALL SELECT revision_no, payable_fen, net_fen, quantity FROM assigned_draws \
       UNION ALL SELECT from_revision_no, -payable_back_fen, -net_fen, -quantity FROM assigned_draws \
       UNION ALL SELECT revision_no, -payable_fen, -net_fen, -quantity FROM refund_draws) \
       JOIN lot_revisions USING (revision_no) WHERE hash <> '' GROUP BY revision_no) d USING (revision_no) \
     WHERE (COALESCE(l.payable, 0), COALESCE(l.net, 0), COALESCE(l.out, 0)) \
       <> (COALESCE(d.payable, 0), COALESCE(d.net, 0), COALESCE(d.out, 0)) LIMIT 1",
    // What is beyond a sale is of one that is at odds.
    "SELECT 1 FROM refund_excess x WHERE NOT EXISTS \
       (SELECT 1 FROM sales_at_odds o WHERE o.till_no = x.till_no AND o.sale = x.sale) LIMIT 1",
];

impl Ledger {
    /// Whether the projections add up, and of no sale more went off than it gave: where more was recorded, the entries
    /// with the smaller hashes count.
    pub(super) fn sums_add_up(&self) -> Result<bool, StoreError> {
        let sum = |query: &str| -> Result<i64, StoreError> {
            Ok(self.connection.query_row(query, [], |row| row.get(0))?)
        };
        for (one, other) in EQUAL {
            if sum(one)? != sum(other)? {
                return Ok(false);
            }
        }
        for query in NOTHING {
            if self.connection.prepare(query)?.exists([])? {
                return Ok(false);
            }
        }
        Ok(all_at_odds(&self.connection)?.is_empty() && self.excess_is_in_order()?)
    }

    /// Of a line from which more was given back than was sold: whoever is beyond it has all after it beyond it as well,
    /// and what counts is all that was sold.
    fn excess_is_in_order(&self) -> Result<bool, StoreError> {
        let mut lines = self.connection.prepare(
            "SELECT x.till_no, x.sale, x.line, l.quantity FROM refund_excess x \
             JOIN requests q ON q.id = x.sale AND q.till_no = x.till_no \
             JOIN lines l ON l.entry = q.entry AND l.line = x.line \
             GROUP BY x.till_no, x.sale, x.line HAVING SUM(x.quantity) > 0",
        )?;
        let lines = lines
            .query_map([], |row| {
                Ok(((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?), row.get(3)?))
            })?
            .collect::<Result<HashMap<(i64, String, i64), i64>, _>>()?;
        let mut of_line = self.connection.prepare(
            "SELECT SUM(counts), SUM(beyond) FROM (\
               SELECT entry, quantity AS counts, 0 AS beyond FROM refund_draws \
               WHERE till_no = ?1 AND sale = ?2 AND line = ?3 \
               UNION ALL SELECT entry, 0, quantity FROM refund_excess \
               WHERE till_no = ?1 AND sale = ?2 AND line = ?3) \
             JOIN entries USING (entry) GROUP BY entry ORDER BY hash",
        )?;
        for ((till_no, sale, line), sold) in lines {
            let mut left = sold;
            let mut rows = of_line.query(params![till_no, sale, line])?;
            while let Some(row) = rows.next()? {
                let (counts, beyond): (i64, i64) = (row.get(0)?, row.get(1)?);
                // Each as far as the sale goes.
                if counts != left.min(counts + beyond) {
                    return Ok(false);
                }
                left -= counts;
            }
            if left != 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Ledger, OpenMode};

    /// Two jars for 100 fen, of which two nodes gave back two each: the entry with the smaller hash counts.
    const BOOKS: &str = "
        INSERT INTO tills VALUES (1, 'aa', 'T1');
        INSERT INTO entries VALUES (1, x'05', x'', ''), (2, x'01', x'', ''), (3, x'02', x'', '');
        INSERT INTO days VALUES (1, '2026-11-21', 'F1', 'fair');
        INSERT INTO lot_revisions VALUES (1, 'L1', 'bb');
        INSERT INTO requests VALUES ('S', 1, 1), ('A', 1, 2), ('B', 1, 3);
        INSERT INTO sales VALUES (1, 1, 'S', 'T1-000001', '', 1, '', '', 100, 0, 0, 100, 0, NULL, NULL);
        INSERT INTO lines VALUES (1, 1, 'honey', 2000, 50, 100, 0, 100);
        INSERT INTO draws VALUES (1, 1, 1, 1, 2000, 100, 100, 0, 90, 10);
        INSERT INTO refunds VALUES (2, 1, 'A', 'T1-000002', '', '', '', '', '', 1, 'S', 100, 0, ''),
            (3, 1, 'B', 'T1-000003', '', '', '', '', '', 1, 'S', 100, 0, '');
        INSERT INTO refund_draws VALUES (1, 'S', 1, 1, 2, 1, 1, 2000, 100, 0, 90);
        INSERT INTO refund_excess VALUES (1, 'S', 1, 3, 1, 'honey', 2000, 100);
        INSERT INTO sales_at_odds VALUES (1, 'S');
        INSERT INTO sale_days VALUES (1, 1, 1, 2, 0, 100, 0, 200, -100, 0, 0, -100, 0);
        INSERT INTO product_days VALUES (1, 'honey', 1, 2, 2000, 2000, 100, 0, 200, -100, 0, 0, -100, 0);";

    fn adds_up(altered: &str) -> bool {
        let room = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&room.path().join("db"), OpenMode::Create).unwrap();
        ledger.connection.execute_batch(BOOKS).unwrap();
        ledger.connection.execute_batch(altered).unwrap();
        ledger.sums_add_up().unwrap()
    }

    #[test]
    fn what_breaks_the_rule_is_found() {
        assert!(adds_up(""));
        for altered in [
            // The other one counts.
            "UPDATE refund_draws SET entry = 3; UPDATE refund_excess SET entry = 2",
            // Both count, and the household has lost twice.
            "INSERT INTO refund_draws VALUES (1, 'S', 1, 1, 3, 1, 1, 2000, 100, 0, 90); DELETE FROM refund_excess; \
             UPDATE sale_days SET payable_fen = -90, margin_fen = -10",
            // The second has counted a part.
            "UPDATE refund_draws SET quantity = 1000, net_fen = 50, payable_fen = 45; \
             INSERT INTO refund_draws VALUES (1, 'S', 1, 1, 3, 1, 1, 1000, 50, 0, 45); \
             INSERT INTO refund_excess VALUES (1, 'S', 1, 2, 1, 'honey', 1000, 50); \
             UPDATE refund_excess SET quantity = 1000, net_fen = 50 WHERE entry = 3",
            "UPDATE refund_excess SET net_fen = 99",
            "DELETE FROM sales_at_odds",
            "UPDATE sale_days SET margin_fen = -99, fund_fen = -1",
            "UPDATE sale_days SET unassigned_fen = 1",
            "INSERT INTO party_days VALUES (1, 'H1', 0, 0, -90)",
            "INSERT INTO lot_days VALUES (1, 1, 1, 2000, 0, 0, 0, 0)",
            "UPDATE product_days SET net_fen = -99",
        ] {
            assert!(!adds_up(altered), "{altered}");
        }
    }
}
