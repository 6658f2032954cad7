//! What a person gives, and what there is to see of it. It may run beside the server.

use super::table::{Sharing, Table};
use super::{Grant, Plan, record};
use crate::clock::Instruments;
use crate::home::{Home, HomeError};
use crate::own_chain::Author;
use crate::restored;
use jishi_domain::{Quantity, allot_evenly};
use jishi_journal::VerifyingKey;
use jishi_journal::body::{Body, LotGivenBack};
use jishi_ledger::report::{Here, LotHere};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_uplink::with_former_keys;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum AllotError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("there is no such lot")]
    NoSuchLot,
    /// A node received it itself and has the whole of it, or it does not run out.
    #[error("the lot is not this server's to share out")]
    NotShared,
    #[error("no node right beneath this server has this code and sells the lot")]
    NoSuchNode,
    #[error("the quantity is not a decimal of at most three places above 0")]
    BadQuantity,
    #[error("only {undistributed} of the lot is not given to anybody yet")]
    LotTooSmall { undistributed: Quantity },
}

impl From<StoreError> for AllotError {
    fn from(error: StoreError) -> AllotError {
        AllotError::Home(error.into())
    }
}

impl AllotError {
    pub fn code(&self) -> &'static str {
        match self {
            AllotError::Home(error) => error.code(),
            AllotError::NoSuchLot => "no_such_lot",
            AllotError::NotShared => "not_shared",
            AllotError::NoSuchNode => "unknown_node",
            AllotError::BadQuantity => "bad_quantity",
            AllotError::LotTooSmall { .. } => "lot_too_small",
        }
    }
}

/// How much is given to whom.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// All that is not given to anybody yet, evenly over those who sell it.
    Evenly,
    /// To one, by its code; none means all there is.
    To {
        node: &'a str,
        quantity: Option<&'a str>,
    },
}

#[derive(Debug, Clone, Copy)]
pub struct AllotRequest<'a> {
    pub lot: &'a str,
    pub given: Given<'a>,
}

/// A lot as this server shares it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotShared {
    pub lot: String,
    pub product: String,
    pub received: Quantity,
    /// How much more was sold of it than came in, as far as this server knows.
    pub over: Option<Quantity>,
    pub undistributed: Quantity,
    pub nodes: Vec<AllottedTo>,
}

/// What a node right beneath has of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllottedTo {
    pub node: String,
    pub allotted: Quantity,
    /// What it sold, or of a hub what it gave on; as far as this server knows.
    pub used: Quantity,
    pub left: Quantity,
    /// It is given no more: revoked, or of another outlet.
    pub is_closed: bool,
}

impl From<&Table> for LotShared {
    fn from(table: &Table) -> LotShared {
        let quantity = Quantity::from_thousandths;
        let taking: Vec<&str> = table.takers().map(|seat| seat.node.as_str()).collect();
        let seats = table
            .seats
            .iter()
            .filter(|seat| seat.allotted != 0 || seat.used != 0 || taking.contains(&seat.node.as_str()));
        LotShared {
            lot: table.standing.lot.clone(),
            product: table.standing.product.clone(),
            received: quantity(table.standing.received),
            over: Some(quantity(table.drawn - table.standing.received)).filter(|over| over.is_positive()),
            undistributed: quantity(table.undistributed),
            nodes: seats
                .map(|seat| AllottedTo {
                    node: seat.node.clone(),
                    allotted: quantity(seat.allotted),
                    used: quantity(seat.used),
                    left: quantity(seat.left()),
                    is_closed: !seat.sells(),
                })
                .collect(),
        }
    }
}

/// The lots that are this server's to share out.
pub fn lots_shared(folder: &Path) -> Result<Vec<LotShared>, AllotError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let mut lots = Vec::new();
    let Some(sharing) = Sharing::read(&home.ledger, &home.key.public())? else {
        return Ok(lots);
    };
    for standing in home.ledger.lot_standings()? {
        let table = sharing.table(standing)?;
        lots.extend(table.as_ref().map(LotShared::from));
    }
    Ok(lots)
}

/// What this server has of each lot, for reports.
pub fn lots_here(home: &Home) -> Result<Here, StoreError> {
    let mut here = Here::new();
    let Some(sharing) = Sharing::read(&home.ledger, &home.key.public())? else {
        return Ok(here);
    };
    for standing in home.ledger.lot_standings()? {
        if let Some(table) = sharing.table(standing)? {
            let of_lot = LotHere {
                allotted: table.have,
                left: table.undistributed,
            };
            here.insert(table.standing.lot, of_lot);
        }
    }
    Ok(here)
}

/// Gives of a lot what was asked for, all of it or nothing. The lot as it stands then.
pub fn allot(
    folder: &Path,
    request: AllotRequest<'_>,
    instruments: &Instruments,
) -> Result<LotShared, AllotError> {
    let mut home = Home::to_write(folder, instruments)?;
    // What it gave lately it does not know yet, and would give again.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    let author = Author::of_home(&home, instruments);
    let at = instruments.at();
    record(&mut home.ledger, &author, &at, |ledger| {
        let mut plan = Plan::default();
        let (sharing, table) = table(ledger, &author, request.lot)?;
        let given = match request.given {
            Given::Evenly => table.for_takers(allot_evenly(
                Quantity::from_thousandths(table.undistributed),
                &table.as_takers(),
            )),
            Given::To { node, quantity } => given_to(&table, node, quantity)?,
        };
        plan.add(&sharing, &table, &given);
        Ok::<Plan, AllotError>(plan)
    })?;
    home.keep_ends();
    let (_, table) = table(&home.ledger, &author, request.lot)?;
    Ok(LotShared::from(&table))
}

/// What of a lot goes back to the server above.
#[derive(Debug, Clone, Copy)]
pub struct GiveBack<'a> {
    pub lot: &'a str,
    /// None means all that is not given to anybody.
    pub quantity: Option<&'a str>,
}

/// Gives a part of what the server above gave this one back to that one. The lot as it stands then.
pub fn give_back(
    folder: &Path,
    request: GiveBack<'_>,
    instruments: &Instruments,
) -> Result<LotShared, AllotError> {
    let mut home = Home::to_write(folder, instruments)?;
    // What it gave back lately it does not know yet, and would give again.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    let author = Author::of_home(&home, instruments);
    let mut id = [0; 16];
    (instruments.entropy)(&mut id).map_err(HomeError::NoEntropy)?;
    let id = hex::encode(id);
    record(&mut home.ledger, &author, &instruments.at(), |ledger| {
        let (sharing, table) = table(ledger, &author, request.lot)?;
        let outlet = sharing.given_from_above(&table).ok_or(AllotError::NotShared)?;
        let quantity = within_undistributed(&table, request.quantity)?;
        let own = with_former_keys(ledger, &[author.key.public()])?;
        let own: Vec<String> = own.iter().map(VerifyingKey::to_string).collect();
        let server = ledger
            .who_allotted(request.lot, &own)?
            .ok_or(AllotError::NotShared)?;
        let body = Body::LotGivenBack(LotGivenBack {
            id: id.clone(),
            lot: request.lot.to_owned(),
            server,
            qty: quantity.to_string(),
        });
        Ok::<Plan, AllotError>(Plan {
            grants: vec![Grant { outlet, body }],
            figured_from: vec![table.standing],
        })
    })?;
    home.keep_ends();
    let (_, table) = table(&home.ledger, &author, request.lot)?;
    Ok(LotShared::from(&table))
}

/// So much of what is not given to anybody yet; all of it unless told.
fn within_undistributed(table: &Table, quantity: Option<&str>) -> Result<Quantity, AllotError> {
    let undistributed = Quantity::from_thousandths(table.undistributed.max(0));
    let quantity = match quantity {
        Some(text) => Quantity::parse(text).map_err(|_| AllotError::BadQuantity)?,
        None => undistributed,
    };
    match quantity <= undistributed && quantity.is_positive() {
        true => Ok(quantity),
        false => Err(AllotError::LotTooSmall { undistributed }),
    }
}

fn table<'a>(ledger: &'a Ledger, author: &Author, lot: &str) -> Result<(Sharing<'a>, Table), AllotError> {
    let standing = ledger.lot_standing(lot)?.ok_or(AllotError::NoSuchLot)?;
    let sharing = Sharing::read(ledger, &author.key.public())?.ok_or(AllotError::NotShared)?;
    let table = sharing.table(standing)?.ok_or(AllotError::NotShared)?;
    Ok((sharing, table))
}

/// For each taker; all but one get nothing.
fn given_to(table: &Table, node: &str, quantity: Option<&str>) -> Result<Vec<Quantity>, AllotError> {
    let taker = table.takers().position(|seat| seat.node == node);
    let taker = taker.ok_or(AllotError::NoSuchNode)?;
    let quantity = within_undistributed(table, quantity)?;
    let mut given = vec![Quantity::ZERO; table.takers().count()];
    given[taker] = quantity;
    Ok(given)
}
