//! The servers that a node may speak to, the one it prefers first. It speaks to one at a time: to the next when that one
//! does not answer, and to the preferred one again when it does.

use crate::address::ServerAddress;
use crate::client::{Client, ClientError, who_is_at};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::protocol::{HandOver, SignedText};
use jishi_journal::VerifyingKey;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};

/// For a server to say that it is there.
const PROBE_WAIT: Duration = Duration::from_secs(3);
/// More are not asked at once.
const PROBED_MAX: usize = 8;
/// How often servers are looked for: the preferred one while another is spoken to, any while none answers.
const LOOK_EVERY_MS: u64 = 10_000;
/// A server that sent the node away is let be for so long.
const SENT_AWAY_MS: u64 = 5 * 60_000;

/// A server, and where it was last known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAt {
    pub key: VerifyingKey,
    pub address: ServerAddress,
}

/// Where the lines come from.
pub trait Lines {
    type Outbox: Outbox;
    type Inbox: Inbox;
    type Error: std::error::Error + Send + Sync + 'static;

    /// The servers as they are known now, the preferred one first.
    fn servers(&mut self) -> Result<Vec<ServerAt>, Self::Error>;

    fn client(&mut self, server: &ServerAt) -> Result<Client, Self::Error>;

    /// The node's store, as the push and the pull to this server see it.
    fn store(&mut self, server: &ServerAt) -> Result<(Self::Outbox, Self::Inbox), Self::Error>;

    /// A server goes on with another key, and showed the words of those before on it: kept, where they lead on from the
    /// key that it is known by. Gives the server as it is spoken to from then on.
    fn follow(
        &mut self,
        _server: &ServerAt,
        _hand_overs: &[HandOver],
    ) -> Result<Option<ServerAt>, Self::Error> {
        Ok(None)
    }

    /// The server's word on this node, with the entries that handed the node's own key over, where it is to be made anew.
    fn word_to_renew(
        &mut self,
        _server: &ServerAt,
    ) -> Result<Option<(SignedText, Vec<SignedText>)>, Self::Error> {
        Ok(None)
    }

    fn keep_word(&mut self, _server: &ServerAt, _word: &SignedText) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Whether the server shows, to whoever asks, that it goes on with another key than the one it is known by.
pub async fn follow<L: Lines>(lines: &mut L, server: &ServerAt) -> Option<ServerAt> {
    let health = who_is_at(&server.address).await.ok()?;
    match lines.follow(server, &health.hand_overs) {
        Ok(followed) => followed,
        Err(error) => {
            tracing::warn!("A server's new key could not be kept: {error}");
            None
        }
    }
}

/// Before anything else is said to a server whose word on this node is under a key of before. Without it all goes on.
pub async fn renew_word<L: Lines>(lines: &mut L, client: &mut Client, server: &ServerAt) {
    let (proof, hand_overs) = match lines.word_to_renew(server) {
        Ok(Some(word)) => word,
        Ok(None) => return,
        Err(error) => return tracing::warn!("The server's word on this node cannot be read: {error}"),
    };
    match client.renew_word(proof, hand_overs).await {
        Ok(Some(word)) => {
            if let Err(error) = lines.keep_word(server, &word) {
                tracing::warn!("The server's word on this node was not kept: {error}");
            }
        }
        Ok(None) => {}
        Err(error) => tracing::debug!("The server's word on this node was not made anew: {error}"),
    }
}

/// One server, whatever becomes of it.
pub(crate) struct OneLine<O, I> {
    pub(crate) server: ServerAt,
    pub(crate) client: Option<Client>,
    pub(crate) store: Option<(O, I)>,
}

impl<O: Outbox, I: Inbox> Lines for OneLine<O, I> {
    type Outbox = O;
    type Inbox = I;
    type Error = ClientError;

    fn servers(&mut self) -> Result<Vec<ServerAt>, ClientError> {
        Ok(vec![self.server.clone()])
    }

    fn client(&mut self, _: &ServerAt) -> Result<Client, ClientError> {
        let taken = || ClientError::NoClient("the line was taken".to_owned());
        self.client.take().ok_or_else(taken)
    }

    fn store(&mut self, _: &ServerAt) -> Result<(O, I), ClientError> {
        let taken = || ClientError::NoClient("the line was taken".to_owned());
        self.store.take().ok_or_else(taken)
    }
}

#[derive(Debug)]
struct Asking {
    asked: Vec<ServerAt>,
    /// Any would have done then.
    was_lost: bool,
    answers: JoinHandle<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    /// The first of those that were asked that is there.
    there: Option<usize>,
    /// Those that answer under another key.
    changed: Vec<usize>,
}

/// Looks for a better server than the one that is spoken to, beside what is said to that.
#[derive(Debug, Default)]
pub(crate) struct Lookout {
    asking: Option<Asking>,
    look_at_ms: u64,
    sent_away: Vec<(VerifyingKey, u64)>,
}

impl Lookout {
    /// The server that sent the node away is not among the next.
    pub(crate) fn was_sent_away(&mut self, server: &VerifyingKey, now_ms: u64) {
        self.sent_away
            .retain(|(key, until)| key != server && *until > now_ms);
        self.sent_away
            .push((*server, now_ms.saturating_add(SENT_AWAY_MS)));
    }

    /// A server that answers, of these, the first best; nothing while nobody has. `is_lost` says that the one that is
    /// spoken to does not answer, and any other will do.
    pub(crate) async fn look<L: Lines>(
        &mut self,
        lines: &mut L,
        at: &ServerAt,
        is_lost: bool,
        now_ms: u64,
    ) -> Option<ServerAt> {
        if let Some(asking) = &mut self.asking {
            if !asking.answers.is_finished() {
                return None;
            }
            let answers = (&mut asking.answers).await.unwrap_or_default();
            let found = answers.there.and_then(|place| asking.asked.get(place).cloned());
            for place in answers.changed {
                if let Some(server) = asking.asked.get(place)
                    && follow(lines, server).await.is_some()
                {
                    // It is asked under its new key next.
                    self.asking = None;
                    self.look_at_ms = now_ms;
                    return None;
                }
            }
            // It may answer again itself by now.
            let is_wanted = is_lost || !asking.was_lost;
            self.asking = None;
            self.look_at_ms = now_ms.saturating_add(LOOK_EVERY_MS);
            return found.filter(|_| is_wanted);
        }
        if now_ms < self.look_at_ms {
            return None;
        }
        self.look_at_ms = now_ms.saturating_add(LOOK_EVERY_MS);
        let servers = match lines.servers() {
            Ok(servers) => servers,
            Err(error) => {
                tracing::warn!("The other servers cannot be read: {error}");
                return None;
            }
        };
        let own = servers.iter().position(|server| server == at);
        let better = match (is_lost, own) {
            (false, Some(own)) => servers.get(..own).unwrap_or_default(),
            _ => &servers[..],
        };
        let away = |server: &ServerAt| {
            self.sent_away
                .iter()
                .any(|(key, until)| *key == server.key && *until > now_ms)
        };
        let asked: Vec<ServerAt> = better
            .iter()
            .filter(|server| *server != at && !away(server))
            .take(PROBED_MAX)
            .cloned()
            .collect();
        let clients: Vec<Option<Client>> = asked
            .iter()
            .map(|server| lines.client(server).ok()?.with_answer_wait(PROBE_WAIT).ok())
            .collect();
        if !asked.is_empty() {
            self.asking = Some(Asking {
                asked,
                was_lost: is_lost,
                answers: tokio::spawn(first_to_be_there(clients)),
            });
        }
        None
    }

    /// A person wants it now, or the line was just lost.
    pub(crate) fn look_now(&mut self) {
        self.look_at_ms = 0;
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        if let Some(asking) = &self.asking {
            asking.answers.abort();
        }
    }
}

/// The first of them in their order that answers under its key, and those that answer under another one. All are asked at
/// once.
async fn first_to_be_there(clients: Vec<Option<Client>>) -> Answers {
    let mut asking = JoinSet::new();
    for (place, client) in clients.into_iter().enumerate() {
        if let Some(mut client) = client {
            asking.spawn(async move {
                let key = client.server().to_string();
                match client.health().await {
                    Ok(health) => Some((place, health.public_key == key)),
                    Err(error) if error.may_be_another_key() => Some((place, false)),
                    Err(_) => None,
                }
            });
        }
    }
    let mut answers = Answers::default();
    while let Some(asked) = asking.join_next().await {
        match asked.ok().flatten() {
            Some((place, true)) => {
                answers.there = Some(answers.there.map_or(place, |found| found.min(place)));
            }
            Some((place, false)) => answers.changed.push(place),
            None => {}
        }
    }
    answers.changed.sort_unstable();
    answers
}
