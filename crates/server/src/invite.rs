//! One-time codes, and the list of nodes. Each may run in a process of its own beside the server:
//! one short transaction, and the server sees it with its next request.

use crate::clock::Instruments;
use crate::guard::known_nodes;
use crate::home::{Home, HomeError, append};
use crate::organisation;
use crate::restored;
use crate::serve::DEFAULT_LISTEN;
use chrono::{DateTime, TimeDelta, Utc};
use jishi_journal::body::{Body, NodeRevoked};
use jishi_journal::{Chain, ChainError};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::registry::Invitation;
use jishi_ledger::{OpenMode, StoreError};
use jishi_sync::{AddressError, InvitationCode, ServerAddress};
use std::path::Path;

/// How long a code can be used.
pub const INVITATION_HOURS: i64 = 24;
/// A server that enrols nodes at this moment may write first.
const TRIES_MAX: u32 = 5;

#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("no node has this code or key")]
    UnknownNode,
    #[error("there is no such organisation")]
    NoSuchOrganisation,
    /// The outlet or the organisation is another's.
    #[error("that does not stand beneath this server's organisation")]
    NotBeneath,
    /// A till sells at one outlet; what is bound to an organisation takes in others' chains.
    #[error("only a server is bound to an organisation, and not to an outlet as well")]
    WrongKind,
    #[error("the server's own key cannot be revoked here")]
    OwnKey,
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl From<StoreError> for InviteError {
    fn from(error: StoreError) -> InviteError {
        InviteError::Home(error.into())
    }
}

impl InviteError {
    pub fn code(&self) -> &'static str {
        match self {
            InviteError::Home(error) => error.code(),
            InviteError::Address(error) => error.code(),
            InviteError::UnknownNode => "unknown_node",
            InviteError::NoSuchOrganisation => "no_such_organisation",
            InviteError::NotBeneath => "not_beneath",
            InviteError::WrongKind => "wrong_kind",
            InviteError::OwnKey => "own_key",
            InviteError::Chain(error) => error.code(),
        }
    }
}

/// Whom a code is for.
#[derive(Debug, Clone)]
pub struct InvitationRequest {
    /// `till` or `hub`.
    pub kind: String,
    pub outlet: Option<String>,
    /// Of a hub, the organisation that it is bound to: it sees what stands beneath that.
    pub organisation: Option<String>,
    /// Where nodes reach the server; none means where it last listened.
    pub address: Option<ServerAddress>,
}

#[derive(Debug, Clone)]
pub struct Invited {
    pub code: InvitationCode,
    pub expires: DateTime<Utc>,
}

/// Makes a one-time code. Its secret is nowhere but in the code.
pub fn invite(
    folder: &Path,
    request: InvitationRequest,
    instruments: &Instruments,
) -> Result<Invited, InviteError> {
    let mut home = Home::to_write(folder, instruments)?;
    // Whom it enrolled lately it does not know yet, and would give their codes again.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    may_be_bound(&home, &request)?;
    let address = match request.address {
        Some(address) => address,
        None => match home.ledger.note(jishi_uplink::NOTE_ADDRESS)? {
            Some(address) => address.parse()?,
            None => format!("http://{DEFAULT_LISTEN}").parse()?,
        },
    };
    let mut secret = [0; InvitationCode::SECRET_BYTES];
    (instruments.entropy)(&mut secret).map_err(HomeError::NoEntropy)?;
    let expires = (instruments.now)().to_utc() + TimeDelta::hours(INVITATION_HOURS);
    let invitation = Invitation {
        secret_hash: InvitationCode::secret_hash(&secret),
        kind: request.kind,
        outlet: request.outlet,
        organisation: request.organisation,
        expires_at_ms: expires.timestamp_millis(),
        used_by: None,
    };
    home.ledger.write(|writer| writer.put_invitation(&invitation))?;
    let code = InvitationCode {
        address,
        organisation_key: home.key.public(),
        secret,
    };
    Ok(Invited { code, expires })
}

/// In this order: is it a server that is to be bound, is there such an organisation, does it stand beneath this
/// server's own, does the outlet. An outlet that nobody has placed yet is nobody else's.
fn may_be_bound(home: &Home, request: &InvitationRequest) -> Result<(), InviteError> {
    let tree = organisation::tree(home)?;
    let own = &home.facts.public_key;
    if let Some(organisation) = &request.organisation {
        if request.kind == "till" || request.outlet.is_some() {
            return Err(InviteError::WrongKind);
        }
        if tree.organisation(organisation).is_none() {
            return Err(InviteError::NoSuchOrganisation);
        }
        if !tree.may_see(own, organisation) {
            return Err(InviteError::NotBeneath);
        }
    }
    let of = request.outlet.as_ref().and_then(|outlet| tree.of_outlet(outlet));
    match of.is_none_or(|of| tree.may_see(own, of)) {
        true => Ok(()),
        false => Err(InviteError::NotBeneath),
    }
}

/// The server itself and all beneath it.
pub fn nodes(folder: &Path) -> Result<Nodes, InviteError> {
    let home = Home::open(folder, OpenMode::Read)?;
    Ok(known_nodes(&home.ledger, &home.key.public())?)
}

/// Revokes a node, by its code, of those enrolled here, or by its key, of all beneath: its pushes stop from the
/// server's next request on, and what it sent before stays. Gives what was revoked; nothing where all of it had been before.
pub fn revoke(folder: &Path, node: &str, instruments: &Instruments) -> Result<Vec<NodeRecord>, InviteError> {
    let mut home = Home::to_write(folder, instruments)?;
    let named: Vec<NodeRecord> = known_nodes(&home.ledger, &home.key.public())?
        .all()
        .iter()
        .filter(|known| {
            known.public_key == node || (known.node == node && known.enrolled_by == home.facts.public_key)
        })
        .cloned()
        .collect();
    if named.is_empty() {
        return Err(InviteError::UnknownNode);
    }
    if named
        .iter()
        .any(|known| known.public_key == home.facts.public_key)
    {
        return Err(InviteError::OwnKey);
    }
    let standing: Vec<NodeRecord> = named.into_iter().filter(|known| !known.revoked).collect();
    for known in &standing {
        let body = Body::NodeRevoked(NodeRevoked {
            node: known.node.clone(),
            public_key: known.public_key.clone(),
        });
        append_to_public(&mut home, &body, &instruments.at())?;
    }
    // A server that waits for what it has lost waits for these no more.
    restored::note_if_whole(&mut home.ledger, &home.key.public())?;
    home.keep_ends();
    Ok(standing)
}

/// The server may append to the chain between our reading its head and our writing: then once more.
fn append_to_public(home: &mut Home, body: &Body, at: &str) -> Result<(), InviteError> {
    let chain = home.facts.public_chain;
    let mut tries = 0;
    loop {
        let head = home.ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?.head;
        let (entry, head) = Chain::resume(home.key.clone(), chain, head).next(at, body)?;
        match home.ledger.write(|writer| append(writer, &entry, chain, head)) {
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            other => return Ok(other?),
        }
    }
}
