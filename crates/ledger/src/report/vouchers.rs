//! Vouchers and tickets: what was issued, what of it was used, and what was used twice.

use super::{Filter, Scope, VoucherRow, refuse};
use crate::store::{Ledger, StoreError};
use serde::Serialize;

/// Every piece that was issued, or was used, at a node of this store, in the order of issue; those whose issue is
/// not known here come last.
pub fn vouchers(ledger: &Ledger, filter: &Filter) -> Result<Vec<VoucherRow>, StoreError> {
    // A voucher is nobody's sale; a ticket's household stands in `parties`.
    refuse("vouchers", &[("party", &filter.party)])?;
    let mut scope = Scope::of(filter);
    scope.when("i.product = ?", &filter.product);
    // An id that two entries issued is one piece: the first entry tells of it. Days and places are those of the
    // issue, and of the first use where the issue is not here.
    let query = format!(
        "WITH known AS (SELECT pass FROM passes UNION SELECT pass FROM pass_uses UNION SELECT pass FROM pass_returns), \
         issued AS (SELECT pass, MIN(entry) AS entry FROM passes GROUP BY pass), \
         used AS (SELECT u.pass, COUNT(*) AS uses, SUM(u.fen) AS fen, MAX(u.fen) AS most, MAX(u.face_fen) AS face_fen, \
                  MAX(u.kind) AS kind, MIN(u.day_no) AS day_no FROM pass_uses u GROUP BY u.pass), \
         back AS (SELECT pass, COUNT(*) AS times FROM pass_returns GROUP BY pass) \
         SELECT k.pass, COALESCE(i.kind, u.kind, 'voucher'), i.product, p.name, t.node, i.number, i.at, \
         COALESCE(i.face_fen, u.face_fen, 0), i.until, COALESCE(u.uses, 0), COALESCE(u.fen, 0), \
         COALESCE(u.most, 0), COALESCE(b.times, 0), \
         COALESCE((SELECT group_concat(said, '; ') FROM (SELECT trim(n.node || ' ' || x.number) || ' ' || x.at AS said \
           FROM pass_uses x JOIN tills n USING (till_no) WHERE x.pass = k.pass ORDER BY x.at, n.node, x.number)), '') \
         FROM known k LEFT JOIN issued f ON f.pass = k.pass \
         LEFT JOIN passes i ON i.pass = k.pass AND i.entry = f.entry \
         LEFT JOIN tills t ON t.till_no = i.till_no LEFT JOIN used u ON u.pass = k.pass \
         LEFT JOIN back b ON b.pass = k.pass LEFT JOIN products p ON p.code = i.product \
         LEFT JOIN days y ON y.day_no = COALESCE(i.day_no, u.day_no) \
         WHERE {} ORDER BY i.at IS NULL, i.at, k.pass",
        scope.sql()
    );
    ledger.rows(&query, &scope, |row| {
        let (face, uses, used, most): (i64, i64, i64, i64) =
            (row.get(7)?, row.get(9)?, row.get(10)?, row.get(11)?);
        let returns: i64 = row.get(12)?;
        let kind: String = row.get(1)?;
        // The first use stands, and of a piece that came back none does.
        let excess = if returns > 0 { used } else { used - most };
        let state = match (uses, returns) {
            (0, 0) => "outstanding",
            (0, _) => "returned",
            (1, 0) => "redeemed",
            (_, _) => "doubled",
        };
        Ok(VoucherRow {
            pass: row.get(0)?,
            lapsed: match state {
                "redeemed" if kind == "voucher" => face - used,
                _ => 0,
            },
            kind,
            product: row.get::<_, Option<String>>(2)?.filter(|code| !code.is_empty()),
            name: row.get(3)?,
            till: row.get(4)?,
            number: row.get(5)?,
            issued_at: row.get(6)?,
            face,
            until: row.get(8)?,
            state: state.to_owned(),
            uses,
            used,
            excess,
            used_at: row.get(13)?,
        })
    })
}

/// All vouchers, or all tickets, in pieces and fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VoucherSums {
    pub issued: i64,
    pub issued_fen: i64,
    pub outstanding: i64,
    pub outstanding_fen: i64,
    pub doubled: i64,
    pub excess_fen: i64,
}

pub fn voucher_sums(rows: &[VoucherRow], kind: &str) -> VoucherSums {
    let mut sums = VoucherSums::default();
    for row in rows.iter().filter(|row| row.kind == kind) {
        if row.number.is_some() {
            sums.issued += 1;
            sums.issued_fen += row.face;
        }
        match row.state.as_str() {
            "outstanding" => {
                sums.outstanding += 1;
                sums.outstanding_fen += row.face;
            }
            "doubled" => {
                sums.doubled += 1;
                sums.excess_fen += row.excess;
            }
            _ => {}
        }
    }
    sums
}
