//! Making a till, opening it, and restoring one from a backup.

use crate::catalogue::Catalogue;
use crate::folder::{Folder, sync_folder};
use crate::guard::{Guard, GuardFile};
use crate::refusal::Refusal;
use crate::shelf::TillShelf;
use crate::till::{Till, WorldBox, receipt_prefix};
use crate::world::{World, random};
use chrono::{DateTime, SecondsFormat};
use jishi_journal::body::Continued;
use jishi_journal::{Chain, ChainCheck, ChainId, EntryHash, NodeKey, Opening};
use jishi_ledger::{ChainRecord, Ledger, OpenError, OpenMode, StoreError};
use std::path::Path;

/// So many of the last entries are checked at every start.
const CHECKED_AT_START: u64 = 20;

impl Till {
    /// Makes a new till: its key, its chain, its database.
    pub fn init(folder: Folder, code: &str, world: Box<dyn World>) -> Result<Till, Refusal> {
        if !good_code(code) {
            return Err(Refusal::BadTillCode);
        }
        folder.create()?;
        let lock = folder.lock()?;
        // The guard is the last thing that a new till writes. Without one there may be a till that was
        // only begun, when the power went or the disk was full: it is begun again, unless it has a chain.
        if folder.guard_file().exists() {
            return Err(Refusal::TillExists);
        }
        let mut ledger = match folder.has_till() {
            true => Ledger::open(&folder.database(), OpenMode::Write)?,
            false => Ledger::open(&folder.database(), OpenMode::Create)?,
        };
        if !ledger.chains()?.is_empty() {
            return Err(Refusal::TillExists);
        }
        let key = folder.key_for_new_till(&random::<32>(world.as_ref()))?;
        let opening = Opening {
            nonce: random::<16>(world.as_ref()),
            node: code.to_owned(),
            continues: None,
        };
        let (chain, at) = store_opening(&mut ledger, key, opening, world.as_ref())?;
        let record = known_chain(&ledger, chain.id())?;
        let mut till = Till {
            guard: GuardFile::open(&folder)?,
            folder,
            _lock: lock,
            ledger,
            chain,
            record: record.till,
            generation: 0,
            machine: world.machine_id(),
            world: WorldBox(world),
            catalogue: Catalogue::default(),
            shelf: TillShelf::default(),
            shift: None,
            running: 0,
            last_at: DateTime::parse_from_rfc3339(&at).ok(),
        };
        till.write_guard();
        Ok(till)
    }

    /// Opens the till of a folder for this process alone. A database that does not fit its guard, one
    /// that was copied or is older than it should be, goes on under a successor chain, at once.
    pub fn open(folder: Folder, world: Box<dyn World>) -> Result<Till, Refusal> {
        if !folder.has_till() {
            return Err(match Guard::read(&folder) {
                // There was one: that it is gone is no reason to begin anew.
                Some(_) => StoreError::Damaged("the database is gone".to_owned()).into(),
                None => Refusal::NoTill,
            });
        }
        let lock = folder.lock()?;
        let key = folder.read_key()?;
        let ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
        if !lock.was_closed() && !ledger.quick_check()? {
            return Err(StoreError::Damaged("quick_check".to_owned()).into());
        }
        let newest = newest_chain(&ledger)?;
        check_end(&ledger, &newest)?;
        let guard = Guard::read(&folder);
        let machine = world.machine_id();
        let known_generations = guard.as_ref().map_or(0, |guard| guard.generation);
        let fits = newest.key == key.public() && guard_fits(&ledger, guard.as_ref(), &machine, &newest)?;
        let mut till = Till {
            guard: GuardFile::open(&folder)?,
            folder,
            _lock: lock,
            catalogue: Catalogue::read(&ledger)?,
            shift: ledger.open_shift(newest.till.till_no)?,
            running: ledger.last_receipt(&receipt_prefix(&newest.till.node, newest.generation))?,
            last_at: last_at(&ledger, &newest)?,
            ledger,
            chain: Chain::resume(key, newest.chain, newest.head),
            record: newest.till,
            generation: newest.generation,
            machine,
            world: WorldBox(world),
            shelf: TillShelf::default(),
        };
        if fits {
            till.write_guard();
        } else {
            till.open_successor(known_generations)?;
        }
        Ok(till)
    }

    /// Goes on under a new chain: its first entry names the old one with the head that is known here,
    /// and receipt numbers carry the next letter that neither the database nor the guard knows.
    fn open_successor(&mut self, known_generations: u32) -> Result<(), Refusal> {
        let head = self.chain.head();
        let generation = self.generation.max(known_generations).saturating_add(1);
        let continued = Continued {
            chain: self.chain.id().to_string(),
            origin: self.record.origin.to_string(),
            seq: head.seq,
            hash: head.hash.to_string(),
            generation,
        };
        let world = self.world.0.as_ref();
        let opening = Opening {
            nonce: random::<16>(world),
            node: self.record.node.clone(),
            continues: Some(continued),
        };
        let key = self.chain.key().clone();
        let (chain, _) = store_opening(&mut self.ledger, key, opening, world)?;
        self.chain = chain;
        self.generation = generation;
        self.running = self.ledger.last_receipt(&self.prefix())?;
        self.write_guard();
        Ok(())
    }
}

/// Puts a backup in place of a till's database, or where there is none. What was there is kept beside
/// it under another name. The till goes on under a successor chain; where its key is gone as well it
/// gets a new one and must be enrolled anew.
pub fn restore(backup: &Path, folder: Folder, world: Box<dyn World>) -> Result<Till, Refusal> {
    folder.create()?;
    let lock = folder.lock()?;
    let database = folder.database();
    let incoming = folder.path().join("restore.sqlite");
    std::fs::copy(backup, &incoming).map_err(|error| Refusal::file(backup, &error))?;
    let found = check_backup(&incoming, backup).and_then(|()| {
        // On disk before the old one is moved away.
        let stored = std::fs::File::open(&incoming).and_then(|file| file.sync_all());
        stored.map_err(|error| Refusal::file(&incoming, &error))
    });
    if found.is_err() {
        // Leftovers of a copy that is of no use; the refusal below says why.
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("restore.sqlite{suffix}")));
        }
    }
    found?;
    let stamp = free_stamp(&folder, &world.now().format("%Y%m%d-%H%M%S").to_string());
    for suffix in ["", "-wal", "-shm"] {
        let old = folder.path().join(format!("jishi.sqlite{suffix}"));
        if old.exists() {
            let kept = folder.path().join(format!("replaced-{stamp}.sqlite{suffix}"));
            std::fs::rename(&old, &kept).map_err(|error| Refusal::file(&old, &error))?;
        }
    }
    std::fs::rename(&incoming, &database).map_err(|error| Refusal::file(&database, &error))?;
    sync_folder(folder.path());
    if !folder.key_file().exists() {
        folder.write_key(&NodeKey::from_seed(&random::<32>(world.as_ref())))?;
    }
    // A restore always opens a successor: without a guard that fits. What it knows of successors stays.
    if let Some(guard) = Guard::read(&folder) {
        GuardFile::open(&folder)?.write(&guard.unfit())?;
    }
    drop(lock);
    Till::open(folder, world)
}

/// A stamp under which nothing is kept yet: what was replaced before is never overwritten.
fn free_stamp(folder: &Folder, stamp: &str) -> String {
    let mut free = stamp.to_owned();
    let mut more = 1u32;
    while folder.path().join(format!("replaced-{free}.sqlite")).exists() {
        more = more.saturating_add(1);
        free = format!("{stamp}-{more}");
    }
    free
}

fn check_backup(path: &Path, named: &Path) -> Result<(), Refusal> {
    let not_a_backup = || Refusal::NotABackup {
        path: named.display().to_string(),
    };
    let ledger = match Ledger::open(path, OpenMode::Write) {
        Ok(ledger) => ledger,
        Err(OpenError::Store(StoreError::Damaged(_))) => return Err(not_a_backup()),
        Err(error) => return Err(error.into()),
    };
    if !ledger.quick_check()? {
        return Err(not_a_backup());
    }
    newest_chain(&ledger).map(|_| ())
}

fn good_code(code: &str) -> bool {
    let mut characters = code.bytes();
    characters.next().is_some_and(|first| first.is_ascii_uppercase())
        && characters.all(|next| next.is_ascii_uppercase() || next.is_ascii_digit())
        && code.len() <= 8
}

fn store_opening(
    ledger: &mut Ledger,
    key: NodeKey,
    opening: Opening,
    world: &dyn World,
) -> Result<(Chain, String), Refusal> {
    let at = world.now().to_rfc3339_opts(SecondsFormat::Secs, false);
    let (chain, signed) = Chain::open(key, opening, &at)?;
    let entry = jishi_journal::Entry::parse(&signed.line).map_err(jishi_journal::ChainError::from)?;
    ledger.write(|writer| writer.append(&signed, chain.id(), chain.head(), &at, &entry.body()))?;
    Ok((chain, at))
}

fn known_chain(ledger: &Ledger, chain: ChainId) -> Result<ChainRecord, Refusal> {
    Ok(ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?)
}

/// A till's database holds the chains of one node: the first one's, and their successors.
fn newest_chain(ledger: &Ledger) -> Result<ChainRecord, Refusal> {
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    ledger.newest_chain(first.till.origin)?.ok_or(Refusal::NoTill)
}

/// The last entries must link, be signed, and end at the head.
fn check_end(ledger: &Ledger, record: &ChainRecord) -> Result<(), Refusal> {
    let skipped = record.head.seq.saturating_sub(CHECKED_AT_START);
    let mut entries = ledger.entries_after(record.chain, skipped, u32::MAX)?.into_iter();
    let mut check = ChainCheck::from_start(record.chain);
    if skipped > 0 {
        // The first of them is taken as it stands; those after it must follow from it.
        let Some(first) = entries.next() else {
            return Err(damaged_end(record));
        };
        let head = jishi_journal::Head {
            seq: skipped + 1,
            hash: first.hash(),
        };
        check = ChainCheck::after(record.chain, record.key, head);
    }
    for signed in entries {
        check.accept(&signed).map_err(|_| damaged_end(record))?;
    }
    if check.head() != Some(record.head) {
        return Err(damaged_end(record));
    }
    Ok(())
}

fn damaged_end(record: &ChainRecord) -> Refusal {
    StoreError::Damaged(format!("the end of chain {}", record.chain)).into()
}

/// The guard fits when it is this machine's and its entry is on the chain: the database may be ahead
/// of the guard, never behind it.
fn guard_fits(
    ledger: &Ledger,
    guard: Option<&Guard>,
    machine: &str,
    newest: &ChainRecord,
) -> Result<bool, Refusal> {
    let Some(guard) = guard else {
        return Ok(false);
    };
    if guard.machine != machine || guard.chain != newest.chain.to_string() || guard.seq == 0 {
        return Ok(false);
    }
    let Ok(hash) = guard.hash.parse::<EntryHash>() else {
        return Ok(false);
    };
    let entry = ledger.entries_after(newest.chain, guard.seq - 1, 1)?;
    Ok(entry.first().is_some_and(|signed| signed.hash() == hash))
}

fn last_at(ledger: &Ledger, record: &ChainRecord) -> Result<Option<DateTime<chrono::FixedOffset>>, Refusal> {
    let last = ledger.entries_after(record.chain, record.head.seq.saturating_sub(1), 1)?;
    let entry = last
        .first()
        .and_then(|signed| jishi_journal::Entry::parse(&signed.line).ok());
    Ok(entry.and_then(|entry| DateTime::parse_from_rfc3339(&entry.at).ok()))
}
