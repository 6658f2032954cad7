//! Goods that come back without a receipt, and money that a platform still has to give back.

use super::Counter;
use super::done::tender_kind;
use super::draft::{parts_of, sell_request};
use crate::refusal::Refusal;
use crate::staff::Extent;
use crate::view::*;
use crate::without_sale::{ReturnWithoutSale, ReturnedLine};
use jishi_domain::Fen;

impl Counter {
    pub(super) fn refund_without_receipt(
        &mut self,
        request: RefundWithoutReceipt,
    ) -> Result<RefundDoneView, Refusal> {
        let returned = ReturnWithoutSale {
            id: request.id,
            reason: request.reason,
            lines: self.returned_lines(&request.draft)?,
        };
        let done = match self.till.is_recorded(&returned.id)? {
            // What was recorded is answered again, though its approval is used up.
            true => self.till.refund_without_sale(&returned)?,
            false => {
                let total = Fen::sum(returned.lines.iter().map(|line| Fen::new(line.net)));
                // Nobody is asked for a PIN for what is not done anyway.
                self.till.check_without_sale(total.ok_or(Refusal::BadAmount)?)?;
                let (actions, approval) = ([Action::RefundWithoutReceipt], request.approval.as_deref());
                let id = returned.id.clone();
                self.till
                    .allowed(&actions, &id, &Extent::default(), approval, |till| {
                        till.refund_without_sale(&returned)
                    })?
            }
        };
        let total_fen = returned.lines.iter().map(|line| line.net).sum();
        Ok(RefundDoneView {
            id: returned.id,
            number: done.number,
            sale_number: None,
            is_void: false,
            repeated: done.repeated,
            back: MoneyBackView {
                total_fen,
                tenders: vec![TenderBackView {
                    kind: TenderKind::Cash,
                    fen: total_fen,
                    reference: None,
                    collected_by: None,
                    waits: false,
                }],
            },
            fallen: Vec::new(),
            kept_fen: 0,
        })
    }

    /// The draft's goods at what they would be sold for now, discounts taken off; a gift box is one.
    fn returned_lines(&mut self, draft: &Draft) -> Result<Vec<ReturnedLine>, Refusal> {
        if draft.lines.is_empty() {
            return Err(Refusal::NoLines);
        }
        if draft.exchange.is_some() {
            return Err(Refusal::BadRequest(
                "goods with a receipt are exchanged".to_owned(),
            ));
        }
        let figures = self.till.figure(&sell_request(String::new(), draft, &[]))?;
        let parts = parts_of(self.till.catalogue(), draft, &figures)?;
        let lines = parts.iter().map(|part| {
            let first = part.figures.first();
            let boxes = first
                .and_then(|line| line.boxed.as_ref())
                .map(|boxed| boxed.boxes);
            ReturnedLine {
                product: part.product.code.clone(),
                qty: match boxes {
                    Some(boxes) => format!("{boxes}.000"),
                    None => first.map(|line| line.quantity.to_string()).unwrap_or_default(),
                },
                net: part.figures.iter().map(|line| line.net.get()).sum(),
            }
        });
        Ok(lines.collect())
    }

    pub(super) fn waiting_refunds(&mut self, _: Nothing) -> Result<Vec<WaitingRefundView>, Refusal> {
        let waiting = self.till.waiting_refunds()?.into_iter();
        let views = waiting.map(|one| WaitingRefundView {
            kind: tender_kind(&one.kind),
            number: one.number,
            at: one.at,
            tender: one.tender,
            fen: one.fen,
            reference: one.reference,
            collected_by: one.collected_by,
        });
        Ok(views.collect())
    }

    pub(super) fn see_refund(&mut self, request: SeeRefund) -> Result<Vec<WaitingRefundView>, Refusal> {
        self.till
            .see_refund(&request.number, request.tender, &request.reference)?;
        self.waiting_refunds(Nothing {})
    }
}
