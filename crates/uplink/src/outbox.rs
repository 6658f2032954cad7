//! A ledger as sync sees it, and what the servers above have said they hold of it.

use crate::down::from_above;
use crate::enrolled::centre_and_key;
use crate::servers::own_hand_overs;
use jishi_journal::{Branch, ChainId, NameKey, SignedEntry, VerifyingKey};
use jishi_ledger::registry::StoredAcknowledgement;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::protocol::{Acknowledgement, HandOver};
use jishi_sync::{Outbox, OutboxChain};

/// The servers above the one that the node is enrolled at, as that one signed it. Of a node that never changed it stands
/// under this alone.
const NOTE_ABOVE: &str = "above";

/// The servers above one, as it signed it.
pub(crate) fn above_note(server: &VerifyingKey) -> String {
    format!("{NOTE_ABOVE} {server}")
}

/// The servers above this node, the nearest first; none where it is not enrolled.
pub fn above(ledger: &Ledger) -> Result<Vec<VerifyingKey>, StoreError> {
    let Some((_, own)) = centre_and_key(ledger)? else {
        return Ok(Vec::new());
    };
    let mut keys = vec![own];
    keys.extend(above_of(ledger, &own)?);
    Ok(keys)
}

/// The servers above another one, as far as that has told this node.
pub(crate) fn above_of(ledger: &Ledger, server: &VerifyingKey) -> Result<Vec<VerifyingKey>, StoreError> {
    let text = match ledger.note(&above_note(server))? {
        Some(text) => text,
        None => match centre_and_key(ledger)? {
            Some((_, own)) if own == *server => ledger.note(NOTE_ABOVE)?.unwrap_or_default(),
            _ => String::new(),
        },
    };
    let keys = text.split_whitespace().map(str::parse);
    keys.collect::<Result<_, _>>()
        .map_err(|_| StoreError::Damaged("the note of the servers above".to_owned()))
}

/// Before the node prefers another server: what its own said so far is that one's word, and not the next one's.
pub(crate) fn keep_above(ledger: &mut Ledger) -> Result<(), StoreError> {
    let Some((_, own)) = centre_and_key(ledger)? else {
        return Ok(());
    };
    let above: Vec<String> = above_of(ledger, &own)?
        .iter()
        .map(VerifyingKey::to_string)
        .collect();
    ledger.write(|writer| {
        writer.put_note(&above_note(&own), &above.join(" "))?;
        writer.put_note(NOTE_ABOVE, "")
    })
}

/// How far a server has said that it holds a chain; 0 where it has said nothing.
pub fn held(ledger: &Ledger, server: &VerifyingKey, branch: impl Into<Branch>) -> Result<u64, StoreError> {
    let word = ledger.acknowledgement(server, branch)?;
    Ok(word.map_or(0, |word| word.head.seq))
}

/// Why the node's server takes no more of a chain, by its code.
pub fn refusal(ledger: &Ledger, branch: impl Into<Branch>) -> Result<Option<String>, StoreError> {
    Ok(ledger
        .note(&refusal_note(branch.into()))?
        .filter(|code| !code.is_empty()))
}

/// Empty when nothing is in the way any more.
fn refusal_note(branch: Branch) -> String {
    let chain = branch.chain;
    match branch.from {
        None => format!("refused {chain}"),
        Some(first) => format!("refused {chain} {}", first.hash),
    }
}

/// A connection of its own, so that a slow server never waits with the node's in hand. It writes acknowledgements and
/// notes about them, nothing else.
#[derive(Debug)]
pub struct LedgerOutbox {
    ledger: Ledger,
    server: VerifyingKey,
    /// Of a hub: its own, among the chains that it hands on.
    hub: Option<VerifyingKey>,
}

impl LedgerOutbox {
    /// The store of a node that is enrolled; nothing where it is not. `hub` is a hub's own key.
    pub fn of(ledger: Ledger, hub: Option<VerifyingKey>) -> Result<Option<LedgerOutbox>, StoreError> {
        let server = centre_and_key(&ledger)?;
        Ok(server.map(|(_, server)| LedgerOutbox::new(ledger, server, hub)))
    }

    /// The key of the server that this node is enrolled at.
    pub fn server(&self) -> VerifyingKey {
        self.server
    }

    /// How this node came to the key that it has, where it had others.
    pub fn hand_overs(&self) -> Result<Vec<HandOver>, StoreError> {
        own_hand_overs(&self.ledger)
    }

    pub(crate) fn new(ledger: Ledger, server: VerifyingKey, hub: Option<VerifyingKey>) -> LedgerOutbox {
        LedgerOutbox { ledger, server, hub }
    }

    fn put_note(&mut self, name: &str, text: &str) -> Result<(), StoreError> {
        match self.ledger.note(name)?.unwrap_or_default() == text {
            true => Ok(()),
            false => self.ledger.write(|writer| writer.put_note(name, text)),
        }
    }
}

impl Outbox for LedgerOutbox {
    type Error = StoreError;

    fn chains(&self) -> Result<Vec<OutboxChain>, StoreError> {
        let mut chains = self.ledger.chains()?;
        // What came down does not go up again.
        let from_above = from_above(&self.ledger)?;
        chains.retain(|record| !from_above.contains(&record.chain));
        let continued: Vec<ChainId> = chains.iter().filter_map(|record| record.continues).collect();
        Ok(chains
            .iter()
            .map(|record| OutboxChain {
                branch: record.branch,
                head_seq: record.head.seq,
                continued: record.branch.from.is_none() && continued.contains(&record.chain),
                relayed: self.hub.is_some_and(|hub| hub != record.key),
            })
            .collect())
    }

    fn acknowledged(&self, branch: Branch) -> Result<Option<u64>, StoreError> {
        let word = self.ledger.acknowledgement(&self.server, branch)?;
        Ok(word.map(|word| word.head.seq))
    }

    fn acknowledgement_text(&self, branch: Branch) -> Result<Option<String>, StoreError> {
        let word = self.ledger.acknowledgement(&self.server, branch)?;
        Ok(word.map(|word| word.text))
    }

    fn held_at_the_top(&self, branch: Branch) -> Result<Option<u64>, StoreError> {
        match above_of(&self.ledger, &self.server)?.last() {
            Some(top) => held(&self.ledger, top, branch).map(Some),
            None => Ok(None),
        }
    }

    fn entries_after(&self, branch: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        self.ledger.entries_after(branch, seq, limit)
    }

    fn store_acknowledgement(&mut self, branch: Branch, word: &Acknowledgement) -> Result<(), StoreError> {
        let stored = StoredAcknowledgement {
            server: word.server,
            branch,
            head: word.head,
            text: word.text.clone(),
            signature: word.signature,
        };
        self.ledger.write(|writer| writer.put_acknowledgement(&stored))?;
        if word.server == self.server {
            let above: Vec<String> = word.above.iter().map(VerifyingKey::to_string).collect();
            self.put_note(&above_note(&word.server), &above.join(" "))?;
        }
        Ok(())
    }

    fn store_refusal(&mut self, branch: Branch, refusal: Option<&str>) -> Result<(), StoreError> {
        self.put_note(&refusal_note(branch), refusal.unwrap_or_default())
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, StoreError> {
        self.ledger.name_keys()
    }
}
