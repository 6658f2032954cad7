//! Facts of entries as the arithmetic knows them.

use jishi_domain::{
    Bearer, BoxPart, DrawFigures, DrawState, Fen, LineState, LotCode, OnSale, Quantity, RefundDraw,
    RefundLine, SaleState, Source,
};
use jishi_journal::body::{Body, DrawFact, RefundDrawFact, RefundRecorded, SaleRecorded, ShareOfDraw};

/// Between a lot's code and the hash of its revision; no code has one.
const OF_REVISION: char = '\n';

/// A sale right after it was made. Each revision of a lot is a source of its own. None where its facts make no sense.
pub(crate) fn sale_state(sale: &SaleRecorded) -> Option<SaleState> {
    let mut lines = Vec::with_capacity(sale.lines.len());
    for line in &sale.lines {
        let boxed = line.gift_box.as_ref().map(|gift_box| BoxPart {
            group: gift_box.ordinal,
            gift_box: gift_box.product.as_str().into(),
            boxes: quantity(&gift_box.qty).map_or(1, |boxes| boxes.thousandths() / 1000),
            surplus: line.product == gift_box.product,
            reduction: Fen::ZERO,
            borne_by: Bearer::Operator,
        });
        let draws = line
            .draws
            .iter()
            .map(|fact| draw_figures(fact).map(DrawState::new));
        lines.push(LineState {
            product: line.product.as_str().into(),
            quantity: quantity(&line.qty)?,
            boxed,
            draws: draws.collect::<Option<_>>()?,
        });
    }
    Some(SaleState { lines })
}

/// The same with lots alone, as what is given back next names them.
pub(crate) fn of_lots_alone(mut state: SaleState) -> SaleState {
    for draw in state.lines.iter_mut().flat_map(|line| &mut line.draws) {
        if let Source::Lot(code) = &draw.figures.source
            && let Some((lot, _)) = code.as_str().split_once(OF_REVISION)
        {
            draw.figures.source = Source::Lot(LotCode::new(lot));
        }
    }
    state
}

/// What an entry recorded on a sale; None for one of another kind. Facts that make sense are read, whatever they say.
pub(crate) fn on_sale(body: &Body) -> Option<OnSale> {
    match body {
        Body::RefundRecorded(refund) => back(refund),
        Body::SaleVoided(void) => back(&void.refund),
        Body::LotAssigned(assigned) => Some(OnSale::Assigned {
            line: assigned.line as usize,
            from: index(assigned.from_draw),
            draw: index(assigned.draw),
            figures: draw_figures(&assigned.fact)?,
        }),
        Body::DrawMoved(moved) => Some(OnSale::Moved {
            line: moved.line as usize,
            back: refund_draw(&moved.back)?,
            draw: index(moved.draw),
            figures: draw_figures(&moved.fact)?,
        }),
        _ => None,
    }
}

/// The facts of what counts of a refund, as of the draw that it comes from.
pub(crate) fn counted_fact(back: &RefundDraw, given: Option<&DrawFact>) -> RefundDrawFact {
    let figures = back.attributed.iter().zip(&back.due);
    let shares = given.map_or(&[][..], |given| given.shares.as_slice()).iter();
    RefundDrawFact {
        draw: u32::try_from(back.draw.saturating_add(1)).unwrap_or(u32::MAX),
        lot: given.and_then(|given| given.lot.clone()),
        revision: given.and_then(|given| given.revision.clone()),
        qty: back.quantity.to_string(),
        net: back.net.get(),
        base: back.base.get(),
        fund: back.fund.get(),
        payable: back.payable.get(),
        margin: back.margin.get(),
        shares: shares
            .zip(figures)
            .map(|(share, (attributed, due))| ShareOfDraw(share.0.clone(), attributed.get(), due.get()))
            .collect(),
        left_with_parties: Vec::new(),
    }
}

fn back(refund: &RefundRecorded) -> Option<OnSale> {
    let mut lines = Vec::with_capacity(refund.lines.len());
    for line in &refund.lines {
        lines.push(RefundLine {
            line: line.line as usize,
            quantity: quantity(&line.qty)?,
            net: Fen::new(line.net),
            restock: line.restock,
            borne_by: Bearer::from_code(&line.borne_by).unwrap_or(Bearer::Supplier),
            draws: line.draws.iter().map(refund_draw).collect::<Option<_>>()?,
        });
    }
    Some(OnSale::Back(lines))
}

/// Draws count from 1 where they are recorded. One that a forger numbered 0 is no draw of any sale.
fn index(draw: u32) -> usize {
    (draw as usize).checked_sub(1).unwrap_or(usize::MAX)
}

fn quantity(text: &str) -> Option<Quantity> {
    Quantity::parse(text).ok()
}

fn source(lot: Option<&str>, revision: Option<&str>) -> Source {
    match (lot, revision) {
        (None, _) => Source::Unassigned,
        (Some(LotCode::OWN), _) => Source::Own,
        (Some(code), revision) => {
            let revision = revision.unwrap_or_default();
            Source::Lot(LotCode::new(format!("{code}{OF_REVISION}{revision}")))
        }
    }
}

fn draw_figures(fact: &DrawFact) -> Option<DrawFigures> {
    Some(DrawFigures {
        source: source(fact.lot.as_deref(), fact.revision.as_deref()),
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

fn refund_draw(fact: &RefundDrawFact) -> Option<RefundDraw> {
    let kept: Vec<Fen> = match fact.left_with_parties.is_empty() {
        true => vec![Fen::ZERO; fact.shares.len()],
        false => fact.left_with_parties.iter().copied().map(Fen::new).collect(),
    };
    Some(RefundDraw {
        draw: index(fact.draw),
        source: source(fact.lot.as_deref(), fact.revision.as_deref()),
        quantity: quantity(&fact.qty)?,
        net: Fen::new(fact.net),
        base: Fen::new(fact.base),
        fund: Fen::new(fact.fund),
        payable: Fen::new(fact.payable),
        margin: Fen::new(fact.margin),
        attributed: fact.shares.iter().map(|share| Fen::new(share.1)).collect(),
        due: fact.shares.iter().map(|share| Fen::new(share.2)).collect(),
        // What nobody took back decides nothing here.
        payable_kept: Fen::sum(kept.iter().copied()).unwrap_or(Fen::ZERO),
        due_kept: kept,
    })
}
