//! `jishi-server organisation`: the tree, and where outlets stand in it.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{
    Instruments, OrganisationRequest, OutletPlaced, organisations, place_outlet, put_organisation,
};
use jishi_terminal::report::{self, Column, Kind, column};
use jishi_terminal::{Speech, arguments};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// As `organisation list` shows one.
#[derive(Serialize)]
struct OrganisationRow<'a> {
    organisation: &'a str,
    level: &'a str,
    name: &'a str,
    parent: Option<&'a str>,
    outlets: usize,
}

const COLUMNS: &[Column] = &[
    column!("organisation", "机构", "Organisation", Kind::Text),
    column!("level", "级别", "Level", Kind::Level),
    column!("name", "名称", "Name", Kind::Text),
    column!("parent", "上级", "Beneath", Kind::Text),
    column!("outlets", "销售点数", "Outlets", Kind::Count),
];

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(crate::wrong_usage());
    };
    let folder = arguments::data_folder(of, speech.tongue)?;
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    // What clap holds to be required is there.
    let needed = |name: &str| text(name).unwrap_or_default();
    match name {
        "put" => {
            let request = OrganisationRequest {
                code: needed("code"),
                level: needed("level"),
                name: needed("name"),
                parent: text("parent"),
            };
            let changed = put_organisation(&folder, request, instruments)?;
            answer(speech, "organisation", request.code, changed)
        }
        "place" => {
            let placed = OutletPlaced {
                outlet: needed("outlet"),
                beneath: needed("beneath"),
            };
            let changed = place_outlet(&folder, placed, instruments)?;
            answer(speech, "outlet", placed.outlet, changed)
        }
        _ => list(speech, &folder),
    }
}

#[in_both_scripts(speech.tongue)]
fn answer(speech: &Speech, key: &str, code: &str, changed: bool) -> Result<(), Failure> {
    Ok(speech.answer(
        &json!({ key: code, "changed": changed }),
        |tongue| match changed {
            true => tongue.say(format!("{code} 记下了。"), format!("{code} is recorded.")),
            false => tongue.say(
                format!("{code} 本来就是这样，没有改。"),
                format!("{code} was so already; nothing was changed."),
            ),
        },
    )?)
}

fn list(speech: &Speech, folder: &Path) -> Result<(), Failure> {
    let tree = organisations(folder)?;
    let rows: Vec<OrganisationRow<'_>> = tree
        .in_order()
        .into_iter()
        .map(|(_, one)| OrganisationRow {
            organisation: &one.put.code,
            level: &one.put.level,
            name: &one.put.name,
            parent: one.put.parent.as_deref(),
            outlets: tree.outlets_beneath(&one.put.code).len(),
        })
        .collect();
    Ok(report::list(speech, &rows, COLUMNS)?)
}
