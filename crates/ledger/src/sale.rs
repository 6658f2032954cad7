//! One sale and all that was done to it, from the journal itself.

use crate::store::{Ledger, StoreError, place_parts};
use crate::together::{OfSale, SaleKey};
use jishi_domain::SaleState;
use jishi_journal::body::{Body, DrawMoved, LotAssigned, RefundRecorded, SaleRecorded};
use jishi_journal::{ChainId, Entry, EntryHash};
use rusqlite::{OptionalExtension as _, params};

/// What happened to a sale after it was made, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Afterwards {
    Refund(RefundRecorded),
    Void(RefundRecorded),
    Assigned(LotAssigned),
    Moved(DrawMoved),
}

/// A stored entry with its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFacts {
    /// Where it stands in this store.
    pub place: i64,
    pub chain: ChainId,
    pub seq: u64,
    pub hash: EntryHash,
    pub at: String,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SaleHistory {
    pub seq: u64,
    pub hash: EntryHash,
    pub at: String,
    pub sale: SaleRecorded,
    /// What counts, each as it is recorded: of a sale at odds see `state`.
    pub afterwards: Vec<Afterwards>,
    /// What is left to be given back or assigned. None where what is recorded contradicts itself.
    pub state: Option<SaleState>,
}

impl Ledger {
    /// All money that ever came in here, whatever went out again: what every sum over it stays below.
    pub fn taken_in(&self) -> Result<i64, StoreError> {
        const ALL: &str = "SELECT (SELECT COALESCE(SUM(gross_fen), 0) FROM sale_days) \
            + (SELECT COALESCE(SUM(total_fen), 0) FROM voucher_sales) \
            + (SELECT COALESCE(SUM(float_fen), 0) FROM shifts) \
            + (SELECT COALESCE(SUM(in_fen), 0) FROM cash_moves)";
        Ok(self
            .connection
            .prepare_cached(ALL)?
            .query_row([], |row| row.get(0))?)
    }

    /// What an id was used for at a till: the place of its entry.
    pub fn request(&self, till_no: i64, id: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT entry FROM requests WHERE id = ? AND till_no = ?")?;
        Ok(statement
            .query_row(params![id, till_no], |row| row.get(0))
            .optional()?)
    }

    /// The place of the sale or refund with this receipt number.
    pub fn receipt_place(&self, number: &str) -> Result<Option<i64>, StoreError> {
        let Ok((prefix, running)) = crate::sense::receipt_number(number) else {
            return Ok(None);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT entry FROM receipts WHERE prefix = ? AND running = ? ORDER BY till_no LIMIT 1",
        )?;
        Ok(statement
            .query_row(params![prefix, running], |row| row.get(0))
            .optional()?)
    }

    /// The last running number used with a prefix; 0 where none was.
    pub fn last_receipt(&self, prefix: &str) -> Result<i64, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT COALESCE(MAX(running), 0) FROM receipts WHERE prefix = ?")?;
        Ok(statement.query_row([prefix], |row| row.get(0))?)
    }

    pub fn facts_at(&self, place: i64) -> Result<Option<StoredFacts>, StoreError> {
        let Some(signed) = self.entry_at(place)? else {
            return Ok(None);
        };
        let entry = Entry::parse(&signed.line)
            .map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
        let body = entry.body();
        Ok(Some(StoredFacts {
            place,
            chain: entry.chain,
            seq: place_parts(place).1,
            hash: signed.hash(),
            at: entry.at,
            body,
        }))
    }

    /// A sale of a till by its id, with all that came after.
    pub fn sale_history(&self, till_no: i64, id: &str) -> Result<Option<SaleHistory>, StoreError> {
        let Some(place) = self.request(till_no, id)? else {
            return Ok(None);
        };
        let Some(StoredFacts {
            seq,
            hash,
            at,
            body: Body::SaleRecorded(sale),
            ..
        }) = self.facts_at(place)?
        else {
            return Ok(None);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT entry FROM refunds WHERE sale_till_no = ?1 AND sale = ?2 \
             UNION SELECT entry FROM assigned_draws WHERE till_no = ?1 AND sale = ?2 \
             ORDER BY 1",
        )?;
        let places: Vec<i64> = statement
            .query_map(params![till_no, id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut afterwards = Vec::with_capacity(places.len());
        for place in places {
            afterwards.push(match self.facts_at(place)?.map(|facts| facts.body) {
                Some(Body::RefundRecorded(refund)) => Afterwards::Refund(refund),
                Some(Body::SaleVoided(void)) => Afterwards::Void(void.refund),
                Some(Body::LotAssigned(assigned)) => Afterwards::Assigned(assigned),
                Some(Body::DrawMoved(moved)) => Afterwards::Moved(moved),
                _ => {
                    return Err(StoreError::Damaged(format!(
                        "entry at {place} is not what followed a sale"
                    )));
                }
            });
        }
        let key = SaleKey::of(till_no, id);
        let state = match key {
            Some(key) => OfSale::read(&self.connection, &key)?.into_state(),
            None => None,
        };
        Ok(Some(SaleHistory {
            seq,
            hash,
            at,
            sale,
            afterwards,
            state,
        }))
    }
}
