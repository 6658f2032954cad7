//! Checking a store as a stranger would: every link, every signature, every projection.

mod sums;

use crate::backup::pages;
use crate::names::NamesVerdict;
use crate::rebuild::digest_as;
use crate::store::{ChainRecord, Ledger, OpenError, OpenMode, StoreError, find_chain, place_of};
use crate::totals::Totals;
use crate::work::{Step, Work};
use jishi_journal::body::{Body, ChainOpened};
use jishi_journal::{BadEntry, Branch, ChainCheck, Entry, Fault, Head, Signature, SignedEntry};
use rusqlite::params;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// What was found of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainVerdict {
    pub branch: Branch,
    pub node: String,
    /// Good entries from the start.
    pub entries: u64,
    /// The first bad one, if any.
    pub bad: Option<BadEntry>,
}

/// The first entry of a chain whose figures do not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFigures {
    pub seq: u64,
    /// Whether its facts could be read at all.
    pub is_readable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub chains: Vec<ChainVerdict>,
    /// SQLite's own check of the file.
    pub file_is_sound: bool,
    /// Whether the projections are those of a fresh replay; not asked where a chain is bad.
    pub projections_agree: Option<bool>,
    /// Whether the sums are those of the rows, and of no sale more counts as given back than it gave; not asked where the
    /// projections are others.
    pub sums_add_up: Option<bool>,
    pub names: NamesVerdict,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.file_is_sound
            && self.projections_agree == Some(true)
            && self.sums_add_up == Some(true)
            && self.names.damaged.is_empty()
            && self.chains.iter().all(|chain| chain.bad.is_none())
    }
}

/// An entry as it lies in the file, with the hash that is kept beside it.
struct RawEntry {
    signed: SignedEntry,
    hash: Vec<u8>,
}

impl RawEntry {
    fn entry(&self) -> Option<Entry> {
        Entry::parse(&self.signed.line).ok()
    }
}

const BATCH: u32 = 1_000;

impl Ledger {
    /// Verifies everything. The replay runs in `scratch`, a folder of the caller's, on a copy.
    pub fn verify(&self, scratch: &Path) -> Result<Verdict, OpenError> {
        self.verify_watched(scratch, &mut Work::unwatched())
    }

    /// The same, for somebody who looks on and may stop it.
    pub fn verify_watched(&self, scratch: &Path, work: &mut Work<'_>) -> Result<Verdict, OpenError> {
        // All of it as it stands at one moment, whatever a till beside this records meanwhile.
        let moment = self
            .connection
            .unchecked_transaction()
            .map_err(StoreError::from)?;
        let verdict = self.verify_now(scratch, work)?;
        moment.finish().map_err(StoreError::from)?;
        Ok(verdict)
    }

    fn verify_now(&self, scratch: &Path, work: &mut Work<'_>) -> Result<Verdict, OpenError> {
        let file_is_sound = self.check_file(work)?;
        let mut chains: Vec<ChainVerdict> = Vec::new();
        let total = self.entry_count()?;
        let mut before = 0;
        for record in self.chains()? {
            chains.push(self.verify_chain(&record, |done| {
                work.must_be_at(Step::Chains, before + done, total)
            })?);
            before += record.own_entries();
        }
        let all_good = chains.iter().all(|chain| chain.bad.is_none());
        let projections_agree = match all_good && file_is_sound {
            true => Some(self.replay_agrees(scratch, work)?),
            false => None,
        };
        let sums_add_up = match projections_agree {
            Some(true) => Some(work.stopping(&self.connection, || self.sums_add_up())?),
            Some(false) | None => None,
        };
        // Where the projections are others the parties may be as well.
        let names = match projections_agree == Some(true) {
            true => self.verify_names()?,
            false => NamesVerdict::default(),
        };
        Ok(Verdict {
            names,
            chains,
            file_is_sound,
            projections_agree,
            sums_add_up,
        })
    }

    /// The first bad entry of the first chain that has one: links, signatures and heads of all of them. For whoever is
    /// about to go on from this file, and replays its projections anyway.
    pub fn bad_entry(&self) -> Result<Option<BadEntry>, StoreError> {
        for record in self.chains()? {
            if let Some(bad) = self.verify_chain(&record, |_| Ok(()))?.bad {
                return Ok(Some(bad));
            }
        }
        Ok(None)
    }

    /// SQLite's `quick_check`, which may be stopped.
    pub(crate) fn check_file(&self, work: &mut Work<'_>) -> Result<bool, StoreError> {
        work.must_be_at(Step::File, 0, 0)?;
        work.stopping(&self.connection, || self.quick_check())
    }

    /// The first entry of each chain whose figures do not add up: what a faulty or forged program wrote, signed and
    /// linked as it is. What comes after it still counts, as it does where it is projected: a successor's grand totals
    /// are of all of it. An entry that is not the next one of its chain ends the count; `verify` names it.
    pub fn bad_figures(&self, work: &mut Work<'_>) -> Result<HashMap<Branch, BadFigures>, StoreError> {
        let mut totals = Totals::default();
        let mut bad = HashMap::new();
        let total = self.entry_count()?;
        let mut before = 0;
        for record in self.chains_in_their_order()? {
            let branch = record.branch;
            let start = branch.first_seq() - 1;
            if let Some(left) = self.left_by(branch)? {
                totals.leave(branch, left);
            }
            let mut seq = start;
            'chain: loop {
                let batch = self.raw_entries_after(branch, seq, BATCH)?;
                if batch.is_empty() {
                    break;
                }
                for raw in &batch {
                    let entry = raw.as_ref().ok().and_then(RawEntry::entry);
                    let Some(entry) = entry.filter(|entry| entry.seq == seq + 1) else {
                        totals.lose(branch);
                        break 'chain;
                    };
                    seq = entry.seq;
                    let body = entry.body();
                    let is_readable = !matches!(body, Body::Bad { .. });
                    let continued = self.continued_by(&body)?;
                    if !is_readable || !totals.accept(branch, entry.seq, &body, continued) {
                        bad.entry(branch).or_insert(BadFigures { seq, is_readable });
                    }
                }
                work.must_be_at(Step::Figures, before + seq - start, total)?;
            }
            before += record.own_entries();
        }
        Ok(bad)
    }

    /// All chains, each after the branch that it goes on from: a successor may have come here before it.
    fn chains_in_their_order(&self) -> Result<Vec<ChainRecord>, StoreError> {
        let mut waiting = Vec::new();
        for record in self.chains()? {
            let after = match self.left_by(record.branch)? {
                Some(left) => Some(left),
                None => {
                    let first = self.raw_entries_after(record.branch, 0, 1)?.pop();
                    match first.and_then(|raw| raw.ok()?.entry()) {
                        Some(first) => self.continued_by(&first.body())?,
                        None => None,
                    }
                }
            };
            waiting.push((record, after));
        }
        let mut ordered: Vec<ChainRecord> = Vec::new();
        while !waiting.is_empty() {
            let still: HashSet<Branch> = waiting.iter().map(|(record, _)| record.branch).collect();
            let is_free = |(_, after): &(ChainRecord, Option<Branch>)| {
                after.is_none_or(|after| !still.contains(&after))
            };
            let (free, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_free);
            waiting = others;
            if free.is_empty() {
                // Each says that it goes on from another of them: a forger's.
                ordered.extend(waiting.drain(..).map(|(record, _)| record));
            }
            ordered.extend(free.into_iter().map(|(record, _)| record));
        }
        Ok(ordered)
    }

    /// The branch that a successor goes on from: the one that has the entry it names.
    fn continued_by(&self, body: &Body) -> Result<Option<Branch>, StoreError> {
        let Body::ChainOpened(ChainOpened {
            continues: Some(continued),
            ..
        }) = body
        else {
            return Ok(None);
        };
        let (Ok(chain), Ok(hash)) = (continued.chain.parse(), continued.hash.parse()) else {
            return Ok(None);
        };
        let seq = continued.seq;
        self.branch_with(chain, Head { seq, hash })
    }

    /// SQLite's `quick_check`.
    pub fn quick_check(&self) -> Result<bool, StoreError> {
        let found: Result<String, _> = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        match found.map_err(StoreError::from) {
            Ok(text) => Ok(text == "ok"),
            Err(StoreError::Damaged(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn verify_chain(
        &self,
        record: &ChainRecord,
        mut at: impl FnMut(u64) -> Result<(), StoreError>,
    ) -> Result<ChainVerdict, StoreError> {
        let before = record.branch.first_seq() - 1;
        let mut check = self.check_from(record)?;
        let mut entries = before;
        let mut fault = None;
        let mut opened = None;
        'chain: loop {
            let batch = self.raw_entries_after(record.branch, entries, BATCH)?;
            if batch.is_empty() {
                break;
            }
            for raw in batch {
                let accepted = raw.and_then(|raw| {
                    let entry = check.accept(&raw.signed)?;
                    // The hash beside it is what the next entry was linked to.
                    match raw.hash == raw.signed.hash().to_bytes() {
                        true => Ok(entry),
                        false => Err(Fault::BadLink),
                    }
                });
                match accepted {
                    Ok(entry) if entries == 0 => opened = Some(entry.body()),
                    // The branch is told from the others by its own first entry.
                    Ok(_) if entries == before && check.head() != record.branch.from => {
                        fault = Some(Fault::BadLink);
                        break 'chain;
                    }
                    Ok(_) => {}
                    Err(found) => {
                        fault = Some(found);
                        break 'chain;
                    }
                }
                entries += 1;
            }
            at(entries - before)?;
        }
        let wanted = entries + 1;
        // Entries that are gone from the end are missed by their chain's head.
        if fault.is_none() && check.head() != Some(record.head) {
            fault = Some(Fault::Gap { wanted });
        }
        let mut bad = fault.map(|fault| BadEntry { seq: wanted, fault });
        let key_is_other = check.key().is_some_and(|key| key != record.key);
        let is_other = matches!(&opened, Some(Body::ChainOpened(opened)) if !is_as_opened(record, opened));
        if key_is_other || is_other {
            // What is kept beside the chain, for what comes next, must be what entry 1 says.
            entries = 0;
            bad = Some(BadEntry {
                seq: 1,
                fault: Fault::BadOpening,
            });
        }
        Ok(ChainVerdict {
            branch: record.branch,
            node: record.till.node.clone(),
            entries,
            bad,
        })
    }

    /// A branch follows from the one it leaves.
    fn check_from(&self, record: &ChainRecord) -> Result<ChainCheck, StoreError> {
        let Some(first) = record.branch.from else {
            return Ok(ChainCheck::from_start(record.chain));
        };
        let seq = first.seq.saturating_sub(1);
        let left = self.entries_after(record.branch, seq.saturating_sub(1), 1)?;
        Ok(match left.first() {
            Some(left) => {
                let hash = left.hash();
                ChainCheck::after(record.chain, record.key, Head { seq, hash })
            }
            None => ChainCheck::from_start(record.chain),
        })
    }

    /// Entries as they lie in the file, whatever has become of them.
    fn raw_entries_after(
        &self,
        branch: Branch,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<Result<RawEntry, Fault>>, StoreError> {
        let Some((chain_no, _)) = find_chain(&self.connection, branch)? else {
            return Err(StoreError::UnknownChain);
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT signature, line, hash FROM entries WHERE entry > ? AND entry < ? ORDER BY entry LIMIT ?",
        )?;
        let rows = statement.query_map(
            params![place_of(chain_no, seq), place_of(chain_no + 1, 0), limit],
            |row| {
                let signature = row.get_ref(0)?.as_bytes()?.try_into().map(Signature::from_bytes);
                let line = String::from_utf8(row.get_ref(1)?.as_bytes()?.to_vec());
                let (Ok(signature), Ok(line)) = (signature, line) else {
                    return Ok(Err(Fault::BadEntry));
                };
                Ok(Ok(RawEntry {
                    signed: SignedEntry { line, signature },
                    hash: row.get_ref(2)?.as_bytes()?.to_vec(),
                }))
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn replay_agrees(&self, scratch: &Path, work: &mut Work<'_>) -> Result<bool, OpenError> {
        let copy = scratch.join("verify.sqlite");
        std::fs::create_dir_all(scratch).map_err(|error| StoreError::Io(error.to_string()))?;
        let cancelled = || OpenError::from(StoreError::Cancelled);
        if !self.backup_to(&copy, |done, total| {
            work.at(Step::Copy, pages(done), pages(total))
        })? {
            return Err(cancelled());
        }
        let mut replayed = Ledger::open(&copy, OpenMode::Write)?;
        let total = replayed.entry_count()?;
        let replay = replayed.rebuild(|done| work.at(Step::Replay, done, total))?;
        replay.ok_or_else(cancelled)?;
        // The tables of the one, and then those of the other.
        let of_replay = digest_as(&replayed, |done, tables| {
            work.must_be_at(Step::Compare, done, 2 * tables)
        })?;
        let own = digest_as(self, |done, tables| {
            work.must_be_at(Step::Compare, tables + done, 2 * tables)
        })?;
        Ok(own == of_replay)
    }
}

/// Whether the till and the place among its successors that are kept beside a chain are those that its
/// first entry names.
fn is_as_opened(record: &ChainRecord, opened: &ChainOpened) -> bool {
    match &opened.continues {
        // The till has its code from its first chain.
        None => {
            record.generation == 0
                && record.continues.is_none()
                && record.till.origin == record.chain
                && record.till.node == opened.node
        }
        Some(continued) => {
            record.generation == continued.generation
                && record.continues == continued.chain.parse().ok()
                && record.till.origin.to_string() == continued.origin
        }
    }
}
