//! Giving a part of a shared lot back, so that others sell it.

use crate::refusal::Refusal;
use crate::request::good_id;
use crate::till::Till;
use crate::wire::{GiveBackRequest, GiveBackResult};
use jishi_domain::{AssignError, Quantity};
use jishi_journal::body::{Body, LotGivenBack};
use jishi_ledger::lots::LotStock;

impl Till {
    /// Gives back so much of a lot that was allotted to this till, or all it has left of it. The server hears of it with
    /// the next push; here it is gone at once. The same request again under its id answers the first result.
    ///
    /// In this order: the id, the lot, whether a part of it is this till's, the quantity, whether that much is left.
    pub fn give_back(&mut self, request: &GiveBackRequest) -> Result<GiveBackResult, Refusal> {
        good_id(&request.id)?;
        if let Some(first) = self.given_back(request)? {
            return Ok(first);
        }
        let no_such_lot = || Refusal::NoSuchLot {
            lot: request.lot.clone(),
        };
        let product = self
            .ledger
            .lot_put(&request.lot)?
            .ok_or_else(no_such_lot)?
            .product;
        let stock = self.stock_of(&product, &request.lot)?.ok_or_else(no_such_lot)?;
        let not_allotted = || Refusal::NotAllotted {
            lot: request.lot.clone(),
        };
        let (Some(_), Some(left)) = (stock.allotted, stock.left()) else {
            return Err(not_allotted());
        };
        let server = self
            .ledger
            .who_allotted(&request.lot, &self.own_keys()?)?
            .ok_or_else(not_allotted)?;
        let left = Quantity::from_thousandths(left.max(0));
        let quantity = match &request.qty {
            Some(text) => Quantity::parse(text)
                .ok()
                .filter(|quantity| quantity.is_positive())
                .ok_or(AssignError::BadQuantity)?,
            None => left,
        };
        if quantity > left || !quantity.is_positive() {
            return Err(Refusal::MoreThanLeft {
                lot: request.lot.clone(),
            });
        }
        let committed = self.commit(&[Body::LotGivenBack(LotGivenBack {
            id: request.id.clone(),
            lot: request.lot.clone(),
            server,
            qty: quantity.to_string(),
        })])?;
        self.shelf.forget(&product);
        let after = left.thousandths() - quantity.thousandths();
        Ok(GiveBackResult {
            id: request.id.clone(),
            lot: request.lot.clone(),
            qty: quantity.to_string(),
            left: Quantity::from_thousandths(after).to_string(),
            seq: committed.last().map_or(0, |last| last.seq),
            at: committed.last().map(|last| last.at.clone()).unwrap_or_default(),
            repeated: false,
        })
    }

    /// All keys that this till has had.
    fn own_keys(&self) -> Result<Vec<String>, Refusal> {
        let chains = self.ledger.chains()?.into_iter();
        let own = chains.filter(|chain| chain.till.till_no == self.record.till_no);
        Ok(own.map(|chain| chain.key.to_string()).collect())
    }

    /// The lots of a product that this till has something of to sell, or had.
    pub(crate) fn lots_here(&self, product: &str) -> Result<Vec<LotStock>, Refusal> {
        let from_above = jishi_uplink::lots_from_above(&self.ledger)?;
        Ok(self.ledger.lots_at(self.record.till_no, &from_above, product)?)
    }

    fn stock_of(&self, product: &str, lot: &str) -> Result<Option<LotStock>, Refusal> {
        let lots = self.lots_here(product)?;
        Ok(lots.into_iter().find(|stock| stock.lot.code == lot))
    }

    fn given_back(&self, request: &GiveBackRequest) -> Result<Option<GiveBackResult>, Refusal> {
        let Some(place) = self.ledger.request(self.record.till_no, &request.id)? else {
            return Ok(None);
        };
        let facts = self.ledger.facts_at(place)?;
        let Some((seq, at, Body::LotGivenBack(given))) = facts.map(|facts| (facts.seq, facts.at, facts.body))
        else {
            return Err(Refusal::IdReused);
        };
        let asked = request.qty.as_deref().map(Quantity::parse);
        let same_quantity = match asked {
            None => true,
            Some(Ok(asked)) => asked.to_string() == given.qty,
            Some(Err(_)) => false,
        };
        if given.lot != request.lot || !same_quantity {
            return Err(Refusal::IdReused);
        }
        let left = match self.ledger.lot_put(&given.lot)? {
            Some(put) => self
                .stock_of(&put.product, &given.lot)?
                .and_then(|stock| stock.left()),
            None => None,
        };
        Ok(Some(GiveBackResult {
            left: Quantity::from_thousandths(left.unwrap_or_default().max(0)).to_string(),
            id: given.id,
            lot: given.lot,
            qty: given.qty,
            seq,
            at,
            repeated: true,
        }))
    }
}
