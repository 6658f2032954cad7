//! Nodes that go on with another key: the entries by which each handed it to the next.

use crate::error::ApiError;
use jishi_journal::VerifyingKey;
use jishi_journal::body::NodeEnrolled;
use jishi_ledger::nodes::Nodes;
use jishi_sync::protocol::SignedText;
use jishi_sync::{HAND_OVERS_MAX, key_after};

/// The keys that a node has had from the one that it was enrolled with on, the one that it has now last. What is not
/// signed with the key before it leads nowhere.
pub(crate) fn keys_of(enrolled: &str, hand_overs: &[SignedText]) -> Result<Vec<VerifyingKey>, ApiError> {
    if hand_overs.len() > HAND_OVERS_MAX {
        return Err(ApiError::TooLarge);
    }
    let mut at: VerifyingKey = enrolled.parse().map_err(|_| ApiError::BadBody)?;
    let mut keys = vec![at];
    for hand_over in hand_overs {
        if let Some(next) = key_after(&at, hand_over) {
            keys.push(next);
            at = next;
        }
    }
    Ok(keys)
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
