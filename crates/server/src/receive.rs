//! Taking in a batch of entries, chain by chain.
//!
//! A chain's good entries are committed in one durable transaction, and only then acknowledged. What
//! is wrong with one chain stops that chain there and is written down for a person; the other chains
//! of the batch go on.

use crate::error::ApiError;
use crate::state::ServerState;
use jishi_journal::body::{Body, ChainOpened};
use jishi_journal::{
    ChainCheck, ChainId, Entry, EntryError, EntryHash, Fault, Head, NodeKey, SignedEntry, VerifyingKey,
};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::registry::FaultRecord;
use jishi_ledger::{ChainRecord, Ledger, StoreError, check_sense};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, Refusal, SignedText, UnreadableLine};
use jishi_sync::{BatchLine, claimed_chain, decode_batch};
use std::collections::HashMap;

/// Faults kept for people to look at; beyond these the first ones tell enough.
const FAULTS_MAX: usize = 1_000;
/// When a till was last heard, by its origin.
pub(crate) const NOTE_HEARD: &str = "heard ";

/// `sender` is the key of the node that brought them, which is enrolled and stands.
pub(crate) async fn push(
    state: &ServerState,
    sender: VerifyingKey,
    body: &[u8],
) -> Result<ChainsAnswer, ApiError> {
    let lines = decode_batch(body)?;
    let at = state.instruments().at();
    let key = state.key().clone();
    state
        .write(move |ledger| Ok(receive(&key, ledger, &sender, lines, &at)?))
        .await
}

/// What a batch brings of one chain, in its order.
type Brought = Vec<Result<SignedEntry, EntryError>>;

/// What was brought by wire or by stick: the same for both. `key` is the server's, and signs what is held.
pub(crate) fn receive(
    key: &NodeKey,
    ledger: &mut Ledger,
    sender: &VerifyingKey,
    lines: Vec<BatchLine>,
    at: &str,
) -> Result<ChainsAnswer, StoreError> {
    let mut order: Vec<ChainId> = Vec::new();
    let mut brought: HashMap<ChainId, Brought> = HashMap::new();
    let mut answer = ChainsAnswer::default();
    for (number, line) in (1..).zip(lines) {
        let (chain, item) = match line {
            BatchLine::Entry(entry) => (claimed_chain(entry.line.as_bytes()), Ok(entry)),
            BatchLine::Unreadable { claims, error } => (claims, Err(error)),
        };
        match chain {
            None => {
                let code = item.err().unwrap_or(EntryError::BadEntry).code().to_owned();
                answer.unreadable.push(UnreadableLine { line: number, code });
            }
            Some(chain) => {
                if !brought.contains_key(&chain) {
                    order.push(chain);
                }
                brought.entry(chain).or_default().push(item);
            }
        }
    }
    let mut senders = Senders {
        nodes: ledger.nodes(&key.public())?,
        sender: sender.to_string(),
    };
    for chain in order {
        let items = brought.remove(&chain).unwrap_or_default();
        let refusal = match take_chain(ledger, &senders, chain, &items, at) {
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
        answer.chains.push(acknowledge(key, ledger, chain, refusal, at)?);
        // A hub's own chain says who is enrolled there, and its tills' chains follow it.
        if senders.is_of_server(ledger.chain(chain)?) {
            senders.nodes = ledger.nodes(&key.public())?;
        }
    }
    Ok(answer)
}

/// The answer about a chain: the server's signed word on what it holds, with those of the servers above it.
pub(crate) fn acknowledge(
    key: &NodeKey,
    ledger: &Ledger,
    chain: ChainId,
    refusal: Option<Refusal>,
    at: &str,
) -> Result<ChainAnswer, StoreError> {
    let mut answer = ChainAnswer {
        chain: chain.to_string(),
        acknowledgement: None,
        refusal,
        above: Vec::new(),
    };
    if let Some(record) = ledger.chain(chain)? {
        let above = jishi_uplink::above(ledger)?;
        answer.acknowledgement = Some(Acknowledgement::sign(chain, record.head, at, &above, key));
        for server in &above {
            let word = ledger.acknowledgement(server, chain)?;
            answer.above.extend(word.map(|word| SignedText {
                text: word.text,
                signature: word.signature.to_string(),
            }));
        }
    }
    Ok(answer)
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

/// A good entry on its way into the ledger.
struct Good {
    signed: SignedEntry,
    entry: Entry,
    head: Head,
}

fn take_chain(
    ledger: &mut Ledger,
    senders: &Senders,
    chain: ChainId,
    items: &Brought,
    at: &str,
) -> Result<(), Stop> {
    let record = ledger.chain(chain)?;
    let mut check = match &record {
        Some(record) => ChainCheck::after(chain, record.key, record.head),
        None => ChainCheck::from_start(chain),
    };
    if let Some(record) = &record {
        senders
            .may_bring(&record.key, &record.till.node)
            .map_err(Stop::Refused)?;
    }
    let held = record.map_or(0, |record| record.head.seq);
    let mut known = Known::read(ledger, chain, held, items)?;
    let mut good = Vec::new();
    let mut faults = Vec::new();
    let mut stop = None;
    for item in items {
        match follow(ledger, senders, &mut check, &mut known, held, item) {
            Ok(Followed::Held) => {}
            Ok(Followed::Next(next)) => {
                // Kept and shown; what follows it is projected.
                match next.entry.body() {
                    Body::Bad { .. } => {
                        faults.push(fault(chain, next.head.seq, "bad_body", next.head.hash, at))
                    }
                    Body::Unknown { .. } => {
                        faults.push(fault(chain, next.head.seq, "unknown_kind", next.head.hash, at));
                    }
                    body if check_sense(&body).is_err() => {
                        faults.push(fault(chain, next.head.seq, "bad_body", next.head.hash, at));
                    }
                    _ => {}
                }
                good.push(*next);
            }
            Err(refusal) => {
                // A gap is the ordinary way of saying where to go on from.
                if refusal.code != "gap" {
                    let hash = item.as_ref().map_or(EntryHash::ZERO, SignedEntry::hash);
                    let seq = refusal.seq.unwrap_or_else(|| check.wanted());
                    faults.push(fault(chain, seq, &refusal.code, hash, at));
                }
                stop = Some(refusal);
                break;
            }
        }
    }
    commit(ledger, chain, &good, &faults, at)?;
    stop.map_or(Ok(()), |refusal| Err(Stop::Refused(refusal)))
}

enum Followed {
    Held,
    Next(Box<Good>),
}

fn follow(
    ledger: &Ledger,
    senders: &Senders,
    check: &mut ChainCheck,
    known: &mut Known,
    held: u64,
    item: &Result<SignedEntry, EntryError>,
) -> Result<Followed, Refusal> {
    let signed = item.as_ref().map_err(|error| refused(error.code(), None))?;
    let entry = Entry::parse(&signed.line).map_err(|error| refused(error.code(), None))?;
    let seq = entry.seq;
    if seq <= held {
        return match known.hash_at(seq) {
            Some(hash) if hash == signed.hash() => Ok(Followed::Held),
            // Only who has the chain's key can make a fork; anyone can make noise.
            _ if check.key().is_some_and(|key| signed.is_signed_by(&key)) => Err(refused("fork", Some(seq))),
            _ => Err(refused("bad_signature", Some(seq))),
        };
    }
    let new = check.key().is_none();
    let entry = check.accept(signed).map_err(|found| match found {
        Fault::Gap { wanted } => Refusal {
            wanted: Some(wanted),
            ..refused(found.code(), Some(seq))
        },
        _ => refused(found.code(), Some(seq)),
    })?;
    let (Some(head), Some(key)) = (check.head(), check.key()) else {
        return Err(refused("bad_opening", Some(seq)));
    };
    if new {
        let Body::ChainOpened(opened) = entry.body() else {
            return Err(refused("bad_opening", Some(seq)));
        };
        senders.may_bring(&key, &opened.node)?;
        may_continue(ledger, senders, seq, &opened, &key)?;
    }
    Ok(Followed::Next(Box::new(Good {
        signed: signed.clone(),
        entry,
        head,
    })))
}

/// Who is enrolled, and which of them speaks.
struct Senders {
    nodes: Nodes,
    /// Its key.
    sender: String,
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
        let Some(owner) = self.owner(key, opened_as) else {
            return Err(refused("unknown_chain", None));
        };
        let brings = |record: &NodeRecord| {
            Identity::of(record) == owner
                || (record.is_server() && self.nodes.is_beneath(&owner.enrolled_by, &self.sender))
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

    /// Whose chain it is: whom its key was enrolled as, or, where the key never was, the node that the chain itself
    /// names, of those that the sender may speak for.
    fn owner(&self, key: &VerifyingKey, opened_as: &str) -> Option<Identity> {
        if let Some(known) = self.nodes.of(&key.to_string()).next() {
            return Some(Identity::of(known));
        }
        let spoken_for = |record: &&NodeRecord| {
            record.node == opened_as
                && (record.public_key == self.sender
                    || self
                        .standing()
                        .any(|sender| sender.is_server() && record.enrolled_by == sender.public_key))
        };
        self.nodes.all().iter().find(spoken_for).map(Identity::of)
    }

    fn is_of_server(&self, chain: Option<ChainRecord>) -> bool {
        let key = chain.map(|record| record.key.to_string()).unwrap_or_default();
        self.nodes.of(&key).any(NodeRecord::is_server)
    }

    fn standing(&self) -> impl Iterator<Item = &NodeRecord> {
        self.nodes.of(&self.sender).filter(|record| !record.revoked)
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
    let owner = senders.owner(key, &opened.node);
    let is_own = |record: ChainRecord| senders.owner(&record.key, &record.till.node) == owner;
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

/// The hashes of entries that are held already, of the stretch that the batch repeats.
struct Known {
    first: u64,
    hashes: Vec<EntryHash>,
}

impl Known {
    fn read(ledger: &Ledger, chain: ChainId, held: u64, items: &Brought) -> Result<Known, StoreError> {
        let seqs = items
            .iter()
            .flatten()
            .filter_map(|signed| Entry::parse(&signed.line).ok())
            .map(|entry| entry.seq)
            .filter(|seq| *seq <= held);
        let (first, last) = seqs.fold((u64::MAX, 0), |(first, last), seq| {
            (first.min(seq), last.max(seq))
        });
        if last == 0 {
            return Ok(Known {
                first: 1,
                hashes: Vec::new(),
            });
        }
        let mut hashes = Vec::new();
        let mut after = first - 1;
        while after < last {
            let entries = ledger.entries_after(chain, after, 256)?;
            if entries.is_empty() {
                break;
            }
            after += entries.len() as u64;
            hashes.extend(entries.iter().map(SignedEntry::hash));
        }
        Ok(Known { first, hashes })
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
    chain: ChainId,
    good: &[Good],
    faults: &[FaultRecord],
    at: &str,
) -> Result<(), StoreError> {
    let room = FAULTS_MAX.saturating_sub(ledger.faults()?.len());
    ledger.write(|writer| -> Result<(), StoreError> {
        for Good { signed, entry, head } in good {
            writer.append(signed, chain, *head, &entry.at, &entry.body())?;
        }
        for fault in faults.iter().take(room) {
            writer.put_fault(fault)?;
        }
        writer.put_note(&format!("{NOTE_HEARD}{chain}"), at)
    })
}
