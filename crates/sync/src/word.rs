//! A server's word on a chain, held against the chain itself. The same by wire and by stick.

use crate::outbox::{Outbox, OutboxChain};
use crate::protocol::{Acknowledgement, ChainAnswer, SignedText};
use jishi_journal::{Branch, VerifyingKey};

/// What the word comes to.
#[derive(Debug)]
pub(crate) enum Word {
    /// Nothing is held.
    Nothing,
    /// All up to here, and it is what this node has.
    Holds(Acknowledgement),
    /// It is about an entry that is not here, as it should be only where this node came back from a backup and the
    /// chain ends here.
    Ahead { word: Acknowledgement, head_seq: u64 },
    /// No word to go by, and why.
    Unfit(&'static str),
}

/// Of what is said about a chain the word that fits this branch of it best, with the answer it stood in. Where the
/// chain forked there are several: which branch came first is another at every node, so the entries tell.
pub(crate) fn judge<'a, O: Outbox>(
    server: &VerifyingKey,
    branch: Branch,
    answers: impl IntoIterator<Item = &'a ChainAnswer>,
    outbox: &O,
) -> Result<(Word, Option<&'a ChainAnswer>), O::Error> {
    let mut best = (Word::Nothing, None);
    for answer in answers {
        let word = judge_one(server, branch, answer.acknowledgement.as_ref(), outbox)?;
        let is_first = best.1.is_none();
        if is_first || fitness(&word) > fitness(&best.0) {
            best = (word, Some(answer));
        }
    }
    Ok(best)
}

fn fitness(word: &Word) -> (u8, u64) {
    match word {
        Word::Holds(word) => (3, word.head.seq),
        Word::Ahead { .. } => (2, 0),
        Word::Unfit(_) => (1, 0),
        Word::Nothing => (0, 0),
    }
}

fn judge_one<O: Outbox>(
    server: &VerifyingKey,
    branch: Branch,
    signed: Option<&SignedText>,
    outbox: &O,
) -> Result<Word, O::Error> {
    let Some(signed) = signed else {
        return Ok(Word::Nothing);
    };
    let Some(word) = Acknowledgement::verify(signed, server).filter(|word| word.chain == branch.chain) else {
        return Ok(Word::Unfit("bad_acknowledgement"));
    };
    let own = match word.head.seq.checked_sub(1) {
        Some(before) => outbox.entries_after(branch, before, 1)?,
        None => return Ok(Word::Unfit("bad_acknowledgement")),
    };
    match own.first() {
        Some(own) if own.hash() != word.head.hash => Ok(Word::Unfit("fork")),
        Some(_) => Ok(Word::Holds(word)),
        None => {
            let chains = outbox.chains()?;
            let own = chains
                .iter()
                .find(|own| own.branch == branch && own.may_be_longer());
            Ok(match own {
                Some(OutboxChain { head_seq, .. }) => Word::Ahead {
                    word,
                    head_seq: *head_seq,
                },
                None => Word::Unfit("server_ahead"),
            })
        }
    }
}

/// Keeps what the servers above say: those that this server's word names, and only of entries that are here.
pub(crate) fn take_words_above<O: Outbox>(
    branch: Branch,
    word: &Acknowledgement,
    answer: &ChainAnswer,
    outbox: &mut O,
) -> Result<(), O::Error> {
    for (server, signed) in word
        .above
        .iter()
        .flat_map(|server| answer.above.iter().map(move |signed| (server, signed)))
    {
        let Some(above) = Acknowledgement::verify(signed, server).filter(|above| above.chain == word.chain)
        else {
            continue;
        };
        let Some(before) = above.head.seq.checked_sub(1) else {
            continue;
        };
        let own = outbox.entries_after(branch, before, 1)?;
        if own.first().is_some_and(|own| own.hash() == above.head.hash) {
            outbox.store_acknowledgement(branch, &above)?;
        }
    }
    Ok(())
}
