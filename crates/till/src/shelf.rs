//! The lots of this till in memory, read from the ledger when a product is first asked for. One
//! process writes, so what is here is what is stored: it changes only after a commit.

use crate::catalogue::Catalogue;
use crate::refusal::Refusal;
use jishi_domain::{
    Fen, Given, Lot, LotAfter, LotCode, LotContext, LotOnShelf, ProductCode, Quantity, RawLot, RawShare,
    RawTerms, Shelf,
};
use jishi_journal::body::{LotPut, RefundLineFact, TermsFact};
use jishi_ledger::lots::LotStock;
use jishi_ledger::{Ledger, StoreError};
use std::collections::HashMap;

#[derive(Debug)]
pub(crate) struct ShelfLot {
    lot: Lot,
    left: Quantity,
    given: Given,
    revision_hash: String,
    standing: bool,
}

#[derive(Debug, Default)]
pub(crate) struct TillShelf {
    lots: HashMap<LotCode, ShelfLot>,
    /// The lots of each product that was asked for, the earlier received first.
    by_product: HashMap<ProductCode, Vec<LotCode>>,
    /// The outlet's chains from above, by their numbers here: of what they received, this till has what they allotted
    /// to it.
    from_above: Vec<i64>,
}

impl TillShelf {
    /// Nothing is read yet; the outlet's lots count among the till's.
    pub(crate) fn of(ledger: &Ledger) -> Result<TillShelf, Refusal> {
        Ok(TillShelf {
            from_above: jishi_uplink::lots_from_above(ledger)?,
            ..TillShelf::default()
        })
    }

    /// Reads the product's lots unless they are here.
    pub(crate) fn load(&mut self, ledger: &Ledger, till_no: i64, product: &str) -> Result<(), Refusal> {
        if self.by_product.contains_key(product) {
            return Ok(());
        }
        let mut codes = Vec::new();
        for stock in ledger.lots_at(till_no, &self.from_above, product)? {
            let shelf_lot = shelf_lot(&stock)?;
            codes.push(shelf_lot.lot.code().clone());
            self.lots.insert(shelf_lot.lot.code().clone(), shelf_lot);
        }
        self.by_product.insert(ProductCode::new(product), codes);
        Ok(())
    }

    /// Reads the lots that a label's lot lies among.
    pub(crate) fn load_lot(&mut self, ledger: &Ledger, till_no: i64, code: &str) -> Result<(), Refusal> {
        if self.lots.contains_key(code) {
            return Ok(());
        }
        match ledger.lot_put(code)? {
            Some(put) => self.load(ledger, till_no, &put.product),
            None => Ok(()),
        }
    }

    /// What a recorded sale or assignment made of its lots.
    pub(crate) fn apply(&mut self, after: &LotAfter) {
        if let Some(known) = self.lots.get_mut(&after.code) {
            if !known.standing {
                known.left = after.left;
            }
            known.given = after.given.clone();
        }
    }

    /// Goods that come back with the same press, before the ledger has them: what is left, and what the revision that
    /// stands has given. What is forgotten afterwards is as it was.
    pub(crate) fn take_back(&mut self, line: &RefundLineFact) {
        for draw in &line.draws {
            let lot = draw.lot.as_deref().and_then(|lot| self.lots.get_mut(lot));
            let (Some(known), Ok(returned)) = (lot, Quantity::parse(&draw.qty)) else {
                continue;
            };
            if line.restock {
                let left = known.left.thousandths() + returned.thousandths();
                known.left = Quantity::from_thousandths(left);
            }
            if draw.revision.as_deref() == Some(&known.revision_hash) {
                let attributed: Vec<Fen> = draw.shares.iter().map(|share| Fen::new(share.1)).collect();
                let due: Vec<Fen> = draw.shares.iter().map(|share| Fen::new(share.2)).collect();
                // Recorded shares are those of the revision: they fit.
                let _ = known.given.take_back(&attributed, &due);
            }
        }
    }

    /// Forgets a product's lots: they are read again when they are next asked for.
    pub(crate) fn forget(&mut self, product: &str) {
        for code in self.by_product.remove(product).unwrap_or_default() {
            self.lots.remove(&code);
        }
    }

    pub(crate) fn find(&self, code: &str) -> Option<(&Lot, &str)> {
        let known = self.lots.get(code)?;
        Some((&known.lot, &known.revision_hash))
    }

    /// The lots of a product that was loaded.
    pub(crate) fn lots_of(&self, product: &str) -> impl Iterator<Item = (&Lot, Quantity)> {
        let codes = self.by_product.get(product).into_iter().flatten();
        codes
            .filter_map(|code| self.lots.get(code))
            .map(|known| (&known.lot, known.left))
    }

    pub(crate) fn with<'a>(&'a self, catalogue: &'a Catalogue) -> ShelfView<'a> {
        ShelfView {
            shelf: self,
            catalogue,
        }
    }
}

/// The shelf with what the catalogue says of products: what the arithmetic is figured against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShelfView<'a> {
    shelf: &'a TillShelf,
    catalogue: &'a Catalogue,
}

impl Shelf for ShelfView<'_> {
    fn lot(&self, code: &LotCode) -> Option<LotOnShelf<'_>> {
        self.shelf.lots.get(code).map(on_shelf)
    }

    fn open_lots(&self, product: &ProductCode) -> Vec<LotOnShelf<'_>> {
        let codes = self.shelf.by_product.get(product).into_iter().flatten();
        let lots = codes.filter_map(|code| self.shelf.lots.get(code));
        lots.filter(|known| known.left.is_positive())
            .map(on_shelf)
            .collect()
    }

    fn is_own(&self, product: &ProductCode) -> bool {
        self.catalogue
            .product(product.as_str())
            .is_some_and(|put| put.own)
    }
}

fn on_shelf(known: &ShelfLot) -> LotOnShelf<'_> {
    LotOnShelf {
        lot: &known.lot,
        left: known.left,
        given: &known.given,
    }
}

fn shelf_lot(stock: &LotStock) -> Result<ShelfLot, Refusal> {
    let put = &stock.lot;
    let context = LotContext {
        code_taken: false,
        product_is_own: false,
    };
    let lot = Lot::new(&raw_lot(put), context)
        .map_err(|error| StoreError::Damaged(format!("lot {}: {error}", put.code)))?;
    // What does not run out is there however much of it was sold.
    let left = stock.left().map_or(lot.received(), Quantity::from_thousandths);
    let given = Given {
        attributed: stock.attributed_fen.iter().copied().map(Fen::new).collect(),
        due: stock.due_fen.iter().copied().map(Fen::new).collect(),
    };
    Ok(ShelfLot {
        lot,
        left,
        given,
        revision_hash: put.revision_hash(),
        standing: put.standing,
    })
}

/// A recorded lot as the arithmetic takes it.
pub(crate) fn raw_lot(put: &LotPut) -> RawLot {
    let terms = match put.terms {
        TermsFact::Consignment { commission_bp } => RawTerms {
            kind: "consignment".to_owned(),
            commission_bp: Some(commission_bp),
            price: None,
        },
        TermsFact::Agreed { price } => RawTerms {
            kind: "agreed".to_owned(),
            commission_bp: None,
            price: Some(price),
        },
        TermsFact::Buyout => RawTerms {
            kind: "buyout".to_owned(),
            commission_bp: None,
            price: None,
        },
    };
    let shares = put.shares.iter();
    RawLot {
        code: put.code.clone(),
        product: put.product.clone(),
        quantity: put.qty.clone(),
        terms,
        priority: put.priority,
        shares: shares
            .map(|share| RawShare {
                party: share.party.clone(),
                weight: Some(share.weight),
            })
            .collect(),
    }
}
