//! The planner of pushes: told what happened, it says what to do next.
//!
//! One request is in flight at a time. A time-out means unknown, not failed: the same entries are
//! sent again with the same bytes, and the server knows them. A mark moves only on the server's own
//! signed word about an entry that this node has. Nothing is final: what was refused is tried again,
//! at most once a minute, and one chain's trouble leaves the others alone.

use crate::backoff::{DELAY_MS_MAX, delay_ms};
use crate::batch::Batch;
use crate::outbox::{Outbox, OutboxChain};
use crate::protocol::{
    ChainAnswer, ChainsAnswer, MARKS_CHAINS_MAX, NAME_KEYS_MAX, NameKeysRequest, PartyNameKey, Refusal,
};
use crate::word::{Word, judge, take_words_above};
use jishi_journal::{Branch, ChainId, VerifyingKey};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// How often a server is asked how far those above it are, while they are behind.
const ASK_ABOVE_EVERY_MS: u64 = 5_000;
/// How often a server is asked how far it holds each chain, of which it has said so before: it may have come back from a
/// backup, and a chain that is at rest would never tell.
const ASK_AGAIN_EVERY_MS: u64 = 60 * 60 * 1_000;
/// How many chains one push brings, so that the answer stays small.
const PUSH_CHAINS_MAX: usize = 256;
/// How many entries are read from the store at a time.
const READ_ENTRIES: u32 = 128;

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// It was time to look again.
    TimePassed,
    /// Something was recorded.
    NewEntries,
    /// The network changed, or a person wants it now: all waiting ends.
    Nudged,
    Answered(Answer),
    /// No answer, or one that could not be used; the entries may have arrived or not.
    Failed {
        retry_after_ms: Option<u64>,
    },
}

#[derive(Debug, Clone)]
pub enum Answer {
    Marks(ChainsAnswer),
    Push(ChainsAnswer),
    NameKeys,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Send(Request),
    /// A request is under way: wait for what becomes of it.
    Await,
    /// Look again then.
    WaitUntil {
        at_ms: u64,
    },
    /// All that there is has arrived.
    Rest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Which of these chains does the server hold, and how far?
    Marks {
        chains: Vec<ChainId>,
    },
    /// A compressed batch.
    Push {
        body: Vec<u8>,
        entries: usize,
    },
    NameKeys(NameKeysRequest),
}

/// How far one chain has come, or one branch of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStatus {
    pub branch: Branch,
    pub head_seq: u64,
    pub acknowledged_seq: u64,
    /// Why it goes no further for now: the server's code, or `server_ahead`, `bad_acknowledgement`, `bad_answer` of
    /// this side's own. A `fork` stops nothing where the server keeps this branch as well: the node is told to go on
    /// in another chain.
    pub refusal: Option<String>,
}

impl ChainStatus {
    /// What stops it. A fork of which the server has both branches does not.
    pub fn stopped(&self) -> Option<&str> {
        let is_told_only = |code: &&str| *code == "fork" && self.acknowledged_seq >= self.head_seq;
        self.refusal.as_deref().filter(|code| !is_told_only(code))
    }
}

#[derive(Debug, Clone, Default)]
struct ChainState {
    /// The server's mark; none before it was asked.
    mark: Option<u64>,
    /// Entries after this seq are sent next.
    send_after: u64,
    refusal: Option<String>,
    /// Left alone until then.
    retry_at_ms: u64,
    failures: u32,
}

#[derive(Debug, Clone)]
enum Sent {
    Marks(Vec<Branch>),
    /// Each branch with the seq it was sent from.
    Push(BTreeMap<Branch, u64>),
    NameKeys(Vec<(String, String)>),
}

/// What goes behind the batch that is under way, made while the server is at work on that.
#[derive(Debug, Clone)]
enum Ready {
    /// All that there is went with it, or nothing is under way.
    Nothing,
    /// There is more, from here on where that batch is taken whole.
    Wanted(BTreeMap<Branch, u64>),
    Batch(Packed),
}

/// A batch as it goes out.
#[derive(Debug, Clone)]
struct Packed {
    body: Vec<u8>,
    entries: usize,
    /// The seq after which each branch's entries begin in it, and its last.
    from: BTreeMap<Branch, u64>,
    to: BTreeMap<Branch, u64>,
    /// There was no room for all.
    is_full: bool,
}

/// The planner.
#[derive(Debug, Clone)]
pub struct Push {
    server: VerifyingKey,
    chains: BTreeMap<Branch, ChainState>,
    handed_keys: BTreeSet<(String, String)>,
    keys_may_be_new: bool,
    in_flight: Option<Sent>,
    ready: Ready,
    failures: u32,
    wait_until_ms: u64,
    /// When the server is asked again how far those above it are.
    ask_above_at_ms: u64,
    /// When it is asked again how far it is itself.
    ask_again_at_ms: u64,
}

impl Push {
    /// Pushes to the server with this key, and believes no other.
    pub fn new(server: VerifyingKey) -> Push {
        Push {
            server,
            chains: BTreeMap::new(),
            handed_keys: BTreeSet::new(),
            keys_may_be_new: true,
            in_flight: None,
            ready: Ready::Nothing,
            failures: 0,
            wait_until_ms: 0,
            ask_above_at_ms: 0,
            ask_again_at_ms: 0,
        }
    }

    /// Takes in what happened and says what to do. `now_ms` only ever grows; `jitter` is 32 random
    /// bits of the caller's. On an error of the store nothing was lost: step again later.
    pub fn step<O: Outbox>(
        &mut self,
        now_ms: u64,
        jitter: u32,
        input: Input,
        outbox: &mut O,
    ) -> Result<Action, O::Error> {
        match input {
            Input::TimePassed => {}
            Input::NewEntries => self.keys_may_be_new = true,
            Input::Nudged => self.forget_failures(),
            Input::Failed { retry_after_ms } => {
                self.in_flight = None;
                self.failures = self.failures.saturating_add(1);
                let asked = retry_after_ms.unwrap_or(0).min(DELAY_MS_MAX);
                self.wait_until_ms = now_ms.saturating_add(delay_ms(self.failures, jitter).max(asked));
            }
            Input::Answered(answer) => {
                if let Some(sent) = self.in_flight.take() {
                    self.failures = 0;
                    self.take_answer(now_ms, jitter, sent, answer, outbox)?;
                }
            }
        }
        if self.in_flight.is_some() {
            return Ok(Action::Await);
        }
        if now_ms < self.wait_until_ms {
            return Ok(Action::WaitUntil {
                at_ms: self.wait_until_ms,
            });
        }
        self.decide(now_ms, outbox)
    }

    pub fn status<O: Outbox>(&self, outbox: &O) -> Result<Vec<ChainStatus>, O::Error> {
        let mut statuses = Vec::new();
        for chain in outbox.chains()? {
            let state = self.chains.get(&chain.branch);
            let acknowledged = match state.and_then(|state| state.mark) {
                Some(mark) => mark,
                None => outbox.acknowledged(chain.branch)?.unwrap_or(0),
            };
            statuses.push(ChainStatus {
                branch: chain.branch,
                head_seq: chain.head_seq,
                acknowledged_seq: acknowledged,
                refusal: state.and_then(|state| state.refusal.clone()),
            });
        }
        Ok(statuses)
    }

    fn forget_failures(&mut self) {
        self.keys_may_be_new = true;
        self.failures = 0;
        self.wait_until_ms = 0;
        self.ask_above_at_ms = 0;
        for state in self.chains.values_mut() {
            state.failures = 0;
            state.retry_at_ms = 0;
        }
    }

    fn decide<O: Outbox>(&mut self, now_ms: u64, outbox: &O) -> Result<Action, O::Error> {
        let chains = outbox.chains()?;
        for chain in &chains {
            if let Entry::Vacant(place) = self.chains.entry(chain.branch) {
                // A note beyond the chain's end is none, but where the server may hold more of it: then it was kept
                // after the server had been asked.
                let mark = outbox
                    .acknowledged(chain.branch)?
                    .map(|seq| {
                        if chain.may_be_longer() {
                            seq.min(chain.head_seq)
                        } else {
                            seq
                        }
                    })
                    .filter(|seq| *seq <= chain.head_seq);
                place.insert(ChainState {
                    mark,
                    send_after: mark.unwrap_or(0),
                    ..ChainState::default()
                });
            }
        }
        if now_ms >= self.ask_again_at_ms {
            self.ask_again_at_ms = now_ms.saturating_add(ASK_AGAIN_EVERY_MS);
            self.chains.values_mut().for_each(|state| state.mark = None);
        }
        let ready = |state: &ChainState| state.retry_at_ms <= now_ms;

        let unasked: Vec<Branch> = chains
            .iter()
            .map(|chain| chain.branch)
            .filter(|chain| {
                self.chains
                    .get(chain)
                    .is_some_and(|state| state.mark.is_none() && ready(state))
            })
            .take(MARKS_CHAINS_MAX)
            .collect();
        if !unasked.is_empty() {
            return Ok(self.ask_marks(unasked));
        }

        let waiting = chains.iter().filter_map(|chain| self.chains.get(&chain.branch));
        let mut retry_at_ms = waiting
            .filter(|state| !ready(state))
            .map(|state| state.retry_at_ms)
            .min();
        let packed = match std::mem::replace(&mut self.ready, Ready::Nothing) {
            Ready::Batch(packed) if self.fits(&packed, now_ms) => Some(packed),
            _ => {
                let start = |branch: &Branch| {
                    let state = self.chains.get(branch).filter(|state| ready(state))?;
                    Some(state.send_after)
                };
                pack(&chains, start, outbox)?
            }
        };
        if let Some(Packed {
            body,
            entries,
            from,
            to,
            is_full,
        }) = packed
        {
            self.in_flight = Some(Sent::Push(from));
            if is_full {
                self.ready = Ready::Wanted(to);
            }
            return Ok(Action::Send(Request::Push { body, entries }));
        }

        if self.keys_may_be_new {
            if let Some(request) = self.keys_to_hand(outbox)? {
                return Ok(Action::Send(Request::NameKeys(request)));
            }
            self.keys_may_be_new = false;
        }
        let lagging = self.lagging_above(&chains, outbox)?;
        if !lagging.is_empty() {
            if now_ms >= self.ask_above_at_ms {
                self.ask_above_at_ms = now_ms.saturating_add(ASK_ABOVE_EVERY_MS);
                return Ok(self.ask_marks(lagging));
            }
            retry_at_ms = Some(retry_at_ms.unwrap_or(u64::MAX).min(self.ask_above_at_ms));
        }
        Ok(retry_at_ms.map_or(Action::Rest, |at_ms| Action::WaitUntil { at_ms }))
    }

    /// To be called while a push is under way: makes the next batch ready, as it is if this one is taken whole. Where it
    /// is not, nothing is lost but the work.
    pub fn prepare<O: Outbox>(&mut self, outbox: &O) -> Result<(), O::Error> {
        let Ready::Wanted(sent_to) = &self.ready else {
            return Ok(());
        };
        let start = |branch: &Branch| match (sent_to.get(branch), self.chains.get(branch)) {
            (Some(to), _) => Some(*to),
            // One that is left alone for a while may not be by then.
            (None, Some(state)) if state.retry_at_ms == 0 => Some(state.send_after),
            (None, _) => None,
        };
        let packed = pack(&outbox.chains()?, start, outbox)?;
        self.ready = packed.map_or(Ready::Nothing, Ready::Batch);
        Ok(())
    }

    /// Whether it is what would be sent now.
    fn fits(&self, packed: &Packed, now_ms: u64) -> bool {
        packed.from.iter().all(|(branch, after)| {
            let state = self.chains.get(branch);
            state.is_some_and(|state| state.send_after == *after && state.retry_at_ms <= now_ms)
        })
    }

    fn ask_marks(&mut self, branches: Vec<Branch>) -> Action {
        let mut chains: Vec<ChainId> = branches.iter().map(|branch| branch.chain).collect();
        // A branch stands behind the one it leaves.
        chains.dedup();
        self.in_flight = Some(Sent::Marks(branches));
        Action::Send(Request::Marks { chains })
    }

    /// Chains that this server holds whole and those above it, as far as is known, do not.
    fn lagging_above<O: Outbox>(&self, chains: &[OutboxChain], outbox: &O) -> Result<Vec<Branch>, O::Error> {
        let mut lagging = Vec::new();
        for own in chains {
            let mark = self.chains.get(&own.branch).and_then(|state| state.mark);
            // Of a chain that was cut short the servers' words are about entries that are not here.
            let is_whole = mark == Some(own.head_seq) && !own.continued;
            let top = outbox.held_at_the_top(own.branch)?;
            if is_whole && top.is_some_and(|top| top < own.head_seq) && lagging.len() < MARKS_CHAINS_MAX {
                lagging.push(own.branch);
            }
        }
        Ok(lagging)
    }

    fn keys_to_hand<O: Outbox>(&mut self, outbox: &O) -> Result<Option<NameKeysRequest>, O::Error> {
        let mut ids = Vec::new();
        let mut keys = Vec::new();
        for (party, key) in outbox.name_keys()? {
            let id = (party.clone(), key.id());
            if self.handed_keys.contains(&id) {
                continue;
            }
            ids.push(id);
            keys.push(PartyNameKey {
                party,
                key: hex::encode(key.to_bytes()),
            });
            if keys.len() == NAME_KEYS_MAX {
                break;
            }
        }
        if keys.is_empty() {
            return Ok(None);
        }
        self.in_flight = Some(Sent::NameKeys(ids));
        Ok(Some(NameKeysRequest { keys }))
    }

    fn take_answer<O: Outbox>(
        &mut self,
        now_ms: u64,
        jitter: u32,
        sent: Sent,
        answer: Answer,
        outbox: &mut O,
    ) -> Result<(), O::Error> {
        match (sent, answer) {
            (Sent::NameKeys(ids), Answer::NameKeys) => self.handed_keys.extend(ids),
            (Sent::Marks(chains), Answer::Marks(answer)) => {
                for chain in chains {
                    let outcome = self.take_mark(chain, None, &answer, outbox)?;
                    self.settle(now_ms, jitter, chain, outcome, true);
                    self.keep_refusal(chain, outbox)?;
                }
            }
            (Sent::Push(chains), Answer::Push(answer)) => {
                for (chain, sent_after) in chains {
                    let outcome = self.take_mark(chain, Some(sent_after), &answer, outbox)?;
                    let moved = self
                        .chains
                        .get(&chain)
                        .is_some_and(|state| state.mark.is_some_and(|mark| mark > sent_after));
                    self.settle(now_ms, jitter, chain, outcome, moved);
                    self.keep_refusal(chain, outbox)?;
                }
            }
            // An answer to something else is none.
            _ => {
                self.failures = 1;
                self.wait_until_ms = now_ms.saturating_add(delay_ms(1, jitter));
            }
        }
        Ok(())
    }

    /// Moves the branch's mark where the server's word holds. Gives what stops the branch, if anything.
    /// `sent_after` says from where entries were sent, where any were.
    fn take_mark<O: Outbox>(
        &mut self,
        branch: Branch,
        sent_after: Option<u64>,
        answer: &ChainsAnswer,
        outbox: &mut O,
    ) -> Result<Option<Refusal>, O::Error> {
        let start = branch.first_seq() - 1;
        let acknowledged = outbox.acknowledged(branch)?.unwrap_or(start);
        let state = self.chains.entry(branch).or_default();
        // It stands in one of those about the chain.
        let refusal = answers_about(answer, branch.chain).find_map(|answer| answer.refusal.clone());
        let (word, answer) = judge(&self.server, branch, answers_about(answer, branch.chain), outbox)?;
        let Some(answer) = answer else {
            return Ok(Some(stop("bad_answer")));
        };
        match word {
            // All of it is sent, unless the refusal says why it is of no use.
            Word::Nothing => {
                state.mark = Some(0);
                state.send_after = start;
            }
            // It may keep this branch as well, once it sees where it leaves the other: that is after what it has said
            // to hold, or, where it was set back since, anywhere. The last entry that it has said to hold goes up once
            // more: where all of the branch had arrived there is nothing else that it could miss.
            Word::Unfit("fork" | "server_ahead") if sent_after.is_none_or(|after| after > start) => {
                let from = sent_after.map_or(acknowledged.saturating_sub(1).max(start), |_| start);
                state.mark = Some(from);
                state.send_after = from;
                return Ok(sent_after.map(|_| stop("gap")));
            }
            Word::Unfit(code) => return Ok(Some(stop(code))),
            Word::Holds(word) => {
                if word.head.seq < acknowledged {
                    // It came back from a backup, and the keys of names may be lost with what followed.
                    self.handed_keys.clear();
                    self.keys_may_be_new = true;
                }
                outbox.store_acknowledgement(branch, &word)?;
                take_words_above(branch, &word, answer, outbox)?;
                state.mark = Some(word.head.seq);
                state.send_after = word.head.seq;
            }
            // This node's own last entry then goes up once more by itself, and the server refuses it if it holds
            // another in that place: then all of it goes up, for the server to see where it leaves what it has.
            Word::Ahead { word, head_seq } => {
                let before_last = head_seq.saturating_sub(1);
                let is_fork = refusal.as_ref().is_some_and(|refusal| refusal.code == "fork");
                match sent_after {
                    Some(after) if after == before_last && refusal.is_none() => {
                        outbox.store_acknowledgement(branch, &word)?;
                        take_words_above(branch, &word, answer, outbox)?;
                        state.mark = Some(head_seq);
                        state.send_after = head_seq;
                    }
                    Some(after) if after > start && is_fork => {
                        state.mark = Some(start);
                        state.send_after = start;
                        return Ok(Some(stop("gap")));
                    }
                    Some(_) if is_fork => {}
                    Some(after) if after == before_last => {}
                    _ => {
                        state.mark = Some(before_last);
                        state.send_after = before_last;
                    }
                }
            }
        }
        if let Some(Refusal {
            wanted: Some(wanted), ..
        }) = &refusal
        {
            // Not the server's signed word, but sending again what it has does no harm.
            state.send_after = state.send_after.min(wanted.saturating_sub(1));
        }
        Ok(refusal)
    }

    fn keep_refusal<O: Outbox>(&self, branch: Branch, outbox: &mut O) -> Result<(), O::Error> {
        let refusal = self
            .chains
            .get(&branch)
            .and_then(|state| state.refusal.as_deref());
        outbox.store_refusal(branch, refusal)
    }

    /// Notes whether the chain may go on at once or is left alone for a while.
    fn settle(&mut self, now_ms: u64, jitter: u32, branch: Branch, refusal: Option<Refusal>, moved: bool) {
        let Some(state) = self.chains.get_mut(&branch) else {
            return;
        };
        match refusal {
            None if moved => {
                state.failures = 0;
                state.refusal = None;
                state.retry_at_ms = 0;
                return;
            }
            // Both branches are kept: it goes on, and the node hears of it.
            Some(refusal) if refusal.code == "fork" && moved => {
                state.failures = 0;
                state.refusal = Some(refusal.code);
                state.retry_at_ms = 0;
                return;
            }
            None => state.refusal = Some("no_progress".to_owned()),
            // The first gap says where to go on from; only a second one in a row is trouble.
            Some(refusal) if refusal.code == "gap" && state.failures == 0 => {
                state.failures = 1;
                return;
            }
            Some(refusal) => state.refusal = Some(refusal.code),
        }
        state.failures = state.failures.saturating_add(1);
        state.retry_at_ms = now_ms.saturating_add(delay_ms(state.failures, jitter));
    }
}

/// What these chains have after where each starts, as far as it goes into a batch; nothing where there is nothing.
fn pack<O: Outbox>(
    chains: &[OutboxChain],
    start: impl Fn(&Branch) -> Option<u64>,
    outbox: &O,
) -> Result<Option<Packed>, O::Error> {
    let mut batch = Batch::default();
    let (mut from, mut to) = (BTreeMap::new(), BTreeMap::new());
    let mut is_full = false;
    for chain in chains {
        let Some(after) = start(&chain.branch).filter(|after| *after < chain.head_seq) else {
            continue;
        };
        // The answer speaks of each chain.
        if is_full || from.len() == PUSH_CHAINS_MAX {
            is_full = true;
            break;
        }
        let before = batch.entries();
        is_full = fill(&mut batch, chain.branch, after, outbox)?;
        let filled = batch.entries() - before;
        if filled > 0 {
            from.insert(chain.branch, after);
            to.insert(chain.branch, after.saturating_add(filled as u64));
        }
    }
    if batch.is_empty() {
        return Ok(None);
    }
    Ok(batch.encode().ok().map(|body| Packed {
        body,
        entries: batch.entries(),
        from,
        to,
        is_full,
    }))
}

/// Fills the batch from one chain; true when it is full.
fn fill<O: Outbox>(batch: &mut Batch, branch: Branch, after: u64, outbox: &O) -> Result<bool, O::Error> {
    let mut after = after;
    loop {
        let entries = outbox.entries_after(branch, after, READ_ENTRIES)?;
        for entry in &entries {
            if !batch.push(entry) {
                return Ok(true);
            }
            after = after.saturating_add(1);
        }
        if entries.len() < READ_ENTRIES as usize {
            return Ok(false);
        }
    }
}

/// Of a chain that forked there are several.
fn answers_about(answer: &ChainsAnswer, chain: ChainId) -> impl Iterator<Item = &ChainAnswer> {
    let chain = chain.to_string();
    answer.chains.iter().filter(move |answer| answer.chain == chain)
}

fn stop(code: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        seq: None,
        wanted: None,
    }
}
