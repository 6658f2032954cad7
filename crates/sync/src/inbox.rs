//! The way down: chains of the server and of those above it, copied as they are.
//!
//! There is no state of a pull but the chains themselves: how far each is held says what is asked for next, and a pull
//! that was cut off goes on there.

use crate::address::ServerAddress;
use crate::batch::BatchLine;
use crate::client::{Client, ClientError};
use crate::protocol::{
    Feed, MARKS_CHAINS_MAX, NAME_KEYS_MAX, PartyNameKey, PullNamesRequest, PullRequest, ServerPlace,
    WantedChain, WantedName,
};
use jishi_journal::ChainId;

/// Why a chain comes no further for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub chain: ChainId,
    pub code: String,
}

/// The node's store, where chains of the servers above are kept beside its own.
pub trait Inbox {
    type Error: std::error::Error + Send + Sync + 'static;

    /// Of these, the chains that this node takes and does not hold as far, from where it wants them.
    fn wanted(&mut self, feeds: &[Feed]) -> Result<Vec<WantedChain>, Self::Error>;

    /// Verifies what came, and stores it with what follows from it, in one transaction. Says how many entries are new,
    /// and which chains are stopped by what was not good, at a place that stays the same until it is.
    fn take(
        &mut self,
        wanted: &[WantedChain],
        lines: Vec<BatchLine>,
    ) -> Result<(usize, Vec<Stopped>), Self::Error>;

    /// Names that are sealed here and whose keys are not here.
    fn names_wanted(&self) -> Result<Vec<WantedName>, Self::Error>;

    fn hold_name_keys(&mut self, keys: &[PartyNameKey]) -> Result<(), Self::Error>;

    /// Where this node is itself and what it is called, where it is a server that others may reach.
    fn own_place(&self) -> Result<Option<(ServerAddress, String)>, Self::Error> {
        Ok(None)
    }

    /// Where other servers are said to be.
    fn hear_of_servers(&mut self, _servers: &[ServerPlace]) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// What became of one pull.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullOutcome {
    /// Entries that are new here.
    pub came: usize,
    /// Names that can be read now.
    pub names: usize,
    pub stopped: Vec<Stopped>,
    /// The code and the words of what broke it off; what had come until then is here.
    pub failure: Option<(String, String)>,
    /// Nobody answered, or somebody else.
    pub is_lost: bool,
}

impl PullOutcome {
    /// All that there is for this node is here.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.stopped.is_empty()
    }

    pub fn code(&self) -> Option<&str> {
        let failed = self.failure.as_ref().map(|(code, _)| code.as_str());
        failed.or(self.stopped.first().map(|stopped| stopped.code.as_str()))
    }
}

/// Pulls until all has come or something fails. `all_names` asks for names again that were asked for before.
pub async fn pull_once<I: Inbox>(
    client: &mut Client,
    inbox: &mut I,
    all_names: bool,
) -> Result<PullOutcome, I::Error> {
    let mut outcome = PullOutcome::default();
    let pulled = pull_chains(client, inbox, &mut outcome).await?;
    let named = match pulled {
        Ok(()) if all_names || outcome.came > 0 => pull_names(client, inbox, &mut outcome).await?,
        other => other,
    };
    if let Err(error) = named {
        outcome.is_lost = !error.is_answer() && error != ClientError::BadAnswer;
        outcome.failure = Some((error.code().to_owned(), error.to_string()));
    }
    Ok(outcome)
}

async fn pull_chains<I: Inbox>(
    client: &mut Client,
    inbox: &mut I,
    outcome: &mut PullOutcome,
) -> Result<Result<(), ClientError>, I::Error> {
    let own = inbox.own_place()?;
    let feeds = match client.feeds_for(own.as_ref()).await {
        Ok(answer) => {
            inbox.hear_of_servers(&answer.servers)?;
            answer.feeds
        }
        Err(error) => return Ok(Err(error)),
    };
    loop {
        let mut wanted = inbox.wanted(&feeds)?;
        let is_stopped = |wanted: &WantedChain| {
            let mut stopped = outcome.stopped.iter();
            stopped.any(|stopped| stopped.chain.to_string() == wanted.chain)
        };
        wanted.retain(|wanted| !is_stopped(wanted));
        wanted.truncate(MARKS_CHAINS_MAX);
        if wanted.is_empty() {
            return Ok(Ok(()));
        }
        let request = PullRequest { chains: wanted };
        let lines = match client.pull(&request).await {
            Ok(lines) => lines,
            Err(error) => return Ok(Err(error)),
        };
        let (came, stopped) = inbox.take(&request.chains, lines)?;
        outcome.came += came;
        // A server that tells of entries and has none to give is asked again another time.
        if came == 0 && stopped.is_empty() {
            return Ok(Err(ClientError::BadAnswer));
        }
        outcome.stopped.extend(stopped);
    }
}

async fn pull_names<I: Inbox>(
    client: &mut Client,
    inbox: &mut I,
    outcome: &mut PullOutcome,
) -> Result<Result<(), ClientError>, I::Error> {
    let wanted = inbox.names_wanted()?;
    for names in wanted.chunks(NAME_KEYS_MAX) {
        let request = PullNamesRequest {
            names: names.to_vec(),
        };
        match client.pull_names(&request).await {
            Ok(answer) => {
                inbox.hold_name_keys(&answer.keys)?;
                outcome.names += answer.keys.len();
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}
