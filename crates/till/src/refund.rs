//! Refunds and voids: they take back what the sale gave, from the same draws.

use crate::facts::{refund_draw_fact, refund_result, tender_facts};
use crate::refusal::Refusal;
use crate::request::{bearer, good_id, request_hash, short_text};
use crate::till::Till;
use crate::vouchers::{pieces, returned_result};
use crate::wire::{RefundLineRequest, RefundRequest, RefundResult, TenderRequest, VoidRequest};
use jishi_domain::{
    Fen, RefundError, RefundFigures, RefundItem, RefundRefusal, SaleState, TenderKind, figure_refund,
    figure_void,
};
use jishi_journal::PassKind;
use jishi_journal::body::{Body, PassFact, RefundLineFact, RefundRecorded, SaleVoided, TenderFact};
use jishi_ledger::sale::{Afterwards, SaleHistory};

/// A reason is read on paper and in a list.
pub(crate) const REASON_CHARACTERS_MAX: usize = 64;

impl Till {
    pub fn refund(&mut self, request: &RefundRequest) -> Result<RefundResult, Refusal> {
        self.refund_by(request, request_hash(request), How::AsAsked)
    }

    /// The same, with the money back the way it came: by the sale's own tenders, each up to what is
    /// left of what it paid.
    pub fn refund_as_paid(
        &mut self,
        id: &str,
        sale: &str,
        lines: Vec<RefundLineRequest>,
        in_cash: bool,
    ) -> Result<RefundResult, Refusal> {
        let request = RefundRequest {
            id: id.to_owned(),
            sale: sale.to_owned(),
            lines,
            tenders: Vec::new(),
        };
        // The tenders follow from what was given back before: they are no part of what was asked.
        let how = if in_cash { "in_cash" } else { "as_paid" };
        let hash = request_hash(&(how, &request));
        self.refund_by(&request, hash, if in_cash { How::InCash } else { How::AsPaid })
    }

    /// What such a refund would give back; nothing is recorded.
    pub(crate) fn figure_refund_as_paid(
        &self,
        sale: &str,
        lines: &[RefundLineRequest],
        in_cash: bool,
    ) -> Result<(Fen, Vec<TenderRequest>), Refusal> {
        if let Some(history) = self.find_vouchers(sale)? {
            let back = self.figure_vouchers_back(&history, lines)?;
            let tenders = Till::voucher_tenders_back(&history, back.total);
            let tenders = if in_cash { cash_for_codes(tenders) } else { tenders };
            return Ok((back.total, tenders));
        }
        let back = self.goods_back(sale, lines)?;
        let tenders = tenders_back(&back.history, back.figures.total);
        let tenders = if in_cash { cash_for_codes(tenders) } else { tenders };
        Ok((back.figures.total, tenders))
    }

    fn refund_by(
        &mut self,
        request: &RefundRequest,
        hash: String,
        how: How,
    ) -> Result<RefundResult, Refusal> {
        good_id(&request.id)?;
        if let Some(first) = self.recorded_refund(&request.id, &hash)? {
            return Ok(first);
        }
        let of = |as_paid: Vec<TenderRequest>| match how {
            How::AsAsked => request.tenders.clone(),
            How::AsPaid => as_paid,
            How::InCash => cash_for_codes(as_paid),
        };
        if let Some(history) = self.find_vouchers(&request.sale)? {
            let back = self.figure_vouchers_back(&history, &request.lines)?;
            let tenders = of(Till::voucher_tenders_back(&history, back.total));
            return self.return_vouchers((&request.id, hash), &history, back, &tenders, None);
        }
        let back = self.goods_back(&request.sale, &request.lines)?;
        let tenders = of(tenders_back(&back.history, back.figures.total));
        self.record_refund(&request.id, hash, &tenders, &back, None)
    }

    /// Voids a sale of the shift that is open: once a shift is closed its figures are counted, and what
    /// is given back later is a refund of the later shift. The same request again is answered as the
    /// first time, also in a later shift.
    pub fn void_in_shift(&mut self, request: &VoidRequest) -> Result<RefundResult, Refusal> {
        let hash = request_hash(request);
        if let Some(first) = self.recorded_refund(&request.id, &hash)? {
            return Ok(first);
        }
        let shift = match self.find_vouchers(&request.sale)? {
            Some(history) => history.sold.shift,
            None => self.sale_to_change(&request.sale)?.0.sale.shift,
        };
        if !self.is_of_open_shift(&shift) {
            return Err(Refusal::VoidOtherShift);
        }
        short_text(&request.reason, REASON_CHARACTERS_MAX)
            .filter(|reason| !reason.is_empty())
            .ok_or(Refusal::BadReason)?;
        self.void(request)
    }

    pub(crate) fn is_of_open_shift(&self, shift: &str) -> bool {
        self.shift.as_ref().is_some_and(|open| open.id == shift)
    }

    /// A refund of all that is left of a sale.
    pub fn void(&mut self, request: &VoidRequest) -> Result<RefundResult, Refusal> {
        good_id(&request.id)?;
        let hash = request_hash(request);
        if let Some(first) = self.recorded_refund(&request.id, &hash)? {
            return Ok(first);
        }
        if let Some(history) = self.find_vouchers(&request.sale)? {
            let lines = Till::all_vouchers_back(&history);
            if lines.is_empty() {
                return Err(Refusal::AlreadyVoided);
            }
            let back = self.figure_vouchers_back(&history, &lines)?;
            let tenders = Till::voucher_tenders_back(&history, back.total);
            let named = (request.id.as_str(), hash);
            return self.return_vouchers(named, &history, back, &tenders, Some(&request.reason));
        }
        let (history, state) = self.sale_to_change(&request.sale)?;
        if history
            .afterwards
            .iter()
            .any(|step| matches!(step, Afterwards::Void(_)))
        {
            return Err(Refusal::AlreadyVoided);
        }
        let figures = figure_void(&state)?;
        let tenders = tenders_back(&history, figures.total);
        let back = GoodsBack {
            history,
            state,
            figures,
        };
        self.record_refund(&request.id, hash, &tenders, &back, Some(&request.reason))
    }

    /// A sale of this till by its id or its receipt number, with its state.
    pub(crate) fn sale_to_change(&self, named: &str) -> Result<(SaleHistory, SaleState), Refusal> {
        let no_such_sale = || RefundError {
            item: None,
            refusal: RefundRefusal::NoSuchSale,
        };
        let mismatch = || RefundError {
            item: None,
            refusal: RefundRefusal::StateMismatch,
        };
        let history = self.find_sale(named)?.ok_or_else(no_such_sale)?;
        let state = history.state.clone().ok_or_else(mismatch)?;
        Ok((history, state))
    }

    /// By its id, or else by its receipt number.
    pub(crate) fn find_sale(&self, named: &str) -> Result<Option<SaleHistory>, Refusal> {
        let till_no = self.record.till_no;
        if let Some(history) = self.ledger.sale_history(till_no, named)? {
            return Ok(Some(history));
        }
        let Some(place) = self.ledger.receipt_place(named)? else {
            return Ok(None);
        };
        match self.ledger.facts_at(place)?.map(|facts| facts.body) {
            Some(Body::SaleRecorded(sale)) => Ok(self.ledger.sale_history(till_no, &sale.id)?),
            _ => Ok(None),
        }
    }

    pub(crate) fn recorded_refund(&self, id: &str, hash: &str) -> Result<Option<RefundResult>, Refusal> {
        let Some(place) = self.ledger.request(self.record.till_no, id)? else {
            return Ok(None);
        };
        let facts = self.ledger.facts_at(place)?;
        match facts.map(|facts| (facts.seq, facts.at, facts.body)) {
            Some((seq, at, Body::RefundRecorded(refund))) if refund.request == hash => {
                let result = refund_result(&refund, seq, &at, true);
                Ok(Some(self.with_new_vouchers(&refund, result)?))
            }
            Some((seq, at, Body::SaleVoided(void))) if void.refund.request == hash => {
                let result = refund_result(&void.refund, seq, &at, true);
                Ok(Some(self.with_new_vouchers(&void.refund, result)?))
            }
            Some((seq, at, Body::VouchersReturned(returned))) if returned.request == hash => {
                Ok(Some(returned_result(&returned, seq, &at, true)))
            }
            _ => Err(Refusal::IdReused),
        }
    }

    /// Of a sale of this till what comes back of it; nothing is recorded.
    pub(crate) fn goods_back(&self, sale: &str, lines: &[RefundLineRequest]) -> Result<GoodsBack, Refusal> {
        let (history, state) = self.sale_to_change(sale)?;
        let figures = figure_lines(lines, &state)?;
        // Refused before anybody is asked for money or a PIN.
        self.tickets_back(&history, &figures)?;
        Ok(GoodsBack {
            history,
            state,
            figures,
        })
    }

    /// Figures with the goods back on the shelf, as they will be when the refund is recorded. Afterwards the shelf is
    /// read from the ledger again, whatever came of it.
    pub(crate) fn with_goods_back<T>(
        &mut self,
        lines: &[RefundLineFact],
        act: impl FnOnce(&mut Till) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let till_no = self.record.till_no;
        for line in lines {
            self.shelf.load(&self.ledger, till_no, &line.product)?;
        }
        for line in lines {
            self.shelf.take_back(line);
        }
        let done = act(self);
        for line in lines {
            self.shelf.forget(&line.product);
        }
        done
    }

    /// The facts of a refund under the next receipt number.
    pub(crate) fn refund_fact(
        &self,
        id: &str,
        hash: String,
        mut tenders: Vec<TenderFact>,
        back: &GoodsBack,
        (shift, business_date, cashier): (String, String, String),
    ) -> Result<RefundRecorded, Refusal> {
        if !back.figures.conserves() {
            return Err(RefundError {
                item: None,
                refusal: RefundRefusal::StateMismatch,
            }
            .into());
        }
        let sale = &back.history.sale;
        let mut lines = back.line_facts();
        for (line, tickets) in lines
            .iter_mut()
            .zip(self.tickets_back(&back.history, &back.figures)?)
        {
            line.passes = tickets;
        }
        let passes = self.new_vouchers(&back.history, &mut tenders)?;
        Ok(RefundRecorded {
            id: id.to_owned(),
            number: self.next_number(),
            request: hash,
            sale: sale.id.clone(),
            sale_number: sale.number.clone(),
            sale_origin: self.record.origin.to_string(),
            sale_outlet: sale.outlet.clone(),
            sale_channel: sale.channel.clone(),
            outlet: self.catalogue.outlet_code(),
            shift,
            business_date,
            cashier,
            lines,
            total: back.figures.total.get(),
            tenders,
            passes,
            exchanged_for: None,
            approved_by: self.approved.clone(),
        })
    }

    fn record_refund(
        &mut self,
        id: &str,
        hash: String,
        tenders: &[TenderRequest],
        back: &GoodsBack,
        void_reason: Option<&str>,
    ) -> Result<RefundResult, Refusal> {
        let tenders = given_back(tenders, back.figures.total)?;
        let mut bodies = Vec::with_capacity(2);
        let shift = self.shift_of_next(&mut bodies)?;
        let refund = self.refund_fact(id, hash, tender_facts(&tenders), back, shift)?;
        bodies.push(match void_reason {
            None => Body::RefundRecorded(refund),
            Some(reason) => Body::SaleVoided(SaleVoided {
                reason: reason.to_owned(),
                refund,
            }),
        });
        let committed = self.commit(&bodies)?;
        self.running += 1;
        for line in &back.figures.lines {
            if let Some(line) = back.history.sale.lines.get(line.line.saturating_sub(1)) {
                self.shelf.forget(&line.product);
            }
        }
        if bodies.len() > 1 {
            self.read_shift();
        }
        let refund = match bodies.pop() {
            Some(Body::RefundRecorded(refund)) => refund,
            Some(Body::SaleVoided(void)) => void.refund,
            _ => return Err(Refusal::BadRequest("no refund was made".to_owned())),
        };
        let last = committed.last().ok_or(Refusal::IdReused)?;
        self.with_new_vouchers(&refund, refund_result(&refund, last.seq, &last.at, false))
    }

    /// The tickets that come back with each line: the last that nobody has used.
    fn tickets_back(
        &self,
        history: &SaleHistory,
        figures: &RefundFigures,
    ) -> Result<Vec<Vec<String>>, Refusal> {
        let mut back = Vec::with_capacity(figures.lines.len());
        let mut taken: Vec<String> = Vec::new();
        for (item, line) in (1usize..).zip(&figures.lines) {
            let sold = history.sale.lines.get(line.line.saturating_sub(1));
            let passes = sold.map(|sold| sold.passes.as_slice()).unwrap_or_default();
            if passes.is_empty() {
                back.push(Vec::new());
                continue;
            }
            let count = pieces(line.quantity).ok_or(RefundError {
                item: Some(item),
                refusal: RefundRefusal::BadQuantity,
            })?;
            let left = passes.iter().filter(|pass| !taken.contains(&pass.id));
            let tickets = self.last_open(left, count)?;
            taken.extend(tickets.iter().cloned());
            back.push(tickets);
        }
        Ok(back)
    }

    /// What a voucher of ours had paid goes back as a voucher of that sum: the old one stays used, wherever its
    /// code is shown again.
    fn new_vouchers(
        &self,
        history: &SaleHistory,
        tenders: &mut [TenderFact],
    ) -> Result<Vec<PassFact>, Refusal> {
        let used = &history.sale.passes_used;
        let mut passes = Vec::new();
        for tender in tenders {
            if tender.kind != TenderKind::Voucher.code() || used.is_empty() {
                continue;
            }
            let of = used
                .iter()
                .find(|pass| tender.reference.as_ref() == Some(&pass.id))
                .or(used.first());
            let issued = match of {
                Some(pass) => self.ledger.pass_issued(&pass.id)?,
                None => None,
            };
            for mut pass in self.new_passes(1, tender.fen, None, "") {
                pass.until = issued.as_ref().and_then(|issued| issued.until.clone());
                tender.reference = Some(pass.id.clone());
                passes.push(pass);
            }
        }
        Ok(passes)
    }

    pub(crate) fn with_new_vouchers(
        &self,
        refund: &RefundRecorded,
        result: RefundResult,
    ) -> Result<RefundResult, Refusal> {
        let passes = self.pass_results(PassKind::Voucher, &refund.passes, None)?;
        Ok(RefundResult { passes, ..result })
    }
}

/// How the money of a refund goes back.
#[derive(Clone, Copy)]
enum How {
    AsAsked,
    /// The way it came: by the sale's own tenders, each up to what is left of what it paid.
    AsPaid,
    /// The same, with cash for what a platform would give back.
    InCash,
}

/// Goods of a sale that come back, figured.
#[derive(Debug)]
pub(crate) struct GoodsBack {
    pub(crate) history: SaleHistory,
    pub(crate) state: SaleState,
    pub(crate) figures: RefundFigures,
}

impl GoodsBack {
    pub(crate) fn line_facts(&self) -> Vec<RefundLineFact> {
        refund_lines(&self.history, &self.state, &self.figures)
    }
}

pub(crate) fn refund_lines(
    history: &SaleHistory,
    state: &SaleState,
    figures: &RefundFigures,
) -> Vec<RefundLineFact> {
    let mut lines = Vec::with_capacity(figures.lines.len());
    for line in &figures.lines {
        let index = line.line.saturating_sub(1);
        let (Some(sold), Some(known)) = (history.sale.lines.get(index), state.lines.get(index)) else {
            continue;
        };
        let draws = line.draws.iter().map(|draw| {
            // Draws that were assigned later stand behind the sale's own.
            let fact = sold.draws.get(draw.draw).or_else(|| {
                history.afterwards.iter().find_map(|step| match step {
                    Afterwards::Assigned(assigned)
                        if assigned.line as usize == line.line && assigned.draw as usize == draw.draw + 1 =>
                    {
                        Some(&assigned.fact)
                    }
                    Afterwards::Moved(moved)
                        if moved.line as usize == line.line && moved.draw as usize == draw.draw + 1 =>
                    {
                        Some(&moved.fact)
                    }
                    _ => None,
                })
            });
            let parties = fact.map(|fact| {
                fact.shares
                    .iter()
                    .map(|share| share.0.as_str())
                    .collect::<Vec<_>>()
            });
            let revision = fact.and_then(|fact| fact.revision.clone());
            refund_draw_fact(draw, revision, &parties.unwrap_or_default())
        });
        lines.push(RefundLineFact {
            line: u32::try_from(line.line).unwrap_or(u32::MAX),
            product: known.product.as_str().to_owned(),
            name: sold.name.clone(),
            unit: sold.unit.clone(),
            qty: line.quantity.to_string(),
            restock: line.restock,
            borne_by: line.borne_by.code().to_owned(),
            net: line.net.get(),
            draws: draws.collect(),
            passes: Vec::new(),
            stall: sold.stall.clone(),
        });
    }
    lines
}

fn figure_lines(lines: &[RefundLineRequest], state: &SaleState) -> Result<RefundFigures, Refusal> {
    if lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    let items = lines.iter().map(|line| RefundItem {
        line: line.line,
        quantity: line.qty.clone(),
        restock: line.restock,
        borne_by: bearer(line.borne_by),
    });
    Ok(figure_refund(&items.collect::<Vec<_>>(), state)?)
}

/// How the money goes back: as asked, or all in cash where nothing is said.
pub(crate) fn given_back(tenders: &[TenderRequest], total: Fen) -> Result<Vec<TenderRequest>, Refusal> {
    if tenders.is_empty() {
        return Ok(if total == Fen::ZERO {
            Vec::new()
        } else {
            vec![cash_of(total.get())]
        });
    }
    // The kinds are checked as a sale's are.
    let known = crate::request::tenders(tenders)?;
    let sum = Fen::sum(known.iter().map(|tender| Fen::new(tender.fen)));
    match known.iter().all(|tender| tender.fen > 0) && sum == Some(total) {
        true => Ok(tenders.to_vec()),
        false => Err(Refusal::RefundTenders),
    }
}

/// Cash out of the drawer for what a platform would give back some days later. What was bought on account stays so.
pub(crate) fn cash_for_codes(tenders: Vec<TenderRequest>) -> Vec<TenderRequest> {
    let later =
        |tender: &TenderRequest| TenderKind::from_code(&tender.kind).is_some_and(TenderKind::goes_back_later);
    let (turned, mut kept): (Vec<_>, Vec<_>) = tenders.into_iter().partition(later);
    let fen: i64 = turned.iter().map(|tender| tender.fen).sum();
    if fen > 0 {
        match kept
            .iter_mut()
            .find(|tender| tender.kind == "cash" && tender.collected_by.is_none())
        {
            Some(cash) => cash.fen += fen,
            None => kept.push(cash_of(fen)),
        }
    }
    kept
}

fn cash_of(fen: i64) -> TenderRequest {
    TenderRequest {
        kind: "cash".to_owned(),
        fen,
        reference: None,
        collected_by: None,
    }
}

/// What goes back by the sale's own tenders, the last first, each up to what is left of what it paid. Where goods paid
/// for it, by what those had been paid by.
pub(crate) fn tenders_back(history: &SaleHistory, total: Fen) -> Vec<TenderRequest> {
    let before = history.afterwards.iter().filter_map(|step| match step {
        Afterwards::Refund(refund) => Some(refund.tenders.as_slice()),
        Afterwards::Void(_) | Afterwards::Assigned(_) | Afterwards::Moved(_) => None,
    });
    tenders_back_of(&history.sale.tenders, history.sale.change, before, total)
}

/// The same of what was paid by `tenders`, of which `earlier` was given back.
pub(crate) fn tenders_back_of<'a>(
    tenders: &[TenderFact],
    mut change: i64,
    earlier: impl Iterator<Item = &'a [TenderFact]>,
    total: Fen,
) -> Vec<TenderRequest> {
    let mut left = total.get();
    // What earlier refunds gave back by each kind of tender, out of whose pocket.
    let mut before: Vec<((&str, Option<&str>), i64)> = Vec::new();
    for tender in earlier.flatten() {
        before.push(((tender.money_kind(), tender.collected_by.as_deref()), tender.fen));
    }
    let mut back: Vec<TenderRequest> = Vec::new();
    for tender in tenders.iter().rev() {
        let mut paid = tender.fen;
        if tender.kind == "cash" {
            let kept = change.min(paid);
            change -= kept;
            paid -= kept;
        }
        for (pocket, given) in &mut before {
            if *pocket == (tender.money_kind(), tender.collected_by.as_deref()) {
                let gone = (*given).min(paid);
                *given -= gone;
                paid -= gone;
            }
        }
        let fen = paid.min(left);
        left -= fen;
        if fen == 0 {
            continue;
        }
        let part = TenderRequest {
            kind: tender.money_kind().to_owned(),
            fen,
            reference: tender.reference.clone(),
            collected_by: tender.collected_by.clone(),
        };
        // Cash that was handed over in two goes is given back in one.
        let same = |other: &&mut TenderRequest| {
            TenderRequest {
                fen,
                ..(**other).clone()
            } == part
        };
        match back.iter_mut().find(same) {
            Some(other) => other.fen += fen,
            None => back.push(part),
        }
    }
    back.reverse();
    if left > 0 {
        // Earlier refunds went back another way than the money came: the rest is given in cash.
        back.push(cash_of(left));
    }
    back
}
