//! Between figures, facts and results: what is figured becomes what is recorded, and what is recorded
//! is answered the same the first time and every time after.

use crate::wire::{DrawResult, LineResult, RefundLineResult, RefundResult, SaleResult, TenderRequest};
use jishi_domain::{
    AssignFigures, BoxPart, DiscountSource, DrawFigures, DrawState, Fen, LineState, LotAfter, LotCode,
    MoveFigures, Quantity, RefundDraw, RefundFigures, RefundLine, SaleState, Source, StateMismatch,
};
use jishi_journal::body::{
    DiscountFact, DrawFact, DrawMoved, RefundDrawFact, RefundRecorded, SaleRecorded, ShareOfDraw, TenderFact,
};
use jishi_ledger::sale::{Afterwards, SaleHistory};

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

/// The sale as refunds and assignments see it, from what is recorded.
pub(crate) fn sale_state(history: &SaleHistory) -> Result<SaleState, StateMismatch> {
    let mut lines = Vec::with_capacity(history.sale.lines.len());
    for line in &history.sale.lines {
        let boxed = line.gift_box.as_ref().map(|gift_box| BoxPart {
            group: gift_box.ordinal,
            gift_box: gift_box.product.as_str().into(),
            boxes: quantity(&gift_box.qty).map_or(1, |boxes| boxes.thousandths() / 1000),
            surplus: line.product == gift_box.product,
            reduction: Fen::ZERO,
            borne_by: jishi_domain::Bearer::Operator,
        });
        let draws = line
            .draws
            .iter()
            .map(|fact| draw_figures(fact).map(DrawState::new));
        lines.push(LineState {
            product: line.product.as_str().into(),
            quantity: quantity(&line.qty)?,
            boxed,
            draws: draws.collect::<Result<_, _>>()?,
        });
    }
    let mut state = SaleState { lines };
    for step in &history.afterwards {
        match step {
            Afterwards::Refund(refund) | Afterwards::Void(refund) => {
                state.apply_refund(&refund_figures(refund)?)?;
            }
            Afterwards::Assigned(assigned) => {
                let draw = draw_figures(&assigned.fact)?;
                let lot_after = LotAfter {
                    code: LotCode::new(assigned.fact.lot.clone().unwrap_or_default()),
                    left: Quantity::ZERO,
                    given: jishi_domain::Given::default(),
                };
                state.apply_assignment(&AssignFigures {
                    line: assigned.line as usize,
                    unassigned_draw: (assigned.from_draw as usize)
                        .checked_sub(1)
                        .ok_or(StateMismatch)?,
                    draw,
                    lot_after,
                })?;
            }
            Afterwards::Moved(moved) => state.apply_move(&move_figures(moved)?)?,
        }
    }
    Ok(state)
}

fn quantity(text: &str) -> Result<Quantity, StateMismatch> {
    Quantity::parse(text).map_err(|_| StateMismatch)
}

fn source(lot: Option<&str>) -> Source {
    match lot {
        None => Source::Unassigned,
        Some(LotCode::OWN) => Source::Own,
        Some(code) => Source::Lot(LotCode::new(code)),
    }
}

fn draw_figures(fact: &DrawFact) -> Result<DrawFigures, StateMismatch> {
    Ok(DrawFigures {
        source: source(fact.lot.as_deref()),
        quantity: quantity(&fact.qty)?,
        net: Fen::new(fact.net),
        base: Fen::new(fact.base),
        fund: Fen::new(fact.fund),
        payable: Fen::new(fact.payable),
        margin: Fen::new(fact.margin),
        attributed: fact.shares.iter().map(|share| Fen::new(share.1)).collect(),
        due: fact.shares.iter().map(|share| Fen::new(share.2)).collect(),
    })
}

fn refund_figures(refund: &RefundRecorded) -> Result<RefundFigures, StateMismatch> {
    let mut lines = Vec::with_capacity(refund.lines.len());
    for line in &refund.lines {
        let mut draws = Vec::with_capacity(line.draws.len());
        for fact in &line.draws {
            draws.push(refund_draw_figures(fact)?);
        }
        lines.push(RefundLine {
            line: line.line as usize,
            quantity: quantity(&line.qty)?,
            net: Fen::new(line.net),
            restock: line.restock,
            borne_by: jishi_domain::Bearer::from_code(&line.borne_by).ok_or(StateMismatch)?,
            draws,
        });
    }
    Ok(RefundFigures {
        total: Fen::new(refund.total),
        lines,
    })
}

fn refund_draw_figures(fact: &RefundDrawFact) -> Result<RefundDraw, StateMismatch> {
    let kept: Vec<Fen> = match fact.left_with_parties.is_empty() {
        true => vec![Fen::ZERO; fact.shares.len()],
        false => fact.left_with_parties.iter().copied().map(Fen::new).collect(),
    };
    Ok(RefundDraw {
        draw: (fact.draw as usize).checked_sub(1).ok_or(StateMismatch)?,
        source: source(fact.lot.as_deref()),
        quantity: quantity(&fact.qty)?,
        net: Fen::new(fact.net),
        base: Fen::new(fact.base),
        fund: Fen::new(fact.fund),
        payable: Fen::new(fact.payable),
        margin: Fen::new(fact.margin),
        attributed: fact.shares.iter().map(|share| Fen::new(share.1)).collect(),
        due: fact.shares.iter().map(|share| Fen::new(share.2)).collect(),
        payable_kept: Fen::sum(kept.iter().copied()).ok_or(StateMismatch)?,
        due_kept: kept,
    })
}

fn move_figures(moved: &DrawMoved) -> Result<MoveFigures, StateMismatch> {
    Ok(MoveFigures {
        line: moved.line as usize,
        back: refund_draw_figures(&moved.back)?,
        draw: draw_figures(&moved.fact)?,
        lot_after: LotAfter {
            code: LotCode::new(moved.fact.lot.clone().unwrap_or_default()),
            left: Quantity::ZERO,
            given: jishi_domain::Given::default(),
        },
    })
}
