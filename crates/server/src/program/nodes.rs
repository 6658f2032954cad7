//! `jishi-server node`: one-time codes, and the nodes that enrolled with them.

use crate::failure::Failure;
use chrono::SecondsFormat;
use clap::ArgMatches;
use jishi_ledger::nodes::NodeRecord;
use jishi_server::{Instruments, InvitationRequest, invite, nodes, revoke};
use jishi_terminal::report::{self, Column, Kind, column};
use jishi_terminal::{Speech, arguments};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// As `node list` shows one.
#[derive(Serialize)]
struct NodeRow<'a> {
    node: &'a str,
    kind: &'a str,
    outlet: Option<&'a str>,
    organisation: Option<&'a str>,
    public_key: &'a str,
    enrolled_by: &'a str,
    revoked: bool,
    /// It goes on with another key.
    handed_over: bool,
}

const COLUMNS: &[Column] = &[
    column!("node", "编号", "Node", Kind::Text),
    column!("kind", "类别", "Kind", Kind::Node),
    column!("outlet", "销售点", "Outlet", Kind::Text),
    column!("organisation", "机构", "Organisation", Kind::Text),
    column!("revoked", "停用", "Revoked", Kind::YesNo),
    column!("handed_over", "换了钥匙", "Handed over", Kind::YesNo),
    column!("public_key", "公钥", "Public key", Kind::Text),
    column!("enrolled_by", "由谁登记", "Enrolled by", Kind::Text),
];

impl<'a> From<&'a NodeRecord> for NodeRow<'a> {
    fn from(node: &'a NodeRecord) -> NodeRow<'a> {
        NodeRow {
            node: &node.node,
            kind: &node.kind,
            outlet: node.outlet.as_deref(),
            organisation: node.organisation.as_deref(),
            public_key: &node.public_key,
            enrolled_by: &node.enrolled_by,
            revoked: node.revoked,
            handed_over: node.handed_over,
        }
    }
}

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(crate::wrong_usage());
    };
    let folder = arguments::data_folder(of, speech.tongue)?;
    let text = |name: &str| of.get_one::<String>(name).cloned();
    match name {
        "invite" => {
            let address = text("address").map(|address| address.parse()).transpose()?;
            let request = InvitationRequest {
                kind: text("kind").unwrap_or_default(),
                outlet: text("outlet"),
                organisation: text("organisation"),
                address,
            };
            give_code(speech, &folder, request, instruments)
        }
        "revoke" => stop(speech, &folder, &text("id").unwrap_or_default(), instruments),
        _ => list(speech, &folder),
    }
}

#[in_both_scripts(speech.tongue)]
fn give_code(
    speech: &Speech,
    folder: &Path,
    request: InvitationRequest,
    instruments: &Instruments,
) -> Result<(), Failure> {
    let invited = invite(folder, request, instruments)?;
    let code = invited.code.to_string();
    let expires = invited.expires.to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(
        speech.answer(&json!({ "code": code, "expires": expires }), |tongue| {
            tongue.say(
                format!("{code}\n{expires} 前有效，只能用一次。"),
                format!("{code}\nGood until {expires}, once."),
            )
        })?,
    )
}

fn list(speech: &Speech, folder: &Path) -> Result<(), Failure> {
    let nodes = nodes(folder)?;
    let rows: Vec<NodeRow<'_>> = nodes.all().iter().map(NodeRow::from).collect();
    Ok(report::list(speech, &rows, COLUMNS)?)
}

#[in_both_scripts(speech.tongue)]
fn stop(speech: &Speech, folder: &Path, id: &str, instruments: &Instruments) -> Result<(), Failure> {
    for node in revoke(folder, id, instruments)? {
        let answer = json!({ "revoked": node.node, "public_key": node.public_key });
        speech.answer(&answer, |tongue| {
            tongue.say(
                format!("{} 已停用；它以前送来的都还在。", node.node),
                format!("{} is revoked; what it sent stays.", node.node),
            )
        })?;
    }
    Ok(())
}
