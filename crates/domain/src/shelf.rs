//! What a till knows of its lots while it figures, and what becomes of them.

use std::collections::BTreeMap;

use crate::codes::{LotCode, ProductCode};
use crate::lot::Lot;
use crate::money::Fen;
use crate::quantity::Quantity;
use crate::sale::DrawFigures;

/// What a lot revision's draws on this till gave its parties so far, less what refunds took back: the sums of
/// recorded facts, one figure for each share, in the order of the shares. The carry follows from it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub attributed: Vec<Fen>,
    pub due: Vec<Fen>,
}

impl Given {
    /// Nothing given yet.
    pub fn none(share_count: usize) -> Given {
        Given {
            attributed: vec![Fen::ZERO; share_count],
            due: vec![Fen::ZERO; share_count],
        }
    }

    /// Adds what a draw gave. None, and nothing changed, where the shares do not fit or a sum leaves 64 bits.
    pub fn give(&mut self, attributed: &[Fen], due: &[Fen]) -> Option<()> {
        self.combine(attributed, due, Fen::checked_add)
    }

    /// Takes away what a refund took back: the due of the entry, so zeros where the operator bears it.
    pub fn take_back(&mut self, attributed: &[Fen], due: &[Fen]) -> Option<()> {
        self.combine(attributed, due, Fen::checked_sub)
    }

    fn combine(&mut self, attributed: &[Fen], due: &[Fen], with: fn(Fen, Fen) -> Option<Fen>) -> Option<()> {
        let changed = (
            combined(&self.attributed, attributed, with)?,
            combined(&self.due, due, with)?,
        );
        (self.attributed, self.due) = changed;
        Some(())
    }
}

/// Element by element; None where the lengths differ or a sum leaves 64 bits.
pub(crate) fn combined(sums: &[Fen], parts: &[Fen], with: fn(Fen, Fen) -> Option<Fen>) -> Option<Vec<Fen>> {
    (sums.len() == parts.len()).then(|| {
        sums.iter()
            .zip(parts)
            .map(|(sum, part)| with(*sum, *part))
            .collect()
    })?
}

/// A lot as this till knows it.
#[derive(Clone, Copy, Debug)]
pub struct LotOnShelf<'a> {
    pub lot: &'a Lot,
    /// What is left of the part allotted to this till; negative when overdrawn.
    pub left: Quantity,
    pub given: &'a Given,
}

/// What a sale is figured against. Figuring never changes it.
pub trait Shelf {
    /// Any lot this till knows, by the code on its label.
    fn lot(&self, code: &LotCode) -> Option<LotOnShelf<'_>>;

    /// The product's open lots allotted to this till, the earlier received first. Priority is looked at here, in
    /// the domain; a lot with nothing left may be among them.
    fn open_lots(&self, product: &ProductCode) -> Vec<LotOnShelf<'_>>;

    /// Whether the product is the operator's own 自营.
    fn is_own(&self, product: &ProductCode) -> bool;
}

/// What a sale or an assignment makes of a lot it touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotAfter {
    pub code: LotCode,
    pub left: Quantity,
    pub given: Given,
}

impl LotAfter {
    /// With one more draw; none where it is too large to be counted.
    pub(crate) fn of_draw(on_shelf: &LotOnShelf<'_>, draw: &DrawFigures) -> Option<LotAfter> {
        let mut given = on_shelf.given.clone();
        given.give(&draw.attributed, &draw.due)?;
        Some(LotAfter {
            code: on_shelf.lot.code().clone(),
            left: on_shelf.left.checked_sub(draw.quantity)?,
            given,
        })
    }
}

/// The shelf with the draws of the lines before, so that two lines of one sale on one lot see each other.
pub(crate) struct Overlay<'a, S: ?Sized> {
    shelf: &'a S,
    touched: BTreeMap<LotCode, LotAfter>,
}

impl<'a, S: Shelf + ?Sized> Overlay<'a, S> {
    pub(crate) fn new(shelf: &'a S) -> Self {
        Overlay {
            shelf,
            touched: BTreeMap::new(),
        }
    }

    pub(crate) fn is_own(&self, product: &ProductCode) -> bool {
        self.shelf.is_own(product)
    }

    /// In the order in which they are drawn: the larger priority first, then the earlier received.
    pub(crate) fn open_lots(&self, product: &ProductCode) -> Vec<LotOnShelf<'a>> {
        let mut lots = self.shelf.open_lots(product);
        lots.sort_by_key(|on_shelf| std::cmp::Reverse(on_shelf.lot.priority()));
        lots
    }

    pub(crate) fn lot(&self, code: &LotCode) -> Option<LotOnShelf<'a>> {
        self.shelf.lot(code)
    }

    pub(crate) fn left(&self, on_shelf: &LotOnShelf<'_>) -> Quantity {
        self.touched
            .get(on_shelf.lot.code())
            .map_or(on_shelf.left, |after| after.left)
    }

    /// The lot as it stands within this sale, to be drawn from.
    pub(crate) fn touch(&mut self, on_shelf: &LotOnShelf<'_>) -> &mut LotAfter {
        self.touched
            .entry(on_shelf.lot.code().clone())
            .or_insert_with(|| LotAfter {
                code: on_shelf.lot.code().clone(),
                left: on_shelf.left,
                given: on_shelf.given.clone(),
            })
    }

    pub(crate) fn into_lots_after(self) -> Vec<LotAfter> {
        self.touched.into_values().collect()
    }
}
