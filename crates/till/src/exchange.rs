//! 换货: goods come back and others go out, in one go. A refund and a sale, two entries in one transaction: either
//! both are in the books or neither.
//!
//! As far as they go the goods that come back pay for those that go out: `exchange`, on both halves, which moves no
//! money and says what the goods had been paid by. What they are worth above that goes back as in any refund, and
//! what is missing is paid as in any sale.

use crate::facts::{refund_result, sale_result, tender_facts};
use crate::refund::{GoodsBack, cash_for_codes, tenders_back};
use crate::refusal::Refusal;
use crate::request::{good_id, request_hash, tenders};
use crate::roles::Action;
use crate::sell::{Paid, SaleToRecord};
use crate::till::Till;
use crate::wire::{ExchangeRequest, ExchangeResult, ExchangedGoods, SellRequest, TenderRequest};
use jishi_domain::{Fen, SaleFigures, Tender, TenderError, TenderFigures, TenderKind, figure_tenders};
use jishi_journal::body::{Body, TenderFact};
use jishi_ledger::sale::SaleHistory;

/// How the goods that come back are made good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    /// So far they pay for the goods that go out.
    pub(crate) credit: Vec<TenderFact>,
    /// The rest of what they cost goes back as money.
    pub(crate) surplus: Vec<TenderRequest>,
}

impl Settled {
    fn of(history: &SaleHistory, worth: Fen, total: Fen, in_cash: bool) -> Settled {
        let surplus_fen = Fen::new((worth.get() - total.get()).max(0));
        let surplus = tenders_back(history, surplus_fen);
        let credit = less(tenders_back(history, worth), &surplus);
        let credit = credit.into_iter().map(|tender| TenderFact {
            kind: TenderKind::Exchange.code().to_owned(),
            fen: tender.fen,
            reference: tender.reference,
            collected_by: tender.collected_by,
            stands_for: Some(tender.kind),
        });
        Settled {
            credit: credit.collect(),
            surplus: match in_cash {
                true => cash_for_codes(surplus),
                false => surplus,
            },
        }
    }

    pub(crate) fn credit_fen(&self) -> i64 {
        self.credit.iter().map(|tender| tender.fen).sum()
    }
}

/// What is left of some tenders when others are taken from them.
fn less(mut tenders: Vec<TenderRequest>, taken: &[TenderRequest]) -> Vec<TenderRequest> {
    for part in taken {
        let mut left = part.fen;
        for tender in &mut tenders {
            let same = (&tender.kind, &tender.reference, &tender.collected_by)
                == (&part.kind, &part.reference, &part.collected_by);
            if same {
                let gone = tender.fen.min(left);
                tender.fen -= gone;
                left -= gone;
            }
        }
    }
    tenders.retain(|tender| tender.fen > 0);
    tenders
}

/// An exchange before it is recorded.
#[derive(Debug)]
pub(crate) struct ExchangeFigures {
    pub(crate) back: GoodsBack,
    /// None while no goods go out.
    pub(crate) sale: Option<SaleFigures>,
    pub(crate) settled: Settled,
}

impl ExchangeFigures {
    pub(crate) fn total(&self) -> Fen {
        self.sale.as_ref().map_or(Fen::ZERO, |sale| sale.total)
    }

    /// How the goods that go out are paid: with those that come back, and with what is handed over beside.
    pub(crate) fn pay(&self, handed_over: &[TenderRequest]) -> Result<TenderFigures, Refusal> {
        let handed_over = tenders(handed_over)?;
        // Nothing is missing: more would only go round the drawer.
        if self.settled.credit_fen() == self.total().get() && !handed_over.is_empty() {
            return Err(TenderError::TenderOver.into());
        }
        let credit = self.settled.credit.iter().map(|tender| Tender {
            kind: TenderKind::Exchange,
            fen: tender.fen,
        });
        let all: Vec<Tender> = credit.chain(handed_over).collect();
        Ok(figure_tenders(self.total(), &all)?)
    }
}

impl GoodsBack {
    fn pays(&self, rest_otherwise: bool) -> Paid {
        Paid {
            in_goods: self.figures.total,
            rest_otherwise,
        }
    }
}

impl Till {
    /// Records both halves. The same request again under its ids answers the first result; another one under either
    /// of them is refused.
    pub fn exchange(&mut self, request: &ExchangeRequest) -> Result<ExchangeResult, Refusal> {
        let ids = (&request.refund.id, &request.sale.id);
        good_id(ids.0)?;
        good_id(ids.1)?;
        if ids.0 == ids.1 {
            return Err(Refusal::IdReused);
        }
        let hash = request_hash(&("exchange", request));
        match (
            self.recorded_refund(ids.0, &hash)?,
            self.recorded_sale(ids.1, &hash)?,
        ) {
            (Some(refund), Some(sale)) => return self.exchange_result(refund, sale),
            (None, None) => {}
            _ => return Err(Refusal::IdReused),
        }
        let back = self.goods_back(&request.refund.sale, &request.refund.lines)?;
        let sale = self.in_the_buyers_name(&request.sale, &back)?;
        let lines = back.line_facts();
        self.with_goods_back(&lines, |till| {
            let figures = till.figure_paid(&sale, &back.pays(false))?;
            till.record_exchange(request, &sale, hash, back, figures)
        })
    }

    /// What it would come to; nothing is recorded.
    pub(crate) fn figure_exchange(
        &mut self,
        goods: &ExchangedGoods,
        sale: &SellRequest,
        rest_otherwise: bool,
    ) -> Result<ExchangeFigures, Refusal> {
        let back = self.goods_back(&goods.sale, &goods.lines)?;
        let lines = back.line_facts();
        let figures = match sale.lines.is_empty() {
            true => None,
            false => {
                Some(self.with_goods_back(&lines, |till| till.figure_paid(sale, &back.pays(rest_otherwise)))?)
            }
        };
        // Whoever shows the lines asks the shelf whose they are.
        for line in figures.iter().flat_map(|figures| &figures.lines) {
            let till_no = self.record.till_no;
            self.shelf.load(&self.ledger, till_no, line.product.as_str())?;
        }
        let total = figures.as_ref().map_or(Fen::ZERO, |figures| figures.total);
        let settled = Settled::of(&back.history, back.figures.total, total, goods.in_cash);
        Ok(ExchangeFigures {
            back,
            sale: figures,
            settled,
        })
    }

    /// Goods that were taken in somebody's name are exchanged in that name: what is owed for them stays owed.
    pub(crate) fn in_the_buyers_name(
        &self,
        sale: &SellRequest,
        back: &GoodsBack,
    ) -> Result<SellRequest, Refusal> {
        let before = &back.history.sale;
        let owed = before
            .tenders
            .iter()
            .any(|tender| tender.money_kind() == TenderKind::Account.code());
        if owed && sale.buyer.is_some() && sale.buyer != before.buyer {
            return Err(Refusal::ExchangeOtherBuyer);
        }
        Ok(SellRequest {
            buyer: sale.buyer.clone().or(before.buyer.clone()),
            ..sale.clone()
        })
    }

    fn record_exchange(
        &mut self,
        request: &ExchangeRequest,
        sale: &SellRequest,
        hash: String,
        back: GoodsBack,
        figures: SaleFigures,
    ) -> Result<ExchangeResult, Refusal> {
        self.check_sale(sale, &figures)?;
        let worth = back.figures.total;
        let settled = Settled::of(&back.history, worth, figures.total, request.refund.in_cash);
        let exchange = ExchangeFigures {
            back,
            sale: Some(figures),
            settled,
        };
        let payment = exchange.pay(&sale.tenders)?;
        if let Some(figures) = &exchange.sale {
            self.check_wiping(sale, figures)?;
        }
        let ExchangeFigures {
            back,
            sale: figures,
            settled,
        } = exchange;
        let figures = figures.ok_or(Refusal::NoLines)?;
        let mut bodies = Vec::with_capacity(3);
        let shift = self.shift_of_next(&mut bodies)?;
        let (refund_number, sale_number) = (self.next_number(), self.number_after(1));
        let paid_back = tender_facts(&settled.surplus);
        let refund_tenders = settled.credit.iter().cloned().chain(paid_back).collect();
        let mut refund = self.refund_fact(
            &request.refund.id,
            hash.clone(),
            refund_tenders,
            &back,
            shift.clone(),
        )?;
        refund.number = refund_number.clone();
        refund.exchanged_for = Some(sale_number.clone());
        let sale_tenders = settled.credit.into_iter().chain(tender_facts(&sale.tenders));
        let mut sold = self.sale_recorded(
            sale,
            &figures,
            SaleToRecord {
                hash,
                number: sale_number,
                tenders: sale_tenders.collect(),
                payment,
                shift,
            },
        )?;
        sold.exchanges = Some(refund_number);
        // Each half says what of it was approved.
        let of_refund = [Action::Refund.code(), Action::RefundInCash.code()];
        (refund.approved_by, sold.approved_by) = self
            .approved
            .iter()
            .cloned()
            .partition(|given| of_refund.contains(&given.action.as_str()));
        let is_shift_new = !bodies.is_empty();
        bodies.push(Body::RefundRecorded(refund));
        bodies.push(Body::SaleRecorded(sold));
        let committed = self.commit_with(&bodies, |writer| {
            writer.remove_held_sale(&sale.id)?;
            Ok(())
        })?;
        self.running += 2;
        for line in &figures.lines {
            self.shelf.forget(line.product.as_str());
        }
        if is_shift_new {
            self.read_shift();
        }
        match (bodies.as_slice(), committed.as_slice()) {
            ([.., Body::RefundRecorded(refund), Body::SaleRecorded(sold)], [.., refunded_at, sold_at]) => {
                let back = refund_result(refund, refunded_at.seq, &refunded_at.at, false);
                let out = sale_result(sold, sold_at.seq, &sold_at.at, false);
                // With the codes of what was issued, as each half alone answers them.
                self.exchange_result(
                    self.with_new_vouchers(refund, back)?,
                    self.with_tickets(sold, out)?,
                )
            }
            _ => Err(Refusal::BadRequest("no exchange was made".to_owned())),
        }
    }

    fn exchange_result(
        &self,
        refund: crate::wire::RefundResult,
        sale: crate::wire::SaleResult,
    ) -> Result<ExchangeResult, Refusal> {
        // Without a worth above the other's nothing goes either way.
        Ok(ExchangeResult {
            credit: refund.total.min(sale.total),
            given_back: (refund.total - sale.total).max(0),
            refund,
            sale,
        })
    }
}
