//! 换货 from the window: goods of an earlier receipt stand on the sale, and one press records both.

use super::Counter;
use super::done::DrawShown;
use super::receipts::{money_back, of_boxes, parsed};
use crate::exchange::ExchangeFigures;
use crate::facts::tender_facts;
use crate::refusal::Refusal;
use crate::roles::Action;
use crate::view::*;
use crate::wire::ExchangedGoods;
use jishi_domain::TenderKind as Kind;
use jishi_journal::body::{Body, SaleRecorded};

impl Counter {
    /// What a draft says comes back, in lines of its sale.
    pub(super) fn exchanged_goods(&self, draft: &Draft) -> Result<Option<ExchangedGoods>, Refusal> {
        let Some(exchange) = &draft.exchange else {
            return Ok(None);
        };
        Ok(Some(ExchangedGoods {
            id: exchange.id.clone(),
            sale: exchange.number.clone(),
            lines: self.asked_lines(&exchange.number, &exchange.lines)?,
            in_cash: exchange.in_cash,
        }))
    }

    /// A gift box comes back as one line, whatever is in it.
    pub(super) fn exchange_view(&self, figured: &ExchangeFigures) -> ExchangeView {
        let sale = &figured.back.history.sale;
        let mut lines: Vec<ExchangedLineView> = Vec::new();
        let mut last_box = None;
        for line in &figured.back.figures.lines {
            let Some(sold) = sale.lines.get(line.line.saturating_sub(1)) else {
                continue;
            };
            let ordinal = sold.gift_box.as_ref().map(|gift_box| gift_box.ordinal);
            match lines.last_mut() {
                Some(shown) if ordinal.is_some() && ordinal == last_box => shown.net_fen += line.net.get(),
                _ => lines.push(ExchangedLineView {
                    name: match &sold.gift_box {
                        Some(gift_box) => gift_box.name.clone(),
                        None => sold.name.clone(),
                    },
                    unit: match &sold.gift_box {
                        Some(gift_box) => gift_box.unit.clone(),
                        None => sold.unit.clone(),
                    },
                    quantity: match &sold.gift_box {
                        Some(gift_box) => {
                            let boxes = of_boxes(parsed(&gift_box.qty), parsed(&sold.qty), line.quantity);
                            boxes.map(|boxes| boxes.short()).unwrap_or_default()
                        }
                        None => line.quantity.short(),
                    },
                    net_fen: line.net.get(),
                }),
            }
            last_box = ordinal;
        }
        let surplus = tender_facts(&figured.settled.surplus);
        let credit_fen = figured.settled.credit_fen();
        ExchangeView {
            number: sale.number.clone(),
            lines,
            worth_fen: figured.back.figures.total.get(),
            credit_fen,
            to_pay_fen: figured.total().get() - credit_fen,
            back: money_back(surplus.iter().map(|tender| tender.fen).sum(), &surplus),
        }
    }

    /// The other half of a recorded sale, if it was an exchange.
    pub(super) fn exchanged_view(&self, sale: &SaleRecorded) -> Result<Option<ExchangedView>, Refusal> {
        let Some(number) = &sale.exchanges else {
            return Ok(None);
        };
        let unknown = || Refusal::NoSuchReceipt {
            number: number.clone(),
        };
        let place = self.till.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let facts = self.till.ledger.facts_at(place)?.ok_or_else(unknown)?;
        let Body::RefundRecorded(refund) = facts.body else {
            return Err(unknown());
        };
        let is_credit = |kind: &str| kind == Kind::Exchange.code();
        let (credit, back): (Vec<_>, Vec<_>) = refund
            .tenders
            .iter()
            .cloned()
            .partition(|tender| is_credit(&tender.kind));
        let draws = refund.lines.iter().flat_map(|line| {
            line.draws.iter().map(|draw| DrawShown {
                name: &line.name,
                lot: draw.lot.as_deref(),
                quantity: &draw.qty,
                due_fen: draw.payable,
                shares: &draw.shares,
            })
        });
        let credit_fen: i64 = credit.iter().map(|tender| tender.fen).sum();
        Ok(Some(ExchangedView {
            number: refund.number.clone(),
            sale_number: refund.sale_number.clone(),
            worth_fen: refund.total,
            credit_fen,
            to_pay_fen: sale.total - credit_fen,
            back: money_back(back.iter().map(|tender| tender.fen).sum(), &back),
            fallen: self.rows_of_lots(draws, self.till.language()),
        }))
    }
}

/// What taking goods back with a sale takes beside selling.
pub(super) fn actions_of_exchange(draft: &Draft) -> Vec<Action> {
    match &draft.exchange {
        None => Vec::new(),
        Some(exchange) if exchange.in_cash => vec![Action::Refund, Action::RefundInCash],
        Some(_) => vec![Action::Refund],
    }
}
