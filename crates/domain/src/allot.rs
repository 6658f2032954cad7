//! Sharing a lot out among those who sell it and cannot hear each other.
//!
//! Never all at once: one that sells faster must find more. So each gets a part of half of what there is to share, and
//! more when it has less left than the next part would be. The parts grow smaller with what is left; the last pieces
//! go to whoever runs out.

use crate::quantity::Quantity;

/// One unit: goods are given in whole ones while there are any.
const UNIT: i128 = 1000;

/// One of those who sell a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    /// How many tills it stands for: a hub for those beneath it.
    pub tills: u32,
    /// What it has left of what it was given, as far as is known here; negative where it drew more.
    pub left: Quantity,
}

/// How much more each is given by itself, in the order of the takers: who has least left comes first, ties to the
/// earlier. Together never more than there is.
pub fn allot_more(undistributed: Quantity, takers: &[Taker]) -> Vec<Quantity> {
    let mut given = vec![Quantity::ZERO; takers.len()];
    // One alone is still given a part of half: others may come.
    let parts = takers.iter().map(tills).sum::<i128>().max(2).saturating_mul(2);
    let mut rest = thousandths(undistributed);
    let mut order: Vec<(usize, &Taker)> = takers.iter().enumerate().collect();
    order.sort_by_key(|(_, taker)| taker.left);
    for (index, taker) in order {
        let share = thousandths(undistributed).saturating_mul(tills(taker));
        let part = whole_units_up(ceiling(share, parts));
        if thousandths(taker.left) >= part {
            continue;
        }
        let part = part.min(rest);
        rest = rest.saturating_sub(part);
        if let Some(given) = given.get_mut(index) {
            *given = quantity(part);
        }
    }
    given
}

/// All there is, evenly, by how many tills each stands for: whole units, those left over to the earlier.
pub fn allot_evenly(undistributed: Quantity, takers: &[Taker]) -> Vec<Quantity> {
    let all = thousandths(undistributed).max(0);
    let everybody = takers.iter().map(tills).sum::<i128>().max(1);
    let units = all.div_euclid(UNIT);
    let mut given: Vec<i128> = takers
        .iter()
        .map(|taker| {
            let share = units.saturating_mul(tills(taker));
            share.div_euclid(everybody).saturating_mul(UNIT)
        })
        .collect();
    let mut rest = all.saturating_sub(given.iter().sum());
    for given in &mut given {
        let piece = rest.min(UNIT);
        *given = given.saturating_add(piece);
        rest = rest.saturating_sub(piece);
    }
    given.into_iter().map(quantity).collect()
}

fn tills(taker: &Taker) -> i128 {
    i128::from(taker.tills.max(1))
}

fn thousandths(quantity: Quantity) -> i128 {
    i128::from(quantity.thousandths())
}

fn ceiling(amount: i128, parts: i128) -> i128 {
    amount
        .max(0)
        .saturating_add(parts.saturating_sub(1))
        .div_euclid(parts.max(1))
}

fn whole_units_up(amount: i128) -> i128 {
    ceiling(amount, UNIT).saturating_mul(UNIT)
}

/// A part of a quantity is one.
fn quantity(thousandths: i128) -> Quantity {
    Quantity::from_thousandths(i64::try_from(thousandths).unwrap_or_default())
}
