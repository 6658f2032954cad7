//! Selling vouchers, and taking unused ones back. A voucher sold is a liability, not a sale: it has a receipt and
//! tenders, counts in the shift's cash, and adds to nobody's sum.

use crate::facts::tender_facts;
use crate::passes::PASSES_MAX;
use crate::refund::{given_back, tenders_back_of};
use crate::refusal::Refusal;
use crate::request::{find_product, tenders};
use crate::till::Till;
use crate::view::Rounding;
use crate::wire::{
    LineResult, PassResult, RefundLineRequest, RefundLineResult, RefundResult, SaleResult, SellLine,
    SellRequest, TenderRequest,
};
use jishi_domain::{
    Fen, LineFigures, Quantity, RefundError, RefundRefusal, SaleError, SaleFigures, SaleRefusal,
    figure_tenders,
};
use jishi_journal::PassKind;
use jishi_journal::body::{
    Body, PassFact, ProductKind, ProductPut, VoucherBackFact, VoucherLineFact, VouchersReturned, VouchersSold,
};
use jishi_ledger::passes::VoucherHistory;

/// What is taken back of vouchers that were sold together.
pub(crate) struct VouchersBack {
    pub(crate) lines: Vec<VoucherBackFact>,
    pub(crate) total: Fen,
}

impl Till {
    /// Whether vouchers are asked for: alone, at their face value, and so many that each can have its slip. What
    /// is no product is said by the figures, in its turn.
    pub(crate) fn sells_vouchers(&self, request: &SellRequest) -> Result<bool, Refusal> {
        let mut lines: Vec<(u32, &SellLine, &ProductPut)> = Vec::new();
        let mut others = 0;
        for (number, line) in (1u32..).zip(&request.lines) {
            match find_product(&self.catalogue, &line.product, None) {
                Ok(found) if found.product().kind == ProductKind::Voucher => {
                    lines.push((number, line, found.product()));
                }
                _ => others += 1,
            }
        }
        if lines.is_empty() {
            return Ok(false);
        }
        if others > 0 {
            return Err(Refusal::VouchersApart);
        }
        let mut pieces = 0usize;
        for (number, line, product) in lines {
            let at_face = line.price.is_none_or(|price| price == product.price)
                && line.amount.is_none()
                && line.discount.is_none()
                && line.lot.is_none();
            if !at_face || request.discount.is_some() {
                return Err(Refusal::VoucherAtFace);
            }
            let quantity = line.qty.as_deref().and_then(|qty| Quantity::parse(qty).ok());
            // A quantity that is none at all is refused in its turn.
            if let Some(quantity) = quantity {
                pieces = pieces.saturating_add(whole_pieces(quantity, number as usize)?);
            }
        }
        match pieces > PASSES_MAX {
            true => Err(Refusal::TooManyPasses),
            false => Ok(true),
        }
    }

    /// The tickets that the lines of a sale are; none for all others.
    pub(crate) fn tickets_of(
        &self,
        figures: &SaleFigures,
        business_date: &str,
    ) -> Result<Vec<Vec<PassFact>>, Refusal> {
        let mut pieces = 0usize;
        let mut passes = Vec::with_capacity(figures.lines.len());
        for (number, line) in (1usize..).zip(&figures.lines) {
            let product = self.catalogue.product(line.product.as_str());
            let ticket = product.filter(|product| product.kind == ProductKind::Ticket);
            let Some(product) = ticket.filter(|_| !is_surplus(line)) else {
                passes.push(Vec::new());
                continue;
            };
            let count = whole_pieces(line.quantity, number)?;
            pieces = pieces.saturating_add(count);
            if pieces > PASSES_MAX {
                return Err(Refusal::TooManyPasses);
            }
            passes.push(self.new_passes(count, line.price.get(), product.valid_days, business_date));
        }
        Ok(passes)
    }

    pub(crate) fn sell_vouchers(
        &mut self,
        request: &SellRequest,
        hash: String,
    ) -> Result<SaleResult, Refusal> {
        let figures = self.figure(request)?;
        self.check_references(request)?;
        // It would be a voucher for a voucher, or one that nobody has paid for.
        if let Some(tender) = request
            .tenders
            .iter()
            .find(|tender| matches!(tender.kind.as_str(), "voucher" | "account"))
        {
            return Err(Refusal::VoucherPaidAtOnce {
                kind: tender.kind.clone(),
            });
        }
        let payment = figure_tenders(figures.total, &tenders(&request.tenders)?)?;
        let mut bodies = Vec::with_capacity(2);
        let (shift, business_date, cashier) = self.shift_of_next(&mut bodies)?;
        let mut lines = Vec::with_capacity(figures.lines.len());
        for (number, line) in (1usize..).zip(&figures.lines) {
            let code = line.product.as_str();
            let product = self.catalogue.product(code);
            let product = product.ok_or_else(|| Refusal::NoSuchProduct {
                line: None,
                product: code.to_owned(),
            })?;
            let count = whole_pieces(line.quantity, number)?;
            lines.push(VoucherLineFact {
                product: product.code.clone(),
                name: product.name.clone(),
                unit: product.unit.clone(),
                price: product.price,
                passes: self.new_passes(count, product.price, product.valid_days, &business_date),
            });
        }
        let sold = VouchersSold {
            id: request.id.clone(),
            number: self.next_number(),
            request: hash,
            outlet: self.catalogue.outlet_code(),
            channel: request
                .channel
                .clone()
                .unwrap_or_else(|| self.catalogue.default_channel().to_owned()),
            shift,
            business_date,
            cashier,
            lines,
            total: figures.total.get(),
            tenders: tender_facts(&request.tenders),
            tendered: payment.tendered.get(),
            change: payment.change.get(),
            buyer: request.buyer.clone(),
        };
        bodies.push(Body::VouchersSold(sold.clone()));
        let committed = self.commit_with(&bodies, |writer| {
            writer.remove_held_sale(&request.id)?;
            Ok(())
        })?;
        self.running += 1;
        if bodies.len() > 1 {
            self.read_shift();
        }
        let last = committed.last().ok_or(Refusal::IdReused)?;
        self.vouchers_result(&sold, last.seq, &last.at, false)
    }

    pub(crate) fn vouchers_result(
        &self,
        sold: &VouchersSold,
        seq: u64,
        at: &str,
        repeated: bool,
    ) -> Result<SaleResult, Refusal> {
        let mut lines = Vec::with_capacity(sold.lines.len());
        let mut passes: Vec<PassResult> = Vec::new();
        for (number, line) in (1u32..).zip(&sold.lines) {
            let gross = line.passes.iter().map(|pass| pass.face).sum();
            lines.push(LineResult {
                gross,
                discount: 0,
                net: gross,
                draws: Vec::new(),
            });
            passes.extend(self.pass_results(PassKind::Voucher, &line.passes, Some(number))?);
        }
        Ok(SaleResult {
            id: sold.id.clone(),
            number: sold.number.clone(),
            seq,
            at: at.to_owned(),
            total: sold.total,
            rounding: 0,
            lines,
            tendered: sold.tendered,
            change: sold.change,
            comes_to_nothing: Vec::new(),
            passes,
            repeated,
        })
    }

    /// Vouchers that this till sold, by the id or the receipt number they were sold under.
    pub(crate) fn find_vouchers(&self, named: &str) -> Result<Option<VoucherHistory>, Refusal> {
        let till_no = self.record.till_no;
        if let Some(history) = self.ledger.voucher_history(till_no, named)? {
            return Ok(Some(history));
        }
        let Some(place) = self.ledger.receipt_place(named)? else {
            return Ok(None);
        };
        match self.ledger.facts_at(place)?.map(|facts| facts.body) {
            Some(Body::VouchersSold(sold)) => Ok(self.ledger.voucher_history(till_no, &sold.id)?),
            _ => Ok(None),
        }
    }

    /// What would come back: of each line the last pieces that nobody has used.
    pub(crate) fn figure_vouchers_back(
        &self,
        history: &VoucherHistory,
        lines: &[RefundLineRequest],
    ) -> Result<VouchersBack, Refusal> {
        if lines.is_empty() {
            return Err(Refusal::NoLines);
        }
        let mut back: Vec<VoucherBackFact> = Vec::new();
        let mut total = Fen::ZERO;
        for (item, line) in (1usize..).zip(lines) {
            let refuse = |refusal| RefundError {
                item: Some(item),
                refusal,
            };
            let index = usize::try_from(line.line)
                .ok()
                .and_then(|line| line.checked_sub(1));
            let sold = index.and_then(|index| history.sold.lines.get(index));
            let sold = sold.ok_or_else(|| refuse(RefundRefusal::NoSuchLine))?;
            let quantity = Quantity::parse(&line.qty).ok().and_then(pieces);
            let count = quantity.ok_or_else(|| refuse(RefundRefusal::BadQuantity))?;
            if back.iter().any(|known| i64::from(known.line) == line.line) || count > sold.passes.len() {
                return Err(refuse(RefundRefusal::RefundExceedsSale).into());
            }
            let passes = self.last_open(sold.passes.iter(), count)?;
            for _ in &passes {
                total = total
                    .checked_add(Fen::new(sold.price))
                    .ok_or_else(|| refuse(RefundRefusal::StateMismatch))?;
            }
            back.push(VoucherBackFact {
                line: u32::try_from(line.line).unwrap_or(u32::MAX),
                product: sold.product.clone(),
                name: sold.name.clone(),
                unit: sold.unit.clone(),
                price: sold.price,
                passes,
            });
        }
        Ok(VouchersBack { lines: back, total })
    }

    /// All that is left of them, for a void: refused where one was used.
    pub(crate) fn all_vouchers_back(history: &VoucherHistory) -> Vec<RefundLineRequest> {
        let lines = (1i64..).zip(&history.sold.lines).filter_map(|(number, line)| {
            let left = line
                .passes
                .iter()
                .filter(|pass| !history.returned.contains(&pass.id))
                .count();
            (left > 0).then(|| RefundLineRequest {
                line: number,
                qty: left.to_string(),
                restock: true,
                borne_by: crate::view::Bearer::Operator,
            })
        });
        lines.collect()
    }

    /// How money for vouchers goes back: the way it came, each up to what is left of what it paid.
    pub(crate) fn voucher_tenders_back(history: &VoucherHistory, total: Fen) -> Vec<TenderRequest> {
        let before = history.returns.iter().filter_map(|facts| match &facts.body {
            Body::VouchersReturned(back) => Some(back.tenders.as_slice()),
            _ => None,
        });
        tenders_back_of(&history.sold.tenders, history.sold.change, before, total)
    }

    pub(crate) fn return_vouchers(
        &mut self,
        (id, hash): (&str, String),
        history: &VoucherHistory,
        back: VouchersBack,
        tenders: &[TenderRequest],
        void_reason: Option<&str>,
    ) -> Result<RefundResult, Refusal> {
        let tenders = given_back(tenders, back.total)?;
        let mut bodies = Vec::with_capacity(2);
        let (shift, business_date, cashier) = self.shift_of_next(&mut bodies)?;
        let returned = VouchersReturned {
            id: id.to_owned(),
            number: self.next_number(),
            request: hash,
            sale: history.sold.id.clone(),
            sale_number: history.sold.number.clone(),
            sale_origin: self.record.origin.to_string(),
            outlet: history.sold.outlet.clone(),
            channel: history.sold.channel.clone(),
            shift,
            business_date,
            cashier,
            void_reason: void_reason.map(str::to_owned),
            lines: back.lines,
            total: back.total.get(),
            tenders: tender_facts(&tenders),
            approved_by: self.approved.clone(),
        };
        bodies.push(Body::VouchersReturned(returned.clone()));
        let committed = self.commit(&bodies)?;
        self.running += 1;
        if bodies.len() > 1 {
            self.read_shift();
        }
        let last = committed.last().ok_or(Refusal::IdReused)?;
        Ok(returned_result(&returned, last.seq, &last.at, false))
    }
}

pub(crate) fn returned_result(
    returned: &VouchersReturned,
    seq: u64,
    at: &str,
    repeated: bool,
) -> RefundResult {
    let lines = returned.lines.iter().map(|line| RefundLineResult {
        line: line.line,
        net: line.passes.iter().map(|_| line.price).sum(),
        draws: Vec::new(),
    });
    RefundResult {
        id: returned.id.clone(),
        sale: returned.sale.clone(),
        number: returned.number.clone(),
        seq,
        at: at.to_owned(),
        total: returned.total,
        lines: lines.collect(),
        passes: Vec::new(),
        repeated,
    }
}

/// As it is figured: nothing is wiped off a voucher.
pub(crate) fn without_rounding(request: &SellRequest) -> SellRequest {
    SellRequest {
        rounding: Rounding::None,
        ..request.clone()
    }
}

/// How many pieces that is; none where it is not a whole number of them.
pub(crate) fn pieces(quantity: Quantity) -> Option<usize> {
    let thousandths = quantity.thousandths();
    (thousandths % 1000 == 0).then(|| usize::try_from(thousandths / 1000).ok())?
}

fn whole_pieces(quantity: Quantity, line: usize) -> Result<usize, Refusal> {
    let whole = pieces(quantity);
    whole.ok_or_else(|| {
        SaleError {
            line: Some(line),
            refusal: SaleRefusal::BadQuantity,
        }
        .into()
    })
}

/// What a gift box costs above its contents is no ticket.
fn is_surplus(line: &LineFigures) -> bool {
    line.boxed.as_ref().is_some_and(|part| part.surplus)
}
