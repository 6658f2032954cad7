//! Backups: the automatic ones in the data folder, the note of those that were put elsewhere, and what
//! is in them. They are made beside the till, over a connection of their own: a sale never waits.

use crate::folder::{Folder, sync_folder};
use crate::refusal::Refusal;
use crate::till::receipt_prefix;
use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat, TimeZone as _};
use jishi_ledger::{ChainRecord, Ledger, OpenError, OpenMode, StoreError, Work};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// So many automatic backups are kept; an older one goes when a new one is whole.
const KEPT: usize = 7;
/// So many backups elsewhere are remembered.
const NOTED: usize = 100;
const STAMP: &str = "%Y%m%d-%H%M%S";
/// A backup that is not yet known to be whole.
const UNCHECKED: &str = "unchecked.sqlite";

/// A backup that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub made_at: DateTime<FixedOffset>,
    /// None in one of an older program: it is brought up to date when it is restored.
    pub inside: Option<Inside>,
}

/// What a database holds, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    pub sales: u64,
    /// The last receipt of the newest chain that gave any.
    pub last_number: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backups {
    /// The newest first.
    pub found: Vec<Backup>,
    /// Made once, and not where they were put: the stick may only have to be plugged in.
    pub absent: Vec<PathBuf>,
}

/// An automatic backup, unless there is one of this day.
pub fn back_up_daily(folder: &Folder, now: DateTime<FixedOffset>) -> Result<Option<PathBuf>, Refusal> {
    let today = now.format("%Y%m%d-").to_string();
    match automatic(folder).iter().any(|stamp| stamp.starts_with(&today)) {
        true => Ok(None),
        false => back_up(folder, now),
    }
}

/// An automatic backup, into the data folder. Answers where it is; none where nothing was recorded
/// since the last one, or while another process is making one. A copy that is not sound is refused as
/// `damaged`, and no older one makes way for it.
pub fn back_up(folder: &Folder, now: DateTime<FixedOffset>) -> Result<Option<PathBuf>, Refusal> {
    folder.check_database()?;
    let place = folder.backups();
    std::fs::create_dir_all(&place).map_err(|error| Refusal::file(&place, &error))?;
    let lock = place.join("lock");
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&lock);
    let lock = lock.map_err(|error| Refusal::file(&place, &error))?;
    if lock.try_lock().is_err() {
        return Ok(None);
    }
    let unchecked = place.join(UNCHECKED);
    let made = copy_sound(folder, &unchecked).and_then(|is_new| {
        if !is_new {
            return Ok(None);
        }
        let path = place.join(file_name(&now.format(STAMP).to_string()));
        std::fs::rename(&unchecked, &path).map_err(|error| Refusal::file(&path, &error))?;
        sync_folder(&place);
        Ok(Some(path))
    });
    // What was not whole, or was not needed, goes; what is left of it is overwritten by the next.
    let _ = std::fs::remove_file(&unchecked);
    if let Ok(Some(path)) = &made {
        make_room(folder, path);
    }
    made
}

/// A backup into a folder that a person named, under a name of its own there.
pub(crate) fn back_up_into(
    folder: &Folder,
    place: &Path,
    now: DateTime<FixedOffset>,
    work: &mut Work<'_>,
) -> Result<PathBuf, Refusal> {
    let known = std::fs::metadata(place).map_err(|error| Refusal::file(place, &error))?;
    if !known.is_dir() {
        return Err(Refusal::file(place, &ErrorKind::NotADirectory.into()));
    }
    folder.check_database()?;
    let ledger = Ledger::open(&folder.database(), OpenMode::Read)?;
    let node = ledger
        .chains()?
        .into_iter()
        .next()
        .ok_or(Refusal::NoTill)?
        .till
        .node;
    let path = free_name(place, &format!("jishi-{node}-{}", now.format(STAMP)));
    ledger.back_up(&path, work)?;
    if let Err(refusal) = note_backup(folder, &path, now) {
        // The backup is as good; it only has to be named when it is needed.
        tracing::warn!("Where the backup is was not noted: {refusal}");
    }
    Ok(path)
}

/// What is there is never overwritten.
fn free_name(place: &Path, stem: &str) -> PathBuf {
    let mut path = place.join(format!("{stem}.sqlite"));
    let mut more = 1u32;
    while path.exists() {
        more = more.saturating_add(1);
        path = place.join(format!("{stem}-{more}.sqlite"));
    }
    path
}

/// The newest automatic backup, and the newest that was put elsewhere, each with when it was made. They are not
/// looked into: a stick may be slow, or gone.
pub(crate) fn newest_backups(folder: &Folder, now: DateTime<FixedOffset>) -> [Option<MadeAt>; 2] {
    [
        of_automatic(folder, now).into_iter().last(),
        noted(folder).into_iter().max_by_key(|(at, _)| *at),
    ]
}

/// Remembers a backup that was put where the user said, so that it can be offered when it is needed.
pub fn note_backup(folder: &Folder, backup: &Path, now: DateTime<FixedOffset>) -> Result<(), Refusal> {
    let failed = |error: std::io::Error| Refusal::file(backup, &error);
    let path = backup.canonicalize().map_err(failed)?;
    let Some(text) = path.to_str().filter(|text| !text.contains('\n')) else {
        // Where it is cannot be written down in a line of text; the backup is as good.
        return Ok(());
    };
    let mut lines = noted(folder);
    lines.retain(|(_, known)| *known != path);
    lines.push((now, PathBuf::from(text)));
    let skipped = lines.len().saturating_sub(NOTED);
    let lines = lines.iter().skip(skipped).map(|(at, path)| {
        let at = at.to_rfc3339_opts(SecondsFormat::Secs, false);
        format!("{at} {}\n", path.display())
    });
    let text: String = lines.collect();
    let place = folder.backups();
    std::fs::create_dir_all(&place).map_err(failed)?;
    let beside = place.join("elsewhere.txt.new");
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, note(folder)));
    written.map_err(failed)
}

/// All backups of a till that can be found, the newest first. They are looked into, not checked: the
/// restore does that. The clock's offset is that of `now`.
pub fn backups(folder: &Folder, now: DateTime<FixedOffset>) -> Backups {
    let mut backups = Backups::default();
    for (made_at, path) in of_automatic(folder, now).into_iter().chain(noted(folder)) {
        if !path.exists() {
            backups.absent.push(path);
            continue;
        }
        let inside = match look_into(&path) {
            Ok(inside) => Some(inside),
            Err(OpenError::Older) => None,
            // No backup, or not one that this program can read.
            Err(_) => continue,
        };
        backups.found.push(Backup {
            path,
            made_at,
            inside,
        });
    }
    backups
        .found
        .sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
    backups
}

type MadeAt = (DateTime<FixedOffset>, PathBuf);

/// The oldest first, by the clock's offset of `now`.
fn of_automatic(folder: &Folder, now: DateTime<FixedOffset>) -> Vec<MadeAt> {
    let made = |stamp: String| {
        let at = NaiveDateTime::parse_from_str(&stamp, STAMP).ok()?;
        let at = now.offset().from_local_datetime(&at).single()?;
        Some((at, folder.backups().join(file_name(&stamp))))
    };
    automatic(folder).into_iter().filter_map(made).collect()
}

/// What a till's database or a backup of it holds, as far as it can be read.
pub(crate) fn look_into(path: &Path) -> Result<Inside, OpenError> {
    let ledger = Ledger::open(path, OpenMode::Read)?;
    let mut chains = ledger.chains()?;
    // What came down from a centre is none of them.
    let origin = chains.first().map(|record| record.till.origin);
    chains.retain(|record| Some(record.till.origin) == origin);
    chains.sort_by_key(|record| std::cmp::Reverse(record.generation));
    let Some(newest) = chains.first() else {
        return Err(StoreError::UnknownChain.into());
    };
    let sales = ledger.grand_totals(newest.till.till_no)?.sales;
    let mut last_number = None;
    for record in &chains {
        let prefix = receipt_prefix(&record.till.node, record.generation);
        let running = ledger.last_receipt(&prefix)?;
        if running > 0 {
            last_number = Some(format!("{prefix}-{running:06}"));
            break;
        }
    }
    Ok(Inside { sales, last_number })
}

/// Copies the till's database unless the newest automatic backup holds the same; says whether it did.
fn copy_sound(folder: &Folder, path: &Path) -> Result<bool, Refusal> {
    let ledger = Ledger::open(&folder.database(), OpenMode::Read)?;
    if let Some(newest) = automatic(folder).last() {
        let newest = folder.backups().join(file_name(newest));
        let held = Ledger::open(&newest, OpenMode::Read).and_then(|held| Ok(heads(&held.chains()?)));
        // One that cannot be read is no reason not to make another.
        if held.is_ok_and(|held| ledger.chains().is_ok_and(|chains| heads(&chains) == held)) {
            return Ok(false);
        }
    }
    ledger.backup_to(path, |_, _| true)?;
    let copy = Ledger::open(path, OpenMode::Read)?;
    match copy.quick_check()? && !copy.chains()?.is_empty() {
        true => Ok(true),
        false => Err(Refusal::damaged()),
    }
}

fn heads(chains: &[ChainRecord]) -> Vec<(String, u64, String)> {
    let heads = chains.iter();
    let head = |record: &ChainRecord| {
        let head = record.head;
        (record.chain.to_string(), head.seq, head.hash.to_string())
    };
    heads.map(head).collect()
}

/// The oldest go. The one just made stays, also where the clock was set back and it bears the oldest
/// name.
fn make_room(folder: &Folder, made: &Path) {
    let stamps = automatic(folder).into_iter();
    let paths = stamps.map(|stamp| folder.backups().join(file_name(&stamp)));
    let others: Vec<PathBuf> = paths.filter(|path| path != made).collect();
    for path in others.iter().take((others.len() + 1).saturating_sub(KEPT)) {
        if let Err(error) = std::fs::remove_file(path) {
            tracing::warn!("An old backup was not removed: {error}");
        }
    }
}

/// The stamps of the automatic backups, the oldest first.
fn automatic(folder: &Folder) -> BTreeSet<String> {
    let Ok(files) = std::fs::read_dir(folder.backups()) else {
        return BTreeSet::new();
    };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let stamp = |name: String| {
        let stamp = name.strip_prefix("jishi-")?.strip_suffix(".sqlite")?;
        NaiveDateTime::parse_from_str(stamp, STAMP).ok()?;
        Some(stamp.to_owned())
    };
    names.filter_map(stamp).collect()
}

fn file_name(stamp: &str) -> String {
    format!("jishi-{stamp}.sqlite")
}

/// One line a backup: its time, a space, where it is.
fn note(folder: &Folder) -> PathBuf {
    folder.backups().join("elsewhere.txt")
}

fn noted(folder: &Folder) -> Vec<MadeAt> {
    let text = match std::fs::read_to_string(note(folder)) {
        Ok(text) => text,
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                tracing::warn!("The note of backups elsewhere cannot be read: {error}");
            }
            return Vec::new();
        }
    };
    let line = |line: &str| {
        let (at, path) = line.split_once(' ')?;
        Some((DateTime::parse_from_rfc3339(at).ok()?, PathBuf::from(path)))
    };
    text.lines().filter_map(line).collect()
}
