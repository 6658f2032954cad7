//! Going on under a new chain, with receipt numbers of its own.

use crate::guard::{Guard, GuardFault};
use crate::open::store_opening;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::random;
use chrono::SecondsFormat;
use jishi_journal::body::{Body, Continued, KeyHandedOver};
use jishi_journal::{Chain, ChainError, Entry, NodeKey, Opening};
use serde::Serialize;

/// A till that goes on with another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rekeyed {
    pub till: String,
    pub chain: String,
    pub public_key: String,
}

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

    /// Goes on with a new key, under a chain of its own: the old key's last word is what the new one is, so that servers
    /// take the one for the other with no new code. It needs no line; the server is shown it with the next sync.
    pub fn rekey(&mut self) -> Result<Rekeyed, Refusal> {
        if self.is_training() {
            return Err(Refusal::TrainingStaysHere);
        }
        let world = self.world.0.as_ref();
        let key = NodeKey::from_seed(&random::<32>(world));
        let nonce = random::<16>(world);
        let at = world.now().to_rfc3339_opts(SecondsFormat::Secs, false);
        self.folder.write_next_key(&key)?;
        let generation = self.generation.saturating_add(1);
        self.note_generation(generation);
        let handed = Body::KeyHandedOver(KeyHandedOver {
            public_key: key.public().to_string(),
        });
        let (entry, head) = self.chain.next(&at, &handed)?;
        let opening = Opening {
            nonce,
            node: self.record.node.clone(),
            continues: Some(Continued {
                chain: self.chain.id().to_string(),
                origin: self.record.origin.to_string(),
                seq: head.seq,
                hash: head.hash.to_string(),
                generation,
            }),
        };
        let (chain, opened) = Chain::open(key, opening, &at)?;
        let old = self.chain.id();
        self.ledger.write(|writer| -> Result<(), Refusal> {
            for (signed, id, head) in [(&entry, old, head), (&opened, chain.id(), chain.head())] {
                let read = Entry::parse(&signed.line).map_err(ChainError::from)?;
                writer.append(signed, id, head, &at, &read.body())?;
            }
            Ok(jishi_uplink::note_hand_over(writer, &entry)?)
        })?;
        // From here on the new key is the till's, whatever happens before the file has its name.
        self.folder.take_next_key()?;
        self.chain = chain;
        self.generation = generation;
        self.running = self.ledger.last_receipt(&self.prefix())?;
        self.write_guard();
        Ok(Rekeyed {
            till: self.record.node.clone(),
            chain: self.chain.id().to_string(),
            public_key: self.chain.key().public().to_string(),
        })
    }

    /// Counted before it is used: a restore right after a power cut must not count it again.
    fn note_generation(&mut self, generation: u32) {
        let guard = Guard::of(&self.machine, self.chain.id(), self.chain.head(), generation).unfit();
        if let Err(refusal) = self.guard.write_durably(&guard) {
            tracing::warn!(till = %self.record.node, "The successor was not counted: {refusal}");
        }
    }
}
