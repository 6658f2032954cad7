//! `rebuild`, `backup` and `restore`: long work that can be stopped, and that never leaves a half.

use crate::failure::Failure;
use crate::progress::{self, Interrupt};
use crate::session::Session;
use jishi_till::{Folder, Refusal};
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};

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
    if file.exists() {
        return Err(Failure::FileExists {
            path: file.to_owned(),
        });
    }
    let reading = session.read(folder)?;
    let partial = Partial::beside(file);
    let interrupt = Interrupt::listen();
    let bar = progress::bar(0, session.tongue.say("备份", "Backing up"));
    let is_whole = reading.ledger().backup_to(&partial.0, |done, total| {
        bar.set_length(u64::from(total.unsigned_abs()));
        bar.set_position(u64::from(done.unsigned_abs()));
        !interrupt.is_set()
    })?;
    bar.finish_and_clear();
    if !is_whole {
        return Err(Refusal::Cancelled.into());
    }
    let failed = |error| Failure::file(file, error);
    let written = File::open(&partial.0).map_err(failed)?;
    written.sync_all().map_err(failed)?;
    let bytes = written.metadata().map_err(failed)?.len();
    std::fs::rename(&partial.0, file).map_err(failed)?;
    session.answer(&json!({ "file": file, "bytes": bytes }), |tongue| {
        tongue.say(
            format!("备份好了：{}", file.display()),
            format!("Backed up into {}", file.display()),
        )
    })
}

/// A backup that is being made; whatever is left of it goes when it is dropped.
struct Partial(PathBuf);

impl Partial {
    fn beside(file: &Path) -> Partial {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        Partial(PathBuf::from(name))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        for suffix in ["", "-journal"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(suffix);
            // Mostly it was renamed and is not there; a leftover does no harm but its room.
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }
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
