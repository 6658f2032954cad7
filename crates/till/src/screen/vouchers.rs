//! 小票 of vouchers: what was sold, what of it can still come back, and what came back.

use super::Counter;
use super::receipts::{money_back, tender_views};
use crate::facts::tender_facts;
use crate::till::Till;
use crate::view::*;
use crate::whose::voucher;
use crate::world::new_id;
use jishi_journal::body::{Body, VouchersReturned};
use jishi_ledger::passes::VoucherHistory;

impl Counter {
    pub(super) fn vouchers_view(&self, history: &VoucherHistory) -> ReceiptView {
        let sold = &history.sold;
        let language = self.till.language();
        let whose = || voucher(language).to_owned();
        let lines = (1u32..).zip(&sold.lines).map(|(number, line)| {
            let back = line
                .passes
                .iter()
                .filter(|pass| history.returned.contains(&pass.id));
            let left = line.passes.len() - back.count();
            ReceiptLineView {
                line: number,
                name: line.name.clone(),
                unit: line.unit.clone(),
                quantity: line.passes.len().to_string(),
                left: left.to_string(),
                net_fen: line.passes.iter().map(|pass| pass.face).sum(),
                weighed: false,
                is_box: false,
                whose: whose(),
            }
        });
        let lines: Vec<ReceiptLineView> = lines.collect();
        let given_back: Vec<GivenBackView> = history
            .returns
            .iter()
            .filter_map(|facts| match &facts.body {
                Body::VouchersReturned(back) => Some(GivenBackView {
                    number: back.number.clone(),
                    kind: kind_of(back),
                    at: facts.at.clone(),
                    net_fen: back.total,
                }),
                _ => None,
            })
            .collect();
        let mark = match given_back.is_empty() {
            true => ReceiptMark::Standing,
            false if given_back.iter().any(|step| step.kind == ReceiptKind::Void) => ReceiptMark::Voided,
            false if lines.iter().all(|line| line.left == "0") => ReceiptMark::Refunded,
            false => ReceiptMark::PartRefunded,
        };
        let in_shift = self.till.is_of_open_shift(&sold.shift);
        // A void is offered only where none of them was used.
        let all = Till::all_vouchers_back(history);
        let void = match in_shift {
            true => self.till.figure_vouchers_back(history, &all).ok(),
            false => None,
        };
        let void = void.map(|back| {
            let tenders = Till::voucher_tenders_back(history, back.total);
            money_back(back.total.get(), &tender_facts(&tenders))
        });
        ReceiptView {
            number: sold.number.clone(),
            kind: ReceiptKind::Vouchers,
            mark,
            sale_number: None,
            reason: None,
            note: None,
            buyer: None,
            other_half: None,
            at: history.at.clone(),
            cashier: self.till.catalogue().staff_name(&sold.cashier),
            net_fen: sold.total,
            tenders: tender_views(&sold.tenders),
            change_fen: sold.change,
            lines,
            given_back,
            void,
            in_shift,
            next_id: new_id(self.till.world.0.as_ref()),
        }
    }

    pub(super) fn vouchers_back_view(&self, returned: &VouchersReturned, at: &str) -> ReceiptView {
        let language = self.till.language();
        let lines = returned.lines.iter().map(|line| ReceiptLineView {
            line: line.line,
            name: line.name.clone(),
            unit: line.unit.clone(),
            quantity: line.passes.len().to_string(),
            left: "0".to_owned(),
            net_fen: line.passes.iter().map(|_| line.price).sum(),
            weighed: false,
            is_box: false,
            whose: voucher(language).to_owned(),
        });
        ReceiptView {
            number: returned.number.clone(),
            kind: kind_of(returned),
            mark: ReceiptMark::Standing,
            sale_number: Some(returned.sale_number.clone()),
            reason: returned.void_reason.clone(),
            note: None,
            buyer: None,
            other_half: None,
            at: at.to_owned(),
            cashier: self.till.catalogue().staff_name(&returned.cashier),
            net_fen: returned.total,
            tenders: tender_views(&returned.tenders),
            change_fen: 0,
            lines: lines.collect(),
            given_back: Vec::new(),
            void: None,
            in_shift: self.till.is_of_open_shift(&returned.shift),
            next_id: new_id(self.till.world.0.as_ref()),
        }
    }
}

fn kind_of(returned: &VouchersReturned) -> ReceiptKind {
    match returned.void_reason {
        Some(_) => ReceiptKind::Void,
        None => ReceiptKind::Refund,
    }
}

pub(super) fn vouchers_back_done(returned: VouchersReturned, repeated: bool) -> RefundDoneView {
    RefundDoneView {
        is_void: returned.void_reason.is_some(),
        back: money_back(returned.total, &returned.tenders),
        id: returned.id,
        number: returned.number,
        sale_number: Some(returned.sale_number),
        repeated,
        fallen: Vec::new(),
        kept_fen: 0,
    }
}
