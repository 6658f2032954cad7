//! `backup`: a copy of a ledger in a file of its own, checked first and never a half.

use crate::failure::Failure;
use crate::progress::{self, Interrupt};
use crate::speech::Speech;
use jishi_ledger::{Ledger, StoreError};
use jishi_traditional::in_both_scripts;
use serde_json::json;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The keys of a till and of a server: a database beside one is no backup but in use.
const KEY_FILES: [&str; 2] = ["node.key", "server.key"];

/// Where an SQLite file says which program it belongs to: <https://sqlite.org/fileformat2.html>, section 1.3.
const APPLICATION_ID: std::ops::Range<usize> = 68..72;

/// Refuses a place where something is that a backup must not take the place of.
pub fn check_place(file: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::file(file, error);
    if file.exists() {
        return match is_older_backup(file).map_err(failed)? {
            true => Ok(()),
            false => Err(Failure::NotAnOlderBackup {
                path: file.to_owned(),
            }),
        };
    }
    // The folder is there, or it is said which is not: a database has no such words.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let found = std::fs::metadata(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    match found.is_dir() {
        true => Ok(()),
        false => Err(failed(io::ErrorKind::NotADirectory.into())),
    }
}

/// Makes the backup while the ledger is written to. Ctrl-C stops it.
#[in_both_scripts(speech.tongue)]
pub fn make(speech: &Speech, ledger: &Ledger, file: &Path) -> Result<(), Failure> {
    let bar = progress::bar(0, speech.tongue.say("备份", "Backing up"));
    // It is written under another name until it is whole.
    let made = ledger.back_up(file, &mut progress::work(&bar, &Interrupt::listen()));
    bar.finish_and_clear();
    made.map_err(|error| match error {
        StoreError::Cancelled => Failure::Cancelled,
        error => error.into(),
    })
}

#[in_both_scripts(speech.tongue)]
pub fn answer(speech: &Speech, file: &Path) -> Result<(), Failure> {
    let known = std::fs::metadata(file).map_err(|error| Failure::file(file, error))?;
    speech.answer(&json!({ "file": file, "bytes": known.len() }), |tongue| {
        tongue.say(
            format!("备份好了：{}", file.display()),
            format!("Backed up into {}", file.display()),
        )
    })
}

/// A night job writes its backup under one name again and again; any other file, and the database of
/// a till or a server that lives there, is left alone.
fn is_older_backup(file: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(file)?
        .take(APPLICATION_ID.end as u64)
        .read_to_end(&mut head)?;
    let is_ledger = head.starts_with(b"SQLite format 3\0")
        && head.get(APPLICATION_ID) == Some(jishi_ledger::APPLICATION_ID.to_be_bytes().as_slice());
    let is_in_use = KEY_FILES.iter().any(|key| file.with_file_name(key).exists());
    Ok(is_ledger && !is_in_use)
}
