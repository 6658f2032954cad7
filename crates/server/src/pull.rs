//! What goes down: a node is told which chains are for it, and gets what follows of them.
//!
//! These are the public chains of this server and of those above it, and those of the node's own outlet. No till's
//! chain goes down, nor another outlet's, nor one for nobody. The keys of names go beside them, never in them.

use crate::error::ApiError;
use crate::guard::known_nodes;
use crate::places;
use crate::restored;
use crate::state::ServerState;
use jishi_journal::body::Audience;
use jishi_journal::{ChainId, VerifyingKey};
use jishi_ledger::nodes::NodeRecord;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::Batch;
use jishi_sync::protocol::{
    Feed, FeedsAnswer, MARKS_CHAINS_MAX, NAME_KEYS_MAX, NameKeysRequest, PartyNameKey, PullNamesRequest,
    PullRequest,
};
use jishi_uplink::ServerChain;
use std::collections::BTreeSet;

/// Read from the store at a time.
const READ_ENTRIES: u32 = 256;

/// `GET /api/v1/feeds`.
pub(crate) async fn feeds(
    state: &ServerState,
    node: VerifyingKey,
    query: &str,
) -> Result<FeedsAnswer, ApiError> {
    places::hear(state, &node, query).await?;
    hear_gave(state, node, query).await?;
    state.come_back().await?;
    let own = state.key().public();
    state.share_out().await?;
    state
        .read(move |ledger| {
            let chains = chains_for(ledger, &own, &node)?.into_iter();
            let feeds = chains.map(|ServerChain { record, audience }| Feed {
                chain: record.chain.to_string(),
                server: record.key.to_string(),
                outlet: match audience {
                    Audience::Outlet(outlet) => Some(outlet),
                    Audience::Public | Audience::Closed => None,
                },
                seq: record.head.seq,
            });
            Ok(FeedsAnswer {
                feeds: feeds.collect(),
                servers: places::told(ledger, &own, &node)?,
                epoch: jishi_uplink::epoch(ledger)?.map(|(epoch, _)| epoch),
            })
        })
        .await
}

/// A node that has given back what this server lost says so.
async fn hear_gave(state: &ServerState, node: VerifyingKey, query: &str) -> Result<(), ApiError> {
    let Some(said) = query.split('&').find_map(|pair| pair.strip_prefix("gave=")) else {
        return Ok(());
    };
    let said = said.to_owned();
    let asked = said.clone();
    let is_news = state
        .read(move |ledger| Ok(restored::is_news(ledger, &node, &asked)?))
        .await?;
    if !is_news {
        return Ok(());
    }
    state
        .write(move |ledger| Ok(restored::note_gave(ledger, &node, &said)?))
        .await
}

/// `POST /api/v1/pull`: a batch, in the order that the chains were asked for. A chain that is not for the node, or is
/// not here, is refused in the same words: which chains there are is told by their own feeds.
pub(crate) async fn pull(state: &ServerState, node: VerifyingKey, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let request: PullRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    if request.chains.len() > MARKS_CHAINS_MAX {
        return Err(ApiError::TooLarge);
    }
    let own = state.key().public();
    let batch = state
        .read(move |ledger| {
            let chains = chains_for(ledger, &own, &node)?;
            let mut batch = Batch::default();
            for wanted in request.chains {
                let chain: ChainId = wanted.chain.parse().map_err(|_| ApiError::BadBody)?;
                if !chains.iter().any(|found| found.record.chain == chain) {
                    return Err(ApiError::NotForNode);
                }
                if !fill(&mut batch, ledger, chain, wanted.after)? {
                    break;
                }
            }
            Ok(batch)
        })
        .await?;
    // Packed with the ledger let go of.
    tokio::task::spawn_blocking(move || batch.encode())
        .await
        .map_err(|_| ApiError::Failed)?
        .map_err(ApiError::Batch)
}

/// Says whether there is room for more.
fn fill(batch: &mut Batch, ledger: &Ledger, chain: ChainId, mut after: u64) -> Result<bool, StoreError> {
    loop {
        let entries = ledger.entries_after(chain, after, READ_ENTRIES)?;
        if entries.is_empty() {
            return Ok(true);
        }
        for entry in &entries {
            if !batch.push(entry) {
                return Ok(false);
            }
        }
        after += entries.len() as u64;
    }
}

/// `POST /api/v1/pull-names`. The key of a buyer's contact is not to be had: it opens a telephone number.
pub(crate) async fn names(state: &ServerState, body: &[u8]) -> Result<NameKeysRequest, ApiError> {
    let request: PullNamesRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    if request.names.len() > NAME_KEYS_MAX {
        return Err(ApiError::TooLarge);
    }
    state
        .read(move |ledger| {
            let mut keys = Vec::new();
            for wanted in request.names {
                // No party's code has a blank; what a contact is kept under has one.
                if wanted.party.contains(' ') {
                    continue;
                }
                if let Some(key) = ledger.name_key(&wanted.party, &wanted.key_id)? {
                    keys.push(PartyNameKey {
                        key: hex::encode(key.to_bytes()),
                        party: wanted.party,
                    });
                }
            }
            Ok(NameKeysRequest { keys })
        })
        .await
}

/// The chains that a node may read, the public ones first.
pub(crate) fn chains_for(
    ledger: &Ledger,
    own: &VerifyingKey,
    node: &VerifyingKey,
) -> Result<Vec<ServerChain>, StoreError> {
    let outlets = outlets_of(ledger, own, node)?;
    let mut keys = vec![*own];
    keys.extend(jishi_uplink::above(ledger)?);
    let mut chains = jishi_uplink::chains_of(ledger, &jishi_uplink::with_former_keys(ledger, &keys)?)?;
    // A server beneath that came back from a backup reads here what it had written itself, under any of its keys.
    let nodes = known_nodes(ledger, own)?;
    let key = node.to_string();
    let mut its_own = Vec::new();
    for record in nodes.of(&key).filter(|record| record.is_server()) {
        its_own.push(*node);
        let before = nodes.keys_before(record).into_iter();
        its_own.extend(before.filter_map(|key| key.parse::<VerifyingKey>().ok()));
    }
    let was_written = jishi_uplink::chains_of(ledger, &its_own)?;
    chains.retain(|chain| match &chain.audience {
        Audience::Public => true,
        Audience::Outlet(outlet) => outlets.contains(outlet),
        Audience::Closed => false,
    });
    chains.extend(was_written);
    chains.sort_by(|a, b| a.audience.cmp(&b.audience));
    Ok(chains)
}

/// The outlets that a node is of: the one it was enrolled for. A server that is bound to an organisation is of all the
/// outlets beneath that, and of no other, whatever it says of its own nodes; one that is bound to nothing is of all that
/// the nodes beneath it are of, as far as the server may see them that it stands beneath.
fn outlets_of(
    ledger: &Ledger,
    own: &VerifyingKey,
    node: &VerifyingKey,
) -> Result<BTreeSet<String>, StoreError> {
    let nodes = known_nodes(ledger, own)?;
    let tree = ledger.organisations(own, &jishi_uplink::above(ledger)?)?;
    let key = node.to_string();
    let standing = |record: &&NodeRecord| record.stands();
    let mut outlets = BTreeSet::new();
    for record in nodes.of(&key).filter(standing) {
        match &record.outlet {
            // A hub may say of a till what it likes: it is given what the hub may see.
            Some(outlet) if record.enrolled_by != own.to_string() => {
                outlets.extend(
                    tree.may_see_outlet(&record.enrolled_by, outlet)
                        .then(|| outlet.clone()),
                );
            }
            Some(outlet) => {
                outlets.insert(outlet.clone());
            }
            None if record.is_server() => {
                if let Some(bound) = &record.organisation {
                    let beneath = tree.outlets_beneath(bound).into_iter();
                    let seen = beneath.filter(|outlet| tree.may_see_outlet(&key, outlet));
                    outlets.extend(seen.map(str::to_owned));
                    continue;
                }
                let beneath = nodes.all().iter().filter(standing);
                let beneath = beneath.filter(|beneath| nodes.is_beneath(&beneath.enrolled_by, &key));
                let of_tills = beneath.filter_map(|beneath| beneath.outlet.clone());
                outlets.extend(of_tills.filter(|outlet| tree.may_see_outlet(&key, outlet)));
            }
            None => {}
        }
    }
    Ok(outlets)
}
