//! Buyers: how to reach them, and what they owe.

use crate::names::{NameFault, Names};
use crate::store::{Ledger, StoreError};
use jishi_journal::body::{BuyerContact, BuyerPut};
use std::collections::HashMap;

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
    /// By code what each buyer is called: an institution by its name, a person by his own where it is here and not
    /// erased.
    pub fn buyer_names(&self) -> Result<HashMap<String, String>, StoreError> {
        let names = self.names()?;
        let named = self.buyers()?.into_iter().filter_map(|put| {
            let name = match put.name.is_empty() {
                false => put.name.clone(),
                true => names.open_contact(&put).ok()?.person,
            };
            (!name.is_empty()).then_some((put.code, name))
        });
        Ok(named.collect())
    }

    /// What a buyer took on account and did not bring back, as far as this node knows. Payments on the
    /// account are not recorded by this version.
    pub fn owed_by_buyer(&self, buyer: &str) -> Result<i64, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT COALESCE(SUM(a.fen), 0) - COALESCE(SUM(\
               (SELECT COALESCE(SUM(t.fen), 0) FROM refunds r JOIN tenders t USING (entry) \
                WHERE r.sale_till_no = a.till_no AND r.sale = a.sale AND COALESCE(t.stands_for, t.kind) = 'account')), 0) \
             FROM account_sales a WHERE a.buyer = ?",
        )?;
        Ok(statement.query_row([buyer], |row| row.get(0))?)
    }
}
