//! Making a till, and opening it.

use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::folder::Folder;
use crate::guard::{Guard, GuardFault, GuardFile, check_guard};
use crate::refusal::Refusal;
use crate::shelf::TillShelf;
use crate::till::{Till, WorldBox, receipt_prefix};
use crate::world::{World, random};
use chrono::{DateTime, SecondsFormat};
use jishi_journal::{Chain, ChainCheck, ChainId, NodeKey, Opening};
use jishi_ledger::{ChainRecord, Ledger, OpenMode, StoreError};

/// So many of the last entries are checked at every start.
const CHECKED_AT_START: u64 = 20;

impl Till {
    /// Makes a new till: its key, its chain, its database.
    pub fn init(folder: Folder, code: &str, world: Box<dyn World>) -> Result<Till, Refusal> {
        if !good_code(code) {
            return Err(Refusal::BadTillCode);
        }
        folder.create()?;
        let mut lock = folder.lock()?;
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
        lock.trust(true);
        let mut till = Till {
            guard: GuardFile::open(&folder)?,
            folder,
            _lock: lock,
            ledger,
            chain,
            record: record.till,
            generation: 0,
            machine: world.machine_id(),
            catalogue: Catalogue::default(),
            shelf: TillShelf::default(),
            came_down: 0,
            shift: None,
            running: 0,
            clock: Clock::new(world.as_ref(), DateTime::parse_from_rfc3339(&at).ok()),
            taken_in: 0,
            world: WorldBox(world),
            signed_in: None,
            approvals: Vec::new(),
            approved: Vec::new(),
            spoken: None,
            guard_fault: None,
        };
        till.write_guard();
        Ok(till)
    }

    /// Opens the till of a folder for this process alone. A database that does not fit its guard, one
    /// that was copied or is older than it should be, goes on under a successor chain, at once; so does one whose
    /// chain the centre holds another branch of.
    pub fn open(folder: Folder, world: Box<dyn World>) -> Result<Till, Refusal> {
        folder.check_database()?;
        let lock = folder.lock()?;
        let mut key = folder.read_key()?;
        let ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
        if !lock.was_closed() && !ledger.quick_check()? {
            return Err(StoreError::Damaged("quick_check".to_owned()).into());
        }
        let newest = newest_chain(&ledger).map_err(|refusal| match refusal {
            // Whole, and nothing in it: not what this till wrote.
            Refusal::NoTill if folder.guard_file().exists() => {
                StoreError::Damaged("the database has no chain".to_owned()).into()
            }
            other => other,
        })?;
        check_end(&ledger, &newest)?;
        if key.public() != newest.key {
            folder.settle_next_key(&newest.key)?;
            key = folder.read_key()?;
        }
        let guard = Guard::read(&folder);
        let machine = world.machine_id();
        let fault = match newest.key == key.public() {
            true => check_guard(&ledger, guard.as_ref(), &machine, &newest)?,
            false => Some(GuardFault::OtherKey),
        };
        let mut till = Till {
            guard: GuardFile::open(&folder)?,
            folder,
            _lock: lock,
            came_down: jishi_uplink::came_down_in_all(&ledger)?,
            catalogue: Catalogue::read(&ledger)?,
            shelf: TillShelf::of(&ledger)?,
            shift: ledger.open_shift(newest.till.till_no)?,
            running: ledger.last_receipt(&receipt_prefix(&newest.till.node, newest.generation))?,
            clock: Clock::new(world.as_ref(), last_at(&ledger, &newest)?),
            taken_in: ledger.taken_in()?,
            ledger,
            chain: Chain::resume(key, newest.chain, newest.head),
            record: newest.till,
            generation: newest.generation,
            machine,
            world: WorldBox(world),
            signed_in: None,
            approvals: Vec::new(),
            approved: Vec::new(),
            spoken: None,
            guard_fault: fault,
        };
        match fault {
            None => {
                till.write_guard();
                // A disk that has no room for it must not keep the till from opening.
                if let Err(refusal) = till.leave_fork() {
                    tracing::warn!(till = %till.record.node, "The till could not leave a fork: {refusal}");
                }
            }
            Some(_) => till.open_successor(guard.as_ref())?,
        }
        till._lock.trust(true);
        Ok(till)
    }

    /// The next start checks the whole file before anything is sold, however this one ends.
    pub fn found_damage(&mut self) {
        self._lock.trust(false);
    }
}

fn good_code(code: &str) -> bool {
    let mut characters = code.bytes();
    characters.next().is_some_and(|first| first.is_ascii_uppercase())
        && characters.all(|next| next.is_ascii_uppercase() || next.is_ascii_digit())
        && code.len() <= 8
}

pub(crate) fn store_opening(
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
pub(crate) fn newest_chain(ledger: &Ledger) -> Result<ChainRecord, Refusal> {
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    ledger.newest_chain(first.till.origin)?.ok_or(Refusal::NoTill)
}

/// The last entries must link, be signed, and end at the head.
pub(crate) fn check_end(ledger: &Ledger, record: &ChainRecord) -> Result<(), Refusal> {
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

fn last_at(ledger: &Ledger, record: &ChainRecord) -> Result<Option<DateTime<chrono::FixedOffset>>, Refusal> {
    let last = ledger.entries_after(record.chain, record.head.seq.saturating_sub(1), 1)?;
    let entry = last
        .first()
        .and_then(|signed| jishi_journal::Entry::parse(&signed.line).ok());
    Ok(entry.and_then(|entry| DateTime::parse_from_rfc3339(&entry.at).ok()))
}
