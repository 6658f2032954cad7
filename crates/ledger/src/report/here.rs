//! `lots` and `stock` with what of it is this node's: a till's to sell, a server's to share out.

use super::{Filter, LotRow, StockRow, lots, stock, thousandths};
use crate::store::{Ledger, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What a node has of a lot, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotHere {
    /// Its own, or given to it.
    pub allotted: i64,
    /// Of a till what it has not sold, of a server what it has not given on; negative where that was more.
    pub left: i64,
}

/// What a node has, by lot; of another lot it has nothing.
pub type Here = BTreeMap<String, LotHere>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LotRowHere {
    #[serde(flatten)]
    pub row: LotRow,
    /// Null where no part of it is this node's, or it does not run out.
    pub allotted: Option<String>,
    pub left_here: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockRowHere {
    #[serde(flatten)]
    pub row: StockRow,
    /// Of all the product's lots.
    pub allotted: String,
    pub left_here: String,
}

pub fn lots_here(ledger: &Ledger, filter: &Filter, here: &Here) -> Result<Vec<LotRowHere>, StoreError> {
    let rows = lots(ledger, filter)?.into_iter();
    Ok(rows
        .map(|row| {
            let here = here.get(&row.lot);
            LotRowHere {
                allotted: here.map(|here| thousandths(here.allotted)),
                left_here: here.map(|here| thousandths(here.left)),
                row,
            }
        })
        .collect())
}

pub fn stock_here(ledger: &Ledger, filter: &Filter, here: &Here) -> Result<Vec<StockRowHere>, StoreError> {
    let mut of_products: HashMap<String, (i64, i64)> = HashMap::new();
    for lot in ledger.lots()? {
        if let Some(here) = here.get(&lot.code) {
            let sums = of_products.entry(lot.product).or_default();
            sums.0 += here.allotted;
            sums.1 += here.left;
        }
    }
    let rows = stock(ledger, filter)?.into_iter();
    Ok(rows
        .map(|row| {
            let (allotted, left) = of_products.get(&row.product).copied().unwrap_or_default();
            StockRowHere {
                row,
                allotted: thousandths(allotted),
                left_here: thousandths(left),
            }
        })
        .collect())
}

impl Ledger {
    /// What a till has of its lots: those that it received itself, and its part of those that came down, which stand in
    /// the chains of these numbers.
    pub fn here_at(&self, till_no: i64, from_above: &[i64]) -> Result<Here, StoreError> {
        let mut here = Here::new();
        let mut products: Vec<String> = self.lots()?.into_iter().map(|lot| lot.product).collect();
        products.sort();
        products.dedup();
        for product in products {
            for stock in self.lots_at(till_no, from_above, &product)? {
                if let Some(left) = stock.left() {
                    let allotted = left + stock.drawn();
                    here.insert(stock.lot.code, LotHere { allotted, left });
                }
            }
        }
        Ok(here)
    }
}
