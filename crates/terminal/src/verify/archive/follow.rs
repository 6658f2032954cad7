//! The chains of an archive, every branch of one that forked by itself, as their entries are read.

use super::super::{FoundBad, FoundChain};
use crate::language::Tongue;
use jishi_journal::body::{Body, ChainOpened};
use jishi_journal::{Branch, ChainCheck, ChainId, Entry, EntryHash, Fault, Head, SignedEntry};
use jishi_ledger::Totals;
use std::collections::{BTreeSet, HashMap};

pub(super) struct Archive {
    tongue: Tongue,
    pub(super) lines: Vec<Line>,
    of_chain: HashMap<ChainId, OfChain>,
    totals: Totals,
    /// The line that was read last: whose one is that cannot be read is not known, so it is held to be this one's.
    last: Option<usize>,
}

/// One branch as it is followed.
pub(super) struct Line {
    branch: Branch,
    /// The line it leaves.
    leaves: Option<usize>,
    /// What a successor goes on from.
    continues: Option<(ChainId, Head)>,
    check: ChainCheck,
    till: String,
    /// Of its own good entries.
    hashes: Vec<EntryHash>,
    bad: Option<FoundBad>,
    /// A bad link or signature: what comes next is not followed.
    is_broken: bool,
    /// Its figures are still to be added up.
    waits: bool,
}

/// The lines of one chain, and which of them was read last.
#[derive(Default)]
struct OfChain {
    lines: Vec<usize>,
    last: usize,
}

impl Archive {
    pub(super) fn new(tongue: Tongue) -> Archive {
        Archive {
            tongue,
            lines: Vec::new(),
            of_chain: HashMap::new(),
            totals: Totals::default(),
            last: None,
        }
    }

    pub(super) fn take(&mut self, signed: &SignedEntry, entry: &Entry) {
        let at = self.line_of(signed, entry);
        self.last = Some(at);
        self.of_chain.entry(entry.chain).or_default().last = at;
        let line = &mut self.lines[at];
        if line.is_broken {
            return;
        }
        let wanted = line.check.wanted();
        if let Err(fault) = line.check.accept(signed) {
            line.is_broken = true;
            line.found(FoundBad::of(wanted, fault, self.tongue));
            return;
        }
        line.hashes.push(signed.hash());
        let body = entry.body();
        if let Body::ChainOpened(opened) = &body {
            line.till.clone_from(&opened.node);
            line.continues = continued(opened);
            let continues = line.continues;
            // It may stand further down, or nowhere.
            let before = continues.map(|(chain, head)| self.line_with(chain, head));
            let waits = before.is_some_and(|before| before.is_none_or(|before| self.lines[before].waits));
            self.lines[at].waits = waits;
        }
        if !self.lines[at].waits {
            self.add_up(at, entry.seq, &body);
        }
    }

    /// A line that cannot be read; false where there is none before it.
    pub(super) fn stop_last(&mut self) -> bool {
        let Some(line) = self.last.and_then(|at| self.lines.get_mut(at)) else {
            return false;
        };
        let wanted = line.check.wanted();
        line.is_broken = true;
        line.found(FoundBad::of(wanted, Fault::BadEntry, self.tongue));
        true
    }

    /// Where an entry belongs: to the branch that it is the next one of, or to one of its own that begins with it.
    fn line_of(&mut self, signed: &SignedEntry, entry: &Entry) -> usize {
        let of_chain = self.of_chain.get(&entry.chain);
        let Some(OfChain { lines, last }) = of_chain else {
            return self.open(entry.chain.into(), None, ChainCheck::from_start(entry.chain));
        };
        let last = *last;
        let before = Head {
            seq: entry.seq.saturating_sub(1),
            hash: entry.prev,
        };
        let ends = |at: &&usize| self.lines[**at].check.head() == Some(before);
        if let Some(at) = lines.iter().find(ends) {
            return *at;
        }
        let hash = signed.hash();
        let is_here_twice = lines.iter().any(|at| self.hash_at(*at, entry.seq) == Some(hash));
        let left = self.line_with(entry.chain, before);
        let key = lines.first().and_then(|at| self.lines[*at].check.key());
        match (left, key) {
            (Some(left), Some(key)) if !is_here_twice => {
                let branch = Branch {
                    chain: entry.chain,
                    from: Some(Head { seq: entry.seq, hash }),
                };
                self.open(branch, Some(left), ChainCheck::after(entry.chain, key, before))
            }
            // What is wrong with it is told of the line that it stands in.
            _ => last,
        }
    }

    fn open(&mut self, branch: Branch, leaves: Option<usize>, check: ChainCheck) -> usize {
        let at = self.lines.len();
        let left = leaves.map(|left| &self.lines[left]);
        if let Some(left) = left.filter(|left| !left.waits) {
            self.totals.leave(branch, left.branch);
        }
        self.lines.push(Line {
            branch,
            leaves,
            continues: None,
            check,
            till: left.map(|left| left.till.clone()).unwrap_or_default(),
            hashes: Vec::new(),
            bad: None,
            is_broken: false,
            waits: left.is_some_and(|left| left.waits),
        });
        self.of_chain.entry(branch.chain).or_default().lines.push(at);
        at
    }

    /// The line that has this entry; of several, the first.
    fn line_with(&self, chain: ChainId, head: Head) -> Option<usize> {
        let lines = &self.of_chain.get(&chain)?.lines;
        let has = |at: &&usize| self.hash_at(**at, head.seq) == Some(head.hash);
        lines.iter().find(has).copied()
    }

    /// Of the line's own entries, or of those before it that it shares with others.
    fn hash_at(&self, at: usize, seq: u64) -> Option<EntryHash> {
        let mut at = at;
        loop {
            let line = self.lines.get(at)?;
            match seq.checked_sub(line.branch.first_seq()) {
                Some(place) => return line.hashes.get(usize::try_from(place).ok()?).copied(),
                None => at = line.leaves?,
            }
        }
    }

    fn add_up(&mut self, at: usize, seq: u64, body: &Body) {
        let (branch, continues) = (self.lines[at].branch, self.lines[at].continues);
        let continued = continues.and_then(|(chain, head)| self.line_with(chain, head));
        let continued = continued.map(|at| self.lines[at].branch);
        let tongue = self.tongue;
        let bad = match body {
            Body::Bad { .. } => Some(FoundBad::body(seq, tongue)),
            body if !self.totals.accept(branch, seq, body, continued) => Some(FoundBad::totals(seq, tongue)),
            _ => None,
        };
        if let Some(bad) = bad {
            self.lines[at].found(bad);
        }
    }

    /// The lines that waited for nothing but what is added up by now. Where each of those that are left waits for
    /// another, as only a forger can make them, it is all of them.
    pub(super) fn next_to_add_up(&mut self) -> BTreeSet<usize> {
        let waiting: BTreeSet<usize> = (0..self.lines.len()).filter(|at| self.lines[*at].waits).collect();
        let is_free = |at: &usize| {
            let line = &self.lines[*at];
            let continued = line
                .continues
                .and_then(|(chain, head)| self.line_with(chain, head));
            let mut before = line.leaves.into_iter().chain(continued);
            !before.any(|before| waiting.contains(&before))
        };
        let free: BTreeSet<usize> = waiting.iter().copied().filter(is_free).collect();
        let next = if free.is_empty() { waiting } else { free };
        for at in &next {
            let line = &mut self.lines[*at];
            line.waits = false;
            let branch = line.branch;
            if let Some(left) = line.leaves {
                self.totals.leave(branch, self.lines[left].branch);
            }
        }
        next
    }

    /// The entry once more, for these lines.
    pub(super) fn add_up_again(&mut self, lines: &BTreeSet<usize>, entry: &Entry, hash: EntryHash) {
        let is_of = |at: &&usize| {
            let line = &self.lines[**at];
            line.branch.chain == entry.chain
                && entry.seq >= line.branch.first_seq()
                && self.hash_at(**at, entry.seq) == Some(hash)
        };
        if let Some(at) = lines.iter().find(is_of).copied() {
            self.add_up(at, entry.seq, &entry.body());
        }
    }

    pub(super) fn found(self) -> Vec<FoundChain> {
        let found = self.lines.into_iter().map(|line| FoundChain {
            chain: line.branch.chain.to_string(),
            till: line.till,
            branch: line.branch.from.map(|first| first.seq),
            entries: line.branch.first_seq() - 1 + line.hashes.len() as u64,
            bad: line.bad,
        });
        found.collect()
    }
}

impl Line {
    /// The first bad entry is the one that is named.
    fn found(&mut self, bad: FoundBad) {
        if self.bad.as_ref().is_none_or(|known| bad.seq < known.seq) {
            self.bad = Some(bad);
        }
    }
}

/// The entry that a successor names.
fn continued(opened: &ChainOpened) -> Option<(ChainId, Head)> {
    let continued = opened.continues.as_ref()?;
    let head = Head {
        seq: continued.seq,
        hash: continued.hash.parse().ok()?,
    };
    Some((continued.chain.parse().ok()?, head))
}
