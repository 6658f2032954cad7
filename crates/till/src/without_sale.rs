//! 无小票退货: goods that come back with no receipt. No sale is named, so no household's due falls: all of it is the
//! operator's, up to a sum that the outlet has set, and what came back goes to no lot.

use crate::refund::REASON_CHARACTERS_MAX;
use crate::refusal::Refusal;
use crate::request::{good_id, request_hash, short_text};
use crate::till::Till;
use jishi_domain::Fen;
use jishi_journal::body::{Body, ProductKind, RefundedWithoutSale, ReturnedLineFact, TenderFact};
use serde::Serialize;

/// What is taken back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnWithoutSale {
    pub id: String,
    pub reason: String,
    pub lines: Vec<ReturnedLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnedLine {
    pub product: String,
    pub qty: String,
    /// What is given back for it.
    pub net: i64,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedWithoutSale {
    pub number: String,
    pub repeated: bool,
}

impl Till {
    /// Gives back in cash: how it was paid nobody knows.
    pub fn refund_without_sale(
        &mut self,
        request: &ReturnWithoutSale,
    ) -> Result<ReturnedWithoutSale, Refusal> {
        good_id(&request.id)?;
        let hash = request_hash(request);
        if let Some(place) = self.ledger.request(self.record.till_no, &request.id)? {
            return match self.ledger.facts_at(place)?.map(|facts| facts.body) {
                Some(Body::RefundedWithoutSale(refund)) if refund.request == hash => {
                    Ok(ReturnedWithoutSale {
                        number: refund.number,
                        repeated: true,
                    })
                }
                _ => Err(Refusal::IdReused),
            };
        }
        if request.lines.is_empty() {
            return Err(Refusal::NoLines);
        }
        let total = Fen::sum(request.lines.iter().map(|line| Fen::new(line.net)))
            .and_then(Fen::within_limit)
            .ok_or(Refusal::BadAmount)?;
        self.check_without_sale(total)?;
        let reason = short_text(&request.reason, REASON_CHARACTERS_MAX)
            .filter(|reason| !reason.is_empty())
            .ok_or(Refusal::BadReason)?;
        let lines = request.lines.iter().map(|line| {
            let product = self.catalogue.product(&line.product);
            let product = product.ok_or_else(|| Refusal::NoSuchProduct {
                line: None,
                product: line.product.clone(),
            })?;
            // Nobody could say whether it was used.
            if matches!(product.kind, ProductKind::Ticket | ProductKind::Voucher) {
                return Err(Refusal::PassesByReceipt {
                    product: product.name.clone(),
                });
            }
            Ok(ReturnedLineFact {
                product: product.code.clone(),
                name: product.name.clone(),
                unit: product.unit.clone(),
                qty: line.qty.clone(),
                net: line.net,
            })
        });
        let lines = lines.collect::<Result<Vec<_>, Refusal>>()?;
        let mut bodies = Vec::with_capacity(2);
        let (shift, business_date, cashier) = self.shift_of_next(&mut bodies)?;
        let number = self.next_number();
        bodies.push(Body::RefundedWithoutSale(RefundedWithoutSale {
            id: request.id.clone(),
            number: number.clone(),
            request: hash,
            outlet: self.catalogue.outlet_code(),
            channel: self.catalogue.default_channel().to_owned(),
            shift,
            business_date,
            cashier,
            reason: reason.to_owned(),
            lines,
            total: total.get(),
            tenders: vec![TenderFact {
                kind: "cash".to_owned(),
                fen: total.get(),
                reference: None,
                collected_by: None,
                stands_for: None,
            }],
            approved_by: self.approved.clone(),
        }));
        self.commit_with(&bodies, |writer| {
            // The goods may have been put together from a sale that was put aside.
            writer.remove_held_sale(&request.id)?;
            Ok(())
        })?;
        self.running += 1;
        if bodies.len() > 1 {
            self.read_shift();
        }
        Ok(ReturnedWithoutSale {
            number,
            repeated: false,
        })
    }

    /// Whether so much may be given back here without a receipt.
    pub(crate) fn check_without_sale(&self, total: Fen) -> Result<(), Refusal> {
        let max_fen = self.catalogue.refund_without_receipt_max_fen();
        let max_fen = max_fen.ok_or(Refusal::NoReturnsWithoutReceipt)?;
        match total {
            total if total <= Fen::ZERO => Err(Refusal::BadAmount),
            total if total.get() > max_fen => Err(Refusal::ReturnAboveLimit { max_fen }),
            _ => Ok(()),
        }
    }
}
