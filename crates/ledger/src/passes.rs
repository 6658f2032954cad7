//! Vouchers and tickets as this store knows them: whose keys issue them, and what became of each.

use crate::sale::StoredFacts;
use crate::store::{Ledger, StoreError};
use jishi_journal::VerifyingKey;
use jishi_journal::body::{Body, VouchersSold};
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeSet;

/// Where and when something was done with a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassStep {
    pub till: String,
    /// The receipt, where there is one.
    pub number: String,
    pub at: String,
}

/// Where a piece was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPass {
    pub number: String,
    pub product: String,
    pub until: Option<String>,
}

/// Vouchers sold with one receipt, and which of them came back.
#[derive(Debug, Clone, PartialEq)]
pub struct VoucherHistory {
    pub place: i64,
    pub seq: u64,
    pub at: String,
    pub sold: VouchersSold,
    pub returned: BTreeSet<String>,
    /// The receipts they came back with, in order: their entries.
    pub returns: Vec<StoredFacts>,
}

impl Ledger {
    /// The first use of a piece that is known here.
    pub fn pass_use(&self, pass: &str) -> Result<Option<PassStep>, StoreError> {
        self.pass_step("pass_uses", pass)
    }

    pub fn pass_return(&self, pass: &str) -> Result<Option<PassStep>, StoreError> {
        self.pass_step("pass_returns", pass)
    }

    fn pass_step(&self, table: &str, pass: &str) -> Result<Option<PassStep>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT t.node, p.number, p.at FROM {table} p JOIN tills t USING (till_no) \
             WHERE p.pass = ? ORDER BY p.entry LIMIT 1"
        ))?;
        let found = statement.query_row([pass], |row| {
            Ok(PassStep {
                till: row.get(0)?,
                number: row.get(1)?,
                at: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }

    pub fn pass_issued(&self, pass: &str) -> Result<Option<IssuedPass>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, product, until FROM passes WHERE pass = ? ORDER BY entry LIMIT 1",
        )?;
        let found = statement.query_row([pass], |row| {
            Ok(IssuedPass {
                number: row.get(0)?,
                product: row.get(1)?,
                until: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Every key whose signature under a code counts here: of all chains that are here, of all nodes that are
    /// known and not revoked, and of those that were named for it.
    pub fn issuer_keys(&self) -> Result<Vec<VerifyingKey>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT public_key FROM chains UNION SELECT public_key FROM issuers \
             UNION SELECT public_key FROM nodes \
             EXCEPT SELECT public_key FROM revoked_nodes",
        )?;
        let keys = statement.query_map([], |row| row.get::<_, String>(0))?;
        let keys: Vec<String> = keys.collect::<Result<_, _>>()?;
        // A weak key verifies nothing; entry 1 of a chain was checked with its own.
        Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
    }

    /// The vouchers that a till sold under this id.
    pub fn voucher_history(&self, till_no: i64, id: &str) -> Result<Option<VoucherHistory>, StoreError> {
        let Some(place) = self.request(till_no, id)? else {
            return Ok(None);
        };
        let Some(StoredFacts {
            seq,
            at,
            body: Body::VouchersSold(sold),
            ..
        }) = self.facts_at(place)?
        else {
            return Ok(None);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT entry FROM voucher_returns WHERE sale_till_no = ? AND sale = ? ORDER BY entry",
        )?;
        let places = statement.query_map(params![till_no, id], |row| row.get::<_, i64>(0))?;
        let places: Vec<i64> = places.collect::<Result<_, _>>()?;
        let mut returns = Vec::with_capacity(places.len());
        let mut returned = BTreeSet::new();
        for place in places {
            let Some(facts) = self.facts_at(place)? else {
                continue;
            };
            if let Body::VouchersReturned(back) = &facts.body {
                returned.extend(back.lines.iter().flat_map(|line| line.passes.iter().cloned()));
            }
            returns.push(facts);
        }
        Ok(Some(VoucherHistory {
            place,
            seq,
            at,
            sold,
            returned,
            returns,
        }))
    }
}
