//! Running the planner: once for a command, or beside the till for as long as it is open.

use crate::backoff::delay_ms;
use crate::client::{Client, ClientError, Entropy, is_of_another_key};
use crate::inbox::{Inbox, pull_once};
use crate::lines::{Lines, Lookout, OneLine, ServerAt, follow, renew_word};
use crate::outbox::Outbox;
use crate::push::{Action, ChainStatus, Input, Push};
use jishi_journal::VerifyingKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often a node at rest looks whether another process has recorded something.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How often a node that has nothing to send asks what there is for it.
const PULL_EVERY_MS: u64 = 2_000;
/// So many requests in a row that nobody answers, and the next server is looked for.
const LOST_AFTER: u32 = 2;
/// After so long a request has most likely left, where it is not far.
const GONE_OUT: Duration = Duration::from_millis(2);
/// After the node's own store failed.
const STORE_WAIT: Duration = Duration::from_secs(5);

/// How the node stands with its server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The server that it speaks to: of several, the preferred one or another.
    pub server: Option<VerifyingKey>,
    /// Whether the last request was answered; none before the first.
    pub online: Option<bool>,
    /// The code of what went wrong last, until something goes right.
    pub failure: Option<String>,
    pub chains: Vec<ChainStatus>,
    /// Entries that have come down since the start.
    pub came: usize,
    /// Why something comes no further down, by its code, until it does.
    pub stopped: Option<String>,
}

impl SyncState {
    /// All that there is has been acknowledged.
    pub fn is_complete(&self) -> bool {
        self.chains
            .iter()
            .all(|chain| chain.acknowledged_seq >= chain.head_seq)
    }
}

/// What became of one push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushOutcome {
    /// Entries that were sent and answered, those sent again included. What was sent last and had no
    /// answer may have arrived or not.
    pub sent: usize,
    /// Everything arrived: exit 0.
    pub complete: bool,
    /// The code and the words of what stopped it.
    pub failure: Option<(String, String)>,
    /// Nobody answered, or somebody else.
    pub is_lost: bool,
    pub chains: Vec<ChainStatus>,
}

/// Pushes until all has arrived or something fails: `jishi sync`.
pub async fn push_once<O: Outbox>(client: &mut Client, outbox: &mut O) -> Result<PushOutcome, O::Error> {
    let started = Instant::now();
    let mut push = Push::new(*client.server());
    let mut input = Input::Nudged;
    let mut sent = 0;
    let mut failure = None;
    let mut is_lost = false;
    while let Action::Send(request) = push.step(elapsed_ms(started), 0, input, outbox)? {
        let mut prepared = Ok(());
        let sent_now = send(client, &request, || prepared = push.prepare(outbox)).await;
        prepared?;
        match sent_now {
            Ok(answer) => {
                if let crate::push::Request::Push { entries, .. } = &request {
                    sent += entries;
                }
                input = Input::Answered(answer);
            }
            Err(error) => {
                is_lost = !error.is_answer();
                failure = Some((error.code().to_owned(), error.to_string()));
                break;
            }
        }
    }
    let chains = push.status(outbox)?;
    if failure.is_none()
        && let Some(code) = chains.iter().find_map(ChainStatus::stopped)
    {
        failure = Some((
            code.to_owned(),
            format!("the server takes no more of a chain: {code}"),
        ));
    }
    let arrived = chains
        .iter()
        .all(|chain| chain.acknowledged_seq >= chain.head_seq);
    Ok(PushOutcome {
        sent,
        complete: failure.is_none() && arrived,
        failure,
        is_lost,
        chains,
    })
}

/// Sends what was asked for, and does `meanwhile` when it is out and the server at work.
async fn send(
    client: &mut Client,
    request: &crate::push::Request,
    meanwhile: impl FnOnce(),
) -> Result<crate::push::Answer, crate::client::ClientError> {
    let sending = client.send(request);
    tokio::pin!(sending);
    tokio::select! {
        biased;
        answer = &mut sending => return answer,
        () = tokio::time::sleep(GONE_OUT) => {}
    }
    meanwhile();
    sending.await
}

#[derive(Debug, Default)]
struct Signals {
    wake: Notify,
    new_entries: AtomicBool,
    nudged: AtomicBool,
    stop: AtomicBool,
}

/// The push and the pull that run beside the till, in a thread of their own. Dropping it ends the thread; what was
/// in flight is unknown then, and sent again at the next start.
#[derive(Debug)]
pub struct Watch {
    signals: Arc<Signals>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Something was recorded. Never waits.
    pub fn new_entries(&self) {
        self.signals.new_entries.store(true, Ordering::Release);
        self.signals.wake.notify_one();
    }

    /// Try now: the network changed, or the cashier asked.
    pub fn nudge(&self) {
        self.signals.nudged.store(true, Ordering::Release);
        self.signals.wake.notify_one();
    }

    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.signals.stop.store(true, Ordering::Release);
        self.signals.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts pushing and pulling in the background, to one server. `on_state` hears of every change, in that thread.
pub fn watch<O, I>(
    client: Client,
    outbox: O,
    inbox: I,
    jitter: Entropy,
    on_state: impl FnMut(&SyncState) + Send + 'static,
) -> std::io::Result<Watch>
where
    O: Outbox + Send + 'static,
    I: Inbox + Send + 'static,
{
    let server = ServerAt {
        key: *client.server(),
        address: client.address().clone(),
    };
    let line = OneLine {
        server,
        client: Some(client),
        store: Some((outbox, inbox)),
    };
    watch_over(line, jitter, on_state)
}

/// The same, to whichever of these servers answers, one at a time.
pub fn watch_over<L>(
    lines: L,
    jitter: Entropy,
    on_state: impl FnMut(&SyncState) + Send + 'static,
) -> std::io::Result<Watch>
where
    L: Lines + Send + 'static,
{
    let signals = Arc::new(Signals::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let thread = std::thread::Builder::new().name("jishi-sync".to_owned()).spawn({
        let signals = Arc::clone(&signals);
        move || runtime.block_on(speak(lines, jitter, on_state, signals))
    })?;
    Ok(Watch {
        signals,
        thread: Some(thread),
    })
}

/// To one server after another, for as long as the watch is kept.
async fn speak<L: Lines, F: FnMut(&SyncState)>(
    mut lines: L,
    mut jitter: Entropy,
    mut on_state: F,
    signals: Arc<Signals>,
) {
    let started = Instant::now();
    let mut state = SyncState::default();
    let mut lookout = Lookout::default();
    let mut next: Option<ServerAt> = None;
    while !signals.stop.load(Ordering::Acquire) {
        let server = match next.take() {
            Some(server) => Ok(Some(server)),
            None => lines.servers().map(|servers| servers.into_iter().next()),
        };
        let line = server.and_then(|server| match server {
            Some(server) => {
                let (outbox, inbox) = lines.store(&server)?;
                Ok(Some((lines.client(&server)?, outbox, inbox, server)))
            }
            None => Ok(None),
        });
        let (client, outbox, inbox, server) = match line {
            Ok(Some(line)) => line,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!("The line to a server cannot be taken up: {error}");
                // Woken or not, it is tried again.
                let _ = tokio::time::timeout(STORE_WAIT, signals.wake.notified()).await;
                continue;
            }
        };
        if state.server.is_some_and(|before| before != server.key) {
            tracing::info!(server = %server.key, "Speaking to the server at {} now", server.address);
        }
        state.server = Some(server.key);
        let runner = Runner {
            push: Push::new(server.key),
            server,
            client,
            outbox,
            inbox,
            lines: &mut lines,
            lookout: &mut lookout,
            unanswered: 0,
            pull_at_ms: 0,
            pull_failures: 0,
            has_pulled: false,
            shows_another_key: false,
            jitter: &mut jitter,
            on_state: &mut on_state,
            signals: Arc::clone(&signals),
        };
        match runner.run(started, &mut state).await {
            Some(server) => next = Some(server),
            None => return,
        }
    }
}

struct Runner<'a, L: Lines, F> {
    push: Push,
    server: ServerAt,
    client: Client,
    outbox: L::Outbox,
    inbox: L::Inbox,
    lines: &'a mut L,
    lookout: &'a mut Lookout,
    /// Requests in a row that nobody answered, or that the server sent the node away with.
    unanswered: u32,
    /// When it is asked next what there is.
    pull_at_ms: u64,
    pull_failures: u32,
    has_pulled: bool,
    /// As far as the last failure tells.
    shows_another_key: bool,
    jitter: &'a mut Entropy,
    on_state: &'a mut F,
    signals: Arc<Signals>,
}

impl<L: Lines, F: FnMut(&SyncState)> Runner<'_, L, F> {
    /// Until it is told to stop, or another server is to be spoken to.
    async fn run(mut self, started: Instant, state: &mut SyncState) -> Option<ServerAt> {
        let mut input = Input::Nudged;
        let signals = Arc::clone(&self.signals);
        unless_stopped(&signals, renew_word(self.lines, &mut self.client, &self.server)).await?;
        while !self.signals.stop.load(Ordering::Acquire) {
            if std::mem::take(&mut self.shows_another_key) {
                let followed = unless_stopped(&signals, follow(self.lines, &self.server)).await?;
                if let Some(server) = followed {
                    tracing::info!("The server at {} goes on with another key", server.address);
                    return Some(server);
                }
            }
            let is_lost = self.unanswered >= LOST_AFTER;
            let found = self
                .lookout
                .look(self.lines, &self.server, is_lost, elapsed_ms(started));
            if let Some(server) = found.await {
                return Some(server);
            }
            let mut bits = [0; 4];
            (self.jitter)(&mut bits);
            let jitter = u32::from_le_bytes(bits);
            let action = self
                .push
                .step(elapsed_ms(started), jitter, input, &mut self.outbox);
            input = match action {
                Ok(Action::Send(request)) => match self.send(&request).await {
                    None => return None,
                    Some(Ok(answer)) => {
                        (state.online, state.failure) = (Some(true), None);
                        self.unanswered = 0;
                        Input::Answered(answer)
                    }
                    Some(Err(error)) => {
                        let code = error.code().to_owned();
                        if state.failure.as_deref() != Some(&code) {
                            tracing::info!(code, "A push did not get through: {error}");
                        }
                        self.count_unanswered(&error, elapsed_ms(started));
                        self.shows_another_key = error.may_be_another_key();
                        // A refusal in the server's own words is an answer: the line is there, and it is at its other end.
                        (state.online, state.failure) = (Some(error.is_answer()), Some(code));
                        Input::Failed {
                            retry_after_ms: error.retry_after_ms(),
                        }
                    }
                },
                Ok(Action::WaitUntil { .. } | Action::Rest) if elapsed_ms(started) >= self.pull_at_ms => {
                    self.pull(state, started, jitter).await?;
                    self.tell(state);
                    Input::TimePassed
                }
                Ok(Action::WaitUntil { at_ms }) => {
                    self.tell(state);
                    let wait = Duration::from_millis(at_ms.saturating_sub(elapsed_ms(started)));
                    // Meanwhile another may be found.
                    let wait = if self.unanswered > 0 {
                        wait.min(LOOK_AGAIN)
                    } else {
                        wait
                    };
                    self.wait(wait).await
                }
                Ok(Action::Rest | Action::Await) => {
                    self.tell(state);
                    self.wait(LOOK_AGAIN).await
                }
                Err(error) => {
                    tracing::warn!("The push cannot read or write its own store: {error}");
                    state.failure = Some("storage_failed".to_owned());
                    self.tell(state);
                    self.wait(STORE_WAIT).await
                }
            };
            match input {
                Input::Answered(_) | Input::Failed { .. } => self.tell(state),
                Input::Nudged => {
                    self.pull_at_ms = 0;
                    self.lookout.look_now();
                }
                _ => {}
            }
        }
        None
    }

    /// A server that does not know the node, or has revoked it, is of no use to it; whether another one is, is seen there.
    fn count_unanswered(&mut self, error: &ClientError, now_ms: u64) {
        let is_sent_away = matches!(error.code(), "unknown_node" | "revoked" | "not_of_organisation");
        match !error.is_answer() || is_sent_away {
            true => self.unanswered = self.unanswered.saturating_add(1),
            false => self.unanswered = 0,
        }
        if self.unanswered == LOST_AFTER {
            self.lookout.look_now();
            if is_sent_away {
                self.lookout.was_sent_away(&self.server.key, now_ms);
            }
        }
    }

    /// The answer, or nothing when the till closes meanwhile.
    async fn send(
        &mut self,
        request: &crate::push::Request,
    ) -> Option<Result<crate::push::Answer, crate::client::ClientError>> {
        let signals = Arc::clone(&self.signals);
        let (push, outbox) = (&mut self.push, &self.outbox);
        let sending = send(&mut self.client, request, || {
            if let Err(error) = push.prepare(outbox) {
                // The step that follows says so where it lasts.
                tracing::debug!("The next batch cannot be made ready: {error}");
            }
        });
        tokio::pin!(sending);
        loop {
            tokio::select! {
                answer = &mut sending => return Some(answer),
                () = signals.wake.notified() => {
                    if signals.stop.load(Ordering::Acquire) {
                        return None;
                    }
                }
            }
        }
    }

    /// Asks what there is, and takes it in; nothing when the till closes meanwhile.
    async fn pull(&mut self, state: &mut SyncState, started: Instant, jitter: u32) -> Option<()> {
        let signals = Arc::clone(&self.signals);
        let pulling = pull_once(&mut self.client, &mut self.inbox, !self.has_pulled);
        tokio::pin!(pulling);
        let pulled = loop {
            tokio::select! {
                pulled = &mut pulling => break pulled,
                () = signals.wake.notified() => {
                    if signals.stop.load(Ordering::Acquire) {
                        return None;
                    }
                }
            }
        };
        let code = match &pulled {
            Ok(outcome) => {
                state.came += outcome.came;
                if outcome.is_lost {
                    self.unanswered = self.unanswered.saturating_add(1);
                    state.online = Some(false);
                } else if outcome.failure.is_none() {
                    self.unanswered = 0;
                    state.online = Some(true);
                }
                if self.unanswered == LOST_AFTER {
                    self.lookout.look_now();
                }
                let failed = outcome.failure.as_ref();
                self.shows_another_key = failed.is_some_and(|(code, _)| is_of_another_key(code));
                outcome.code().map(str::to_owned)
            }
            Err(error) => {
                tracing::warn!("What came down could not be stored: {error}");
                Some("storage_failed".to_owned())
            }
        };
        if code.is_some() && code != state.stopped {
            tracing::info!(code, "Not everything came down");
        }
        // A server of before knows no pull: that is nobody's concern.
        state.stopped = code.clone().filter(|code| code != "unknown_path");
        let wait_ms = match code {
            None => {
                (self.has_pulled, self.pull_failures) = (true, 0);
                PULL_EVERY_MS
            }
            Some(_) => {
                self.pull_failures = self.pull_failures.saturating_add(1);
                delay_ms(self.pull_failures, jitter).max(PULL_EVERY_MS)
            }
        };
        self.pull_at_ms = elapsed_ms(started).saturating_add(wait_ms);
        Some(())
    }

    async fn wait(&self, wait: Duration) -> Input {
        // Woken or not, the flags say what happened.
        let _ = tokio::time::timeout(wait, self.signals.wake.notified()).await;
        if self.signals.nudged.swap(false, Ordering::AcqRel) {
            Input::Nudged
        } else if self.signals.new_entries.swap(false, Ordering::AcqRel) {
            Input::NewEntries
        } else {
            Input::TimePassed
        }
    }

    fn tell(&mut self, state: &mut SyncState) {
        match self.push.status(&self.outbox) {
            Ok(chains) => state.chains = chains,
            // Told by the step that follows; the old numbers stand until then.
            Err(error) => tracing::debug!("The push's state cannot be read: {error}"),
        }
        (self.on_state)(state);
    }
}

/// What comes of it, or nothing when the till closes meanwhile.
async fn unless_stopped<T>(signals: &Signals, work: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Some(done),
            () = signals.wake.notified() => {
                if signals.stop.load(Ordering::Acquire) {
                    return None;
                }
            }
        }
    }
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
