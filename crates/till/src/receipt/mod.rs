//! From what is recorded to paper: the same receipt at the sale and at every reprint.

mod lines;

pub(crate) use lines::tail;

use lines::{
    gathered, named_with, quantity, receipt_lines, receipt_tenders, refund_slips, returned_lines, sale_slips,
    unit_price, voucher_line,
};

use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::Language;
use chrono::{DateTime, FixedOffset};
use jishi_domain::{Fen, TenderKind};
use jishi_journal::body::{
    Body, PassFact, ReceiptReprinted, RefundRecorded, RefundedWithoutSale, SaleRecorded, ShareOfDraw,
    TenderFact, VouchersReturned, VouchersSold,
};
use jishi_journal::{EntryHash, PassKind};
use jishi_ledger::sale::StoredFacts;
use jishi_paper::receipt::{
    Exchanged, Helped, HelpedKind, HelpedPart, ReceiptKind, ReceiptLine, ReceiptPass, SlipLine, StallSlip,
    Verification,
};
use jishi_paper::{Document, Receipt, Width};
use std::collections::{BTreeMap, BTreeSet};

impl Till {
    /// The receipt of a sale, a refund or a void as it is printed again, marked 补打, and that recorded.
    ///
    /// The order is: `ready` makes the paper and reaches for the printer or the file, which is where
    /// almost all that can fail does; then the reprint is recorded; then the caller lets the paper out.
    /// Recorded first, an absent printer would count papers that never were, and recorded last, a full
    /// disk would leave a paper in somebody's hand that no book knows. What remains is a printer that
    /// answers and then fails: that is counted, for some of its paper may be out.
    pub fn reprint<T, E: From<Refusal>>(
        &mut self,
        number: &str,
        width: Width,
        language: Language,
        ready: impl FnOnce(&Document) -> Result<T, E>,
    ) -> Result<T, E> {
        let document = self.receipt_as(number, width, language, Some(self.now()))?;
        let paper = ready(&document)?;
        let of_shift = || self.shift.as_ref().map(|shift| shift.staff.clone());
        let cashier = self.signed_in.clone().or_else(of_shift);
        self.commit(&[Body::ReceiptReprinted(ReceiptReprinted {
            number: number.to_owned(),
            cashier: cashier.unwrap_or_default(),
        })])?;
        Ok(paper)
    }

    /// The receipt as it looks, and as it is printed the first time; nothing is recorded.
    pub fn receipt_preview(
        &self,
        number: &str,
        width: Width,
        language: Language,
    ) -> Result<Document, Refusal> {
        self.receipt_as(number, width, language, None)
    }

    fn receipt_as(
        &self,
        number: &str,
        width: Width,
        language: Language,
        reprinted_at: Option<DateTime<FixedOffset>>,
    ) -> Result<Document, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let StoredFacts { hash, at, body, .. } = self.ledger.facts_at(place)?.ok_or_else(unknown)?;
        let mut receipt = match &body {
            Body::SaleRecorded(sale) => self.sale_receipt(sale, hash, &at)?,
            Body::RefundRecorded(refund) => self.refund_receipt(refund, hash, &at, false)?,
            Body::SaleVoided(void) => self.refund_receipt(&void.refund, hash, &at, true)?,
            Body::RefundedWithoutSale(refund) => self.without_sale_receipt(refund, hash, &at)?,
            Body::VouchersSold(sold) => self.vouchers_receipt(sold, hash, &at)?,
            Body::VouchersReturned(returned) => self.vouchers_back_receipt(returned, hash, &at)?,
            _ => return Err(unknown()),
        };
        receipt.reprinted_at = reprinted_at;
        let language = jishi_paper::Language::from(language);
        let document = receipt
            .to_document(width, language)
            .map_err(|error| Refusal::Paper(error.to_string()))?;
        if self.is_training() {
            return Ok(document.marked_as_training(language));
        }
        // Cash goes into the drawer once, with the first paper.
        let back = match &receipt.exchanged {
            Some(Exchanged::Back { tenders, .. }) => tenders.as_slice(),
            _ => &[],
        };
        let cash = receipt.tenders.iter().chain(back);
        let cash = cash.clone().any(|tender| tender.kind == TenderKind::Cash);
        Ok(match cash && reprinted_at.is_none() {
            true => document.with_drawer_kick(),
            false => document,
        })
    }

    fn sale_receipt(&self, sale: &SaleRecorded, hash: EntryHash, at: &str) -> Result<Receipt, Refusal> {
        let draws = sale.lines.iter().flat_map(|line| &line.draws);
        let parts = draws.map(|draw| (draw.lot.as_deref(), draw.net, draw.shares.as_slice()));
        let order = sale
            .lines
            .iter()
            .flat_map(|line| &line.discounts)
            .filter(|part| part.of == "sale");
        Ok(Receipt {
            kind: ReceiptKind::Sale,
            is_kiosk: sale.kiosk.is_some(),
            lines: receipt_lines(&sale.lines)?,
            order_discounts: gathered(order),
            rounding: Fen::new(sale.rounding),
            due: Fen::new(sale.total),
            tenders: receipt_tenders(&sale.tenders),
            change: Fen::new(sale.change),
            buyer_name: sale.buyer.as_deref().map(|code| self.catalogue.buyer_name(code)),
            note: sale.note.clone(),
            exchanged: match &sale.exchanges {
                Some(number) => Some(self.came_back(number)?),
                None => None,
            },
            helped: self.helped(parts),
            passes: self.tickets(sale)?,
            slips: self.slips(sale_slips(&sale.lines)?),
            ..self.blank_receipt(&sale.number, &sale.cashier, hash, at)?
        })
    }

    fn refund_receipt(
        &self,
        refund: &RefundRecorded,
        hash: EntryHash,
        at: &str,
        is_void: bool,
    ) -> Result<Receipt, Refusal> {
        let original_number = refund.sale_number.clone();
        let draws = refund.lines.iter().flat_map(|line| &line.draws);
        let parts = draws.map(|draw| (draw.lot.as_deref(), draw.net, draw.shares.as_slice()));
        Ok(Receipt {
            kind: match is_void {
                true => ReceiptKind::Void { original_number },
                false => ReceiptKind::Refund { original_number },
            },
            lines: returned_lines(refund)?,
            exchanged: refund
                .exchanged_for
                .clone()
                .map(|number| Exchanged::For { number }),
            due: Fen::new(refund.total),
            tenders: receipt_tenders(&refund.tenders),
            helped: self.helped(parts),
            passes: self.pass_slips(PassKind::Voucher, None, &refund.passes)?,
            slips: self.slips(refund_slips(&refund.lines)?),
            ..self.blank_receipt(&refund.number, &refund.cashier, hash, at)?
        })
    }

    /// The goods of the refund that a sale was paid with.
    fn came_back(&self, number: &str) -> Result<Exchanged, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let facts = self.ledger.facts_at(place)?.ok_or_else(unknown)?;
        let Body::RefundRecorded(refund) = facts.body else {
            return Err(unknown());
        };
        let money = |tender: &&TenderFact| tender.kind != TenderKind::Exchange.code();
        let tenders: Vec<TenderFact> = refund.tenders.iter().filter(money).cloned().collect();
        Ok(Exchanged::Back {
            number: number.to_owned(),
            lines: returned_lines(&refund)?,
            worth: Fen::new(refund.total),
            tenders: receipt_tenders(&tenders),
        })
    }

    fn without_sale_receipt(
        &self,
        refund: &RefundedWithoutSale,
        hash: EntryHash,
        at: &str,
    ) -> Result<Receipt, Refusal> {
        let lines = refund.lines.iter().map(|line| {
            let quantity = quantity(&line.qty)?;
            Ok(ReceiptLine {
                name: line.name.clone(),
                quantity,
                unit: line.unit.clone(),
                price: Fen::new(unit_price(line.net, quantity)),
                gross: Fen::new(line.net),
                weighed: false,
                discounts: Vec::new(),
                contents: Vec::new(),
            })
        });
        Ok(Receipt {
            kind: ReceiptKind::RefundWithoutReceipt,
            lines: lines.collect::<Result<_, Refusal>>()?,
            due: Fen::new(refund.total),
            tenders: receipt_tenders(&refund.tenders),
            helped: Helped {
                own: Fen::new(refund.total),
                ..Helped::default()
            },
            ..self.blank_receipt(&refund.number, &refund.cashier, hash, at)?
        })
    }

    fn blank_receipt(
        &self,
        number: &str,
        cashier: &str,
        hash: EntryHash,
        at: &str,
    ) -> Result<Receipt, Refusal> {
        let outlet = self.catalogue.outlet();
        let recorded_at =
            DateTime::parse_from_rfc3339(at).map_err(|error| Refusal::Paper(error.to_string()))?;
        Ok(Receipt {
            kind: ReceiptKind::Sale,
            outlet_name: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
            operator_name: outlet.map(|outlet| outlet.operator.clone()).unwrap_or_default(),
            till_name: self.code().to_owned(),
            number: number.to_owned(),
            recorded_at,
            cashier_name: self.catalogue.staff_name(cashier),
            is_kiosk: false,
            lines: Vec::new(),
            order_discounts: Vec::new(),
            rounding: Fen::ZERO,
            due: Fen::ZERO,
            tenders: Vec::new(),
            change: Fen::ZERO,
            buyer_name: None,
            note: None,
            exchanged: None,
            helped: Helped::default(),
            verification: Some(Verification {
                payload: format!("jishi:{number}:{}", hash.short()),
                short_hash: hash.short(),
            }),
            phone: outlet
                .map(|outlet| outlet.phone.clone())
                .filter(|phone| !phone.is_empty()),
            passes: Vec::new(),
            slips: Vec::new(),
            reprinted_at: None,
        })
    }

    fn vouchers_receipt(&self, sold: &VouchersSold, hash: EntryHash, at: &str) -> Result<Receipt, Refusal> {
        let mut passes = Vec::new();
        for line in &sold.lines {
            passes.extend(self.pass_slips(PassKind::Voucher, Some(&line.name), &line.passes)?);
        }
        let lines = sold
            .lines
            .iter()
            .map(|line| voucher_line(&line.name, &line.unit, line.price, line.passes.len()));
        Ok(Receipt {
            kind: ReceiptKind::Vouchers,
            lines: lines.collect(),
            due: Fen::new(sold.total),
            tenders: receipt_tenders(&sold.tenders),
            change: Fen::new(sold.change),
            passes,
            ..self.blank_receipt(&sold.number, &sold.cashier, hash, at)?
        })
    }

    fn vouchers_back_receipt(
        &self,
        returned: &VouchersReturned,
        hash: EntryHash,
        at: &str,
    ) -> Result<Receipt, Refusal> {
        let lines = returned.lines.iter().map(|line| {
            let name = named_with(&line.name, &line.passes);
            voucher_line(&name, &line.unit, line.price, line.passes.len())
        });
        Ok(Receipt {
            kind: ReceiptKind::VouchersReturned {
                original_number: returned.sale_number.clone(),
            },
            lines: lines.collect(),
            due: Fen::new(returned.total),
            tenders: receipt_tenders(&returned.tenders),
            ..self.blank_receipt(&returned.number, &returned.cashier, hash, at)?
        })
    }

    fn tickets(&self, sale: &SaleRecorded) -> Result<Vec<ReceiptPass>, Refusal> {
        let mut passes = Vec::new();
        for line in &sale.lines {
            passes.extend(self.pass_slips(PassKind::Ticket, Some(&line.name), &line.passes)?);
        }
        Ok(passes)
    }

    /// The code is made again each time: it is kept nowhere.
    fn pass_slips(
        &self,
        kind: PassKind,
        name: Option<&str>,
        passes: &[PassFact],
    ) -> Result<Vec<ReceiptPass>, Refusal> {
        let slips = passes.iter().map(|pass| {
            Ok(ReceiptPass {
                is_ticket: kind == PassKind::Ticket,
                name: name.map(str::to_owned),
                face: Fen::new(pass.face),
                until: pass.until.clone(),
                code: self.pass_code(kind, pass)?,
                tail: tail(&pass.id),
            })
        });
        slips.collect()
    }

    /// 按摊位: a slip for each stall, in the order in which they stand on the receipt.
    fn slips(&self, lines: Vec<(String, SlipLine)>) -> Vec<StallSlip> {
        if !self.catalogue.stall_mode() {
            return Vec::new();
        }
        let mut slips: Vec<(String, StallSlip)> = Vec::new();
        for (stall, line) in lines {
            if let Some((_, slip)) = slips.iter_mut().find(|(known, _)| *known == stall) {
                slip.lines.push(line);
                continue;
            }
            let slip = StallSlip {
                stall_name: self.catalogue.stall_name(&stall).to_owned(),
                lines: vec![line],
            };
            slips.push((stall, slip));
        }
        slips.into_iter().map(|(_, slip)| slip).collect()
    }

    /// Whom a recorded sale helped, as its receipt says it.
    pub(crate) fn helped_by_sale(&self, number: &str) -> Result<Helped, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        match self.ledger.facts_at(place)?.ok_or_else(unknown)? {
            StoredFacts {
                hash,
                at,
                body: Body::SaleRecorded(sale),
                ..
            } => Ok(self.sale_receipt(&sale, hash, &at)?.helped),
            _ => Err(unknown()),
        }
    }

    /// Villages and co-operatives with their part of what was paid; households only as a number.
    fn helped<'a>(&self, draws: impl Iterator<Item = (Option<&'a str>, i64, &'a [ShareOfDraw])>) -> Helped {
        let mut parts: BTreeMap<(u8, String), (HelpedKind, i64)> = BTreeMap::new();
        let mut households: BTreeSet<&str> = BTreeSet::new();
        let (mut own, mut unassigned, mut households_due) = (0, 0, 0);
        for (lot, net, shares) in draws {
            match lot {
                None => unassigned += net,
                Some(jishi_domain::LotCode::OWN) => own += net,
                Some(_) => {}
            }
            for ShareOfDraw(code, attributed, due) in shares {
                let (kind, name) = self.helped_by(code);
                let part = parts.entry((kind as u8, name)).or_insert((kind, 0));
                part.1 += attributed;
                if self
                    .catalogue
                    .party(code)
                    .is_none_or(|party| party.is_household())
                {
                    households_due += due;
                    if *attributed != 0 || *due != 0 {
                        households.insert(code);
                    }
                }
            }
        }
        let mut parts: Vec<HelpedPart> = parts
            .into_iter()
            .map(|((_, name), (kind, paid))| HelpedPart {
                kind,
                name,
                paid: Fen::new(paid),
            })
            .collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.paid));
        Helped {
            parts,
            households_count: u32::try_from(households.len()).unwrap_or(u32::MAX),
            own: Fen::new(own),
            unassigned: Fen::new(unassigned),
            households_due: Fen::new(households_due),
        }
    }

    /// A household stands under its village; a co-operative or an enterprise by its name.
    fn helped_by(&self, code: &str) -> (HelpedKind, String) {
        let Some(party) = self.catalogue.party(code) else {
            return (HelpedKind::Village, code.to_owned());
        };
        match party.put.kind.as_str() {
            "cooperative" => (HelpedKind::Cooperative, party.shown().to_owned()),
            "enterprise" => (HelpedKind::Enterprise, party.shown().to_owned()),
            _ if party.put.village.is_empty() => (HelpedKind::Village, party.put.code.clone()),
            _ => (HelpedKind::Village, party.put.village.clone()),
        }
    }
}
