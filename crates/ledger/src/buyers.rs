//! Buyers: how to reach them, and what they owe.

use crate::names::{NameFault, Names};
use crate::store::{Ledger, StoreError};
use jishi_journal::body::{BuyerContact, BuyerPut};

impl Names {
    /// Whom to reach at a buyer; nobody where none was named, or where it was erased.
    pub fn open_contact(&self, put: &BuyerPut) -> Result<BuyerContact, NameFault> {
        let Some(sealed) = &put.contact else {
            return Ok(BuyerContact::default());
        };
        let text = self.open_sealed(&BuyerPut::seal_name(&put.code), sealed)?;
        serde_json::from_str(&text).map_err(|_| NameFault::Damaged)
    }
}

impl Ledger {
    /// What a buyer took on account and did not bring back, as far as this node knows. Payments on the
    /// account are not recorded by this version.
    pub fn owed_by_buyer(&self, buyer: &str) -> Result<i64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT COALESCE(SUM(a.fen), 0) - COALESCE(SUM(\
               (SELECT COALESCE(SUM(t.fen), 0) FROM refunds r JOIN tenders t USING (entry) \
                WHERE r.sale_till_no = a.till_no AND r.sale = a.sale AND t.kind = 'account')), 0) \
             FROM account_sales a WHERE a.buyer = ?",
        )?;
        Ok(statement.query_row([buyer], |row| row.get(0))?)
    }
}
