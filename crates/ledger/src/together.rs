//! One sale, two nodes: what several recorded on one sale without knowing of each other.
//!
//! As long as all of it fits the sale every entry is projected from itself alone. A sale on which it does not is at odds:
//! what counts of each entry follows from the sale and all entries on it ([`count_together`]), whichever of them came
//! first. So an entry that comes later is counted in by taking out what stands, and settling all of them anew.

use crate::figures::{counted_fact, on_sale, sale_state};
use crate::project::{Place, project_counted};
use crate::rows::{Row, row, take, take_all, take_out};
use crate::store::StoreError;
use crate::writer::Writer;
use jishi_domain::{Counted, OnSale, Together, as_recorded, count_together};
use jishi_journal::body::{Body, DrawFact, RefundDrawFact, SaleRecorded};
use jishi_journal::{EntryFacts, EntryHash};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::sync::OnceLock;

/// A sale, by the till that made it and its id. It may not be here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SaleKey {
    pub(crate) till_no: i64,
    pub(crate) sale: String,
}

impl SaleKey {
    /// None where no sale is named.
    pub(crate) fn of(till_no: i64, sale: &str) -> Option<SaleKey> {
        (!sale.is_empty()).then(|| SaleKey {
            till_no,
            sale: sale.to_owned(),
        })
    }
}

/// A stored entry: a sale, or what was recorded on it.
pub(crate) struct OnOne {
    pub(crate) place: i64,
    pub(crate) hash: EntryHash,
    till_no: i64,
    pub(crate) at: String,
    pub(crate) body: Body,
}

/// All that is here of one sale.
pub(crate) struct OfSale {
    pub(crate) sale: Option<OnOne>,
    /// In the order of their hashes.
    pub(crate) entries: Vec<OnOne>,
    said: Vec<OnSale>,
}

/// The sale's own entry, where it is here and counts.
const SALE: &str =
    "SELECT s.entry FROM requests q JOIN sales s ON s.entry = q.entry WHERE q.id = ?2 AND q.till_no = ?1";

impl OfSale {
    pub(crate) fn read(connection: &Connection, key: &SaleKey) -> Result<OfSale, StoreError> {
        let place: Option<i64> = connection
            .prepare_cached(SALE)?
            .query_row(params![key.till_no, key.sale], |row| row.get(0))
            .optional()?;
        let sale = place.map(|place| read_entry(connection, place)).transpose()?;
        let mut statement = connection.prepare_cached(
            "SELECT entry FROM refunds WHERE sale_till_no = ?1 AND sale = ?2 \
             UNION ALL SELECT entry FROM assignments WHERE till_no = ?1 AND sale = ?2",
        )?;
        let places = statement
            .query_map(params![key.till_no, key.sale], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        let mut entries = Vec::with_capacity(places.len());
        for place in places {
            entries.push(read_entry(connection, place)?);
        }
        entries.sort_by_key(|entry| entry.hash);
        let damaged = |entry: &OnOne| {
            StoreError::Damaged(format!("entry at {} is not what followed a sale", entry.place))
        };
        let said = entries
            .iter()
            .map(|entry| on_sale(&entry.body).ok_or_else(|| damaged(entry)));
        Ok(OfSale {
            sale,
            said: said.collect::<Result<_, _>>()?,
            entries,
        })
    }

    /// What was sold; None where the sale is not here.
    fn sold(&self) -> Option<&SaleRecorded> {
        match &self.sale.as_ref()?.body {
            Body::SaleRecorded(sale) => Some(sale),
            _ => None,
        }
    }

    /// None where the sale is not here.
    pub(crate) fn together(&self) -> Option<Together> {
        let state = sale_state(self.sold()?)?;
        Some(count_together(&state, &self.said))
    }

    /// The draw that a line has under a number, from 0: the sale's own, or what one of them made that counts.
    fn given(&self, counted: &[Counted], line: usize, draw: usize) -> Option<&DrawFact> {
        let own = self.sold()?.lines.get(line.checked_sub(1)?);
        if let Some(fact) = own.and_then(|line| line.draws.get(draw)) {
            return Some(fact);
        }
        let makes = |said: &OnSale| match said {
            OnSale::Back(_) => false,
            OnSale::Assigned {
                line: of, draw: made, ..
            }
            | OnSale::Moved {
                line: of, draw: made, ..
            } => (*of, *made) == (line, draw),
        };
        let mut each = self.entries.iter().zip(&self.said).zip(counted);
        let ((maker, _), _) =
            each.find(|((_, said), counted)| **counted == Counted::AsRecorded && makes(said))?;
        match &maker.body {
            Body::LotAssigned(assigned) => Some(&assigned.fact),
            Body::DrawMoved(moved) => Some(&moved.fact),
            _ => None,
        }
    }

    /// What counts of a refund, line by line.
    fn counted_draws(
        &self,
        counted: &[Counted],
        said: &OnSale,
        back: &[Vec<jishi_domain::RefundDraw>],
    ) -> Vec<Vec<RefundDrawFact>> {
        let OnSale::Back(lines) = said else {
            return Vec::new();
        };
        let lines = lines.iter().zip(back).map(|(line, draws)| {
            let facts = draws
                .iter()
                .map(|draw| counted_fact(draw, self.given(counted, line.line, draw.draw)));
            facts.collect()
        });
        lines.collect()
    }
}

fn read_entry(connection: &Connection, place: i64) -> Result<OnOne, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT e.line, e.hash, c.till_no FROM entries e JOIN chains c ON c.chain_no = e.entry >> 40 \
         WHERE e.entry = ?",
    )?;
    let (line, hash, till_no): (String, [u8; 32], i64) =
        statement.query_row([place], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let facts =
        EntryFacts::read(&line).map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
    Ok(OnOne {
        place,
        hash: EntryHash::from_bytes(hash),
        till_no,
        at: facts.at,
        body: facts.body,
    })
}

/// Sales that may be at odds: more went off a draw than it gave, or it went to another lot than it was of. What the
/// rows tell here is what [`count_together`] asks.
fn at_odds(of: &str) -> String {
    format!(
        "WITH gone AS (\
           SELECT till_no, sale, line, draw, revision_no, quantity, net_fen, fund_fen, payable_fen \
           FROM refund_draws {of} \
           UNION ALL \
           SELECT till_no, sale, line, takes_place_of, from_revision_no, quantity, net_fen, fund_fen, payable_back_fen \
           FROM assigned_draws {of}), \
         summed AS (\
           SELECT till_no, sale, line, draw, MIN(COALESCE(revision_no, 0)) AS least, \
           MAX(COALESCE(revision_no, 0)) AS most, SUM(quantity) AS quantity, SUM(net_fen) AS net_fen, \
           SUM(fund_fen) AS fund_fen, SUM(payable_fen) AS payable_fen FROM gone GROUP BY till_no, sale, line, draw) \
         SELECT g.till_no, g.sale FROM summed g \
         JOIN requests q ON q.id = g.sale AND q.till_no = g.till_no JOIN sales s ON s.entry = q.entry \
         LEFT JOIN draws d ON d.entry = q.entry AND d.line = g.line AND d.draw = g.draw \
         LEFT JOIN assigned_draws a ON a.till_no = g.till_no AND a.sale = g.sale AND a.line = g.line \
           AND a.draw = g.draw \
         WHERE (d.entry IS NULL) = (a.entry IS NULL) OR g.least <> g.most \
           OR g.least <> COALESCE(d.revision_no, a.revision_no, 0) \
           OR g.quantity > COALESCE(d.quantity, a.quantity) OR g.net_fen > COALESCE(d.net_fen, a.net_fen) \
           OR g.fund_fen > COALESCE(d.fund_fen, a.fund_fen) \
           OR g.payable_fen > COALESCE(d.payable_fen, a.payable_fen) \
         UNION \
         SELECT o.till_no, o.sale FROM (SELECT * FROM assigned_draws {of}) o \
         JOIN requests q ON q.id = o.sale AND q.till_no = o.till_no JOIN sales s ON s.entry = q.entry \
         JOIN draws d ON d.entry = q.entry AND d.line = o.line AND d.draw = o.draw"
    )
}

/// All sales on which more goes off than was given.
pub(crate) fn all_at_odds(connection: &Connection) -> Result<Vec<SaleKey>, StoreError> {
    let mut statement = connection.prepare(&at_odds(""))?;
    let found = statement.query_map([], |row| {
        Ok(SaleKey {
            till_no: row.get(0)?,
            sale: row.get(1)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

impl Writer<'_> {
    fn is_listed(&self, query: &str, key: &SaleKey) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(query)?;
        Ok(statement.exists(params![key.till_no, key.sale])?)
    }

    pub(crate) fn is_at_odds(&self, key: &SaleKey) -> Result<bool, StoreError> {
        self.is_listed("SELECT 1 FROM sales_at_odds WHERE till_no = ? AND sale = ?", key)
    }

    /// Whether something that was done to a sale is here before it.
    pub(crate) fn is_awaited(&self, key: &SaleKey) -> Result<bool, StoreError> {
        self.is_listed("SELECT 1 FROM sales_awaited WHERE till_no = ? AND sale = ?", key)
    }

    pub(crate) fn any_is_awaited(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM sales_awaited")?;
        Ok(statement.exists([])?)
    }

    /// Before anything of a sale changes: every entry on it stands as it is recorded.
    pub(crate) fn unsettle(&self, key: &SaleKey) -> Result<(), StoreError> {
        if !self.is_at_odds(key)? {
            return Ok(());
        }
        let of_sale = OfSale::read(self.connection, key)?;
        if let Some(together) = of_sale.together() {
            self.count_otherwise(&of_sale, &together.counted, &as_recorded(&of_sale.said))?;
        }
        self.connection
            .prepare_cached("DELETE FROM sales_at_odds WHERE till_no = ? AND sale = ?")?
            .execute(params![key.till_no, key.sale])?;
        Ok(())
    }

    /// Once something of a sale has changed, and every entry on it stands as it is recorded: counts them together.
    pub(crate) fn settle(&self, key: &SaleKey) -> Result<(), StoreError> {
        if self.is_at_odds(key)? || !self.is_here(key)? {
            return Ok(());
        }
        static QUERY: OnceLock<String> = OnceLock::new();
        let query = QUERY.get_or_init(|| at_odds("WHERE till_no = ?1 AND sale = ?2"));
        match self.is_listed(query, key)? {
            true => self.settle_at_odds(key),
            false => Ok(()),
        }
    }

    fn settle_at_odds(&self, key: &SaleKey) -> Result<(), StoreError> {
        let of_sale = OfSale::read(self.connection, key)?;
        let Some(together) = of_sale.together().filter(|together| !together.fits) else {
            return Ok(());
        };
        self.count_otherwise(&of_sale, &as_recorded(&of_sale.said), &together.counted)?;
        take(
            self.connection,
            &row!(SalesAtOdds: key.till_no, key.sale.as_str()),
        )?;
        Ok(())
    }

    /// All of a journal that was replayed, every entry as it is recorded.
    pub(crate) fn settle_all(&self) -> Result<(), StoreError> {
        for key in all_at_odds(self.connection)? {
            self.settle_at_odds(&key)?;
        }
        self.connection.execute(
            "INSERT INTO sales_awaited SELECT till_no, sale FROM (\
               SELECT sale_till_no AS till_no, sale FROM refunds WHERE sale <> '' \
               UNION SELECT till_no, sale FROM assignments) o \
             WHERE NOT EXISTS (SELECT 1 FROM requests q JOIN sales s ON s.entry = q.entry \
               WHERE q.id = o.sale AND q.till_no = o.till_no)",
            [],
        )?;
        Ok(())
    }

    /// Whether the sale is here; where it is not and something on it is, it is awaited from now on.
    fn is_here(&self, key: &SaleKey) -> Result<bool, StoreError> {
        let is_here = self.is_listed(SALE, key)?;
        let is_awaited = !is_here
            && self.is_listed(
                "SELECT 1 FROM refunds WHERE sale_till_no = ?1 AND sale = ?2 \
                 UNION ALL SELECT 1 FROM assignments WHERE till_no = ?1 AND sale = ?2",
                key,
            )?;
        match is_awaited {
            true => {
                take(
                    self.connection,
                    &row!(SalesAwaited: key.till_no, key.sale.as_str()),
                )?;
            }
            false => {
                self.connection
                    .prepare_cached("DELETE FROM sales_awaited WHERE till_no = ? AND sale = ?")?
                    .execute(params![key.till_no, key.sale])?;
            }
        }
        Ok(is_here)
    }

    fn count_otherwise(&self, of_sale: &OfSale, from: &[Counted], to: &[Counted]) -> Result<(), StoreError> {
        let changing = || (0..of_sale.entries.len()).filter(|index| from.get(*index) != to.get(*index));
        for index in changing() {
            for row in self.rows_as_counted(of_sale, from, index)? {
                take_out(self.connection, &row)?;
            }
        }
        let mut rows = Vec::new();
        for index in changing() {
            rows.extend(self.rows_as_counted(of_sale, to, index)?);
        }
        Ok(take_all(self.connection, rows)?)
    }

    /// The rows of one entry on a sale where it counts so, but for the claim on its id.
    fn rows_as_counted(
        &self,
        of_sale: &OfSale,
        counted: &[Counted],
        index: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let (Some(entry), Some(said), Some(how)) = (
            of_sale.entries.get(index),
            of_sale.said.get(index),
            counted.get(index),
        ) else {
            return Ok(Vec::new());
        };
        let place = Place {
            entry: entry.place,
            hash: entry.hash,
            at: &entry.at,
            till_no: entry.till_no,
        };
        let mut sums: Vec<Row> = Vec::new();
        let mut rows = match how {
            Counted::Waits => return Ok(Vec::new()),
            Counted::AsRecorded => {
                let projection = self.projection(place, &entry.body)?;
                // The draw that was made is itself the claim.
                let made = projection
                    .claim
                    .filter(|claim| claim.table == crate::rows::Table::AssignedDraws);
                made.into_iter().chain(projection.rows).collect()
            }
            Counted::Back(back) => {
                let draws = of_sale.counted_draws(counted, said, back);
                project_counted(place, &entry.body, &draws, &self.numbers(), &mut sums)?.rows
            }
        };
        rows.append(&mut sums);
        Ok(rows)
    }
}
