//! How a sale is being paid, before it is recorded.

use super::Counter;
use super::cart::check_leaves_something;
use super::draft::sell_request;
use crate::refusal::Refusal;
use crate::request::tenders;
use crate::sell::{Paid, is_cash};
use crate::view::*;
use crate::wire::SellRequest;
use jishi_domain::{Fen, SaleFigures, Tender, TenderError, TenderFigures, figure_tenders, suggest_cash};

/// What there is to pay, and what the tenders come to.
struct Due {
    total: Fen,
    rounding: Fen,
    /// What goods that come back pay for.
    credit: Fen,
    paid: Result<TenderFigures, Refusal>,
    /// Whether more would be wiped off than cash is paid.
    wipes_too_much: bool,
}

impl Counter {
    pub(super) fn figure_payment(&mut self, request: FigurePayment) -> Result<PaymentView, Refusal> {
        let sale = sell_request(String::new(), &request.draft, &request.tenders);
        let given = tenders(&sale.tenders)?;
        let tendered = Fen::sum(given.iter().map(|tender| Fen::new(tender.fen)));
        let tendered = tendered.ok_or(TenderError::AmountTooLarge)?;
        let rest_in_cash = match request.rest {
            Some(kind) => kind == TenderKind::Cash,
            None => sale.tenders.is_empty() || sale.tenders.iter().any(is_cash),
        };
        let mut due = self.due(&request.draft, &sale, &given, !rest_in_cash)?;
        // Nothing is left for cash: then it is exact, and what is left is paid.
        if due.paid.is_ok() && due.wipes_too_much {
            due = self.due(&request.draft, &sale, &given, true)?;
        }
        let (ready, change) = match due.paid {
            Ok(figures) => (true, figures.change),
            Err(Refusal::Tender(TenderError::TenderShort)) => (false, Fen::ZERO),
            Err(refusal) => return Err(refusal),
        };
        let to_pay = due.total.get() - due.credit.get();
        let remaining = match ready {
            true => 0,
            false => (to_pay - tendered.get()).max(0),
        };
        let asked = match remaining {
            0 => to_pay,
            remaining => remaining,
        };
        Ok(PaymentView {
            total_fen: due.total.get(),
            rounding_fen: due.rounding.get(),
            credit_fen: due.credit.get(),
            tendered_fen: tendered.get(),
            remaining_fen: remaining,
            change_fen: change.get(),
            ready,
            suggestions_fen: suggest_cash(Fen::new(asked)).into_iter().map(Fen::get).collect(),
        })
    }

    fn due(
        &mut self,
        draft: &Draft,
        sale: &SellRequest,
        given: &[Tender],
        rest_otherwise: bool,
    ) -> Result<Due, Refusal> {
        let wiped = |figures: Option<&SaleFigures>| figures.map_or(Fen::ZERO, |figures| figures.rounding);
        match self.exchanged_goods(draft)? {
            None => {
                let paid = Paid {
                    rest_otherwise,
                    ..Paid::default()
                };
                let figures = self.till.figure_paid(sale, &paid)?;
                check_leaves_something(&figures)?;
                self.till.check_vouchers_named(sale)?;
                self.till.check_credit(sale)?;
                Ok(Due {
                    total: figures.total,
                    rounding: figures.rounding,
                    credit: Fen::ZERO,
                    paid: figure_tenders(figures.total, given).map_err(Refusal::from),
                    wipes_too_much: self.till.check_wiping(sale, &figures).is_err(),
                })
            }
            Some(goods) => {
                let figured = self.till.figure_exchange(&goods, sale, rest_otherwise)?;
                let sale = self.till.in_the_buyers_name(sale, &figured.back)?;
                self.till.check_vouchers_named(&sale)?;
                self.till.check_credit(&sale)?;
                let figures = figured.sale.as_ref();
                Ok(Due {
                    total: figured.total(),
                    rounding: wiped(figures),
                    credit: Fen::new(figured.settled.credit_fen()),
                    paid: figured.pay(&sale.tenders),
                    wipes_too_much: figures
                        .is_some_and(|figures| self.till.check_wiping(&sale, figures).is_err()),
                })
            }
        }
    }
}
