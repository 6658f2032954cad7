//! The servers that a node may speak to: the one it joined last, which it prefers, others of the same organisation, and
//! the ones above. Which keys those are is in the chains and in what the servers signed; addresses are hints.

use crate::Taker;
use crate::enrolled::{Centre, centre_and_key, others};
use crate::outbox::above_of;
use jishi_journal::{SignedEntry, VerifyingKey};
use jishi_ledger::nodes::NodeRecord;
use jishi_ledger::{Ledger, StoreError, Writer};
use jishi_sync::protocol::{HandOver, IntroduceRequest, ServerPlace, SignedText};
use jishi_sync::{ServerAddress, ServerAt, claimed_chain};
use serde::Serialize;

/// Where servers are said to be, as JSON.
const NOTE_PLACES: &str = "places";
/// Of those heard last; an organisation has fewer hubs that a till could reach.
const PLACES_MAX: usize = 64;

/// A server that this node may speak to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownServer {
    pub name: String,
    pub key: String,
    pub address: String,
    /// Others stand above it.
    pub is_hub: bool,
    pub is_preferred: bool,
}

/// A server's word on this node's enrolment, to show to another.
pub(crate) fn proof_note(server: &VerifyingKey) -> String {
    format!("proof {server}")
}

pub(crate) fn proof(ledger: &Ledger) -> Result<Option<SignedText>, StoreError> {
    let Some((_, own)) = centre_and_key(ledger)? else {
        return Ok(None);
    };
    let text = ledger.note(&proof_note(&own))?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// What a node shows a server that does not know it, or not under the key that it has now.
pub fn introduction(ledger: &Ledger) -> Result<Option<IntroduceRequest>, StoreError> {
    let hand_overs = hand_overs(ledger)?;
    Ok(proof(ledger)?.map(|proof| IntroduceRequest { proof, hand_overs }))
}

/// The entries that handed this node's key over, the first first.
const NOTE_HAND_OVERS: &str = "hand_overs";

pub(crate) fn hand_overs(ledger: &Ledger) -> Result<Vec<SignedText>, StoreError> {
    match ledger.note(NOTE_HAND_OVERS)? {
        Some(text) => read_hand_overs(&text),
        None => Ok(Vec::new()),
    }
}

/// The same, each with the key that said it: for whoever does not know this node.
pub fn own_hand_overs(ledger: &Ledger) -> Result<Vec<HandOver>, StoreError> {
    let mut told = Vec::new();
    for entry in hand_overs(ledger)? {
        let chain = claimed_chain(entry.text.as_bytes());
        let record = chain.map(|chain| ledger.chain(chain)).transpose()?.flatten();
        told.extend(record.map(|record| HandOver {
            key: record.key.to_string(),
            entry,
        }));
    }
    Ok(told)
}

fn read_hand_overs(text: &str) -> Result<Vec<SignedText>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged("the note of the keys handed over".to_owned()))
}

/// Of a server, whose key's file says it also where its database is one of before: as it stands there.
pub fn note_hand_overs(writer: &Writer<'_>, hand_overs: &[HandOver]) -> Result<(), StoreError> {
    let entries: Vec<&SignedText> = hand_overs.iter().map(|hand_over| &hand_over.entry).collect();
    let text = serde_json::to_string(&entries).unwrap_or_default();
    match writer.note(NOTE_HAND_OVERS)?.as_ref() == Some(&text) {
        true => Ok(()),
        false => writer.put_note(NOTE_HAND_OVERS, &text),
    }
}

/// In the transaction that stores the entry: servers are shown it.
pub fn note_hand_over(writer: &Writer<'_>, entry: &SignedEntry) -> Result<(), StoreError> {
    let mut hand_overs = match writer.note(NOTE_HAND_OVERS)? {
        Some(text) => read_hand_overs(&text)?,
        None => Vec::new(),
    };
    hand_overs.push(SignedText {
        text: entry.line.clone(),
        signature: entry.signature.to_string(),
    });
    // Texts have nothing that JSON cannot write.
    writer.put_note(
        NOTE_HAND_OVERS,
        &serde_json::to_string(&hand_overs).unwrap_or_default(),
    )
}

/// Where servers were last said to be; what this node itself was told by a code is not among them.
pub fn places(ledger: &Ledger) -> Result<Vec<ServerPlace>, StoreError> {
    let text = ledger.note(NOTE_PLACES)?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Keeps what is new of it. What makes no sense is let lie.
pub fn hear_of_servers(ledger: &mut Ledger, heard: &[ServerPlace]) -> Result<(), StoreError> {
    let before = places(ledger)?;
    let mut after = before.clone();
    for place in heard.iter().take(PLACES_MAX) {
        let is_one = place.key.parse::<VerifyingKey>().is_ok()
            && place.address.parse::<ServerAddress>().is_ok()
            && place.name.chars().count() <= 64;
        match after.iter_mut().find(|known| known.key == place.key) {
            _ if !is_one => {}
            Some(known) => known.clone_from(place),
            None => after.push(place.clone()),
        }
    }
    let surplus = after.len().saturating_sub(PLACES_MAX);
    after.drain(..surplus);
    match after == before {
        true => Ok(()),
        false => ledger.write(|writer| put_places(writer, &after)),
    }
}

pub(crate) fn put_places(writer: &Writer<'_>, places: &[ServerPlace]) -> Result<(), StoreError> {
    // Places have nothing that JSON cannot write.
    writer.put_note(NOTE_PLACES, &serde_json::to_string(places).unwrap_or_default())
}

/// The same, of what is heard in the node's own network: of strangers nothing is kept.
pub fn hear_nearby(ledger: &mut Ledger, heard: &[ServerPlace]) -> Result<(), StoreError> {
    let Some((_, own)) = centre_and_key(ledger)? else {
        return Ok(());
    };
    let top = above_of(ledger, &own)?.last().copied().unwrap_or(own);
    let nodes = ledger.nodes(&top, &[])?;
    let joined = joined(ledger)?;
    let is_known = |place: &&ServerPlace| {
        nodes.of(&place.key).any(NodeRecord::is_server) || joined.iter().any(|joined| joined.key == place.key)
    };
    let known: Vec<ServerPlace> = heard.iter().filter(is_known).cloned().collect();
    hear_of_servers(ledger, &known)
}

/// The preferred one first; then, for a till, the other hubs of its organisation, those beside its own before others; then
/// the servers above, the nearest first. A hub brings nothing to another hub.
pub fn servers(ledger: &Ledger, taker: Taker) -> Result<Vec<KnownServer>, StoreError> {
    let Some((centre, own)) = centre_and_key(ledger)? else {
        return Ok(Vec::new());
    };
    let above = above_of(ledger, &own)?;
    let top = above.last().copied().unwrap_or(own);
    let nodes = ledger.nodes(&top, &[])?;
    let own_key = own.to_string();
    let parent = above.first().map(VerifyingKey::to_string);
    let places = places(ledger)?;
    let others = others(ledger)?;
    let is_near = centre.address.starts_with("http://");
    let place_of = |key: &str| -> Option<(String, String)> {
        let heard = places.iter().find(|place| place.key == key);
        let heard = heard.map(|place| (place.name.clone(), place.address.clone()));
        let joined = others.iter().find(|other| other.key == key);
        let joined = joined.map(|other| (other.name.clone(), other.address.clone()));
        // This machine's own loopback is another's at another machine.
        heard
            .or(joined)
            .filter(|(_, address)| is_near || !address.starts_with("http://"))
    };
    let standing = |record: &&NodeRecord| record.is_server() && record.stands();
    let mut found = vec![KnownServer {
        name: centre.name,
        key: own_key.clone(),
        address: centre.address,
        is_hub: top != own,
        is_preferred: true,
    }];
    let mut add = |key: &str, is_hub: bool| {
        if let (Some((name, address)), false) = (place_of(key), found.iter().any(|known| known.key == key)) {
            found.push(KnownServer {
                name,
                key: key.to_owned(),
                address,
                is_hub,
                is_preferred: false,
            });
        }
    };
    if taker == Taker::Till {
        let is_above =
            |key: &str| above.iter().any(|above| above.to_string() == key) || key == top.to_string();
        let hubs = nodes.all().iter().filter(standing);
        let hubs: Vec<&NodeRecord> = hubs.filter(|record| !is_above(&record.public_key)).collect();
        let beside = |record: &&&NodeRecord| Some(&record.enrolled_by) == parent.as_ref();
        hubs.iter()
            .filter(beside)
            .chain(hubs.iter().filter(|record| !beside(record)))
            .for_each(|record| add(&record.public_key, true));
        // Where another was joined by its code, its own word says whom it belongs to.
        for other in &others {
            if let Ok(key) = other.key.parse::<VerifyingKey>()
                && above_of(ledger, &key)?.last() == Some(&top)
            {
                add(&other.key, true);
            }
        }
    }
    for key in above {
        add(&key.to_string(), key != top);
    }
    Ok(found)
}

/// As sync speaks to them.
pub(crate) fn servers_at(ledger: &Ledger, taker: Taker) -> Result<Vec<ServerAt>, StoreError> {
    let mut known = servers(ledger, taker)?;
    // Where the preferred one is said to have moved: tried only where it does not answer any more.
    if let Some(preferred) = known.first().cloned()
        && let Some(place) = places(ledger)?
            .into_iter()
            .find(|place| place.key == preferred.key)
        && place.address != preferred.address
        && (preferred.address.starts_with("http://") || !place.address.starts_with("http://"))
    {
        let address = place.address;
        known.insert(1, KnownServer { address, ..preferred });
    }
    Ok(known
        .into_iter()
        .filter_map(|server| {
            Some(ServerAt {
                key: server.key.parse().ok()?,
                address: server.address.parse().ok()?,
            })
        })
        .collect())
}

/// Where the server of this node is that it prefers, or any of those that it joined.
pub fn joined(ledger: &Ledger) -> Result<Vec<Centre>, StoreError> {
    let mut joined: Vec<Centre> = centre_and_key(ledger)?
        .map(|(centre, _)| centre)
        .into_iter()
        .collect();
    joined.extend(others(ledger)?);
    Ok(joined)
}
