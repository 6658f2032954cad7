//! The scale: what is left without the packing, and what it is called.

use super::Counter;
use crate::refusal::Refusal;
use crate::request::find_product;
use crate::view::*;
use jishi_domain::{Fen, Quantity, SaleError, SaleRefusal, SaleUnit};

impl Counter {
    pub(super) fn weigh(&mut self, request: WeighGoods) -> Result<WeighedView, Refusal> {
        let found = find_product(self.till.catalogue(), &request.product, None)?;
        let product = found.product();
        let gross = typed(&request.gross)?;
        let tare = match request.tare.trim() {
            "" | "0" => None,
            tare => Some(typed(tare)?),
        };
        let net = match tare {
            Some(tare) => gross.checked_sub(tare).ok_or_else(bad_quantity)?,
            None => gross,
        };
        if !net.is_positive() {
            return Err(Refusal::TareTooHeavy);
        }
        let amount = net.at_price(Fen::new(product.price));
        let amount = amount.and_then(Fen::within_limit).ok_or(SaleError {
            line: None,
            refusal: SaleRefusal::AmountTooLarge,
        })?;
        if amount == Fen::ZERO && product.price > 0 {
            return Err(Refusal::ComesToNothing {
                line: None,
                product: product.name.clone(),
            });
        }
        let (quantity, weight, unit) = match &product.price_unit {
            None => (net.short(), None, &product.unit),
            Some(unit) => {
                let pieces = match request.pieces.trim() {
                    "" => "1".to_owned(),
                    pieces => whole(pieces)?.short(),
                };
                (pieces, Some(net.short()), unit)
            }
        };
        Ok(WeighedView {
            line: DraftLine {
                product: product.code.clone(),
                quantity,
                price_fen: None,
                price_borne_by: None,
                weight,
                tare: tare.map(Quantity::short),
                amount_fen: None,
                lot: request.lot,
                discount: None,
            },
            net: net.short(),
            unit: unit.clone(),
            said: said(net, SaleUnit::from_name(unit)),
            amount_fen: amount.get(),
        })
    }
}

/// As a person types it: `3.`, `.5` and `3.2` are quantities too.
fn typed(text: &str) -> Result<Quantity, Refusal> {
    let text = text.trim().trim_end_matches('.');
    let text = match text.starts_with('.') {
        true => format!("0{text}"),
        false => text.to_owned(),
    };
    Quantity::parse(&text).map_err(|_| bad_quantity())
}

/// Half a chicken is not in stock.
fn whole(text: &str) -> Result<Quantity, Refusal> {
    let pieces = typed(text)?;
    match pieces.thousandths() % 1000 {
        0 => Ok(pieces),
        _ => Err(bad_quantity()),
    }
}

fn bad_quantity() -> Refusal {
    Refusal::Sale(SaleError {
        line: None,
        refusal: SaleRefusal::BadQuantity,
    })
}

/// 斤 and 公斤 are both on the scale and in the buyer's head: the one that is not the price's, to the gram.
fn said(net: Quantity, unit: SaleUnit) -> Option<String> {
    let thousandths = net.thousandths();
    let (thousandths, name) = match unit {
        SaleUnit::Jin => (thousandths.checked_add(1)? / 2, "公斤"),
        SaleUnit::Kilogram => (thousandths.checked_mul(2)?, "斤"),
        SaleUnit::Liang => (thousandths.checked_add(5)? / 10, "斤"),
        SaleUnit::Gram => (thousandths.checked_add(250)? / 500, "斤"),
        SaleUnit::Piece => return None,
    };
    Some(format!(
        "{} {name}",
        Quantity::from_thousandths(thousandths).short()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_said_in_the_other_unit() {
        let said = |quantity: &str, unit: &str| {
            said(Quantity::parse(quantity).unwrap(), SaleUnit::from_name(unit)).unwrap_or_default()
        };
        assert_eq!(said("2.5", "斤"), "1.25 公斤");
        assert_eq!(said("0.003", "斤"), "0.002 公斤");
        assert_eq!(said("1.2", "公斤"), "2.4 斤");
        assert_eq!(said("7.5", "两"), "0.75 斤");
        assert_eq!(said("750", "克"), "1.5 斤");
        assert_eq!(said("3", "只"), "");
    }
}
