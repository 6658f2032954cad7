//! The till behind the window, and the push that runs beside it.

use crate::hub::HubBeside;
use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::{ChainStatus, SyncState, Watch};
use jishi_till::view::{Connection, RefusedView};
use jishi_till::{Desk, Folder, Jobs, Machine, Refusal, Till, World};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tauri::{AppHandle, Emitter as _, Manager as _};

/// The code of a till that was never named.
const FIRST_TILL: &str = "T1";

pub(crate) struct Shop {
    folder: Folder,
    /// Whoever asks first opens it, and everybody else waits for that.
    opened: OnceLock<Opened>,
    watch: Mutex<Option<Watch>>,
    /// What the customer's window was last given.
    shown_to_customer: Mutex<Option<Value>>,
    /// The server beside the window.
    hub: Arc<HubBeside>,
    /// It is started once, whenever there is a till for it.
    hub_started: AtomicBool,
}

struct Opened {
    desk: Mutex<Desk>,
    /// Long work: asked past the till, which it may hold.
    jobs: Jobs,
}

impl Shop {
    /// The till is opened by a thread of its own, and is open before the window is there to ask for it.
    pub(crate) fn opening(folder: PathBuf) -> Arc<Shop> {
        let folder = Folder::at(folder);
        let shop = Arc::new(Shop {
            hub: Arc::new(HubBeside::of(&folder)),
            folder,
            opened: OnceLock::new(),
            watch: Mutex::new(None),
            shown_to_customer: Mutex::new(None),
            hub_started: AtomicBool::new(false),
        });
        let opens = Arc::clone(&shop);
        std::thread::spawn(move || drop(opens.desk()));
        shop
    }

    /// Opens the till; where there is none yet, makes one with the demo fair and opens its shift, so
    /// that the first sale needs no set-up.
    fn open(&self) -> Opened {
        let desk =
            Desk::open(self.folder.clone(), Box::new(|| Box::new(Machine)), begin).with_hub(self.hub.clone());
        if let Err(refusal) = desk.counter() {
            tracing::error!("The till could not be opened: {refusal}");
        }
        Opened {
            jobs: desk.jobs().clone(),
            desk: Mutex::new(desk),
        }
    }

    /// The answer, and whether the chain is longer for it, whatever was asked.
    pub(crate) fn call(&self, name: &str, request: Value) -> (Result<Value, RefusedView>, bool) {
        if self.jobs().holds_till() {
            return (self.jobs().call(name), false);
        }
        let mut desk = self.desk();
        let head = |desk: &Desk| desk.counter().ok().map(|counter| counter.till.head());
        let before = head(&desk);
        let answered = desk.call(name, request);
        let has_recorded = before.is_some() && head(&desk) != before;
        (answered, has_recorded)
    }

    /// Long work that a command has just begun runs on a thread of its own. `enrols` says that the till may have another
    /// server afterwards.
    pub(crate) fn run_job(self: &Arc<Shop>, app: &AppHandle, enrols: bool) {
        let Some(job) = self.desk().take_job() else {
            return;
        };
        let (shop, app) = (Arc::clone(self), app.clone());
        std::thread::spawn(move || {
            job.run(&shop.opened().desk);
            if enrols {
                shop.stop_watch();
                shop.watch(&app);
            }
            // What an import recorded waits for the centre.
            shop.recorded(&app);
        });
    }

    pub(crate) fn show_to_customer(&self, view: &Value) {
        *locked(&self.shown_to_customer) = Some(view.clone());
    }

    pub(crate) fn shown_to_customer(&self) -> Option<Value> {
        locked(&self.shown_to_customer).clone()
    }

    /// Has a backup put in the till's place, with nobody reading the file that goes.
    pub(crate) fn restore(&self, request: Value) -> Result<Value, RefusedView> {
        self.jobs().stop_and_wait();
        self.stop_watch();
        self.call("restore_backup", request).0
    }

    /// What runs beside the till is started, where there is a till.
    pub(crate) fn stand_by(self: &Arc<Shop>, app: &AppHandle) {
        // The demo fair brings its centre along; a till of somebody's is enrolled by hand, and its hub is started by hand
        // once. `JISHI_SERVER=off` leaves the demo's out.
        let off = std::env::var("JISHI_SERVER").as_deref() == Ok("off");
        if !self.hub_started.swap(true, Ordering::Relaxed)
            && let Err(refusal) = self.hub.take_up(self.is_demo() && !off)
        {
            tracing::warn!("The server beside the till does not run: {refusal}");
        }
        self.watch(app);
    }

    /// Hubs that moved are followed to where they are heard.
    pub(crate) fn follow_nearby(&self) {
        self.hub.follow_nearby();
    }

    /// Whether the till is left to the buyers. While long work has the till it is not, and nobody waits to be told:
    /// the window asks before it closes.
    pub(crate) fn is_kiosk(&self) -> bool {
        if self.jobs().holds_till() {
            return false;
        }
        let desk = self.desk();
        desk.counter().is_ok_and(|counter| counter.till.kiosk().is_some())
    }

    fn is_demo(&self) -> bool {
        self.desk().counter().is_ok_and(|counter| counter.till.is_demo())
    }

    /// SQLite's own check of the whole file, on a connection of its own. Damage stays on the screen
    /// until a backup is in its place or the till is opened anew.
    pub(crate) fn check_file(&self, app: &AppHandle) {
        let sound = match Ledger::open(&self.folder.database(), OpenMode::Read) {
            Ok(ledger) => ledger.quick_check(),
            // The window says so already.
            Err(_) => return,
        };
        match sound {
            Ok(true) => {}
            Ok(false) => self.found_damage(app),
            Err(error) => tracing::warn!("The file could not be checked: {error}"),
        }
    }

    /// The day's backup, unless it is made. The copy is checked, and so the file once more.
    pub(crate) fn back_up_daily(&self, app: &AppHandle) {
        if self.desk().counter().is_err() {
            return;
        }
        match jishi_till::back_up_daily(&self.folder, Machine.now()) {
            Ok(Some(path)) => tracing::info!("Backed up into {}", path.display()),
            Ok(None) => {}
            Err(refusal) if refusal.is_damage() => self.found_damage(app),
            Err(refusal) => tracing::warn!("The day's backup was not made: {refusal}"),
        }
    }

    fn found_damage(&self, app: &AppHandle) {
        tracing::error!("The database is damaged");
        let mut desk = self.desk();
        // Where there is no till the window says so already.
        if let Ok(counter) = desk.counter_mut() {
            counter.found_damage();
            emit(app, &desk);
        }
    }

    /// The window hears how much waits now, and the push that there is something to send. Never
    /// waits for a server.
    pub(crate) fn recorded(&self, app: &AppHandle) {
        emit(app, &self.desk());
        if let Some(watch) = &*locked(&self.watch) {
            watch.new_entries();
        }
    }

    /// Starts pushing, where the till is enrolled.
    pub(crate) fn watch(&self, app: &AppHandle) {
        let app = app.clone();
        let on_state = move |state: &SyncState| tell(&app, state);
        let started = match self.desk().counter() {
            Ok(counter) => counter.till.watch(on_state),
            Err(_) => return,
        };
        match started {
            Ok(watch) => *locked(&self.watch) = watch,
            Err(refusal) => tracing::warn!("Pushing could not start: {refusal}"),
        }
    }

    /// Stops whatever runs, ends the push and lets go of the till.
    pub(crate) fn close(&self) {
        self.jobs().stop_and_wait();
        self.stop_watch();
        self.desk().close();
    }

    fn stop_watch(&self) {
        let watch = locked(&self.watch).take();
        if let Some(watch) = watch {
            watch.stop();
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        locked(&self.opened().desk)
    }

    fn jobs(&self) -> &Jobs {
        &self.opened().jobs
    }

    fn opened(&self) -> &Opened {
        self.opened.get_or_init(|| self.open())
    }

    /// Told to the window with the till in hand, so that what it hears last is how things stand.
    fn heard(&self, app: &AppHandle, state: &SyncState) {
        let connection = match state.online {
            Some(true) => Connection::Online,
            Some(false) | None => Connection::Offline,
        };
        let mut desk = self.desk();
        if let Ok(counter) = desk.counter_mut() {
            match counter.till.leave_fork() {
                Ok(false) => {}
                // The chain that it goes on in is to be sent.
                Ok(true) => {
                    if let Some(watch) = &*locked(&self.watch) {
                        watch.new_entries();
                    }
                }
                Err(refusal) => tracing::warn!("The till could not leave a fork: {refusal}"),
            }
            let refused = state.chains.iter().find_map(ChainStatus::stopped);
            let language = counter.till.language();
            let attention = refused.map(|code| Refusal::chain_refused(code).view(language));
            let server = state.server.map(|key| key.to_string());
            counter.heard(connection, server.as_deref(), attention);
            emit(app, &desk);
        }
    }
}

fn tell(app: &AppHandle, state: &SyncState) {
    app.state::<Arc<Shop>>().heard(app, state);
}

/// Nothing where there is no till: the window hears why with its next command.
fn emit(app: &AppHandle, desk: &Desk) {
    let Ok(status) = desk.status() else { return };
    if let Err(error) = app.emit("status", status) {
        tracing::warn!("The window was not told of a change: {error}");
    }
}

fn begin(folder: Folder, world: Box<dyn World>) -> Result<Till, Refusal> {
    let mut till = Till::init(folder, FIRST_TILL, world)?;
    till.load_demo()?;
    till.open_shift(None, 0)?;
    Ok(till)
}

/// A thread that panicked while it held the till has recorded either all of a sale or nothing of it:
/// the store is sound, and selling goes on.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
