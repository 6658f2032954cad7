//! A till that joined another server of the same organisation comes here because that one does not answer. It shows that
//! server's own word on its enrolment, and is enrolled here as well, so that what it brings is taken further up. So does
//! a node whose own server came back from a backup of before it joined: it shows that server its own word.

use crate::error::ApiError;
use crate::guard::{Sender, known_nodes};
use crate::home::{append, public_chain};
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
    // The word of somebody about somebody: this very node, and a till where it is another server's.
    if !request.proof.verifies(Purpose::Invitation, &by)
        || facts.node_key != sender.key.to_string()
        || (facts.kind != "till" && by != state.key().public())
    {
        return Err(ApiError::BadSignature);
    }
    let at = state.instruments().at();
    let taking = state.clone();
    let answer = IntroduceAnswer {
        node: facts.node.clone(),
    };
    let name = answer.node.clone();
    state
        .write(move |ledger| take_in(&taking, ledger, facts, &at))
        .await?;
    tracing::info!(node = %name, "`{name}` was taken in by the word of another server");
    Ok(answer)
}

/// In this order: does that server belong to the organisation, was the till revoked by anybody, is it known.
fn take_in(
    state: &ServerState,
    ledger: &mut Ledger,
    facts: EnrolmentFacts,
    at: &str,
) -> Result<(), ApiError> {
    let own = state.key().public();
    let top = jishi_uplink::above(ledger)?.last().copied().unwrap_or(own);
    let everybody = ledger.nodes(&top, &[])?;
    let stands = |key: &str| {
        let mut found = everybody.of(key).filter(|node| node.is_server()).peekable();
        found.peek().is_some() && found.all(|node| !node.revoked)
    };
    if !stands(&facts.server_key) {
        return Err(ApiError::NotOfOrganisation);
    }
    let beneath = known_nodes(ledger, &own)?;
    let is_revoked = |nodes: &Nodes| nodes.of(&facts.node_key).any(|node| node.revoked);
    if is_revoked(&everybody) || is_revoked(&beneath) {
        return Err(ApiError::Revoked);
    }
    if beneath.of(&facts.node_key).next().is_some() {
        return Ok(());
    }
    let chain = public_chain(ledger)?;
    let head = ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?.head;
    let own = own.to_string();
    let mut of_own = beneath.all().iter().filter(|node| node.enrolled_by == own);
    let is_free = !of_own.any(|node| node.node == facts.node && !node.revoked);
    let body = Body::NodeEnrolled(NodeEnrolled {
        // A till of this server's own may have the same code.
        node: match facts.server_key == own && is_free {
            true => facts.node,
            false => format!("{}@{}", facts.node, facts.organisation),
        },
        public_key: facts.node_key,
        kind: facts.kind,
        outlet: facts.outlet,
    });
    let chain_end = Chain::resume(state.key().clone(), chain, head);
    let (entry, head) = chain_end.next(at, &body).map_err(|_| ApiError::Failed)?;
    Ok(ledger.write(|writer| append(writer, &entry, chain, head))?)
}
