//! What is scanned or picked, as the sale takes it: a line of its own, or one more of the last one's goods.

use super::Counter;
use super::draft::parts_of;
use crate::refusal::Refusal;
use crate::request::{Found, find_product};
use crate::view::*;
use crate::wire::SellRequest;
use jishi_domain::{Fen, Quantity, SaleFigures};
use jishi_journal::body::ProductPut;

impl Counter {
    pub(super) fn scan(&mut self, request: Scan) -> Result<ScanView, Refusal> {
        let found = find_product(self.till.catalogue(), &request.code, None)?;
        let lot = match &found {
            Found::Lot { lot, .. } => Some((*lot).to_owned()),
            _ => None,
        };
        let line = |product: &ProductPut, quantity: String, amount: Option<Fen>| DraftLine {
            product: product.code.clone(),
            quantity,
            price_fen: None,
            price_borne_by: None,
            weight: None,
            tare: None,
            amount_fen: amount.map(Fen::get),
            lot: lot.clone(),
            discount: None,
        };
        match found {
            Found::Label {
                product,
                quantity,
                amount,
            } => Ok(ScanView::Line {
                line: match product.price_unit {
                    None => line(product, quantity.short(), amount),
                    // A label is of one of them.
                    Some(_) => DraftLine {
                        weight: Some(quantity.short()),
                        ..line(product, "1".to_owned(), amount)
                    },
                },
                counts_up: false,
            }),
            Found::Product(product) | Found::Lot { product, .. } if product.weighed => {
                let code = product.code.clone();
                let shown = self.products_shown(&[code], self.till.language())?;
                let product = shown.into_iter().next();
                product
                    .map(|product| ScanView::Weigh { product, lot })
                    .ok_or(Refusal::NoLines)
            }
            Found::Product(product) | Found::Lot { product, .. } => {
                let times = request.times.unwrap_or_else(|| "1".to_owned());
                let scanned = line(product, times, None);
                let counted = request.after.and_then(|last| counted_up(last, &scanned));
                Ok(match counted {
                    Some(line) => ScanView::Line {
                        line,
                        counts_up: true,
                    },
                    None => ScanView::Line {
                        line: scanned,
                        counts_up: false,
                    },
                })
            }
        }
    }
}

/// The last line with so many more on it. None where it is of other goods or of another lot, where somebody has
/// changed what it costs, or where there would be too many of them.
fn counted_up(last: DraftLine, scanned: &DraftLine) -> Option<DraftLine> {
    let untouched = DraftLine {
        quantity: scanned.quantity.clone(),
        ..last.clone()
    };
    if untouched != *scanned {
        return None;
    }
    let there = Quantity::parse(&last.quantity).ok()?;
    let more = Quantity::parse(&scanned.quantity).ok()?;
    let quantity = there.checked_add(more).filter(|sum| *sum <= Quantity::MAX)?;
    Some(DraftLine {
        quantity: quantity.short(),
        ..last
    })
}

impl Counter {
    /// Refuses a line that has a price and so little on it that it comes to nothing: whoever gives something away
    /// says so by a price of 0 or a discount.
    pub(super) fn check_comes_to_something(
        &self,
        draft: &Draft,
        figures: &SaleFigures,
    ) -> Result<(), Refusal> {
        let parts = parts_of(self.till.catalogue(), draft, figures)?;
        for (number, part) in (1u32..).zip(parts) {
            let price = part.line.price_fen.unwrap_or(part.product.price);
            let is_nothing = part.figures.iter().all(|line| line.gross == Fen::ZERO);
            if price > 0 && is_nothing {
                return Err(Refusal::ComesToNothing {
                    line: Some(number),
                    product: part.product.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// The same right before a sale is recorded. Whoever has no window is told afterwards, in the sale's result.
    pub(super) fn check_worth_paying(&mut self, draft: &Draft, sale: &SellRequest) -> Result<(), Refusal> {
        if draft.exchange.is_some() || draft.lines.is_empty() {
            return Ok(());
        }
        let figures = self.till.figure(sale)?;
        self.check_comes_to_something(draft, &figures)?;
        check_leaves_something(&figures)
    }
}

/// 抹零 of all there is to pay is no wiping off.
pub(super) fn check_leaves_something(figures: &SaleFigures) -> Result<(), Refusal> {
    match figures.total == Fen::ZERO && figures.rounding > Fen::ZERO {
        true => Err(Refusal::WipesAll {
            fen: figures.rounding.get(),
        }),
        false => Ok(()),
    }
}
