//! Taking in a batch of entries, chain by chain.
//!
//! A chain's good entries are committed in one durable transaction, and only then acknowledged. What
//! is wrong with one chain stops that chain there and is written down for a person; the other chains
//! of the batch go on.

use crate::allot;
use crate::brought::{Brought, Item};
use crate::error::ApiError;
use crate::guard::known_nodes;
use crate::own_chain::Author;
use crate::restored;
use crate::state::ServerState;
use axum::body::Bytes;
use jishi_journal::body::{Body, ChainOpened};
use jishi_journal::{
    Branch, ChainCheck, ChainId, Entry, EntryHash, Fault, Head, NodeKey, ReadEntry, SignedEntry, VerifyingKey,
};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::registry::FaultRecord;
use jishi_ledger::{ChainRecord, Ledger, NextEntry, StoreError, check_sense};
use jishi_sync::decode_batch;
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, Refusal, SignedText};
use jishi_uplink::with_former_keys;
use std::collections::BTreeSet;

/// Faults kept for people to look at; beyond these the first ones tell enough.
const FAULTS_MAX: usize = 1_000;
/// A till that is copied once a month for years has fewer; whoever holds a key must not fill the disk with them.
const BRANCHES_MAX: usize = 64;
/// When a till was last heard, by its origin.
pub(crate) const NOTE_HEARD: &str = "heard ";

/// `sender` is the key of the node that brought them, which is enrolled and stands.
pub(crate) async fn push(
    state: &ServerState,
    sender: VerifyingKey,
    body: Bytes,
) -> Result<ChainsAnswer, ApiError> {
    let at = state.instruments().at();
    let author = Author::of_state(state);
    state
        .prepare_and_write(
            move |ledger| {
                let lines = decode_batch(&body)?;
                Ok(Brought::read(lines, |chain| {
                    ledger.with(|ledger| key_of(ledger, chain))
                }))
            },
            move |ledger, brought| {
                let taken = receive(&author.key, ledger, &sender, &brought, &at)?;
                taken.follow_up(ledger, &author, &at);
                Ok(taken.answer)
            },
        )
        .await
}

/// Whose a chain is. Where the store does not tell, signatures are checked one by one, and it is asked again.
pub(crate) fn key_of(ledger: &Ledger, chain: ChainId) -> Option<VerifyingKey> {
    ledger.chain(chain).ok().flatten().map(|record| record.key)
}

/// What became of what was brought.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) answer: ChainsAnswer,
    /// The lots that something new was drawn of, or given on.
    drawn: BTreeSet<String>,
    /// Somebody was enrolled beneath a hub, or revoked.
    nodes_changed: bool,
    /// Chains of this server's own, of which somebody held more than it did.
    own: BTreeSet<ChainId>,
}

impl Taken {
    pub(crate) fn add(&mut self, other: Taken) {
        self.drawn.extend(other.drawn);
        self.nodes_changed |= other.nodes_changed;
        self.own.extend(other.own);
    }

    /// What follows from it for this server's own chains: successors, where somebody held more of them than it does;
    /// and more of the lots that may be short now.
    pub(crate) fn follow_up(&self, ledger: &mut Ledger, author: &Author, at: &str) {
        let has_lost = !self.own.is_empty()
            && restored::are_written(ledger, &author.key.public(), &self.own).unwrap_or(false);
        // Where there is no room for it, it is begun with what is brought next, or at the next start.
        if has_lost && let Err(error) = restored::begin(ledger, author, at) {
            tracing::warn!(
                code = error.code(),
                "No successor of the server's own chains: {error}"
            );
        }
        self.share_out(ledger, author, at);
    }

    fn share_out(&self, ledger: &mut Ledger, author: &Author, at: &str) {
        let which = match (self.nodes_changed, self.drawn.is_empty()) {
            (true, _) => allot::Which::All,
            (false, false) => allot::Which::These(&self.drawn),
            (false, true) => return,
        };
        allot::review_beside(ledger, author, &which, at);
    }

    fn note(&mut self, body: &Body) {
        match body {
            Body::SaleRecorded(sale) => {
                let draws = sale.lines.iter().flat_map(|line| &line.draws);
                self.drawn.extend(draws.filter_map(|draw| draw.lot.clone()));
            }
            Body::LotAssigned(assigned) => self.drawn.extend(assigned.fact.lot.clone()),
            Body::DrawMoved(moved) => self.drawn.extend(moved.fact.lot.clone()),
            Body::LotGivenBack(given) => self.drawn.extend([given.lot.clone()]),
            Body::LotAllotted(allotted) => self.drawn.extend([allotted.lot.clone()]),
            Body::NodeEnrolled(_) | Body::NodeRevoked(_) => self.nodes_changed = true,
            _ => {}
        }
    }
}

/// What was brought by wire or by stick: the same for both. `key` is the server's, and signs what is held.
pub(crate) fn receive(
    key: &NodeKey,
    ledger: &mut Ledger,
    sender: &VerifyingKey,
    brought: &Brought,
    at: &str,
) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    taken.answer.unreadable = brought.unreadable.clone();
    let mut senders = Senders {
        nodes: known_nodes(ledger, &key.public())?,
        sender: sender.to_string(),
        own: with_former_keys(ledger, &[key.public()])?,
        above: with_former_keys(ledger, &jishi_uplink::above(ledger)?)?,
    };
    for (chain, items) in &brought.chains {
        let chain = *chain;
        let refusal = match take_chain(ledger, &senders, chain, items, (at, &mut taken)) {
            Ok(()) => None,
            Err(Stop::Refused(refusal)) => Some(refusal),
            // A full disk concerns everybody: the sender keeps all and comes again.
            Err(Stop::Storage(error @ (StoreError::Full | StoreError::ReadOnly | StoreError::Busy))) => {
                return Err(error);
            }
            // Anything else is about these entries, for all we know: only their chain stops.
            Err(Stop::Storage(error)) => {
                tracing::error!(code = error.code(), "A chain could not be stored: {error}");
                Some(refused(error.code(), None))
            }
        };
        let acknowledged = acknowledge(key, ledger, chain, refusal, at)?;
        taken.answer.chains.extend(acknowledged);
        // A hub's own chain says who is enrolled there, and its tills' chains follow it.
        if senders.is_of_server(ledger.chain(chain)?) {
            senders.nodes = known_nodes(ledger, &key.public())?;
        }
    }
    Ok(taken)
}

/// The answer about a chain: the server's signed word on what it holds, with those of the servers above it; of a chain
/// that forked, on each branch. The refusal stands in the first.
pub(crate) fn acknowledge(
    key: &NodeKey,
    ledger: &Ledger,
    chain: ChainId,
    refusal: Option<Refusal>,
    at: &str,
) -> Result<Vec<ChainAnswer>, StoreError> {
    let answer = |refusal| ChainAnswer {
        chain: chain.to_string(),
        acknowledgement: None,
        refusal,
        above: Vec::new(),
    };
    let records = ledger.branches(chain)?;
    if records.is_empty() {
        return Ok(vec![answer(refusal)]);
    }
    let above = jishi_uplink::above(ledger)?;
    let mut refusal = refusal;
    let mut answers = Vec::new();
    for record in records {
        let mut answer = answer(refusal.take());
        answer.acknowledgement = Some(Acknowledgement::sign(chain, record.head, at, &above, key));
        for server in &above {
            let word = ledger.acknowledgement(server, record.branch)?;
            answer.above.extend(word.map(|word| SignedText {
                text: word.text,
                signature: word.signature.to_string(),
            }));
        }
        answers.push(answer);
    }
    Ok(answers)
}

/// Why a chain goes no further.
enum Stop {
    Refused(Refusal),
    Storage(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Storage(error)
    }
}

fn refused(code: &str, seq: Option<u64>) -> Refusal {
    Refusal {
        code: code.to_owned(),
        seq,
        wanted: None,
    }
}

fn take_chain(
    ledger: &mut Ledger,
    senders: &Senders,
    chain: ChainId,
    items: &[Item],
    (at, taken): (&str, &mut Taken),
) -> Result<(), Stop> {
    let mut lines = Lines::read(ledger, chain, items)?;
    if let Some(record) = ledger.chain(chain)? {
        senders
            .may_bring(&record.key, &record.till.node)
            .map_err(Stop::Refused)?;
        let is_servers =
            senders.is_of_servers_above_or_own(&record.key) || senders.is_of_server(Some(record.clone()));
        lines.is_closed = is_servers && is_handed_over(ledger, &record)?;
    }
    let mut faults = Vec::new();
    let mut stop = None;
    for item in items {
        match lines.follow(ledger, senders, item) {
            Ok(Followed::Held) => {}
            Ok(Followed::Next { read, forks }) => {
                let (seq, hash) = (read.entry.seq, read.hash);
                if forks {
                    faults.push(fault(chain, seq, "fork", hash, at));
                }
                // Kept and shown; what follows it is projected.
                let code = match &read.body {
                    Body::Bad { .. } => Some("bad_body"),
                    Body::Unknown { .. } => Some("unknown_kind"),
                    body if check_sense(body).is_err() => Some("bad_body"),
                    _ => None,
                };
                faults.extend(code.map(|code| fault(chain, seq, code, hash, at)));
            }
            Err(refusal) => {
                // A gap is the ordinary way of saying where to go on from.
                if refusal.code != "gap" {
                    let hash = item.as_ref().map_or_else(|bad| bad.hash, |read| read.hash);
                    let seq = refusal.seq.unwrap_or_else(|| lines.wanted());
                    faults.push(fault(chain, seq, &refusal.code, hash, at));
                }
                stop = Some(refusal);
                break;
            }
        }
    }
    let is_of_above = |line: &Line<'_>| line.check.key().is_some_and(|key| senders.above.contains(&key));
    let is_own = |line: &Line<'_>| line.check.key().is_some_and(|key| senders.own.contains(&key));
    if lines
        .lines
        .iter()
        .any(|line| is_own(line) && !line.good.is_empty())
    {
        taken.own.insert(chain);
    }
    let comes_from_above = lines
        .lines
        .first()
        .is_some_and(|line| line.held == 0 && is_of_above(line));
    commit(
        ledger,
        (chain, comes_from_above),
        &lines.lines,
        &faults,
        (at, taken),
    )?;
    // All of it is kept. The node is told that it is not the only one under this key.
    let stop = stop.or_else(|| lines.left.map(|seq| refused("fork", Some(seq))));
    stop.map_or(Ok(()), |refusal| Err(Stop::Refused(refusal)))
}

/// Its last entry is its key's last word.
fn is_handed_over(ledger: &Ledger, record: &ChainRecord) -> Result<bool, StoreError> {
    let last = ledger.entries_after(record.branch, record.head.seq.saturating_sub(1), 1)?;
    let last = last.first().and_then(|signed| Entry::parse(&signed.line).ok());
    Ok(last.is_some_and(|entry| matches!(entry.body(), Body::KeyHandedOver(_))))
}

enum Followed<'a> {
    Held,
    Next {
        read: &'a ReadEntry,
        /// It begins another branch.
        forks: bool,
    },
}

/// A chain as it stands and as the batch takes it further: one line, or several where it forked.
struct Lines<'a> {
    chain: ChainId,
    lines: Vec<Line<'a>>,
    /// Where the entries that were brought leave those that came first, if they do.
    left: Option<u64>,
    /// A server's that handed its key over with the last entry: whoever has that key still brings nothing.
    is_closed: bool,
}

struct Line<'a> {
    branch: Branch,
    /// Of a branch that begins with this batch: the one it leaves, and its last entry that both have.
    leaves: Option<(Branch, Head)>,
    /// Its last seq in the ledger.
    held: u64,
    known: Known,
    check: ChainCheck,
    /// On their way into the ledger.
    good: Vec<&'a ReadEntry>,
}

impl Line<'_> {
    fn hash_at(&self, seq: u64) -> Option<EntryHash> {
        match seq.checked_sub(self.held + 1) {
            None => self.known.hash_at(seq),
            Some(place) => {
                let good = self.good.get(usize::try_from(place).ok()?)?;
                Some(good.hash)
            }
        }
    }
}

impl<'a> Lines<'a> {
    fn read(ledger: &Ledger, chain: ChainId, items: &[Item]) -> Result<Lines<'a>, StoreError> {
        let mut lines = Vec::new();
        for record in ledger.branches(chain)? {
            lines.push(Line {
                branch: record.branch,
                leaves: None,
                held: record.head.seq,
                known: Known::read(ledger, record.branch, record.head.seq, items)?,
                check: ChainCheck::after(chain, record.key, record.head),
                good: Vec::new(),
            });
        }
        Ok(Lines {
            chain,
            lines,
            left: None,
            is_closed: false,
        })
    }

    /// The seq that comes next on the line that came first.
    fn wanted(&self) -> u64 {
        self.lines.first().map_or(1, |line| line.check.wanted())
    }

    fn follow(
        &mut self,
        ledger: &Ledger,
        senders: &Senders,
        item: &'a Item,
    ) -> Result<Followed<'a>, Refusal> {
        let read = item.as_ref().map_err(|bad| refused(bad.error.code(), None))?;
        if self.lines.is_empty() {
            return self.open(ledger, senders, read);
        }
        let (seq, hash) = (read.entry.seq, read.hash);
        let has = |line: &Line| line.hash_at(seq) == Some(hash);
        if let Some(line) = self.lines.iter().find(|line| has(line)) {
            self.left = line.branch.from.map(|first| first.seq);
            return Ok(Followed::Held);
        }
        if self.is_closed {
            return Err(refused("revoked", Some(seq)));
        }
        let before = Head {
            seq: seq.saturating_sub(1),
            hash: read.entry.prev,
        };
        let ends = |line: &Line| line.check.head() == Some(before);
        if let Some(at) = self.lines.iter().position(ends) {
            return self.take(at, read, false);
        }
        let leaves = |line: &&Line| line.hash_at(before.seq) == Some(before.hash);
        if let Some(left) = self.lines.iter().find(leaves) {
            return self.fork(left.branch, before, read);
        }
        let first = &mut self.lines[0];
        if seq < first.check.wanted() {
            // Only who has the chain's key can make a fork; anyone can make noise. Where it leaves what is here is in
            // entries that have not come.
            let is_own = first.check.key().is_some_and(|key| read.is_signed_by(&key));
            let code = if is_own { "fork" } else { "bad_signature" };
            return Err(refused(code, Some(seq)));
        }
        self.take(0, read, false)
    }

    /// Entry 1 of a chain that is not known here yet.
    fn open(
        &mut self,
        ledger: &Ledger,
        senders: &Senders,
        read: &'a ReadEntry,
    ) -> Result<Followed<'a>, Refusal> {
        let seq = read.entry.seq;
        let mut check = ChainCheck::from_start(self.chain);
        check.accept_read(read).map_err(|found| told(found, seq))?;
        let (Some(key), Body::ChainOpened(opened)) = (check.key(), &read.body) else {
            return Err(refused("bad_opening", Some(seq)));
        };
        senders.may_bring(&key, &opened.node)?;
        may_continue(ledger, senders, seq, opened, &key)?;
        self.lines.push(Line {
            branch: self.chain.into(),
            leaves: None,
            held: 0,
            known: Known::nothing(),
            check: ChainCheck::from_start(self.chain),
            good: Vec::new(),
        });
        self.take(0, read, false)
    }

    /// The chain's key signed another entry in this place: a till that came back on an older copy, or a second one with
    /// its disk. What it sold is sold.
    fn fork(&mut self, left: Branch, before: Head, read: &'a ReadEntry) -> Result<Followed<'a>, Refusal> {
        let (seq, hash) = (before.seq + 1, read.hash);
        let key = self.lines.first().and_then(|line| line.check.key());
        let Some(key) = key.filter(|key| read.is_signed_by(key)) else {
            return Err(refused("bad_signature", Some(seq)));
        };
        if self.lines.len() == BRANCHES_MAX {
            return Err(refused("fork", Some(seq)));
        }
        self.lines.push(Line {
            branch: Branch {
                chain: self.chain,
                from: Some(Head { seq, hash }),
            },
            leaves: Some((left, before)),
            held: before.seq,
            known: Known::nothing(),
            check: ChainCheck::after(self.chain, key, before),
            good: Vec::new(),
        });
        self.take(self.lines.len() - 1, read, true)
    }

    fn take(&mut self, at: usize, read: &'a ReadEntry, forks: bool) -> Result<Followed<'a>, Refusal> {
        let line = &mut self.lines[at];
        let seq = read.entry.seq;
        line.check.accept_read(read).map_err(|found| told(found, seq))?;
        self.left = line.branch.from.map(|first| first.seq);
        line.good.push(read);
        Ok(Followed::Next { read, forks })
    }
}

fn told(found: Fault, seq: u64) -> Refusal {
    match found {
        Fault::Gap { wanted } => Refusal {
            wanted: Some(wanted),
            ..refused(found.code(), Some(seq))
        },
        _ => refused(found.code(), Some(seq)),
    }
}

/// Who is enrolled, and which of them speaks.
struct Senders {
    nodes: Nodes,
    /// Its key.
    sender: String,
    /// This server's keys, the present one first, and those of the servers above it: what these have lost is given back by
    /// way of it.
    own: Vec<VerifyingKey>,
    above: Vec<VerifyingKey>,
}

/// A till as its server knows it: two hubs may each have a `T1`.
#[derive(PartialEq, Eq)]
struct Identity {
    enrolled_by: String,
    node: String,
}

impl Identity {
    fn of(record: &NodeRecord) -> Identity {
        Identity {
            enrolled_by: record.enrolled_by.clone(),
            node: record.node.clone(),
        }
    }
}

impl Senders {
    /// The chain's key is that of a node which is enrolled and not revoked. Of a key that was lost with its disk, and
    /// revoked for it or never enrolled, the till that was enrolled anew in its place brings what was not sent yet:
    /// its signatures stand. Whoever stole the key cannot, for the request is signed too. A hub brings what it took
    /// in beneath itself by this same rule, whatever became of the node since.
    fn may_bring(&self, key: &VerifyingKey, opened_as: &str) -> Result<(), Refusal> {
        if self.is_of_servers_above_or_own(key) {
            return Ok(());
        }
        let owners = self.owners(key, opened_as);
        if owners.is_empty() {
            return Err(refused("unknown_chain", None));
        }
        let beneath = |owner: &Identity| self.nodes.is_beneath(&owner.enrolled_by, &self.sender);
        let brings = |record: &NodeRecord| {
            owners.contains(&Identity::of(record)) || (record.is_server() && owners.iter().any(beneath))
        };
        if self.standing().any(brings) {
            return Ok(());
        }
        let key = key.to_string();
        let mut found = self.nodes.of(&key).peekable();
        if found.peek().is_none() {
            return Err(refused("unknown_chain", None));
        }
        if found.any(|node| node.revoked) {
            return Err(refused("revoked", None));
        }
        Ok(())
    }

    fn is_of_servers_above_or_own(&self, key: &VerifyingKey) -> bool {
        self.own.contains(key) || self.above.contains(key)
    }

    /// Whose chain it is: whom its key was enrolled as, at one server or at several, or, where the key never was, the node that the chain itself
    /// names, of those that the sender may speak for.
    fn owners(&self, key: &VerifyingKey, opened_as: &str) -> Vec<Identity> {
        let known: Vec<Identity> = self.nodes.of(&key.to_string()).map(Identity::of).collect();
        if !known.is_empty() {
            return known;
        }
        let spoken_for = |record: &&NodeRecord| {
            record.node == opened_as
                && (record.public_key == self.sender
                    || self
                        .standing()
                        .any(|sender| sender.is_server() && record.enrolled_by == sender.public_key))
        };
        let spoken_for = self.nodes.all().iter().find(spoken_for);
        spoken_for.map(Identity::of).into_iter().collect()
    }

    fn is_of_server(&self, chain: Option<ChainRecord>) -> bool {
        let key = chain.map(|record| record.key.to_string()).unwrap_or_default();
        self.nodes.of(self.nodes.now(&key)).any(NodeRecord::is_server)
    }

    fn standing(&self) -> impl Iterator<Item = &NodeRecord> {
        self.nodes.of(&self.sender).filter(|record| record.stands())
    }
}

/// A successor takes over a till's receipt numbers and the ids of its sales: only the till itself may
/// open one, under its own key or, where the key was lost, enrolled anew under the same code.
fn may_continue(
    ledger: &Ledger,
    senders: &Senders,
    seq: u64,
    opened: &ChainOpened,
    key: &VerifyingKey,
) -> Result<(), Refusal> {
    let Some(continued) = &opened.continues else {
        return Ok(());
    };
    let (Ok(origin), Ok(before), Ok(_)) = (
        continued.origin.parse::<ChainId>(),
        continued.chain.parse::<ChainId>(),
        continued.hash.parse::<EntryHash>(),
    ) else {
        return Err(refused("bad_opening", Some(seq)));
    };
    let owners = senders.owners(key, &opened.node);
    let is_own = |record: ChainRecord| {
        if senders.is_of_servers_above_or_own(key) {
            return senders.is_of_servers_above_or_own(&record.key);
        }
        let known = senders.owners(&record.key, &record.till.node);
        known.iter().any(|owner| owners.contains(owner))
    };
    for chain in [origin, before] {
        let found = ledger
            .chain(chain)
            .map_err(|error| refused(error.code(), Some(seq)))?;
        if found.is_some_and(|record| !is_own(record)) {
            return Err(refused("foreign_origin", Some(seq)));
        }
    }
    Ok(())
}

/// The hashes of entries that are held already, of the stretch that the batch repeats and the one before it.
struct Known {
    first: u64,
    hashes: Vec<EntryHash>,
}

impl Known {
    fn nothing() -> Known {
        Known {
            first: 1,
            hashes: Vec::new(),
        }
    }

    fn read(ledger: &Ledger, branch: Branch, held: u64, items: &[Item]) -> Result<Known, StoreError> {
        let seqs = items
            .iter()
            .flatten()
            .map(|read| read.entry.seq)
            .filter(|seq| *seq <= held);
        let (first, last) = seqs.fold((u64::MAX, 0), |(first, last), seq| {
            (first.min(seq.saturating_sub(1).max(1)), last.max(seq))
        });
        let mut known = Known {
            first,
            hashes: Vec::new(),
        };
        let mut after = first.saturating_sub(1);
        while after < last {
            let entries = ledger.entries_after(branch, after, 256)?;
            if entries.is_empty() {
                break;
            }
            after += entries.len() as u64;
            known.hashes.extend(entries.iter().map(SignedEntry::hash));
        }
        Ok(known)
    }

    fn hash_at(&self, seq: u64) -> Option<EntryHash> {
        let place = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.hashes.get(place).copied()
    }
}

fn fault(chain: ChainId, seq: u64, code: &str, hash: EntryHash, at: &str) -> FaultRecord {
    FaultRecord {
        chain: chain.to_string(),
        seq,
        code: code.to_owned(),
        hash: hash.to_string(),
        seen_at: at.to_owned(),
    }
}

fn commit(
    ledger: &mut Ledger,
    (chain, comes_from_above): (ChainId, bool),
    lines: &[Line<'_>],
    faults: &[FaultRecord],
    (at, taken): (&str, &mut Taken),
) -> Result<(), StoreError> {
    let room = FAULTS_MAX.saturating_sub(ledger.faults()?.len());
    ledger.write(|writer| -> Result<(), StoreError> {
        if comes_from_above {
            jishi_uplink::note_from_above(writer, chain)?;
        }
        for line in lines {
            if let Some((left, before)) = line.leaves {
                writer.open_branch(line.branch, left, before)?;
            }
            let entries = line.good.iter().map(|read| NextEntry::from(*read));
            writer.append_all(line.branch, entries)?;
            for read in &line.good {
                taken.note(&read.body);
            }
        }
        for fault in faults.iter().take(room) {
            writer.put_fault(fault)?;
        }
        writer.put_note(&format!("{NOTE_HEARD}{chain}"), at)
    })
}
