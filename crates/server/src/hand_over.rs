//! Nodes that go on with another key: the entries by which each handed it to the next.

use crate::error::ApiError;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{ReadEntry, SignedEntry, VerifyingKey};
use jishi_ledger::nodes::Nodes;
use jishi_sync::protocol::SignedText;

/// A till that changes its key every month for years, and a bound on what is checked for a stranger.
const HAND_OVERS_MAX: usize = 64;

/// The keys that a node has had from the one that it was enrolled with on, the one that it has now last. What is not
/// signed with the key before it leads nowhere.
pub(crate) fn keys_of(enrolled: &str, hand_overs: &[SignedText]) -> Result<Vec<VerifyingKey>, ApiError> {
    if hand_overs.len() > HAND_OVERS_MAX {
        return Err(ApiError::TooLarge);
    }
    let mut keys: Vec<VerifyingKey> = vec![enrolled.parse().map_err(|_| ApiError::BadBody)?];
    for hand_over in hand_overs {
        let signature = hand_over.signature.parse().map_err(|_| ApiError::BadBody)?;
        let signed = SignedEntry {
            line: hand_over.text.clone(),
            signature,
        };
        let read = ReadEntry::read(signed).map_err(|_| ApiError::BadBody)?;
        keys.extend(handed_by(&read, keys.last()));
    }
    Ok(keys)
}

/// The key that an entry hands over to, where it is signed with this one.
pub(crate) fn handed_by(read: &ReadEntry, key: Option<&VerifyingKey>) -> Option<VerifyingKey> {
    match &read.body {
        Body::KeyHandedOver(handed) if key.is_some_and(|key| read.is_signed_by(key)) => {
            handed.public_key.parse().ok()
        }
        _ => None,
    }
}

/// What the last of a node's keys is to a server.
pub(crate) enum Succession {
    /// None of them was enrolled here.
    OfNobody,
    /// It is enrolled, under this code.
    IsKnown(String),
    /// Another key has taken the place of the one that is known.
    TakenBefore,
    /// It takes the place of the one that is known.
    Enrol(NodeEnrolled),
}

/// `keys` are all of one node, each handed to the next.
pub(crate) fn taking_over(nodes: &Nodes, own: &VerifyingKey, keys: &[String]) -> Succession {
    let own = own.to_string();
    let known = keys
        .iter()
        .rev()
        .find_map(|key| nodes.of(key).find(|node| node.enrolled_by == own));
    let (Some(known), Some(public_key)) = (known, keys.last()) else {
        return Succession::OfNobody;
    };
    if known.handed_over {
        return Succession::TakenBefore;
    }
    if known.public_key == *public_key {
        return Succession::IsKnown(known.node.clone());
    }
    Succession::Enrol(NodeEnrolled {
        node: known.node.clone(),
        public_key: public_key.clone(),
        kind: known.kind.clone(),
        outlet: known.outlet.clone(),
        organisation: known.organisation.clone(),
        instead_of: Some(known.public_key.clone()),
    })
}
