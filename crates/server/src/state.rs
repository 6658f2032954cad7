//! What all requests share: the one writing end of the ledger, a reading end beside it, and who this
//! server is.

use crate::allot;
use crate::clock::Instruments;
use crate::error::ApiError;
use crate::guard::Guard;
use crate::home::{Home, ServerFacts};
use crate::own_chain::Author;
use crate::restored;
use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::SyncState;
use jishi_sync::protocol::HandOver;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Requests that may wait for the ledger at once; more are told to come back.
const WAITING_MAX: usize = 64;

/// 16 MiB: as much as some ten full batches write.
const LOG_PAGES: u32 = 4_096;

#[derive(Debug, Clone)]
pub(crate) struct ServerState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    facts: ServerFacts,
    key: NodeKey,
    hand_overs: Vec<HandOver>,
    instruments: Instruments,
    database: PathBuf,
    guard: Guard,
    writer: Mutex<Ledger>,
    reader: Mutex<Ledger>,
    waiting: Arc<Semaphore>,
    /// How it stands with the server above, where there is one.
    upstream: Mutex<Option<SyncState>>,
    /// Goes up when a commit is noticed: a page that has seen this one need not be drawn again.
    revision: AtomicU64,
    /// What the reading end told of commits when it was last asked.
    noticed: AtomicI64,
    /// How much had come down from above when lots were last shared out for it; `u64::MAX` before the first time.
    shared: AtomicU64,
}

impl ServerState {
    pub(crate) fn new(home: Home, instruments: Instruments) -> Result<ServerState, crate::home::HomeError> {
        let reader = Ledger::open(home.ledger.path(), OpenMode::Read)?;
        home.ledger.bring_home_after_pages(LOG_PAGES)?;
        let guard = Guard::new(&instruments).map_err(crate::home::HomeError::NoEntropy)?;
        // Not from 1 again after a restart: a page still open would take other figures for its own.
        let revision = u64::try_from((instruments.now)().timestamp_millis()).unwrap_or(1);
        Ok(ServerState(Arc::new(Shared {
            facts: home.facts,
            key: home.key,
            hand_overs: home.hand_overs,
            instruments,
            database: home.ledger.path().to_owned(),
            guard,
            writer: Mutex::new(home.ledger),
            reader: Mutex::new(reader),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            upstream: Mutex::new(None),
            revision: AtomicU64::new(revision),
            noticed: AtomicI64::new(0),
            shared: AtomicU64::new(u64::MAX),
        })))
    }

    pub(crate) fn facts(&self) -> &ServerFacts {
        &self.0.facts
    }

    pub(crate) fn key(&self) -> &NodeKey {
        &self.0.key
    }

    /// How the server came to its key, where it had others.
    pub(crate) fn hand_overs(&self) -> &[HandOver] {
        &self.0.hand_overs
    }

    pub(crate) fn database(&self) -> &Path {
        &self.0.database
    }

    /// The page is drawn again where something has changed.
    pub(crate) fn heard_upstream(&self, now: &SyncState) {
        let mut known = self.0.upstream.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref() != Some(now) {
            *known = Some(now.clone());
            self.0.revision.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(crate) fn upstream(&self) -> Option<SyncState> {
        let known = self.0.upstream.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        &self.0.instruments
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    /// Also what another process committed counts: a bundle that is taken in beside the server, a node revoked.
    pub(crate) async fn revision(&self) -> u64 {
        let state = self.clone();
        let noticed = self.read(move |ledger| {
            let version = ledger.data_version()?;
            if state.0.noticed.swap(version, Ordering::AcqRel) != version {
                state.0.revision.fetch_add(1, Ordering::AcqRel);
            }
            Ok(())
        });
        // Too busy to be asked: noticed the next time.
        let _ = noticed.await;
        self.0.revision.load(Ordering::Acquire)
    }

    /// Before a node is told what there is for it: what has come down since the last time is shared out first, and
    /// once after the start whatever an older program left.
    pub(crate) async fn share_out(&self) -> Result<(), ApiError> {
        let come = self
            .read(|ledger| Ok(jishi_uplink::came_down_in_all(ledger)?))
            .await?;
        if self.0.shared.swap(come, Ordering::AcqRel) == come {
            return Ok(());
        }
        let state = self.clone();
        self.write(move |ledger| {
            let at = state.instruments().at();
            allot::review_beside(ledger, &Author::of_state(&state), &allot::Which::All, &at);
            Ok(())
        })
        .await
    }

    /// Where all that the server had lost has come back, that is noted, and lots are shared out again.
    pub(crate) async fn come_back(&self) -> Result<(), ApiError> {
        let own = self.key().public();
        let is_due = self
            .read(move |ledger| Ok(restored::is_about_to_be_whole(ledger, &own)?))
            .await?;
        if !is_due {
            return Ok(());
        }
        let state = self.clone();
        self.write(move |ledger| {
            let at = state.instruments().at();
            if restored::note_if_whole(ledger, &own)? {
                allot::review_beside(ledger, &Author::of_state(&state), &allot::Which::All, &at);
            }
            Ok(())
        })
        .await
    }

    /// Runs work on the writing end, off the network's threads and one at a time.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let state = self.clone();
        self.off_the_network(move || state.and_keep_ends(work)).await
    }

    /// Where the server's own chains end is noted after whatever wrote one. Most that is written is a till's.
    fn and_keep_ends<T>(&self, work: impl FnOnce(&mut Ledger) -> Result<T, ApiError>) -> Result<T, ApiError> {
        let mut ledger = lock(&self.0.writer);
        let done = work(&mut ledger);
        if ledger.take_mark()
            && let Some(folder) = self.0.database.parent()
        {
            restored::keep_ends(folder, &ledger, &self.0.key.public());
        }
        done
    }

    /// The same with what is done before the writing end is asked for; the reading end is lent to it for a moment at a
    /// time.
    pub(crate) async fn prepare_and_write<P: Send + 'static, T: Send + 'static>(
        &self,
        prepare: impl FnOnce(&ReadingEnd<'_>) -> Result<P, ApiError> + Send + 'static,
        work: impl FnOnce(&mut Ledger, P) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let state = self.clone();
        self.off_the_network(move || {
            let prepared = prepare(&ReadingEnd(&state.0.reader))?;
            state.and_keep_ends(|ledger| work(ledger, prepared))
        })
        .await
    }

    /// Runs work on the reading end.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Ledger) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let state = self.clone();
        self.off_the_network(move || work(&lock(&state.0.reader))).await
    }

    async fn off_the_network<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = Arc::clone(&self.0.waiting)
            .try_acquire_owned()
            .map_err(|_| ApiError::Busy)?;
        // The work goes on to its end even when the sender hangs up: what it commits is committed.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| ApiError::Failed)?
    }
}

pub(crate) struct ReadingEnd<'a>(&'a Mutex<Ledger>);

impl ReadingEnd<'_> {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Ledger) -> T) -> T {
        work(&lock(self.0))
    }
}

/// A transaction that panicked was rolled back: the ledger itself is whole.
fn lock(ledger: &Mutex<Ledger>) -> std::sync::MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}
