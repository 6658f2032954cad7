//! Steps 1 to 5 of a sale: gross, the discounts, wiping off.

use crate::money::Fen;
use crate::quantity::Quantity;
use crate::sale::{
    Bearer, Discount, DiscountPart, DiscountSize, DiscountSource, LineRequest, SaleError, SaleRefusal,
    SaleRequest,
};
use crate::shelf::Shelf;
use crate::split::{SplitError, apportion};

pub(crate) struct PricedOrder<'a> {
    pub(crate) total: Fen,
    pub(crate) rounding: Fen,
    pub(crate) lines: Vec<PricedLine<'a>>,
}

pub(crate) struct PricedLine<'a> {
    pub(crate) request: &'a LineRequest,
    pub(crate) quantity: Quantity,
    pub(crate) price: Fen,
    pub(crate) gross: Fen,
    /// Gross less the discounts so far; in the end, net.
    pub(crate) left: Fen,
    pub(crate) discounts: Vec<DiscountPart>,
}

impl PricedLine<'_> {
    /// None where the discount is below 0 or more than what is left.
    fn take(&mut self, source: DiscountSource, amount: Fen, borne_by: Bearer) -> Option<()> {
        let left = self.left.checked_sub(amount)?;
        if amount.is_negative() || left.is_negative() {
            return None;
        }
        self.left = left;
        if amount > Fen::ZERO {
            self.discounts.push(DiscountPart {
                source,
                borne_by,
                amount,
            });
        }
        Some(())
    }
}

pub(crate) fn price_order<'a, S: Shelf + ?Sized>(
    request: &'a SaleRequest,
    shelf: &S,
) -> Result<PricedOrder<'a>, SaleError> {
    let mut lines = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        lines.push(price_line(line, shelf).map_err(|refusal| SaleError::line(index, refusal))?);
    }
    let (total, rounding) = discount_order(request, &mut lines).map_err(SaleError::order)?;
    Ok(PricedOrder {
        total,
        rounding,
        lines,
    })
}

fn price_line<'a, S: Shelf + ?Sized>(
    line: &'a LineRequest,
    shelf: &S,
) -> Result<PricedLine<'a>, SaleRefusal> {
    let quantity = Quantity::parse(&line.quantity).map_err(|_| SaleRefusal::BadQuantity)?;
    if line.price < 0 || line.amount.is_some_and(|amount| amount < 0) {
        return Err(SaleRefusal::BadPrice);
    }
    if let Some(code) = &line.lot {
        let named = shelf.lot(code).ok_or(SaleRefusal::NoSuchLot)?;
        if *named.lot.product() != line.product {
            return Err(SaleRefusal::NoSuchLot);
        }
    }
    // Only what comes of it is bounded: a stated amount stands, whatever the price.
    let price = Fen::new(line.price);
    let gross = match line.amount {
        Some(amount) => Fen::new(amount).within_limit(),
        None => quantity.at_price(price).and_then(Fen::within_limit),
    }
    .ok_or(SaleRefusal::AmountTooLarge)?;
    let mut priced = PricedLine {
        request: line,
        quantity,
        price,
        gross,
        left: gross,
        discounts: Vec::new(),
    };
    if let Some(part) = &line.boxed {
        priced
            .take(DiscountSource::Box, part.reduction, part.borne_by)
            .ok_or(SaleRefusal::DiscountExceedsAmount)?;
    }
    if let Some(discount) = line.discount {
        discount_size(discount, gross)
            .and_then(|amount| priced.take(DiscountSource::Line, amount, discount.borne_by))
            .ok_or(SaleRefusal::DiscountExceedsAmount)?;
    }
    Ok(priced)
}

/// The order's discount and wiping off; gives the total and the fen wiped off.
fn discount_order(request: &SaleRequest, lines: &mut [PricedLine<'_>]) -> Result<(Fen, Fen), SaleRefusal> {
    Fen::sum(lines.iter().map(|line| line.gross))
        .and_then(Fen::within_limit)
        .ok_or(SaleRefusal::AmountTooLarge)?;
    let mut total = left_of(lines)?;
    if let Some(discount) = request.discount {
        let amount = discount_size(discount, total)
            .filter(|amount| *amount <= total)
            .ok_or(SaleRefusal::DiscountExceedsAmount)?;
        spread(lines, DiscountSource::Order, amount, discount.borne_by)?;
        total = left_of(lines)?;
    }
    let in_cash = total.get().saturating_sub(request.paid_otherwise.get()).max(0);
    let rounding = in_cash
        .checked_rem(request.rounding.step_fen())
        .map_or(Fen::ZERO, Fen::new);
    spread(lines, DiscountSource::Rounding, rounding, Bearer::Operator)?;
    Ok((left_of(lines)?, rounding))
}

/// Takes `amount` off the lines by what is left of each.
fn spread(
    lines: &mut [PricedLine<'_>],
    source: DiscountSource,
    amount: Fen,
    borne_by: Bearer,
) -> Result<(), SaleRefusal> {
    let weights: Vec<i64> = lines.iter().map(|line| line.left.get()).collect();
    let parts = apportion(amount, &weights).map_err(|error| match error {
        SplitError::AmountTooLarge => SaleRefusal::AmountTooLarge,
        SplitError::AmountNegative | SplitError::WeightsUnfit => SaleRefusal::DiscountExceedsAmount,
    })?;
    for (line, part) in lines.iter_mut().zip(parts) {
        line.take(source, part, borne_by)
            .ok_or(SaleRefusal::DiscountExceedsAmount)?;
    }
    Ok(())
}

fn left_of(lines: &[PricedLine<'_>]) -> Result<Fen, SaleRefusal> {
    Fen::sum(lines.iter().map(|line| line.left)).ok_or(SaleRefusal::AmountTooLarge)
}

/// A discount in fen. None where it is below 0 (such a rate is, even if it rounds away) or beyond all sizes; whether
/// there is as much to take it from is the caller's to see.
fn discount_size(discount: Discount, of: Fen) -> Option<Fen> {
    match discount.size {
        DiscountSize::Fen(fen) => Some(Fen::new(fen)).filter(|fen| !fen.is_negative()),
        DiscountSize::BasisPoints(bp) => (bp >= 0).then(|| of.basis_points(bp)).flatten(),
    }
}
