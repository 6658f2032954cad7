//! `verify`: the ledger of a till or of a server, or a backup or an exported archive with nothing else at hand.

mod archive;

use crate::failure::Failure;
use crate::language::Tongue;
use crate::progress::{self, Interrupt};
use crate::speech::Speech;
use jishi_journal::Fault;
use jishi_ledger::{Ledger, OpenError, OpenMode, StoreError};
use jishi_sync::bundle::BundleError;
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

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
    /// Whether the sums are those of the rows, and nothing counts as given back beyond its sale; null where something
    /// else is wrong first.
    #[serde(skip_serializing_if = "Option::is_none")]
    sums: Option<Option<bool>>,
    /// The parties' names; of an opened ledger alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<FoundNames>,
    /// Why the data is not what was written last on this machine, or null; of a till's data alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    guard: Option<Option<GuardFound>>,
    /// Why the lines are not those that the manifest before them says, or null; of an archive with a manifest alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<Option<FoundManifest>>,
}

/// What a manifest says against the lines behind it.
#[derive(Serialize)]
struct FoundManifest {
    code: &'static str,
    message: String,
}

impl FoundManifest {
    #[in_both_scripts(tongue)]
    fn of(error: &BundleError, tongue: Tongue) -> FoundManifest {
        let chinese = match error {
            BundleError::CutOff => "后面缺了几行，没有到清单写的那一条",
            BundleError::BadSignature => "清单的签名不对，清单被改过",
            BundleError::Newer => "清单是更新版本的程序写的，这里看不懂",
            BundleError::NotABundle => "第一行不是清单",
            _ => "后面的内容和清单写的不一样",
        };
        FoundManifest {
            code: error.code(),
            message: tongue.say(chinese.to_owned(), error.to_string()),
        }
    }
}

/// What a till's guard says against its data.
#[derive(Debug, Serialize)]
pub struct GuardFound {
    pub code: &'static str,
    pub message: String,
    /// Entries are missing. Otherwise it is only worth knowing, as that this is a copy.
    #[serde(skip)]
    pub is_fault: bool,
}

/// What the program knows beside the ledger.
#[derive(Debug)]
pub struct Beside<'a> {
    /// What the user does where the projections are wrong, in Chinese and English.
    pub mend: (&'a str, &'a str),
    /// None where there is no guard at all: a server has none.
    pub guard: Option<Option<GuardFound>>,
}

/// How the sealed names stand with the keys that are here.
#[derive(Serialize)]
struct FoundNames {
    readable: u64,
    /// Erased, or the key has not come here: no fault.
    without_key: u64,
    /// Codes of the parties whose keys do not open their names.
    damaged: Vec<String>,
}

#[derive(Serialize)]
struct FoundChain {
    chain: String,
    till: String,
    /// Of the second branch of a chain that forked, the seq of its own first entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<u64>,
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

    #[in_both_scripts(tongue)]
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

    #[in_both_scripts(tongue)]
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

#[in_both_scripts(tongue)]
fn fault_message(fault: Fault, tongue: Tongue) -> String {
    let chinese = match fault {
        Fault::TooLarge => "这一条太长".to_owned(),
        Fault::BadEntry => "这一行不是记录".to_owned(),
        Fault::ForeignChain => "这一条是别的链的".to_owned(),
        Fault::Gap { wanted } => format!("缺了第 {wanted} 条"),
        Fault::BadLink => "和前后的记录接不上".to_owned(),
        Fault::BadSignature => "签名和内容对不上，内容被改过".to_owned(),
        Fault::BadOpening => "第 1 条不是这条链的开头".to_owned(),
    };
    tongue.say(chinese, fault.to_string())
}

/// Checks a ledger while it is written to, in the system's temporary folder: nothing is put beside the
/// data. Ctrl-C stops it.
#[in_both_scripts(speech.tongue)]
pub fn ledger(speech: &Speech, ledger: &Ledger, beside: Beside<'_>) -> Result<(), Failure> {
    let tongue = speech.tongue;
    let bar = progress::bar(0, tongue.say("核对中", "Checking"));
    let mut work = progress::work(&bar, &Interrupt::listen());
    let temporary = std::env::temp_dir();
    let scratch = tempfile::tempdir().map_err(|error| Failure::file(&temporary, error))?;
    let verdict = ledger
        .verify_watched(scratch.path(), &mut work)
        .map_err(|error| match error {
            OpenError::Store(StoreError::Cancelled) => Failure::Cancelled,
            // The data is only read: it is the copy that found no room.
            OpenError::Store(store @ (StoreError::Full | StoreError::ReadOnly)) => Failure::Scratch {
                folder: temporary,
                code: store.code(),
            },
            error => Failure::Ledger(error),
        })?;
    let bad_figures = ledger.bad_figures(&mut work).map_err(|error| match error {
        StoreError::Cancelled => Failure::Cancelled,
        error => error.into(),
    })?;
    drop(work);
    let chains = verdict.chains.iter().map(|chain| {
        let bad = chain.bad.map(|bad| FoundBad::of(bad.seq, bad.fault, tongue));
        let figures = bad_figures.get(&chain.branch);
        FoundChain {
            chain: chain.branch.chain.to_string(),
            branch: chain.branch.from.map(|first| first.seq),
            till: chain.node.clone(),
            entries: chain.entries,
            bad: bad.or(figures.map(|found| match found.is_readable {
                true => FoundBad::totals(found.seq, tongue),
                false => FoundBad::body(found.seq, tongue),
            })),
        }
    });
    let chains: Vec<FoundChain> = chains.collect();
    bar.finish_and_clear();
    let is_cut_off = matches!(&beside.guard, Some(Some(found)) if found.is_fault);
    let sound = verdict.is_good() && !is_cut_off && chains.iter().all(|chain| chain.bad.is_none());
    let found = Found {
        sound,
        chains,
        file: Some(verdict.file_is_sound),
        projections: Some(verdict.projections_agree),
        sums: Some(verdict.sums_add_up),
        names: Some(FoundNames {
            readable: verdict.names.readable,
            without_key: verdict.names.without_key,
            damaged: verdict.names.damaged,
        }),
        guard: beside.guard,
        manifest: None,
    };
    say(speech, &found, beside.mend)
}

/// Checks a backup, or an exported archive, with nothing but itself.
pub fn file(speech: &Speech, path: &Path) -> Result<(), Failure> {
    match is_database(path)? {
        true => backup(speech, path),
        false => archive(speech, path),
    }
}

fn is_database(path: &Path) -> Result<bool, Failure> {
    const HEAD: &[u8] = b"SQLite format 3\0";
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| Failure::file(path, error))?;
    file.take(HEAD.len() as u64)
        .read_to_end(&mut head)
        .map_err(|error| Failure::file(path, error))?;
    Ok(head == HEAD)
}

/// The projections of a backup come with it: a restored till replays them.
#[in_both_scripts(speech.tongue)]
fn backup(speech: &Speech, path: &Path) -> Result<(), Failure> {
    let opened = Ledger::open(path, OpenMode::Read).map_err(Failure::Ledger)?;
    let mend = ("恢复之后请重建", "restore it and rebuild");
    ledger(speech, &opened, Beside { mend, guard: None })
}

#[in_both_scripts(speech.tongue)]
fn archive(speech: &Speech, path: &Path) -> Result<(), Failure> {
    let spinner = progress::spinner(speech.tongue.say("核对中", "Checking"));
    let read = archive::read(path, speech.tongue)?;
    spinner.finish_and_clear();
    let manifest = read
        .manifest
        .map(|held| held.err().map(|error| FoundManifest::of(&error, speech.tongue)));
    let is_whole = !matches!(manifest, Some(Some(_)));
    let found = Found {
        sound: is_whole && read.chains.iter().all(|chain| chain.bad.is_none()),
        chains: read.chains,
        manifest,
        file: None,
        projections: None,
        sums: None,
        names: None,
        guard: None,
    };
    // Nothing is projected, so there is nothing to mend.
    say(speech, &found, ("", ""))
}

fn say(speech: &Speech, found: &Found, mend: (&str, &str)) -> Result<(), Failure> {
    speech.answer(found, |tongue| words(found, mend, tongue))?;
    match found.sound {
        true => Ok(()),
        false => Err(Failure::NotSound),
    }
}

#[in_both_scripts(tongue)]
fn words(found: &Found, mend: (&str, &str), tongue: Tongue) -> String {
    let mut lines = Vec::new();
    for chain in &found.chains {
        let till = &chain.till;
        let id = match chain.branch {
            None => chain.chain.clone(),
            Some(seq) => tongue.say(
                format!("{}（从第 {seq} 条起的另一支）", chain.chain),
                format!("{} (the other branch, from entry {seq})", chain.chain),
            ),
        };
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
        Some(Some(false)) => lines.push(tongue.say(
            format!("账目和记录对不上，{}", mend.0),
            format!("The projections are not those of the journal; {}", mend.1),
        )),
        Some(Some(true)) => lines.push(
            tongue
                .say("账目和重算的一致", "The projections equal a fresh replay")
                .to_owned(),
        ),
        _ => {}
    }
    if found.sums == Some(Some(false)) {
        let words = tongue.say(
            "账目加不平，或退货超出了所卖的",
            "The sums do not add up, or more counts as given back than was sold",
        );
        lines.push(words.to_owned());
    }
    if let Some(Some(guard)) = &found.guard {
        lines.push(guard.message.clone());
    }
    if let Some(Some(manifest)) = &found.manifest {
        lines.push(manifest.message.clone());
    }
    if let Some(names) = &found.names {
        let (damaged, without_key) = (&names.damaged, names.without_key);
        if !damaged.is_empty() {
            lines.push(tongue.say(
                format!("名字的钥匙被改过或坏了：{}", damaged.join("、")),
                format!("Keys of names are altered or damaged: {}", damaged.join(", ")),
            ));
        }
        if without_key > 0 {
            lines.push(tongue.say(
                format!("{without_key} 个名字没有钥匙：已抹去，或钥匙还没有传到"),
                format!("{without_key} names have no key: erased, or the key has not come here"),
            ));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever makes the whole unsound is listed.
    #[test]
    fn every_fault_has_its_line() {
        let names = FoundNames {
            readable: 1,
            without_key: 2,
            damaged: vec!["H1".to_owned(), "H2".to_owned()],
        };
        let found = Found {
            sound: false,
            chains: vec![FoundChain {
                chain: "c0".to_owned(),
                till: "T1".to_owned(),
                branch: None,
                entries: 3,
                bad: Some(FoundBad::of(4, Fault::BadSignature, Tongue::Chinese)),
            }],
            file: Some(false),
            projections: Some(Some(false)),
            sums: Some(Some(false)),
            names: Some(names),
            guard: Some(Some(GuardFound {
                code: "rolled_back",
                message: "比上次用的旧".to_owned(),
                is_fault: true,
            })),
            manifest: Some(Some(FoundManifest::of(&BundleError::CutOff, Tongue::Chinese))),
        };
        assert_eq!(
            words(&found, ("请重算", "replay them"), Tongue::Chinese),
            "T1 c0：第 4 条不对，签名和内容对不上，内容被改过\n数据文件损坏\n账目和记录对不上，请重算\n\
             账目加不平，或退货超出了所卖的\n比上次用的旧\n后面缺了几行，没有到清单写的那一条\n\
             名字的钥匙被改过或坏了：H1、H2\n2 个名字没有钥匙：已抹去，或钥匙还没有传到"
        );
    }
}
