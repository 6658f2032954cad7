//! Two small requests: how far the server holds a node's chains, and the keys of names.

use crate::error::ApiError;
use crate::receive::acknowledge;
use crate::state::ServerState;
use jishi_journal::{ChainId, NameKey};
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::protocol::{ChainsAnswer, MARKS_CHAINS_MAX, NAME_KEYS_MAX, NameKeysAnswer, NameKeysRequest};

/// `GET /api/v1/marks?chain=…&chain=…`: for a node that lost its notes.
pub(crate) async fn marks(state: &ServerState, query: &str) -> Result<ChainsAnswer, ApiError> {
    let mut chains = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let chain = pair.strip_prefix("chain=").ok_or(ApiError::BadBody)?;
        chains.push(chain.parse::<ChainId>().map_err(|_| ApiError::BadBody)?);
    }
    if chains.len() > MARKS_CHAINS_MAX {
        return Err(ApiError::TooLarge);
    }
    let asked = state.clone();
    let at = state.instruments().at();
    state
        .read(move |ledger| {
            let mut answer = ChainsAnswer::default();
            for chain in chains {
                answer
                    .chains
                    .extend(acknowledge(asked.key(), ledger, chain, None, &at)?);
            }
            Ok(answer)
        })
        .await
}

pub(crate) async fn name_keys(state: &ServerState, body: &[u8]) -> Result<NameKeysAnswer, ApiError> {
    let keys = read_name_keys(body)?;
    state
        .write(move |ledger| {
            hold_name_keys(ledger, &keys)?;
            Ok(NameKeysAnswer { held: keys.len() })
        })
        .await
}

/// The keys in a request's body, by party.
pub(crate) fn read_name_keys(body: &[u8]) -> Result<Vec<(String, NameKey)>, ApiError> {
    let request: NameKeysRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    if request.keys.len() > NAME_KEYS_MAX {
        return Err(ApiError::TooLarge);
    }
    let mut keys = Vec::new();
    for handed in request.keys {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&handed.key, &mut bytes).map_err(|_| ApiError::BadBody)?;
        if handed.party.is_empty() || handed.party.len() > 64 {
            return Err(ApiError::BadBody);
        }
        keys.push((handed.party, NameKey::from_bytes(bytes)));
    }
    Ok(keys)
}

pub(crate) fn hold_name_keys(ledger: &mut Ledger, keys: &[(String, NameKey)]) -> Result<(), StoreError> {
    ledger.write(|writer| {
        keys.iter()
            .try_for_each(|(party, key)| writer.put_name_key(party, key))
    })
}
