//! Servers that came back from a backup. Such a server begins an epoch: it writes on in successors of its own chains,
//! and asks whoever holds more of the old ones for what it lost. What a node notes of that, at both ends.

use jishi_journal::{ChainId, VerifyingKey};
use jishi_ledger::{Ledger, StoreError};

/// The epoch that a server began when it last came back, and when; it never did where there is none.
pub const NOTE_EPOCH: &str = "epoch";
/// The chains that a server writes itself since then. Those that it wrote before are only read.
pub const NOTE_OWN_CHAINS: &str = "own_chains";
/// The epoch in which all that a server above had for this one has come.
const NOTE_PULLED: &str = "epoch_pulled";

/// Which epoch of a server above this node has given back all for.
pub(crate) fn gave_note(server: &VerifyingKey) -> String {
    format!("gave {server}")
}

/// The epoch of this server, and when it began.
pub fn epoch(ledger: &Ledger) -> Result<Option<(String, String)>, StoreError> {
    let text = ledger.note(NOTE_EPOCH)?.unwrap_or_default();
    Ok(text
        .split_once(' ')
        .map(|(epoch, at)| (epoch.to_owned(), at.to_owned())))
}

/// The chains that this server writes; none where it never came back, and writes all that are its own.
pub fn own_chains(ledger: &Ledger) -> Result<Option<Vec<ChainId>>, StoreError> {
    let Some(text) = ledger.note(NOTE_OWN_CHAINS)? else {
        return Ok(None);
    };
    let chains = text.split_whitespace().map(str::parse);
    let damaged = |_| StoreError::Damaged("the note of the server's own chains".to_owned());
    Ok(Some(chains.collect::<Result<_, _>>().map_err(damaged)?))
}

/// Whether the servers above have given this one all that they have for it, in this epoch.
pub fn has_pulled(ledger: &Ledger, epoch: &str) -> Result<bool, StoreError> {
    Ok(ledger.note(NOTE_PULLED)?.as_deref() == Some(epoch))
}

pub(crate) fn note_pulled(ledger: &mut Ledger) -> Result<(), StoreError> {
    match epoch(ledger)? {
        Some((epoch, _)) if !has_pulled(ledger, &epoch)? => {
            ledger.write(|writer| writer.put_note(NOTE_PULLED, &epoch))
        }
        _ => Ok(()),
    }
}
