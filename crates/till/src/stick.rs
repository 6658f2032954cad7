//! The way up without a line: what the centre has not acknowledged goes on a stick, its receipt comes back.

use crate::folder::{Folder, sync_folder};
use crate::refusal::Refusal;
use crate::upward::{outbox_beside, status};
use crate::view::JobReport;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use jishi_ledger::{Ledger, OpenMode, Step, StoreError, Work};
use jishi_sync::Outbox as _;
use jishi_sync::bundle::{
    BundleError, BundleKind, Check, PackError, Packed, Sender, Stretch, TakenChain, pack, read_receipt,
    take_receipt,
};
use jishi_uplink::{CameByStick, LedgerOutbox, StickError, entropy, follow_manifest, take_from_stick};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What is to be written where.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    pub file: &'a Path,
    /// Everything, and not only what the centre has not acknowledged.
    pub all: bool,
    /// Whatever file is there is replaced, and not only an older bundle of this till.
    pub overwrite: bool,
}

/// Writes a bundle, beside whoever has the till open. Nothing is written where nothing waits. `tell` hears how far it
/// is, and says whether to go on.
pub fn export_bundle(
    folder: &Folder,
    export: Export<'_>,
    now: DateTime<FixedOffset>,
    entropy: &mut dyn FnMut(&mut [u8]),
    tell: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Option<Packed>, Refusal> {
    folder.check_database()?;
    let (outbox, node) = outbox_beside(folder, OpenMode::Read)?;
    let key = folder.read_key()?;
    check_place(export, &outbox)?;
    let sender = Sender {
        organisation: outbox.server(),
        node: &node,
        key: &key,
        hand_overs: &outbox.hand_overs()?,
        at: &now.to_rfc3339_opts(SecondsFormat::Secs, false),
        all: export.all,
    };
    let part = part_of(export.file);
    let packed = pack(&outbox, &sender, entropy, tell, || File::create(&part));
    let failed = |error: io::Error| {
        // What is left of it would only be in the way; where the stick is gone, so is this.
        let _ = std::fs::remove_file(&part);
        Refusal::file(export.file, &error)
    };
    match packed {
        Ok(None) => Ok(None),
        Ok(Some((packed, file))) => {
            file.sync_all()
                .and_then(|()| std::fs::rename(&part, export.file))
                .map_err(failed)?;
            sync_folder(export.file.parent().unwrap_or(Path::new(".")));
            Ok(Some(packed))
        }
        Err(PackError::Write(error)) => Err(failed(error)),
        Err(error) => {
            // Not there where it was refused before it was begun.
            let _ = std::fs::remove_file(&part);
            Err(match error {
                PackError::Store(error) => error.into(),
                PackError::Write(error) => Refusal::file(export.file, &error),
                PackError::BrokenChain { chain, after } => {
                    StoreError::Damaged(format!("chain {chain} after entry {after}")).into()
                }
                PackError::TooManyChains => StoreError::Damaged("too many chains".to_owned()).into(),
                PackError::Keys(_) => Refusal::damaged(),
                PackError::Cancelled => Refusal::Cancelled,
            })
        }
    }
}

fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// An older bundle of which every entry is here may make way. Anything else is left alone: another till's bundle, and
/// one of this till from before its disk was lost, which may be all that is left of some sales.
fn check_place(export: Export<'_>, outbox: &LedgerOutbox) -> Result<(), Refusal> {
    let known = match std::fs::metadata(export.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        known => known.map_err(|error| Refusal::file(export.file, &error))?,
    };
    let is_here = |stretch: &Stretch| {
        let entries = outbox.entries_after(stretch.chain.into(), stretch.to - 1, 1);
        entries.is_ok_and(|entries| entries.first().is_some_and(|entry| entry.hash() == stretch.hash))
    };
    let is_older = || {
        let found = File::open(export.file)
            .map_err(BundleError::Io)
            .and_then(Check::open);
        found.is_ok_and(|check| {
            let manifest = check.manifest();
            manifest.kind == BundleKind::Entries && manifest.chains.iter().all(is_here)
        })
    };
    match known.is_file() && (export.overwrite || is_older()) {
        true => Ok(()),
        false => Err(Refusal::NotAnOlderBundle {
            path: export.file.display().to_string(),
        }),
    }
}

/// Reads the centre's receipt and keeps its words, beside whoever has the till open.
pub fn import_receipt(folder: &Folder, file: &Path) -> Result<Vec<TakenChain>, Refusal> {
    folder.check_database()?;
    outbox_beside(folder, OpenMode::Read)?;
    let check = Check::open(File::open(file).map_err(BundleError::Io)?)?;
    if check.manifest().kind == BundleKind::Receipt {
        let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
        follow_manifest(&mut ledger, check.manifest())?;
    }
    let (mut outbox, _) = outbox_beside(folder, OpenMode::Write)?;
    let server = outbox.server();
    let open = || Ok(Box::new(File::open(file)?) as Box<dyn Read>);
    let receipt = read_receipt(open, &server)?;
    let taken = take_receipt(&receipt, &server, &mut outbox)?;
    Ok(taken.map_err(|_| Refusal::NotThisTill)?.chains)
}

/// Takes in what the centre wrote for this till, beside whoever has it open; the open till uses it between two sales.
pub fn import_catalogue(folder: &Folder, file: &Path) -> Result<CameByStick, Refusal> {
    folder.check_database()?;
    // Enrolled, and no till to practise at.
    outbox_beside(folder, OpenMode::Read)?;
    let open = || Ok(Box::new(File::open(file)?) as Box<dyn Read>);
    Ok(take_from_stick(&folder.database(), &folder.read_key()?, open)?)
}

impl From<StickError> for Refusal {
    fn from(error: StickError) -> Refusal {
        match error {
            StickError::Bundle(error) => error.into(),
            StickError::NotThisNode => Refusal::NotThisTill,
            StickError::Open(error) => error.into(),
            StickError::Store(error) => error.into(),
        }
    }
}

/// The window's export, into a folder: under the till's code, or beside what may not make way.
pub(crate) fn carry(
    folder: &Folder,
    place: &Path,
    now: DateTime<FixedOffset>,
    work: &mut Work<'_>,
) -> Result<JobReport, Refusal> {
    let standing = status(&Ledger::open(&folder.database(), OpenMode::Read)?)?;
    let code = &standing.till;
    let names = [
        format!("{code}.jishi"),
        format!("{code}-{}.jishi", now.format("%Y%m%d-%H%M%S")),
    ];
    let mut entropy = entropy();
    let mut packed = Err(Refusal::NotAnOlderBundle {
        path: place.display().to_string(),
    });
    for name in names {
        let file = place.join(name);
        let export = Export {
            file: &file,
            all: false,
            overwrite: false,
        };
        let done = export_bundle(folder, export, now, &mut *entropy, &mut |done, total| {
            work.at(Step::Pack, done, total)
        });
        packed = done.map(|packed| packed.map(|packed| (packed, file)));
        if !matches!(packed, Err(Refusal::NotAnOlderBundle { .. })) {
            break;
        }
    }
    Ok(match packed? {
        Some((packed, file)) => JobReport::Carry {
            path: Some(file.display().to_string()),
            entries: packed.entries,
            sales: standing.sales_only_here,
        },
        None => JobReport::Carry {
            path: None,
            entries: 0,
            sales: 0,
        },
    })
}

/// The window's import of what came back: a receipt, or what comes down. A chain that the centre refuses is for a person to
/// look at.
pub(crate) fn take_in(folder: &Folder, file: &Path) -> Result<JobReport, Refusal> {
    let taken = match import_receipt(folder, file) {
        Err(Refusal::Bundle(BundleError::IsCatalogue)) => {
            let came = import_catalogue(folder, file)?;
            return Ok(JobReport::CameDown {
                entries: u32::try_from(came.entries).unwrap_or(u32::MAX),
                stopped: came.stopped,
            });
        }
        taken => taken?,
    };
    let is_older = taken.iter().all(|chain| chain.is_older);
    let refusals = taken
        .iter()
        .filter(|chain| !chain.is_older)
        .filter_map(|chain| chain.refusal.as_deref());
    let (wanted, refused): (Vec<&str>, Vec<&str>) = refusals.partition(|code| *code == "gap");
    if let Some(code) = refused.first() {
        return Err(Refusal::chain_refused(code));
    }
    let standing = status(&Ledger::open(&folder.database(), OpenMode::Read)?)?;
    Ok(JobReport::Receipt {
        sales_waiting: standing.sales_only_here,
        is_older,
        is_more_wanted: !wanted.is_empty(),
    })
}
