//! What comes down: which servers' chains a node has beside its own, and for whom each is.

use crate::enrolled::centre_and_key;
use jishi_journal::body::{Audience, Body};
use jishi_journal::{ChainId, Entry, VerifyingKey};
use jishi_ledger::{ChainRecord, Ledger, StoreError, Writer};

/// The chains that came from above: they are not this node's to push.
const NOTE_FROM_ABOVE: &str = "from_above";

/// Why a chain comes no further, by its code; empty when nothing is in the way any more.
fn stopped_note(chain: ChainId) -> String {
    format!("stopped {chain}")
}

/// A chain of a server.
#[derive(Debug, Clone)]
pub struct ServerChain {
    pub record: ChainRecord,
    pub audience: Audience,
}

/// A chain that came from above, as `status` tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CameDown {
    pub chain: String,
    /// Of the server that wrote it.
    pub server: String,
    pub outlet: Option<String>,
    pub seq: u64,
    /// The last entry's own time.
    pub at: String,
    /// Why it comes no further for now, by its code.
    pub stopped: Option<String>,
}

/// The chains that are written with one of these keys and are held here.
pub fn chains_of(ledger: &Ledger, keys: &[VerifyingKey]) -> Result<Vec<ServerChain>, StoreError> {
    let mut chains = Vec::new();
    // The branch that came first is what goes down.
    for record in ledger.chains_of_keys(keys)? {
        let audience = audience_of(ledger, record.chain)?;
        chains.push(ServerChain { record, audience });
    }
    Ok(chains)
}

/// As its entry 1 says.
fn audience_of(ledger: &Ledger, chain: ChainId) -> Result<Audience, StoreError> {
    let first = ledger.entries_after(chain, 0, 1)?;
    let body = first
        .first()
        .and_then(|signed| Entry::parse(&signed.line).ok())
        .map(|entry| entry.body());
    match body {
        Some(Body::ChainOpened(opened)) => Ok(Audience::of(&opened)),
        _ => Err(StoreError::Damaged(format!("the opening of chain {chain}"))),
    }
}

/// The chains that came from above.
pub fn from_above(ledger: &Ledger) -> Result<Vec<ChainId>, StoreError> {
    let text = ledger.note(NOTE_FROM_ABOVE)?.unwrap_or_default();
    let chains = text.split_whitespace().map(str::parse);
    chains
        .collect::<Result<_, _>>()
        .map_err(|_| StoreError::Damaged("the note of the chains from above".to_owned()))
}

/// In the transaction that stores the chain's beginning: another process may be taking others in.
pub fn note_from_above(writer: &Writer<'_>, chain: ChainId) -> Result<(), StoreError> {
    let text = writer.note(NOTE_FROM_ABOVE)?.unwrap_or_default();
    writer.put_note(NOTE_FROM_ABOVE, format!("{text} {chain}").trim_start())
}

/// Goes up whenever something has come down.
pub fn came_down_in_all(ledger: &Ledger) -> Result<u64, StoreError> {
    let mut entries = 0;
    for chain in from_above(ledger)? {
        entries += ledger.chain(chain)?.map_or(0, |record| record.head.seq);
    }
    Ok(entries)
}

/// The numbers that the chains of this node's outlet from above have in this store: their lots may be drawn here.
pub fn lots_from_above(ledger: &Ledger) -> Result<Vec<i64>, StoreError> {
    let Some(own) = outlet(ledger)? else {
        return Ok(Vec::new());
    };
    let chains = outlet_chains_from_above(ledger)?.into_iter();
    Ok(chains
        .filter(|(_, outlet)| *outlet == own)
        .map(|(number, _)| number)
        .collect())
}

/// The chains from above that are an outlet's, by their numbers in this store, each with its outlet.
pub fn outlet_chains_from_above(ledger: &Ledger) -> Result<Vec<(i64, String)>, StoreError> {
    let mut chains = Vec::new();
    for chain in from_above(ledger)? {
        if let Some(record) = ledger.chain(chain)?
            && let Audience::Outlet(outlet) = audience_of(ledger, chain)?
        {
            chains.push((record.till.till_no, outlet));
        }
    }
    Ok(chains)
}

/// How far each chain from above has come.
pub fn came_down(ledger: &Ledger) -> Result<Vec<CameDown>, StoreError> {
    let mut came = Vec::new();
    for chain in from_above(ledger)? {
        let Some(record) = ledger.chain(chain)? else {
            continue;
        };
        let last = ledger.entries_after(chain, record.head.seq.saturating_sub(1), 1)?;
        let last = last.first().and_then(|signed| Entry::parse(&signed.line).ok());
        came.push(CameDown {
            chain: chain.to_string(),
            server: record.key.to_string(),
            outlet: match audience_of(ledger, chain)? {
                Audience::Outlet(outlet) => Some(outlet),
                Audience::Public | Audience::Closed => None,
            },
            seq: record.head.seq,
            at: last.map(|entry| entry.at).unwrap_or_default(),
            stopped: stopped(ledger, chain)?,
        });
    }
    Ok(came)
}

/// The chain that comes no further, and why, of those that this node knows of.
pub fn stopped(ledger: &Ledger, chain: ChainId) -> Result<Option<String>, StoreError> {
    Ok(ledger.note(&stopped_note(chain))?.filter(|code| !code.is_empty()))
}

/// Written only where it is news.
pub(crate) fn note_stopped(
    ledger: &mut Ledger,
    chain: ChainId,
    code: Option<&str>,
) -> Result<(), StoreError> {
    let name = stopped_note(chain);
    let code = code.unwrap_or_default();
    match ledger.note(&name)?.unwrap_or_default() == code {
        true => Ok(()),
        false => ledger.write(|writer| writer.put_note(&name, code)),
    }
}

/// The outlet that a node was enrolled for, by its code; none where nobody said, or it is not enrolled.
pub fn outlet(ledger: &Ledger) -> Result<Option<String>, StoreError> {
    Ok(centre_and_key(ledger)?.and_then(|(centre, _)| centre.outlet))
}
