//! Assigning: a bookkeeper names the lot of what was sold unassigned.

use crate::codes::LotCode;
use crate::draws::{Amounts, DrawFault, figure_draw};
use crate::sale::{DrawFigures, Source};
use crate::shelf::{LotAfter, Shelf};
use crate::state::{SaleState, line_index};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignFigures {
    /// Counted from 1.
    pub line: usize,
    /// Which draw of the line was unassigned, counted from 0. It shrinks to what was refunded of it.
    pub unassigned_draw: usize,
    /// The lot's draw; it becomes the line's last.
    pub draw: DrawFigures,
    /// What the lot becomes. Not a fact: for the caller's cache.
    pub lot_after: LotAfter,
}

/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AssignError {
    /// For those who keep sales by id: the arithmetic itself is handed the sale.
    #[error("there is no such sale")]
    NoSuchSale,
    #[error("the sale has no such line")]
    NoSuchLine,
    #[error("nothing of the line is unassigned")]
    NothingUnassigned,
    /// Of a move alone.
    #[error("nothing of the line is drawn from that lot")]
    NothingDrawn,
    /// Of a move alone.
    #[error("the quantity is not a decimal of at most three places above 0")]
    BadQuantity,
    /// Of a move alone.
    #[error("the draw has less left than is to be moved")]
    MoveExceedsDraw,
    #[error("the lot is unknown or of another product")]
    NoSuchLot,
    #[error("the lot has less left than is to be assigned")]
    LotTooSmall,
    #[error("an amount is above 2^53 fen")]
    AmountTooLarge,
    /// What is recorded contradicts itself: a fault of the caller's, never of the request.
    #[error("what is known of the lot or the sale contradicts itself")]
    StateMismatch,
    /// Never seen; checked all the same, before anything could be signed.
    #[error("the figures do not add up")]
    NotConserved,
}

impl AssignError {
    pub fn code(self) -> &'static str {
        match self {
            AssignError::NoSuchSale => "no_such_sale",
            AssignError::NoSuchLine => "no_such_line",
            AssignError::NothingUnassigned => "nothing_unassigned",
            AssignError::NothingDrawn => "nothing_drawn",
            AssignError::BadQuantity => "bad_quantity",
            AssignError::MoveExceedsDraw => "move_exceeds_draw",
            AssignError::NoSuchLot => "no_such_lot",
            AssignError::LotTooSmall => "lot_too_small",
            AssignError::AmountTooLarge => "amount_too_large",
            AssignError::StateMismatch => "state_mismatch",
            AssignError::NotConserved => "not_conserved",
        }
    }
}

impl From<DrawFault> for AssignError {
    fn from(fault: DrawFault) -> Self {
        match fault {
            DrawFault::AmountTooLarge => AssignError::AmountTooLarge,
            DrawFault::StateMismatch => AssignError::StateMismatch,
        }
    }
}

/// Figures an assignment of what is left of the line's unassigned draw. The state is not changed;
/// [`SaleState::apply_assignment`] does that once the entry is recorded.
pub fn figure_assignment<S: Shelf + ?Sized>(
    state: &SaleState,
    line: i64,
    lot: &LotCode,
    shelf: &S,
) -> Result<AssignFigures, AssignError> {
    let index = line_index(line).ok_or(AssignError::NoSuchLine)?;
    let line = state.lines.get(index).ok_or(AssignError::NoSuchLine)?;
    let (unassigned_draw, unassigned) = line
        .draws
        .iter()
        .enumerate()
        .find(|(_, draw)| draw.figures.source == Source::Unassigned && draw.left().is_positive())
        .ok_or(AssignError::NothingUnassigned)?;
    let on_shelf = shelf
        .lot(lot)
        .filter(|on_shelf| *on_shelf.lot.product() == line.product)
        .ok_or(AssignError::NoSuchLot)?;
    let quantity = unassigned.left();
    if on_shelf.left < quantity {
        return Err(AssignError::LotTooSmall);
    }
    let left = |amount| unassigned.amount_left(amount).ok_or(AssignError::AmountTooLarge);
    let figures = &unassigned.figures;
    let amounts = Amounts {
        quantity,
        net: left(figures.net)?,
        base: left(figures.base)?,
        fund: left(figures.fund)?,
    };
    let draw = figure_draw(on_shelf.lot, on_shelf.given, amounts)?;
    if !draw.conserves() {
        return Err(AssignError::NotConserved);
    }
    let lot_after = LotAfter::of_draw(&on_shelf, &draw).ok_or(AssignError::AmountTooLarge)?;
    Ok(AssignFigures {
        line: index.checked_add(1).ok_or(AssignError::NoSuchLine)?,
        unassigned_draw,
        draw,
        lot_after,
    })
}
