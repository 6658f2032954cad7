//! Where a node is enrolled, as it notes it.

use crate::UplinkError;
use jishi_journal::{NodeKey, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::InvitationCode;
use serde::{Deserialize, Serialize};
use std::path::Path;

const NOTE: &str = "centre";

/// The server that a node pushes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Centre {
    pub address: String,
    pub key: String,
    pub organisation: String,
    pub name: String,
    /// The outlet that the node was enrolled for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
}

pub fn centre(ledger: &Ledger) -> Result<Option<Centre>, StoreError> {
    Ok(centre_and_key(ledger)?.map(|(centre, _)| centre))
}

pub(crate) fn centre_and_key(ledger: &Ledger) -> Result<Option<(Centre, VerifyingKey)>, StoreError> {
    let Some(text) = ledger.note(NOTE)? else {
        return Ok(None);
    };
    let damaged = || StoreError::Damaged("the note of the centre".to_owned());
    let centre: Centre = serde_json::from_str(&text).map_err(|_| damaged())?;
    let key = centre.key.parse().map_err(|_| damaged())?;
    Ok(Some((centre, key)))
}

/// Enrols a node, by its code and kind, with a one-time code, beside whoever has its database open: nothing of the journal changes.
pub fn enrol(
    database: &Path,
    (node, kind): (&str, &str),
    key: &NodeKey,
    code: &str,
) -> Result<Centre, UplinkError> {
    let mut ledger = Ledger::open(database, OpenMode::Write)?;
    let code: InvitationCode = code.parse()?;
    let enrolling = jishi_sync::client::enrol(&code, node, kind, key, crate::entropy());
    let enrolled = crate::runtime()?.block_on(enrolling)?;
    let centre = Centre {
        address: enrolled.server_url.as_str().to_owned(),
        key: enrolled.server_key.to_string(),
        organisation: enrolled.organisation,
        name: enrolled.organisation_name,
        outlet: enrolled.outlet,
    };
    note_centre(&mut ledger, &centre)?;
    Ok(centre)
}

/// Where the node's centre is that one with this key, notes its address of today; says whether the node has a centre
/// at all.
pub fn centre_moved(database: &Path, server_key: &str, address: &str) -> Result<bool, UplinkError> {
    let mut ledger = Ledger::open(database, OpenMode::Write)?;
    let Some(centre) = centre(&ledger)? else {
        return Ok(false);
    };
    if centre.key == server_key && centre.address != address {
        note_centre(
            &mut ledger,
            &Centre {
                address: address.to_owned(),
                ..centre
            },
        )?;
    }
    Ok(true)
}

fn note_centre(ledger: &mut Ledger, centre: &Centre) -> Result<(), StoreError> {
    // A centre has nothing that JSON cannot write.
    let text = serde_json::to_string(centre).unwrap_or_default();
    ledger.write(|writer| writer.put_note(NOTE, &text))
}
