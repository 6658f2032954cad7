//! 批次: what is left of each lot at this till and beneath the server beside it, a part given back, and one given to a
//! till. Whose goods they are and what they cost is no matter of this page.

use crate::desk::Desk;
use crate::refusal::Refusal;
use crate::screen::{Counter, commands, read, write};
use crate::view::*;
use crate::whose::Parties;
use crate::wire::GiveBackRequest;
use jishi_domain::Quantity;
use jishi_ledger::lots::LotStock;
use jishi_ledger::report::{Filter, overdrawn};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// More than that is looked for by name.
const LOTS_MAX: usize = 200;

commands! {
    /// 批次: what is left, and how it is shared out.
    Desk::call_lots, lots_typescript:
    lots: FindLots => LotsView;
    give_back_lot: GiveBackLot => Nothing;
    allot_lot: AllotLot => Nothing;
}

impl Desk {
    /// Asked again and again by the page: nobody's hands are at it.
    fn lots(&mut self, request: FindLots) -> Result<LotsView, Refusal> {
        let hub = self.hub_beside();
        let counter = self.beside("lots")?;
        let may_share = counter.check_may(Action::LotShare).is_ok();
        let (mut lots, more) = counter.lots_left(&request.query)?;
        let shared = match hub {
            Some(hub) => hub.lots(&counter.till.hub_owner()?)?,
            None => BTreeMap::new(),
        };
        for lot in &mut lots {
            lot.shared = shared.get(&lot.lot).cloned();
            if let Some(shared) = &lot.shared {
                lot.over = shared.over.clone().or(lot.over.take());
            }
        }
        // What was looked for stands in the order in which it fits.
        if request.query.trim().is_empty() {
            lots.sort_by_key(|lot| (lot.over.is_none(), is_sold_out(lot)));
        }
        Ok(LotsView {
            lots,
            more,
            may_share,
            hub: !shared.is_empty(),
        })
    }

    fn give_back_lot(&mut self, request: GiveBackLot) -> Result<Nothing, Refusal> {
        let counter = self.upkeep("give_back_lot")?;
        counter.check_may(Action::LotShare)?;
        counter.till.give_back(&GiveBackRequest {
            id: request.id,
            lot: request.lot,
            qty: request.quantity,
        })?;
        Ok(Nothing {})
    }

    fn allot_lot(&mut self, request: AllotLot) -> Result<Nothing, Refusal> {
        let hub = self.hub_beside();
        let counter = self.upkeep("allot_lot")?;
        counter.check_may(Action::LotShare)?;
        let hub = hub.ok_or_else(|| Refusal::hub("not_shared"))?;
        hub.allot(&request.lot, request.node.as_deref(), request.quantity.as_deref())?;
        Ok(Nothing {})
    }
}

impl Counter {
    /// The lots of goods that a query finds, and whether there are more than these.
    fn lots_left(&mut self, query: &str) -> Result<(Vec<LotLeftView>, bool), Refusal> {
        let ledger = self.till.ledger();
        let mut over: BTreeMap<String, String> = BTreeMap::new();
        for row in overdrawn(ledger, &Filter::default())? {
            over.insert(row.lot, row.over);
        }
        let known = ledger.lots()?;
        let catalogue = self.till.catalogue();
        let with_lots: BTreeSet<&str> = known.iter().map(|lot| lot.product.as_str()).collect();
        let query = query.trim();
        let products: Vec<&str> = match query.is_empty() {
            // What is overdrawn must not lie behind what is not shown.
            true => {
                let overdrawn = known.iter().filter(|lot| over.contains_key(&lot.code));
                let overdrawn: BTreeSet<&str> = overdrawn.map(|lot| lot.product.as_str()).collect();
                let (first, rest): (Vec<&str>, Vec<&str>) = with_lots
                    .iter()
                    .copied()
                    .partition(|product| overdrawn.contains(product));
                first.into_iter().chain(rest).collect()
            }
            false => {
                let found = catalogue.search_index().find(query);
                found.filter(|code| with_lots.contains(code)).collect()
            }
        };
        let mut stocks: Vec<LotStock> = Vec::new();
        for product in products {
            if stocks.len() > LOTS_MAX {
                break;
            }
            stocks.extend(self.till.lots_here(product)?);
        }
        let more = stocks.len() > LOTS_MAX;
        stocks.truncate(LOTS_MAX);
        if query.is_empty() {
            stocks.sort_by(nearer_its_end);
        }
        let shown = stocks.iter().map(|stock| {
            let over = over.get(&stock.lot.code).map(|over| short(over));
            self.lot_view(stock, over)
        });
        Ok((shown.collect(), more))
    }

    fn lot_view(&self, stock: &LotStock, over: Option<String>) -> LotLeftView {
        let catalogue = self.till.catalogue();
        let product = catalogue.product(&stock.lot.product);
        let shown = |thousandths: i64| Quantity::from_thousandths(thousandths).short();
        let received = Quantity::parse(&stock.lot.qty).unwrap_or(Quantity::ZERO);
        let left = stock.left().unwrap_or_default();
        let part = left + stock.drawn();
        let parties = stock.lot.shares.iter().map(|share| share.party.as_str());
        LotLeftView {
            lot: stock.lot.code.clone(),
            name: product.map_or_else(|| stock.lot.product.clone(), |put| put.name.clone()),
            unit: product.map(|put| put.unit.clone()).unwrap_or_default(),
            whose: Parties::of(catalogue, parties).whose(self.till.language()),
            received: received.short(),
            standing: stock.lot.standing,
            own: stock.allotted.is_none(),
            part: shown(part),
            sold: shown(stock.drawn()),
            left: shown(left),
            elsewhere: match stock.allotted {
                Some(_) => shown((received.thousandths() - part).max(0)),
                None => shown(0),
            },
            over,
            can_give_back: stock.allotted.is_some() && left > 0,
            shared: None,
        }
    }
}

/// The one of whose part here less is left comes first; one that does not run out comes last.
fn nearer_its_end(a: &LotStock, b: &LotStock) -> Ordering {
    let left_of = |stock: &LotStock| {
        let left = stock.left()?;
        Some((i128::from(left), i128::from(left + stock.drawn()).max(1)))
    };
    let by_left = match (left_of(a), left_of(b)) {
        (Some((a_left, a_part)), Some((b_left, b_part))) => (a_left * b_part).cmp(&(b_left * a_part)),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    // Of those that stand alike the ones that others sell too.
    by_left.then_with(|| a.allotted.is_none().cmp(&b.allotted.is_none()))
}

/// Neither here nor, as far as is known, elsewhere is anything of it.
fn is_sold_out(lot: &LotLeftView) -> bool {
    let none = |text: &str| !Quantity::parse(text).is_ok_and(Quantity::is_positive);
    !lot.standing && none(&lot.left) && none(&lot.elsewhere)
}

fn short(text: &str) -> String {
    Quantity::parse(text).map_or_else(|_| text.to_owned(), Quantity::short)
}
