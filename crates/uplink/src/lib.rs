//! The way up over a node's own ledger, for a till and for a server beneath another: where it is enrolled, its chains
//! as sync sees them, and how far the servers above hold each.

mod enrolled;
mod error;
mod outbox;

pub use enrolled::{Centre, centre, centre_moved, enrol};
pub use error::UplinkError;
pub use outbox::{LedgerOutbox, above, held, refusal};

use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::client::{Client, Entropy};
use jishi_sync::{PushOutcome, ServerAddress, SyncState, Watch};
use std::path::Path;

/// Pushes all there is in the database, beside whoever has it open.
pub fn sync_once(database: &Path, key: &NodeKey) -> Result<PushOutcome, UplinkError> {
    let (mut client, mut outbox) = line_up(database, key)?.ok_or(UplinkError::NotEnrolled)?;
    Ok(runtime()?.block_on(jishi_sync::push_once(&mut client, &mut outbox))?)
}

/// Pushes in the background for as long as the watch is kept; nothing where the node is not enrolled. `on_state` hears
/// of changes, in the watch's own thread.
pub fn watch(
    database: &Path,
    key: &NodeKey,
    on_state: impl FnMut(&SyncState) + Send + 'static,
) -> Result<Option<Watch>, UplinkError> {
    let Some((client, outbox)) = line_up(database, key)? else {
        return Ok(None);
    };
    let watch = jishi_sync::watch(client, outbox, entropy(), on_state);
    watch
        .map(Some)
        .map_err(|error| UplinkError::Runtime(error.to_string()))
}

fn line_up(database: &Path, key: &NodeKey) -> Result<Option<(Client, LedgerOutbox)>, UplinkError> {
    let ledger = Ledger::open(database, OpenMode::Write)?;
    let Some((centre, server)) = enrolled::centre_and_key(&ledger)? else {
        return Ok(None);
    };
    let address: ServerAddress = centre.address.parse()?;
    let client = Client::new(address, server, key.clone(), entropy())?;
    Ok(Some((client, LedgerOutbox::new(ledger, server))))
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
