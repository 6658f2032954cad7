//! What was refused, what forked and what could not be read. It waits for the bookkeeper until somebody has looked at it,
//! and is kept after that. Who looked is this server's own affair and stands in a note of it.

use crate::clock::Instruments;
use crate::home::{Home, HomeError};
use jishi_ledger::registry::FaultRecord;
use jishi_ledger::{ChainRecord, Ledger, OpenMode, StoreError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What somebody who looked at a fault left behind: `looked_at <id of the fault>`.
const NOTE_LOOKED_AT: &str = "looked_at ";
/// Signs of a chain's id and of an entry's hash in the id of a fault.
const ID_PART: usize = 8;

/// Something about a chain that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Names it on a command line: chain, seq and entry, shortened.
    pub id: String,
    pub code: String,
    /// The till, where it is known.
    pub node: Option<String>,
    pub chain: String,
    pub seq: u64,
    pub seen_at: String,
    /// A good entry has come to this place since.
    pub healed: bool,
    pub looked_at: Option<LookedAt>,
}

/// Who looked at a fault, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAt {
    pub at: String,
    /// As the person calls herself.
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl Fault {
    /// Nothing has made it good, and nobody has looked at it.
    pub(crate) fn waits(&self) -> bool {
        !self.healed && self.looked_at.is_none()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("no fault has this id")]
    Unknown,
}

impl FaultError {
    pub fn code(&self) -> &str {
        match self {
            FaultError::Home(error) => error.code(),
            FaultError::Unknown => "unknown_fault",
        }
    }
}

/// All of them: what waits first, of each kind the newest first.
pub fn faults(folder: &Path) -> Result<Vec<Fault>, FaultError> {
    let home = Home::open(folder, OpenMode::Read)?;
    Ok(all(&home.ledger).map_err(HomeError::from)?)
}

/// Somebody has looked at it. Said again it is as the last one said.
pub fn look_at(
    folder: &Path,
    id: &str,
    by: &str,
    remark: Option<&str>,
    instruments: &Instruments,
) -> Result<Fault, FaultError> {
    let mut home = Home::open(folder, OpenMode::Write)?;
    let found = all(&home.ledger).map_err(HomeError::from)?;
    let mut fault = found
        .into_iter()
        .find(|fault| fault.id == id)
        .ok_or(FaultError::Unknown)?;
    let looked = LookedAt {
        at: instruments.at(),
        by: by.to_owned(),
        remark: remark.map(str::to_owned),
    };
    let text = serde_json::to_string(&looked).map_err(|error| StoreError::Damaged(error.to_string()));
    let text = text.map_err(HomeError::from)?;
    home.ledger
        .write(|writer| writer.put_note(&format!("{NOTE_LOOKED_AT}{id}"), &text))
        .map_err(HomeError::from)?;
    fault.looked_at = Some(looked);
    Ok(fault)
}

pub(crate) fn all(ledger: &Ledger) -> Result<Vec<Fault>, StoreError> {
    let chains = ledger.chains()?;
    let mut faults: Vec<Fault> = ledger
        .faults()?
        .into_iter()
        .map(|record| fault(ledger, record, &chains))
        .collect::<Result<_, _>>()?;
    faults.reverse();
    faults.sort_by_key(|fault| !fault.waits());
    Ok(faults)
}

fn fault(ledger: &Ledger, record: FaultRecord, chains: &[ChainRecord]) -> Result<Fault, StoreError> {
    let chain = chains
        .iter()
        .find(|known| known.chain.to_string() == record.chain);
    let refused = !matches!(record.code.as_str(), "fork" | "bad_body" | "unknown_kind");
    let part = |text: &str| text.chars().take(ID_PART).collect::<String>();
    let id = format!("{}-{}-{}", part(&record.chain), record.seq, part(&record.hash));
    let looked_at = ledger.note(&format!("{NOTE_LOOKED_AT}{id}"))?;
    let looked_at = looked_at.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Fault {
        healed: refused && chain.is_some_and(|known| known.head.seq >= record.seq),
        node: chain.map(|known| known.till.node.clone()),
        looked_at: looked_at.map_err(|_| StoreError::Damaged(format!("the note of fault {id}")))?,
        id,
        code: record.code,
        chain: record.chain,
        seq: record.seq,
        seen_at: record.seen_at,
    })
}
