//! Going on under a new chain, with receipt numbers of its own.

use crate::guard::{Guard, GuardFault};
use crate::open::store_opening;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::random;
use jishi_journal::Opening;
use jishi_journal::body::Continued;

impl Till {
    /// Where the server has told that it holds another branch of the chain in use, or entries of it that are not here,
    /// the till goes on in a chain of its own; says whether it did. Whatever is being sold meanwhile has no number yet.
    pub fn leave_fork(&mut self) -> Result<bool, Refusal> {
        let told = jishi_uplink::refusal(&self.ledger, self.chain.id())?;
        if !matches!(told.as_deref(), Some("fork" | "server_ahead")) {
            return Ok(false);
        }
        let guard = Guard::read(&self.folder);
        self.open_successor(guard.as_ref())?;
        self.guard_fault = Some(GuardFault::Forked);
        Ok(true)
    }

    /// Goes on under a new chain: its first entry names the old one with the head that is known here.
    ///
    /// Receipt numbers carry the next letter that neither the database nor the guard knows: `T1b`.
    /// Where one backup goes on in two folders that know nothing of each other, both have it; they are
    /// told apart by their chains.
    pub(crate) fn open_successor(&mut self, guard: Option<&Guard>) -> Result<(), Refusal> {
        let head = self.chain.head();
        let origin = self.record.origin;
        let known = guard.map_or(0, |guard| guard.generation).max(self.generation);
        let generation = known.saturating_add(1);
        self.note_generation(generation);
        let continued = Continued {
            chain: self.chain.id().to_string(),
            origin: origin.to_string(),
            seq: head.seq,
            hash: head.hash.to_string(),
            generation,
        };
        let world = self.world.0.as_ref();
        let opening = Opening {
            nonce: random::<16>(world),
            node: self.record.node.clone(),
            continues: Some(continued),
        };
        let key = self.chain.key().clone();
        let (chain, _) = store_opening(&mut self.ledger, key, opening, world)?;
        self.chain = chain;
        self.generation = generation;
        self.running = self.ledger.last_receipt(&self.prefix())?;
        self.write_guard();
        Ok(())
    }

    /// Counted before it is used: a restore right after a power cut must not count it again.
    fn note_generation(&mut self, generation: u32) {
        let guard = Guard::of(&self.machine, self.chain.id(), self.chain.head(), generation).unfit();
        if let Err(refusal) = self.guard.write_durably(&guard) {
            tracing::warn!(till = %self.record.node, "The successor was not counted: {refusal}");
        }
    }
}
