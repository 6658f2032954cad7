//! Where the other servers are: hubs say it when they ask what there is for them, and everybody beneath is told. An address
//! is worth nothing by itself; who is spoken to there must show the key.

use crate::error::ApiError;
use crate::guard::known_nodes;
use crate::state::ServerState;
use jishi_journal::VerifyingKey;
use jishi_ledger::nodes::NodeRecord;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::ServerAddress;
use jishi_sync::protocol::ServerPlace;

/// More are not told at once.
const TOLD_MAX: usize = 64;

/// Where a hub beneath said that it is, and, behind a blank, what it is called.
fn note_of(key: &str) -> String {
    format!("place {key}")
}

/// The address in a question's query, of a hub that says its own.
pub(crate) async fn hear(state: &ServerState, node: &VerifyingKey, query: &str) -> Result<(), ApiError> {
    let said = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    let Some(address) = said("address=").and_then(|said| said.parse::<ServerAddress>().ok()) else {
        return Ok(());
    };
    let called = said("name=").and_then(|name| String::from_utf8(hex::decode(name).ok()?).ok());
    let called: String = called
        .unwrap_or_default()
        .chars()
        .filter(|sign| !sign.is_control())
        .take(64)
        .collect();
    let place = format!("{address} {called}");
    let own = state.key().public();
    let key = node.to_string();
    let name = note_of(&key);
    let asked = (name.clone(), place.clone());
    let is_news = state
        .read(move |ledger| {
            let is_server = known_nodes(ledger, &own)?.of(&key).any(NodeRecord::is_server);
            Ok(is_server && ledger.note(&asked.0)?.as_ref() != Some(&asked.1))
        })
        .await?;
    if is_news {
        state
            .write(move |ledger| Ok(ledger.write(|writer| writer.put_note(&name, &place))?))
            .await?;
    }
    Ok(())
}

/// The server above and what that told, and the hubs beneath, but for the one that asks.
pub(crate) fn told(
    ledger: &Ledger,
    own: &VerifyingKey,
    node: &VerifyingKey,
) -> Result<Vec<ServerPlace>, StoreError> {
    let mut places: Vec<ServerPlace> = Vec::new();
    for record in known_nodes(ledger, own)?.all() {
        if !record.is_server() || !record.stands() {
            continue;
        }
        let place = ledger.note(&note_of(&record.public_key))?;
        if let Some((address, name)) = place.as_deref().and_then(|place| place.split_once(' ')) {
            let name = if name.is_empty() { &record.node } else { name };
            places.push(ServerPlace {
                key: record.public_key.clone(),
                name: name.to_owned(),
                address: address.to_owned(),
            });
        }
    }
    if let Some(centre) = jishi_uplink::centre(ledger)? {
        places.push(ServerPlace {
            key: centre.key,
            name: centre.name,
            address: centre.address,
        });
    }
    for heard in jishi_uplink::places(ledger)? {
        if !places.iter().any(|place| place.key == heard.key) {
            places.push(heard);
        }
    }
    let (own, node) = (own.to_string(), node.to_string());
    places.retain(|place| place.key != node && place.key != own);
    places.truncate(TOLD_MAX);
    Ok(places)
}
