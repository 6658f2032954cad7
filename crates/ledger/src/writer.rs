//! The one way entries get into the store: each with what follows from it, in its chain's order.

use crate::gathered::GatheredSums;
use crate::numbers::{KnownNumbers, StoredNumbers, till_no};
use crate::project::{Place, Projection, project};
use crate::rows::{Row, Table, Value, holder, take, take_all, take_out};
use crate::store::{StoreError, from_hash, place_of, place_parts};
use crate::together::SaleKey;
use jishi_journal::body::Body;
use jishi_journal::{Branch, ChainId, Entry, EntryHash, Head, ReadEntry, SignedEntry};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// The writing end of one transaction.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) known: &'a RefCell<KnownNumbers>,
    pub(crate) mark: &'a Cell<bool>,
}

/// An entry on its way in: verified, or just made.
#[derive(Debug, Clone, Copy)]
pub struct NextEntry<'a> {
    pub signed: &'a SignedEntry,
    pub head: Head,
    pub at: &'a str,
    pub body: &'a Body,
}

impl<'a> From<&'a ReadEntry> for NextEntry<'a> {
    fn from(read: &'a ReadEntry) -> NextEntry<'a> {
        NextEntry {
            signed: &read.signed,
            head: read.head(),
            at: &read.entry.at,
            body: &read.body,
        }
    }
}

/// What follows from entries that are stored, to be written table by table.
#[derive(Default)]
struct Following {
    facts: Vec<Row>,
    sums: GatheredSums,
}

impl Following {
    fn write(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let mut rows = std::mem::take(&mut self.facts);
        rows.extend(std::mem::take(&mut self.sums).into_rows());
        Ok(take_all(connection, rows)?)
    }
}

impl Writer<'_> {
    /// For [`Ledger::take_mark`](crate::Ledger::take_mark): something is written that the caller looks after when the
    /// transaction is over. It is in no file.
    pub fn mark(&self) {
        self.mark.set(true);
    }

    /// Stores the next entry of its chain with what follows from it. The caller has verified it (or
    /// has just made it); this only holds the order. Says whether it counts: not where it makes no
    /// sense, and not where its id is here already by another chain of the same till. Of two such
    /// entries the one with the smaller hash counts, whichever came first.
    pub fn append(
        &self,
        signed: &SignedEntry,
        branch: impl Into<Branch>,
        head: Head,
        at: &str,
        body: &Body,
    ) -> Result<bool, StoreError> {
        let branch = branch.into();
        let (chain_no, till_no) = match self.end_of(branch)? {
            Some((chain_no, till_no, last)) => {
                if head.seq != last.saturating_add(1) {
                    return Err(StoreError::NotNext {
                        seq: head.seq,
                        head: last,
                    });
                }
                self.move_end(chain_no, head)?;
                (chain_no, till_no)
            }
            None => self.open_chain(branch.chain, head, body)?,
        };
        let next = NextEntry {
            signed,
            head,
            at,
            body,
        };
        self.take_in(self.store(chain_no, till_no, next)?, body)
    }

    /// The same as [`Writer::append`] of each, in less time: what follows from them is added up and written together.
    pub fn append_all<'a>(
        &self,
        branch: impl Into<Branch>,
        entries: impl IntoIterator<Item = NextEntry<'a>>,
    ) -> Result<(), StoreError> {
        let branch = branch.into();
        let mut entries = entries.into_iter();
        let (chain_no, till_no, mut last) = loop {
            if let Some(end) = self.end_of(branch)? {
                break end;
            }
            let Some(NextEntry {
                signed,
                head,
                at,
                body,
            }) = entries.next()
            else {
                return Ok(());
            };
            self.append(signed, branch, head, at, body)?;
        };
        let mut following = Following::default();
        // Sales of which something was given back or assigned, or that are awaited.
        let mut changed = BTreeSet::new();
        let is_awaiting = self.any_is_awaited()?;
        let mut end = None;
        for next in entries {
            if next.head.seq != last.saturating_add(1) {
                return Err(StoreError::NotNext {
                    seq: next.head.seq,
                    head: last,
                });
            }
            last = next.head.seq;
            end = Some(next.head);
            let place = self.store(chain_no, till_no, next)?;
            let projection = project(place, next.body, &self.numbers(), &mut following.sums)?;
            if let Some(key) = projection.of_sale {
                if self.is_at_odds(&key)? {
                    following.write(self.connection)?;
                    self.unsettle(&key)?;
                }
                changed.insert(key);
            } else if is_awaiting
                && let Body::SaleRecorded(sale) = next.body
                && let Some(key) = SaleKey::of(till_no, &sale.id)
                && self.is_awaited(&key)?
            {
                changed.insert(key);
            }
            match &projection.claim {
                // Rare: two entries with one claim. It is looked at by itself, after all that came before it.
                Some(claim) if !take(self.connection, claim)? => {
                    let own = self.projection(place, next.body)?.rows.into_iter();
                    own.filter(|row| row.table.sums() > 0)
                        .for_each(|row| following.sums.take_off(&row));
                    following.write(self.connection)?;
                    self.take_in(place, next.body)?;
                }
                _ => {
                    following.facts.extend(projection.stands);
                    following.facts.extend(projection.rows);
                }
            }
        }
        following.write(self.connection)?;
        changed.iter().try_for_each(|key| self.settle(key))?;
        match end {
            Some(head) => self.move_end(chain_no, head),
            None => Ok(()),
        }
    }

    fn move_end(&self, chain_no: i64, head: Head) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE chains SET head_seq = ?, head_hash = ? WHERE chain_no = ?")?
            .execute(params![head.seq as i64, head.hash.to_bytes(), chain_no])?;
        Ok(())
    }

    /// The entry itself.
    fn store<'a>(&self, chain_no: i64, till_no: i64, next: NextEntry<'a>) -> Result<Place<'a>, StoreError> {
        let entry = place_of(chain_no, next.head.seq);
        self.connection
            .prepare_cached("INSERT INTO entries (entry, hash, signature, line) VALUES (?, ?, ?, ?)")?
            .execute(params![
                entry,
                next.head.hash.to_bytes(),
                next.signed.signature.to_bytes(),
                next.signed.line
            ])?;
        Ok(Place {
            entry,
            hash: next.head.hash,
            at: next.at,
            till_no,
        })
    }

    /// A chain's number, its till's and its last seq. Its key is left alone: taking it apart costs more
    /// than the whole append.
    fn end_of(&self, branch: Branch) -> Result<Option<(i64, i64, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT chain_no, till_no, head_seq FROM chains WHERE chain = ? AND from_hash = ?",
        )?;
        let found = statement.query_row(params![branch.chain.to_string(), from_hash(branch)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))
        });
        Ok(found.optional()?)
    }

    /// A branch that leaves another before its own first entry, which is appended next.
    pub fn open_branch(&self, branch: Branch, leaves: Branch, before: Head) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO chains (chain, till_no, public_key, generation, continues, leaves, from_seq, \
                 from_hash, head_seq, head_hash) SELECT chain, till_no, public_key, generation, continues, \
                 chain_no, ?3, ?4, ?5, ?6 FROM chains WHERE chain = ?1 AND from_hash = ?2",
            )?
            .execute(params![
                leaves.chain.to_string(),
                from_hash(leaves),
                branch.first_seq() as i64,
                from_hash(branch),
                before.seq as i64,
                before.hash.to_bytes(),
            ])?;
        Ok(())
    }

    pub(crate) fn numbers(&self) -> StoredNumbers<'_> {
        StoredNumbers {
            connection: self.connection,
            known: self.known,
        }
    }

    /// Takes in what follows from an entry that is stored; says whether it counts.
    fn take_in(&self, place: Place<'_>, body: &Body) -> Result<bool, StoreError> {
        let projection = self.projection(place, body)?;
        // Sales that what follows from it changes.
        let mut changed = BTreeSet::new();
        if let Some(key) = &projection.of_sale {
            self.unsettle(key)?;
            changed.insert(key.clone());
        }
        if let Body::SaleRecorded(sale) = body
            && let Some(key) = SaleKey::of(place.till_no, &sale.id)
            && self.is_awaited(&key)?
        {
            changed.insert(key);
        }
        take_all(self.connection, projection.stands)?;
        let is_claimed = match &projection.claim {
            Some(claim) => self.claim(claim, place.hash, &mut changed)?,
            None => true,
        };
        let counts = is_claimed && projection.rows.iter().all(|row| row.table != Table::Oddities);
        if is_claimed {
            take_all(self.connection, projection.rows)?;
        }
        changed.iter().try_for_each(|key| self.settle(key))?;
        Ok(counts)
    }

    /// Takes a claim, where it is free or its holder makes way. Says whether it was taken.
    fn claim(
        &self,
        claim: &Row,
        hash: EntryHash,
        changed: &mut BTreeSet<SaleKey>,
    ) -> Result<bool, StoreError> {
        if take(self.connection, claim)? {
            return Ok(true);
        }
        for key in self.sales_of_holder(claim)? {
            self.unsettle(&key)?;
            changed.insert(key);
        }
        let Some(held) = self.giving_way(claim, hash)? else {
            return Ok(false);
        };
        for row in held.claim.iter().chain(&held.rows) {
            take_out(self.connection, row)?;
        }
        Ok(take(self.connection, claim)?)
    }

    /// What may count otherwise once a claim has another holder: the sale that the holder is, and the one that it is on.
    fn sales_of_holder(&self, claim: &Row) -> Result<Vec<SaleKey>, StoreError> {
        let Some(place) = holder(self.connection, claim)? else {
            return Ok(Vec::new());
        };
        let itself = match (claim.table, claim.key()) {
            (Table::Requests, [Value::Text(id), Value::Int(till_no)]) => SaleKey::of(*till_no, id),
            _ => None,
        };
        let of_sale = self.projection_at(place)?.of_sale;
        Ok(itself.into_iter().chain(of_sale).collect())
    }

    /// A claim that is taken is given up for an entry with a smaller hash, so that it does not matter
    /// which came first. Answers what the caller has to take out then: all that follows from the one
    /// that held it.
    pub(crate) fn giving_way(&self, claim: &Row, hash: EntryHash) -> Result<Option<Projection>, StoreError> {
        let Some(place) = holder(self.connection, claim)? else {
            return Ok(None);
        };
        let held = self.projection_at(place)?;
        let same = held.claim.as_ref().map(Row::key) == Some(claim.key());
        let mut statement = self
            .connection
            .prepare_cached("SELECT hash FROM entries WHERE entry = ?")?;
        let held_hash = EntryHash::from_bytes(statement.query_row([place], |row| row.get(0))?);
        Ok((same && held_hash > hash).then_some(held))
    }

    /// All that follows from an entry, its sums as rows beside its facts.
    pub(crate) fn projection(&self, place: Place<'_>, body: &Body) -> Result<Projection, StoreError> {
        let mut sums = Vec::new();
        let mut projection = project(place, body, &self.numbers(), &mut sums)?;
        projection.rows.append(&mut sums);
        Ok(projection)
    }

    /// What an entry that is stored was projected to.
    pub(crate) fn projection_at(&self, place: i64) -> Result<Projection, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.line, e.hash, c.till_no FROM entries e JOIN chains c ON c.chain_no = ?2 WHERE e.entry = ?1",
        )?;
        let (line, hash, till_no): (String, [u8; 32], i64) = statement
            .query_row([place, place_parts(place).0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let entry =
            Entry::parse(&line).map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
        let place = Place {
            entry: place,
            hash: EntryHash::from_bytes(hash),
            at: &entry.at,
            till_no,
        };
        self.projection(place, &entry.body())
    }

    fn open_chain(&self, chain: ChainId, head: Head, body: &Body) -> Result<(i64, i64), StoreError> {
        let Body::ChainOpened(opened) = body else {
            return Err(StoreError::UnknownChain);
        };
        if head.seq != 1 {
            return Err(StoreError::NotNext {
                seq: head.seq,
                head: 0,
            });
        }
        let chain = chain.to_string();
        let continued = opened.continues.as_ref();
        let origin = continued.map_or(chain.as_str(), |continued| continued.origin.as_str());
        let till_no = till_no(self.connection, origin, &opened.node)?;
        self.connection
            .prepare_cached(
                "INSERT INTO chains (chain, till_no, public_key, generation, continues, from_seq, from_hash, \
                 head_seq, head_hash) VALUES (?, ?, ?, ?, ?, 1, x'', ?, ?)",
            )?
            .execute(params![
                chain,
                till_no,
                opened.public_key,
                continued.map_or(0, |continued| continued.generation),
                continued.map(|continued| continued.chain.as_str()),
                1,
                head.hash.to_bytes(),
            ])?;
        Ok((self.connection.last_insert_rowid(), till_no))
    }
}
