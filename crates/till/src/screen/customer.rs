//! 顾客屏: what the buyer sees of the sale, figured for her and with nobody's name in it.

use super::Counter;
use crate::refusal::Refusal;
use crate::view::*;
use jishi_domain::Fen;

impl Counter {
    pub(super) fn show_customer(&mut self, request: ShowCustomer) -> Result<CustomerView, Refusal> {
        let page = match request {
            ShowCustomer::Welcome => CustomerPage::Welcome,
            ShowCustomer::Sale { draft } | ShowCustomer::Paying { draft, .. } if draft.lines.is_empty() => {
                CustomerPage::Welcome
            }
            ShowCustomer::Sale { draft } => {
                let (lines, sum) = self.customer_lines(draft)?;
                CustomerPage::Sale { lines, sum }
            }
            ShowCustomer::Paying { draft, tenders, rest } => {
                let (lines, mut sum) = self.customer_lines(draft.clone())?;
                let paying = self.figure_payment(FigurePayment { draft, tenders, rest })?;
                // As it is paid: by a code it is exact.
                sum.off_fen -= paying.total_fen - sum.total_fen;
                sum.total_fen = paying.total_fen;
                CustomerPage::Paying {
                    lines,
                    sum,
                    tendered_fen: paying.tendered_fen,
                    remaining_fen: paying.remaining_fen,
                    change_fen: paying.change_fen,
                }
            }
            ShowCustomer::Done { number } => self.customer_done(&number)?,
        };
        let outlet = self.till.catalogue().outlet();
        Ok(CustomerView {
            language: self.till.language(),
            outlet: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
            operator: outlet.map(|outlet| outlet.operator.clone()).unwrap_or_default(),
            training: self.till.is_training(),
            page,
        })
    }

    pub(super) fn customer_lines(
        &mut self,
        draft: Draft,
    ) -> Result<(Vec<CustomerLineView>, CustomerSumView), Refusal> {
        let view = self.figure(draft)?;
        let lines = view.lines.into_iter().map(|line| CustomerLineView {
            name: line.name,
            unit: line.unit,
            quantity: line.quantity,
            price_fen: line.price_fen,
            amount_fen: line.amount_fen,
        });
        let sum = CustomerSumView {
            total_fen: view.total_fen,
            off_fen: view.discount_fen + view.rounding_fen,
            credit_fen: view.exchange.map_or(0, |exchange| exchange.credit_fen),
        };
        Ok((lines.collect(), sum))
    }

    pub(super) fn customer_done(&self, number: &str) -> Result<CustomerPage, Refusal> {
        let done = self.done(number, false)?;
        let helped = self.till.helped_by_sale(number)?;
        let parts = helped.parts.into_iter().filter(|part| part.paid > Fen::ZERO);
        Ok(CustomerPage::Done {
            number: done.number,
            total_fen: done.total_fen,
            credit_fen: done.exchange.as_ref().map_or(0, |half| half.credit_fen),
            back_fen: done.exchange.as_ref().map_or(0, |half| half.back.total_fen),
            tendered_fen: done.tendered_fen,
            change_fen: done.change_fen,
            helped: parts
                .map(|part| CustomerHelpedView {
                    name: part.name,
                    paid_fen: part.paid.get(),
                })
                .collect(),
            households: helped.households_count,
        })
    }
}
