//! A recorded sale: what the cashier sees of it, and whom it helped.

use super::Counter;
use super::draft::sell_request;
use super::receipts::tender_views;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::*;
use crate::whose::Parties;
use crate::wire::ExchangeRequest;
use jishi_domain::LotCode;
use jishi_journal::body::{Body, SaleRecorded, ShareOfDraw, VouchersSold};
use jishi_ledger::sale::StoredFacts;
use std::collections::{BTreeMap, BTreeSet};

impl Counter {
    /// The window opens its shift by hand, with the float that is in the drawer.
    pub(super) fn record_sale(&mut self, request: RecordSale) -> Result<DoneView, Refusal> {
        let sale = self.with_pockets(sell_request(request.id, &request.draft, &request.tenders))?;
        let exchange = self
            .exchanged_goods(&request.draft)?
            .map(|refund| ExchangeRequest {
                refund,
                sale: sale.clone(),
            });
        let record = |till: &mut Till| match &exchange {
            Some(exchange) => till.exchange(exchange).map(|done| done.sale),
            None => till.sell(&sale),
        };
        let result = match self.till.is_recorded(&sale.id)? {
            // What was recorded is answered again, though its approval is used up.
            true => record(&mut self.till)?,
            false => {
                if self.till.shift().is_none() {
                    return Err(Refusal::NoShift);
                }
                self.check_worth_paying(&request.draft, &sale)?;
                let (actions, extent) = self.asked_by(&request.draft)?;
                let approval = request.approval.as_deref();
                self.till.allowed(&actions, &sale.id, &extent, approval, record)?
            }
        };
        let done = self.done(&result.number, result.repeated)?;
        self.sales_waiting.count(!done.repeated);
        self.sale_is_open = false;
        Ok(done)
    }

    pub(super) fn done(&self, number: &str, repeated: bool) -> Result<DoneView, Refusal> {
        let unknown = || Refusal::NoSuchReceipt {
            number: number.to_owned(),
        };
        let place = self.till.ledger.receipt_place(number)?.ok_or_else(unknown)?;
        let facts = self.till.ledger.facts_at(place)?.ok_or_else(unknown)?;
        let sale = match &facts.body {
            Body::SaleRecorded(sale) => sale,
            Body::VouchersSold(sold) => return Ok(self.vouchers_done(sold, &facts, repeated)),
            _ => return Err(unknown()),
        };
        let language = self.till.language();
        let catalogue = self.till.catalogue();
        let draws = sale.lines.iter().flat_map(|line| &line.draws);
        let earning = draws
            .flat_map(|draw| &draw.shares)
            .filter(|share| share.1 != 0 || share.2 != 0);
        let parties: BTreeSet<&str> = earning.map(|share| share.0.as_str()).collect();
        let parties = parties.into_iter().filter_map(|code| catalogue.party(code));
        let (mut villages, mut households) = (BTreeSet::new(), 0u32);
        for party in parties {
            households += u32::from(party.is_household());
            // As on the receipt: a co-operative stands by its name, not under a village.
            let of_a_village = !matches!(party.put.kind.as_str(), "cooperative" | "enterprise");
            if of_a_village && !party.put.village.is_empty() {
                villages.insert(party.put.village.as_str());
            }
        }
        let exchange = self.exchanged_view(sale)?;
        let credit_fen = exchange.as_ref().map_or(0, |half| half.credit_fen);
        let tickets = sale.lines.iter().map(|line| line.passes.len()).sum();
        let funds = sale
            .lines
            .iter()
            .flat_map(|line| &line.draws)
            .map(|draw| draw.fund);
        let draws = sale.lines.iter().flat_map(|line| &line.draws);
        let unassigned = draws.filter(|draw| draw.lot.is_none()).map(|draw| draw.net);
        Ok(DoneView {
            id: sale.id.clone(),
            number: sale.number.clone(),
            repeated,
            total_fen: sale.total,
            tenders: tender_views(&sale.tenders),
            tendered_fen: sale.tendered - credit_fen,
            change_fen: sale.change,
            exchange,
            villages: u32::try_from(villages.len()).unwrap_or(u32::MAX),
            households,
            helped: self.helped(sale, language),
            unassigned_fen: unassigned.sum(),
            fund_fen: funds.sum(),
            fund_name: catalogue.fund_name().to_owned(),
            short_hash: facts.hash.short(),
            tickets: slips(tickets),
            vouchers: 0,
        })
    }

    /// Money taken, and nobody helped yet.
    fn vouchers_done(&self, sold: &VouchersSold, facts: &StoredFacts, repeated: bool) -> DoneView {
        let vouchers = sold.lines.iter().map(|line| line.passes.len()).sum();
        DoneView {
            id: sold.id.clone(),
            number: sold.number.clone(),
            repeated,
            total_fen: sold.total,
            tenders: tender_views(&sold.tenders),
            tendered_fen: sold.tendered,
            change_fen: sold.change,
            exchange: None,
            villages: 0,
            households: 0,
            helped: Vec::new(),
            unassigned_fen: 0,
            fund_fen: 0,
            fund_name: self.till.catalogue().fund_name().to_owned(),
            short_hash: facts.hash.short(),
            tickets: 0,
            vouchers: slips(vouchers),
        }
    }

    fn helped(&self, sale: &SaleRecorded, language: Language) -> Vec<HelpedView> {
        let draws = sale.lines.iter().flat_map(|line| {
            line.draws.iter().map(|draw| DrawShown {
                name: &line.name,
                lot: draw.lot.as_deref(),
                quantity: &draw.qty,
                due_fen: draw.payable,
                shares: &draw.shares,
            })
        });
        self.rows_of_lots(draws, language)
    }

    /// One row for each lot, the greatest due first.
    pub(super) fn rows_of_lots<'a>(
        &self,
        draws: impl Iterator<Item = DrawShown<'a>>,
        language: Language,
    ) -> Vec<HelpedView> {
        let catalogue = self.till.catalogue();
        let mut rows: BTreeMap<&str, (Vec<&str>, Vec<String>, i64)> = BTreeMap::new();
        for draw in draws {
            let Some(lot) = draw.lot.filter(|lot| *lot != LotCode::OWN) else {
                continue;
            };
            let row = rows.entry(lot).or_default();
            row.0.extend(draw.shares.iter().map(|share| share.0.as_str()));
            let quantity = jishi_domain::Quantity::parse(draw.quantity).map(|quantity| quantity.short());
            row.1
                .push(format!("{} × {}", draw.name, quantity.unwrap_or_default()));
            row.2 += draw.due_fen;
        }
        let rows = rows.into_values().map(|(parties, goods, due_fen)| HelpedView {
            whose: Parties::of(catalogue, parties).whose(language),
            goods: goods.join("、"),
            due_fen,
        });
        let mut rows: Vec<HelpedView> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.due_fen));
        rows
    }
}

/// What was drawn from a lot, or given back to it.
pub(super) struct DrawShown<'a> {
    pub(super) name: &'a str,
    pub(super) lot: Option<&'a str>,
    pub(super) quantity: &'a str,
    pub(super) due_fen: i64,
    pub(super) shares: &'a [ShareOfDraw],
}

fn slips(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn tender_kind(code: &str) -> TenderKind {
    // Checked when it was recorded; a newer program's kind is shown as money of some sort.
    jishi_domain::TenderKind::from_code(code).map_or(TenderKind::Cash, shown_kind)
}

pub(super) fn shown_kind(kind: jishi_domain::TenderKind) -> TenderKind {
    use jishi_domain::TenderKind as Kind;
    match kind {
        Kind::Cash => TenderKind::Cash,
        Kind::Qr => TenderKind::Qr,
        Kind::Wechat => TenderKind::Wechat,
        Kind::Alipay => TenderKind::Alipay,
        Kind::Unionpay => TenderKind::Unionpay,
        Kind::Ecny => TenderKind::Ecny,
        Kind::Card => TenderKind::Card,
        Kind::Transfer => TenderKind::Transfer,
        Kind::Voucher => TenderKind::Voucher,
        Kind::Account => TenderKind::Account,
        Kind::Exchange => TenderKind::Exchange,
    }
}
