//! 临时: goods and parties that cashiers put in, and no bookkeeper has confirmed yet.

use super::goods::open_draws;
use super::{Filter, refuse, thousandths};
use crate::store::{Ledger, StoreError};
use serde::Serialize;
use std::collections::HashMap;

/// A product or a party that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvisionalRow {
    /// `product`, or the party's own kind.
    pub kind: String,
    pub code: String,
    /// None where a party's key is not here or was destroyed.
    pub name: Option<String>,
    pub village: Option<String>,
    pub unit: Option<String>,
    pub price: Option<i64>,
    pub barcode: Option<String>,
    /// Whose a product was said to be, a party's code.
    pub said_of: Option<String>,
    pub entered_by: Option<String>,
    /// What was sold of a product, was not given back, and has no lot yet.
    pub qty: Option<String>,
    pub net: Option<i64>,
}

/// What waits now, wherever it was put in: none of the filters applies.
pub fn provisional(ledger: &Ledger, filter: &Filter) -> Result<Vec<ProvisionalRow>, StoreError> {
    refuse(
        "provisional",
        &[
            ("from", &filter.from),
            ("to", &filter.to),
            ("outlet", &filter.outlet),
            ("organisation", &filter.outlets),
            ("channel", &filter.channel),
            ("product", &filter.product),
            ("party", &filter.party),
        ],
    )?;
    let mut open: HashMap<String, (i64, i64)> = HashMap::new();
    for draw in open_draws(ledger, filter)? {
        let sums = open.entry(draw.row.product).or_default();
        sums.0 += draw.quantity;
        sums.1 += draw.row.net;
    }
    let mut rows = Vec::new();
    for put in ledger.products()?.into_iter().filter(|put| put.provisional) {
        let (quantity, net) = open.get(&put.code).copied().unwrap_or_default();
        rows.push(ProvisionalRow {
            kind: "product".to_owned(),
            code: put.code,
            name: Some(put.name),
            village: None,
            unit: Some(put.unit),
            price: Some(put.price),
            barcode: put.barcodes.into_iter().next(),
            said_of: put.said_of,
            entered_by: put.entered_by,
            qty: Some(thousandths(quantity)),
            net: Some(net),
        });
    }
    let names = ledger.names()?;
    for put in ledger.parties()?.into_iter().filter(|put| put.provisional) {
        rows.push(ProvisionalRow {
            name: names.open(&put).ok(),
            kind: put.kind,
            code: put.code,
            village: Some(put.village),
            unit: None,
            price: None,
            barcode: None,
            said_of: None,
            entered_by: put.entered_by,
            qty: None,
            net: None,
        });
    }
    Ok(rows)
}
