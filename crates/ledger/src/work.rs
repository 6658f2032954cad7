//! Long work as whoever started it sees it: how far it is, and that it is to stop.

use crate::store::StoreError;
use rusqlite::{Connection, InterruptHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Asked for once, from whatever thread, and heard by the work between two pieces of it.
#[derive(Clone, Default)]
pub struct Stop(Arc<Asked>);

#[derive(Default)]
struct Asked {
    is_asked: AtomicBool,
    /// The connection that is asked something long just now.
    reading: Mutex<Option<InterruptHandle>>,
}

impl Stop {
    pub fn ask(&self) {
        self.0.is_asked.store(true, Ordering::Release);
        if let Some(handle) = &*self.reading() {
            handle.interrupt();
        }
    }

    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::Acquire)
    }

    fn reading(&self) -> MutexGuard<'_, Option<InterruptHandle>> {
        self.0.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Stop").field(&self.is_asked()).finish()
    }
}

/// What the work is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// SQLite's own check of the file. It has no measure: `total` is 0.
    File,
    /// Signatures and links, in entries.
    Chains,
    /// Figures of the entries, in entries.
    Figures,
    /// The file, in pages.
    Copy,
    /// The journal, in entries.
    Replay,
    /// Projections beside those of the replay, in tables.
    Compare,
    /// An import's file, in rows.
    Rows,
    /// What an import records, in entries.
    Record,
    /// A bundle, in lines.
    Pack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    pub done: u64,
    pub total: u64,
}

/// Handed through the work, and told after each piece of it.
pub struct Work<'a> {
    stop: Stop,
    tell: Box<dyn FnMut(Progress) + 'a>,
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Work").field("stop", &self.stop).finish()
    }
}

impl<'a> Work<'a> {
    pub fn new(stop: Stop, tell: impl FnMut(Progress) + 'a) -> Work<'a> {
        Work {
            stop,
            tell: Box::new(tell),
        }
    }

    /// For work that is short, or that nobody looks at.
    pub fn unwatched() -> Work<'static> {
        Work::new(Stop::default(), |_| {})
    }

    /// Tells how far it is, and answers whether to go on.
    pub fn at(&mut self, step: Step, done: u64, total: u64) -> bool {
        (self.tell)(Progress { step, done, total });
        !self.stop.is_asked()
    }

    /// The same, for work that ends with an error.
    pub fn must_be_at(&mut self, step: Step, done: u64, total: u64) -> Result<(), StoreError> {
        match self.at(step, done, total) {
            true => Ok(()),
            false => Err(StoreError::Cancelled),
        }
    }

    /// One long question to the connection, which is broken off as well. Only for reading: a statement that is broken
    /// off takes what was written with it.
    pub(crate) fn stopping<T>(
        &self,
        connection: &Connection,
        ask: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        *self.stop.reading() = Some(connection.get_interrupt_handle());
        let answered = ask();
        *self.stop.reading() = None;
        answered
    }
}
