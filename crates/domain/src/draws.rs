//! Steps 6 to 8 of a sale: which lots, and whose every fen is.

use crate::lot::{Lot, Terms};
use crate::money::Fen;
use crate::pricing::PricedLine;
use crate::quantity::Quantity;
use crate::sale::{Bearer, DrawFigures, FundRule, LineFigures, SaleRefusal, Source};
use crate::shelf::{Given, LotOnShelf, Overlay, Shelf};
use crate::split::{Carry, SplitError, apportion, split};

/// Why a draw cannot be figured although the request is in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrawFault {
    AmountTooLarge,
    StateMismatch,
}

impl From<SplitError> for DrawFault {
    fn from(error: SplitError) -> Self {
        match error {
            SplitError::AmountTooLarge => DrawFault::AmountTooLarge,
            SplitError::AmountNegative | SplitError::WeightsUnfit => DrawFault::StateMismatch,
        }
    }
}

impl From<DrawFault> for SaleRefusal {
    fn from(fault: DrawFault) -> Self {
        match fault {
            DrawFault::AmountTooLarge => SaleRefusal::AmountTooLarge,
            DrawFault::StateMismatch => SaleRefusal::StateMismatch,
        }
    }
}

/// A draw before its money: where from, how much.
enum Planned<'a> {
    Lot(LotOnShelf<'a>),
    Own,
    Unassigned,
}

pub(crate) fn draw_line<S: Shelf + ?Sized>(
    line: PricedLine<'_>,
    overlay: &mut Overlay<'_, S>,
    fund_rules: &[FundRule],
) -> Result<LineFigures, DrawFault> {
    let net = line.left;
    let discount = line.gross.checked_sub(net).ok_or(DrawFault::AmountTooLarge)?;
    let borne_by_supplier = Fen::sum(
        line.discounts
            .iter()
            .filter(|part| part.borne_by == Bearer::Supplier)
            .map(|part| part.amount),
    );
    let base = borne_by_supplier
        .and_then(|borne| line.gross.checked_sub(borne))
        .ok_or(DrawFault::AmountTooLarge)?;

    let planned = plan(&line, overlay)?;
    let quantities: Vec<i64> = planned
        .iter()
        .map(|(_, quantity)| quantity.thousandths())
        .collect();
    let nets = apportion(net, &quantities)?;
    let bases = apportion(base, &quantities)?;
    let mut draws = Vec::with_capacity(planned.len());
    for (((planned, quantity), net), base) in planned.into_iter().zip(nets).zip(bases) {
        draws.push(match planned {
            Planned::Lot(on_shelf) => {
                let fund = fund_of(net, quantity, fund_rules).ok_or(DrawFault::AmountTooLarge)?;
                let after = overlay.touch(&on_shelf);
                let draw = figure_draw(
                    on_shelf.lot,
                    &after.given,
                    Amounts {
                        quantity,
                        net,
                        base,
                        fund,
                    },
                )?;
                after.left = after
                    .left
                    .checked_sub(quantity)
                    .ok_or(DrawFault::AmountTooLarge)?;
                after
                    .given
                    .give(&draw.attributed, &draw.due)
                    .ok_or(DrawFault::AmountTooLarge)?;
                draw
            }
            Planned::Own => draw_without_lot(
                Source::Own,
                Amounts {
                    quantity,
                    net,
                    base,
                    fund: Fen::ZERO,
                },
            )?,
            Planned::Unassigned => {
                let fund = fund_of(net, quantity, fund_rules).ok_or(DrawFault::AmountTooLarge)?;
                draw_without_lot(
                    Source::Unassigned,
                    Amounts {
                        quantity,
                        net,
                        base,
                        fund,
                    },
                )?
            }
        });
    }
    Ok(LineFigures {
        product: line.request.product.clone(),
        quantity: line.quantity,
        price: line.price,
        gross: line.gross,
        discount,
        net,
        base,
        discounts: line.discounts,
        boxed: line.request.boxed.clone(),
        draws,
    })
}

/// The lot a label names, or the open lots in order, each as far as it goes; the rest is unassigned.
fn plan<'a, S: Shelf + ?Sized>(
    line: &PricedLine<'_>,
    overlay: &Overlay<'a, S>,
) -> Result<Vec<(Planned<'a>, Quantity)>, DrawFault> {
    let surplus = line.request.boxed.as_ref().is_some_and(|part| part.surplus);
    if surplus || overlay.is_own(&line.request.product) {
        return Ok(vec![(Planned::Own, line.quantity)]);
    }
    let lots = match &line.request.lot {
        Some(code) => overlay.lot(code).into_iter().collect(),
        None => overlay.open_lots(&line.request.product),
    };
    let mut wanted = line.quantity;
    let mut planned = Vec::new();
    for on_shelf in lots {
        let quantity = overlay.left(&on_shelf).min(wanted);
        if quantity.is_positive() {
            wanted = wanted.checked_sub(quantity).ok_or(DrawFault::AmountTooLarge)?;
            planned.push((Planned::Lot(on_shelf), quantity));
        }
    }
    if wanted.is_positive() {
        planned.push((Planned::Unassigned, wanted));
    }
    Ok(planned)
}

/// A draw's share of its line, before its terms.
#[derive(Clone, Copy)]
pub(crate) struct Amounts {
    pub(crate) quantity: Quantity,
    pub(crate) net: Fen,
    pub(crate) base: Fen,
    pub(crate) fund: Fen,
}

impl Amounts {
    /// net − payable − fund, each within the limit.
    fn margin(self, payable: Fen) -> Result<Fen, DrawFault> {
        [payable, self.fund]
            .into_iter()
            .try_fold(self.net, |left, taken| left.checked_sub(taken.within_limit()?))
            .and_then(Fen::within_limit)
            .ok_or(DrawFault::AmountTooLarge)
    }
}

/// A draw of a lot, by its terms and with the carry that its history leaves.
pub(crate) fn figure_draw(lot: &Lot, given: &Given, amounts: Amounts) -> Result<DrawFigures, DrawFault> {
    let payable = payable_of(lot.terms(), amounts).ok_or(DrawFault::AmountTooLarge)?;
    let margin = amounts.margin(payable)?;
    let part = |amount: Fen, so_far: &[Fen]| -> Result<Vec<Fen>, SplitError> {
        split(amount, lot.weights(), &Carry::from_given(lot.weights(), so_far)?)
    };
    Ok(DrawFigures {
        source: Source::Lot(lot.code().clone()),
        quantity: amounts.quantity,
        net: amounts.net,
        base: amounts.base,
        fund: amounts.fund,
        payable,
        margin,
        attributed: part(amounts.net, &given.attributed)?,
        due: part(payable, &given.due)?,
    })
}

fn draw_without_lot(source: Source, amounts: Amounts) -> Result<DrawFigures, DrawFault> {
    Ok(DrawFigures {
        source,
        quantity: amounts.quantity,
        net: amounts.net,
        base: amounts.base,
        fund: amounts.fund,
        payable: Fen::ZERO,
        margin: amounts.margin(Fen::ZERO)?,
        attributed: Vec::new(),
        due: Vec::new(),
    })
}

fn payable_of(terms: Terms, amounts: Amounts) -> Option<Fen> {
    match terms {
        Terms::Consignment { commission_bp } => amounts
            .base
            .checked_sub(amounts.base.basis_points(commission_bp)?),
        Terms::Agreed { price } => amounts.quantity.at_price(price),
        Terms::Buyout => Some(Fen::ZERO),
    }
}

fn fund_of(net: Fen, quantity: Quantity, rules: &[FundRule]) -> Option<Fen> {
    rules.iter().try_fold(Fen::ZERO, |fund, rule| {
        fund.checked_add(match rule {
            FundRule::BasisPoints(bp) => net.basis_points(i64::from(*bp))?,
            FundRule::FenPerUnit(fen) => quantity.at_price(Fen::new(i64::from(*fen)))?,
        })
    })
}
