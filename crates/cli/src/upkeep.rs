//! `rebuild`, `backup` and `restore`: long work that can be stopped, and that never leaves a half.

use crate::failure::Failure;
use crate::progress::{self, Interrupt};
use crate::session::Session;
use jishi_ledger::StoreError;
use jishi_till::{Folder, Refusal};
use serde_json::json;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

pub(crate) fn rebuild(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let total: u64 = {
        let reading = session.read(folder)?;
        let chains = reading.ledger().chains()?;
        chains.iter().map(|record| record.head.seq).sum()
    };
    let interrupt = Interrupt::listen();
    let bar = progress::bar(total, session.tongue.say("重算", "Replaying"));
    let entries = jishi_till::rebuild(folder, |done| {
        bar.set_position(done);
        !interrupt.is_set()
    })?;
    bar.finish_and_clear();
    session.answer(&json!({ "entries": entries }), |tongue| {
        tongue.say(
            format!("重算好了，共 {entries} 条记录。"),
            format!("Replayed {entries} entries."),
        )
    })
}

pub(crate) fn backup(session: &Session, folder: &Folder, file: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::file(file, error);
    if file.exists() && !is_older_backup(file).map_err(failed)? {
        return Err(Failure::FileExists {
            path: file.to_owned(),
        });
    }
    let reading = session.read(folder)?;
    // A damaged database must not take the place of a good backup.
    if !reading.ledger().quick_check()? {
        return Err(Refusal::from(StoreError::Damaged("quick_check".to_owned())).into());
    }
    let interrupt = Interrupt::listen();
    let bar = progress::bar(0, session.tongue.say("备份", "Backing up"));
    // It is written under another name until it is whole.
    let is_whole = reading.ledger().backup_to(file, |done, total| {
        bar.set_length(u64::from(total.unsigned_abs()));
        bar.set_position(u64::from(done.unsigned_abs()));
        !interrupt.is_set()
    })?;
    bar.finish_and_clear();
    if !is_whole {
        return Err(Refusal::Cancelled.into());
    }
    let bytes = std::fs::metadata(file).map_err(failed)?.len();
    session.answer(&json!({ "file": file, "bytes": bytes }), |tongue| {
        tongue.say(
            format!("备份好了：{}", file.display()),
            format!("Backed up into {}", file.display()),
        )
    })
}

/// A night job writes its backup under one name again and again; any other file, and the database of
/// a till that lives there, is left alone.
fn is_older_backup(file: &Path) -> io::Result<bool> {
    let mut magic = Vec::new();
    File::open(file)?.take(16).read_to_end(&mut magic)?;
    Ok(magic == b"SQLite format 3\0" && !file.with_file_name("node.key").exists())
}

pub(crate) fn restore(session: &Session, folder: Folder, file: &Path) -> Result<(), Failure> {
    let till = jishi_till::restore(file, folder, session.world())?;
    let restored = json!({
        "till": till.code(),
        "chain": till.chain_id().to_string(),
        "seq": till.head().seq,
    });
    session.answer(&restored, |tongue| {
        let (code, chain) = (till.code(), till.chain_id());
        tongue.say(
            format!("恢复好了：{code} 从新链 {chain} 接着记。"),
            format!("Restored: {code} goes on under chain {chain}."),
        )
    })
}
