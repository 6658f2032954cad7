//! What a till knows of its lots: how much is left, and what each revision has given to its shares
//! so far, from which the carries follow.

use crate::allotments::allotted_to;
use crate::store::{Ledger, StoreError};
use jishi_domain::Quantity;
use jishi_journal::body::LotPut;
use rusqlite::params;

/// A lot at a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotStock {
    pub lot: LotPut,
    /// The part of it that this till was given to sell, in thousandths; none where the lot is its own.
    pub allotted: Option<i64>,
    /// Its turn: where its receipt stands in the journal.
    pub received_place: i64,
    /// Thousandths, over all revisions.
    pub sold: i64,
    pub returned: i64,
    pub wasted: i64,
    /// What the revision that stands now has given, in fen, one for each share. The sums that were
    /// divided are the sums of these.
    pub attributed_fen: Vec<i64>,
    pub due_fen: Vec<i64>,
}

impl LotStock {
    /// What this till has drawn of it and has not got back fit for sale, in thousandths.
    pub fn drawn(&self) -> i64 {
        self.sold - self.returned + self.wasted
    }

    /// What this till may still draw, in thousandths, negative where it drew more; none where it does not run out.
    pub fn left(&self) -> Option<i64> {
        // What was recorded is a quantity.
        let received = Quantity::parse(&self.lot.qty)
            .unwrap_or(Quantity::ZERO)
            .thousandths();
        let has = self.allotted.map_or(received, |allotted| allotted.min(received));
        (!self.lot.standing).then(|| has - self.drawn())
    }
}

impl Ledger {
    /// The lots of a product that this till received, in the order they came.
    pub fn lots_of(&self, till_no: i64, product: &str) -> Result<Vec<LotStock>, StoreError> {
        self.lots_at(till_no, &[], product)
    }

    /// The same with the lots that came down for its outlet, by the numbers of the servers' chains that received them.
    /// Those stand behind the till's own; of each, what this till has drawn is known here, and what others have is not:
    /// so it has the part that was allotted to it.
    pub fn lots_at(
        &self,
        till_no: i64,
        from_above: &[i64],
        product: &str,
    ) -> Result<Vec<LotStock>, StoreError> {
        let mut receivers = vec![till_no];
        receivers.extend(from_above);
        // Numbers: nothing that JSON cannot write.
        let receivers = serde_json::to_string(&receivers).unwrap_or_default();
        let from_above = serde_json::to_string(from_above).unwrap_or_default();
        let mut statement = self.connection.prepare_cached(
            "SELECT l.code, l.body, MIN(r.entry) AS place FROM lots l \
             JOIN lot_receipts r ON r.lot = l.code AND r.till_no IN (SELECT value FROM json_each(?1)) \
             WHERE l.product = ?2 GROUP BY l.code ORDER BY place",
        )?;
        let rows = statement.query_map(params![receivers, product], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })?;
        let mut lots = Vec::new();
        for row in rows {
            let (code, body, received_place) = row?;
            let lot: LotPut = serde_json::from_str(&body)
                .map_err(|error| StoreError::Damaged(format!("{code}: {error}")))?;
            let allotted = match lot.standing {
                true => None,
                false => allotted_to(&self.connection, (till_no, &from_above), &code)?,
            };
            lots.push(self.lot_stock(till_no, lot, (allotted, received_place))?);
        }
        Ok(lots)
    }

    fn lot_stock(
        &self,
        till_no: i64,
        lot: LotPut,
        (allotted, received_place): (Option<i64>, i64),
    ) -> Result<LotStock, StoreError> {
        let revision = lot.revision_hash();
        let shares = lot.shares.len();
        let mut stock = LotStock {
            allotted,
            received_place,
            sold: 0,
            returned: 0,
            wasted: 0,
            attributed_fen: vec![0; shares],
            due_fen: vec![0; shares],
            lot,
        };
        let mut days = self.connection.prepare_cached(
            "SELECT COALESCE(SUM(sold), 0), COALESCE(SUM(returned), 0), COALESCE(SUM(wasted), 0) \
             FROM lot_revisions r JOIN lot_days d USING (revision_no) WHERE d.till_no = ? AND r.lot = ?",
        )?;
        (stock.sold, stock.returned, stock.wasted) = days
            .query_row(params![till_no, stock.lot.code], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let mut given = self.connection.prepare_cached(
            "SELECT share, SUM(attributed_fen), SUM(due_fen) \
             FROM lot_revisions r JOIN lot_share_days d USING (revision_no) \
             WHERE d.till_no = ? AND r.lot = ? AND r.hash = ? GROUP BY share",
        )?;
        let mut rows = given.query(params![till_no, stock.lot.code, revision])?;
        while let Some(row) = rows.next()? {
            let share: i64 = row.get(0)?;
            let slot = usize::try_from(share - 1).ok().filter(|slot| *slot < shares);
            let slot = slot.ok_or_else(|| StoreError::Damaged(format!("share {share} of a lot")))?;
            stock.attributed_fen[slot] = row.get(1)?;
            stock.due_fen[slot] = row.get(2)?;
        }
        Ok(stock)
    }
}
