//! The one way entries get into the store: each with what follows from it, in its chain's order.

use crate::project::{Place, Projection, project};
use crate::rows::{GatheredSums, Row, Table, holder, take, take_out};
use crate::store::{StoreError, find_chain, place_of, place_parts};
use jishi_journal::body::Body;
use jishi_journal::{ChainId, Entry, EntryHash, Head, SignedEntry};
use rusqlite::{Connection, params};
use std::cell::RefCell;

/// The writing end of one transaction.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(crate) connection: &'a Connection,
    /// Where sums are gathered before they are written, in a replay.
    pub(crate) gathered: Option<&'a RefCell<GatheredSums>>,
}

impl Writer<'_> {
    /// Stores the next entry of its chain with what follows from it. The caller has verified it (or
    /// has just made it); this only holds the order. Says whether it counts: not where it makes no
    /// sense, and not where its id is here already by another chain of the same till. Of two such
    /// entries the one with the smaller hash counts, whichever came first.
    pub fn append(
        &self,
        signed: &SignedEntry,
        chain: ChainId,
        head: Head,
        at: &str,
        body: &Body,
    ) -> Result<bool, StoreError> {
        let (chain_no, till_no) = match find_chain(self.connection, chain)? {
            Some((chain_no, record)) => {
                if head.seq != record.head.seq.saturating_add(1) {
                    return Err(StoreError::NotNext {
                        seq: head.seq,
                        head: record.head.seq,
                    });
                }
                self.connection
                    .prepare_cached("UPDATE chains SET head_seq = ?, head_hash = ? WHERE chain_no = ?")?
                    .execute(params![head.seq as i64, head.hash.to_bytes(), chain_no])?;
                (chain_no, record.till.till_no)
            }
            None => self.open_chain(chain, head, body)?,
        };
        let entry = place_of(chain_no, head.seq);
        self.connection
            .prepare_cached(
                "INSERT INTO entries (entry, kind, hash, signature, line) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                entry,
                body.kind(),
                head.hash.to_bytes(),
                signed.signature.to_bytes(),
                signed.line
            ])?;
        self.project(
            Placed {
                entry,
                hash: head.hash,
                at,
                till_no,
            },
            body,
        )
    }

    /// Projects an entry that is stored.
    fn project(&self, placed: Placed<'_>, body: &Body) -> Result<bool, StoreError> {
        let sale_till_no = match sale_origin(body) {
            Some(origin) => self.till_no(origin, "")?,
            None => placed.till_no,
        };
        self.take_in(placed.hash, projection(placed, sale_till_no, body))
    }

    /// Takes a projection in; says whether its entry counts.
    pub(crate) fn take_in(&self, hash: EntryHash, projection: Projection) -> Result<bool, StoreError> {
        if let Some(claim) = &projection.claim
            && !take(self.connection, claim)?
        {
            if !self.make_way(claim, hash)? {
                return Ok(false);
            }
            take(self.connection, claim)?;
        }
        let counts = projection.rows.iter().all(|row| row.table != Table::Oddities);
        for row in projection.rows {
            match self.gathered {
                Some(gathered) if row.table.sums() > 0 => gathered.borrow_mut().add(row),
                _ => {
                    take(self.connection, &row)?;
                }
            }
        }
        Ok(counts)
    }

    /// A claim that is taken is given up for an entry with a smaller hash, so that it does not matter
    /// which came first. Says whether it was.
    fn make_way(&self, claim: &Row, hash: EntryHash) -> Result<bool, StoreError> {
        let Some(place) = holder(self.connection, claim)? else {
            return Ok(false);
        };
        let held = self.projection_at(place)?;
        let same = held.claim.as_ref().map(Row::key) == Some(claim.key());
        let mut statement = self
            .connection
            .prepare_cached("SELECT hash FROM entries WHERE entry = ?")?;
        let held_hash = EntryHash::from_bytes(statement.query_row([place], |row| row.get(0))?);
        if !same || held_hash <= hash {
            return Ok(false);
        }
        // What the other entry added may not be written yet.
        if let Some(gathered) = self.gathered {
            gathered.borrow_mut().write(self.connection)?;
        }
        for row in held.claim.iter().chain(&held.rows) {
            take_out(self.connection, row)?;
        }
        Ok(true)
    }

    /// What an entry that is stored was projected to.
    fn projection_at(&self, place: i64) -> Result<Projection, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.line, e.hash, c.till_no FROM entries e JOIN chains c ON c.chain_no = ?2 WHERE e.entry = ?1",
        )?;
        let (line, hash, till_no): (String, [u8; 32], i64) = statement
            .query_row([place, place_parts(place).0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let entry =
            Entry::parse(&line).map_err(|error| StoreError::Damaged(format!("entry at {place}: {error}")))?;
        let body = entry.body();
        let sale_till_no = match sale_origin(&body) {
            Some(origin) => self.till_no(origin, "")?,
            None => till_no,
        };
        let hash = EntryHash::from_bytes(hash);
        let placed = Placed {
            entry: place,
            hash,
            at: &entry.at,
            till_no,
        };
        Ok(projection(placed, sale_till_no, &body))
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
        let till_no = self.till_no(origin, &opened.node)?;
        self.connection
            .prepare_cached(
                "INSERT INTO chains (chain, till_no, public_key, generation, continues, head_seq, head_hash) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
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

    /// This store's number for a node; made where its origin is new.
    fn till_no(&self, origin: &str, node: &str) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO tills (origin, node) VALUES (?1, ?2) \
                 ON CONFLICT (origin) DO UPDATE SET node = excluded.node WHERE tills.node = ''",
            )?
            .execute([origin, node])?;
        let mut statement = self
            .connection
            .prepare_cached("SELECT till_no FROM tills WHERE origin = ?")?;
        Ok(statement.query_row([origin], |row| row.get(0))?)
    }
}

/// A stored entry on its way to the projections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) entry: i64,
    pub(crate) hash: EntryHash,
    pub(crate) at: &'a str,
    pub(crate) till_no: i64,
}

/// What follows from an entry, and from nothing else.
pub(crate) fn projection(placed: Placed<'_>, sale_till_no: i64, body: &Body) -> Projection {
    let Placed {
        entry,
        hash,
        at,
        till_no,
    } = placed;
    let place = Place {
        entry,
        hash,
        at,
        till_no,
        sale_till_no,
    };
    project(place, body)
}

/// The first chain of the till whose sale an entry is about.
pub(crate) fn sale_origin(body: &Body) -> Option<&str> {
    match body {
        Body::RefundRecorded(refund) => Some(&refund.sale_origin),
        Body::SaleVoided(void) => Some(&void.refund.sale_origin),
        Body::LotAssigned(assigned) => Some(&assigned.sale_origin),
        _ => None,
    }
}
