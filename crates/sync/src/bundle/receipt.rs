//! The way back: the centre's signed word on what it holds of each chain that was brought.

use super::BundleError;
use super::check::{Check, Checked, Piece};
use super::lines::{Digest, LinesOut};
use super::manifest::{BundleKind, Manifest, Stretch};
use crate::outbox::Outbox;
use crate::protocol::{AcknowledgementFacts, ChainAnswer, ChainsAnswer, HandOver};
use crate::word::{Word, judge, take_words_above};
use chrono::DateTime;
use jishi_journal::{Branch, ChainId, NodeKey, VerifyingKey};
use std::io::{self, Read, Write};

/// Writes the answer to a bundle, as the centre with this key, to which it came so; `at` is its clock's.
pub fn write_receipt<W: Write>(
    out: W,
    answered: &Manifest,
    answer: &ChainsAnswer,
    at: &str,
    (key, hand_overs): (&NodeKey, &[HandOver]),
) -> io::Result<W> {
    let words: Result<Vec<String>, _> = answer.chains.iter().map(serde_json::to_string).collect();
    let words = words?;
    let mut digest = Digest::default();
    words.iter().for_each(|word| digest.take(word.as_bytes()));
    let manifest = Manifest {
        kind: BundleKind::Receipt,
        organisation: key.public(),
        at: at.to_owned(),
        hand_overs: hand_overs.to_vec(),
        lines: digest.lines,
        sha256: digest.hex(),
        ..answered.clone()
    };
    let mut lines = LinesOut::new(out)?;
    lines.put(&manifest.sign(key))?;
    words.iter().try_for_each(|word| lines.put(word))?;
    lines.finish()
}

/// A receipt that is whole and the centre's own.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub manifest: Manifest,
    pub answers: Vec<ChainAnswer>,
}

/// Reads a receipt: short, so that it is kept while it is checked.
pub fn read_receipt(
    mut open: impl FnMut() -> io::Result<Box<dyn Read>>,
    server: &VerifyingKey,
) -> Result<Receipt, BundleError> {
    let check = Check::open(open().map_err(BundleError::Io)?)?;
    // It may be of a server above as well: whoever reads such a one asks that itself.
    if check.manifest().kind == BundleKind::Catalogue {
        return Err(BundleError::IsCatalogue);
    }
    if check.manifest().organisation != *server {
        return Err(BundleError::OtherOrganisation);
    }
    match check.manifest().kind {
        BundleKind::Receipt => {}
        BundleKind::Entries | BundleKind::Catalogue => return Err(BundleError::IsEntries),
    }
    let checked: Checked = check.finish()?;
    let mut pieces = checked.pieces(open().map_err(BundleError::Io)?)?;
    let mut answers = Vec::new();
    while let Some((piece, _)) = pieces.next_piece()? {
        if let Piece::Word(answer) = piece {
            answers.push(answer);
        }
    }
    Ok(Receipt {
        manifest: checked.manifest().clone(),
        answers,
    })
}

/// The receipt names no chain of this node's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the receipt is for another till")]
pub struct NotThisNode;

impl NotThisNode {
    pub fn code(self) -> &'static str {
        "not_this_till"
    }
}

/// What a receipt came to at the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub chains: Vec<TakenChain>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenChain {
    pub chain: ChainId,
    /// How far the centre holds it by this receipt.
    pub held: u64,
    /// Why it took no more; `gap` where it wants what is before.
    pub refusal: Option<String>,
    /// The centre has another branch of it as well, beside this one.
    pub forked: bool,
    /// A later word of the centre's has come before this one: it changes nothing.
    pub is_older: bool,
}

/// Holds each word against the till's own chain, and keeps what holds.
pub fn take_receipt<O: Outbox>(
    receipt: &Receipt,
    server: &VerifyingKey,
    outbox: &mut O,
) -> Result<Result<Taken, NotThisNode>, O::Error> {
    let mut chains = Vec::new();
    for own in outbox.chains()? {
        let chain = own.branch.chain.to_string();
        let answers: Vec<&ChainAnswer> = receipt
            .answers
            .iter()
            .filter(|answer| answer.chain == chain)
            .collect();
        if !answers.is_empty() {
            chains.push(take_answers(receipt, server, own.branch, &answers, outbox)?);
        }
    }
    Ok(match chains.is_empty() {
        true => Err(NotThisNode),
        false => Ok(Taken { chains }),
    })
}

/// Of a chain that forked there are several, and the refusal stands in one of them.
fn take_answers<O: Outbox>(
    receipt: &Receipt,
    server: &VerifyingKey,
    branch: Branch,
    answers: &[&ChainAnswer],
    outbox: &mut O,
) -> Result<TakenChain, O::Error> {
    let refusal = answers.iter().find_map(|answer| answer.refusal.as_ref());
    let mut taken = TakenChain {
        chain: branch.chain,
        held: 0,
        refusal: refusal.map(|refusal| refusal.code.clone()),
        forked: false,
        is_older: false,
    };
    let (word, answer) = judge(server, branch, answers.iter().copied(), outbox)?;
    match word {
        Word::Nothing => taken.is_older = is_older(branch, 0, &receipt.manifest.at, outbox)?,
        Word::Unfit(code) => taken.refusal = Some(code.to_owned()),
        Word::Holds(word) => {
            taken.held = word.head.seq;
            taken.is_older = is_older(branch, word.head.seq, &at_of(&word.text), outbox)?;
            let brought = |stretch: &&Stretch| stretch.chain == branch.chain;
            let to = receipt
                .manifest
                .chains
                .iter()
                .find(brought)
                .map(|stretch| stretch.to);
            if refusal.is_some_and(|refusal| refusal.code == "fork") && to.is_some_and(|to| taken.held >= to)
            {
                taken.forked = true;
                taken.refusal = None;
            }
            if !taken.is_older {
                outbox.store_acknowledgement(branch, &word)?;
                if let Some(answer) = answer {
                    take_words_above(branch, &word, answer, outbox)?;
                }
            }
        }
        Word::Ahead { word, head_seq } => {
            taken.held = head_seq;
            taken.is_older = is_older(branch, word.head.seq, &at_of(&word.text), outbox)?;
            // The chain's own last entry was among what the centre looked at, and it found no other there.
            let last = outbox.entries_after(branch, head_seq.saturating_sub(1), 1)?;
            let is_proven = refusal.is_none()
                && last.first().is_some_and(|last| {
                    let brings = |stretch: &&Stretch| {
                        stretch.chain == branch.chain && stretch.to == head_seq && stretch.hash == last.hash()
                    };
                    receipt.manifest.chains.iter().any(|stretch| brings(&stretch))
                });
            if is_proven && !taken.is_older {
                outbox.store_acknowledgement(branch, &word)?;
            }
        }
    }
    if !taken.is_older {
        // A gap only says from where to bring it next time.
        let refusal = match taken.forked {
            true => Some("fork"),
            false => taken.refusal.as_deref().filter(|code| *code != "gap"),
        };
        outbox.store_refusal(branch, refusal)?;
    }
    Ok(taken)
}

/// A stick may lie about for weeks. A word that is lower than the one that is kept counts only where the server, by
/// its own clock, has said it later: it was restored from a backup, and wants the entries again.
fn is_older<O: Outbox>(branch: Branch, seq: u64, at: &str, outbox: &O) -> Result<bool, O::Error> {
    if outbox.acknowledged(branch)?.is_none_or(|kept| seq >= kept) {
        return Ok(false);
    }
    let time = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    let kept = outbox.acknowledgement_text(branch)?;
    let kept = kept.and_then(|text| time(&at_of(&text)));
    Ok(time(at) <= kept)
}

/// When the server said a word, as it stands in it.
fn at_of(text: &str) -> String {
    serde_json::from_str::<AcknowledgementFacts>(text).map_or_else(|_| String::new(), |facts| facts.at)
}
