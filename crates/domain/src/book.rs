//! A book in memory: lots received, sales, refunds and assignments one after another, each through the same figures
//! as at a till. It is how the arithmetic is explained without a database.

use std::collections::{BTreeMap, BTreeSet};

use crate::assign::{AssignError, AssignFigures, figure_assignment};
use crate::codes::{LotCode, ProductCode};
use crate::lot::{Lot, LotContext, LotError, RawLot};
use crate::quantity::Quantity;
use crate::refund::{
    RefundError, RefundFigures, RefundItem, RefundLine, RefundRefusal, figure_refund, figure_void,
};
use crate::sale::{FundRule, SaleError, SaleFigures, SaleRefusal, SaleRequest, Source, figure_sale};
use crate::shelf::{Given, LotAfter, LotOnShelf, Shelf};
use crate::state::SaleState;

#[derive(Clone, Debug, Default)]
pub struct Book {
    /// In the order received.
    lots: Vec<BookLot>,
    own: BTreeSet<ProductCode>,
    fund_rules: Vec<FundRule>,
    sales: BTreeMap<String, SaleState>,
}

#[derive(Clone, Debug)]
struct BookLot {
    lot: Lot,
    left: Quantity,
    given: Given,
}

impl Book {
    pub fn new(own: impl IntoIterator<Item = ProductCode>, fund_rules: Vec<FundRule>) -> Book {
        Book {
            lots: Vec::new(),
            own: own.into_iter().collect(),
            fund_rules,
            sales: BTreeMap::new(),
        }
    }

    pub fn receive(&mut self, raw: &RawLot) -> Result<LotCode, LotError> {
        let context = LotContext {
            code_taken: self
                .lots
                .iter()
                .any(|known| known.lot.code().as_str() == raw.code),
            product_is_own: self.own.contains(raw.product.as_str()),
        };
        let lot = Lot::new(raw, context)?;
        let code = lot.code().clone();
        self.lots.push(BookLot {
            left: lot.received(),
            given: Given::none(lot.shares().len()),
            lot,
        });
        Ok(code)
    }

    pub fn sell(&mut self, id: &str, request: &SaleRequest) -> Result<SaleFigures, SaleError> {
        if self.sales.contains_key(id) {
            return Err(SaleError {
                line: None,
                refusal: SaleRefusal::IdReused,
            });
        }
        let figures = figure_sale(request, self, &self.fund_rules)?;
        for after in &figures.lots_after {
            self.put_lot(after);
        }
        self.sales.insert(id.to_owned(), SaleState::new(&figures));
        Ok(figures)
    }

    pub fn refund(&mut self, sale: &str, items: &[RefundItem]) -> Result<RefundFigures, RefundError> {
        let state = self
            .sales
            .get(sale)
            .ok_or(RefundError::whole(RefundRefusal::NoSuchSale))?;
        let figures = figure_refund(items, state)?;
        self.apply_refund(sale, &figures)?;
        Ok(figures)
    }

    pub fn void(&mut self, sale: &str) -> Result<RefundFigures, RefundError> {
        let state = self
            .sales
            .get(sale)
            .ok_or(RefundError::whole(RefundRefusal::NoSuchSale))?;
        let figures = figure_void(state)?;
        self.apply_refund(sale, &figures)?;
        Ok(figures)
    }

    pub fn assign(&mut self, sale: &str, line: i64, lot: &LotCode) -> Result<AssignFigures, AssignError> {
        let state = self.sales.get(sale).ok_or(AssignError::NoSuchSale)?;
        let figures = figure_assignment(state, line, lot, self)?;
        self.put_lot(&figures.lot_after);
        self.sales
            .get_mut(sale)
            .ok_or(AssignError::NoSuchSale)?
            .apply_assignment(&figures)
            .map_err(|_| AssignError::StateMismatch)?;
        Ok(figures)
    }

    /// A recorded sale as it stands after its refunds and assignments.
    pub fn sale(&self, id: &str) -> Option<&SaleState> {
        self.sales.get(id)
    }

    fn put_lot(&mut self, after: &LotAfter) {
        if let Some(known) = self.lots.iter_mut().find(|known| *known.lot.code() == after.code) {
            known.left = after.left;
            known.given = after.given.clone();
        }
    }

    fn apply_refund(&mut self, sale: &str, figures: &RefundFigures) -> Result<(), RefundError> {
        let mismatch = RefundError::whole(RefundRefusal::StateMismatch);
        // On copies, so that a refund that does not fit leaves nothing half done.
        let mut lots = self.lots.clone();
        for line in &figures.lines {
            give_back(&mut lots, line).ok_or(mismatch)?;
        }
        self.sales
            .get_mut(sale)
            .ok_or(mismatch)?
            .apply_refund(figures)
            .map_err(|_| mismatch)?;
        self.lots = lots;
        Ok(())
    }
}

fn give_back(lots: &mut [BookLot], line: &RefundLine) -> Option<()> {
    for draw in &line.draws {
        if let Source::Lot(code) = &draw.source {
            let known = lots.iter_mut().find(|known| known.lot.code() == code)?;
            draw.take_from(&mut known.given)?;
            if line.restock {
                known.left = known.left.checked_add(draw.quantity)?;
            }
        }
    }
    Some(())
}

impl BookLot {
    fn on_shelf(&self) -> LotOnShelf<'_> {
        LotOnShelf {
            lot: &self.lot,
            left: self.left,
            given: &self.given,
        }
    }
}

impl Shelf for Book {
    fn lot(&self, code: &LotCode) -> Option<LotOnShelf<'_>> {
        self.lots
            .iter()
            .find(|known| known.lot.code() == code)
            .map(BookLot::on_shelf)
    }

    fn open_lots(&self, product: &ProductCode) -> Vec<LotOnShelf<'_>> {
        self.lots
            .iter()
            .filter(|known| known.lot.product() == product)
            .map(BookLot::on_shelf)
            .collect()
    }

    fn is_own(&self, product: &ProductCode) -> bool {
        self.own.contains(product)
    }
}
