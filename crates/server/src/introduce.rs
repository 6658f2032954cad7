//! A till that joined another server of the same organisation comes here because that one does not answer. It shows that
//! server's own word on its enrolment, and is enrolled here as well, so that what it brings is taken further up. So does
//! a node whose own server came back from a backup of before it joined: it shows that server its own word.
//!
//! A node that handed its key over comes the same way, to its own server too: it shows the entries that say so, each
//! signed with the key before, and is enrolled under the new key in the place of the old one.

use crate::allot;
use crate::error::ApiError;
use crate::guard::{Sender, known_nodes};
use crate::hand_over::{Succession, keys_of, taking_over};
use crate::home::{append, public_chain};
use crate::own_chain::Author;
use crate::state::ServerState;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Chain, Purpose, VerifyingKey};
use jishi_ledger::nodes::Nodes;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::protocol::{EnrolmentFacts, IntroduceAnswer, IntroduceRequest};

pub(crate) async fn introduce(
    state: &ServerState,
    sender: Sender,
    body: &[u8],
) -> Result<IntroduceAnswer, ApiError> {
    let request: IntroduceRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    let facts: EnrolmentFacts = serde_json::from_str(&request.proof.text).map_err(|_| ApiError::BadBody)?;
    let by: VerifyingKey = facts.server_key.parse().map_err(|_| ApiError::BadBody)?;
    let keys = keys_of(&facts.node_key, &request.hand_overs)?;
    // The word of somebody about somebody: this very node, and a till where it is another server's.
    if !request.proof.verifies(Purpose::Invitation, &by)
        || keys.last() != Some(&sender.key)
        || (facts.kind != "till" && by != state.key().public())
    {
        return Err(ApiError::BadSignature);
    }
    let at = state.instruments().at();
    let taking = state.clone();
    let name = facts.node.clone();
    let node = state
        .write(move |ledger| {
            let taken = take_in(&taking, ledger, facts, &keys, &at)?;
            allot::review_beside(ledger, &Author::of_state(&taking), &allot::Which::All, &at);
            Ok(taken)
        })
        .await?;
    tracing::info!(node = %name, "`{name}` was taken in by the word of a server");
    Ok(IntroduceAnswer { node })
}

/// In this order: does that server belong to the organisation, was the till revoked by anybody under any of its keys, is
/// it known, did another take the place of the key that is known. Its code here.
fn take_in(
    state: &ServerState,
    ledger: &mut Ledger,
    facts: EnrolmentFacts,
    keys: &[VerifyingKey],
    at: &str,
) -> Result<String, ApiError> {
    let own = state.key().public();
    let top = jishi_uplink::above(ledger)?.last().copied().unwrap_or(own);
    let everybody = ledger.nodes(&top, &[])?;
    let stands = |key: &str| {
        let mut found = everybody.of(key).filter(|node| node.is_server()).peekable();
        found.peek().is_some() && found.all(|node| !node.revoked)
    };
    let is_own_word = facts.server_key == own.to_string();
    if !is_own_word && !stands(&facts.server_key) {
        return Err(ApiError::NotOfOrganisation);
    }
    let beneath = known_nodes(ledger, &own)?;
    let keys: Vec<String> = keys.iter().map(VerifyingKey::to_string).collect();
    let is_revoked = |nodes: &Nodes| keys.iter().any(|key| nodes.of(key).any(|node| node.revoked));
    if is_revoked(&everybody) || is_revoked(&beneath) {
        return Err(ApiError::Revoked);
    }
    let mut of_own = beneath
        .all()
        .iter()
        .filter(|node| node.enrolled_by == own.to_string());
    let is_free = !of_own.any(|node| node.node == facts.node && !node.revoked);
    let enrolled = match taking_over(&beneath, &own, &keys) {
        Succession::TakenBefore => return Err(ApiError::Revoked),
        Succession::IsKnown(node) => return Ok(node),
        Succession::Enrol(enrolled) => enrolled,
        // By a hub beneath this server.
        Succession::OfNobody if keys.iter().all(|key| beneath.of(key).next().is_some()) => {
            return Ok(facts.node);
        }
        Succession::OfNobody => NodeEnrolled {
            // A till of this server's own may have the same code.
            node: match is_own_word && is_free {
                true => facts.node,
                false => format!("{}@{}", facts.node, facts.organisation),
            },
            public_key: keys.last().cloned().unwrap_or_default(),
            kind: facts.kind,
            outlet: facts.outlet,
            // What it was bound to is this server's own to say.
            organisation: facts.bound_to.filter(|_| is_own_word),
            instead_of: None,
        },
    };
    let chain = public_chain(ledger)?;
    let head = ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?.head;
    let node = enrolled.node.clone();
    let chain_end = Chain::resume(state.key().clone(), chain, head);
    let (entry, head) = chain_end
        .next(at, &Body::NodeEnrolled(enrolled))
        .map_err(|_| ApiError::Failed)?;
    ledger.write(|writer| append(writer, &entry, chain, head))?;
    Ok(node)
}
