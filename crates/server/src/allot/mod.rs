//! `lot_allotted`: a lot that several tills sell is shared out among them, so that two that cannot hear each other
//! never draw the same goods.
//!
//! A server gives of what came in at it, or of what a server above gave it, to the nodes right beneath it; a hub goes on
//! from there. So no two servers share out the same goods, and none needs to ask another. It gives a part by itself, and
//! more to whoever runs low ([`jishi_domain::allot_more`]); a person may give the rest by hand. What was given is never
//! taken back, for a till that is not heard may have sold it. Why so: decision 0010.

mod by_hand;
mod table;

pub use by_hand::{
    AllotError, AllotRequest, AllottedTo, GiveBack, Given, LotShared, allot, give_back, lots_here,
    lots_shared,
};

use crate::home::HomeError;
use crate::own_chain::{Author, SignError, TRIES_MAX};
use crate::restored;
use jishi_domain::{Quantity, allot_more};
use jishi_journal::body::{Body, LotAllotted};
use jishi_ledger::allotments::LotStanding;
use jishi_ledger::{Ledger, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use table::{Seat, Sharing, Table};

/// Which lots are looked at.
pub(crate) enum Which<'a> {
    All,
    These(&'a BTreeSet<String>),
}

impl Which<'_> {
    fn standings(&self, ledger: &Ledger) -> Result<Vec<LotStanding>, StoreError> {
        match self {
            Which::All => ledger.lot_standings(),
            Which::These(lots) => {
                let mut standings = Vec::new();
                for lot in *lots {
                    standings.extend(ledger.lot_standing(lot)?);
                }
                Ok(standings)
            }
        }
    }
}

/// What one node is given, or this server gives back, as the entry says it.
struct Grant {
    outlet: String,
    body: Body,
}

/// What is going to be given, and what that was figured from.
#[derive(Default)]
struct Plan {
    grants: Vec<Grant>,
    figured_from: Vec<LotStanding>,
}

impl Plan {
    /// `given` is for each taker of the table, in their order.
    fn add(&mut self, sharing: &Sharing<'_>, table: &Table, given: &[Quantity]) {
        let before = self.grants.len();
        for (seat, more) in table.takers().zip(given) {
            if more.is_positive() {
                self.grants
                    .extend(grant(sharing, table, seat, more.thousandths()));
            }
        }
        if self.grants.len() > before {
            self.figured_from.push(table.standing.clone());
        }
    }
}

fn grant(sharing: &Sharing<'_>, table: &Table, seat: &Seat, more: i64) -> Option<Grant> {
    let (outlet, public_key) = (seat.outlet.clone()?, seat.public_key.clone()?);
    let in_all = sharing.in_all(table, seat, &outlet, more);
    Some(Grant {
        body: Body::LotAllotted(LotAllotted {
            lot: table.standing.lot.clone(),
            node: seat.node.clone(),
            public_key,
            qty: Quantity::from_thousandths(in_all).to_string(),
        }),
        outlet,
    })
}

/// Gives by itself what is to be given now; says how many entries that took.
pub(crate) fn review(
    ledger: &mut Ledger,
    author: &Author,
    which: &Which<'_>,
    at: &str,
) -> Result<usize, HomeError> {
    record(ledger, author, at, |ledger| {
        let mut plan = Plan::default();
        if restored::coming_back(ledger, &author.key.public())?.is_some() {
            return Ok(plan);
        }
        let Some(sharing) = Sharing::read(ledger, &author.key.public())? else {
            return Ok(plan);
        };
        for standing in which.standings(ledger)? {
            if !sharing.may_have_more(&standing) {
                continue;
            }
            let Some(table) = sharing.table(standing)? else {
                continue;
            };
            let undistributed = Quantity::from_thousandths(table.undistributed);
            let given = match sharing.is_of_one(&table) {
                true if undistributed.is_positive() => vec![undistributed],
                _ => allot_more(undistributed, &table.as_takers()),
            };
            plan.add(&sharing, &table, &table.for_takers(given));
        }
        Ok(plan)
    })
}

/// The same where nobody waits for it: what is not given now is given with the next batch. A full disk must not keep
/// the server from answering.
pub(crate) fn review_beside(ledger: &mut Ledger, author: &Author, which: &Which<'_>, at: &str) {
    match review(ledger, author, which, at) {
        Ok(0) => {}
        Ok(given) => tracing::info!("Gave more of lots, {given} times"),
        Err(error) => tracing::warn!(code = error.code(), "Lots are not shared out: {error}"),
    }
}

/// Signs and stores what `plan` finds is to be given. It is figured anew where another process gave something
/// meanwhile.
fn record<E: From<StoreError> + From<HomeError>>(
    ledger: &mut Ledger,
    author: &Author,
    at: &str,
    mut plan: impl FnMut(&Ledger) -> Result<Plan, E>,
) -> Result<usize, E> {
    let mut tries = 0;
    loop {
        let Plan { grants, figured_from } = plan(ledger)?;
        if grants.is_empty() {
            return Ok(0);
        }
        let given = grants.len();
        let mut by_outlet: BTreeMap<String, Vec<Body>> = BTreeMap::new();
        for grant in grants {
            by_outlet.entry(grant.outlet).or_default().push(grant.body);
        }
        let mut chains = Vec::new();
        for (outlet, bodies) in &by_outlet {
            let signed = author.sign_for_outlet(ledger, outlet, bodies, at);
            chains.push(signed.map_err(|error: SignError| HomeError::from(error))?);
        }
        let stored = ledger.write(|writer| -> Result<(), StoreError> {
            for standing in &figured_from {
                if writer.lot_standing(&standing.lot)?.as_ref() != Some(standing) {
                    return Err(StoreError::NotNext { seq: 0, head: 0 });
                }
            }
            chains
                .iter()
                .try_for_each(|chain| chain.store(writer, |_| Ok(())))
        });
        match stored {
            Ok(()) => return Ok(given),
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}
