//! Whether the facts of an entry make sense. What does not is kept and shown, never projected, and
//! what follows it in its chain goes on.

pub(crate) mod passes;

use jishi_domain::{LotCode, Quantity, TenderKind};
use jishi_journal::body::{
    Body, CashMoved, DrawFact, DrawMoved, LineFact, LotAllotted, LotAssigned, LotGivenBack, LotPut, PricePut,
    RefundDrawFact, RefundRecorded, RefundSeen, RefundedWithoutSale, SaleRecorded, ShareOfDraw, TenderFact,
    TermsFact,
};
use std::fmt;

/// The figures of one draw, whichever entry they stand in.
type Figures = (i64, i64, i64, i64);

/// Why a known kind of entry is not projected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Senseless {
    /// A quantity that is none, or negative money.
    BadFigure,
    /// Lines do not sum to the total.
    LinesAndTotal,
    /// Draws do not sum to their line.
    DrawsAndLine,
    /// Net is not payable + fund + margin.
    Conservation,
    /// The parties' parts do not sum to net and payable.
    Shares,
    /// A lot without its revision, or a revision without a lot.
    Source,
    /// Tenders less change are not the total.
    Tenders,
    /// An exchange without its other half, or that does not say what it stands for.
    Exchange,
    /// Not a receipt number.
    Number,
    /// A lot with bad terms, without shares, or with weights that say nothing.
    Lot,
    /// Vouchers or tickets that are not those of their line or their tender.
    Passes,
}

impl Senseless {
    pub fn code(self) -> &'static str {
        "bad_body"
    }
}

impl fmt::Display for Senseless {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Senseless::BadFigure => "a figure is out of range",
            Senseless::LinesAndTotal => "the lines do not sum to the total",
            Senseless::DrawsAndLine => "the draws do not sum to their line",
            Senseless::Conservation => "net is not payable + fund + margin",
            Senseless::Shares => "the parties' parts do not sum to the draw",
            Senseless::Source => "a draw's lot and its revision do not go together",
            Senseless::Tenders => "what was tendered less the change is not the total",
            Senseless::Exchange => "an exchange without its other half",
            Senseless::Number => "not a receipt number",
            Senseless::Lot => "the lot's terms or shares say nothing",
            Senseless::Passes => "the vouchers or tickets do not fit what they are of",
        })
    }
}

/// The greatest sum that JSON numbers hold exactly.
const FEN_MAX: i64 = 1 << 53;

/// Whether an entry's facts make sense: those that do not are kept, not projected.
pub fn check_sense(body: &Body) -> Result<(), Senseless> {
    match body {
        Body::SaleRecorded(facts) => sale(facts),
        Body::RefundRecorded(facts) => refund(facts),
        Body::SaleVoided(facts) => refund(&facts.refund),
        Body::RefundedWithoutSale(facts) => without_sale(facts),
        Body::RefundSeen(facts) => refund_seen(facts),
        Body::LotAssigned(facts) => assignment(facts),
        Body::DrawMoved(facts) => moved(facts),
        Body::VouchersSold(facts) => passes::sold(facts),
        Body::VouchersReturned(facts) => passes::returned(facts),
        Body::TicketRedeemed(facts) => passes::redeemed(facts),
        Body::CashMoved(facts) => cash_moved(facts),
        Body::LotReceived(facts) | Body::LotRevised(facts) => lot(facts).map(|_| ()),
        Body::PricePut(facts) => price(facts),
        Body::LotAllotted(facts) => allotted(facts).map(|_| ()),
        Body::LotGivenBack(facts) => given_back(facts).map(|_| ()),
        _ => Ok(()),
    }
}

/// What an outlet asks, and how far down; without a price there is nothing to go down from.
pub(crate) fn price(put: &PricePut) -> Result<(), Senseless> {
    match (put.price, put.lowest_price) {
        (None, None) => Ok(()),
        (Some(price), lowest) => {
            money(&[price])?;
            let is_lower = lowest.is_none_or(|lowest| (0..=price).contains(&lowest));
            is_lower.then_some(()).ok_or(Senseless::BadFigure)
        }
        (None, Some(_)) => Err(Senseless::BadFigure),
    }
}

pub(crate) fn sale(sale: &SaleRecorded) -> Result<(), Senseless> {
    money(&[
        sale.gross,
        sale.discount,
        sale.rounding,
        sale.total,
        sale.tendered,
        sale.change,
    ])?;
    receipt_number(&sale.number)?;
    for line in &sale.lines {
        whole_line(line)?;
    }
    let draws = || sale.lines.iter().flat_map(|line| &line.draws);
    within_limit(total(draws().map(|draw| draw.payable)))?;
    within_limit(total(draws().map(|draw| draw.fund)))?;
    let sums = [
        (total(sale.lines.iter().map(|line| line.net)), sale.total),
        (total(sale.lines.iter().map(|line| line.gross)), sale.gross),
        (total([sale.gross, -sale.discount]), sale.total),
    ];
    if sums.iter().any(|(sum, stated)| *sum != i128::from(*stated)) {
        return Err(Senseless::LinesAndTotal);
    }
    for tender in &sale.tenders {
        money(&[tender.fen])?;
    }
    let tendered = total(sale.tenders.iter().map(|tender| tender.fen));
    let owed = total([sale.total, sale.change]);
    if tendered != i128::from(sale.tendered) || tendered != owed {
        return Err(Senseless::Tenders);
    }
    passes::of_sale(sale)?;
    exchanged(&sale.tenders, sale.exchanges.as_deref())
}

/// Goods that pay for goods name the other half of the exchange, and the money that they stand for.
fn exchanged(tenders: &[TenderFact], other_half: Option<&str>) -> Result<(), Senseless> {
    let is_exchange = |tender: &TenderFact| tender.kind == TenderKind::Exchange.code();
    let plain = |kind: &str| TenderKind::tendered(kind).is_some();
    let said = tenders.iter().all(|tender| match &tender.stands_for {
        Some(kind) => is_exchange(tender) && plain(kind),
        None => !is_exchange(tender),
    });
    let named = match other_half {
        Some(number) => receipt_number(number).is_ok(),
        None => !tenders.iter().any(is_exchange),
    };
    match said && named {
        true => Ok(()),
        false => Err(Senseless::Exchange),
    }
}

fn whole_line(line: &LineFact) -> Result<(), Senseless> {
    money(&[line.price, line.gross, line.net, line.base])?;
    quantity(&line.qty)?;
    for draw in &line.draws {
        whole_draw(draw)?;
    }
    let discount = total(line.discounts.iter().map(|part| part.fen));
    let drawn: i64 = line
        .draws
        .iter()
        .filter_map(|draw| quantity(&draw.qty).ok())
        .sum();
    let sums = [
        (total(line.draws.iter().map(|draw| draw.net)), line.net),
        (total(line.draws.iter().map(|draw| draw.base)), line.base),
        (i128::from(line.gross) - discount, line.net),
        (i128::from(drawn), quantity(&line.qty)?),
    ];
    match sums.iter().all(|(sum, stated)| *sum == i128::from(*stated)) {
        true => Ok(()),
        false => Err(Senseless::DrawsAndLine),
    }
}

fn whole_draw(draw: &DrawFact) -> Result<(), Senseless> {
    source(draw.lot.as_deref(), draw.revision.as_deref())?;
    quantity(&draw.qty)?;
    money(&[draw.net, draw.base, draw.fund, draw.payable])?;
    conserves((draw.net, draw.fund, draw.payable, draw.margin))?;
    shares(&draw.shares, draw.net, draw.payable, draw.revision.is_some())
}

pub(crate) fn refund(refund: &RefundRecorded) -> Result<(), Senseless> {
    money(&[refund.total])?;
    receipt_number(&refund.number)?;
    for line in &refund.lines {
        quantity(&line.qty)?;
        money(&[line.net])?;
        for draw in &line.draws {
            whole_refund_draw(draw)?;
        }
        let given_back: i64 = line
            .draws
            .iter()
            .filter_map(|draw| quantity(&draw.qty).ok())
            .sum();
        let nets = total(line.draws.iter().map(|draw| draw.net));
        if nets != i128::from(line.net) || given_back != quantity(&line.qty)? {
            return Err(Senseless::DrawsAndLine);
        }
    }
    let draws = || refund.lines.iter().flat_map(|line| &line.draws);
    within_limit(total(draws().map(|draw| draw.payable)))?;
    within_limit(total(draws().map(|draw| draw.fund)))?;
    if total(refund.lines.iter().map(|line| line.net)) != i128::from(refund.total) {
        return Err(Senseless::LinesAndTotal);
    }
    for tender in &refund.tenders {
        money(&[tender.fen])?;
    }
    if total(refund.tenders.iter().map(|tender| tender.fen)) != i128::from(refund.total) {
        return Err(Senseless::Tenders);
    }
    passes::of_refund(refund)?;
    exchanged(&refund.tenders, refund.exchanged_for.as_deref())
}

fn whole_refund_draw(draw: &RefundDrawFact) -> Result<(), Senseless> {
    source(draw.lot.as_deref(), draw.revision.as_deref())?;
    quantity(&draw.qty)?;
    money(&[draw.net, draw.base, draw.fund, draw.payable])?;
    conserves((draw.net, draw.fund, draw.payable, draw.margin))?;
    shares(&draw.shares, draw.net, draw.payable, draw.revision.is_some())
}

pub(crate) fn without_sale(refund: &RefundedWithoutSale) -> Result<(), Senseless> {
    money(&[refund.total])?;
    receipt_number(&refund.number)?;
    for line in &refund.lines {
        quantity(&line.qty)?;
        money(&[line.net])?;
    }
    for tender in &refund.tenders {
        money(&[tender.fen])?;
    }
    if total(refund.lines.iter().map(|line| line.net)) != i128::from(refund.total) {
        return Err(Senseless::LinesAndTotal);
    }
    match total(refund.tenders.iter().map(|tender| tender.fen)) == i128::from(refund.total) {
        true => exchanged(&refund.tenders, None),
        false => Err(Senseless::Tenders),
    }
}

pub(crate) fn refund_seen(seen: &RefundSeen) -> Result<(), Senseless> {
    match seen.fen {
        0 => Err(Senseless::BadFigure),
        fen => money(&[fen]),
    }
}

pub(crate) fn cash_moved(moved: &CashMoved) -> Result<(), Senseless> {
    match moved.fen {
        0 => Err(Senseless::BadFigure),
        fen => money(&[fen]),
    }
}

pub(crate) fn assignment(assigned: &LotAssigned) -> Result<(), Senseless> {
    if assigned.fact.revision.is_none() {
        return Err(Senseless::Source);
    }
    whole_draw(&assigned.fact)
}

/// The same goods for the same money, from one lot to another.
pub(crate) fn moved(moved: &DrawMoved) -> Result<(), Senseless> {
    let DrawMoved { back, fact, .. } = moved;
    if fact.revision.is_none() || back.revision.is_none() || fact.lot == back.lot || moved.draw <= back.draw {
        return Err(Senseless::Source);
    }
    whole_refund_draw(back)?;
    whole_draw(fact)?;
    let same = (back.net, back.base, back.fund) == (fact.net, fact.base, fact.fund);
    match same && quantity(&back.qty)? == quantity(&fact.qty)? && back.left_with_parties.is_empty() {
        true => Ok(()),
        false => Err(Senseless::DrawsAndLine),
    }
}

/// A lot is named with its revision; the operator's own and what is unassigned have none.
fn source(lot: Option<&str>, revision: Option<&str>) -> Result<(), Senseless> {
    match (lot, revision) {
        (None | Some(LotCode::OWN), None) => Ok(()),
        (Some(lot), Some(_)) if lot != LotCode::OWN => Ok(()),
        _ => Err(Senseless::Source),
    }
}

fn within_limit(sum: i128) -> Result<(), Senseless> {
    match sum <= i128::from(FEN_MAX) {
        true => Ok(()),
        false => Err(Senseless::BadFigure),
    }
}

pub(crate) fn lot(lot: &LotPut) -> Result<i64, Senseless> {
    let received = quantity(&lot.qty)?;
    let negative = lot.shares.iter().any(|share| share.weight < 0);
    let terms = match lot.terms {
        TermsFact::Consignment { commission_bp } => (0..=10_000).contains(&commission_bp),
        TermsFact::Agreed { price } => price >= 0,
        TermsFact::Buyout => true,
    };
    if !terms || lot.code == LotCode::OWN || negative || lot.shares.iter().all(|share| share.weight == 0) {
        return Err(Senseless::Lot);
    }
    Ok(received)
}

/// How much, in thousandths.
pub(crate) fn given_back(given: &LotGivenBack) -> Result<i64, Senseless> {
    let quantity = quantity(&given.qty)?;
    match given.lot.is_empty() || given.lot == LotCode::OWN || given.id.is_empty() || given.server.is_empty()
    {
        true => Err(Senseless::Lot),
        false => Ok(quantity),
    }
}

pub(crate) fn allotted(allotted: &LotAllotted) -> Result<i64, Senseless> {
    let quantity = quantity(&allotted.qty)?;
    let names = [&allotted.lot, &allotted.node, &allotted.public_key];
    match names.iter().any(|name| name.is_empty()) || allotted.lot == LotCode::OWN {
        true => Err(Senseless::Lot),
        false => Ok(quantity),
    }
}

fn conserves((net, fund, payable, margin): Figures) -> Result<(), Senseless> {
    match total([payable, fund, margin]) == i128::from(net) {
        true => Ok(()),
        false => Err(Senseless::Conservation),
    }
}

/// Both vectors sum to net and payable where there is a lot; without one there are none.
fn shares(shares: &[ShareOfDraw], net: i64, payable: i64, has_lot: bool) -> Result<(), Senseless> {
    if !has_lot {
        return if shares.is_empty() && payable == 0 {
            Ok(())
        } else {
            Err(Senseless::Shares)
        };
    }
    if shares
        .iter()
        .any(|ShareOfDraw(_, attributed, due)| *attributed < 0 || *due < 0)
    {
        return Err(Senseless::Shares);
    }
    let attributed = total(shares.iter().map(|share| share.1));
    let due = total(shares.iter().map(|share| share.2));
    match attributed == i128::from(net) && due == i128::from(payable) {
        true => Ok(()),
        false => Err(Senseless::Shares),
    }
}

fn total(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}

fn money(amounts: &[i64]) -> Result<(), Senseless> {
    match amounts.iter().all(|fen| (0..=FEN_MAX).contains(fen)) {
        true => Ok(()),
        false => Err(Senseless::BadFigure),
    }
}

/// Thousandths of a stated quantity.
pub(crate) fn quantity(text: &str) -> Result<i64, Senseless> {
    Quantity::parse(text)
        .map(Quantity::thousandths)
        .map_err(|_| Senseless::BadFigure)
}

/// `T1b-000128` is prefix `T1b`, running 128.
pub(crate) fn receipt_number(number: &str) -> Result<(&str, i64), Senseless> {
    let (prefix, running) = number.rsplit_once('-').ok_or(Senseless::Number)?;
    let digits = running.len() >= 6 && running.bytes().all(|byte| byte.is_ascii_digit());
    match (digits, running.parse()) {
        (true, Ok(running)) if !prefix.is_empty() => Ok((prefix, running)),
        _ => Err(Senseless::Number),
    }
}
