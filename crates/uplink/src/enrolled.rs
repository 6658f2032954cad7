//! Where a node is enrolled, as it notes it.

use crate::UplinkError;
use crate::outbox::keep_above;
use crate::servers::proof_note;
use jishi_journal::{NodeKey, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError, Writer};
use jishi_sync::InvitationCode;
use serde::{Deserialize, Serialize};
use std::path::Path;

const NOTE: &str = "centre";
/// Those that it was enrolled at before, the latest first.
const NOTE_OTHERS: &str = "other_centres";
const OTHERS_MAX: usize = 8;

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
    /// Of a server, the organisation that it is bound to there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_to: Option<String>,
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
    let now = Centre {
        address: enrolled.server_url.as_str().to_owned(),
        key: enrolled.server_key.to_string(),
        organisation: enrolled.organisation,
        name: enrolled.organisation_name,
        outlet: enrolled.outlet,
        bound_to: enrolled.bound_to,
    };
    keep_above(&mut ledger)?;
    let before = centre(&ledger)?;
    let mut others = others(&ledger)?;
    others.splice(0..0, before);
    others.retain(|other| other.key != now.key);
    others.truncate(OTHERS_MAX);
    // Nothing of it is anything that JSON cannot write.
    let proof = serde_json::to_string(&enrolled.proof).unwrap_or_default();
    ledger.write(|writer| {
        put_others(writer, &others)?;
        writer.put_note(&proof_note(&enrolled.server_key), &proof)?;
        put_centre(writer, &now)
    })?;
    Ok(now)
}

pub(crate) fn others(ledger: &Ledger) -> Result<Vec<Centre>, StoreError> {
    match ledger.note(NOTE_OTHERS)? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|_| StoreError::Damaged("the note of the other centres".to_owned())),
        None => Ok(Vec::new()),
    }
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
    ledger.write(|writer| put_centre(writer, centre))
}

pub(crate) fn put_others(writer: &Writer<'_>, others: &[Centre]) -> Result<(), StoreError> {
    // Nothing of these is anything that JSON cannot write.
    writer.put_note(NOTE_OTHERS, &serde_json::to_string(others).unwrap_or_default())
}

pub(crate) fn put_centre(writer: &Writer<'_>, centre: &Centre) -> Result<(), StoreError> {
    // A centre has nothing that JSON cannot write.
    writer.put_note(NOTE, &serde_json::to_string(centre).unwrap_or_default())
}
