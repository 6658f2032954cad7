//! The way up without a line: what the centre has not acknowledged goes on a stick, its receipt comes back.

use crate::folder::{Folder, sync_folder};
use crate::refusal::Refusal;
use crate::upward::outbox_beside;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use jishi_ledger::{OpenMode, StoreError};
use jishi_sync::bundle::{
    BundleError, BundleKind, Check, PackError, Packed, Sender, TakenChain, pack, read_receipt, take_receipt,
};
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
    check_place(export, &node)?;
    let sender = Sender {
        organisation: outbox.server(),
        node: &node,
        key: &key,
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

/// An older bundle of this till holds nothing that a new one does not; anything else is left alone.
fn check_place(export: Export<'_>, node: &str) -> Result<(), Refusal> {
    let known = match std::fs::metadata(export.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        known => known.map_err(|error| Refusal::file(export.file, &error))?,
    };
    let is_older = || {
        let found = File::open(export.file)
            .map_err(BundleError::Io)
            .and_then(Check::open);
        found.is_ok_and(|check| {
            let manifest = check.manifest();
            manifest.kind == BundleKind::Entries && manifest.node == node
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
    let (mut outbox, _) = outbox_beside(folder, OpenMode::Write)?;
    let server = outbox.server();
    let open = || Ok(Box::new(File::open(file)?) as Box<dyn Read>);
    let receipt = read_receipt(open, &server)?;
    let taken = take_receipt(&receipt, &server, &mut outbox)?;
    Ok(taken.map_err(|_| Refusal::NotThisTill)?.chains)
}
