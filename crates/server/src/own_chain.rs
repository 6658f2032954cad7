//! Entries of a server's own: signed before a transaction, stored in it if the chain still ends where they begin.

use crate::clock::{Entropy, Instruments};
use crate::home::{Home, HomeError, former_of};
use crate::restored;
use crate::state::ServerState;
use jishi_journal::body::{Audience, Body};
use jishi_journal::{Chain, ChainError, ChainId, NodeKey, Opening, ReadEntry, SignedEntry, VerifyingKey};
use jishi_ledger::{Ledger, NextEntry, StoreError, Writer};
use jishi_uplink::with_former_keys;

/// A server that takes in what it is sent at this moment may write first.
pub(crate) const TRIES_MAX: u32 = 5;
/// Written together; between them whoever waits is told how far it is.
const STORED_AT_ONCE: usize = 500;

/// Who signs.
pub(crate) struct Author {
    pub(crate) key: NodeKey,
    /// The keys that the server had before, as its key's file says.
    pub(crate) former: Vec<VerifyingKey>,
    pub(crate) organisation: String,
    pub(crate) entropy: Entropy,
}

impl Author {
    pub(crate) fn of_home(home: &Home, instruments: &Instruments) -> Author {
        Author {
            key: home.key.clone(),
            former: former_of(&home.hand_overs),
            organisation: home.facts.organisation.clone(),
            entropy: instruments.entropy.clone(),
        }
    }

    pub(crate) fn of_state(state: &ServerState) -> Author {
        Author {
            key: state.key().clone(),
            former: former_of(state.hand_overs()),
            organisation: state.facts().organisation.clone(),
            entropy: state.instruments().entropy.clone(),
        }
    }

    /// This server's chain for an outlet; where there is none yet, with the entry that opens it.
    fn chain_of_outlet(
        &self,
        ledger: &Ledger,
        outlet: &str,
        at: &str,
    ) -> Result<(Chain, Option<SignedEntry>), SignError> {
        let audience = Audience::Outlet(outlet.to_owned());
        let own = with_former_keys(ledger, &[self.key.public()])?;
        let chains = restored::chains_written(ledger, &own)?;
        if let Some(known) = chains.into_iter().find(|chain| chain.audience == audience) {
            let chain = Chain::resume(self.key.clone(), known.record.chain, known.record.head);
            return Ok((chain, None));
        }
        let mut nonce = [0; 16];
        (self.entropy)(&mut nonce).map_err(SignError::NoEntropy)?;
        let opening = Opening {
            nonce,
            node: self.organisation.clone(),
            continues: None,
        };
        let (chain, opened) = Chain::open_for(&audience, self.key.clone(), opening, at)?;
        Ok((chain, Some(opened)))
    }

    /// For the nodes of an outlet.
    pub(crate) fn sign_for_outlet(
        &self,
        ledger: &Ledger,
        outlet: &str,
        bodies: &[Body],
        at: &str,
    ) -> Result<Signed, SignError> {
        let (chain, opened) = self.chain_of_outlet(ledger, outlet, at)?;
        sign(chain, opened, bodies, at)
    }

    /// For everybody beneath.
    pub(crate) fn sign_public(
        &self,
        ledger: &Ledger,
        chain: ChainId,
        bodies: &[Body],
        at: &str,
    ) -> Result<Signed, SignError> {
        let head = ledger.chain(chain)?.ok_or(StoreError::UnknownChain)?.head;
        let chain = Chain::resume(self.key.clone(), chain, head);
        sign(chain, None, bodies, at)
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("the machine gives no randomness: {0}")]
    NoEntropy(String),
}

impl From<SignError> for HomeError {
    fn from(error: SignError) -> HomeError {
        match error {
            SignError::Store(error) => HomeError::Store(error),
            SignError::Chain(error) => HomeError::Chain(error),
            SignError::NoEntropy(said) => HomeError::NoEntropy(said),
        }
    }
}

/// Signed entries of one chain.
pub(crate) struct Signed {
    chain: ChainId,
    pub(crate) entries: Vec<ReadEntry>,
}

impl Signed {
    /// `tell` hears how many more are written.
    pub(crate) fn store(
        &self,
        writer: &Writer<'_>,
        mut tell: impl FnMut(usize) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.entries.first().is_some_and(|first| first.entry.seq == 1) {
            restored::note_written(writer, self.chain)?;
        }
        writer.mark();
        if let Some(first) = self.entries.first() {
            restored::must_be_written(writer, self.chain, first.entry.seq)?;
        }
        for entries in self.entries.chunks(STORED_AT_ONCE) {
            writer.append_all(self.chain, entries.iter().map(NextEntry::from))?;
            tell(entries.len())?;
        }
        Ok(())
    }
}

fn sign(
    mut chain: Chain,
    opened: Option<SignedEntry>,
    bodies: &[Body],
    at: &str,
) -> Result<Signed, SignError> {
    let mut entries: Vec<ReadEntry> = opened
        .map(ReadEntry::read)
        .transpose()
        .map_err(ChainError::from)?
        .into_iter()
        .collect();
    for body in bodies {
        let (entry, head) = chain.next(at, body)?;
        chain.advance(head);
        entries.push(ReadEntry::read(entry).map_err(ChainError::from)?);
    }
    Ok(Signed {
        chain: chain.id(),
        entries,
    })
}
