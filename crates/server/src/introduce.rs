//! A till that joined another server of the same organisation comes here because that one does not answer. It shows that
//! server's own word on its enrolment, and is enrolled here as well, so that what it brings is taken further up. So does
//! a node whose own server came back from a backup of before it joined: it shows that server its own word.
//!
//! A node that handed its key over comes the same way, to its own server too: it shows the entries that say so, each
//! signed with the key before, and is enrolled under the new key in the place of the old one. And one whose server has
//! another key now, to have that one's own word on it.

use crate::allot;
use crate::error::ApiError;
use crate::guard::{Sender, known_nodes};
use crate::hand_over::{Succession, keys_of, taking_over};
use crate::home::public_chain;
use crate::own_chain::Author;
use crate::state::ServerState;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Purpose, VerifyingKey};
use jishi_ledger::Ledger;
use jishi_ledger::nodes::Nodes;
use jishi_sync::protocol::{EnrolmentFacts, IntroduceAnswer, IntroduceRequest, SignedText};
use jishi_uplink::with_former_keys;

pub(crate) async fn introduce(
    state: &ServerState,
    sender: Sender,
    body: &[u8],
) -> Result<IntroduceAnswer, ApiError> {
    let request: IntroduceRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    let facts: EnrolmentFacts = serde_json::from_str(&request.proof.text).map_err(|_| ApiError::BadBody)?;
    let by: VerifyingKey = facts.server_key.parse().map_err(|_| ApiError::BadBody)?;
    let keys = keys_of(&facts.node_key, &request.hand_overs)?;
    let own = state.key().public();
    let at = state.instruments().at();
    let taking = state.clone();
    let (name, stored_at) = (facts.node.clone(), at.clone());
    let node_key = sender.key;
    let own_keys = state
        .read(move |ledger| Ok(with_former_keys(ledger, &[own])?))
        .await?;
    // The word of somebody about somebody: this very node, and a till where it is another server's.
    if !request.proof.verifies(Purpose::Invitation, &by)
        || keys.last() != Some(&node_key)
        || (facts.kind != "till" && !own_keys.contains(&by))
    {
        return Err(ApiError::BadSignature);
    }
    let taken = state
        .write(move |ledger| {
            let node = take_in(&taking, ledger, facts, (&keys, &own_keys), &stored_at)?;
            allot::review_beside(ledger, &Author::of_state(&taking), &allot::Which::All, &stored_at);
            let nodes = known_nodes(ledger, &own)?;
            let (own, key) = (own.to_string(), node_key.to_string());
            let record = nodes.of(&key).find(|record| record.enrolled_by == own).cloned();
            Ok((node, record, public_chain(ledger)?))
        })
        .await?;
    let (node, record, public_chain) = taken;
    tracing::info!(node = %name, "`{name}` was taken in by the word of a server");
    let proof = record.map(|record| EnrolmentFacts {
        v: 1,
        nonce: sender.nonce,
        server_key: own.to_string(),
        organisation: state.facts().organisation.clone(),
        organisation_name: state.facts().name.clone(),
        node: record.node,
        node_key: record.public_key,
        kind: record.kind,
        outlet: record.outlet,
        bound_to: record.organisation,
        public_chain: public_chain.to_string(),
        at,
    });
    let proof = proof.and_then(|facts| serde_json::to_string(&facts).ok());
    Ok(IntroduceAnswer {
        node,
        proof: proof.map(|text| SignedText::sign(text, Purpose::Invitation, state.key())),
    })
}

/// In this order: does that server belong to the organisation, was the till revoked by anybody under any of its keys, is
/// it known, did another take the place of the key that is known. Its code here.
fn take_in(
    state: &ServerState,
    ledger: &mut Ledger,
    facts: EnrolmentFacts,
    (keys, own_keys): (&[VerifyingKey], &[VerifyingKey]),
    at: &str,
) -> Result<String, ApiError> {
    let own = state.key().public();
    let top = jishi_uplink::above(ledger)?.last().copied().unwrap_or(own);
    let everybody = ledger.nodes(&top, &[])?;
    let stands = |key: &str| {
        let mut found = everybody.of(key).filter(|node| node.is_server()).peekable();
        found.peek().is_some() && found.all(|node| !node.revoked)
    };
    let is_own_word = own_keys.iter().any(|key| facts.server_key == key.to_string());
    let beneath = known_nodes(ledger, &own)?;
    let keys: Vec<String> = keys.iter().map(VerifyingKey::to_string).collect();
    // With a key that a server handed over somebody else may sign: of whom it speaks must be known without it.
    let signer_now = everybody.now(&facts.server_key);
    let is_of_old_key = match is_own_word {
        true => facts.server_key != own.to_string(),
        false => signer_now != facts.server_key,
    };
    let is_known = keys.iter().any(|key| beneath.of(key).next().is_some());
    let is_believed = match is_of_old_key {
        true => is_known && (is_own_word || stands(signer_now)),
        false => is_own_word || stands(&facts.server_key),
    };
    if !is_believed {
        return Err(ApiError::NotOfOrganisation);
    }
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
        Succession::Enrol(enrolled) => vec![enrolled],
        // By a hub beneath this server.
        Succession::OfNobody if keys.iter().all(|key| beneath.of(key).next().is_some()) => {
            return Ok(facts.node);
        }
        // A till of this server's own may have the same code.
        Succession::OfNobody => with_keys_before(
            NodeEnrolled {
                node: match is_own_word && is_free {
                    true => facts.node,
                    false => format!("{}@{}", facts.node, facts.organisation),
                },
                public_key: String::new(),
                kind: facts.kind,
                outlet: facts.outlet,
                // What it was bound to is this server's own to say.
                organisation: facts.bound_to.filter(|_| is_own_word),
                instead_of: None,
            },
            &keys,
        ),
    };
    let node = enrolled.first().map(|first| first.node.clone());
    let bodies: Vec<Body> = enrolled.into_iter().map(Body::NodeEnrolled).collect();
    let chain = public_chain(ledger)?;
    let signed = Author::of_state(state).sign_public(ledger, chain, &bodies, at);
    let signed = signed.map_err(|_| ApiError::Failed)?;
    ledger.write(|writer| signed.store(writer, |_| Ok(())))?;
    node.ok_or(ApiError::Failed)
}

/// Under each key that it has had, one in the place of the other: those before the last bring nothing here either.
fn with_keys_before(enrolled: NodeEnrolled, keys: &[String]) -> Vec<NodeEnrolled> {
    let before = std::iter::once(None).chain(keys.iter().cloned().map(Some));
    let each = keys.iter().zip(before).map(|(key, before)| NodeEnrolled {
        public_key: key.clone(),
        instead_of: before,
        ..enrolled.clone()
    });
    each.collect()
}
