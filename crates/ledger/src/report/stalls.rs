//! Stalls: what was sold at each, whoever's goods they were.

use super::{Filter, Scope, refuse};
use crate::store::{Ledger, StoreError};
use serde::Serialize;
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StallRow {
    pub outlet: String,
    pub stall: String,
    /// None where the outlet has no such stall any more.
    pub name: Option<String>,
    pub sales: i64,
    pub gross: i64,
    pub discount: i64,
    pub refunded: i64,
    /// Gross − discount − refunded.
    pub net: i64,
}

/// Lines of no stall are in no row. A product's or a party's part of a stall is not kept.
pub fn stalls(ledger: &Ledger, filter: &Filter) -> Result<Vec<StallRow>, StoreError> {
    refuse(
        "stalls",
        &[("product", &filter.product), ("party", &filter.party)],
    )?;
    let scope = Scope::of(filter);
    let query = format!(
        "SELECT y.outlet, stall, SUM(sales), SUM(gross_fen), SUM(discount_fen), SUM(refunded_fen), SUM(net_fen) \
         FROM stall_days JOIN days y USING (day_no) WHERE {} GROUP BY y.outlet, stall ORDER BY y.outlet, stall",
        scope.sql()
    );
    let outlets = ledger.outlets()?;
    let names: HashMap<(&str, &str), &str> = outlets
        .iter()
        .flat_map(|outlet| outlet.stalls.iter().map(move |stall| (outlet, stall)))
        .map(|(outlet, stall)| ((outlet.code.as_str(), stall.code.as_str()), stall.name.as_str()))
        .collect();
    ledger.rows(&query, &scope, |row| {
        let (outlet, stall): (String, String) = (row.get(0)?, row.get(1)?);
        let name = names.get(&(outlet.as_str(), stall.as_str()));
        Ok(StallRow {
            name: name.map(|name| (*name).to_owned()),
            outlet,
            stall,
            sales: row.get(2)?,
            gross: row.get(3)?,
            discount: row.get(4)?,
            refunded: row.get(5)?,
            net: row.get(6)?,
        })
    })
}
