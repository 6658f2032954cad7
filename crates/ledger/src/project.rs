//! From an entry to rows: pure, from the entry alone, whatever came before it.

use crate::rows::{Row, row};
use crate::sense::{self, Senseless, quantity, receipt_number};
use jishi_journal::EntryHash;
use jishi_journal::body::{
    Body, DrawFact, LotAssigned, LotPut, RefundRecorded, SaleRecorded, ShareOfDraw, ShiftClosed, ShiftOpened,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where an entry stands in this store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) entry: i64,
    pub(crate) hash: EntryHash,
    pub(crate) at: &'a str,
    pub(crate) till_no: i64,
    /// The till whose sale a refund, a void or an assignment is about.
    pub(crate) sale_till_no: i64,
}

/// The rows of one entry. Where there is a claim that is taken already, the entry counts for nothing:
/// its sale is here by another way.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Projection {
    pub(crate) claim: Option<Row>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) fn project(place: Place<'_>, body: &Body) -> Projection {
    match try_project(place, body) {
        Ok(projection) => projection,
        Err(senseless) => oddity(place, body.kind(), senseless.code(), &senseless.to_string()),
    }
}

fn oddity(place: Place<'_>, kind: &str, code: &str, reason: &str) -> Projection {
    plain(vec![row!(Oddities: place.entry, kind, code, reason)])
}

fn plain(rows: Vec<Row>) -> Projection {
    Projection { claim: None, rows }
}

fn try_project(place: Place<'_>, body: &Body) -> Result<Projection, Senseless> {
    let hash = || crate::rows::Value::Blob(place.hash.to_bytes().to_vec());
    Ok(match body {
        // The store itself keeps chains; these two tell nothing else.
        Body::ChainOpened(_) | Body::ClockJumped(_) | Body::ReceiptReprinted(_) => Projection::default(),
        Body::NodeEnrolled(node) => plain(vec![row!(Nodes:
            node.node.as_str(), node.public_key.as_str(), node.kind.as_str(), node.outlet.clone(), place.entry)]),
        Body::NodeRevoked(node) => plain(vec![row!(RevokedNodes:
            node.node.as_str(), node.public_key.as_str(), place.entry)]),
        Body::OutletPut(put) => plain(vec![row!(Outlets:
            put.code.as_str(), put.revision, hash(), put.kind.as_str(), put.name.as_str(), json(put))]),
        Body::SettingPut(put) => plain(vec![
            row!(Settings: put.name.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::StaffPut(put) => plain(vec![
            row!(Staff: put.code.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::BuyerPut(put) => plain(vec![
            row!(Buyers: put.code.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::PartyPut(put) => plain(vec![row!(Parties:
            put.code.as_str(), put.revision, hash(), put.kind.as_str(), put.village.as_str(), json(put))]),
        Body::ProductPut(put) => plain(vec![row!(Products:
            put.code.as_str(), put.revision, hash(), put.name.as_str(), put.unit.as_str(), i64::from(put.own),
            json(put))]),
        Body::LotReceived(put) => {
            let mut rows = vec![lot(put, hash())?];
            rows.push(row!(LotReceipts: put.code.as_str(), place.till_no, place.entry));
            plain(rows)
        }
        Body::LotRevised(put) => plain(vec![lot(put, hash())?]),
        Body::ShiftOpened(shift) => plain(vec![shift_opened(place, shift)]),
        Body::ShiftClosed(shift) => plain(vec![shift_closed(place, shift)]),
        Body::SaleRecorded(sale) => {
            sense::sale(sale)?;
            sale_rows(place, sale)?
        }
        Body::RefundRecorded(refund) => refund_rows(place, refund, None)?,
        Body::SaleVoided(void) => refund_rows(place, &void.refund, Some(&void.reason))?,
        Body::LotAssigned(assigned) => assigned_rows(place, assigned)?,
        Body::Unknown { kind } => oddity(place, kind, "unknown_kind", ""),
        Body::Bad { kind, reason } => oddity(place, kind, "bad_body", reason),
    })
}

/// The facts as JSON again: a column to read them back from.
fn json(facts: &impl Serialize) -> String {
    // These shapes have nothing that JSON cannot write.
    serde_json::to_string(facts).unwrap_or_default()
}

fn lot(put: &LotPut, hash: crate::rows::Value) -> Result<Row, Senseless> {
    let received = sense::lot(put)?;
    Ok(
        row!(Lots: put.code.as_str(), put.revision, hash, put.revision_hash(), put.product.as_str(), received,
        put.priority, json(put)),
    )
}

fn shift_opened(place: Place<'_>, shift: &ShiftOpened) -> Row {
    row!(Shifts: place.till_no, shift.id.as_str(), place.entry, shift.outlet.as_str(),
        shift.business_date.as_str(), shift.staff.as_str(), shift.float, place.at)
}

fn shift_closed(place: Place<'_>, shift: &ShiftClosed) -> Row {
    let sales = i64::try_from(shift.figures.sales).unwrap_or(i64::MAX);
    row!(ShiftCloses: place.till_no, shift.id.as_str(), place.entry, place.at, shift.counted,
        shift.figures.cash_expected, sales, shift.figures.net)
}

/// Sums of one entry by some key, before they are added to the day's.
#[derive(Default, Clone, Copy)]
struct Sums {
    sold: i64,
    returned: i64,
    wasted: i64,
    gross: i64,
    discount: i64,
    refunded: i64,
    net: i64,
    payable: i64,
    fund: i64,
    margin: i64,
    unassigned: i64,
}

impl Sums {
    /// `sign` is 1 for what is sold, −1 for what is given back.
    fn add_figures(&mut self, sign: i64, lot: Option<&str>, figures: [i64; 4]) {
        let [net, fund, payable, margin] = figures;
        self.net += sign * net;
        self.fund += sign * fund;
        self.payable += sign * payable;
        self.margin += sign * margin;
        if lot.is_none() {
            self.unassigned += sign * net;
        }
    }
}

/// Under what the sums of an entry count.
#[derive(Clone, Copy)]
struct Day<'a> {
    business_date: &'a str,
    outlet: &'a str,
    channel: &'a str,
}

/// How often the entry counts, beside its money.
#[derive(Default, Clone, Copy)]
struct Counts {
    sales: i64,
    refunds: i64,
    voids: i64,
}

/// What an entry adds to the day sums, gathered by product, lot and party.
#[derive(Default)]
struct Gathered<'a> {
    all: Sums,
    products: BTreeMap<&'a str, Sums>,
    lots: BTreeMap<(&'a str, &'a str), Sums>,
    parties: BTreeMap<&'a str, (i64, i64)>,
    shares: Vec<Row>,
}

impl<'a> Gathered<'a> {
    fn share(
        &mut self,
        sign: i64,
        till_no: i64,
        day: Day<'_>,
        (lot, revision): (&str, &str),
        shares: &'a [ShareOfDraw],
    ) {
        for (share, ShareOfDraw(party, attributed, due)) in (1i64..).zip(shares) {
            if *attributed == 0 && *due == 0 {
                continue;
            }
            let (attributed, due) = (sign * attributed, sign * due);
            self.shares.push(
                row!(LotShareDays: till_no, lot, revision, day.business_date, day.outlet, day.channel,
                share, party.as_str(), attributed, due),
            );
            let sums = self.parties.entry(party).or_default();
            sums.0 += attributed;
            sums.1 += due;
        }
    }

    fn rows(self, place: Place<'_>, day: Day<'_>, counts: Counts) -> impl Iterator<Item = Row> {
        let Day {
            business_date,
            outlet,
            channel,
        } = day;
        let Counts {
            sales,
            refunds,
            voids,
        } = counts;
        let all = self.all;
        let mut rows = vec![
            row!(SaleDays: business_date, outlet, channel, place.till_no, sales, refunds, voids,
            all.gross, all.discount, all.refunded, all.net, all.payable, all.fund, all.margin, all.unassigned),
        ];
        for (product, sums) in self.products {
            rows.push(
                row!(ProductDays: business_date, outlet, channel, product, sales, refunds, sums.sold,
                sums.returned, sums.gross, sums.discount, sums.refunded, sums.net, sums.payable, sums.fund,
                sums.margin, sums.unassigned),
            );
        }
        for ((lot, revision), sums) in self.lots {
            rows.push(
                row!(LotDays: place.sale_till_no, lot, revision, business_date, outlet, channel, sums.sold,
                sums.returned, sums.wasted, sums.net, sums.payable),
            );
        }
        for (party, (attributed, due)) in self.parties {
            rows.push(row!(PartyDays: business_date, outlet, channel, party, sales, attributed, due));
        }
        rows.into_iter().chain(self.shares)
    }
}

fn sale_rows(place: Place<'_>, sale: &SaleRecorded) -> Result<Projection, Senseless> {
    let day = Day {
        business_date: &sale.business_date,
        outlet: &sale.outlet,
        channel: &sale.channel,
    };
    let (prefix, running) = receipt_number(&sale.number)?;
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(Sales: place.entry, place.till_no, sale.id.as_str(), sale.number.as_str(), place.at,
            sale.business_date.as_str(), sale.outlet.as_str(), sale.shift.as_str(), sale.cashier.as_str(),
            sale.channel.as_str(), sale.gross, sale.discount, sale.rounding, sale.total, sale.change),
    ];
    let mut gathered = Gathered::default();
    gathered.all.gross = sale.gross;
    gathered.all.discount = sale.discount;
    for (line_number, line) in (1i64..).zip(&sale.lines) {
        let sold = quantity(&line.qty)?;
        let discount = line.gross - line.net;
        rows.push(
            row!(Lines: place.entry, line_number, line.product.as_str(), sold, line.price, line.gross,
            discount, line.net),
        );
        let product = gathered.products.entry(&line.product).or_default();
        product.sold += sold;
        product.gross += line.gross;
        product.discount += discount;
        for (draw_number, draw) in (1i64..).zip(&line.draws) {
            rows.push(draw_row(
                place,
                &sale.id,
                &line.product,
                [line_number, draw_number],
                draw,
                None,
            )?);
            let figures = [draw.net, draw.fund, draw.payable, draw.margin];
            let lot = draw.lot.as_deref();
            gathered.all.add_figures(1, lot, figures);
            gathered
                .products
                .entry(&line.product)
                .or_default()
                .add_figures(1, lot, figures);
            if let (Some(lot), Some(revision)) = (lot, draw.revision.as_deref()) {
                let sums = gathered.lots.entry((lot, revision)).or_default();
                sums.sold += quantity(&draw.qty)?;
                sums.add_figures(1, Some(lot), figures);
                gathered.share(1, place.till_no, day, (lot, revision), &draw.shares);
            }
        }
    }
    let mut changes = change_by_tender(sale).into_iter();
    for (tender_number, tender) in (1i64..).zip(&sale.tenders) {
        rows.push(
            row!(Tenders: place.entry, tender_number, tender.kind.as_str(), tender.fen,
            tender.reference.clone(), tender.collected_by.clone()),
        );
        let change = changes.next().unwrap_or_default();
        rows.push(
            row!(TenderDays: day.business_date, day.outlet, day.channel, tender.kind.as_str(),
            tender.collected_by.clone().unwrap_or_default(), 1i64, tender.fen - change, 0i64),
        );
    }
    let counts = Counts {
        sales: 1,
        ..Counts::default()
    };
    rows.extend(gathered.rows(place, day, counts));
    let claim = row!(Requests: sale.id.as_str(), place.till_no, place.entry, sale.request.as_str());
    Ok(Projection {
        claim: Some(claim),
        rows,
    })
}

/// Only cash gives change: the operator's own first, then what others took, each as far as it goes.
fn change_by_tender(sale: &SaleRecorded) -> Vec<i64> {
    let mut changes = vec![0; sale.tenders.len()];
    let mut left = sale.change;
    for own in [true, false] {
        for (tender, change) in sale.tenders.iter().zip(&mut changes) {
            if tender.kind == "cash" && tender.collected_by.is_none() == own {
                *change = tender.fen.min(left);
                left -= *change;
            }
        }
    }
    changes
}

fn draw_row(
    place: Place<'_>,
    sale: &str,
    product: &str,
    [line, draw]: [i64; 2],
    fact: &DrawFact,
    takes_place_of: Option<i64>,
) -> Result<Row, Senseless> {
    Ok(
        row!(Draws: place.sale_till_no, sale, line, draw, place.entry, product, fact.lot.clone(),
        fact.revision.clone(), quantity(&fact.qty)?, fact.net, fact.base, fact.fund, fact.payable, fact.margin,
        takes_place_of),
    )
}

fn refund_rows(
    place: Place<'_>,
    refund: &RefundRecorded,
    void_reason: Option<&str>,
) -> Result<Projection, Senseless> {
    sense::refund(refund)?;
    let day = Day {
        business_date: &refund.business_date,
        outlet: &refund.sale_outlet,
        channel: &refund.sale_channel,
    };
    let (prefix, running) = receipt_number(&refund.number)?;
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(Refunds: place.entry, place.till_no, refund.id.as_str(), refund.number.as_str(), place.at,
            refund.business_date.as_str(), refund.outlet.as_str(), refund.shift.as_str(), refund.cashier.as_str(),
            place.sale_till_no, refund.sale.as_str(), refund.total, i64::from(void_reason.is_some()),
            void_reason.unwrap_or_default()),
    ];
    let mut gathered = Gathered::default();
    gathered.all.refunded = refund.total;
    for (item, line) in (1i64..).zip(&refund.lines) {
        let product = gathered.products.entry(&line.product).or_default();
        product.returned += quantity(&line.qty)?;
        product.refunded += line.net;
        for draw in &line.draws {
            let returned = quantity(&draw.qty)?;
            rows.push(
                row!(RefundDraws: place.sale_till_no, refund.sale.as_str(), line.line, draw.draw, place.entry,
                item, returned, draw.net, draw.fund, draw.payable),
            );
            let figures = [draw.net, draw.fund, draw.payable, draw.margin];
            let lot = draw.lot.as_deref();
            gathered.all.add_figures(-1, lot, figures);
            gathered
                .products
                .entry(&line.product)
                .or_default()
                .add_figures(-1, lot, figures);
            if let (Some(lot), Some(revision)) = (lot, draw.revision.as_deref()) {
                let sums = gathered.lots.entry((lot, revision)).or_default();
                sums.returned += returned;
                sums.wasted += if line.restock { 0 } else { returned };
                sums.add_figures(-1, Some(lot), figures);
                gathered.share(-1, place.sale_till_no, day, (lot, revision), &draw.shares);
            }
        }
    }
    for (tender_number, tender) in (1i64..).zip(&refund.tenders) {
        rows.push(
            row!(Tenders: place.entry, tender_number, tender.kind.as_str(), tender.fen,
            tender.reference.clone(), tender.collected_by.clone()),
        );
        rows.push(
            row!(TenderDays: day.business_date, day.outlet, day.channel, tender.kind.as_str(),
            tender.collected_by.clone().unwrap_or_default(), 0i64, 0i64, tender.fen),
        );
    }
    let (refunds, voids) = if void_reason.is_some() { (0, 1) } else { (1, 0) };
    rows.extend(gathered.rows(
        place,
        day,
        Counts {
            sales: 0,
            refunds,
            voids,
        },
    ));
    let claim = row!(Requests: refund.id.as_str(), place.till_no, place.entry, refund.request.as_str());
    Ok(Projection {
        claim: Some(claim),
        rows,
    })
}

/// The draw moves from unassigned to its lot: net and fund stay, payable and margin change.
fn assigned_rows(place: Place<'_>, assigned: &LotAssigned) -> Result<Projection, Senseless> {
    sense::assignment(assigned)?;
    let fact = &assigned.fact;
    let day = Day {
        business_date: &assigned.sale_business_date,
        outlet: &assigned.sale_outlet,
        channel: &assigned.sale_channel,
    };
    let numbers = [i64::from(assigned.line), i64::from(assigned.draw)];
    let draw = draw_row(
        place,
        &assigned.sale,
        &assigned.product,
        numbers,
        fact,
        Some(i64::from(assigned.from_draw)),
    )?;
    let moved = Sums {
        payable: fact.payable,
        margin: -fact.payable,
        unassigned: -fact.net,
        ..Sums::default()
    };
    let mut gathered = Gathered {
        all: moved,
        ..Gathered::default()
    };
    gathered.products.insert(&assigned.product, moved);
    if let (Some(lot), Some(revision)) = (fact.lot.as_deref(), fact.revision.as_deref()) {
        let sums = gathered.lots.entry((lot, revision)).or_default();
        sums.sold = quantity(&fact.qty)?;
        sums.add_figures(1, Some(lot), [fact.net, fact.fund, fact.payable, fact.margin]);
        gathered.share(1, place.sale_till_no, day, (lot, revision), &fact.shares);
    }
    // The sale was counted when it was made; for these parties it is a sale from now on.
    let one_more = assigned.new_parties.iter().map(
        |party| row!(PartyDays: day.business_date, day.outlet, day.channel, party.as_str(), 1i64, 0i64, 0i64),
    );
    let rows = gathered
        .rows(place, day, Counts::default())
        .chain(one_more)
        .collect();
    // Of several assignments of one draw the first counts: the draw's own row is the claim.
    Ok(Projection {
        claim: Some(draw),
        rows,
    })
}
