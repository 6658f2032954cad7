//! Going on under a new chain, with receipt numbers that nobody else gives.

use crate::guard::Guard;
use crate::open::store_opening;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::random;
use jishi_journal::Opening;
use jishi_journal::body::Continued;

/// Four letters more: so many successors that did not hear of one another are told apart by chance.
const LETTERS: u32 = 26 * 26 * 26 * 26;
/// The highest generation that still has room for four letters behind its own.
const LETTERED_MAX: u32 = u32::MAX / LETTERS - 1;

impl Till {
    /// Goes on under a new chain: its first entry names the old one with the head that is known here.
    ///
    /// Where the guard has counted this till's successors, receipt numbers carry the next letter that
    /// neither the database nor the guard knows: `T1b`. Where there is no such guard, in an empty folder
    /// or on another machine, the same backup may be going on elsewhere too, and neither can know: four
    /// letters by chance stand behind the next one, `T1bkqzm`.
    pub(crate) fn open_successor(&mut self, guard: Option<&Guard>) -> Result<(), Refusal> {
        let head = self.chain.head();
        let origin = self.record.origin;
        let known = guard.map_or(0, |guard| guard.generation).max(self.generation);
        let chance = u32::from_be_bytes(random(self.world.0.as_ref()));
        let counted = next_generation(known, None);
        let is_counted = guard.is_some_and(|guard| guard.counts(&self.machine, origin))
            // Counted before it is used: a restore right after a power cut must not count it again.
            && self.note_generation(counted);
        let generation = match is_counted {
            true => counted,
            false => next_generation(known, Some(chance)),
        };
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

    /// Says whether the guard has it for good.
    fn note_generation(&mut self, generation: u32) -> bool {
        let guard = Guard::of(&self.machine, self.chain.id(), self.chain.head(), generation).unfit();
        match self.guard.write_durably(&guard) {
            Ok(()) => true,
            Err(refusal) => {
                tracing::warn!(till = %self.record.node, "The successor was not counted: {refusal}");
                false
            }
        }
    }
}

/// The generation after those that are known; with `chance` where others may have taken that one.
fn next_generation(known: u32, chance: Option<u32>) -> u32 {
    let next = known.saturating_add(1);
    match chance.map(|chance| chance % LETTERS) {
        None => next,
        Some(letters) if next <= LETTERED_MAX => next * LETTERS + letters,
        // It has its letters from before: a step as wide.
        Some(letters) => next.saturating_add(letters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::receipt_prefix;

    #[test]
    fn letters_by_chance_stand_behind_the_next_one() {
        for (known, chance, prefix) in [
            (0, None, "T1b"),
            (1, None, "T1c"),
            (25, None, "T1ba"),
            (0, Some(0), "T1baaaa"),
            (0, Some(1), "T1baaab"),
            (0, Some(LETTERS - 1), "T1bzzzz"),
            (0, Some(LETTERS), "T1baaaa"),
            (1, Some(5), "T1caaaf"),
            (25, Some(0), "T1baaaaa"),
            // From what has its letters already.
            (LETTERS, None, "T1baaab"),
            (LETTERS, Some(1), "T1baaac"),
        ] {
            let generation = next_generation(known, chance);
            assert!(generation > known);
            assert_eq!(receipt_prefix("T1", generation), prefix, "{known} {chance:?}");
        }
        assert_eq!(next_generation(u32::MAX, None), u32::MAX);
        assert_eq!(next_generation(u32::MAX - 1, Some(u32::MAX)), u32::MAX);
        assert!(next_generation(LETTERED_MAX, Some(7)) > LETTERED_MAX);
    }
}
