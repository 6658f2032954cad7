//! The way up of one node: the program's planner and its speech over the node's own store. Where the program has a
//! thread that waits (`jishi_sync::watch`), the simulator wakes this.

use crate::bug::Bug;
use crate::world::MachineWorld;
use jishi_journal::{Branch, NameKey, NodeKey, SignedEntry, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::client::ClientError;
use jishi_sync::protocol::Acknowledgement;
use jishi_sync::{
    Action, Errand, Incoming, Input, Outbox, OutboxChain, Outgoing, Push, Request, Speaker, Step,
};
use jishi_uplink::{LedgerOutbox, Taker};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is to be done for a node.
#[derive(Debug)]
pub(crate) enum Do {
    /// Under this number its answer comes back.
    Send(u64, Outgoing),
    WakeAt(u64),
    Nothing,
}

/// What an answer comes to.
#[derive(Debug)]
pub(crate) enum Heard {
    /// There is one more message to send.
    On(Do),
    /// This the planner is to be told.
    Tell(Input),
    /// The server has another key than the one that the node knows, perhaps.
    IsAnother,
    /// It does not know the node.
    IsUnknown,
}

#[derive(Debug)]
pub(crate) struct Link {
    push: Push,
    outbox: Watched,
    speaker: Speaker,
    errand: Option<(u64, Errand)>,
    /// Only the wake that was asked for last counts.
    pub(crate) wake_at: Option<u64>,
    world: MachineWorld,
    bug: Option<Bug>,
    failures: u32,
    /// A bug's.
    held_until: u64,
}

impl Link {
    /// None where the node is not enrolled.
    pub(crate) fn open(
        database: &Path,
        key: NodeKey,
        taker: Taker,
        world: &MachineWorld,
        bug: Option<Bug>,
    ) -> Result<Option<Link>, jishi_ledger::OpenError> {
        let ledger = Ledger::open(database, OpenMode::Write)?;
        let Some(outbox) = LedgerOutbox::of(ledger, (taker == Taker::Hub).then(|| key.public()))? else {
            return Ok(None);
        };
        let server = outbox.server();
        Ok(Some(Link {
            push: Push::new(server),
            outbox: Watched {
                inner: outbox,
                flips: Cell::new(None),
                bug,
                sent: RefCell::default(),
                refused: BTreeSet::new(),
            },
            speaker: Speaker::new(server, key, world.entropy()),
            errand: None,
            wake_at: None,
            world: world.clone(),
            bug,
            failures: 0,
            held_until: 0,
        }))
    }

    pub(crate) fn server(&self) -> VerifyingKey {
        self.outbox.inner.server()
    }

    /// A digit of the next batch is another one, by the time it is signed for.
    pub(crate) fn flip_a_digit(&self, at: u64) {
        self.outbox.flips.set(Some(at));
    }

    pub(crate) fn is_waiting_for(&self, exchange: u64) -> bool {
        self.errand
            .as_ref()
            .is_some_and(|(waiting, _)| *waiting == exchange)
    }

    /// Takes in what happened. `exchange` numbers a message that goes out.
    pub(crate) fn step(
        &mut self,
        now_ms: u64,
        jitter: u32,
        input: Input,
        exchange: u64,
    ) -> Result<Do, StoreError> {
        let has_failed = matches!(input, Input::Failed { .. });
        if has_failed {
            self.errand = None;
            self.failures += 1;
            if self.bug == Some(Bug::LostRetry) {
                return Ok(Do::Nothing);
            }
        }
        if now_ms < self.held_until && !has_failed {
            return Ok(Do::WakeAt(self.held_until));
        }
        let by_clock = match self.bug {
            Some(Bug::TrustsTheClock) => u64::try_from(self.world.wall().timestamp_millis()).unwrap_or(0),
            _ => now_ms,
        };
        let action = self.push.step(by_clock, jitter, input, &mut self.outbox)?;
        match action {
            Action::Send(request) => self.send(&request, exchange),
            Action::WaitUntil { at_ms } => {
                let mut wait = at_ms.saturating_sub(by_clock).max(1);
                if self.bug == Some(Bug::EndlessBackOff) && has_failed {
                    wait = wait.saturating_mul(1 << (16 * self.failures).min(40));
                    self.held_until = now_ms.saturating_add(wait);
                }
                Ok(Do::WakeAt(now_ms.saturating_add(wait)))
            }
            Action::Await | Action::Rest => Ok(Do::Nothing),
        }
    }

    fn send(&mut self, request: &Request, exchange: u64) -> Result<Do, StoreError> {
        let (errand, outgoing) = Errand::begin(request, &mut self.speaker).expect("a request can be written");
        self.errand = Some((exchange, errand));
        Ok(Do::Send(exchange, outgoing))
    }

    /// An answer that was waited for. What follows it is another message, or what the planner is to be told.
    pub(crate) fn hear(&mut self, incoming: Incoming, exchange: u64) -> Heard {
        let Some((_, mut errand)) = self.errand.take() else {
            return Heard::On(Do::Nothing);
        };
        match errand.hear(incoming, &mut self.speaker) {
            Step::Send(outgoing) => {
                self.errand = Some((exchange, errand));
                Heard::On(Do::Send(exchange, outgoing))
            }
            Step::Done(Ok(answer)) => {
                self.failures = 0;
                Heard::Tell(Input::Answered(answer))
            }
            Step::Done(Err(error)) if error.may_be_another_key() => Heard::IsAnother,
            Step::Done(Err(error)) if error.code() == "unknown_node" => Heard::IsUnknown,
            Step::Done(Err(error)) => Heard::Tell(failed(&error)),
        }
    }
}

pub(crate) fn failed(error: &ClientError) -> Input {
    Input::Failed {
        retry_after_ms: error.retry_after_ms(),
    }
}

/// The node's own store, and somebody who looks on.
#[derive(Debug)]
struct Watched {
    inner: LedgerOutbox,
    flips: Cell<Option<u64>>,
    bug: Option<Bug>,
    /// Of a node that keeps its own account.
    sent: RefCell<BTreeMap<Branch, u64>>,
    refused: BTreeSet<Branch>,
}

/// How many entries are read at once to be sent; fewer are looked at for other reasons.
const READ_TO_SEND: u32 = 2;

impl Outbox for Watched {
    type Error = StoreError;

    fn chains(&self) -> Result<Vec<OutboxChain>, StoreError> {
        let mut chains = self.inner.chains()?;
        chains.retain(|chain| !self.refused.contains(&chain.branch));
        Ok(chains)
    }

    fn acknowledged(&self, chain: Branch) -> Result<Option<u64>, StoreError> {
        self.inner.acknowledged(chain)
    }

    fn held_at_the_top(&self, chain: Branch) -> Result<Option<u64>, StoreError> {
        self.inner.held_at_the_top(chain)
    }

    fn acknowledgement_text(&self, chain: Branch) -> Result<Option<String>, StoreError> {
        self.inner.acknowledgement_text(chain)
    }

    fn entries_after(&self, chain: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        let mut seq = seq;
        let sends = limit >= READ_TO_SEND;
        if sends && self.bug == Some(Bug::CheckpointApart) {
            seq = seq.max(self.sent.borrow().get(&chain).copied().unwrap_or(0));
        }
        if sends && self.bug == Some(Bug::SkipsAnEntry) && seq % 5 == 4 {
            seq += 1;
        }
        let mut entries = self.inner.entries_after(chain, seq, limit)?;
        if sends {
            self.sent.borrow_mut().insert(chain, seq + entries.len() as u64);
            if let Some(at) = self.flips.get().filter(|_| !entries.is_empty()) {
                self.flips.set(None);
                let which = at as usize % entries.len();
                flip(&mut entries[which], at);
            }
        }
        Ok(entries)
    }

    fn store_acknowledgement(&mut self, branch: Branch, word: &Acknowledgement) -> Result<(), StoreError> {
        self.inner.store_acknowledgement(branch, word)
    }

    fn store_refusal(&mut self, chain: Branch, refusal: Option<&str>) -> Result<(), StoreError> {
        if self.bug == Some(Bug::RefusalIsFinal) && refusal.is_some() {
            self.refused.insert(chain);
        }
        self.inner.store_refusal(chain, refusal)
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, StoreError> {
        self.inner.name_keys()
    }
}

/// Another digit in one place of the entry's facts.
fn flip(entry: &mut SignedEntry, at: u64) {
    let body = entry.line.find("\"body\"").unwrap_or(0);
    let digits: Vec<usize> = entry
        .line
        .char_indices()
        .filter(|(place, character)| *place > body && character.is_ascii_digit())
        .map(|(place, _)| place)
        .collect();
    let Some(place) = digits.get(at as usize % digits.len().max(1)) else {
        return;
    };
    let was = entry.line.as_bytes()[*place] - b'0';
    let other = (was + 1 + (at % 9) as u8) % 10;
    entry.line.replace_range(*place..=*place, &other.to_string());
}
