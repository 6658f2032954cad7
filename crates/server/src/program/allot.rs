//! `jishi-server allot` and `give-back`.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{AllotRequest, GiveBack, Given, Instruments, LotShared, allot, give_back, lots_shared};
use jishi_terminal::report::{self, Column, Kind, column};
use jishi_terminal::{Speech, arguments};
use serde::Serialize;
use std::path::Path;

/// A node with its part of a lot; the one without a node is what nobody was given yet.
#[derive(Serialize)]
struct ShareRow<'a> {
    lot: &'a str,
    product: &'a str,
    node: Option<&'a str>,
    allotted: String,
    used: String,
    left: String,
    closed: bool,
}

const COLUMNS: &[Column] = &[
    column!("lot", "批次", "Lot", Kind::Text),
    column!("product", "商品编号", "Product", Kind::Text),
    column!("node", "分给", "Given to", Kind::Text),
    column!("allotted", "分到", "Allotted", Kind::Quantity),
    column!("used", "已用", "Used", Kind::Quantity),
    column!("left", "剩余", "Left", Kind::Quantity),
    column!("closed", "不再分给", "Given no more", Kind::YesNo),
];

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let given = match text("node") {
        Some(node) => Some(Given::To {
            node,
            quantity: text("quantity"),
        }),
        None => of.get_flag("evenly").then_some(Given::Evenly),
    };
    let lots = match (text("lot"), given) {
        (Some(lot), Some(given)) => vec![allot(&folder, AllotRequest { lot, given }, instruments)?],
        (lot, None) => looked_at(&folder, lot)?,
        (None, Some(given)) => {
            let mut lots = Vec::new();
            for LotShared { lot, .. } in lots_shared(&folder)? {
                lots.push(allot(&folder, AllotRequest { lot: &lot, given }, instruments)?);
            }
            lots
        }
    };
    let rows: Vec<ShareRow<'_>> = lots.iter().flat_map(rows_of).collect();
    Ok(report::list(speech, &rows, COLUMNS)?)
}

/// Gives what the server above gave, and nobody here was given, back to that one.
pub(crate) fn back(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let request = GiveBack {
        // What clap holds to be required is there.
        lot: text("lot").unwrap_or_default(),
        quantity: text("quantity"),
    };
    let shared = give_back(&folder, request, instruments)?;
    let rows: Vec<ShareRow<'_>> = rows_of(&shared).collect();
    Ok(report::list(speech, &rows, COLUMNS)?)
}

fn looked_at(folder: &Path, lot: Option<&str>) -> Result<Vec<LotShared>, Failure> {
    let mut lots = lots_shared(folder)?;
    lots.retain(|shared| lot.is_none_or(|lot| lot == shared.lot));
    Ok(lots)
}

fn rows_of(shared: &LotShared) -> impl Iterator<Item = ShareRow<'_>> {
    let nodes = shared.nodes.iter().map(|node| ShareRow {
        lot: &shared.lot,
        product: &shared.product,
        node: Some(&node.node),
        allotted: node.allotted.to_string(),
        used: node.used.to_string(),
        left: node.left.to_string(),
        closed: node.is_closed,
    });
    let undistributed = ShareRow {
        lot: &shared.lot,
        product: &shared.product,
        node: None,
        allotted: jishi_domain::Quantity::ZERO.to_string(),
        used: jishi_domain::Quantity::ZERO.to_string(),
        left: shared.undistributed.to_string(),
        closed: false,
    };
    nodes.chain([undistributed])
}
