//! The rows of a receipt, from recorded facts.

use crate::refusal::Refusal;
use jishi_domain::{Bearer, Fen, Quantity, TenderKind};
use jishi_journal::body::{DiscountFact, LineFact, RefundLineFact, RefundRecorded, TenderFact};
use jishi_paper::receipt::{BoxContent, ReceiptDiscount, ReceiptLine, ReceiptTender, SlipLine};

/// What of a sale is a stall's, line by line; the lines of one gift box are one.
pub(super) fn sale_slips(facts: &[LineFact]) -> Result<Vec<(String, SlipLine)>, Refusal> {
    let mut lines: Vec<(String, SlipLine)> = Vec::new();
    let mut last_box = None;
    for fact in facts {
        let of_box = fact.gift_box.as_ref().map(|gift_box| gift_box.ordinal);
        let goes_on = of_box.is_some() && of_box == last_box;
        last_box = of_box;
        let Some(stall) = &fact.stall else { continue };
        if let (true, Some((_, line))) = (goes_on, lines.last_mut()) {
            line.net = Fen::new(line.net.get() + fact.net);
            continue;
        }
        let (name, sold, unit) = match &fact.gift_box {
            Some(gift_box) => (&gift_box.name, &gift_box.qty, &gift_box.unit),
            None => (&fact.name, &fact.qty, &fact.unit),
        };
        let line = SlipLine {
            name: name.clone(),
            quantity: quantity(sold)?,
            unit: unit.clone(),
            weighed: fact.weighed && fact.weight.is_none() && of_box.is_none(),
            net: Fen::new(fact.net),
        };
        lines.push((stall.clone(), line));
    }
    Ok(lines)
}

pub(super) fn refund_slips(facts: &[RefundLineFact]) -> Result<Vec<(String, SlipLine)>, Refusal> {
    let of_stalls = facts.iter().filter_map(|fact| Some((fact.stall.clone()?, fact)));
    let lines = of_stalls.map(|(stall, fact)| {
        let line = SlipLine {
            name: fact.name.clone(),
            quantity: quantity(&fact.qty)?,
            unit: fact.unit.clone(),
            weighed: false,
            net: Fen::new(fact.net),
        };
        Ok((stall, line))
    });
    lines.collect()
}

/// Lines of one gift box are one line that opens.
pub(super) fn receipt_lines(facts: &[LineFact]) -> Result<Vec<ReceiptLine>, Refusal> {
    let mut lines: Vec<ReceiptLine> = Vec::with_capacity(facts.len());
    let mut last_box = None;
    for fact in facts {
        let own: Vec<&DiscountFact> = fact.discounts.iter().filter(|part| part.of == "line").collect();
        let discounts = gathered(own.iter().copied());
        let box_part: i64 = fact
            .discounts
            .iter()
            .filter(|part| part.of == "box")
            .map(|part| part.fen)
            .sum();
        let Some(gift_box) = &fact.gift_box else {
            last_box = None;
            // Counted and priced by weight: the price goes with the weight, and how many stands with the name.
            let (name, sold, unit) = match (&fact.weight, &fact.price_unit) {
                (Some(weight), Some(unit)) => {
                    let pieces = quantity(&fact.qty)?.short();
                    let name = format!("{} {pieces} {}", fact.name, fact.unit);
                    (name, quantity(weight)?, unit.clone())
                }
                _ => (fact.name.clone(), quantity(&fact.qty)?, fact.unit.clone()),
            };
            lines.push(ReceiptLine {
                name,
                quantity: sold,
                unit,
                price: Fen::new(fact.price),
                gross: Fen::new(fact.gross),
                weighed: fact.weighed,
                discounts,
                contents: Vec::new(),
            });
            continue;
        };
        if last_box != Some(gift_box.ordinal) {
            last_box = Some(gift_box.ordinal);
            let quantity = quantity(&gift_box.qty)?;
            lines.push(ReceiptLine {
                name: gift_box.name.clone(),
                quantity,
                unit: gift_box.unit.clone(),
                price: Fen::new(gift_box.price),
                gross: Fen::ZERO,
                weighed: false,
                discounts: Vec::new(),
                contents: Vec::new(),
            });
        }
        if let Some(line) = lines.last_mut() {
            line.gross = Fen::new(line.gross.get() + fact.gross - box_part);
            // What the box costs above its contents is no content.
            if fact.product != gift_box.product {
                line.contents.push(BoxContent {
                    name: fact.name.clone(),
                    quantity: quantity(&fact.qty)?,
                    unit: fact.unit.clone(),
                });
            }
            merge(&mut line.discounts, discounts);
        }
    }
    Ok(lines)
}

fn merge(into: &mut Vec<ReceiptDiscount>, more: Vec<ReceiptDiscount>) {
    for discount in more {
        match into.iter_mut().find(|known| known.bearer == discount.bearer) {
            Some(known) => known.amount = Fen::new(known.amount.get() + discount.amount.get()),
            None => into.push(discount),
        }
    }
}

/// One discount for each bearer.
pub(super) fn gathered<'a>(facts: impl Iterator<Item = &'a DiscountFact>) -> Vec<ReceiptDiscount> {
    let mut discounts = Vec::new();
    for fact in facts {
        let bearer = Bearer::from_code(&fact.borne_by).unwrap_or_default();
        let discount = ReceiptDiscount {
            label: None,
            rate_bp: None,
            bearer,
            amount: Fen::new(fact.fen),
        };
        merge(&mut discounts, vec![discount]);
    }
    discounts
}

pub(super) fn receipt_tenders(facts: &[TenderFact]) -> Vec<ReceiptTender> {
    let mut tenders: Vec<ReceiptTender> = Vec::with_capacity(facts.len());
    for fact in facts {
        let kind = TenderKind::from_code(&fact.kind).unwrap_or(TenderKind::Cash);
        let goods = kind == TenderKind::Exchange;
        // Goods that paid for goods are one row, whatever they had been paid by.
        match tenders.iter_mut().find(|tender| goods && tender.kind == kind) {
            Some(tender) => tender.amount = Fen::new(tender.amount.get() + fact.fen),
            None => tenders.push(ReceiptTender {
                kind,
                label: None,
                amount: Fen::new(fact.fen),
                reference_tail: fact.reference.as_deref().filter(|_| !goods).map(tail),
            }),
        }
    }
    tenders
}

pub(super) fn returned_lines(refund: &RefundRecorded) -> Result<Vec<ReceiptLine>, Refusal> {
    let lines = refund.lines.iter().map(|line| {
        let quantity = quantity(&line.qty)?;
        Ok(ReceiptLine {
            name: named_with(&line.name, &line.passes),
            quantity,
            unit: line.unit.clone(),
            price: Fen::new(unit_price(line.net, quantity)),
            gross: Fen::new(line.net),
            weighed: false,
            discounts: Vec::new(),
            contents: Vec::new(),
        })
    });
    lines.collect()
}

/// With the last digits of the slips to be collected.
pub(super) fn named_with(name: &str, passes: &[String]) -> String {
    let tails: Vec<String> = passes.iter().map(|pass| tail(pass)).collect();
    match tails.is_empty() {
        true => name.to_owned(),
        false => format!("{name} {}", tails.join(" ")),
    }
}

pub(super) fn voucher_line(name: &str, unit: &str, price: i64, pieces: usize) -> ReceiptLine {
    let pieces = i64::try_from(pieces).unwrap_or(i64::MAX);
    ReceiptLine {
        name: name.to_owned(),
        quantity: Quantity::from_thousandths(pieces.saturating_mul(1000)),
        unit: unit.to_owned(),
        price: Fen::new(price),
        gross: Fen::new(price.saturating_mul(pieces)),
        weighed: false,
        discounts: Vec::new(),
        contents: Vec::new(),
    }
}

/// The last four characters: enough to find the payment, too few to tell it on.
pub(crate) fn tail(reference: &str) -> String {
    let characters: Vec<char> = reference.chars().collect();
    characters[characters.len().saturating_sub(4)..].iter().collect()
}

pub(super) fn quantity(text: &str) -> Result<Quantity, Refusal> {
    Quantity::parse(text).map_err(|error| Refusal::Paper(error.to_string()))
}

/// What one unit of a refund comes to, rounded: shown beside the sum that is given back.
pub(super) fn unit_price(net: i64, quantity: Quantity) -> i64 {
    let thousandths = i128::from(quantity.thousandths()).max(1);
    i64::try_from((i128::from(net) * 2000 + thousandths) / (2 * thousandths)).unwrap_or(net)
}
