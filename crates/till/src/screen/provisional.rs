//! 现在补录: goods that are not in the catalogue, put in beside the sale.

use super::Counter;
use crate::catalogue::Party;
use crate::refusal::Refusal;
use crate::staff::Extent;
use crate::view::*;
use crate::wire::{NewPartyRequest, ProvisionalRequest};

const PARTIES_MAX: usize = 8;

impl Counter {
    /// The goods as they are picked from now on: the screen puts them on the sale, or asks what they weigh.
    pub(super) fn put_provisional(&mut self, request: PutProvisional) -> Result<ProductView, Refusal> {
        let asked = ProvisionalRequest {
            name: request.name,
            unit: request.unit,
            price: request.price_fen,
            barcode: request.barcode,
            said_of: request.said_of,
            new_party: request.new_party.map(|party| NewPartyRequest {
                name: party.name,
                village: party.village,
            }),
        };
        // Where the outlet does not say otherwise it is a part of selling.
        let action = match self.till.catalogue().provisional_needs_supervisor() {
            true => Action::Provisional,
            false => Action::Sell,
        };
        let approval = request.approval.as_deref();
        let entered = self
            .till
            .allowed(&[action], &request.id, &Extent::default(), approval, |till| {
                till.enter_provisional(&asked)
            })?;
        let shown = self.products_shown(&[entered.product], self.till.language())?;
        shown.into_iter().next().ok_or(Refusal::NoLines)
    }

    /// 是谁家的: by name, village, pinyin or code.
    pub(super) fn find_parties(&mut self, request: FindParties) -> Result<Vec<PartyFoundView>, Refusal> {
        let found = self.till.catalogue().find_parties(&request.query);
        Ok(found.into_iter().take(PARTIES_MAX).map(shown).collect())
    }
}

fn shown(party: &Party) -> PartyFoundView {
    PartyFoundView {
        code: party.put.code.clone(),
        name: party.shown().to_owned(),
        village: party.put.village.clone(),
        is_household: party.is_household(),
    }
}
