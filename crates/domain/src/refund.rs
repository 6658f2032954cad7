//! A refund: a sale's draws given back, the last first, so that all refunds together take back exactly what it gave.

use crate::gift_box::whole_boxes;
use crate::money::Fen;
use crate::quantity::Quantity;
use crate::sale::{Bearer, Source, line_prefix};
use crate::shelf::Given;
use crate::split::{Carry, SplitError, split};
use crate::state::{DrawState, LineState, SaleState, line_index};

/// What is asked to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundItem {
    /// Counted from 1; any integer, so that what is no line is said here.
    pub line: i64,
    pub quantity: String,
    /// Goods fit for sale go back to their lot.
    pub restock: bool,
    /// Where a refund says nothing, the supplier.
    pub borne_by: Bearer,
}

impl RefundItem {
    /// The ordinary way: fit for sale, and the parties' due goes back.
    pub fn new(line: i64, quantity: impl Into<String>) -> Self {
        RefundItem {
            line,
            quantity: quantity.into(),
            restock: true,
            borne_by: Bearer::Supplier,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFigures {
    /// What the buyer gets back.
    pub total: Fen,
    /// One for each item, in order; a line may come twice.
    pub lines: Vec<RefundLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundLine {
    /// Counted from 1.
    pub line: usize,
    pub quantity: Quantity,
    pub net: Fen,
    pub restock: bool,
    pub borne_by: Bearer,
    /// In the order in which they are given back: the last of the sale first.
    pub draws: Vec<RefundDraw>,
}

/// What goes back of one draw. The figures are what is taken back; what the parties keep stands beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundDraw {
    /// Which draw of the line it is, counted from 0 (see [`LineState::draws`]).
    pub draw: usize,
    pub source: Source,
    pub quantity: Quantity,
    pub net: Fen,
    pub base: Fen,
    pub fund: Fen,
    pub payable: Fen,
    pub margin: Fen,
    pub attributed: Vec<Fen>,
    pub due: Vec<Fen>,
    /// What would have been taken back of the payable, left with the parties because the operator bears the refund.
    pub payable_kept: Fen,
    pub due_kept: Vec<Fen>,
}

impl RefundDraw {
    /// net = payable + fund + margin, and the vectors sum to net, payable and what is kept.
    pub fn conserves(&self) -> bool {
        let vectors_fit = match self.source {
            Source::Lot(_) => {
                Fen::sum(self.attributed.iter().copied()) == Some(self.net)
                    && Fen::sum(self.due.iter().copied()) == Some(self.payable)
                    && Fen::sum(self.due_kept.iter().copied()) == Some(self.payable_kept)
            }
            Source::Own | Source::Unassigned => {
                self.attributed.is_empty()
                    && self.due.is_empty()
                    && self.due_kept.is_empty()
                    && self.payable == Fen::ZERO
                    && self.payable_kept == Fen::ZERO
            }
        };
        vectors_fit && Fen::sum([self.payable, self.fund, self.margin]) == Some(self.net)
    }

    /// Counts this draw out of what its lot gave: the lot's own carry moves with the refund.
    pub fn take_from(&self, given: &mut Given) -> Option<()> {
        given.take_back(&self.attributed, &self.due)
    }
}

impl RefundFigures {
    pub fn conserves(&self) -> bool {
        Fen::sum(self.lines.iter().map(|line| line.net)) == Some(self.total)
            && self.lines.iter().all(|line| {
                Fen::sum(line.draws.iter().map(|draw| draw.net)) == Some(line.net)
                    && line.draws.iter().all(RefundDraw::conserves)
            })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{refusal}", line_prefix(*.item))]
pub struct RefundError {
    /// Which item of the refund, counted from 1; None for the refund as a whole.
    pub item: Option<usize>,
    pub refusal: RefundRefusal,
}

/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RefundRefusal {
    /// For those who keep sales by id: the arithmetic itself is handed the sale.
    #[error("there is no such sale")]
    NoSuchSale,
    /// Of a void alone.
    #[error("all of the sale was given back before")]
    AlreadyVoided,
    #[error("the sale has no such line")]
    NoSuchLine,
    #[error("the quantity is not a decimal of at most three places above 0 and up to 1,000,000")]
    BadQuantity,
    #[error("the refund exceeds what is left of the line")]
    RefundExceedsSale,
    #[error("a gift box is refunded whole")]
    BoxBroken,
    #[error("an amount is above 2^53 fen")]
    AmountTooLarge,
    /// What is recorded of the sale contradicts itself: a fault of the caller's, never of the request.
    #[error("what is recorded of the sale contradicts itself")]
    StateMismatch,
    /// Never seen; checked all the same, before anything could be signed.
    #[error("the figures do not add up")]
    NotConserved,
}

impl RefundError {
    pub fn whole(refusal: RefundRefusal) -> Self {
        RefundError { item: None, refusal }
    }

    fn item(index: usize, refusal: RefundRefusal) -> Self {
        RefundError {
            item: index.checked_add(1),
            refusal,
        }
    }

    pub fn code(self) -> &'static str {
        self.refusal.code()
    }
}

impl RefundRefusal {
    pub fn code(self) -> &'static str {
        match self {
            RefundRefusal::NoSuchSale => "no_such_sale",
            RefundRefusal::AlreadyVoided => "already_voided",
            RefundRefusal::NoSuchLine => "no_such_line",
            RefundRefusal::BadQuantity => "bad_quantity",
            RefundRefusal::RefundExceedsSale => "refund_exceeds_sale",
            RefundRefusal::BoxBroken => "box_broken",
            RefundRefusal::AmountTooLarge => "amount_too_large",
            RefundRefusal::StateMismatch => "state_mismatch",
            RefundRefusal::NotConserved => "not_conserved",
        }
    }
}

impl From<SplitError> for RefundRefusal {
    fn from(error: SplitError) -> Self {
        match error {
            SplitError::AmountTooLarge => RefundRefusal::AmountTooLarge,
            SplitError::AmountNegative | SplitError::WeightsUnfit => RefundRefusal::StateMismatch,
        }
    }
}

/// Figures a refund. The state is not changed; [`SaleState::apply_refund`] does that once the entry is recorded.
pub fn figure_refund(items: &[RefundItem], state: &SaleState) -> Result<RefundFigures, RefundError> {
    let checked = check_items(items, state)?;
    give_back(&checked, state)
}

/// A void: a refund of all that is left, the goods back on the shelf, the parties' due taken back.
pub fn figure_void(state: &SaleState) -> Result<RefundFigures, RefundError> {
    let left: Vec<CheckedItem> = state
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| CheckedItem {
            index,
            quantity: line.left(),
            restock: true,
            borne_by: Bearer::Supplier,
        })
        .filter(|item| item.quantity.is_positive())
        .collect();
    if left.is_empty() {
        return Err(RefundError::whole(RefundRefusal::AlreadyVoided));
    }
    give_back(&left, state)
}

struct CheckedItem {
    /// Of the line, counted from 0.
    index: usize,
    quantity: Quantity,
    restock: bool,
    borne_by: Bearer,
}

fn check_items(items: &[RefundItem], state: &SaleState) -> Result<Vec<CheckedItem>, RefundError> {
    // What each line has left, the items before counted.
    let mut left: Vec<Quantity> = state.lines.iter().map(LineState::left).collect();
    let mut checked = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        let refuse = |refusal| RefundError::item(position, refusal);
        let index = line_index(item.line).ok_or(refuse(RefundRefusal::NoSuchLine))?;
        let line_left = left.get_mut(index).ok_or(refuse(RefundRefusal::NoSuchLine))?;
        let quantity = Quantity::parse(&item.quantity).map_err(|_| refuse(RefundRefusal::BadQuantity))?;
        if quantity > *line_left {
            return Err(refuse(RefundRefusal::RefundExceedsSale));
        }
        *line_left = line_left
            .checked_sub(quantity)
            .ok_or(refuse(RefundRefusal::StateMismatch))?;
        checked.push(CheckedItem {
            index,
            quantity,
            restock: item.restock,
            borne_by: item.borne_by,
        });
    }
    let asked: Vec<(usize, Quantity)> = checked.iter().map(|item| (item.index, item.quantity)).collect();
    if !whole_boxes(&state.lines, &asked) {
        return Err(RefundError::whole(RefundRefusal::BoxBroken));
    }
    Ok(checked)
}

fn give_back(items: &[CheckedItem], state: &SaleState) -> Result<RefundFigures, RefundError> {
    let mut scratch = state.clone();
    let mut lines = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        let line = scratch
            .lines
            .get_mut(item.index)
            .ok_or(RefundRefusal::NoSuchLine)
            .and_then(|line| refund_line(line, item))
            .map_err(|refusal| RefundError::item(position, refusal))?;
        lines.push(line);
    }
    let total = Fen::sum(lines.iter().map(|line| line.net))
        .ok_or(RefundError::whole(RefundRefusal::AmountTooLarge))?;
    let figures = RefundFigures { total, lines };
    if figures.conserves() {
        Ok(figures)
    } else {
        Err(RefundError::whole(RefundRefusal::NotConserved))
    }
}

fn refund_line(line: &mut LineState, item: &CheckedItem) -> Result<RefundLine, RefundRefusal> {
    let mut wanted = item.quantity;
    let mut draws = Vec::new();
    for (index, state) in line.draws.iter_mut().enumerate().rev() {
        let quantity = state.left().min(wanted);
        if !quantity.is_positive() {
            continue;
        }
        wanted = wanted.checked_sub(quantity).ok_or(RefundRefusal::StateMismatch)?;
        let back = refund_draw(index, state, quantity, item.borne_by)?;
        state.give_back(&back).ok_or(RefundRefusal::StateMismatch)?;
        draws.push(back);
    }
    let net = Fen::sum(draws.iter().map(|draw| draw.net)).ok_or(RefundRefusal::AmountTooLarge)?;
    Ok(RefundLine {
        line: item.index.checked_add(1).ok_or(RefundRefusal::NoSuchLine)?,
        quantity: item.quantity,
        net,
        restock: item.restock,
        borne_by: item.borne_by,
        draws,
    })
}

pub(crate) fn refund_draw(
    index: usize,
    state: &DrawState,
    quantity: Quantity,
    borne_by: Bearer,
) -> Result<RefundDraw, RefundRefusal> {
    let sold = &state.figures;
    let refunded = state
        .refunded
        .checked_add(quantity)
        .ok_or(RefundRefusal::AmountTooLarge)?;
    // What is back after this refund, less what was back before.
    let back = |amount: Fen| {
        state
            .amount_back(amount, refunded)
            .and_then(|after| after.checked_sub(state.amount_back(amount, state.refunded)?))
            .ok_or(RefundRefusal::AmountTooLarge)
    };
    let (net, base, fund, payable_figured) = (
        back(sold.net)?,
        back(sold.base)?,
        back(sold.fund)?,
        back(sold.payable)?,
    );
    let attributed = parts_back(net, &sold.attributed, &state.attributed_back)?;
    let due_figured = parts_back(payable_figured, &sold.due, &state.due_back)?;
    let nothing = vec![Fen::ZERO; due_figured.len()];
    let (payable, due, payable_kept, due_kept) = match borne_by {
        Bearer::Supplier => (payable_figured, due_figured, Fen::ZERO, nothing),
        Bearer::Operator => (Fen::ZERO, nothing, payable_figured, due_figured),
    };
    let margin = net
        .checked_sub(payable)
        .and_then(|left| left.checked_sub(fund))
        .ok_or(RefundRefusal::AmountTooLarge)?;
    Ok(RefundDraw {
        draw: index,
        source: sold.source.clone(),
        quantity,
        net,
        base,
        fund,
        payable,
        margin,
        attributed,
        due,
        payable_kept,
        due_kept,
    })
}

/// The parties' parts of what is taken back: split by what the draw gave them, with the draw's own carry.
fn parts_back(amount: Fen, gave: &[Fen], back_before: &[Fen]) -> Result<Vec<Fen>, RefundRefusal> {
    if gave.is_empty() {
        return Ok(Vec::new());
    }
    let weights: Vec<i64> = gave.iter().map(|part| part.get()).collect();
    Ok(split(
        amount,
        &weights,
        &Carry::from_given(&weights, back_before)?,
    )?)
}
