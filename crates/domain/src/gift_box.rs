//! A gift box 礼盒: sold as its contents, so that every household behind it is found as in any other sale.

use std::collections::BTreeMap;

use crate::codes::ProductCode;
use crate::money::Fen;
use crate::quantity::Quantity;
use crate::refund::RefundItem;
use crate::sale::{Bearer, BoxPart, Discount, DiscountSize, LineRequest};
use crate::split::apportion;
use crate::state::{LineState, SaleState};

/// A box as the catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftBox {
    pub product: ProductCode,
    /// Fen for one box.
    pub price: i64,
    /// Who bears what the box costs less than its contents.
    pub borne_by: Bearer,
    pub contents: Vec<BoxContent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxContent {
    pub product: ProductCode,
    /// In one box.
    pub quantity: Quantity,
    /// The list price, fen for one unit.
    pub price: i64,
}

/// The lines a box stands for, to be put into the request in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxLines {
    pub boxes: i64,
    /// What the boxes cost before any discount: what the one line on paper shows.
    pub gross: Fen,
    pub lines: Vec<LineRequest>,
}

/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BoxError {
    #[error("the number of boxes is not a whole number above 0 and up to 1,000,000")]
    BadQuantity,
    #[error("a price of the box or of its contents is below 0")]
    BadPrice,
    #[error("the box has no contents, or a content has no quantity")]
    BadBox,
    #[error("an amount is above 2^53 fen")]
    AmountTooLarge,
    #[error("the discount is below 0 or larger than the box's price")]
    DiscountExceedsAmount,
}

impl BoxError {
    pub fn code(self) -> &'static str {
        match self {
            BoxError::BadQuantity => "bad_quantity",
            BoxError::BadPrice => "bad_price",
            BoxError::BadBox => "bad_box",
            BoxError::AmountTooLarge => "amount_too_large",
            BoxError::DiscountExceedsAmount => "discount_exceeds_amount",
        }
    }
}

/// The lines that `quantity` boxes stand for. `group` tells them apart from the sale's other boxes; `discount` is a
/// further one on the box, over the lines by what the box's own price leaves of them.
pub fn expand_box(
    gift_box: &GiftBox,
    quantity: &str,
    discount: Option<Discount>,
    group: u32,
) -> Result<BoxLines, BoxError> {
    let boxes = whole_number(quantity).ok_or(BoxError::BadQuantity)?;
    if gift_box.price < 0 || gift_box.contents.iter().any(|content| content.price < 0) {
        return Err(BoxError::BadPrice);
    }
    if gift_box.contents.is_empty()
        || gift_box
            .contents
            .iter()
            .any(|content| !content.quantity.is_positive())
    {
        return Err(BoxError::BadBox);
    }
    let mut parts = Vec::with_capacity(gift_box.contents.len());
    for content in &gift_box.contents {
        let quantity = content
            .quantity
            .checked_mul(boxes)
            .ok_or(BoxError::AmountTooLarge)?;
        let gross = quantity
            .at_price(Fen::new(content.price))
            .and_then(Fen::within_limit)
            .ok_or(BoxError::AmountTooLarge)?;
        parts.push((content, quantity, gross));
    }
    let contents_gross = Fen::sum(parts.iter().map(|(_, _, gross)| *gross))
        .and_then(Fen::within_limit)
        .ok_or(BoxError::AmountTooLarge)?;
    let gross = gift_box
        .price
        .checked_mul(boxes)
        .and_then(|fen| Fen::new(fen).within_limit())
        .ok_or(BoxError::AmountTooLarge)?;
    let difference = contents_gross
        .checked_sub(gross)
        .ok_or(BoxError::AmountTooLarge)?;

    let weights: Vec<i64> = parts.iter().map(|(_, _, gross)| gross.get()).collect();
    let reductions = apportion(difference.max(Fen::ZERO), &weights).map_err(|_| BoxError::AmountTooLarge)?;
    let part = |surplus, reduction| BoxPart {
        group,
        gift_box: gift_box.product.clone(),
        boxes,
        surplus,
        reduction,
        borne_by: gift_box.borne_by,
    };
    let mut lines = Vec::with_capacity(parts.len());
    let mut left = Vec::with_capacity(parts.len());
    for ((content, quantity, gross), reduction) in parts.iter().zip(reductions) {
        let mut line = LineRequest::new(content.product.clone(), quantity.to_string(), content.price);
        line.boxed = Some(part(false, reduction));
        lines.push(line);
        left.push(
            gross
                .checked_sub(reduction)
                .ok_or(BoxError::AmountTooLarge)?
                .get(),
        );
    }
    if difference.is_negative() {
        let surplus = gross
            .checked_sub(contents_gross)
            .ok_or(BoxError::AmountTooLarge)?;
        let boxed = Quantity::from_thousandths(boxes.checked_mul(1000).ok_or(BoxError::AmountTooLarge)?);
        let mut line = LineRequest::new(gift_box.product.clone(), boxed.to_string(), 0);
        // Stated as an amount: the contents' rounding need not be the same in each box.
        line.amount = Some(surplus.get());
        line.boxed = Some(part(true, Fen::ZERO));
        lines.push(line);
        left.push(surplus.get());
    }
    if let Some(discount) = discount {
        spread(&mut lines, &left, gross, discount)?;
    }
    Ok(BoxLines { boxes, gross, lines })
}

fn spread(lines: &mut [LineRequest], left: &[i64], gross: Fen, discount: Discount) -> Result<(), BoxError> {
    let amount = match discount.size {
        DiscountSize::Fen(fen) => Some(Fen::new(fen)),
        DiscountSize::BasisPoints(bp) => (bp >= 0).then(|| gross.basis_points(bp)).flatten(),
    };
    let amount = amount
        .filter(|amount| !amount.is_negative() && *amount <= gross)
        .ok_or(BoxError::DiscountExceedsAmount)?;
    let parts = apportion(amount, left).map_err(|_| BoxError::DiscountExceedsAmount)?;
    for (line, part) in lines.iter_mut().zip(parts) {
        line.discount = Some(Discount {
            size: DiscountSize::Fen(part.get()),
            borne_by: discount.borne_by,
        });
    }
    Ok(())
}

fn whole_number(quantity: &str) -> Option<i64> {
    let thousandths = Quantity::parse(quantity).ok()?.thousandths();
    (thousandths.checked_rem(1000)? == 0)
        .then(|| thousandths.checked_div(1000))
        .flatten()
}

/// The items that give back `boxes` whole boxes of a group; empty where the sale has no such group.
pub fn refund_boxes(
    state: &SaleState,
    group: u32,
    boxes: i64,
    restock: bool,
    borne_by: Bearer,
) -> Vec<RefundItem> {
    let item = |(number, line): (i64, &LineState)| {
        let part = line.boxed.as_ref().filter(|part| part.group == group)?;
        let quantity = line
            .quantity
            .thousandths()
            .checked_div(part.boxes)?
            .checked_mul(boxes)?;
        let quantity = Quantity::from_thousandths(quantity).to_string();
        Some(RefundItem {
            line: number,
            quantity,
            restock,
            borne_by,
        })
    };
    (1_i64..).zip(&state.lines).filter_map(item).collect()
}

/// Whether the boxes among what is asked back are whole: of every line of a group, the same whole number of boxes.
pub(crate) fn whole_boxes(lines: &[LineState], asked: &[(usize, Quantity)]) -> bool {
    let mut groups: BTreeMap<u32, Vec<Option<i64>>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        if let Some(part) = &line.boxed {
            let quantity = asked
                .iter()
                .filter(|(asked_index, _)| *asked_index == index)
                .try_fold(Quantity::ZERO, |sum, (_, quantity)| sum.checked_add(*quantity));
            let boxes = quantity.and_then(|quantity| boxes_of(line.quantity, part.boxes, quantity));
            groups.entry(part.group).or_default().push(boxes);
        }
    }
    groups.values().all(|boxes| {
        boxes
            .first()
            .is_some_and(|first| first.is_some() && boxes.iter().all(|other| other == first))
    })
}

/// How many whole boxes `asked` of a line is, of which `sold` are `boxes` boxes.
fn boxes_of(sold: Quantity, boxes: i64, asked: Quantity) -> Option<i64> {
    let each = sold.thousandths().checked_div(boxes).filter(|each| *each > 0)?;
    (asked.thousandths().checked_rem(each)? == 0)
        .then(|| asked.thousandths().checked_div(each))
        .flatten()
}
