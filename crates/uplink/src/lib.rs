//! The way up and down over a node's own ledger, for a till and for a server beneath another: where it is enrolled, its
//! chains as sync sees them, how far the servers above hold each, and what came down from them.

mod down;
mod enrolled;
mod error;
mod inbox;
mod outbox;

pub use down::{
    CameDown, ServerChain, came_down, came_down_in_all, chains_of, from_above, lots_from_above, outlet,
    stopped,
};
pub use enrolled::{Centre, centre, centre_moved, enrol};
pub use error::UplinkError;
pub use inbox::{LedgerInbox, Taker};
pub use outbox::{LedgerOutbox, above, held, refusal};

use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::client::{Client, Entropy};
use jishi_sync::{PullOutcome, PushOutcome, ServerAddress, SyncState, Watch};
use std::path::Path;

/// What became of one sync.
#[derive(Debug, Clone)]
pub struct SyncOutcome {
    pub push: PushOutcome,
    /// Also where not everything could be pushed: what is wrong upward need not be wrong downward.
    pub pull: PullOutcome,
}

/// Pushes all there is in the database and pulls what there is for it, beside whoever has it open.
pub fn sync_once(database: &Path, key: &NodeKey, taker: Taker) -> Result<SyncOutcome, UplinkError> {
    let Line {
        mut client,
        mut outbox,
        mut inbox,
    } = line_up(database, key, taker)?.ok_or(UplinkError::NotEnrolled)?;
    runtime()?.block_on(async {
        let push = jishi_sync::push_once(&mut client, &mut outbox).await?;
        let pull = jishi_sync::pull_once(&mut client, &mut inbox, true).await?;
        Ok(SyncOutcome { push, pull })
    })
}

/// Pushes and pulls in the background for as long as the watch is kept; nothing where the node is not enrolled.
/// `on_state` hears of changes, in the watch's own thread.
pub fn watch(
    database: &Path,
    key: &NodeKey,
    taker: Taker,
    on_state: impl FnMut(&SyncState) + Send + 'static,
) -> Result<Option<Watch>, UplinkError> {
    let Some(Line {
        client,
        outbox,
        inbox,
    }) = line_up(database, key, taker)?
    else {
        return Ok(None);
    };
    let watch = jishi_sync::watch(client, outbox, inbox, entropy(), on_state);
    watch
        .map(Some)
        .map_err(|error| UplinkError::Runtime(error.to_string()))
}

struct Line {
    client: Client,
    outbox: LedgerOutbox,
    inbox: LedgerInbox,
}

fn line_up(database: &Path, key: &NodeKey, taker: Taker) -> Result<Option<Line>, UplinkError> {
    let ledger = Ledger::open(database, OpenMode::Write)?;
    let Some((centre, server)) = enrolled::centre_and_key(&ledger)? else {
        return Ok(None);
    };
    let address: ServerAddress = centre.address.parse()?;
    // Words and notes about them: what a power cut takes is told again, and a sale is not kept waiting meanwhile.
    ledger.commit_without_waiting()?;
    Ok(Some(Line {
        client: Client::new(address, server, key.clone(), entropy())?,
        outbox: LedgerOutbox::new(ledger, server),
        inbox: LedgerInbox::new(Ledger::open(database, OpenMode::Write)?, taker),
    }))
}

fn runtime() -> Result<tokio::runtime::Runtime, UplinkError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| UplinkError::Runtime(error.to_string()))
}

/// The machine's randomness.
#[allow(
    clippy::expect_used,
    reason = "without randomness no request can be told from its replay"
)]
pub fn entropy() -> Entropy {
    Box::new(|bytes| getrandom::fill(bytes).expect("the machine gives no randomness"))
}
