//! The way up and down over a node's own ledger, for a till and for a server beneath another: where it is enrolled, its
//! chains as sync sees them, how far the servers above hold each, and what came down from them.

mod down;
mod enrolled;
mod epoch;
mod error;
mod followed;
mod inbox;
mod outbox;
mod servers;
mod stick;

pub use down::{
    CameDown, ServerChain, came_down, came_down_in_all, chains_of, from_above, lots_from_above,
    note_from_above, outlet, outlet_chains_from_above, stopped,
};
pub use enrolled::{Centre, centre, centre_moved, enrol};
pub use epoch::{NOTE_EPOCH, NOTE_OWN_CHAINS, epoch, has_pulled, own_chains};
pub use error::UplinkError;
pub use followed::{follow, with_former_keys};
pub use inbox::{LedgerInbox, Taker};
pub use outbox::{LedgerOutbox, above, held, refusal};
pub use servers::{
    KnownServer, hear_nearby, hear_of_servers, introduction, joined, note_hand_over, note_hand_overs,
    own_hand_overs, places, servers,
};
pub use stick::{CameByStick, StickError, follow_manifest, take_from_stick};

use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::client::{Client, Entropy, is_of_another_key};
use jishi_sync::protocol::{HandOver, SignedText};
use jishi_sync::{Lines, PullOutcome, PushOutcome, ServerAddress, ServerAt, SyncState, Watch};
use std::path::{Path, PathBuf};

/// What became of one sync.
#[derive(Debug, Clone)]
pub struct SyncOutcome {
    pub push: PushOutcome,
    /// Also where not everything could be pushed: what is wrong upward need not be wrong downward.
    pub pull: PullOutcome,
}

impl SyncOutcome {
    fn may_be_of_another_key(&self) -> bool {
        let mut failures = [&self.push.failure, &self.pull.failure].into_iter().flatten();
        failures.any(|(code, _)| is_of_another_key(code))
    }
}

/// Pushes all there is in the database and pulls what there is for it, beside whoever has it open: with the server that
/// it prefers, or, where nobody answers there, with the next.
pub fn sync_once(database: &Path, key: &NodeKey, taker: Taker) -> Result<SyncOutcome, UplinkError> {
    let mut lines = LedgerLines::open(database, key, taker)?.ok_or(UplinkError::NotEnrolled)?;
    let servers = lines.servers()?;
    runtime()?.block_on(async {
        let mut first = None;
        for server in servers {
            let mut outcome = lines.sync(&server).await?;
            // It goes on with another key, perhaps, and shows it.
            if outcome.may_be_of_another_key()
                && let Some(followed) = jishi_sync::follow(&mut lines, &server).await
            {
                outcome = lines.sync(&followed).await?;
            }
            let is_lost = outcome.push.is_lost || outcome.pull.is_lost;
            if !is_lost {
                return Ok(outcome);
            }
            // What the preferred one says is what is told.
            first.get_or_insert(outcome);
        }
        first.ok_or(UplinkError::NotEnrolled)
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
    let Some(mut lines) = LedgerLines::open(database, key, taker)? else {
        return Ok(None);
    };
    // What makes no sense is said now, and not in the watch's own thread.
    for server in lines.servers()?.iter().take(1) {
        lines.client(server)?;
    }
    let watch = jishi_sync::watch_over(lines, entropy(), on_state);
    watch
        .map(Some)
        .map_err(|error| UplinkError::Runtime(error.to_string()))
}

/// Lines to the servers that a node's own ledger knows.
struct LedgerLines {
    ledger: Ledger,
    database: PathBuf,
    key: NodeKey,
    taker: Taker,
}

impl LedgerLines {
    fn open(database: &Path, key: &NodeKey, taker: Taker) -> Result<Option<LedgerLines>, UplinkError> {
        let ledger = Ledger::open(database, OpenMode::Write)?;
        if enrolled::centre_and_key(&ledger)?.is_none() {
            return Ok(None);
        }
        Ok(Some(LedgerLines {
            ledger,
            database: database.to_owned(),
            key: key.clone(),
            taker,
        }))
    }
}

impl LedgerLines {
    /// Both ways, with one server.
    async fn sync(&mut self, server: &ServerAt) -> Result<SyncOutcome, UplinkError> {
        let mut client = self.client(server)?;
        jishi_sync::renew_word(self, &mut client, server).await;
        let (mut outbox, mut inbox) = self.store(server)?;
        let push = jishi_sync::push_once(&mut client, &mut outbox).await?;
        let pull = jishi_sync::pull_once(&mut client, &mut inbox, true).await?;
        Ok(SyncOutcome { push, pull })
    }
}

impl Lines for LedgerLines {
    type Outbox = LedgerOutbox;
    type Inbox = LedgerInbox;
    type Error = UplinkError;

    fn servers(&mut self) -> Result<Vec<ServerAt>, UplinkError> {
        let known = servers::servers_at(&self.ledger, self.taker)?;
        match (known.is_empty(), centre(&self.ledger)?) {
            // Its address is wrong: that is told, and not passed over.
            (true, Some(centre)) => Err(match centre.address.parse::<ServerAddress>() {
                Err(error) => error.into(),
                Ok(_) => UplinkError::NotEnrolled,
            }),
            _ => Ok(known),
        }
    }

    fn client(&mut self, server: &ServerAt) -> Result<Client, UplinkError> {
        let client = Client::new(server.address.clone(), server.key, self.key.clone(), entropy())?;
        // A hub is known by no other server than its own, which may have come back from a backup of before it joined.
        let is_own = centre(&self.ledger)?.is_some_and(|centre| centre.key == server.key.to_string());
        let proof = match self.taker {
            Taker::Hub if !is_own => None,
            _ => servers::proof(&self.ledger)?,
        };
        Ok(match proof {
            Some(proof) => client.introduced_by(proof, servers::hand_overs(&self.ledger)?),
            None => client,
        })
    }

    fn store(&mut self, server: &ServerAt) -> Result<(LedgerOutbox, LedgerInbox), UplinkError> {
        // It has shown its key there.
        centre_moved(&self.database, &server.key.to_string(), server.address.as_str())?;
        let open = || Ledger::open(&self.database, OpenMode::Write);
        let notes = open()?;
        // Words and notes about them: what a power cut takes is told again, and a sale is not kept waiting meanwhile.
        notes.commit_without_waiting()?;
        Ok((
            LedgerOutbox::new(
                notes,
                server.key,
                (self.taker == Taker::Hub).then(|| self.key.public()),
            ),
            LedgerInbox::new(open()?, self.taker).between(self.key.public(), server.key),
        ))
    }

    fn follow(
        &mut self,
        server: &ServerAt,
        hand_overs: &[HandOver],
    ) -> Result<Option<ServerAt>, UplinkError> {
        let key = followed::follow(&mut self.ledger, &server.key, hand_overs)?;
        Ok(key.map(|key| ServerAt {
            key,
            address: server.address.clone(),
        }))
    }

    fn word_to_renew(
        &mut self,
        server: &ServerAt,
    ) -> Result<Option<(SignedText, Vec<SignedText>)>, UplinkError> {
        let proof = followed::word_to_renew(&self.ledger, &server.key, &self.key.public())?;
        Ok(match proof {
            Some(proof) => Some((proof, servers::hand_overs(&self.ledger)?)),
            None => None,
        })
    }

    fn keep_word(&mut self, server: &ServerAt, word: &SignedText) -> Result<(), UplinkError> {
        // A word has nothing that JSON cannot write.
        let text = serde_json::to_string(word).unwrap_or_default();
        let note = servers::proof_note(&server.key);
        Ok(self
            .ledger
            .write(|writer| -> Result<(), StoreError> { writer.put_note(&note, &text) })?)
    }
}

/// Where a server is itself, as it notes it when it starts.
pub const NOTE_ADDRESS: &str = "address";
/// Of a server that listens everywhere, while its machine is in no network.
const NOWHERE: &str = "//0.0.0.0:";
/// What a server's organisation, or a hub, is called.
pub const NOTE_NAME: &str = "organisation_name";

pub(crate) fn own_place(ledger: &Ledger) -> Result<Option<(ServerAddress, String)>, StoreError> {
    let address = ledger.note(NOTE_ADDRESS)?;
    let address = address.filter(|address| !address.contains(NOWHERE));
    let address: Option<ServerAddress> = address.and_then(|address| address.parse().ok());
    let name = ledger.note(NOTE_NAME)?.unwrap_or_default();
    Ok(address.map(|address| (address, name)))
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
