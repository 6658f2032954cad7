//! `jishi-server bundle import`: what a stick brings, and the receipt that goes back on it.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{BundleTaken, Instruments, TakenChain, export_bundle, import_bundle, is_receipt_of};
use jishi_terminal::progress::{self, Interrupt};
use jishi_terminal::{Speech, arguments, write_whole};
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(crate::wrong_usage());
    };
    if name == "export" {
        return export(speech, of, instruments);
    }
    let folder = arguments::data_folder(of, speech.tongue)?;
    let file = of.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let receipt = of.get_one::<PathBuf>("receipt").cloned();
    let receipt = receipt.unwrap_or_else(|| {
        let mut name = file.as_os_str().to_owned();
        name.push(".receipt");
        name.into()
    });
    let taken = take_in(speech, &folder, &file, instruments)?;
    // Said even where the receipt cannot be written: the entries are in.
    let overwrite = of.get_flag("overwrite") || is_receipt_of(&receipt, &taken.receipt);
    let written = write_whole(&receipt, &taken.receipt, overwrite);
    answer(speech, &taken, written.is_ok().then_some(receipt.as_path()))?;
    written?;
    match taken.chains.iter().any(TakenChain::is_refused) {
        false => Ok(()),
        true => Err(Failure::ChainsRefused),
    }
}

/// Only the same kind of file is replaced without being told to: a pull by stick that is written once a week.
#[in_both_scripts(speech.tongue)]
fn export(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let file = of.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let node = of.get_one::<String>("for").cloned().unwrap_or_default();
    let interrupt = Interrupt::listen();
    let bar = progress::bar(0, speech.tongue.say("存到 U 盘", "Writing"));
    let packed = export_bundle(&folder, &node, instruments, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        !interrupt.is_set()
    });
    bar.finish_and_clear();
    let (packed, bytes) = packed?;
    let overwrite = of.get_flag("overwrite") || is_receipt_of(&file, &bytes);
    write_whole(&file, &bytes, overwrite)?;
    let chains = packed
        .chains
        .iter()
        .map(|chain| json!({ "chain": chain.chain.to_string(), "from": chain.from, "to": chain.to }));
    let answer = json!({
        "file": file,
        "node": node,
        "entries": packed.entries,
        "name_keys": packed.name_keys,
        "chains": chains.collect::<Vec<_>>(),
    });
    Ok(speech.answer(&answer, |tongue| {
        let (path, entries) = (file.display(), packed.entries);
        tongue.say(
            format!("存好了：{path}，{entries} 条记录，只给 {node}。带到那台收银台：jishi bundle import，或在窗口的“数据”页读。"),
            format!("Written: {path}, {entries} entries, for {node} alone. Take it to that till: jishi bundle import, or its window's Data page."),
        )
    })?)
}

#[in_both_scripts(speech.tongue)]
fn take_in(
    speech: &Speech,
    folder: &Path,
    file: &Path,
    instruments: &Instruments,
) -> Result<BundleTaken, Failure> {
    let interrupt = Interrupt::listen();
    let bar = progress::bar(0, speech.tongue.say("收数据包", "Taking in"));
    let taken = import_bundle(folder, file, instruments, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        !interrupt.is_set()
    });
    bar.finish_and_clear();
    Ok(taken?)
}

fn chain_json(chain: &TakenChain) -> Value {
    let refusal = chain.refusal.as_ref();
    json!({
        "chain": chain.chain.to_string(),
        "from": chain.from,
        "to": chain.to,
        "held": chain.held,
        "new": chain.new,
        "refusal": refusal.map(|refusal| &refusal.code),
        "wanted": refusal.and_then(|refusal| refusal.wanted),
    })
}

#[in_both_scripts(speech.tongue)]
fn answer(speech: &Speech, taken: &BundleTaken, receipt: Option<&Path>) -> Result<(), Failure> {
    let new: u64 = taken.chains.iter().map(|chain| chain.new).sum();
    let json = json!({
        "node": taken.node,
        "new": new,
        "name_keys": taken.name_keys,
        "chains": taken.chains.iter().map(chain_json).collect::<Vec<_>>(),
        "receipt": receipt,
    });
    Ok(speech.answer(&json, |tongue| {
        let node = &taken.node;
        let mut said = vec![tongue.say(
            format!("{node} 的数据包收好了，新记录 {new} 条。"),
            format!("The bundle of {node} is in, {new} entries are new."),
        )];
        for chain in &taken.chains {
            let Some(refusal) = &chain.refusal else { continue };
            let (id, held, code) = (chain.chain, chain.held, &refusal.code);
            said.push(match refusal.wanted {
                None if !chain.is_refused() => tongue.say(
                    format!("链 {id}：这台终端还有另一份记录，两份都收下了，每一单只算一次。请查一查是不是有两台机器用着同一个编号。"),
                    format!("Chain {id}: there are other records of this till as well; both are in, and each sale counts once. Look for another machine with the same code."),
                ),
                Some(wanted) => tongue.say(
                    format!("链 {id}：这里只到第 {held} 条，要从第 {wanted} 条接着。请把回执带回去读，再导出一次。"),
                    format!("Chain {id}: held up to {held}, wanted from {wanted}. Take the receipt back, and export again."),
                ),
                None => tongue.say(
                    format!("链 {id}：收到第 {held} 条，后面的没有收（{code}）。"),
                    format!("Chain {id}: held up to {held}, what follows was refused ({code})."),
                ),
            });
        }
        if let Some(receipt) = receipt {
            let path = receipt.display();
            said.push(tongue.say(
                format!("回执：{path}，请带回收银台。"),
                format!("Receipt: {path}; take it back to the till."),
            ));
        }
        said.join("\n")
    })?)
}
