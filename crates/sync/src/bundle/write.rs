//! Packing what the centre has not acknowledged.

use super::BUNDLE_CHAINS_MAX;
use super::check::NameKeysLine;
use super::lines::{Digest, LinesOut};
use super::manifest::{BundleKind, Manifest, Stretch};
use crate::outbox::Outbox;
use crate::protocol::{HandOver, NAME_KEYS_MAX, NameKeysRequest, PartyNameKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jishi_journal::{
    Branch, ChainId, Entry, EntryHash, LetterError, NodeKey, SignedEntry, VerifyingKey, seal_letter,
};
use std::io::{self, Write};

/// How many entries are read from the store at a time.
const READ_ENTRIES: u32 = 256;

/// Why nothing was packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError<E: std::error::Error + 'static> {
    #[error(transparent)]
    Store(E),
    #[error("the bundle cannot be written: {0}")]
    Write(io::Error),
    /// What is stored does not link: nobody would take it.
    #[error("the stored entries of a chain do not follow each other after {after}")]
    BrokenChain { chain: ChainId, after: u64 },
    #[error("the till has more chains than a bundle holds")]
    TooManyChains,
    #[error(transparent)]
    Keys(LetterError),
    #[error("cancelled")]
    Cancelled,
}

/// Who packs, for whom.
#[derive(Debug)]
pub struct Sender<'a> {
    pub organisation: VerifyingKey,
    /// The till's code.
    pub node: &'a str,
    pub key: &'a NodeKey,
    /// How it came to that key, where it had others.
    pub hand_overs: &'a [HandOver],
    /// By the till's clock.
    pub at: &'a str,
    /// Everything, and not only what the centre has not acknowledged.
    pub all: bool,
}

/// What a centre packs for one till.
#[derive(Debug)]
pub struct Down<'a> {
    /// The till's code and key.
    pub node: &'a str,
    pub node_key: VerifyingKey,
    /// The centre's own, and how it came to it where it had others.
    pub key: &'a NodeKey,
    pub hand_overs: &'a [HandOver],
    /// By the centre's clock.
    pub at: &'a str,
}

/// Both ways alike.
struct Frame<'a> {
    kind: BundleKind,
    organisation: VerifyingKey,
    node: &'a str,
    node_key: VerifyingKey,
    key: &'a NodeKey,
    hand_overs: &'a [HandOver],
    at: &'a str,
    all: bool,
    /// Who may open the names' keys.
    letters_to: VerifyingKey,
}

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub chains: Vec<Stretch>,
    pub entries: u64,
    pub name_keys: usize,
}

/// Writes a bundle of a till's entries, or nothing where there is nothing to bring: then there is no answer. `entropy`
/// gives randomness; `tell` hears how many lines of how many are done, and says whether to go on.
pub fn pack<O: Outbox, W: Write>(
    outbox: &O,
    sender: &Sender<'_>,
    entropy: &mut dyn FnMut(&mut [u8]),
    tell: &mut dyn FnMut(u64, u64) -> bool,
    out: impl FnOnce() -> io::Result<W>,
) -> Result<Option<(Packed, W)>, PackError<O::Error>> {
    let frame = Frame {
        kind: BundleKind::Entries,
        organisation: sender.organisation,
        node: sender.node,
        node_key: sender.key.public(),
        key: sender.key,
        hand_overs: sender.hand_overs,
        at: sender.at,
        all: sender.all,
        letters_to: sender.organisation,
    };
    pack_framed(outbox, &frame, entropy, tell, out)
}

/// Writes all that a centre has for one till: the outbox gives the chains that it may read, and the keys of the names in
/// them. Nothing where there is nothing for it.
pub fn pack_down<O: Outbox, W: Write>(
    outbox: &O,
    down: &Down<'_>,
    entropy: &mut dyn FnMut(&mut [u8]),
    tell: &mut dyn FnMut(u64, u64) -> bool,
    out: impl FnOnce() -> io::Result<W>,
) -> Result<Option<(Packed, W)>, PackError<O::Error>> {
    let frame = Frame {
        kind: BundleKind::Catalogue,
        organisation: down.key.public(),
        node: down.node,
        node_key: down.node_key,
        key: down.key,
        hand_overs: down.hand_overs,
        at: down.at,
        all: true,
        letters_to: down.node_key,
    };
    pack_framed(outbox, &frame, entropy, tell, out)
}

fn pack_framed<O: Outbox, W: Write>(
    outbox: &O,
    frame: &Frame<'_>,
    entropy: &mut dyn FnMut(&mut [u8]),
    tell: &mut dyn FnMut(u64, u64) -> bool,
    out: impl FnOnce() -> io::Result<W>,
) -> Result<Option<(Packed, W)>, PackError<O::Error>> {
    let wanted = wanted(outbox, frame.all).map_err(PackError::Store)?;
    if wanted.is_empty() {
        return Ok(None);
    }
    if wanted.len() > BUNDLE_CHAINS_MAX {
        return Err(PackError::TooManyChains);
    }
    let entries: u64 = wanted.iter().map(|(_, after, to)| to - after).sum();
    let (key_lines, name_keys) = key_lines(outbox, frame, entropy)?;
    // Twice over the entries: what was recorded does not change, and so the manifest can stand before them.
    let total = (key_lines.len() as u64 + entries).saturating_mul(2);
    let mut digest = Digest::default();
    let mut done = 0;
    for line in &key_lines {
        digest.take(line.as_bytes());
        done += 1;
    }
    let mut chains = Vec::new();
    for (branch, after, to) in &wanted {
        let chain = branch.chain;
        let mut last = None;
        each(outbox, *branch, *after, *to, |signed| {
            digest.take(signed.to_text().as_bytes());
            let seq = follow(last, signed).ok_or(PackError::BrokenChain {
                chain,
                after: last.map_or(*after, |(seq, _)| seq),
            })?;
            last = Some((seq, signed.hash()));
            done += 1;
            match tell(done, total) {
                true => Ok(()),
                false => Err(PackError::Cancelled),
            }
        })?;
        match last {
            Some((seq, hash)) if seq == *to => chains.push(Stretch {
                chain,
                from: after + 1,
                to: *to,
                hash,
            }),
            last => {
                return Err(PackError::BrokenChain {
                    chain,
                    after: last.map_or(*after, |(seq, _)| seq),
                });
            }
        }
    }
    let manifest = Manifest {
        kind: frame.kind,
        organisation: frame.organisation,
        node: frame.node.to_owned(),
        node_key: frame.node_key,
        at: frame.at.to_owned(),
        hand_overs: frame.hand_overs.to_vec(),
        chains,
        lines: digest.lines,
        sha256: digest.hex(),
    };
    let mut lines = out().and_then(LinesOut::new).map_err(PackError::Write)?;
    lines.put(&manifest.sign(frame.key)).map_err(PackError::Write)?;
    for line in &key_lines {
        lines.put(line).map_err(PackError::Write)?;
        done += 1;
    }
    for (branch, after, to) in &wanted {
        each(outbox, *branch, *after, *to, |signed| {
            lines.put(&signed.to_text()).map_err(PackError::Write)?;
            done += 1;
            match tell(done, total) {
                true => Ok(()),
                false => Err(PackError::Cancelled),
            }
        })?;
    }
    let packed = Packed {
        chains: manifest.chains,
        entries,
        name_keys,
    };
    Ok(Some((packed, lines.finish().map_err(PackError::Write)?)))
}

/// Each chain with the seq after which it is brought, and up to which.
fn wanted<O: Outbox>(outbox: &O, all: bool) -> Result<Vec<(Branch, u64, u64)>, O::Error> {
    let mut wanted = Vec::new();
    for chain in outbox.chains()? {
        // A note beyond the chain's end is none, but where the server may hold more of it.
        let after = match outbox.acknowledged(chain.branch)? {
            Some(seq) if !all && seq <= chain.head_seq => seq,
            Some(_) if !all && chain.may_be_longer() => chain.head_seq,
            _ => 0,
        };
        if after < chain.head_seq {
            wanted.push((chain.branch, after, chain.head_seq));
        }
    }
    Ok(wanted)
}

fn follow(last: Option<(u64, EntryHash)>, signed: &SignedEntry) -> Option<u64> {
    let entry = Entry::parse(&signed.line).ok()?;
    let is_next = last.is_none_or(|(seq, hash)| entry.prev == hash && Some(entry.seq) == seq.checked_add(1));
    is_next.then_some(entry.seq)
}

fn each<O: Outbox>(
    outbox: &O,
    branch: Branch,
    after: u64,
    to: u64,
    mut take: impl FnMut(&SignedEntry) -> Result<(), PackError<O::Error>>,
) -> Result<(), PackError<O::Error>> {
    let mut after = after;
    while after < to {
        let limit = u32::try_from(to - after).unwrap_or(u32::MAX).min(READ_ENTRIES);
        let entries = outbox
            .entries_after(branch, after, limit)
            .map_err(PackError::Store)?;
        if entries.is_empty() {
            return Err(PackError::BrokenChain {
                chain: branch.chain,
                after,
            });
        }
        for entry in &entries {
            take(entry)?;
            after += 1;
        }
    }
    Ok(())
}

/// The names' keys, in letters to whom the bundle is for; sealed anew each time, so that two bundles cannot be told to be of the
/// same names.
fn key_lines<O: Outbox>(
    outbox: &O,
    frame: &Frame<'_>,
    entropy: &mut dyn FnMut(&mut [u8]),
) -> Result<(Vec<String>, usize), PackError<O::Error>> {
    let keys = outbox.name_keys().map_err(PackError::Store)?;
    let mut lines = Vec::new();
    for keys in keys.chunks(NAME_KEYS_MAX) {
        let request = NameKeysRequest {
            keys: keys
                .iter()
                .map(|(party, key)| PartyNameKey {
                    party: party.clone(),
                    key: hex::encode(key.to_bytes()),
                })
                .collect(),
        };
        let mut seed = [0; 32];
        entropy(&mut seed);
        // These shapes have nothing that JSON cannot write.
        let text = serde_json::to_vec(&request).unwrap_or_default();
        let letter = seal_letter(&frame.letters_to, &text, &seed).map_err(PackError::Keys)?;
        let line = NameKeysLine {
            name_keys: STANDARD.encode(letter),
        };
        lines.push(serde_json::to_string(&line).unwrap_or_default());
    }
    Ok((lines, keys.len()))
}
