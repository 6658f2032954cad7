//! Assigning: what was sold before its lot was known gets its lot.

use crate::facts::{draw_fact, draw_result};
use crate::refusal::Refusal;
use crate::till::Till;
use crate::wire::{AssignRequest, AssignResult};
use jishi_domain::{AssignError, LotCode, ProductCode, RefundRefusal, SaleState, figure_assignment};
use jishi_journal::body::{Body, LotAssigned, ShareOfDraw};
use jishi_ledger::sale::{Afterwards, SaleHistory};
use std::collections::BTreeSet;

impl Till {
    pub fn assign(&mut self, request: &AssignRequest) -> Result<AssignResult, Refusal> {
        let (history, mut state) = self.sale_to_assign(&request.sale)?;
        if let Some(from) = &request.from {
            return self.move_draw(request, from, &history, &state);
        }
        // Only a move is of a part.
        if request.qty.is_some() {
            return Err(AssignError::BadQuantity.into());
        }
        self.shelf
            .load_lot(&self.ledger, self.record.till_no, &request.lot)?;
        let lot = LotCode::new(request.lot.as_str());
        let sold = sold_product(&state, request.line);
        self.take_for_the_same(&mut state, request.line);
        let figures = figure_assignment(&state, request.line, &lot, &self.shelf.with(&self.catalogue))?;
        let fact = draw_fact(&figures.draw, Some(&self.lot_facts(&lot)?));
        let line_state = state.line(request.line).ok_or(AssignError::NoSuchLine)?;
        let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
        let known = parties_of(&history);
        let new: BTreeSet<&str> = earning(&fact.shares)
            .filter(|party| !known.contains(party))
            .collect();
        let assigned = LotAssigned {
            sale: history.sale.id.clone(),
            sale_origin: self.record.origin.to_string(),
            sale_outlet: history.sale.outlet.clone(),
            sale_channel: history.sale.channel.clone(),
            sale_business_date: history.sale.business_date.clone(),
            line: u32::try_from(figures.line).unwrap_or(u32::MAX),
            // The day's sums of the product are those that the sale was added to.
            product: sold.unwrap_or_default(),
            from_draw: number(figures.unassigned_draw),
            draw: number(line_state.draws.len()),
            new_parties: new.into_iter().map(str::to_owned).collect(),
            fact,
        };
        let result = AssignResult {
            sale: history.sale.id.clone(),
            line: assigned.line,
            draw: draw_result(&assigned.fact),
            back: None,
        };
        self.commit(&[Body::LotAssigned(assigned)])?;
        self.shelf.apply(&figures.lot_after);
        Ok(result)
    }

    fn sale_to_assign(&self, sale: &str) -> Result<(SaleHistory, SaleState), Refusal> {
        self.sale_to_change(sale).map_err(|refusal| match refusal {
            Refusal::Refund(error) if error.refusal == RefundRefusal::NoSuchSale => {
                AssignError::NoSuchSale.into()
            }
            other => other,
        })
    }

    /// What was put in provisionally and found to be another product is given a lot of that one.
    pub(crate) fn take_for_the_same(&self, state: &mut SaleState, line: i64) {
        let index = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
        let Some(line) = index.and_then(|index| state.lines.get_mut(index)) else {
            return;
        };
        let put = self.catalogue.product(line.product.as_str());
        if let Some(same) = put.and_then(|put| put.same_as.as_deref()) {
            line.product = ProductCode::new(same);
        }
    }
}

pub(crate) fn sold_product(state: &SaleState, line: i64) -> Option<String> {
    let line = state.line(line)?;
    Some(line.product.as_str().to_owned())
}

/// The parties that had a part in the sale before.
pub(crate) fn parties_of(history: &SaleHistory) -> BTreeSet<&str> {
    let sold = history.sale.lines.iter().flat_map(|line| &line.draws);
    let assigned = history.afterwards.iter().filter_map(|step| match step {
        Afterwards::Assigned(assigned) => Some(&assigned.fact),
        Afterwards::Moved(moved) => Some(&moved.fact),
        Afterwards::Refund(_) | Afterwards::Void(_) => None,
    });
    sold.chain(assigned)
        .flat_map(|draw| earning(&draw.shares))
        .collect()
}

pub(crate) fn earning(shares: &[ShareOfDraw]) -> impl Iterator<Item = &str> {
    let earning = shares
        .iter()
        .filter(|ShareOfDraw(_, attributed, due)| *attributed != 0 || *due != 0);
    earning.map(|share| share.0.as_str())
}
