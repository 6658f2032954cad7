//! Vouchers and tickets: what was issued, used, and brought back. Each fact is a row of its own, so that a use
//! may arrive before the sale it is of, and two uses of one piece stand beside each other.

use super::{NotProjected, Place, Projection, add_tenders_back, add_tenders_taken, claiming, tender_rows};
use crate::numbers::{Day, Numbering};
use crate::rows::{AddSums, Row, row};
use crate::sense::{self, receipt_number};
use jishi_journal::PassKind;
use jishi_journal::body::{
    PassFact, RefundRecorded, SaleRecorded, TicketRedeemed, VouchersReturned, VouchersSold,
};

/// Where pieces were issued.
struct Issue<'a> {
    place: Place<'a>,
    kind: PassKind,
    number: &'a str,
    day_no: i64,
    product: &'a str,
}

fn issued(issue: &Issue<'_>, pass: &PassFact) -> Row {
    let Issue { place, kind, .. } = issue;
    row!(Passes: pass.id.as_str(), place.entry, kind.code(), place.till_no, issue.number, place.at,
        issue.day_no, issue.product, pass.face, pass.until.clone())
}

/// Money that is owed in goods: it adds to no sale, no household and no product.
pub(super) fn sold(
    place: Place<'_>,
    sold: &VouchersSold,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::passes::sold(sold)?;
    let (prefix, running) = receipt_number(&sold.number)?;
    let day_no = numbers.day_no(Day {
        business_date: &sold.business_date,
        outlet: &sold.outlet,
        channel: &sold.channel,
    })?;
    let pieces: usize = sold.lines.iter().map(|line| line.passes.len()).sum();
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(VoucherSales: place.entry, place.till_no, sold.id.as_str(), sold.number.as_str(), place.at, day_no,
            sold.shift.as_str(), sold.cashier.as_str(), count(pieces), sold.total, sold.change),
    ];
    for line in &sold.lines {
        let issue = Issue {
            place,
            kind: PassKind::Voucher,
            number: &sold.number,
            day_no,
            product: &line.product,
        };
        rows.extend(line.passes.iter().map(|pass| issued(&issue, pass)));
    }
    rows.extend(tender_rows(place, &sold.tenders));
    add_tenders_taken(sums, day_no, &sold.tenders, sold.change);
    Ok(claiming(
        row!(Requests: sold.id.as_str(), place.till_no, place.entry),
        rows,
    ))
}

pub(super) fn returned(
    place: Place<'_>,
    returned: &VouchersReturned,
    numbers: &impl Numbering,
    sums: &mut impl AddSums,
) -> Result<Projection, NotProjected> {
    sense::passes::returned(returned)?;
    let (prefix, running) = receipt_number(&returned.number)?;
    let sale_till_no = numbers.till_no(&returned.sale_origin)?;
    let day_no = numbers.day_no(Day {
        business_date: &returned.business_date,
        outlet: &returned.outlet,
        channel: &returned.channel,
    })?;
    let pieces: usize = returned.lines.iter().map(|line| line.passes.len()).sum();
    let mut rows = vec![
        row!(Receipts: prefix, running, place.till_no, place.entry),
        row!(VoucherReturns: place.entry, place.till_no, returned.id.as_str(), returned.number.as_str(), place.at,
            returned.shift.as_str(), returned.cashier.as_str(), sale_till_no, returned.sale.as_str(),
            count(pieces), returned.total, i64::from(returned.void_reason.is_some())),
    ];
    let back = returned.lines.iter().flat_map(|line| &line.passes);
    rows.extend(back.map(|pass| came_back(place, pass, &returned.number)));
    rows.extend(tender_rows(place, &returned.tenders));
    add_tenders_back(sums, day_no, &returned.tenders);
    Ok(claiming(
        row!(Requests: returned.id.as_str(), place.till_no, place.entry),
        rows,
    ))
}

pub(super) fn redeemed(
    place: Place<'_>,
    ticket: &TicketRedeemed,
    numbers: &impl Numbering,
) -> Result<Projection, NotProjected> {
    sense::passes::redeemed(ticket)?;
    // In no channel: nothing is sold by it.
    let day_no = numbers.day_no(Day {
        business_date: &ticket.business_date,
        outlet: &ticket.outlet,
        channel: "",
    })?;
    let used = row!(PassUses: ticket.pass.as_str(), place.entry, PassKind::Ticket.code(), place.till_no, "",
        place.at, day_no, ticket.face, ticket.face);
    Ok(claiming(
        row!(Requests: ticket.id.as_str(), place.till_no, place.entry),
        vec![used],
    ))
}

/// Tickets that a sale is of, and vouchers that paid for it.
pub(super) fn of_sale(place: Place<'_>, sale: &SaleRecorded, day_no: i64) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in &sale.lines {
        let issue = Issue {
            place,
            kind: PassKind::Ticket,
            number: &sale.number,
            day_no,
            product: &line.product,
        };
        rows.extend(line.passes.iter().map(|pass| issued(&issue, pass)));
    }
    rows.extend(sale.passes_used.iter().map(|pass| {
        row!(PassUses: pass.id.as_str(), place.entry, PassKind::Voucher.code(), place.till_no,
            sale.number.as_str(), place.at, day_no, pass.face, pass.fen)
    }));
    rows
}

/// Tickets that came back, and the vouchers that were given for what a voucher had paid.
pub(super) fn of_refund(place: Place<'_>, refund: &RefundRecorded, day_no: i64) -> Vec<Row> {
    let issue = Issue {
        place,
        kind: PassKind::Voucher,
        number: &refund.number,
        day_no,
        product: "",
    };
    let back = refund.lines.iter().flat_map(|line| &line.passes);
    let back = back.map(|pass| came_back(place, pass, &refund.number));
    let given = refund.passes.iter().map(|pass| issued(&issue, pass));
    back.chain(given).collect()
}

fn came_back(place: Place<'_>, pass: &str, number: &str) -> Row {
    row!(PassReturns: pass, place.entry, place.till_no, number, place.at)
}

fn count(pieces: usize) -> i64 {
    i64::try_from(pieces).unwrap_or(i64::MAX)
}
