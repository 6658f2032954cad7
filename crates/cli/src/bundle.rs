//! `jishi bundle`: what goes to the centre on a stick, and the receipt that comes back.

use crate::failure::Failure;
use crate::session::Session;
use jishi_sync::bundle::BundleError;
use jishi_terminal::progress::{self, Interrupt};
use jishi_till::{Export, Folder, Refusal};
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::path::Path;

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn export(session: &Session, folder: &Folder, export: Export<'_>) -> Result<(), Failure> {
    let world = session.world();
    let interrupt = Interrupt::listen();
    let bar = progress::bar(0, session.speech.tongue.say("导出", "Exporting"));
    let packed = jishi_till::export_bundle(
        folder,
        export,
        world.now(),
        &mut |bytes| world.fill_random(bytes),
        &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
            !interrupt.is_set()
        },
    );
    bar.finish_and_clear();
    let packed = packed?;
    let status = jishi_till::status(session.read(folder)?.ledger())?;
    let chains = packed
        .iter()
        .flat_map(|packed| &packed.chains)
        .map(|stretch| json!({ "chain": stretch.chain.to_string(), "from": stretch.from, "to": stretch.to }));
    let entries = packed.as_ref().map_or(0, |packed| packed.entries);
    let answer = json!({
        "file": packed.as_ref().map(|_| export.file),
        "entries": entries,
        "chains": chains.collect::<Vec<_>>(),
        "name_keys": packed.as_ref().map_or(0, |packed| packed.name_keys),
        "sales_waiting": status.sales_waiting,
    });
    session.answer(&answer, |tongue| match packed {
        None => tongue
            .say(
                "中心都收到了，没有要带的。",
                "The centre has all there is; there is nothing to carry.",
            )
            .to_owned(),
        Some(_) => {
            let (path, sales) = (export.file.display(), status.sales_waiting);
            tongue.say(
                format!("存好了：{path}，{entries} 条记录，其中待上报 {sales} 单。带去中心，再把回执带回来。"),
                format!("Written: {path}, {entries} entries, {sales} sales waiting. Carry it to the centre, and bring its receipt back."),
            )
        }
    })
}

/// What comes down from the centre: used from the next sale on.
#[in_both_scripts(session.speech.tongue)]
fn import_catalogue(session: &Session, folder: &Folder, file: &Path) -> Result<(), Failure> {
    let came = jishi_till::import_catalogue(folder, file)?;
    let answer = json!({
        "at": came.at,
        "came": came.entries,
        "names": came.names,
        "stopped": came.stopped,
    });
    session.answer(&answer, |tongue| match came.entries {
        0 => tongue
            .say(
                "这些本机都有了，没有改动。",
                "All of it is here already; nothing was changed.",
            )
            .to_owned(),
        entries => tongue.say(
            format!("收下了中心下发的 {entries} 条（{}），下一单起用。", came.at),
            format!(
                "Took in {entries} entries from the centre ({}), used from the next sale on.",
                came.at
            ),
        ),
    })?;
    match came.stopped {
        None => Ok(()),
        Some(code) => Err(Failure::SyncIncomplete {
            message: format!("not all of it could be taken ({code})"),
            code,
        }),
    }
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn import(session: &Session, folder: &Folder, file: &Path) -> Result<(), Failure> {
    let taken = match jishi_till::import_receipt(folder, file) {
        Err(Refusal::Bundle(BundleError::IsCatalogue)) => return import_catalogue(session, folder, file),
        taken => taken?,
    };
    let status = jishi_till::status(session.read(folder)?.ledger())?;
    let chains: Vec<Value> = taken
        .iter()
        .map(|chain| {
            json!({
                "chain": chain.chain.to_string(),
                "held": chain.held,
                "refusal": chain.refusal,
                "forked": chain.forked,
                "older": chain.is_older,
            })
        })
        .collect();
    let answer = json!({
        "chains": chains,
        "acknowledged": status.acknowledged,
        "seq": status.seq,
        "sales_waiting": status.sales_waiting,
    });
    let is_older = taken.iter().all(|chain| chain.is_older);
    session.answer(&answer, |tongue| {
        let (seq, sales) = (status.acknowledged, status.sales_waiting);
        match is_older {
            true => tongue
                .say(
                    "这个回执比已经读过的旧，没有改动。",
                    "This receipt is older than what was read already; nothing was changed.",
                )
                .to_owned(),
            false => tongue.say(
                format!("中心已收到第 {seq} 条，还有 {sales} 单待上报。"),
                format!("The centre holds up to entry {seq}, {sales} sales waiting."),
            ),
        }
    })?;
    let refusal = taken
        .into_iter()
        .filter(|chain| !chain.is_older)
        .find_map(|chain| chain.refusal);
    match refusal {
        None => Ok(()),
        Some(code) => Err(Failure::SyncIncomplete {
            message: match code.as_str() {
                "gap" => {
                    "the centre lacks entries before these; export once more and carry it there".to_owned()
                }
                code => format!("the centre refuses what follows ({code})"),
            },
            code,
        }),
    }
}
