//! The way back: the centre's signed word on what it holds of each chain that was brought.

use super::BundleError;
use super::check::{Check, Checked, Piece};
use super::lines::{Digest, LinesOut};
use super::manifest::{BundleKind, Manifest, Stretch};
use crate::outbox::Outbox;
use crate::protocol::{AcknowledgementFacts, ChainAnswer, ChainsAnswer};
use crate::word::{Word, judge, take_words_above};
use chrono::DateTime;
use jishi_journal::{ChainId, NodeKey, VerifyingKey};
use std::io::{self, Read, Write};

/// Writes the answer to a bundle, as the centre; `at` is its clock's.
pub fn write_receipt<W: Write>(
    out: W,
    answered: &Manifest,
    answer: &ChainsAnswer,
    at: &str,
    key: &NodeKey,
) -> io::Result<W> {
    let words: Result<Vec<String>, _> = answer.chains.iter().map(serde_json::to_string).collect();
    let words = words?;
    let mut digest = Digest::default();
    words.iter().for_each(|word| digest.take(word.as_bytes()));
    let manifest = Manifest {
        kind: BundleKind::Receipt,
        at: at.to_owned(),
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
    if check.manifest().organisation != *server {
        return Err(BundleError::OtherOrganisation);
    }
    if check.manifest().kind != BundleKind::Receipt {
        return Err(BundleError::IsEntries);
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
    /// A later word of the centre's has come before this one: it changes nothing.
    pub is_older: bool,
}

/// Holds each word against the till's own chain, and keeps what holds.
pub fn take_receipt<O: Outbox>(
    receipt: &Receipt,
    server: &VerifyingKey,
    outbox: &mut O,
) -> Result<Result<Taken, NotThisNode>, O::Error> {
    let own: Vec<ChainId> = outbox.chains()?.iter().map(|chain| chain.chain).collect();
    let mut chains = Vec::new();
    for answer in &receipt.answers {
        let Some(chain) = answer.chain.parse().ok().filter(|chain| own.contains(chain)) else {
            continue;
        };
        chains.push(take_answer(receipt, server, chain, answer, outbox)?);
    }
    Ok(match chains.is_empty() {
        true => Err(NotThisNode),
        false => Ok(Taken { chains }),
    })
}

fn take_answer<O: Outbox>(
    receipt: &Receipt,
    server: &VerifyingKey,
    chain: ChainId,
    answer: &ChainAnswer,
    outbox: &mut O,
) -> Result<TakenChain, O::Error> {
    let mut taken = TakenChain {
        chain,
        held: 0,
        refusal: answer.refusal.as_ref().map(|refusal| refusal.code.clone()),
        is_older: false,
    };
    match judge(server, chain, answer.acknowledgement.as_ref(), outbox)? {
        Word::Nothing => taken.is_older = is_older(chain, 0, &receipt.manifest.at, outbox)?,
        Word::Unfit(code) => taken.refusal = Some(code.to_owned()),
        Word::Holds(word) => {
            taken.held = word.head.seq;
            taken.is_older = is_older(chain, word.head.seq, &at_of(&word.text), outbox)?;
            if !taken.is_older {
                outbox.store_acknowledgement(&word)?;
                take_words_above(&word, answer, outbox)?;
            }
        }
        Word::Ahead { word, head_seq } => {
            taken.held = head_seq;
            taken.is_older = is_older(chain, word.head.seq, &at_of(&word.text), outbox)?;
            // The chain's own last entry was among what the centre looked at, and it found no other there.
            let last = outbox.entries_after(chain, head_seq.saturating_sub(1), 1)?;
            let is_proven = answer.refusal.is_none()
                && last.first().is_some_and(|last| {
                    let brings = |stretch: &&Stretch| {
                        stretch.chain == chain && stretch.to == head_seq && stretch.hash == last.hash()
                    };
                    receipt.manifest.chains.iter().any(|stretch| brings(&stretch))
                });
            if is_proven && !taken.is_older {
                outbox.store_acknowledgement(&word)?;
            }
        }
    }
    if !taken.is_older {
        // A gap only says from where to bring it next time.
        let refusal = taken.refusal.as_deref().filter(|code| *code != "gap");
        outbox.store_refusal(chain, refusal)?;
    }
    Ok(taken)
}

/// A stick may lie about for weeks. A word that is lower than the one that is kept counts only where the server, by
/// its own clock, has said it later: it was restored from a backup, and wants the entries again.
fn is_older<O: Outbox>(chain: ChainId, seq: u64, at: &str, outbox: &O) -> Result<bool, O::Error> {
    if outbox.acknowledged(chain)?.is_none_or(|kept| seq >= kept) {
        return Ok(false);
    }
    let time = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    let kept = outbox.acknowledgement_text(chain)?;
    let kept = kept.and_then(|text| time(&at_of(&text)));
    Ok(time(at) <= kept)
}

/// When the server said a word, as it stands in it.
fn at_of(text: &str) -> String {
    serde_json::from_str::<AcknowledgementFacts>(text).map_or_else(|_| String::new(), |facts| facts.at)
}
