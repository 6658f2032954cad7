//! `jishi verify`: a till's data, or an exported archive with nothing else at hand.

mod archive;
mod totals;

use crate::failure::Failure;
use crate::language::Tongue;
use crate::progress;
use crate::session::Session;
use jishi_journal::body::Body;
use jishi_journal::{Entry, Fault};
use jishi_ledger::{Ledger, StoreError};
use jishi_till::Folder;
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;
use totals::Totals;

/// Entries read at a time.
const BATCH: u32 = 1_000;

#[derive(Serialize)]
struct Found {
    sound: bool,
    chains: Vec<FoundChain>,
    /// SQLite's own check of the file; of a till's data alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<bool>,
    /// Whether the projections are those of a fresh replay; null where something else is wrong first.
    #[serde(skip_serializing_if = "Option::is_none")]
    projections: Option<Option<bool>>,
}

#[derive(Serialize)]
struct FoundChain {
    chain: String,
    till: String,
    /// Good entries from the start.
    entries: u64,
    bad: Option<FoundBad>,
}

/// The first bad entry of a chain.
#[derive(Serialize, Clone)]
struct FoundBad {
    seq: u64,
    code: &'static str,
    message: String,
}

impl FoundBad {
    fn of(seq: u64, fault: Fault, tongue: Tongue) -> FoundBad {
        FoundBad {
            seq,
            code: fault.code(),
            message: fault_message(fault, tongue),
        }
    }

    fn body(seq: u64, tongue: Tongue) -> FoundBad {
        let message = tongue.say(
            "内容看不懂，没有计入账目",
            "its facts make no sense; it counts for nothing",
        );
        FoundBad {
            seq,
            code: "bad_body",
            message: message.to_owned(),
        }
    }

    fn totals(seq: u64, tongue: Tongue) -> FoundBad {
        let message = tongue.say(
            "数字加不平，或交班的累计与前面的单子不符",
            "its figures do not add up, or the shift's grand totals are not those of the sales before it",
        );
        FoundBad {
            seq,
            code: "bad_totals",
            message: message.to_owned(),
        }
    }
}

fn fault_message(fault: Fault, tongue: Tongue) -> String {
    let chinese = match fault {
        Fault::TooLarge => "这一条太长".to_owned(),
        Fault::BadEntry => "这一行不是记录".to_owned(),
        Fault::ForeignChain => "这一条是别的链的".to_owned(),
        Fault::Gap { wanted } => format!("缺了第 {wanted} 条"),
        Fault::BadLink => "和前一条接不上".to_owned(),
        Fault::BadSignature => "签名和内容对不上，内容被改过".to_owned(),
        Fault::BadOpening => "第 1 条不是这条链的开头".to_owned(),
    };
    tongue.say(chinese, fault.to_string())
}

pub(crate) fn till(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let reading = session.read(folder)?;
    let ledger = reading.ledger();
    let label = session.tongue.say("核对中", "Checking");
    let spinner = progress::spinner(label);
    let scratch = tempfile::tempdir().map_err(|error| Failure::file(&std::env::temp_dir(), error))?;
    let verdict = ledger.verify(scratch.path())?;
    let bad_totals = bad_totals(ledger)?;
    let chains = verdict.chains.iter().map(|chain| {
        let bad = chain
            .bad
            .map(|bad| FoundBad::of(bad.seq, bad.fault, session.tongue));
        let totals = bad_totals.get(&chain.chain.to_string());
        FoundChain {
            chain: chain.chain.to_string(),
            till: chain.node.clone(),
            entries: chain.entries,
            bad: bad.or(totals.map(|(seq, readable)| match readable {
                true => FoundBad::totals(*seq, session.tongue),
                false => FoundBad::body(*seq, session.tongue),
            })),
        }
    });
    let chains: Vec<FoundChain> = chains.collect();
    spinner.finish_and_clear();
    let sound = verdict.is_good() && chains.iter().all(|chain| chain.bad.is_none());
    say(
        session,
        &Found {
            sound,
            chains,
            file: Some(verdict.file_is_sound),
            projections: Some(verdict.projections_agree),
        },
    )
}

/// The first entry of each chain whose figures do not add up, with whether its facts could be read at all; each must be signed and linked to come
/// this far, so this finds what a faulty or forged program wrote.
fn bad_totals(ledger: &Ledger) -> Result<HashMap<String, (u64, bool)>, StoreError> {
    let mut totals = Totals::default();
    let mut bad = HashMap::new();
    for record in ledger.chains()? {
        let mut seq = 0;
        'chain: loop {
            let batch = ledger.entries_after(record.chain, seq, BATCH)?;
            if batch.is_empty() {
                break;
            }
            for signed in &batch {
                let Ok(entry) = Entry::parse(&signed.line) else {
                    break 'chain;
                };
                seq = entry.seq;
                let readable = !matches!(entry.body(), Body::Bad { .. });
                if !readable || !totals.accept(&entry) {
                    bad.insert(record.chain.to_string(), (seq, readable));
                    break 'chain;
                }
            }
        }
    }
    Ok(bad)
}

pub(crate) fn archive(session: &Session, path: &Path) -> Result<(), Failure> {
    let spinner = progress::spinner(session.tongue.say("核对中", "Checking"));
    let chains = archive::chains(path, session.tongue)?;
    spinner.finish_and_clear();
    let sound = chains.iter().all(|chain| chain.bad.is_none());
    say(
        session,
        &Found {
            sound,
            chains,
            file: None,
            projections: None,
        },
    )
}

fn say(session: &Session, found: &Found) -> Result<(), Failure> {
    session.answer(found, |tongue| words(found, tongue))?;
    match found.sound {
        true => Ok(()),
        false => Err(Failure::NotSound),
    }
}

fn words(found: &Found, tongue: Tongue) -> String {
    let mut lines = Vec::new();
    for chain in &found.chains {
        let (till, id) = (&chain.till, &chain.chain);
        lines.push(match &chain.bad {
            None => tongue.say(
                format!("{till} {id}：{} 条，全部正确", chain.entries),
                format!("{till} {id}: {} entries, all good", chain.entries),
            ),
            Some(bad) => tongue.say(
                format!("{till} {id}：第 {} 条不对，{}", bad.seq, bad.message),
                format!("{till} {id}: entry {} is bad, {}", bad.seq, bad.message),
            ),
        });
    }
    if found.file == Some(false) {
        let words = tongue.say("数据文件损坏", "The data file is damaged");
        lines.push(words.to_owned());
    }
    match found.projections {
        Some(Some(false)) => lines.push(
            tongue
                .say(
                    "账目和记录对不上，请运行 jishi rebuild",
                    "The projections are not those of the journal; run jishi rebuild",
                )
                .to_owned(),
        ),
        Some(Some(true)) => lines.push(
            tongue
                .say("账目和重算的一致", "The projections equal a fresh replay")
                .to_owned(),
        ),
        _ => {}
    }
    lines.join("\n")
}
