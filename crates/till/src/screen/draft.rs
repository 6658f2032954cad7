//! A sale before it is recorded: its figures as the lines and the payment show them.

use super::Counter;
use super::exchange::actions_of_exchange;
use super::stalls::stall_sums;
use crate::catalogue::Catalogue;
use crate::refusal::Refusal;
use crate::request::find_product;
use crate::view::*;
use crate::whose::{Parties, unassigned_of, voucher};
use crate::wire::{DiscountRequest, SellLine, SellRequest, TenderRequest};
use jishi_domain::{DiscountSource, DrawFigures, Fen, LineFigures, Quantity, SaleFigures, SaleUnit, Source};
use jishi_journal::body::{ProductKind, ProductPut};
use jishi_traditional::in_both_scripts;
use std::collections::BTreeSet;

impl Counter {
    pub(super) fn figure(&mut self, draft: Draft) -> Result<DraftView, Refusal> {
        self.sale_is_open = !draft.lines.is_empty() || draft.exchange.is_some();
        let sale = sell_request(String::new(), &draft, &[]);
        let (figures, exchange) = match self.exchanged_goods(&draft)? {
            Some(goods) => {
                let figured = self.till.figure_exchange(&goods, &sale, false)?;
                let view = self.exchange_view(&figured);
                (figured.sale, Some(view))
            }
            None if draft.lines.is_empty() => (None, None),
            None => (Some(self.till.figure(&sale)?), None),
        };
        let Some(figures) = figures else {
            let needed = self.till.needs_approval(&actions_of_exchange(&draft));
            return Ok(DraftView {
                lines: Vec::new(),
                kinds: 0,
                gross_fen: 0,
                discount_fen: 0,
                rounding_fen: 0,
                total_fen: 0,
                stalls: Vec::new(),
                needs_approval: needed.unwrap_or_default(),
                exchange,
            });
        };
        self.check_comes_to_something(&draft, &figures)?;
        let language = self.till.language();
        // Shown beside the sale: who may not sell at all hears of it when it is recorded.
        let (asked, _) = self.asked_by_figures(&draft, &figures)?;
        let needs_approval = self.till.needs_approval(&asked).unwrap_or_default();
        let parts = parts_of(self.till.catalogue(), &draft, &figures)?;
        let mut lines = Vec::with_capacity(draft.lines.len());
        let (mut gross, mut discount) = (0, 0);
        for part in &parts {
            let view = self.line_view(part.line, part.product, part.figures, language);
            gross += view.gross_fen;
            discount += sum_of(part.figures, &[DiscountSource::Line, DiscountSource::Order]);
            lines.push(view);
        }
        let catalogue = self.till.catalogue();
        let stalls = match catalogue.stall_mode() {
            true => stall_sums(catalogue, &parts),
            false => Vec::new(),
        };
        let kinds: BTreeSet<&str> = draft.lines.iter().map(|line| line.product.as_str()).collect();
        Ok(DraftView {
            lines,
            kinds: u32::try_from(kinds.len()).unwrap_or(u32::MAX),
            gross_fen: gross,
            discount_fen: discount,
            rounding_fen: figures.rounding.get(),
            total_fen: figures.total.get(),
            stalls,
            needs_approval,
            exchange,
        })
    }

    /// A line of the draft: one line that is figured, or the several of a gift box.
    pub(super) fn line_view(
        &self,
        line: &DraftLine,
        product: &ProductPut,
        figures: &[LineFigures],
        language: Language,
    ) -> DraftLineView {
        let gross: i64 = figures.iter().map(|part| part.gross.get()).sum();
        let gross = gross - sum_of(figures, &[DiscountSource::Box]);
        let amount = gross - sum_of(figures, &[DiscountSource::Line]);
        let first = figures.first();
        let boxed = first.and_then(|part| part.boxed.as_ref());
        let quantity = match boxed {
            Some(part) => part.boxes.to_string(),
            None => first.map(|part| part.quantity.short()).unwrap_or_default(),
        };
        let contents = figures
            .iter()
            .filter(|part| part.boxed.as_ref().is_some_and(|part| !part.surplus));
        let contents = contents.map(|part| {
            let inside = self.till.catalogue().product(part.product.as_str());
            BoxContentView {
                name: inside.map(|put| put.name.clone()).unwrap_or_default(),
                unit: inside.map(|put| put.unit.clone()).unwrap_or_default(),
                quantity: part.quantity.short(),
                whose: self.whose(std::slice::from_ref(part), language),
            }
        });
        let changed = line.price_fen.filter(|price| *price != product.price);
        let lowered = changed
            .filter(|price| *price < product.price)
            .zip(line.price_borne_by);
        let raised = changed.filter(|price| *price > product.price);
        DraftLineView {
            name: product.name.clone(),
            unit: product.unit.clone(),
            quantity,
            // Below the list price the difference stands as a discount.
            price_fen: match lowered {
                Some(_) => product.price,
                None => line.price_fen.unwrap_or(product.price),
            },
            list_price_fen: product.price,
            lowest_price_fen: product.lowest_price,
            weight: line.weight.clone().filter(|_| product.price_unit.is_some()),
            price_unit: product.price_unit.clone(),
            tare: line.tare.clone(),
            gross_fen: gross,
            amount_fen: amount,
            weighed: product.weighed,
            whose: match product.kind {
                ProductKind::Voucher => voucher(language).to_owned(),
                _ => self.whose(figures, language),
            },
            lot: line.lot.clone(),
            by_price_fen: by_price(line, product).map(Fen::get),
            discount_label: match (&line.discount, lowered) {
                (Some(discount), _) => Some(discount_label(discount, language)),
                (None, Some((price, borne_by))) => Some(price_label(price, Some(borne_by), language)),
                (None, None) => raised.map(|price| price_label(price, None, language)),
            },
            contents: contents.collect(),
        }
    }

    /// Whose the goods of some lines are.
    pub(super) fn whose(&self, figures: &[LineFigures], language: Language) -> String {
        let codes = self.parties_of(figures);
        let open = figures
            .iter()
            .filter(|line| line.draws.iter().any(|draw| draw.source == Source::Unassigned));
        let mut words = Vec::new();
        if !codes.is_empty() {
            words.push(Parties::of(self.till.catalogue(), codes).whose(language));
        }
        for line in open {
            let put = self.till.catalogue().product(line.product.as_str());
            let said = put.and_then(|put| put.said_of.as_deref());
            let waits = unassigned_of(self.till.catalogue(), said, language);
            if !words.contains(&waits) {
                words.push(waits);
            }
        }
        words.join(match language {
            Language::Chinese | Language::Traditional => "，",
            Language::English => ", ",
        })
    }

    /// The parties of the lots that some lines draw from, in the order of their shares.
    pub(super) fn parties_of(&self, figures: &[LineFigures]) -> Vec<&str> {
        let draws: Vec<&DrawFigures> = figures.iter().flat_map(|line| &line.draws).collect();
        let lots = draws.iter().filter_map(|draw| match &draw.source {
            Source::Lot(lot) => self.till.shelf.find(lot.as_str()),
            Source::Own | Source::Unassigned => None,
        });
        lots.flat_map(|(lot, _)| lot.shares().iter().filter(|share| share.weight > 0))
            .map(|share| share.party.as_str())
            .collect()
    }
}

/// What goods with a label cost at the price of today, where the label says another amount.
fn by_price(line: &DraftLine, product: &ProductPut) -> Option<Fen> {
    let amount = Fen::new(line.amount_fen?);
    let measure = Quantity::parse(line.weight.as_ref().unwrap_or(&line.quantity)).ok()?;
    let unit = product.price_unit.as_deref().unwrap_or(&product.unit);
    SaleUnit::from_name(unit).label_differs(amount, measure, Fen::new(product.price))
}

/// A line of a draft with its product and its figures: one line, or the several of a gift box.
pub(super) struct Part<'a> {
    pub(super) line: &'a DraftLine,
    pub(super) product: &'a ProductPut,
    pub(super) figures: &'a [LineFigures],
}

pub(super) fn parts_of<'a>(
    catalogue: &'a Catalogue,
    draft: &'a Draft,
    figures: &'a SaleFigures,
) -> Result<Vec<Part<'a>>, Refusal> {
    let mut rest = figures.lines.as_slice();
    let mut parts = Vec::with_capacity(draft.lines.len());
    for line in &draft.lines {
        let product = find_product(catalogue, &line.product, None)?.product();
        let group = rest
            .first()
            .and_then(|first| first.boxed.as_ref())
            .map(|part| part.group);
        let length = match group {
            Some(group) if !product.contents.is_empty() => rest
                .iter()
                .take_while(|part| part.boxed.as_ref().is_some_and(|part| part.group == group))
                .count(),
            _ => 1,
        };
        let (figures, others) = rest.split_at(length.min(rest.len()));
        rest = others;
        parts.push(Part {
            line,
            product,
            figures,
        });
    }
    Ok(parts)
}

pub(super) fn sum_of(figures: &[LineFigures], sources: &[DiscountSource]) -> i64 {
    let parts = figures.iter().flat_map(|line| &line.discounts);
    parts
        .filter(|part| sources.contains(&part.source))
        .map(|part| part.amount.get())
        .sum()
}

pub(super) fn sell_request(id: String, draft: &Draft, tenders: &[DraftTender]) -> SellRequest {
    let discount = |discount: &DraftDiscount| DiscountRequest {
        fen: discount.fen,
        bp: discount.bp,
        borne_by: discount.borne_by,
    };
    let lines = draft.lines.iter().map(|line| SellLine {
        product: line.product.clone(),
        qty: Some(line.quantity.clone()),
        price: line.price_fen,
        price_borne_by: line.price_borne_by,
        weight: line.weight.clone(),
        tare: line.tare.clone(),
        amount: line.amount_fen,
        lot: line.lot.clone(),
        discount: line.discount.as_ref().map(discount),
    });
    let tenders = tenders.iter().map(|tender| TenderRequest {
        kind: kind_code(tender.kind).to_owned(),
        fen: tender.fen,
        reference: tender.reference.clone(),
        collected_by: tender.collected_by.clone(),
    });
    SellRequest {
        id,
        lines: lines.collect(),
        discount: draft.discount.as_ref().map(discount),
        rounding: draft.rounding,
        channel: None,
        tenders: tenders.collect(),
        buyer: draft.buyer.clone(),
        campaign: None,
        helper: None,
        note: draft.note.clone(),
        kiosk: None,
    }
}

pub(super) fn kind_code(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "cash",
        TenderKind::Qr => "qr",
        TenderKind::Wechat => "wechat",
        TenderKind::Alipay => "alipay",
        TenderKind::Unionpay => "unionpay",
        TenderKind::Ecny => "ecny",
        TenderKind::Card => "card",
        TenderKind::Transfer => "transfer",
        TenderKind::Voucher => "voucher",
        TenderKind::Account => "account",
        TenderKind::Exchange => "exchange",
    }
}

/// `9 折 供货方让利`, `减 5.00 经营方让利`.
#[in_both_scripts(language)]
pub(super) fn discount_label(discount: &DraftDiscount, language: Language) -> String {
    let size = match (discount.bp, discount.fen, language) {
        (Some(bp), _, Language::Chinese) => format!("{} 折", tenths(10_000 - bp)),
        (Some(bp), _, Language::English) => format!("{}% off", tenths(bp * 10)),
        (None, fen, Language::Chinese) => format!("减 {}", Fen::new(fen.unwrap_or_default())),
        (None, fen, Language::English) => format!("{} off", Fen::new(fen.unwrap_or_default())),
    };
    format!("{size} {}", bearer_label(discount.borne_by, language))
}

/// `改价 40.00 供货方让利`; above the list price nobody bears anything.
#[in_both_scripts(language)]
fn price_label(price_fen: i64, borne_by: Option<Bearer>, language: Language) -> String {
    let price = match language {
        Language::Chinese => format!("改价 {}", Fen::new(price_fen)),
        Language::English => format!("price {}", Fen::new(price_fen)),
    };
    match borne_by {
        Some(bearer) => format!("{price} {}", bearer_label(bearer, language)),
        None => price,
    }
}

#[in_both_scripts(language)]
fn bearer_label(bearer: Bearer, language: Language) -> &'static str {
    match (bearer, language) {
        (Bearer::Operator, Language::Chinese) => "经营方让利",
        (Bearer::Supplier, Language::Chinese) => "供货方让利",
        (Bearer::Operator, Language::English) => "by the operator",
        (Bearer::Supplier, Language::English) => "by the supplier",
    }
}

/// Thousandths without trailing zeros: 9000 is `9`, 8500 is `8.5`.
pub(super) fn tenths(thousandths: i64) -> String {
    jishi_domain::Quantity::from_thousandths(thousandths).short()
}
