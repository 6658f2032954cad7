//! A recorded sale as refunds and assignments see it: what each draw gave, and what came back since.

use crate::assign::AssignFigures;
use crate::codes::ProductCode;
use crate::money::Fen;
use crate::moving::MoveFigures;
use crate::quantity::Quantity;
use crate::refund::{RefundDraw, RefundFigures};
use crate::sale::{BoxPart, DrawFigures, SaleFigures, Source};
use crate::shelf::combined;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleState {
    pub lines: Vec<LineState>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineState {
    pub product: ProductCode,
    /// As sold.
    pub quantity: Quantity,
    pub boxed: Option<BoxPart>,
    /// In the order of the sale; an assignment appends its draw, so a draw's index never changes its meaning.
    pub draws: Vec<DrawState>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawState {
    pub figures: DrawFigures,
    /// How much of it was given back.
    pub refunded: Quantity,
    pub attributed_back: Vec<Fen>,
    /// As figured, also where the operator bore it and the parties kept it.
    pub due_back: Vec<Fen>,
}

/// A recorded refund or assignment that does not fit the sale it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is recorded does not fit the sale it names")]
pub struct StateMismatch;

impl StateMismatch {
    pub fn code(self) -> &'static str {
        "state_mismatch"
    }
}

impl SaleState {
    /// The state right after the sale.
    pub fn new(sale: &SaleFigures) -> SaleState {
        let lines = sale
            .lines
            .iter()
            .map(|line| LineState {
                product: line.product.clone(),
                quantity: line.quantity,
                boxed: line.boxed.clone(),
                draws: line.draws.iter().cloned().map(DrawState::new).collect(),
            })
            .collect();
        SaleState { lines }
    }

    /// Whether all of it was given back.
    pub fn is_voided(&self) -> bool {
        self.lines.iter().all(|line| line.left() == Quantity::ZERO)
    }

    /// The line of that number, counted from 1.
    pub fn line(&self, number: i64) -> Option<&LineState> {
        self.lines.get(line_index(number)?)
    }

    /// Counts a refund in. Where it does not fit, nothing is changed.
    pub fn apply_refund(&mut self, refund: &RefundFigures) -> Result<(), StateMismatch> {
        let mut changed = self.clone();
        for line in &refund.lines {
            let state = changed.line_at(line.line)?;
            for draw in &line.draws {
                state
                    .draws
                    .get_mut(draw.draw)
                    .and_then(|state| state.give_back(draw))
                    .ok_or(StateMismatch)?;
            }
        }
        *self = changed;
        Ok(())
    }

    /// Counts an assignment in: the unassigned draw shrinks to what was refunded of it, and the lot's draw is the
    /// line's last. Where it does not fit, nothing is changed.
    pub fn apply_assignment(&mut self, assignment: &AssignFigures) -> Result<(), StateMismatch> {
        let line = self.line_at(assignment.line)?;
        let unassigned = line
            .draws
            .get_mut(assignment.unassigned_draw)
            .ok_or(StateMismatch)?;
        let refunded = unassigned.without(&assignment.draw).ok_or(StateMismatch)?;
        unassigned.figures = refunded;
        line.draws.push(DrawState::new(assignment.draw.clone()));
        Ok(())
    }

    /// Counts a move in: the draw has less, and what was moved is the line's last. Where it does not fit, nothing is
    /// changed.
    pub fn apply_move(&mut self, moved: &MoveFigures) -> Result<(), StateMismatch> {
        let line = self.line_at(moved.line)?;
        let from = line.draws.get_mut(moved.back.draw).ok_or(StateMismatch)?;
        from.give_back(&moved.back).ok_or(StateMismatch)?;
        line.draws.push(DrawState::new(moved.draw.clone()));
        Ok(())
    }

    fn line_at(&mut self, number: usize) -> Result<&mut LineState, StateMismatch> {
        number
            .checked_sub(1)
            .and_then(|index| self.lines.get_mut(index))
            .ok_or(StateMismatch)
    }
}

/// Lines count from 1; whatever else was asked for is no line.
pub(crate) fn line_index(number: i64) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

impl LineState {
    /// What can still be given back.
    pub fn left(&self) -> Quantity {
        Quantity::from_thousandths(
            self.draws
                .iter()
                .fold(0, |sum: i64, draw| sum.saturating_add(draw.left().thousandths())),
        )
    }
}

impl DrawState {
    pub fn new(figures: DrawFigures) -> DrawState {
        DrawState {
            refunded: Quantity::ZERO,
            attributed_back: vec![Fen::ZERO; figures.attributed.len()],
            due_back: vec![Fen::ZERO; figures.due.len()],
            figures,
        }
    }

    /// Never below zero, even where two nodes gave back more than there was.
    pub fn left(&self) -> Quantity {
        self.figures
            .quantity
            .checked_sub(self.refunded)
            .map_or(Quantity::ZERO, |left| left.max(Quantity::ZERO))
    }

    /// What is left of each figure: the figure less `round(figure × refunded / quantity)`.
    pub(crate) fn amount_left(&self, amount: Fen) -> Option<Fen> {
        amount.checked_sub(self.amount_back(amount, self.refunded)?)
    }

    /// `round(amount × refunded / quantity)`: what is back of an amount once `refunded` of the draw is.
    pub(crate) fn amount_back(&self, amount: Fen, refunded: Quantity) -> Option<Fen> {
        if refunded == Quantity::ZERO {
            return Some(Fen::ZERO);
        }
        amount.portion(refunded.thousandths(), self.figures.quantity.thousandths())
    }

    pub(crate) fn give_back(&mut self, back: &RefundDraw) -> Option<()> {
        if back.source != self.figures.source || !back.quantity.is_positive() || back.quantity > self.left() {
            return None;
        }
        let refunded = self.refunded.checked_add(back.quantity)?;
        let attributed_back = combined(&self.attributed_back, &back.attributed, Fen::checked_add)?;
        let due_figured = combined(&back.due, &back.due_kept, Fen::checked_add)?;
        let due_back = combined(&self.due_back, &due_figured, Fen::checked_add)?;
        (self.refunded, self.attributed_back, self.due_back) = (refunded, attributed_back, due_back);
        Some(())
    }

    /// An unassigned draw's figures once `assigned`, all that was left of it, is taken out.
    fn without(&self, assigned: &DrawFigures) -> Option<DrawFigures> {
        if self.figures.source != Source::Unassigned || assigned.quantity != self.left() {
            return None;
        }
        let net = self.figures.net.checked_sub(assigned.net)?;
        let fund = self.figures.fund.checked_sub(assigned.fund)?;
        Some(DrawFigures {
            source: Source::Unassigned,
            quantity: self.refunded,
            net,
            base: self.figures.base.checked_sub(assigned.base)?,
            fund,
            payable: Fen::ZERO,
            margin: net.checked_sub(fund)?,
            attributed: Vec::new(),
            due: Vec::new(),
        })
    }
}
