//! Moving a draw off a lot that was drawn beyond what came in.

use crate::assign::{earning, parties_of, sold_product};
use crate::facts::{draw_fact, draw_result, refund_draw_result};
use crate::refund::refund_lines;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::wire::{AssignRequest, AssignResult};
use jishi_domain::{
    AssignError, Bearer, LotCode, MoveAsked, MoveFigures, RefundFigures, RefundLine, SaleState, figure_move,
};
use jishi_journal::body::{Body, DrawMoved, RefundDrawFact};
use jishi_ledger::sale::SaleHistory;
use std::collections::BTreeSet;

impl Till {
    /// `from` is the lot that has too little, the request's own the one that has enough.
    pub(crate) fn move_draw(
        &mut self,
        request: &AssignRequest,
        from: &str,
        history: &SaleHistory,
        state: &SaleState,
    ) -> Result<AssignResult, Refusal> {
        let (from, to) = (LotCode::new(from), LotCode::new(request.lot.as_str()));
        for lot in [&from, &to] {
            self.shelf
                .load_lot(&self.ledger, self.record.till_no, lot.as_str())?;
        }
        let sold = sold_product(state, request.line).ok_or(AssignError::NoSuchLine)?;
        // Goods that were found to be another product have lots of that one.
        let mut as_the_same = state.clone();
        self.take_for_the_same(&mut as_the_same, request.line);
        let asked = MoveAsked {
            line: request.line,
            from: &from,
            to: &to,
            quantity: request.qty.as_deref(),
        };
        let figures = figure_move(&as_the_same, asked, &self.shelf.with(&self.catalogue))?;
        let back = back_fact(history, state, &figures).ok_or(AssignError::StateMismatch)?;
        let fact = draw_fact(&figures.draw, Some(&self.lot_facts(&to)?));
        let line_state = state.line(request.line).ok_or(AssignError::NoSuchLine)?;
        let known = parties_of(history);
        let new: BTreeSet<&str> = earning(&fact.shares)
            .filter(|party| !known.contains(party))
            .collect();
        let moved = DrawMoved {
            sale: history.sale.id.clone(),
            sale_origin: self.record.origin.to_string(),
            sale_outlet: history.sale.outlet.clone(),
            sale_channel: history.sale.channel.clone(),
            sale_business_date: history.sale.business_date.clone(),
            line: u32::try_from(figures.line).unwrap_or(u32::MAX),
            product: sold.clone(),
            back,
            draw: u32::try_from(line_state.draws.len() + 1).unwrap_or(u32::MAX),
            new_parties: new.into_iter().map(str::to_owned).collect(),
            fact,
        };
        let result = AssignResult {
            sale: moved.sale.clone(),
            line: moved.line,
            draw: draw_result(&moved.fact),
            back: Some(refund_draw_result(&moved.back)),
        };
        let lots_product = as_the_same.line(request.line).map(|line| line.product.clone());
        self.commit(&[Body::DrawMoved(moved)])?;
        // Both lots are others now.
        for product in lots_product
            .iter()
            .map(|product| product.as_str())
            .chain([sold.as_str()])
        {
            self.shelf.forget(product);
        }
        Ok(result)
    }
}

/// With the revision and the parties that the draw was recorded with.
fn back_fact(history: &SaleHistory, state: &SaleState, figures: &MoveFigures) -> Option<RefundDrawFact> {
    let as_refund = RefundFigures {
        total: figures.back.net,
        lines: vec![RefundLine {
            line: figures.line,
            quantity: figures.back.quantity,
            net: figures.back.net,
            restock: true,
            borne_by: Bearer::Supplier,
            draws: vec![figures.back.clone()],
        }],
    };
    let line = refund_lines(history, state, &as_refund).into_iter().next()?;
    line.draws.into_iter().next()
}
