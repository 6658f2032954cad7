//! The way down: chains of the server and of those above it, copied as they are.
//!
//! There is no state of a pull but the chains themselves: how far each is held says what is asked for next, and a pull
//! that was cut off goes on there.

use crate::address::ServerAddress;
use crate::batch::{Batch, BatchLine};
use crate::client::{Client, ClientError};
use crate::protocol::{
    Feed, FeedsAnswer, MARKS_CHAINS_MAX, NAME_KEYS_MAX, PartyNameKey, PullNamesRequest, PullRequest,
    ServerPlace, WantedChain, WantedName,
};
use jishi_journal::{ChainId, SignedEntry};

/// How many entries are read from the store at a time.
const READ_ENTRIES: u32 = 128;

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

    /// The last epoch of the server that this node has given back all for.
    fn gave(&self) -> Result<Option<String>, Self::Error> {
        Ok(None)
    }

    /// What is here of the server's chains, and of those above it, beyond what it says that it holds.
    fn to_give_back(&mut self, _answer: &FeedsAnswer) -> Result<Vec<WantedChain>, Self::Error> {
        Ok(Vec::new())
    }

    /// What follows in a chain that is to be given back.
    fn entries_after(&self, _chain: &str, _seq: u64, _limit: u32) -> Result<Vec<SignedEntry>, Self::Error> {
        Ok(Vec::new())
    }

    fn note_gave(&mut self, _epoch: &str) -> Result<(), Self::Error> {
        Ok(())
    }

    /// All that the server has for this node is here.
    fn note_complete(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// The next batch of what is to be given back, and notes how far it goes; nothing when all has been.
pub fn batch_to_give_back<I: Inbox>(
    inbox: &I,
    lost: &mut [WantedChain],
) -> Result<Option<Vec<u8>>, I::Error> {
    let mut batch = Batch::default();
    'chains: for chain in lost {
        loop {
            let entries = inbox.entries_after(&chain.chain, chain.after, READ_ENTRIES)?;
            if entries.is_empty() {
                break;
            }
            for entry in &entries {
                if !batch.push(entry) {
                    break 'chains;
                }
                chain.after = chain.after.saturating_add(1);
            }
        }
    }
    match batch.is_empty() {
        true => Ok(None),
        false => Ok(batch.encode().ok()),
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
    let gave = inbox.gave()?;
    let mut answer = match client.feeds_for(own.as_ref(), gave.as_deref()).await {
        Ok(answer) => answer,
        Err(error) => return Ok(Err(error)),
    };
    if let Err(error) = give_back(client, inbox, &answer).await? {
        return Ok(Err(error));
    }
    if answer.epoch.is_some() && answer.epoch != gave {
        // It waits for that word before it writes anything new.
        answer = match client.feeds_for(own.as_ref(), answer.epoch.as_deref()).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
    }
    inbox.hear_of_servers(&answer.servers)?;
    let feeds = answer.feeds;
    loop {
        let mut wanted = inbox.wanted(&feeds)?;
        let is_stopped = |wanted: &WantedChain| {
            let mut stopped = outcome.stopped.iter();
            stopped.any(|stopped| stopped.chain.to_string() == wanted.chain)
        };
        wanted.retain(|wanted| !is_stopped(wanted));
        wanted.truncate(MARKS_CHAINS_MAX);
        if wanted.is_empty() {
            if outcome.stopped.is_empty() {
                inbox.note_complete()?;
            }
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

/// To a server that came back from a backup. What it does not take of a chain is its affair: it stops that chain alone.
async fn give_back<I: Inbox>(
    client: &mut Client,
    inbox: &mut I,
    answer: &FeedsAnswer,
) -> Result<Result<(), ClientError>, I::Error> {
    let mut lost = inbox.to_give_back(answer)?;
    while let Some(body) = batch_to_give_back(inbox, &mut lost)? {
        if let Err(error) = client.push(body).await {
            return Ok(Err(error));
        }
    }
    if let Some(epoch) = &answer.epoch {
        inbox.note_gave(epoch)?;
    }
    Ok(Ok(()))
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
