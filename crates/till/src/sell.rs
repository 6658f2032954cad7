//! Selling: a sale is figured, signed and on disk, or nothing has happened.

use crate::facts::{LotFacts, discount_fact, draw_fact, sale_result, tender_facts};
use crate::passes::voucher_code;
use crate::refusal::Refusal;
use crate::request::{asked_line, good_id, request_hash, sale_request, short_text, tenders, weight_of};
use crate::till::Till;
use crate::vouchers::without_rounding;
use crate::wire::{SaleResult, SellLine, SellRequest, TenderRequest};
use jishi_domain::{
    Fen, LineFigures, LotCode, Quantity, Rounding, SaleError, SaleFigures, SaleRefusal, SaleRequest,
    TenderError, TenderFigures, TenderKind, figure_sale, figure_tenders, payment_app,
};
use jishi_journal::PassKind;
use jishi_journal::body::{Body, BoxFact, LineFact, SaleRecorded, TenderFact};

/// 备注: two lines on paper.
const NOTE_CHARACTERS_MAX: usize = 100;

impl Till {
    /// Records a sale. The same request again under its id answers the first result; another one
    /// under that id is refused.
    pub fn sell(&mut self, request: &SellRequest) -> Result<SaleResult, Refusal> {
        good_id(&request.id)?;
        let hash = request_hash(request);
        if let Some(first) = self.recorded_sale(&request.id, &hash)? {
            return Ok(first);
        }
        if self.sells_vouchers(request)? {
            return self.sell_vouchers(request, hash);
        }
        let figures = self.figure(request)?;
        self.check_sale(request, &figures)?;
        let payment = figure_tenders(figures.total, &tenders(&request.tenders)?)?;
        self.check_wiping(request, &figures)?;
        let mut bodies = Vec::with_capacity(2);
        let shift = self.shift_of_next(&mut bodies)?;
        let to_record = SaleToRecord {
            hash,
            number: self.next_number(),
            tenders: tender_facts(&request.tenders),
            payment,
            shift,
        };
        let sale = self.sale_recorded(request, &figures, to_record)?;
        bodies.push(Body::SaleRecorded(sale));
        // A sale that was put aside is there until it is in the books, and not a moment longer.
        let committed = self.commit_with(&bodies, |writer| {
            writer.remove_held_sale(&request.id)?;
            Ok(())
        })?;
        self.running += 1;
        for after in &figures.lots_after {
            self.shelf.apply(after);
        }
        if bodies.len() > 1 {
            self.read_shift();
        }
        match (bodies.pop(), committed.last()) {
            (Some(Body::SaleRecorded(sale)), Some(last)) => {
                self.with_tickets(&sale, sale_result(&sale, last.seq, &last.at, false))
            }
            _ => Err(Refusal::BadRequest("no sale was made".to_owned())),
        }
    }

    /// What is figured can be recorded, and is what may be sold.
    pub(crate) fn check_sale(&self, request: &SellRequest, figures: &SaleFigures) -> Result<(), Refusal> {
        // A price is recorded beside its line, so it has to stay exact too.
        if let Some(line) = figures
            .lines
            .iter()
            .position(|line| line.price.within_limit().is_none())
        {
            let refusal = SaleRefusal::AmountTooLarge;
            return Err(SaleError {
                line: Some(line + 1),
                refusal,
            }
            .into());
        }
        let gross = figures.lines.iter().map(|line| line.gross);
        self.room_for(Fen::sum(gross))?;
        // Of an exchange too: a voucher is nobody's goods.
        if self.sells_vouchers(request)? {
            return Err(Refusal::VouchersApart);
        }
        self.check_references(request)?;
        self.check_vouchers_named(request)?;
        self.check_credit(request)
    }

    /// A sale's result with the codes of its tickets.
    pub(crate) fn with_tickets(
        &self,
        sale: &SaleRecorded,
        result: SaleResult,
    ) -> Result<SaleResult, Refusal> {
        let mut passes = Vec::new();
        for (number, line) in (1u32..).zip(&sale.lines) {
            passes.extend(self.pass_results(PassKind::Ticket, &line.passes, Some(number))?);
        }
        Ok(SaleResult { passes, ..result })
    }

    /// Whom and what a request names beside its goods must be known: it is recorded for good.
    pub(crate) fn check_references(&self, request: &SellRequest) -> Result<(), Refusal> {
        let plain = |text: &Option<String>| {
            text.as_ref().is_none_or(|text| {
                text.len() <= 64 && !text.is_empty() && !text.chars().any(char::is_control)
            })
        };
        if ![&request.channel, &request.campaign, &request.helper]
            .into_iter()
            .all(plain)
        {
            return Err(Refusal::BadRequest("channel, campaign or helper".to_owned()));
        }
        if request
            .note
            .as_deref()
            .is_some_and(|note| note_of(note).is_none())
        {
            return Err(Refusal::BadNote);
        }
        // Whoever has a buyer's payment code may pay with it: what is recorded is read by many.
        let references = request
            .tenders
            .iter()
            .filter_map(|tender| tender.reference.as_deref());
        if request
            .note
            .as_deref()
            .into_iter()
            .chain(references)
            .any(names_payment_code)
        {
            return Err(Refusal::PaymentCode);
        }
        if let Some(buyer) = &request.buyer
            && self.ledger.buyer(buyer)?.is_none()
        {
            return Err(Refusal::NoSuchBuyer { buyer: buyer.clone() });
        }
        if let Some(kiosk) = &request.kiosk {
            self.check_kiosk_sale(kiosk, &request.tenders)?;
        }
        for tender in &request.tenders {
            if tender.kind == "account" && request.buyer.is_none() {
                return Err(Refusal::AccountWithoutBuyer);
            }
            if !plain(&tender.reference) && voucher_code(tender).is_none() {
                return Err(Refusal::BadRequest("reference".to_owned()));
            }
            match tender.collected_by.as_deref() {
                None | Some("venue") => {}
                Some(party) if self.catalogue.party(party).is_some() => {}
                Some(party) => {
                    return Err(Refusal::NoSuchParty {
                        party: party.to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    /// On account up to the buyer's limit, as far as this till knows what it owes.
    pub(crate) fn check_credit(&self, request: &SellRequest) -> Result<(), Refusal> {
        let on_account = request.tenders.iter().filter(|tender| tender.kind == "account");
        let asked = Fen::sum(on_account.map(|tender| Fen::new(tender.fen)));
        let asked = asked.ok_or(jishi_domain::TenderError::AmountTooLarge)?;
        if asked == Fen::ZERO {
            return Ok(());
        }
        let code = request.buyer.as_deref().ok_or(Refusal::AccountWithoutBuyer)?;
        let left = self.credit_left(code)?;
        match left.filter(|left| asked.get() > *left) {
            Some(left_fen) => Err(Refusal::CreditLimit {
                buyer: self
                    .catalogue
                    .buyer(code)
                    .map_or(code, |buyer| buyer.shown())
                    .to_owned(),
                left_fen,
            }),
            None => Ok(()),
        }
    }

    /// What a buyer may still take on account; none where nobody set a limit.
    pub(crate) fn credit_left(&self, code: &str) -> Result<Option<i64>, Refusal> {
        let limit = self
            .catalogue
            .buyer(code)
            .and_then(|buyer| buyer.put.credit_limit);
        let Some(limit) = limit else { return Ok(None) };
        Ok(Some(
            limit.saturating_sub(self.ledger.owed_by_buyer(code)?).max(0),
        ))
    }

    /// Figures a sale as it would be recorded now, and records nothing. With no tender yet it is paid in cash.
    pub fn figure(&mut self, request: &SellRequest) -> Result<SaleFigures, Refusal> {
        self.figure_paid(request, &Paid::default())
    }

    /// The same, where the request alone does not say how much of it is left to be paid in cash.
    pub(crate) fn figure_paid(&mut self, request: &SellRequest, paid: &Paid) -> Result<SaleFigures, Refusal> {
        let whole;
        let request = match self.sells_vouchers(request)? {
            true => {
                whole = without_rounding(request);
                &whole
            }
            false => request,
        };
        let mut order = match sale_request(&self.catalogue, request) {
            Ok(order) => order,
            Err(refusal) => return Err(self.earlier_fault(request, refusal)),
        };
        if order.rounding != Rounding::None && !self.catalogue.rounds_all_tenders() {
            order.paid_otherwise = self.paid_otherwise(&order, request, paid)?;
        }
        self.figure_order(&order).map_err(|refusal| match refusal {
            // The line that was asked for, not one of those that a box was opened into.
            Refusal::Sale(SaleError {
                line: Some(line),
                refusal,
            }) => Refusal::Sale(SaleError {
                line: Some(asked_line(request, &order, line)),
                refusal,
            }),
            other => other,
        })
    }

    /// 抹零 is for cash: a coin that nobody has. What is paid by a code, or with goods that come back, is exact, and
    /// of the total only the rest is wiped down.
    fn paid_otherwise(
        &mut self,
        order: &SaleRequest,
        request: &SellRequest,
        paid: &Paid,
    ) -> Result<Fen, Refusal> {
        let sum = |in_cash: bool| {
            let tenders = request.tenders.iter();
            let of_kind = tenders.filter(|tender| is_cash(tender) == in_cash);
            // What is no tender is refused in its turn.
            let fen = of_kind.map(|tender| Fen::new(tender.fen.max(0)));
            Fen::sum(fen).ok_or(Refusal::Tender(TenderError::AmountTooLarge))
        };
        let otherwise = sum(false)?.checked_add(paid.in_goods);
        let otherwise = otherwise.ok_or(TenderError::AmountTooLarge)?;
        if !paid.rest_otherwise {
            return Ok(otherwise);
        }
        let exact = SaleRequest {
            rounding: Rounding::None,
            ..order.clone()
        };
        // A fault of it is named where it is figured.
        let total = self
            .figure_order(&exact)
            .map_or(Fen::ZERO, |figures| figures.total);
        let rest = total.checked_sub(sum(true)?).unwrap_or(Fen::ZERO);
        Ok(otherwise.max(rest))
    }

    /// Refuses to wipe off what nobody pays in cash.
    pub(crate) fn check_wiping(&self, request: &SellRequest, figures: &SaleFigures) -> Result<(), Refusal> {
        let otherwise = !request.tenders.is_empty() && !request.tenders.iter().any(is_cash);
        match figures.rounding > Fen::ZERO && otherwise && !self.catalogue.rounds_all_tenders() {
            true => Err(Refusal::RoundingWithoutCash {
                fen: figures.rounding.get(),
            }),
            false => Ok(()),
        }
    }

    fn figure_order(&mut self, order: &SaleRequest) -> Result<SaleFigures, Refusal> {
        let till_no = self.record.till_no;
        for line in &order.lines {
            self.shelf.load(&self.ledger, till_no, line.product.as_str())?;
            if let Some(lot) = &line.lot {
                self.shelf.load_lot(&self.ledger, till_no, lot.as_str())?;
            }
        }
        Ok(figure_sale(
            order,
            &self.shelf.with(&self.catalogue),
            self.catalogue.fund(),
        )?)
    }

    /// Of several faults the first in order is named: where a line cannot even be looked up, the
    /// lines before it are figured first.
    fn earlier_fault(&mut self, request: &SellRequest, refusal: Refusal) -> Refusal {
        let Some(line) = refusal.line() else {
            return refusal;
        };
        let before = request.lines.len().min(line.saturating_sub(1) as usize);
        let lines = request.lines[..before].to_vec();
        let earlier = SellRequest {
            lines,
            discount: None,
            ..request.clone()
        };
        let Ok(order) = sale_request(&self.catalogue, &earlier) else {
            return refusal;
        };
        match self.figure_order(&order) {
            Err(Refusal::Sale(SaleError {
                line: Some(line),
                refusal,
            })) => Refusal::Sale(SaleError {
                line: Some(asked_line(&earlier, &order, line)),
                refusal,
            }),
            _ => refusal,
        }
    }

    /// Whether something was recorded under this id.
    pub(crate) fn is_recorded(&self, id: &str) -> Result<bool, Refusal> {
        Ok(self.ledger.request(self.record.till_no, id)?.is_some())
    }

    pub(crate) fn recorded_sale(&self, id: &str, hash: &str) -> Result<Option<SaleResult>, Refusal> {
        let Some(place) = self.ledger.request(self.record.till_no, id)? else {
            return Ok(None);
        };
        let facts = self.ledger.facts_at(place)?;
        match facts.map(|facts| (facts.seq, facts.at, facts.body)) {
            Some((seq, at, Body::SaleRecorded(sale))) if sale.request == hash => {
                let result = sale_result(&sale, seq, &at, true);
                Ok(Some(self.with_tickets(&sale, result)?))
            }
            Some((seq, at, Body::VouchersSold(sold))) if sold.request == hash => {
                Ok(Some(self.vouchers_result(&sold, seq, &at, true)?))
            }
            _ => Err(Refusal::IdReused),
        }
    }

    pub(crate) fn sale_recorded(
        &self,
        request: &SellRequest,
        figures: &SaleFigures,
        to_record: SaleToRecord,
    ) -> Result<SaleRecorded, Refusal> {
        let SaleToRecord {
            hash,
            number,
            tenders,
            payment,
            shift: (shift, business_date, cashier),
        } = to_record;
        // Checked once more right before it is signed.
        if !figures.conserves() {
            return Err(SaleError {
                line: None,
                refusal: SaleRefusal::NotConserved,
            }
            .into());
        }
        let too_large = || SaleError {
            line: None,
            refusal: SaleRefusal::AmountTooLarge,
        };
        let kiosk = request.kiosk.as_ref();
        let asked = asked_lines(request, figures);
        let lines = figures.lines.iter().zip(asked);
        let lines = lines.map(|(line, asked)| self.line_fact(line, asked));
        let mut sale = SaleRecorded {
            id: request.id.clone(),
            number,
            request: hash,
            outlet: self.catalogue.outlet_code(),
            shift,
            business_date,
            cashier: kiosk.map_or(cashier, |kiosk| kiosk.staff.clone()),
            channel: request
                .channel
                .clone()
                .unwrap_or_else(|| self.catalogue.default_channel().to_owned()),
            lines: lines.collect::<Result<_, _>>()?,
            gross: Fen::sum(figures.lines.iter().map(|line| line.gross))
                .ok_or_else(too_large)?
                .get(),
            discount: Fen::sum(figures.lines.iter().map(|line| line.discount))
                .ok_or_else(too_large)?
                .get(),
            rounding: figures.rounding.get(),
            total: figures.total.get(),
            tenders,
            tendered: payment.tendered.get(),
            change: payment.change.get(),
            buyer: request.buyer.clone(),
            campaign: request.campaign.clone(),
            helper: request.helper.clone(),
            note: request
                .note
                .as_deref()
                .and_then(note_of)
                .filter(|note| !note.is_empty())
                .map(str::to_owned),
            exchanges: None,
            passes_used: Vec::new(),
            approved_by: self.approved.clone(),
            kiosk: kiosk.map(|kiosk| kiosk.paid),
        };
        let tickets = self.tickets_of(figures, &sale.business_date)?;
        for (line, tickets) in sale.lines.iter_mut().zip(tickets) {
            line.passes = tickets;
        }
        for mut pass in self.vouchers_paying(&request.tenders)? {
            let asked = request.tenders.get(pass.tender as usize - 1);
            let code = asked.and_then(|tender| tender.reference.clone());
            let at = sale.tenders.iter().position(|tender| tender.reference == code);
            if let Some((at, tender)) = at.and_then(|at| Some((at, sale.tenders.get_mut(at)?))) {
                // The code itself is in no entry.
                tender.reference = Some(pass.id.clone());
                pass.tender = u32::try_from(at + 1).unwrap_or(u32::MAX);
                sale.passes_used.push(pass);
            }
        }
        Ok(sale)
    }

    fn line_fact(&self, line: &LineFigures, asked: Option<&SellLine>) -> Result<LineFact, Refusal> {
        let code = line.product.as_str();
        let product = self
            .catalogue
            .product(code)
            .ok_or_else(|| Refusal::NoSuchProduct {
                line: None,
                product: code.to_owned(),
            })?;
        let gift_box = line.boxed.as_ref().and_then(|part| {
            let outer = self.catalogue.product(part.gift_box.as_str())?;
            Some(BoxFact {
                ordinal: part.group,
                product: outer.code.clone(),
                name: outer.name.clone(),
                unit: outer.unit.clone(),
                qty: format!("{}.000", part.boxes),
                price: outer.price,
            })
        });
        let computed = line.quantity.at_price(line.price) == Some(line.gross);
        // What is inside a gift box was not weighed for this buyer.
        let asked = asked.filter(|_| line.boxed.is_none());
        let weight = asked.and_then(|asked| weight_of(&self.catalogue, asked));
        let tare = asked.and_then(|asked| asked.tare.as_deref());
        let tare = tare.and_then(|tare| Quantity::parse(tare).ok());
        let unassigned = |draw: &jishi_domain::DrawFigures| draw.source == jishi_domain::Source::Unassigned;
        let said_of = product.said_of.clone();
        let said_of = said_of.filter(|_| line.draws.iter().any(unassigned));
        let boxed = line.boxed.as_ref();
        // What is in a box is sold where the box is: whoever hands it over takes the money for all of it.
        let at_stall = boxed.and_then(|part| self.catalogue.product(part.gift_box.as_str()));
        let stall = at_stall.unwrap_or(product).stall.clone();
        let mut draws = Vec::with_capacity(line.draws.len());
        for draw in &line.draws {
            draws.push(match &draw.source {
                jishi_domain::Source::Lot(lot) => draw_fact(draw, Some(&self.lot_facts(lot)?)),
                _ => draw_fact(draw, None),
            });
        }
        Ok(LineFact {
            product: code.to_owned(),
            name: product.name.clone(),
            unit: product.unit.clone(),
            qty: line.quantity.to_string(),
            weighed: product.weighed,
            price: line.price.get(),
            amount: if computed { None } else { Some(line.gross.get()) },
            weight: weight.map(|weight| weight.to_string()),
            price_unit: product.price_unit.clone().filter(|_| weight.is_some()),
            tare: tare.map(|tare| tare.to_string()),
            gross: line.gross.get(),
            discounts: line.discounts.iter().map(discount_fact).collect(),
            net: line.net.get(),
            base: line.base.get(),
            draws,
            gift_box,
            passes: Vec::new(),
            stall,
            said_of,
        })
    }

    pub(crate) fn lot_facts(&self, code: &LotCode) -> Result<LotFacts<'_>, Refusal> {
        let (lot, revision) = self.shelf.find(code.as_str()).ok_or(SaleError {
            line: None,
            refusal: SaleRefusal::NoSuchLot,
        })?;
        let parties = lot.shares().iter().map(|share| share.party.as_str()).collect();
        Ok(LotFacts { revision, parties })
    }
}

/// How a sale is going to be paid, as far as its tenders do not say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paid {
    /// What goods that come back are worth.
    pub(crate) in_goods: Fen,
    /// What no tender covers yet is not going to be paid in cash.
    pub(crate) rest_otherwise: bool,
}

pub(crate) fn is_cash(tender: &TenderRequest) -> bool {
    tender.kind == TenderKind::Cash.code()
}

/// What a sale is recorded with, beside what was asked for and what that comes to.
pub(crate) struct SaleToRecord {
    pub(crate) hash: String,
    pub(crate) number: String,
    pub(crate) tenders: Vec<TenderFact>,
    pub(crate) payment: TenderFigures,
    /// Its id, its business date, and who acts in it.
    pub(crate) shift: (String, String, String),
}

fn names_payment_code(text: &str) -> bool {
    text.split(|sign: char| !sign.is_ascii_digit())
        .any(|digits| payment_app(digits).is_some())
}

fn note_of(text: &str) -> Option<&str> {
    short_text(text, NOTE_CHARACTERS_MAX)
}

/// For each figured line the one that was asked for: a box was opened into several.
fn asked_lines<'a>(request: &'a SellRequest, figures: &SaleFigures) -> Vec<Option<&'a SellLine>> {
    let mut asked = request.lines.iter();
    let mut current = None;
    let mut group = None;
    let mut lines = Vec::with_capacity(figures.lines.len());
    for line in &figures.lines {
        let of_box = line.boxed.as_ref().map(|part| part.group);
        if of_box.is_none() || of_box != group {
            current = asked.next();
        }
        group = of_box;
        lines.push(current);
    }
    lines
}
