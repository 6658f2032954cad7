//! Vouchers and tickets: whether what an entry says of them fits itself.

use super::{Senseless, money, quantity, receipt_number, total};
use jishi_journal::PassId;
use jishi_journal::body::{
    PassFact, RefundRecorded, SaleRecorded, TicketRedeemed, VouchersReturned, VouchersSold,
};
use std::collections::BTreeSet;

pub(crate) fn sold(sold: &VouchersSold) -> Result<(), Senseless> {
    money(&[sold.total, sold.tendered, sold.change])?;
    receipt_number(&sold.number)?;
    let mut ids = BTreeSet::new();
    for line in &sold.lines {
        issued(&line.passes, &mut ids)?;
        if line.passes.iter().any(|pass| pass.face != line.price) {
            return Err(Senseless::Passes);
        }
    }
    let faces = sold.lines.iter().flat_map(|line| &line.passes);
    if total(faces.map(|pass| pass.face)) != i128::from(sold.total) {
        return Err(Senseless::LinesAndTotal);
    }
    for tender in &sold.tenders {
        money(&[tender.fen])?;
    }
    let tendered = total(sold.tenders.iter().map(|tender| tender.fen));
    match tendered == i128::from(sold.tendered) && tendered == total([sold.total, sold.change]) {
        true => Ok(()),
        false => Err(Senseless::Tenders),
    }
}

pub(crate) fn returned(returned: &VouchersReturned) -> Result<(), Senseless> {
    money(&[returned.total])?;
    receipt_number(&returned.number)?;
    let mut ids = BTreeSet::new();
    let mut prices = Vec::new();
    for line in &returned.lines {
        money(&[line.price])?;
        came_back(&line.passes, &mut ids)?;
        prices.extend(line.passes.iter().map(|_| line.price));
    }
    if total(prices) != i128::from(returned.total) {
        return Err(Senseless::LinesAndTotal);
    }
    for tender in &returned.tenders {
        money(&[tender.fen])?;
    }
    match total(returned.tenders.iter().map(|tender| tender.fen)) == i128::from(returned.total) {
        true => Ok(()),
        false => Err(Senseless::Tenders),
    }
}

pub(crate) fn redeemed(ticket: &TicketRedeemed) -> Result<(), Senseless> {
    money(&[ticket.face])?;
    known_id(&ticket.pass)
}

/// A line of tickets has one for each piece; a voucher pays its tender, once, and at most its face.
pub(crate) fn of_sale(sale: &SaleRecorded) -> Result<(), Senseless> {
    let mut ids = BTreeSet::new();
    for line in sale.lines.iter().filter(|line| !line.passes.is_empty()) {
        issued(&line.passes, &mut ids)?;
        let pieces = i64::try_from(line.passes.len()).map_err(|_| Senseless::Passes)?;
        if pieces.checked_mul(1000) != Some(quantity(&line.qty)?) {
            return Err(Senseless::Passes);
        }
    }
    let mut used = BTreeSet::new();
    for pass in &sale.passes_used {
        known_id(&pass.id)?;
        let tender = (pass.tender as usize).checked_sub(1);
        let tender = tender.and_then(|tender| sale.tenders.get(tender));
        let fits = tender.is_some_and(|tender| tender.kind == "voucher" && tender.fen == pass.fen);
        if !fits || pass.fen > pass.face || !used.insert(pass.id.as_str()) {
            return Err(Senseless::Passes);
        }
    }
    Ok(())
}

/// What a voucher had paid goes back as a voucher of the same sum.
pub(crate) fn of_refund(refund: &RefundRecorded) -> Result<(), Senseless> {
    let mut ids = BTreeSet::new();
    for line in &refund.lines {
        came_back(&line.passes, &mut ids)?;
    }
    issued(&refund.passes, &mut BTreeSet::new())?;
    let fits = |pass: &PassFact| {
        refund.tenders.iter().any(|tender| {
            tender.kind == "voucher" && tender.fen == pass.face && tender.reference.as_ref() == Some(&pass.id)
        })
    };
    match refund.passes.iter().all(fits) {
        true => Ok(()),
        false => Err(Senseless::Passes),
    }
}

fn issued<'a>(passes: &'a [PassFact], ids: &mut BTreeSet<&'a str>) -> Result<(), Senseless> {
    for pass in passes {
        money(&[pass.face])?;
        known_id(&pass.id)?;
        if !ids.insert(&pass.id) {
            return Err(Senseless::Passes);
        }
    }
    Ok(())
}

fn came_back<'a>(passes: &'a [String], ids: &mut BTreeSet<&'a str>) -> Result<(), Senseless> {
    for pass in passes {
        known_id(pass)?;
        if !ids.insert(pass) {
            return Err(Senseless::Passes);
        }
    }
    Ok(())
}

fn known_id(id: &str) -> Result<(), Senseless> {
    id.parse::<PassId>().map(|_| ()).map_err(|_| Senseless::Passes)
}
