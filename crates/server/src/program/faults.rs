//! `jishi-server fault`: what waits for the bookkeeper about chains, and that somebody has looked at it.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{Fault, Instruments, faults, look_at};
use jishi_terminal::report::{self, Column, Kind, column};
use jishi_terminal::{Speech, arguments};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use std::path::Path;

/// As `fault list` shows one.
#[derive(Serialize)]
struct FaultRow<'a> {
    id: &'a str,
    code: &'a str,
    till: Option<&'a str>,
    chain: &'a str,
    seq: u64,
    seen_at: &'a str,
    healed: bool,
    looked_at: Option<&'a str>,
    looked_by: Option<&'a str>,
    remark: Option<&'a str>,
}

const COLUMNS: &[Column] = &[
    column!("id", "编号", "Id", Kind::Text),
    column!("code", "什么事", "What", Kind::Text),
    column!("till", "收银台", "Till", Kind::Text),
    column!("seq", "第几条", "Entry", Kind::Count),
    column!("seen_at", "时间", "Time", Kind::Text),
    column!("healed", "已补好", "Healed", Kind::YesNo),
    column!("looked_by", "谁查过", "Looked at by", Kind::Text),
    column!("remark", "说明", "Remark", Kind::Text),
];

impl<'a> From<&'a Fault> for FaultRow<'a> {
    fn from(fault: &'a Fault) -> FaultRow<'a> {
        let looked = fault.looked_at.as_ref();
        FaultRow {
            id: &fault.id,
            code: &fault.code,
            till: fault.node.as_deref(),
            chain: &fault.chain,
            seq: fault.seq,
            seen_at: &fault.seen_at,
            healed: fault.healed,
            looked_at: looked.map(|looked| looked.at.as_str()),
            looked_by: looked.map(|looked| looked.by.as_str()),
            remark: looked.and_then(|looked| looked.remark.as_deref()),
        }
    }
}

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(crate::wrong_usage());
    };
    let folder = arguments::data_folder(of, speech.tongue)?;
    match name {
        "seen" => seen(speech, &folder, of, instruments),
        _ => {
            let faults = faults(&folder)?;
            let rows: Vec<FaultRow<'_>> = faults.iter().map(FaultRow::from).collect();
            Ok(report::list(speech, &rows, COLUMNS)?)
        }
    }
}

#[in_both_scripts(speech.tongue)]
fn seen(speech: &Speech, folder: &Path, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let (id, by) = (text("id").unwrap_or_default(), text("by").unwrap_or_default());
    let fault = look_at(folder, id, by, text("remark"), instruments)?;
    Ok(speech.answer(&FaultRow::from(&fault), |tongue| {
        tongue.say(
            format!("{id} 记下了：{by} 查过。记录都在，没有改动。"),
            format!("{id}: {by} has looked at it. The entries stay as they are."),
        )
    })?)
}
