//! Moving a draw off a lot that was drawn beyond what came in: back as a refund, drawn again as an assignment, no money
//! touched.

use crate::assign::AssignError;
use crate::codes::LotCode;
use crate::draws::{Amounts, figure_draw};
use crate::quantity::Quantity;
use crate::refund::{RefundDraw, RefundRefusal, refund_draw};
use crate::sale::{Bearer, DrawFigures, Source};
use crate::shelf::{LotAfter, Shelf};
use crate::state::{DrawState, SaleState, line_index};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveFigures {
    /// Counted from 1.
    pub line: usize,
    /// What comes off the lot.
    pub back: RefundDraw,
    /// The other lot's draw; it becomes the line's last.
    pub draw: DrawFigures,
    /// What the other lot becomes. Not a fact: for the caller's cache.
    pub lot_after: LotAfter,
}

/// What is asked to be moved.
#[derive(Clone, Copy, Debug)]
pub struct MoveAsked<'a> {
    /// Counted from 1; any integer, so that what is no line is said here.
    pub line: i64,
    pub from: &'a LotCode,
    pub to: &'a LotCode,
    /// None is all that is left of the draw.
    pub quantity: Option<&'a str>,
}

/// Figures a move of the line's last draw of a lot that has something left. The state is not changed;
/// [`SaleState::apply_move`] does that once the entry is recorded.
pub fn figure_move<S: Shelf + ?Sized>(
    state: &SaleState,
    asked: MoveAsked<'_>,
    shelf: &S,
) -> Result<MoveFigures, AssignError> {
    let index = line_index(asked.line).ok_or(AssignError::NoSuchLine)?;
    let line = state.lines.get(index).ok_or(AssignError::NoSuchLine)?;
    let is_from = |draw: &DrawState| draw.figures.source == Source::Lot(asked.from.clone());
    let (draw_index, drawn) = line
        .draws
        .iter()
        .enumerate()
        .rfind(|(_, draw)| is_from(draw) && draw.left().is_positive())
        .ok_or(AssignError::NothingDrawn)?;
    let quantity = match asked.quantity {
        Some(text) => Quantity::parse(text).map_err(|_| AssignError::BadQuantity)?,
        None => drawn.left(),
    };
    if quantity > drawn.left() {
        return Err(AssignError::MoveExceedsDraw);
    }
    let on_shelf = shelf
        .lot(asked.to)
        .filter(|on_shelf| *on_shelf.lot.product() == line.product && asked.to != asked.from)
        .ok_or(AssignError::NoSuchLot)?;
    if on_shelf.left < quantity {
        return Err(AssignError::LotTooSmall);
    }
    // Where the operator bears a refund the parties keep their due; here it goes to others.
    let back = refund_draw(draw_index, drawn, quantity, Bearer::Supplier).map_err(told)?;
    let amounts = Amounts {
        quantity,
        net: back.net,
        base: back.base,
        fund: back.fund,
    };
    let draw = figure_draw(on_shelf.lot, on_shelf.given, amounts)?;
    if !draw.conserves() || !back.conserves() {
        return Err(AssignError::NotConserved);
    }
    let lot_after = LotAfter::of_draw(&on_shelf, &draw).ok_or(AssignError::AmountTooLarge)?;
    Ok(MoveFigures {
        line: index.checked_add(1).ok_or(AssignError::NoSuchLine)?,
        back,
        draw,
        lot_after,
    })
}

/// What is refused of a draw alone is about its figures.
fn told(refusal: RefundRefusal) -> AssignError {
    match refusal {
        RefundRefusal::AmountTooLarge => AssignError::AmountTooLarge,
        _ => AssignError::StateMismatch,
    }
}
