//! 小票: a receipt found again, and goods and money given back.

use super::Counter;
use super::done::{DrawShown, tender_kind};
use super::vouchers::vouchers_back_done;
use crate::facts::tender_facts;
use crate::receipt::tail;
use crate::refund::tenders_back;
use crate::refusal::Refusal;
use crate::staff::Extent;
use crate::till::Till;
use crate::view::*;
use crate::whose::{Parties, unassigned};
use crate::wire::{RefundLineRequest, RefundResult, VoidRequest};
use crate::world::new_id;
use jishi_domain::{LotCode, Quantity, RefundError, RefundRefusal, SaleState, figure_void};
use jishi_journal::body::{Body, LineFact, RefundRecorded, RefundedWithoutSale, SaleRecorded, TenderFact};
use jishi_ledger::receipts::{ReceiptOf, ReceiptRow};
use jishi_ledger::sale::{Afterwards, SaleHistory};

/// A page of the list; more is asked for when it is scrolled to.
const PAGE_MAX: u32 = 100;

impl Counter {
    pub(super) fn receipts(&mut self, request: ListReceipts) -> Result<Vec<ReceiptRowView>, Refusal> {
        let limit = request.limit.min(PAGE_MAX);
        let till_no = self.till.record.till_no;
        let words = request.about.trim();
        let rows = match words.is_empty() {
            true => self.till.ledger.receipts(till_no, request.before, limit)?,
            false => {
                let buyers = self.till.catalogue().find_buyers(words);
                let buyers: Vec<String> = buyers.into_iter().map(|buyer| buyer.put.code.clone()).collect();
                self.till.ledger.sales_about(till_no, words, &buyers, limit)?
            }
        };
        Ok(rows.into_iter().map(row_view).collect())
    }

    pub(super) fn find_receipt(&mut self, request: FindReceipt) -> Result<ReceiptView, Refusal> {
        let number = self.till.receipt_named(&request.text)?;
        self.receipt_view(&number)
    }

    pub(super) fn figure_refund(&mut self, request: FigureRefund) -> Result<MoneyBackView, Refusal> {
        let lines = self.asked_lines(&request.number, &request.lines)?;
        let (total, tenders) = self
            .till
            .figure_refund_as_paid(&request.number, &lines, request.in_cash)?;
        Ok(money_back(total.get(), &tender_facts(&tenders)))
    }

    pub(super) fn record_refund(&mut self, request: RecordRefund) -> Result<RefundDoneView, Refusal> {
        let lines = self.asked_lines(&request.number, &request.lines)?;
        let RecordRefund {
            id,
            number,
            in_cash,
            approval,
            ..
        } = &request;
        let actions: &[Action] = match in_cash {
            true => &[Action::Refund, Action::RefundInCash],
            false => &[Action::Refund],
        };
        let result = self.give_back(actions, id, approval.as_deref(), |till| {
            till.refund_as_paid(id, number, lines, *in_cash)
        })?;
        self.refund_done(&result)
    }

    pub(super) fn void_sale(&mut self, request: VoidSale) -> Result<RefundDoneView, Refusal> {
        let approval = request.approval;
        let void = VoidRequest {
            id: request.id,
            sale: request.number,
            reason: request.reason,
        };
        let result = self.give_back(&[Action::Void], &void.id, approval.as_deref(), |till| {
            till.void_in_shift(&void)
        })?;
        self.refund_done(&result)
    }

    /// By whoever may, or with a supervisor's approval for this id. What was recorded is answered again.
    fn give_back(
        &mut self,
        actions: &[Action],
        id: &str,
        approval: Option<&str>,
        act: impl FnOnce(&mut Till) -> Result<RefundResult, Refusal>,
    ) -> Result<RefundResult, Refusal> {
        if self.till.is_recorded(id)? {
            return act(&mut self.till);
        }
        self.till.allowed(actions, id, &Extent::default(), approval, act)
    }

    pub(super) fn receipt_view(&self, number: &str) -> Result<ReceiptView, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.till.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let facts = self.till.ledger.facts_at(place)?.ok_or_else(unknown)?;
        match facts.body {
            Body::SaleRecorded(sale) => {
                let history = self.till.find_sale(&sale.id)?.ok_or_else(unknown)?;
                self.sale_view(&history)
            }
            Body::RefundRecorded(refund) => Ok(self.refund_view(&refund, &facts.at, None)),
            Body::SaleVoided(void) => Ok(self.refund_view(&void.refund, &facts.at, Some(void.reason))),
            Body::RefundedWithoutSale(refund) => Ok(self.without_sale_view(refund, &facts.at)),
            Body::VouchersSold(sold) => {
                let history = self.till.find_vouchers(&sold.id)?.ok_or_else(unknown)?;
                Ok(self.vouchers_view(&history))
            }
            Body::VouchersReturned(returned) => Ok(self.vouchers_back_view(&returned, &facts.at)),
            _ => Err(unknown()),
        }
    }

    fn sale_view(&self, history: &SaleHistory) -> Result<ReceiptView, Refusal> {
        let sale = &history.sale;
        let mismatch = || RefundError::whole(RefundRefusal::StateMismatch);
        let state = history.state.clone().ok_or_else(mismatch)?;
        let in_shift = self.till.is_of_open_shift(&sale.shift);
        let void = match in_shift {
            true => figure_void(&state).ok(),
            false => None,
        };
        let void = void.map(|figures| {
            let tenders = tenders_back(history, figures.total);
            money_back(figures.total.get(), &tender_facts(&tenders))
        });
        let mut given_back = Vec::new();
        for step in &history.afterwards {
            let (refund, kind) = match step {
                Afterwards::Refund(refund) => (refund, ReceiptKind::Refund),
                Afterwards::Void(refund) => (refund, ReceiptKind::Void),
                Afterwards::Assigned(_) | Afterwards::Moved(_) => continue,
            };
            let place = self.till.ledger.receipt_place(&refund.number)?;
            let at = match place {
                Some(place) => self.till.ledger.facts_at(place)?.map(|facts| facts.at),
                None => None,
            };
            given_back.push(GivenBackView {
                number: refund.number.clone(),
                kind,
                at: at.unwrap_or_default(),
                net_fen: refund.total,
            });
        }
        let mark = if given_back.iter().any(|step| step.kind == ReceiptKind::Void) {
            ReceiptMark::Voided
        } else if given_back.is_empty() {
            ReceiptMark::Standing
        } else if state.is_voided() {
            ReceiptMark::Refunded
        } else {
            ReceiptMark::PartRefunded
        };
        Ok(ReceiptView {
            number: sale.number.clone(),
            kind: ReceiptKind::Sale,
            mark,
            sale_number: None,
            reason: None,
            note: sale.note.clone(),
            buyer: sale
                .buyer
                .as_deref()
                .map(|code| self.till.catalogue().buyer_name(code)),
            other_half: sale.exchanges.clone(),
            at: history.at.clone(),
            cashier: self.till.catalogue().staff_name(&sale.cashier),
            net_fen: sale.total,
            tenders: tender_views(&sale.tenders),
            change_fen: sale.change,
            lines: self.line_views(sale, &state),
            given_back,
            void,
            in_shift,
            next_id: new_id(self.till.world.0.as_ref()),
        })
    }

    /// A refund's own paper: it can be read and printed again, and leads to its sale.
    fn refund_view(&self, refund: &RefundRecorded, at: &str, reason: Option<String>) -> ReceiptView {
        let lines = refund.lines.iter().map(|line| ReceiptLineView {
            line: line.line,
            name: line.name.clone(),
            unit: line.unit.clone(),
            quantity: short(&line.qty),
            left: "0".to_owned(),
            net_fen: line.net,
            weighed: false,
            is_box: false,
            whose: self.whose_of(line.draws.iter().map(|draw| (draw.lot.as_deref(), &draw.shares))),
        });
        ReceiptView {
            number: refund.number.clone(),
            kind: match reason {
                Some(_) => ReceiptKind::Void,
                None => ReceiptKind::Refund,
            },
            mark: ReceiptMark::Standing,
            sale_number: Some(refund.sale_number.clone()),
            reason,
            note: None,
            buyer: None,
            other_half: refund.exchanged_for.clone(),
            at: at.to_owned(),
            cashier: self.till.catalogue().staff_name(&refund.cashier),
            net_fen: refund.total,
            tenders: tender_views(&refund.tenders),
            change_fen: 0,
            lines: lines.collect(),
            given_back: Vec::new(),
            void: None,
            in_shift: self.till.is_of_open_shift(&refund.shift),
            next_id: new_id(self.till.world.0.as_ref()),
        }
    }

    fn without_sale_view(&self, refund: RefundedWithoutSale, at: &str) -> ReceiptView {
        let lines = (1u32..).zip(refund.lines).map(|(line, fact)| ReceiptLineView {
            line,
            name: fact.name,
            unit: fact.unit,
            quantity: short(&fact.qty),
            left: "0".to_owned(),
            net_fen: fact.net,
            weighed: false,
            is_box: false,
            whose: String::new(),
        });
        ReceiptView {
            number: refund.number,
            kind: ReceiptKind::Refund,
            mark: ReceiptMark::Standing,
            sale_number: None,
            reason: Some(refund.reason),
            note: None,
            buyer: None,
            other_half: None,
            at: at.to_owned(),
            cashier: self.till.catalogue().staff_name(&refund.cashier),
            net_fen: refund.total,
            tenders: tender_views(&refund.tenders),
            change_fen: 0,
            lines: lines.collect(),
            given_back: Vec::new(),
            void: None,
            in_shift: self.till.is_of_open_shift(&refund.shift),
            next_id: new_id(self.till.world.0.as_ref()),
        }
    }

    /// The lines as the buyer knows them: those of one gift box are one.
    fn line_views(&self, sale: &SaleRecorded, state: &SaleState) -> Vec<ReceiptLineView> {
        let mut shown = Vec::new();
        for (first, lines) in groups(sale) {
            let Some(line) = lines.first() else { continue };
            let boxed = line.gift_box.as_ref();
            let (name, unit, quantity) = match boxed {
                Some(gift_box) => (&gift_box.name, &gift_box.unit, &gift_box.qty),
                None => (&line.name, &line.unit, &line.qty),
            };
            let known = state.lines.get(first);
            let left = known.map_or(Quantity::ZERO, |known| known.left());
            // Boxes are given back whole, so that each of its lines has as many boxes left.
            let left = match known.and_then(|known| known.boxed.as_ref()) {
                Some(part) => boxes_left(left, parsed(&line.qty), part.boxes),
                None => left,
            };
            let draws = lines.iter().flat_map(|line| &line.draws);
            shown.push(ReceiptLineView {
                line: u32::try_from(first + 1).unwrap_or(u32::MAX),
                name: name.clone(),
                unit: unit.clone(),
                quantity: short(quantity),
                left: left.short(),
                net_fen: lines.iter().map(|line| line.net).sum(),
                // What was counted goes back by the piece, whatever it weighed.
                weighed: boxed.is_none() && line.weighed && line.weight.is_none(),
                is_box: boxed.is_some(),
                whose: self.whose_of(draws.map(|draw| (draw.lot.as_deref(), &draw.shares))),
            });
        }
        shown
    }

    /// The lines of the sale that are meant: a box is all its lines, each as often as boxes come back.
    pub(super) fn asked_lines(
        &self,
        number: &str,
        drafts: &[RefundLineDraft],
    ) -> Result<Vec<RefundLineRequest>, Refusal> {
        if self.till.find_vouchers(number)?.is_some() {
            let plain = drafts.iter().map(|draft| RefundLineRequest {
                line: i64::from(draft.line),
                qty: draft.quantity.clone(),
                restock: draft.restock,
                borne_by: draft.borne_by,
            });
            return Ok(plain.collect());
        }
        let (history, _) = self.till.sale_to_change(number)?;
        let mut asked = Vec::new();
        for (position, draft) in drafts.iter().enumerate() {
            let refuse = |refusal| RefundError {
                item: Some(position + 1),
                refusal,
            };
            let first = (draft.line as usize).checked_sub(1);
            let group = groups(&history.sale)
                .into_iter()
                .find(|group| Some(group.0) == first);
            let (first, lines) = group.ok_or_else(|| refuse(RefundRefusal::NoSuchLine))?;
            for (offset, line) in lines.iter().enumerate() {
                let qty = match &line.gift_box {
                    None => draft.quantity.clone(),
                    Some(gift_box) => {
                        let boxes = Quantity::parse(&draft.quantity)
                            .map_err(|_| refuse(RefundRefusal::BadQuantity))?;
                        of_boxes(parsed(&line.qty), parsed(&gift_box.qty), boxes)
                            .ok_or_else(|| refuse(RefundRefusal::BoxBroken))?
                            .to_string()
                    }
                };
                asked.push(RefundLineRequest {
                    line: i64::try_from(first + offset + 1).unwrap_or(i64::MAX),
                    qty,
                    restock: draft.restock,
                    borne_by: draft.borne_by,
                });
            }
        }
        Ok(asked)
    }

    /// What is on disk of it, so that a repeated request is shown as the first time.
    fn refund_done(&self, result: &RefundResult) -> Result<RefundDoneView, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: result.number.clone(),
        };
        let place = self.till.ledger.receipt_place(&result.number)?;
        let facts = self.till.ledger.facts_at(place.ok_or_else(unknown)?)?;
        let (refund, is_void) = match facts.map(|facts| facts.body) {
            Some(Body::RefundRecorded(refund)) => (refund, false),
            Some(Body::SaleVoided(void)) => (void.refund, true),
            Some(Body::VouchersReturned(returned)) => {
                return Ok(vouchers_back_done(returned, result.repeated));
            }
            _ => return Err(unknown()),
        };
        let draws = refund.lines.iter().flat_map(|line| {
            line.draws.iter().map(|draw| DrawShown {
                name: &line.name,
                lot: draw.lot.as_deref(),
                quantity: &draw.qty,
                due_fen: draw.payable,
                shares: &draw.shares,
            })
        });
        let kept = refund.lines.iter().flat_map(|line| &line.draws);
        let kept = kept.flat_map(|draw| &draw.left_with_parties).sum();
        Ok(RefundDoneView {
            id: refund.id.clone(),
            number: refund.number.clone(),
            sale_number: Some(refund.sale_number.clone()),
            is_void,
            repeated: result.repeated,
            back: money_back(refund.total, &refund.tenders),
            fallen: self.rows_of_lots(draws, self.till.language()),
            kept_fen: kept,
        })
    }

    fn whose_of<'a, S>(&self, draws: impl Iterator<Item = (Option<&'a str>, S)>) -> String
    where
        S: IntoIterator<Item = &'a jishi_journal::body::ShareOfDraw>,
    {
        let language = self.till.language();
        let (mut open, mut codes) = (false, Vec::new());
        for (lot, shares) in draws {
            open |= lot.is_none();
            if lot.is_some_and(|lot| lot != LotCode::OWN) {
                codes.extend(shares.into_iter().map(|share| share.0.as_str()));
            }
        }
        let whose = Parties::of(self.till.catalogue(), codes).whose(language);
        match (whose.is_empty(), open) {
            (true, true) => unassigned(language).to_owned(),
            (_, _) => whose,
        }
    }
}

fn row_view(row: ReceiptRow) -> ReceiptRowView {
    let (kind, mark, sale_number) = match row.of {
        ReceiptOf::Sale {
            sold,
            returned,
            voided,
            of_vouchers,
        } => {
            let kind = match of_vouchers {
                true => ReceiptKind::Vouchers,
                false => ReceiptKind::Sale,
            };
            let mark = match returned {
                _ if voided => ReceiptMark::Voided,
                ..=0 => ReceiptMark::Standing,
                returned if returned < sold => ReceiptMark::PartRefunded,
                _ => ReceiptMark::Refunded,
            };
            (kind, mark, None)
        }
        ReceiptOf::Refund { sale_number } if sale_number.is_empty() => {
            (ReceiptKind::Refund, ReceiptMark::Standing, None)
        }
        ReceiptOf::Refund { sale_number } => (ReceiptKind::Refund, ReceiptMark::Standing, Some(sale_number)),
        ReceiptOf::Void { sale_number } => (ReceiptKind::Void, ReceiptMark::Standing, Some(sale_number)),
    };
    let mut tenders: Vec<TenderKind> = row.tenders.iter().map(|(kind, _)| tender_kind(kind)).collect();
    tenders.dedup();
    ReceiptRowView {
        place: row.place,
        number: row.number,
        kind,
        mark,
        sale_number,
        at: row.at,
        net_fen: row.net_fen,
        tenders,
    }
}

/// The lines of each box together, every other line by itself; with the index of the first.
fn groups(sale: &SaleRecorded) -> Vec<(usize, &[LineFact])> {
    let mut groups = Vec::new();
    let mut first = 0;
    let same_box = |one: &LineFact, other: &LineFact| match (&one.gift_box, &other.gift_box) {
        (Some(one), Some(other)) => one.ordinal == other.ordinal,
        _ => false,
    };
    for lines in sale.lines.chunk_by(same_box) {
        groups.push((first, lines));
        first += lines.len();
    }
    groups
}

/// So much of a line as so many of its boxes hold; none where that breaks a box.
pub(super) fn of_boxes(sold: Quantity, sold_boxes: Quantity, boxes: Quantity) -> Option<Quantity> {
    let held = i128::from(sold.thousandths()) * i128::from(boxes.thousandths());
    let by = i128::from(sold_boxes.thousandths());
    let whole = by > 0 && held % by == 0;
    whole
        .then(|| i64::try_from(held / by).ok())
        .flatten()
        .map(Quantity::from_thousandths)
}

fn boxes_left(left: Quantity, sold: Quantity, boxes: i64) -> Quantity {
    let held = i128::from(left.thousandths()) * i128::from(boxes) * 1000;
    let boxes = held
        .checked_div(i128::from(sold.thousandths()))
        .unwrap_or_default();
    Quantity::from_thousandths(i64::try_from(boxes).unwrap_or_default())
}

/// Recorded quantities are quantities.
pub(super) fn parsed(quantity: &str) -> Quantity {
    Quantity::parse(quantity).unwrap_or(Quantity::ZERO)
}

fn short(quantity: &str) -> String {
    parsed(quantity).short()
}

pub(super) fn money_back(total_fen: i64, tenders: &[TenderFact]) -> MoneyBackView {
    let tenders = tenders.iter().map(|tender| TenderBackView {
        kind: tender_kind(&tender.kind),
        fen: tender.fen,
        reference: tender.reference.clone(),
        collected_by: tender.collected_by.clone(),
        waits: jishi_domain::TenderKind::from_code(&tender.kind).is_some_and(|kind| kind.goes_back_later()),
    });
    MoneyBackView {
        total_fen,
        tenders: tenders.collect(),
    }
}

pub(super) fn tender_views(tenders: &[TenderFact]) -> Vec<TenderView> {
    let mut views: Vec<TenderView> = Vec::with_capacity(tenders.len());
    for tender in tenders {
        let kind = tender_kind(&tender.kind);
        // Goods that paid for goods are one row, whatever they had been paid by.
        match views
            .iter_mut()
            .find(|view| view.kind == TenderKind::Exchange && view.kind == kind)
        {
            Some(view) => view.fen += tender.fen,
            None => views.push(TenderView {
                kind,
                fen: tender.fen,
                reference: match kind {
                    TenderKind::Exchange => None,
                    // A voucher is told by the last of its number, as its slip has it.
                    TenderKind::Voucher => tender.reference.as_deref().map(tail),
                    _ => tender.reference.clone(),
                },
                collected_by: tender
                    .collected_by
                    .clone()
                    .filter(|_| kind != TenderKind::Exchange),
            }),
        }
    }
    views
}
