//! What the tests of this crate share: a till's store in memory.
#![allow(dead_code, reason = "not every test needs all of it")]

use jishi_journal::body::{Body, ClockJumped};
use jishi_journal::{Branch, Chain, ChainId, NameKey, NodeKey, Opening, SignedEntry, VerifyingKey};
use jishi_sync::protocol::Acknowledgement;
use jishi_sync::{Outbox, OutboxChain};
use std::collections::BTreeMap;
use std::convert::Infallible;

pub(crate) const AT: &str = "2026-11-21T09:00:00+08:00";

pub(crate) fn server_key() -> NodeKey {
    NodeKey::from_seed(&[200; 32])
}

/// A till's store in memory.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) chains: Vec<(ChainId, Vec<SignedEntry>)>,
    pub(crate) continued: Vec<ChainId>,
    pub(crate) relayed: Vec<ChainId>,
    pub(crate) words: BTreeMap<ChainId, Acknowledgement>,
    /// The topmost server above, and what it said.
    pub(crate) top: Option<VerifyingKey>,
    pub(crate) top_words: BTreeMap<ChainId, Acknowledgement>,
    pub(crate) refusals: BTreeMap<ChainId, String>,
    pub(crate) keys: Vec<(String, NameKey)>,
}

impl Store {
    pub(crate) fn with_chain(mut self, number: u16, entries: usize) -> Store {
        let [high, low] = number.to_be_bytes();
        let mut seed = [low; 32];
        seed[0] = high;
        let opening = Opening {
            nonce: [low; 16],
            node: format!("T{number}"),
            continues: None,
        };
        let (mut chain, first) = Chain::open(NodeKey::from_seed(&seed), opening, AT).unwrap();
        let mut made = vec![first];
        while made.len() < entries {
            let body = Body::ClockJumped(ClockJumped {
                before: AT.to_owned(),
                now: made.len().to_string(),
            });
            let (entry, head) = chain.next(AT, &body).unwrap();
            chain.advance(head);
            made.push(entry);
        }
        self.chains.push((chain.id(), made));
        self
    }

    pub(crate) fn id(&self, index: usize) -> ChainId {
        self.chains[index].0
    }

    pub(crate) fn mark(&self, index: usize) -> u64 {
        self.words.get(&self.id(index)).map_or(0, |word| word.head.seq)
    }
}

impl Outbox for Store {
    type Error = Infallible;

    fn chains(&self) -> Result<Vec<OutboxChain>, Infallible> {
        let chains = self.chains.iter();
        Ok(chains
            .map(|(chain, entries)| OutboxChain {
                branch: (*chain).into(),
                head_seq: entries.len() as u64,
                continued: self.continued.contains(chain),
                relayed: self.relayed.contains(chain),
            })
            .collect())
    }

    fn acknowledged(&self, branch: Branch) -> Result<Option<u64>, Infallible> {
        Ok(self.words.get(&branch.chain).map(|word| word.head.seq))
    }

    fn held_at_the_top(&self, branch: Branch) -> Result<Option<u64>, Infallible> {
        let held = self.top_words.get(&branch.chain).map_or(0, |word| word.head.seq);
        Ok(self.top.map(|_| held))
    }

    fn acknowledgement_text(&self, branch: Branch) -> Result<Option<String>, Infallible> {
        Ok(self.words.get(&branch.chain).map(|word| word.text.clone()))
    }

    fn entries_after(&self, branch: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, Infallible> {
        let (_, entries) = self.chains.iter().find(|(id, _)| *id == branch.chain).unwrap();
        Ok(entries
            .iter()
            .skip(seq as usize)
            .take(limit as usize)
            .cloned()
            .collect())
    }

    fn store_acknowledgement(&mut self, _: Branch, word: &Acknowledgement) -> Result<(), Infallible> {
        if word.server == server_key().public() {
            self.words.insert(word.chain, word.clone());
            self.top = word.above.last().copied();
        } else {
            self.top_words.insert(word.chain, word.clone());
        }
        Ok(())
    }

    fn store_refusal(&mut self, branch: Branch, refusal: Option<&str>) -> Result<(), Infallible> {
        match refusal {
            Some(code) => self.refusals.insert(branch.chain, code.to_owned()),
            None => self.refusals.remove(&branch.chain),
        };
        Ok(())
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, Infallible> {
        Ok(self.keys.clone())
    }
}
