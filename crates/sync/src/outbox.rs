//! What a node offers to be pushed: its own store, seen from here.

use crate::protocol::Acknowledgement;
use jishi_journal::{Branch, NameKey, SignedEntry};

/// One of the node's chains; of one that forked, each of its branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxChain {
    pub branch: Branch,
    /// Its last entry.
    pub head_seq: u64,
    /// It ends here: the node came back from a backup and goes on in another chain. The server may hold what
    /// was recorded after the backup.
    pub continued: bool,
    /// It is another node's, and this one only hands it on: by another way the server may have got more of it.
    pub relayed: bool,
}

impl OutboxChain {
    /// That the server holds more of it than is here is nothing wrong.
    pub(crate) fn may_be_longer(&self) -> bool {
        self.continued || self.relayed
    }
}

/// The node's store. The till fills it over its ledger; no other state of sync exists.
pub trait Outbox {
    type Error: std::error::Error + Send + Sync + 'static;

    /// The chains that go up, the oldest first, a branch after the one it leaves; a training chain is not among them.
    fn chains(&self) -> Result<Vec<OutboxChain>, Self::Error>;

    /// The seq of this server's last stored acknowledgement; none where there is no such note.
    fn acknowledged(&self, branch: Branch) -> Result<Option<u64>, Self::Error>;

    /// How far the topmost server above this one is known to hold the chain; none where there is no server above.
    fn held_at_the_top(&self, branch: Branch) -> Result<Option<u64>, Self::Error>;

    /// The signed text of that acknowledgement.
    fn acknowledgement_text(&self, branch: Branch) -> Result<Option<String>, Self::Error>;

    /// The entries after `seq`, in order and without a gap, at most `limit`; a branch has those before its own too.
    fn entries_after(&self, branch: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, Self::Error>;

    /// Keeps a server's signed word about a branch: this one's, or that of one above it, which the word before named.
    /// It may be lower than the one before: a server that was restored from a backup wants the entries again.
    fn store_acknowledgement(
        &mut self,
        branch: Branch,
        acknowledgement: &Acknowledgement,
    ) -> Result<(), Self::Error>;

    /// Keeps why the server takes no more of a chain, by its code, or that nothing is in the way. Told after
    /// every answer about the chain.
    fn store_refusal(&mut self, branch: Branch, refusal: Option<&str>) -> Result<(), Self::Error>;

    /// The names' keys that this node has, by party.
    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, Self::Error>;
}
