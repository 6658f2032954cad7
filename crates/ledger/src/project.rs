//! From an entry to rows: from the entry alone, whatever came before it. Only the store's own small
//! numbers are asked for.

mod day_sums;
mod passes;

use self::day_sums::{Counts, Gathered, Sums};
use crate::numbers::{Day, Numbering};
use crate::rows::{AddSums, Row, add_sums, row};
use crate::sense::{self, Senseless, quantity, receipt_number};
use crate::store::StoreError;
use crate::together::SaleKey;
use jishi_domain::{LotCode, TenderKind};
use jishi_journal::EntryHash;
use jishi_journal::body::{
    Body, CashDirection, CashMoved, DrawMoved, DrawerOpened, LotAssigned, LotPut, RefundDrawFact,
    RefundRecorded, RefundSeen, RefundedWithoutSale, SaleRecorded, ShiftClosed, ShiftOpened, TenderFact,
};
use serde::Serialize;

/// Where an entry stands in this store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) entry: i64,
    pub(crate) hash: EntryHash,
    pub(crate) at: &'a str,
    pub(crate) till_no: i64,
}

/// The rows of one entry, but for its sums. Where there is a claim that is taken already, the entry counts for
/// nothing: its sale is here by another way.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Projection {
    pub(crate) claim: Option<Row>,
    pub(crate) rows: Vec<Row>,
    /// What is told of the entry whether it counts or not: never taken out again.
    pub(crate) stands: Vec<Row>,
    /// The sale that was given back or assigned.
    pub(crate) of_sale: Option<SaleKey>,
}

/// What an entry adds to sums goes to `sums`, once nothing can go wrong any more.
pub(crate) fn project(
    place: Place<'_>,
    body: &Body,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, StoreError> {
    told(place, body, try_project(place, body, numbers, sums))
}

/// The same of a refund of which not all counts as it is recorded: `counted` are the draws that do, one list for each
/// line.
pub(crate) fn project_counted(
    place: Place<'_>,
    body: &Body,
    counted: &[Vec<RefundDrawFact>],
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, StoreError> {
    let projected = match body {
        Body::RefundRecorded(refund) => refund_rows(place, (refund, None), Some(counted), numbers, sums),
        Body::SaleVoided(void) => {
            let voided = (&void.refund, Some(void.reason.as_str()));
            refund_rows(place, voided, Some(counted), numbers, sums)
        }
        _ => try_project(place, body, numbers, sums),
    };
    told(place, body, projected)
}

fn told(
    place: Place<'_>,
    body: &Body,
    projected: Result<Projection, NotProjected>,
) -> Result<Projection, StoreError> {
    match projected {
        Ok(projection) => Ok(projection),
        Err(NotProjected::Senseless(senseless)) => Ok(oddity(
            place,
            body.kind(),
            senseless.code(),
            &senseless.to_string(),
        )),
        Err(NotProjected::Store(error)) => Err(error),
    }
}

enum NotProjected {
    Senseless(Senseless),
    Store(StoreError),
}

impl From<Senseless> for NotProjected {
    fn from(senseless: Senseless) -> NotProjected {
        NotProjected::Senseless(senseless)
    }
}

impl From<StoreError> for NotProjected {
    fn from(error: StoreError) -> NotProjected {
        NotProjected::Store(error)
    }
}

fn oddity(place: Place<'_>, kind: &str, code: &str, reason: &str) -> Projection {
    plain(vec![row!(Oddities: place.entry, kind, code, reason)])
}

fn plain(rows: Vec<Row>) -> Projection {
    Projection {
        rows,
        ..Projection::default()
    }
}

fn claiming(claim: Row, rows: Vec<Row>) -> Projection {
    Projection {
        claim: Some(claim),
        rows,
        ..Projection::default()
    }
}

/// A copied or restored till closes a shift that the other has closed as well: the row itself is the claim, or which of
/// the two stands would depend on which came first.
fn claimed(row: Row) -> Projection {
    claiming(row, Vec::new())
}

fn try_project(
    place: Place<'_>,
    body: &Body,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    let hash = || crate::rows::Value::Blob(place.hash.to_bytes().to_vec());
    Ok(match body {
        // The store itself keeps chains; these two tell nothing else.
        Body::ChainOpened(_) | Body::ClockJumped(_) | Body::ReceiptReprinted(_) => Projection::default(),
        Body::NodeEnrolled(node) => plain(vec![row!(Nodes:
            place.entry, node.node.as_str(), node.public_key.as_str(), node.kind.as_str(), node.outlet.clone(),
            node.organisation.clone(), node.instead_of.clone())]),
        Body::NodeRevoked(node) => plain(vec![row!(RevokedNodes:
            place.entry, node.node.as_str(), node.public_key.as_str())]),
        Body::KeyHandedOver(handed) => plain(vec![row!(HandedKeys: place.entry, handed.public_key.as_str())]),
        Body::OrganisationPut(put) => plain(vec![row!(Organisations:
            place.entry, put.code.as_str(), put.revision, hash(), put.level.as_str(), put.name.as_str(),
            put.parent.clone())]),
        Body::OutletPut(put) => {
            let mut rows = vec![row!(Outlets:
                put.code.as_str(), put.revision, hash(), put.kind.as_str(), put.name.as_str(), json(put))];
            if let Some(organisation) = &put.organisation {
                rows.push(row!(OutletPlaces:
                    place.entry, put.code.as_str(), put.revision, hash(), organisation.as_str()));
            }
            plain(rows)
        }
        Body::SettingPut(put) => plain(vec![
            row!(Settings: put.name.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::StaffPut(put) => plain(vec![
            row!(Staff: put.code.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::StaffSignedIn(sign) => plain(vec![row!(StaffSigns:
            place.entry, place.till_no, sign.staff.as_str(), 1i64, sign.role.as_str(), place.at)]),
        Body::StaffSignedOut(sign) => plain(vec![row!(StaffSigns:
            place.entry, place.till_no, sign.staff.as_str(), 0i64, sign.reason.as_str(), place.at)]),
        Body::BuyerPut(put) => plain(vec![
            row!(Buyers: put.code.as_str(), put.revision, hash(), json(put)),
        ]),
        Body::PartyPut(put) => plain(vec![row!(Parties:
            put.code.as_str(), put.revision, hash(), put.kind.as_str(), put.village.as_str(), json(put))]),
        Body::ProductPut(put) => plain(vec![row!(Products:
            put.code.as_str(), put.revision, hash(), put.name.as_str(), put.unit.as_str(), i64::from(put.own),
            json(put))]),
        Body::PricePut(put) => {
            sense::price(put)?;
            plain(vec![
                row!(Prices: put.outlet.as_str(), put.product.as_str(), put.revision, hash(), put.price,
                put.lowest_price),
            ])
        }
        Body::LotReceived(put) => {
            let mut rows = vec![lot(put, hash())?];
            rows.push(row!(LotReceipts: put.code.as_str(), place.till_no, place.entry));
            plain(rows)
        }
        Body::LotRevised(put) => plain(vec![lot(put, hash())?]),
        Body::LotAllotted(allotted) => plain(vec![row!(LotAllotments:
            place.entry, allotted.lot.as_str(), place.till_no, allotted.public_key.as_str(), allotted.node.as_str(),
            sense::allotted(allotted)?)]),
        Body::LotGivenBack(given) => Projection {
            claim: Some(row!(Requests: given.id.as_str(), place.till_no, place.entry)),
            rows: vec![row!(LotGivebacks:
                place.entry, given.lot.as_str(), place.till_no, given.server.as_str(), sense::given_back(given)?)],
            ..Projection::default()
        },
        Body::ShiftOpened(shift) => claimed(shift_opened(place, shift)),
        Body::ShiftClosed(shift) => claimed(shift_closed(place, shift)),
        Body::CashMoved(moved) => {
            sense::cash_moved(moved)?;
            cash_moved(place, moved)
        }
        Body::DrawerOpened(opened) => drawer_opened(place, opened),
        Body::SaleRecorded(sale) => {
            sense::sale(sale)?;
            sale_rows(place, sale, numbers, sums)?
        }
        Body::RefundRecorded(refund) => refund_rows(place, (refund, None), None, numbers, sums)?,
        Body::SaleVoided(void) => {
            let voided = (&void.refund, Some(void.reason.as_str()));
            refund_rows(place, voided, None, numbers, sums)?
        }
        Body::RefundedWithoutSale(refund) => without_sale_rows(place, refund, numbers, sums)?,
        Body::RefundSeen(seen) => refund_seen_rows(place, seen, numbers, sums)?,
        Body::LotAssigned(assigned) => assigned_rows(place, assigned, numbers, sums)?,
        Body::DrawMoved(moved) => moved_rows(place, moved, numbers, sums)?,
        Body::VouchersSold(sold) => passes::sold(place, sold, numbers, sums)?,
        Body::VouchersReturned(returned) => passes::returned(place, returned, numbers, sums)?,
        Body::TicketRedeemed(ticket) => passes::redeemed(place, ticket, numbers)?,
        Body::IssuerPut(put) => plain(vec![row!(Issuers:
            put.code.as_str(), put.revision, hash(), put.public_key.as_str())]),
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

fn cash_moved(place: Place<'_>, moved: &CashMoved) -> Projection {
    let (in_fen, out_fen) = match moved.direction {
        CashDirection::In => (moved.fen, 0),
        CashDirection::Out => (0, moved.fen),
    };
    let row = row!(CashMoves: place.entry, place.till_no, moved.id.as_str(), moved.shift.as_str(), place.at,
        moved.staff.as_str(), in_fen, out_fen, moved.reason.as_str());
    claiming(
        row!(Requests: moved.id.as_str(), place.till_no, place.entry),
        vec![row],
    )
}

fn drawer_opened(place: Place<'_>, opened: &DrawerOpened) -> Projection {
    let row = row!(DrawerOpenings: place.entry, place.till_no, opened.id.as_str(), opened.shift.as_str(), place.at,
        opened.staff.as_str(), opened.reason.as_str());
    claiming(
        row!(Requests: opened.id.as_str(), place.till_no, place.entry),
        vec![row],
    )
}

/// The number of a draw's source; none where it was unassigned.
fn source_no(
    lot: Option<&str>,
    revision: Option<&str>,
    numbers: &impl Numbering,
) -> Result<Option<i64>, StoreError> {
    lot.map(|lot| numbers.revision_no(lot, revision.unwrap_or_default()))
        .transpose()
}

fn sale_rows(
    place: Place<'_>,
    sale: &SaleRecorded,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    let (prefix, running) = receipt_number(&sale.number)?;
    let day_no = numbers.day_no(Day {
        business_date: &sale.business_date,
        outlet: &sale.outlet,
        channel: &sale.channel,
    })?;
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(Sales: place.entry, place.till_no, sale.id.as_str(), sale.number.as_str(), place.at, day_no,
            sale.shift.as_str(), sale.cashier.as_str(), sale.gross, sale.discount, sale.rounding, sale.total,
            sale.change, sale.buyer.clone(), sale.note.clone()),
    ];
    let mut gathered = Gathered::new(day_no, place.till_no);
    gathered.all.gross = sale.gross;
    gathered.all.discount = sale.discount;
    for (line_number, line) in (1i64..).zip(&sale.lines) {
        let sold = quantity(&line.qty)?;
        let discount = line.gross - line.net;
        rows.push(
            row!(Lines: place.entry, line_number, line.product.as_str(), sold, line.price, line.gross,
            discount, line.net),
        );
        let product = gathered.product(&line.product);
        product.sold += sold;
        product.gross += line.gross;
        product.discount += discount;
        if let Some(party) = &line.said_of {
            rows.push(row!(LinesSaid: place.entry, line_number, party.as_str()));
        }
        gathered.stall(
            line.stall.as_ref(),
            Sums {
                gross: line.gross,
                discount,
                net: line.net,
                ..Sums::default()
            },
        );
        for (draw_number, draw) in (1i64..).zip(&line.draws) {
            let drawn = quantity(&draw.qty)?;
            let lot = draw.lot.as_deref();
            let revision_no = source_no(lot, draw.revision.as_deref(), numbers)?;
            rows.push(
                row!(Draws: place.entry, line_number, draw_number, revision_no, drawn, draw.net, draw.base,
                draw.fund, draw.payable, draw.margin),
            );
            let figures = [draw.net, draw.fund, draw.payable, draw.margin];
            gathered.all.add_figures(1, lot, figures);
            gathered.product(&line.product).add_figures(1, lot, figures);
            if let (Some(revision_no), true) = (revision_no, draw.revision.is_some()) {
                let lot_sums = gathered.lot(revision_no);
                lot_sums.sold += drawn;
                lot_sums.add_figures(1, lot, figures);
                gathered.share(1, revision_no, &draw.shares);
            }
        }
    }
    rows.extend(tender_rows(place, &sale.tenders));
    if let Some(buyer) = &sale.buyer {
        // Goods that were taken on account and exchanged are owed for still, under the sale they paid for.
        let on_account = sale
            .tenders
            .iter()
            .filter(|tender| tender.money_kind() == "account");
        let fen: i64 = on_account.map(|tender| tender.fen).sum();
        if fen > 0 {
            rows.push(row!(AccountSales: place.entry, place.till_no, sale.id.as_str(), buyer.as_str(), fen));
        }
    }
    if let Some(paid) = sale.kiosk {
        rows.push(row!(KioskSales: place.entry, place.till_no, sale.shift.as_str(), paid.code(), sale.total));
    }
    let counts = Counts {
        sales: 1,
        ..Counts::default()
    };
    rows.extend(passes::of_sale(place, sale, day_no));
    gathered.add_to(sums, place.till_no, counts);
    add_tenders_taken(sums, day_no, &sale.tenders, sale.change);
    let claim = row!(Requests: sale.id.as_str(), place.till_no, place.entry);
    Ok(claiming(claim, rows))
}

/// What was paid by a code stays unverified until a bill shows it.
fn unverified(tender: &TenderFact) -> i64 {
    match TenderKind::from_code(&tender.kind) {
        Some(kind) if kind.is_paid_by_code() => tender.fen,
        _ => 0,
    }
}

/// How it was paid, or how money went back.
fn tender_rows(place: Place<'_>, tenders: &[TenderFact]) -> impl Iterator<Item = Row> {
    (1i64..).zip(tenders).map(move |(tender_number, tender)| {
        row!(Tenders: place.entry, tender_number, tender.kind.as_str(), tender.fen,
            tender.reference.clone(), tender.collected_by.clone(), tender.stands_for.clone())
    })
}

fn add_tenders_taken(sums: &mut impl AddSums, day_no: i64, tenders: &[TenderFact], change: i64) {
    for (tender, change) in tenders.iter().zip(change_by_tender(tenders, change)) {
        add_sums!(sums, TenderDays: day_no, tender.kind.as_str(), tender.collected_by.as_deref().unwrap_or_default()
            => 1, tender.fen - change, 0, unverified(tender), 0);
    }
}

/// What a platform has to give back waits until a bill shows it.
fn add_tenders_back(sums: &mut impl AddSums, day_no: i64, tenders: &[TenderFact]) {
    for tender in tenders {
        let later = TenderKind::from_code(&tender.kind).is_some_and(TenderKind::goes_back_later);
        let waiting = if later { tender.fen } else { 0 };
        add_sums!(sums, TenderDays: day_no, tender.kind.as_str(), tender.collected_by.as_deref().unwrap_or_default()
            => 0, 0, tender.fen, 0, waiting);
    }
}

/// Only cash gives change: the operator's own first, then what others took, each as far as it goes.
fn change_by_tender(tenders: &[TenderFact], change: i64) -> Vec<i64> {
    let mut changes = vec![0; tenders.len()];
    let mut left = change;
    for own in [true, false] {
        for (tender, change) in tenders.iter().zip(&mut changes) {
            if tender.kind == "cash" && tender.collected_by.is_none() == own {
                *change = tender.fen.min(left);
                left -= *change;
            }
        }
    }
    changes
}

/// The money went out as it is recorded. What of it does not count is the operator's, in margin.
fn refund_rows(
    place: Place<'_>,
    (refund, void_reason): (&RefundRecorded, Option<&str>),
    counted: Option<&[Vec<RefundDrawFact>]>,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::refund(refund)?;
    let (prefix, running) = receipt_number(&refund.number)?;
    let sale_till_no = numbers.till_no(&refund.sale_origin)?;
    let day_no = numbers.day_no(Day {
        business_date: &refund.business_date,
        outlet: &refund.sale_outlet,
        channel: &refund.sale_channel,
    })?;
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(Refunds: place.entry, place.till_no, refund.id.as_str(), refund.number.as_str(), place.at,
            refund.business_date.as_str(), refund.outlet.as_str(), refund.shift.as_str(), refund.cashier.as_str(),
            sale_till_no, refund.sale.as_str(), refund.total, i64::from(void_reason.is_some()),
            void_reason.unwrap_or_default()),
    ];
    let mut gathered = Gathered::new(day_no, sale_till_no);
    gathered.all.refunded = refund.total;
    let mut counted_lines = counted.map(<[_]>::iter);
    for (item, line) in (1i64..).zip(&refund.lines) {
        let draws = match &mut counted_lines {
            Some(counted) => counted.next().map_or(&[][..], Vec::as_slice),
            None => &line.draws,
        };
        let mut beyond = (quantity(&line.qty)?, line.net);
        for draw in draws {
            let returned = quantity(&draw.qty)?;
            beyond = (beyond.0 - returned, beyond.1 - draw.net);
            let lot = draw.lot.as_deref();
            let revision_no = source_no(lot, draw.revision.as_deref(), numbers)?;
            rows.push(
                row!(RefundDraws: sale_till_no, refund.sale.as_str(), line.line, draw.draw, place.entry,
                item, revision_no, returned, draw.net, draw.fund, draw.payable),
            );
            let figures = [draw.net, draw.fund, draw.payable, draw.margin];
            gathered.all.add_figures(-1, lot, figures);
            gathered.product(&line.product).add_figures(-1, lot, figures);
            if let (Some(revision_no), true) = (revision_no, draw.revision.is_some()) {
                let lot_sums = gathered.lot(revision_no);
                lot_sums.returned += returned;
                lot_sums.wasted += if line.restock { 0 } else { returned };
                lot_sums.add_figures(-1, lot, figures);
                gathered.share(-1, revision_no, &draw.shares);
            }
        }
        let (goods_beyond, money_beyond) = beyond;
        let product = gathered.product(&line.product);
        product.returned += quantity(&line.qty)? - goods_beyond;
        product.refunded += line.net;
        gathered.stall(
            line.stall.as_ref(),
            Sums {
                refunded: line.net - money_beyond,
                net: money_beyond - line.net,
                ..Sums::default()
            },
        );
        if beyond != (0, 0) {
            let loss = [money_beyond, 0, 0, money_beyond];
            gathered.all.add_figures(-1, Some(LotCode::OWN), loss);
            gathered
                .product(&line.product)
                .add_figures(-1, Some(LotCode::OWN), loss);
            rows.push(
                row!(RefundExcess: sale_till_no, refund.sale.as_str(), line.line, place.entry, item,
                line.product.as_str(), goods_beyond, money_beyond),
            );
        }
    }
    rows.extend(tender_rows(place, &refund.tenders));
    let (refunds, voids) = if void_reason.is_some() { (0, 1) } else { (1, 0) };
    let counts = Counts {
        sales: 0,
        refunds,
        voids,
    };
    rows.extend(passes::of_refund(place, refund, day_no));
    gathered.add_to(sums, place.till_no, counts);
    add_tenders_back(sums, day_no, &refund.tenders);
    let claim = row!(Requests: refund.id.as_str(), place.till_no, place.entry);
    Ok(Projection {
        claim: Some(claim),
        rows,
        stands: Vec::new(),
        of_sale: SaleKey::of(sale_till_no, &refund.sale),
    })
}

/// A refund that names no sale: all of it comes out of the operator's margin.
fn without_sale_rows(
    place: Place<'_>,
    refund: &RefundedWithoutSale,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::without_sale(refund)?;
    let (prefix, running) = receipt_number(&refund.number)?;
    let day_no = numbers.day_no(Day {
        business_date: &refund.business_date,
        outlet: &refund.outlet,
        channel: &refund.channel,
    })?;
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(Refunds: place.entry, place.till_no, refund.id.as_str(), refund.number.as_str(), place.at,
            refund.business_date.as_str(), refund.outlet.as_str(), refund.shift.as_str(), refund.cashier.as_str(),
            place.till_no, "", refund.total, 0i64, refund.reason.as_str()),
    ];
    let mut gathered = Gathered::new(day_no, place.till_no);
    gathered.all.refunded = refund.total;
    for line in &refund.lines {
        let figures = [line.net, 0, 0, line.net];
        gathered.all.add_figures(-1, Some(LotCode::OWN), figures);
        let product = gathered.product(&line.product);
        product.returned += quantity(&line.qty)?;
        product.refunded += line.net;
        product.add_figures(-1, Some(LotCode::OWN), figures);
    }
    rows.extend(tender_rows(place, &refund.tenders));
    let counts = Counts {
        refunds: 1,
        ..Counts::default()
    };
    gathered.add_to(sums, place.till_no, counts);
    add_tenders_back(sums, day_no, &refund.tenders);
    Ok(claiming(
        row!(Requests: refund.id.as_str(), place.till_no, place.entry),
        rows,
    ))
}

/// Of several who saw it the first counts: the row itself is the claim.
fn refund_seen_rows(
    place: Place<'_>,
    seen: &RefundSeen,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::refund_seen(seen)?;
    let till_no = numbers.till_no(&seen.refund_origin)?;
    let day_no = numbers.day_no(Day {
        business_date: &seen.business_date,
        outlet: &seen.outlet,
        channel: &seen.channel,
    })?;
    let claim = row!(RefundsSeen: till_no, seen.refund.as_str(), seen.tender, place.entry, place.at,
        seen.staff.as_str(), seen.reference.as_str());
    add_sums!(sums, TenderDays: day_no, seen.kind.as_str(), seen.collected_by.as_deref().unwrap_or_default()
        => 0, 0, 0, 0, -seen.fen);
    Ok(claiming(claim, Vec::new()))
}

/// The draw moves from unassigned to its lot: net and fund stay, payable and margin change.
fn assigned_rows(
    place: Place<'_>,
    assigned: &LotAssigned,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::assignment(assigned)?;
    let fact = &assigned.fact;
    let drawn = quantity(&fact.qty)?;
    let sale_till_no = numbers.till_no(&assigned.sale_origin)?;
    let day_no = numbers.day_no(Day {
        business_date: &assigned.sale_business_date,
        outlet: &assigned.sale_outlet,
        channel: &assigned.sale_channel,
    })?;
    let (Some(lot), Some(revision)) = (fact.lot.as_deref(), fact.revision.as_deref()) else {
        return Err(Senseless::Source.into());
    };
    let revision_no = numbers.revision_no(lot, revision)?;
    let draw = row!(AssignedDraws: sale_till_no, assigned.sale.as_str(), assigned.line, assigned.draw, place.entry,
        assigned.from_draw, assigned.product.as_str(), revision_no, drawn, fact.net, fact.base, fact.fund,
        fact.payable, fact.margin, None::<i64>, 0i64);
    let moved = Sums {
        payable: fact.payable,
        margin: -fact.payable,
        unassigned: -fact.net,
        ..Sums::default()
    };
    let mut gathered = Gathered::new(day_no, sale_till_no);
    gathered.all = moved;
    *gathered.product(&assigned.product) = moved;
    let lot_sums = gathered.lot(revision_no);
    lot_sums.sold = drawn;
    lot_sums.add_figures(1, Some(lot), [fact.net, fact.fund, fact.payable, fact.margin]);
    gathered.share(1, revision_no, &fact.shares);
    gathered.add_to(sums, place.till_no, Counts::default());
    // The sale was counted when it was made; for these parties it is a sale from now on.
    for party in &assigned.new_parties {
        add_sums!(sums, PartyDays: day_no, party.as_str() => 1, 0, 0);
    }
    // Of several assignments of one draw the first counts: the draw's own row is the claim.
    Ok(handed_over(
        place,
        draw,
        (sale_till_no, &assigned.sale),
        assigned.line,
        &assigned.product,
    ))
}

/// The draw goes from one lot to another: net and fund stay, payable and margin change. Of several moves, or
/// assignments, that make the same draw of a line the one with the smallest hash counts.
fn moved_rows(
    place: Place<'_>,
    moved: &DrawMoved,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::moved(moved)?;
    let DrawMoved { back, fact, .. } = moved;
    let drawn = quantity(&fact.qty)?;
    let sale_till_no = numbers.till_no(&moved.sale_origin)?;
    let day_no = numbers.day_no(Day {
        business_date: &moved.sale_business_date,
        outlet: &moved.sale_outlet,
        channel: &moved.sale_channel,
    })?;
    let revision = |lot: &Option<String>, revision: &Option<String>| match (lot, revision) {
        (Some(lot), Some(revision)) => Ok(numbers.revision_no(lot, revision)?),
        _ => Err(NotProjected::Senseless(Senseless::Source)),
    };
    let from_no = revision(&back.lot, &back.revision)?;
    let to_no = revision(&fact.lot, &fact.revision)?;
    let draw = row!(AssignedDraws: sale_till_no, moved.sale.as_str(), moved.line, moved.draw, place.entry,
        back.draw, moved.product.as_str(), to_no, drawn, fact.net, fact.base, fact.fund, fact.payable, fact.margin,
        from_no, back.payable);
    let changed = Sums {
        payable: fact.payable - back.payable,
        margin: fact.margin - back.margin,
        ..Sums::default()
    };
    let mut gathered = Gathered::new(day_no, sale_till_no);
    gathered.all = changed;
    *gathered.product(&moved.product) = changed;
    let from = gathered.lot(from_no);
    from.returned = drawn;
    from.add_figures(
        -1,
        back.lot.as_deref(),
        [back.net, back.fund, back.payable, back.margin],
    );
    gathered.share(-1, from_no, &back.shares);
    let to = gathered.lot(to_no);
    to.sold = drawn;
    to.add_figures(
        1,
        fact.lot.as_deref(),
        [fact.net, fact.fund, fact.payable, fact.margin],
    );
    gathered.share(1, to_no, &fact.shares);
    gathered.add_to(sums, place.till_no, Counts::default());
    for party in &moved.new_parties {
        add_sums!(sums, PartyDays: day_no, party.as_str() => 1, 0, 0);
    }
    Ok(handed_over(
        place,
        draw,
        (sale_till_no, &moved.sale),
        moved.line,
        &moved.product,
    ))
}

/// An assignment or a move: it is told of even where it does not count.
fn handed_over(
    place: Place<'_>,
    draw: Row,
    (sale_till_no, sale): (i64, &str),
    line: u32,
    product: &str,
) -> Projection {
    Projection {
        claim: Some(draw),
        rows: Vec::new(),
        stands: vec![row!(Assignments: sale_till_no, sale, place.entry, line, product)],
        of_sale: SaleKey::of(sale_till_no, sale),
    }
}
