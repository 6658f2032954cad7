//! Enrolment with a one-time code: the sender's key, proven by its signature, enters the `public`
//! chain. The same node asking again with the same code gets the same answer: its first may have
//! been lost on the way.

use crate::allot;
use crate::error::ApiError;
use crate::guard::{Sender, known_nodes};
use crate::home::{append, is_code, public_chain};
use crate::own_chain::Author;
use crate::state::ServerState;
use jishi_journal::body::{Body, NodeEnrolled};
use jishi_journal::{Chain, Purpose};
use jishi_ledger::registry::Invitation;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::InvitationCode;
use jishi_sync::protocol::{EnrolRequest, EnrolmentFacts, SignedText};

pub(crate) async fn enrol(state: &ServerState, sender: Sender, body: &[u8]) -> Result<SignedText, ApiError> {
    let request: EnrolRequest = serde_json::from_slice(body).map_err(|_| ApiError::BadBody)?;
    if !is_code(&request.node) {
        return Err(ApiError::BadNode);
    }
    let secret = hex::decode(&request.secret).map_err(|_| ApiError::UnknownCode)?;
    let secret_hash = InvitationCode::secret_hash(&secret);
    let at = state.instruments().at();
    let now_ms = (state.instruments().now)().timestamp_millis();
    let writing = state.clone();
    let node = request.node.clone();
    let kind = request.kind.clone();
    let key = sender.key.to_string();
    let stored_at = at.clone();
    let (invitation, public_chain) = state
        .write(move |ledger| {
            let newcomer = Newcomer {
                secret_hash,
                node,
                kind,
                key,
                at: stored_at.clone(),
                now_ms,
            };
            let entered = enter(&writing, ledger, newcomer)?;
            let author = Author::of_state(&writing);
            allot::review_beside(ledger, &author, &allot::Which::All, &stored_at);
            Ok((entered, public_chain(ledger)?))
        })
        .await?;
    tracing::info!(node = %request.node, "Enrolled `{}` as a {}", request.node, invitation.kind);
    let facts = EnrolmentFacts {
        v: 1,
        nonce: sender.nonce,
        server_key: state.key().public().to_string(),
        organisation: state.facts().organisation.clone(),
        organisation_name: state.facts().name.clone(),
        node: request.node,
        node_key: sender.key.to_string(),
        kind: invitation.kind,
        outlet: invitation.outlet,
        bound_to: invitation.organisation,
        public_chain: public_chain.to_string(),
        at,
    };
    let text = serde_json::to_string(&facts).map_err(|_| ApiError::Failed)?;
    Ok(SignedText::sign(text, Purpose::Invitation, state.key()))
}

struct Newcomer {
    secret_hash: String,
    node: String,
    kind: Option<String>,
    key: String,
    at: String,
    now_ms: i64,
}

/// In this order: is the code known, has this node used it, has another, is it out of date, is it for such a node, is
/// the node's code free; and then one transaction that uses the code up and enrols the node.
fn enter(state: &ServerState, ledger: &mut Ledger, newcomer: Newcomer) -> Result<Invitation, ApiError> {
    let Newcomer {
        secret_hash,
        node,
        kind,
        key,
        at,
        now_ms,
    } = newcomer;
    let own = state.key().public();
    let nodes = known_nodes(ledger, &own)?;
    let own = own.to_string();
    let chain = public_chain(ledger)?;
    let head = ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?.head;
    ledger.write(|writer| {
        let invitation = writer.invitation(&secret_hash)?.ok_or(ApiError::UnknownCode)?;
        let known = nodes.of(&key).find(|known| known.enrolled_by == own);
        if nodes.of(&key).any(|known| !known.stands()) {
            return Err(ApiError::Revoked);
        }
        match &invitation.used_by {
            Some(used_by) if *used_by == key && known.is_some_and(|known| known.node == node) => {
                return Ok(invitation);
            }
            Some(_) => return Err(ApiError::CodeUsed),
            None => {}
        }
        if invitation.expires_at_ms <= now_ms {
            return Err(ApiError::CodeExpired);
        }
        if kind.is_some_and(|kind| kind != invitation.kind) {
            return Err(ApiError::WrongKind);
        }
        // A hub's tills have the hub's codes.
        let mut own_nodes = nodes.all().iter().filter(|other| other.enrolled_by == own);
        if own_nodes.any(|other| other.node == node && other.public_key != key && other.stands())
            || known.is_some_and(|known| known.node != node)
        {
            return Err(ApiError::NodeTaken);
        }
        if !writer.use_invitation(&secret_hash, &key)? {
            return Err(ApiError::CodeUsed);
        }
        // A new code for another outlet moves the till there; one for none leaves it where it is.
        let is_moved = known.is_some_and(|known| {
            (invitation.outlet.is_some() || invitation.organisation.is_some())
                && (known.outlet != invitation.outlet || known.organisation != invitation.organisation)
        });
        if known.is_none() || is_moved {
            let body = Body::NodeEnrolled(NodeEnrolled {
                node,
                public_key: key,
                kind: invitation.kind.clone(),
                outlet: invitation.outlet.clone(),
                organisation: invitation.organisation.clone(),
                instead_of: None,
            });
            let chain_end = Chain::resume(state.key().clone(), chain, head);
            let (entry, head) = chain_end.next(&at, &body).map_err(|_| ApiError::Failed)?;
            append(writer, &entry, chain, head)?;
        }
        Ok(invitation)
    })
}
