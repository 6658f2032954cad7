//! A sale: what is asked, what is figured, what is refused.

use crate::codes::{LotCode, ProductCode};
use crate::draws::draw_line;
use crate::money::Fen;
use crate::pricing::price_order;
use crate::quantity::Quantity;
use crate::shelf::{LotAfter, Overlay, Shelf};

/// Who bears a discount or a refund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bearer {
    /// Where a discount says nothing, the operator.
    #[default]
    Operator,
    Supplier,
}

impl Bearer {
    pub fn from_code(code: &str) -> Option<Bearer> {
        match code {
            "operator" => Some(Bearer::Operator),
            "supplier" => Some(Bearer::Supplier),
            _ => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Bearer::Operator => "operator",
            Bearer::Supplier => "supplier",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Discount {
    pub size: DiscountSize,
    pub borne_by: Bearer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiscountSize {
    Fen(i64),
    BasisPoints(i64),
}

/// Wiping off 抹零, always down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rounding {
    #[default]
    None,
    Jiao,
    Yuan,
}

impl Rounding {
    pub fn from_code(code: &str) -> Option<Rounding> {
        match code {
            "none" => Some(Rounding::None),
            "jiao" => Some(Rounding::Jiao),
            "yuan" => Some(Rounding::Yuan),
            _ => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Rounding::None => "none",
            Rounding::Jiao => "jiao",
            Rounding::Yuan => "yuan",
        }
    }

    pub(crate) fn step_fen(self) -> i64 {
        match self {
            Rounding::None => 1,
            Rounding::Jiao => 10,
            Rounding::Yuan => 100,
        }
    }
}

/// A rule of the development fund 助农基金; several add up. Neither figure is below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FundRule {
    /// Of net.
    BasisPoints(u32),
    /// For each unit sold.
    FenPerUnit(u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleRequest {
    pub lines: Vec<LineRequest>,
    pub discount: Option<Discount>,
    pub rounding: Rounding,
    /// What of the total is not paid in cash: only the rest is wiped down. Zero wipes the whole total down.
    pub paid_otherwise: Fen,
}

/// One line as it is asked for. The quantity is text and prices are any integer, so that what is wrong with them is
/// found here, in the documented order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRequest {
    pub product: ProductCode,
    pub quantity: String,
    /// Fen for one unit. 0 is a gift.
    pub price: i64,
    /// What a scale's label states; it stands, whatever price × quantity is.
    pub amount: Option<i64>,
    /// The lot a label names.
    pub lot: Option<LotCode>,
    pub discount: Option<Discount>,
    /// Where the line is a part of a gift box.
    pub boxed: Option<BoxPart>,
}

impl LineRequest {
    /// A line of a product by quantity, nothing else said.
    pub fn new(product: impl Into<ProductCode>, quantity: impl Into<String>, price: i64) -> Self {
        LineRequest {
            product: product.into(),
            quantity: quantity.into(),
            price,
            amount: None,
            lot: None,
            discount: None,
            boxed: None,
        }
    }
}

/// A line's place in a gift box 礼盒: lines of one group are one line on paper that opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxPart {
    /// Numbers the boxed lines of a sale apart: two boxes of one kind rung up apart are two groups.
    pub group: u32,
    /// The box's own code.
    pub gift_box: ProductCode,
    /// How many boxes the group is.
    pub boxes: i64,
    /// The line is what the box costs above its contents: the operator's own, no matter what the shelf says.
    pub surplus: bool,
    /// This line's part of what the box costs less than its contents, taken off before the line's discount.
    pub reduction: Fen,
    pub borne_by: Bearer,
}

/// Where a draw's goods are from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Lot(LotCode),
    /// 自营.
    Own,
    /// 待归户.
    Unassigned,
}

impl Source {
    /// As results give it: a lot's code, `own`, or None where unassigned.
    pub fn lot_code(&self) -> Option<&str> {
        match self {
            Source::Lot(code) => Some(code.as_str()),
            Source::Own => Some(LotCode::OWN),
            Source::Unassigned => None,
        }
    }
}

/// The part of a line taken from one lot. The vectors are in the order of the lot's shares, empty without a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawFigures {
    pub source: Source,
    pub quantity: Quantity,
    pub net: Fen,
    pub base: Fen,
    pub fund: Fen,
    pub payable: Fen,
    pub margin: Fen,
    pub attributed: Vec<Fen>,
    pub due: Vec<Fen>,
}

impl DrawFigures {
    /// net = payable + fund + margin, and the vectors, where there are any, sum to net and payable.
    pub fn conserves(&self) -> bool {
        let vectors_fit = match self.source {
            Source::Lot(_) => {
                !self.attributed.is_empty()
                    && self.attributed.len() == self.due.len()
                    && Fen::sum(self.attributed.iter().copied()) == Some(self.net)
                    && Fen::sum(self.due.iter().copied()) == Some(self.payable)
            }
            Source::Own | Source::Unassigned => {
                self.attributed.is_empty() && self.due.is_empty() && self.payable == Fen::ZERO
            }
        };
        vectors_fit && Fen::sum([self.payable, self.fund, self.margin]) == Some(self.net)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiscountSource {
    /// What a gift box costs less than its contents.
    Box,
    Line,
    Order,
    /// 抹零.
    Rounding,
}

/// A part of a line's discount, for paper. Parts of 0 fen are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscountPart {
    pub source: DiscountSource,
    pub borne_by: Bearer,
    pub amount: Fen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFigures {
    pub product: ProductCode,
    pub quantity: Quantity,
    pub price: Fen,
    pub gross: Fen,
    /// All discounts, wiping off included.
    pub discount: Fen,
    pub net: Fen,
    pub base: Fen,
    pub discounts: Vec<DiscountPart>,
    pub boxed: Option<BoxPart>,
    pub draws: Vec<DrawFigures>,
}

impl LineFigures {
    /// The discounts make gross net and base, and the draws sum to the line.
    pub fn conserves(&self) -> bool {
        let borne = |bearer: Option<Bearer>| {
            Fen::sum(
                self.discounts
                    .iter()
                    .filter(|part| bearer.is_none_or(|bearer| part.borne_by == bearer))
                    .map(|part| part.amount),
            )
        };
        let quantity = self
            .draws
            .iter()
            .try_fold(Quantity::ZERO, |sum, draw| sum.checked_add(draw.quantity));
        borne(None) == Some(self.discount)
            && self.gross.checked_sub(self.discount) == Some(self.net)
            && borne(Some(Bearer::Supplier)).and_then(|borne| self.gross.checked_sub(borne))
                == Some(self.base)
            && Fen::sum(self.draws.iter().map(|draw| draw.net)) == Some(self.net)
            && Fen::sum(self.draws.iter().map(|draw| draw.base)) == Some(self.base)
            && quantity == Some(self.quantity)
            && self.draws.iter().all(DrawFigures::conserves)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFigures {
    pub total: Fen,
    /// The fen wiped off.
    pub rounding: Fen,
    pub lines: Vec<LineFigures>,
    /// What each lot that was drawn from becomes, by code. Not a fact of the sale: for the caller's cache.
    pub lots_after: Vec<LotAfter>,
}

impl SaleFigures {
    /// Lines sum to the total, draws to their line, and every draw's money is somebody's. To be asked again
    /// before an entry is signed.
    pub fn conserves(&self) -> bool {
        let wiped_off = self
            .lines
            .iter()
            .flat_map(|line| &line.discounts)
            .filter(|part| part.source == DiscountSource::Rounding)
            .map(|part| part.amount);
        Fen::sum(self.lines.iter().map(|line| line.net)) == Some(self.total)
            && Fen::sum(wiped_off) == Some(self.rounding)
            && self.lines.iter().all(LineFigures::conserves)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{refusal}", line_prefix(*.line))]
pub struct SaleError {
    /// Counted from 1; None for the order as a whole.
    pub line: Option<usize>,
    pub refusal: SaleRefusal,
}

/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SaleRefusal {
    /// For those who keep sales by id: the arithmetic itself knows none.
    #[error("the id was used before, with another request")]
    IdReused,
    #[error("the quantity is not a decimal of at most three places above 0 and up to 1,000,000")]
    BadQuantity,
    #[error("the price or the amount is below 0")]
    BadPrice,
    #[error("the lot named by the label is unknown or of another product")]
    NoSuchLot,
    #[error("an amount is above 2^53 fen")]
    AmountTooLarge,
    #[error("a discount is below 0 or larger than what it is taken from")]
    DiscountExceedsAmount,
    /// The shelf's sums do not fit the lot's shares: a fault of the caller's, never of the request.
    #[error("what is known of the lot does not fit its shares")]
    StateMismatch,
    /// Never seen; checked all the same, before anything could be signed.
    #[error("the figures do not add up")]
    NotConserved,
}

impl SaleError {
    pub(crate) fn order(refusal: SaleRefusal) -> Self {
        SaleError { line: None, refusal }
    }

    pub(crate) fn line(index: usize, refusal: SaleRefusal) -> Self {
        SaleError {
            line: index.checked_add(1),
            refusal,
        }
    }

    pub fn code(self) -> &'static str {
        self.refusal.code()
    }
}

impl SaleRefusal {
    pub fn code(self) -> &'static str {
        match self {
            SaleRefusal::IdReused => "id_reused",
            SaleRefusal::BadQuantity => "bad_quantity",
            SaleRefusal::BadPrice => "bad_price",
            SaleRefusal::NoSuchLot => "no_such_lot",
            SaleRefusal::AmountTooLarge => "amount_too_large",
            SaleRefusal::DiscountExceedsAmount => "discount_exceeds_amount",
            SaleRefusal::StateMismatch => "state_mismatch",
            SaleRefusal::NotConserved => "not_conserved",
        }
    }
}

pub(crate) fn line_prefix(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

/// Figures a sale against what the till knows. What is refused changes nothing, and neither does what is not.
pub fn figure_sale<S: Shelf + ?Sized>(
    request: &SaleRequest,
    shelf: &S,
    fund_rules: &[FundRule],
) -> Result<SaleFigures, SaleError> {
    let order = price_order(request, shelf)?;
    let mut overlay = Overlay::new(shelf);
    let mut lines = Vec::with_capacity(order.lines.len());
    for (index, line) in order.lines.into_iter().enumerate() {
        let line = draw_line(line, &mut overlay, fund_rules)
            .map_err(|fault| SaleError::line(index, fault.into()))?;
        lines.push(line);
    }
    let figures = SaleFigures {
        total: order.total,
        rounding: order.rounding,
        lines,
        lots_after: overlay.into_lots_after(),
    };
    if figures.conserves() {
        Ok(figures)
    } else {
        Err(SaleError::order(SaleRefusal::NotConserved))
    }
}
