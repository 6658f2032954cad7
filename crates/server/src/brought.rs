//! What a batch brings, taken apart and its signatures checked before the ledger is asked for: so that nobody waits for it
//! meanwhile, and on all of the machine's processors.

use jishi_journal::body::Body;
use jishi_journal::{ChainId, EntryError, EntryHash, ReadEntry, VerifyingKey};
use jishi_sync::protocol::UnreadableLine;
use jishi_sync::{BatchLine, claimed_chain};
use std::collections::HashMap;

/// Fewer lines are not worth a thread.
const LINES_A_THREAD_MIN: usize = 32;
const THREADS_MAX: usize = 4;

/// A line that is no entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BadLine {
    pub(crate) error: EntryError,
    pub(crate) hash: EntryHash,
}

pub(crate) type Item = Result<ReadEntry, BadLine>;

/// By chain, in the order in which chains and lines came.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    pub(crate) chains: Vec<(ChainId, Vec<Item>)>,
    pub(crate) unreadable: Vec<UnreadableLine>,
}

impl Brought {
    /// `key_of` says whose a chain is, where that is known: a signature under another key is not looked at here.
    pub(crate) fn read(
        lines: Vec<BatchLine>,
        mut key_of: impl FnMut(ChainId) -> Option<VerifyingKey>,
    ) -> Brought {
        let mut brought = Brought::default();
        let mut places = HashMap::new();
        let read = on_all_processors(lines, |lines| {
            lines.into_iter().map(read_line).collect::<Vec<_>>()
        });
        for (number, (chain, item)) in (1..).zip(read.into_iter().flatten()) {
            match (chain, item) {
                (None, item) => {
                    let error = item.err().map_or(EntryError::BadEntry, |bad| bad.error);
                    brought.unreadable.push(UnreadableLine {
                        line: number,
                        code: error.code().to_owned(),
                    });
                }
                (Some(chain), item) => {
                    let place = *places.entry(chain).or_insert_with(|| {
                        brought.chains.push((chain, Vec::new()));
                        brought.chains.len() - 1
                    });
                    brought.chains[place].1.push(item);
                }
            }
        }
        for (chain, items) in &mut brought.chains {
            if let Some(key) = key_of(*chain).or_else(|| opening_key(items)) {
                let entries = items.iter_mut().flatten().collect();
                on_all_processors(entries, |mut entries| ReadEntry::prove(&mut entries, &key));
            }
        }
        brought
    }
}

fn read_line(line: BatchLine) -> (Option<ChainId>, Item) {
    match line {
        BatchLine::Entry(signed) => {
            let (chain, hash) = (claimed_chain(signed.line.as_bytes()), signed.hash());
            let item = ReadEntry::read(signed).map_err(|error| BadLine { error, hash });
            (chain, item)
        }
        BatchLine::Unreadable { claims, error } => {
            let hash = EntryHash::ZERO;
            (claims, Err(BadLine { error, hash }))
        }
    }
}

/// The key that a chain's entry 1 says, if that is what comes first.
fn opening_key(items: &[Item]) -> Option<VerifyingKey> {
    match &items.first()?.as_ref().ok()?.body {
        Body::ChainOpened(opened) => opened.public_key.parse().ok(),
        _ => None,
    }
}

/// The same done to pieces of all, each on a thread of its own where there is enough of it.
fn on_all_processors<T: Send, R: Send>(all: Vec<T>, work: impl Fn(Vec<T>) -> R + Sync) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (all.len() / LINES_A_THREAD_MIN).clamp(1, processors.min(THREADS_MAX));
    let size = all.len().div_ceil(threads);
    let mut pieces = Vec::with_capacity(threads);
    let mut rest = all;
    while rest.len() > size {
        let behind = rest.split_off(size);
        pieces.push(std::mem::replace(&mut rest, behind));
    }
    let work = &work;
    std::thread::scope(|scope| {
        let others: Vec<_> = pieces
            .into_iter()
            .map(|piece| scope.spawn(move || work(piece)))
            .collect();
        // The last piece is this thread's own.
        let own = work(rest);
        let mut done: Vec<R> = others
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect();
        done.push(own);
        done
    })
}
