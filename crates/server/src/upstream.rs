//! A server beneath another: a hub. It is enrolled there like any node, and all chains that it holds go up, its own
//! `public` one among them, which tells who is enrolled here.

use crate::home::{Home, HomeError};
use jishi_ledger::OpenMode;
use jishi_sync::{InvitationCode, Watch};
use jishi_uplink::{Centre, Taker, UplinkError};
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("the code is this server's own")]
    Itself,
    /// Its chains are known up there: going elsewhere is not only another address.
    #[error("this server stands beneath another already: {0}")]
    Elsewhere(String),
    #[error(transparent)]
    Uplink(#[from] UplinkError),
}

impl JoinError {
    pub fn code(&self) -> &str {
        match self {
            JoinError::Home(error) => error.code(),
            JoinError::Itself => "own_code",
            JoinError::Elsewhere(_) => "joined_elsewhere",
            JoinError::Uplink(error) => error.code(),
        }
    }
}

/// Enrols the server at the one that gave the code, unless it is. Needs a line up only the first time.
pub fn join(folder: &Path, code: &str) -> Result<Centre, JoinError> {
    let home = Home::open(folder, OpenMode::Write)?;
    let read: InvitationCode = code.parse().map_err(UplinkError::from)?;
    if read.organisation_key == home.key.public() {
        return Err(JoinError::Itself);
    }
    match jishi_uplink::centre(&home.ledger).map_err(HomeError::from)? {
        Some(centre) if centre.key == read.organisation_key.to_string() => {
            jishi_uplink::centre_moved(home.ledger.path(), &centre.key, read.address.as_str())?;
            Ok(Centre {
                address: read.address.as_str().to_owned(),
                ..centre
            })
        }
        Some(centre) => Err(JoinError::Elsewhere(centre.name)),
        None => Ok(jishi_uplink::enrol(
            home.ledger.path(),
            (&home.facts.organisation, "hub"),
            &home.key,
            code,
        )?),
    }
}

/// Pushes up, and takes in what comes down, for as long as it is kept, where there is a server above.
pub(crate) fn watch(state: &crate::state::ServerState) -> Result<Option<Watch>, UplinkError> {
    let heard = state.clone();
    jishi_uplink::watch(state.database(), state.key(), Taker::Hub, move |now| {
        heard.heard_upstream(now)
    })
}
