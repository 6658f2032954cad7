//! The network: what is on its way may be lost, late, twice there, or not what was sent.

use crate::dice::Dice;
use crate::ground::Place;
use crate::node::NodeId;
use std::collections::BTreeMap;

/// A line between a node and a server.
pub(crate) type Line = (NodeId, Place);

#[derive(Debug, Default)]
pub(crate) struct Network {
    /// Cut until then.
    cut: BTreeMap<Line, u64>,
    /// A bad hour, until then.
    bad: BTreeMap<Line, u64>,
}

/// One copy of a message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) after: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Network {
    pub(crate) fn cut(&mut self, line: Line, until: u64) {
        self.cut.insert(line, until);
    }

    pub(crate) fn worsen(&mut self, line: Line, until: u64) {
        self.bad.insert(line, until);
    }

    /// What arrives of a message, and when.
    pub(crate) fn carry(&self, line: Line, now: u64, bytes: &[u8], dice: &mut Dice) -> Vec<Carried> {
        let lasts = |until: &BTreeMap<Line, u64>| until.get(&line).is_some_and(|until| now < *until);
        if lasts(&self.cut) {
            return Vec::new();
        }
        if !lasts(&self.bad) {
            return vec![Carried {
                after: dice.within(1, 80),
                bytes: bytes.to_vec(),
            }];
        }
        let copies = match dice.below(6) {
            0 | 1 => 0,
            2 => 2,
            _ => 1,
        };
        let carried = (0..copies).map(|_| {
            // Later than anyone waits, one time in eight.
            let after = match dice.below(8) {
                0 => dice.within(20_000, 90_000),
                1..3 => dice.within(500, 19_000),
                _ => dice.within(1, 300),
            };
            let mut bytes = bytes.to_vec();
            if dice.one_in(8) && !bytes.is_empty() {
                let at = dice.index(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            Carried { after, bytes }
        });
        carried.collect()
    }
}
