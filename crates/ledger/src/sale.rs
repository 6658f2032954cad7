//! One sale and all that was done to it, from the journal itself.

use crate::figures::of_lots_alone;
use crate::store::{Ledger, StoreError, place_parts};
use crate::together::{OfSale, OnOne, SaleKey};
use jishi_domain::{Counted, SaleState, Together};
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
        let Some(key) = SaleKey::of(till_no, id) else {
            return Ok(None);
        };
        let mut of_sale = OfSale::read(&self.connection, &key)?;
        let together = of_sale.together();
        let Some(OnOne {
            place,
            hash,
            at,
            body: Body::SaleRecorded(sale),
            ..
        }) = of_sale.sale.take()
        else {
            return Ok(None);
        };
        let counted = together.as_ref().map(|together| together.counted.as_slice());
        let counted = counted.unwrap_or_default().iter();
        let mut entries: Vec<OnOne> = of_sale
            .entries
            .into_iter()
            .zip(counted)
            .filter(|(_, counted)| **counted != Counted::Waits)
            .map(|(entry, _)| entry)
            .collect();
        entries.sort_by_key(|entry| entry.place);
        let afterwards = entries.into_iter().filter_map(|entry| match entry.body {
            Body::RefundRecorded(refund) => Some(Afterwards::Refund(refund)),
            Body::SaleVoided(void) => Some(Afterwards::Void(void.refund)),
            Body::LotAssigned(assigned) => Some(Afterwards::Assigned(assigned)),
            Body::DrawMoved(moved) => Some(Afterwards::Moved(moved)),
            _ => None,
        });
        Ok(Some(SaleHistory {
            seq: place_parts(place).1,
            hash,
            at,
            sale,
            afterwards: afterwards.collect(),
            state: together.and_then(Together::into_state).map(of_lots_alone),
        }))
    }
}
