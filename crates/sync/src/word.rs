//! A server's word on a chain, held against the chain itself. The same by wire and by stick.

use crate::outbox::{Outbox, OutboxChain};
use crate::protocol::{Acknowledgement, ChainAnswer, SignedText};
use jishi_journal::{ChainId, VerifyingKey};

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

pub(crate) fn judge<O: Outbox>(
    server: &VerifyingKey,
    chain: ChainId,
    signed: Option<&SignedText>,
    outbox: &O,
) -> Result<Word, O::Error> {
    let Some(signed) = signed else {
        return Ok(Word::Nothing);
    };
    let Some(word) = Acknowledgement::verify(signed, server).filter(|word| word.chain == chain) else {
        return Ok(Word::Unfit("bad_acknowledgement"));
    };
    let own = match word.head.seq.checked_sub(1) {
        Some(before) => outbox.entries_after(chain, before, 1)?,
        None => return Ok(Word::Unfit("bad_acknowledgement")),
    };
    match own.first() {
        Some(own) if own.hash() != word.head.hash => Ok(Word::Unfit("fork")),
        Some(_) => Ok(Word::Holds(word)),
        None => {
            let chains = outbox.chains()?;
            let own = chains.iter().find(|own| own.chain == chain && own.continued);
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
        let own = outbox.entries_after(word.chain, before, 1)?;
        if own.first().is_some_and(|own| own.hash() == above.head.hash) {
            outbox.store_acknowledgement(&above)?;
        }
    }
    Ok(())
}
