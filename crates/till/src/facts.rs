//! Between figures, facts and results: what is figured becomes what is recorded, and what is recorded
//! is answered the same the first time and every time after.

use crate::wire::{DrawResult, LineResult, RefundLineResult, RefundResult, SaleResult, TenderRequest};
use jishi_domain::{DiscountSource, DrawFigures, Fen, RefundDraw};
use jishi_journal::body::{
    DiscountFact, DrawFact, RefundDrawFact, RefundRecorded, SaleRecorded, ShareOfDraw, TenderFact,
};

/// The parties of a lot's shares and the hash of its revision.
pub(crate) struct LotFacts<'a> {
    pub(crate) revision: &'a str,
    pub(crate) parties: Vec<&'a str>,
}

pub(crate) fn draw_fact(figures: &DrawFigures, lot: Option<&LotFacts<'_>>) -> DrawFact {
    DrawFact {
        lot: figures.source.lot_code().map(str::to_owned),
        revision: lot.map(|lot| lot.revision.to_owned()),
        qty: figures.quantity.to_string(),
        net: figures.net.get(),
        base: figures.base.get(),
        fund: figures.fund.get(),
        payable: figures.payable.get(),
        margin: figures.margin.get(),
        shares: lot
            .map(|lot| shares(&lot.parties, &figures.attributed, &figures.due))
            .unwrap_or_default(),
    }
}

fn shares(parties: &[&str], attributed: &[Fen], due: &[Fen]) -> Vec<ShareOfDraw> {
    let figures = attributed.iter().zip(due);
    let shares = parties.iter().zip(figures);
    shares
        .map(|(party, (attributed, due))| ShareOfDraw((*party).to_owned(), attributed.get(), due.get()))
        .collect()
}

pub(crate) fn discount_fact(part: &jishi_domain::DiscountPart) -> DiscountFact {
    let of = match part.source {
        DiscountSource::Box => "box",
        DiscountSource::Line => "line",
        DiscountSource::Order => "sale",
        DiscountSource::Rounding => "rounding",
    };
    DiscountFact {
        of: of.to_owned(),
        fen: part.amount.get(),
        borne_by: part.borne_by.code().to_owned(),
    }
}

pub(crate) fn tender_facts(requests: &[TenderRequest]) -> Vec<TenderFact> {
    let facts = requests.iter().map(|request| TenderFact {
        kind: request.kind.clone(),
        fen: request.fen,
        reference: request.reference.clone(),
        collected_by: request.collected_by.clone(),
        stands_for: None,
    });
    facts.collect()
}

pub(crate) fn refund_draw_fact(
    draw: &RefundDraw,
    revision: Option<String>,
    parties: &[&str],
) -> RefundDrawFact {
    let kept = draw.due_kept.iter().any(|fen| *fen != Fen::ZERO);
    RefundDrawFact {
        draw: u32::try_from(draw.draw + 1).unwrap_or(u32::MAX),
        lot: draw.source.lot_code().map(str::to_owned),
        revision,
        qty: draw.quantity.to_string(),
        net: draw.net.get(),
        base: draw.base.get(),
        fund: draw.fund.get(),
        payable: draw.payable.get(),
        margin: draw.margin.get(),
        shares: shares(parties, &draw.attributed, &draw.due),
        left_with_parties: if kept {
            draw.due_kept.iter().map(|fen| fen.get()).collect()
        } else {
            Vec::new()
        },
    }
}

pub(crate) fn draw_result(fact: &DrawFact) -> DrawResult {
    DrawResult {
        lot: fact.lot.clone(),
        qty: fact.qty.clone(),
        net: fact.net,
        base: fact.base,
        fund: fact.fund,
        payable: fact.payable,
        margin: fact.margin,
        attributed: fact.shares.iter().map(|share| share.1).collect(),
        due: fact.shares.iter().map(|share| share.2).collect(),
    }
}

pub(crate) fn sale_result(sale: &SaleRecorded, seq: u64, at: &str, repeated: bool) -> SaleResult {
    let lines = sale.lines.iter().map(|line| LineResult {
        gross: line.gross,
        discount: line.gross - line.net,
        net: line.net,
        draws: line.draws.iter().map(draw_result).collect(),
    });
    let numbered = (1u32..).zip(&sale.lines);
    let nothing = numbered.filter(|(_, line)| line.gross == 0 && line.price > 0 && line.gift_box.is_none());
    SaleResult {
        id: sale.id.clone(),
        number: sale.number.clone(),
        seq,
        at: at.to_owned(),
        total: sale.total,
        rounding: sale.rounding,
        lines: lines.collect(),
        tendered: sale.tendered,
        change: sale.change,
        comes_to_nothing: nothing.map(|(number, _)| number).collect(),
        passes: Vec::new(),
        repeated,
    }
}

pub(crate) fn refund_draw_result(draw: &RefundDrawFact) -> DrawResult {
    DrawResult {
        lot: draw.lot.clone(),
        qty: draw.qty.clone(),
        net: draw.net,
        base: draw.base,
        fund: draw.fund,
        payable: draw.payable,
        margin: draw.margin,
        attributed: draw.shares.iter().map(|share| share.1).collect(),
        due: draw.shares.iter().map(|share| share.2).collect(),
    }
}

pub(crate) fn refund_result(refund: &RefundRecorded, seq: u64, at: &str, repeated: bool) -> RefundResult {
    let lines = refund.lines.iter().map(|line| {
        let draws = line.draws.iter().map(refund_draw_result);
        RefundLineResult {
            line: line.line,
            net: line.net,
            draws: draws.collect(),
        }
    });
    RefundResult {
        id: refund.id.clone(),
        sale: refund.sale.clone(),
        number: refund.number.clone(),
        seq,
        at: at.to_owned(),
        total: refund.total,
        lines: lines.collect(),
        passes: Vec::new(),
        repeated,
    }
}
