//! Who may sell how much of a lot: what servers gave, and what was drawn, by what this store knows.

use crate::store::{Ledger, SEQ_BITS, StoreError};
use crate::writer::Writer;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// What the entries of one chain of a server come to about one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// Of the server's chain that says so.
    pub till_no: i64,
    pub public_key: String,
    /// Thousandths, in all.
    pub quantity: i64,
}

/// A lot with all that is known of who may sell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotStanding {
    pub lot: String,
    pub product: String,
    /// Thousandths.
    pub received: i64,
    /// 常设: it does not run out, and nobody needs a part of it.
    pub standing: bool,
    /// The numbers of those whose chains received it.
    pub receivers: Vec<i64>,
    pub allotments: Vec<Allotment>,
    pub given_back: Vec<GivenBack>,
}

/// What a node gave back of its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// Of the node.
    pub till_no: i64,
    /// Who has it back.
    pub server: String,
    /// Thousandths, in all.
    pub quantity: i64,
}

/// Of a lot by its code, `None` of every lot.
fn standings(connection: &Connection, lot: Option<&str>) -> rusqlite::Result<Vec<LotStanding>> {
    let of = |column: &str| match lot {
        Some(_) => format!("{column} = ?1"),
        None => "?1 IS NULL".to_owned(),
    };
    let mut lots: BTreeMap<String, LotStanding> = connection
        .prepare_cached(&format!(
            "SELECT code, product, received, COALESCE(body ->> 'standing', 0) FROM lots WHERE {}",
            of("code")
        ))?
        .query_map([lot], |row| {
            let lot: String = row.get(0)?;
            Ok((
                lot.clone(),
                LotStanding {
                    lot,
                    product: row.get(1)?,
                    received: row.get(2)?,
                    standing: row.get(3)?,
                    receivers: Vec::new(),
                    allotments: Vec::new(),
                    given_back: Vec::new(),
                },
            ))
        })?
        .collect::<Result<_, _>>()?;
    let mut receipts = connection.prepare_cached(&format!(
        "SELECT DISTINCT lot, till_no FROM lot_receipts WHERE {} ORDER BY lot, till_no",
        of("lot")
    ))?;
    let mut rows = receipts.query([lot])?;
    while let Some(row) = rows.next()? {
        if let Some(known) = lots.get_mut(&row.get::<_, String>(0)?) {
            known.receivers.push(row.get(1)?);
        }
    }
    let mut allotted = connection.prepare_cached(&format!(
        "SELECT lot, till_no, public_key, MAX(quantity) FROM lot_allotments WHERE {} \
         GROUP BY lot, till_no, public_key ORDER BY lot, till_no, public_key",
        of("lot")
    ))?;
    let mut rows = allotted.query([lot])?;
    while let Some(row) = rows.next()? {
        if let Some(known) = lots.get_mut(&row.get::<_, String>(0)?) {
            known.allotments.push(Allotment {
                till_no: row.get(1)?,
                public_key: row.get(2)?,
                quantity: row.get(3)?,
            });
        }
    }
    let mut given_back = connection.prepare_cached(&format!(
        "SELECT lot, till_no, server_key, SUM(quantity) FROM lot_givebacks WHERE {} \
         GROUP BY lot, till_no, server_key ORDER BY lot, till_no, server_key",
        of("lot")
    ))?;
    let mut rows = given_back.query([lot])?;
    while let Some(row) = rows.next()? {
        if let Some(known) = lots.get_mut(&row.get::<_, String>(0)?) {
            known.given_back.push(GivenBack {
                till_no: row.get(1)?,
                server: row.get(2)?,
                quantity: row.get(3)?,
            });
        }
    }
    Ok(lots.into_values().collect())
}

impl Ledger {
    pub fn lot_standings(&self) -> Result<Vec<LotStanding>, StoreError> {
        Ok(standings(&self.connection, None)?)
    }

    pub fn lot_standing(&self, lot: &str) -> Result<Option<LotStanding>, StoreError> {
        Ok(standings(&self.connection, Some(lot))?.pop())
    }

    /// What was drawn of a lot and has not come back fit for sale, by till, in thousandths.
    pub fn drawn_of(&self, lot: &str) -> Result<BTreeMap<i64, i64>, StoreError> {
        // Till by till: the sums of days are kept in that order.
        let mut statement = self.connection.prepare_cached(
            "SELECT d.till_no, SUM(d.sold - d.returned + d.wasted) FROM lot_revisions r CROSS JOIN tills t \
             CROSS JOIN lot_days d ON d.till_no = t.till_no AND d.revision_no = r.revision_no \
             WHERE r.lot = ? GROUP BY d.till_no",
        )?;
        let rows = statement.query_map([lot], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The key of the server that gave the most of a lot to a node with one of these keys; none where nobody did.
    pub fn who_allotted(&self, lot: &str, keys: &[String]) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.public_key FROM lot_allotments a JOIN chains c ON c.chain_no = a.entry >> {SEQ_BITS} \
             WHERE a.lot = ?1 AND a.public_key IN (SELECT value FROM json_each(?2)) \
             ORDER BY a.quantity DESC, c.public_key LIMIT 1"
        ))?;
        // Keys have nothing that JSON cannot write.
        let keys = serde_json::to_string(keys).unwrap_or_default();
        Ok(statement
            .query_row(params![lot, keys], |row| row.get(0))
            .optional()?)
    }

    /// The keys that chains are written with, each with the numbers of those whose chains these are: of a till one, of
    /// a server one for each chain.
    pub fn numbers_of_keys(&self) -> Result<BTreeMap<String, Vec<i64>>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT DISTINCT public_key, till_no FROM chains ORDER BY public_key, till_no")?;
        let mut rows = statement.query([])?;
        let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            numbers.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(numbers)
    }
}

impl Writer<'_> {
    /// As it stands in this transaction.
    pub fn lot_standing(&self, lot: &str) -> Result<Option<LotStanding>, StoreError> {
        Ok(standings(self.connection, Some(lot))?.pop())
    }
}

/// What came down for a till of a lot and was not given back, in thousandths; none where it received the lot itself, which is its own then.
/// What a key had that was lost with its disk is not the next one's: the server has given it to others. What one had that
/// was handed over is.
pub(crate) fn allotted_to(
    connection: &Connection,
    (till_no, from_above): (i64, &str),
    lot: &str,
) -> rusqlite::Result<Option<i64>> {
    let is_own = connection
        .prepare_cached("SELECT 1 FROM lot_receipts WHERE lot = ? AND till_no = ? LIMIT 1")?
        .query_row(params![lot, till_no], |_| Ok(()))
        .optional()?;
    if is_own.is_some() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(&format!(
        "WITH RECURSIVE own (public_key) AS (\
           SELECT * FROM (SELECT public_key FROM chains WHERE till_no = ?2 \
             ORDER BY generation DESC, chain_no DESC LIMIT 1) \
           UNION SELECT c.public_key FROM own JOIN handed_keys h ON h.public_key = own.public_key \
             JOIN chains c ON c.chain_no = h.entry >> {SEQ_BITS} WHERE c.till_no = ?2) \
         SELECT COALESCE(SUM(quantity), 0) FROM (SELECT MAX(quantity) AS quantity FROM lot_allotments \
           WHERE lot = ?1 AND public_key IN (SELECT public_key FROM own) \
           AND till_no IN (SELECT value FROM json_each(?3)) GROUP BY till_no, public_key)"
    ))?;
    let allotted: i64 = statement.query_row(params![lot, till_no, from_above], |row| row.get(0))?;
    let given_back: i64 = connection
        .prepare_cached("SELECT COALESCE(SUM(quantity), 0) FROM lot_givebacks WHERE lot = ? AND till_no = ?")?
        .query_row(params![lot, till_no], |row| row.get(0))?;
    Ok(Some((allotted - given_back).max(0)))
}
