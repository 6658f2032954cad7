//! The till behind the window, and the push that runs beside it.

use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::{SyncState, Watch};
use jishi_till::view::{Connection, Language, RefusedView, StatusView};
use jishi_till::{Counter, Folder, Machine, Refusal, Till};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Emitter as _, Manager as _};

/// The code of a till that was never named.
const FIRST_TILL: &str = "T1";

pub(crate) struct Shop {
    folder: Folder,
    /// The till, or why it could not be opened: the window shows that.
    counter: Mutex<Result<Counter, RefusedView>>,
    watch: Mutex<Option<Watch>>,
}

impl Shop {
    /// Opens the till; where there is none yet, makes one with the demo fair and opens its shift, so
    /// that the first sale needs no set-up.
    pub(crate) fn open(folder: PathBuf) -> Shop {
        let folder = Folder::at(folder);
        let opened = open_till(&folder).map(Counter::new);
        if let Err(refusal) = &opened {
            tracing::error!("The till could not be opened: {refusal}");
        }
        let counter = opened.map_err(|refusal| refusal.view(Language::Chinese));
        Shop {
            folder,
            counter: Mutex::new(counter),
            watch: Mutex::new(None),
        }
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(crate) fn call(&self, name: &str, request: Value) -> Result<Value, RefusedView> {
        match &mut *self.counter() {
            Ok(counter) => counter.call(name, request),
            Err(refused) => Err(refused.clone()),
        }
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.counter()
            .as_ref()
            .is_ok_and(|counter| counter.till.is_demo())
    }

    /// SQLite's own check of the whole file, on a connection of its own. What it finds stays on the
    /// screen until the till is opened anew.
    pub(crate) fn check_file(&self) {
        let sound = match Ledger::open(&self.folder.database(), OpenMode::Read) {
            Ok(ledger) => ledger.quick_check(),
            // The window says so already.
            Err(_) => return,
        };
        match sound {
            Ok(true) => {}
            Ok(false) => {
                tracing::error!("The database is damaged");
                if let Ok(counter) = &mut *self.counter() {
                    counter.found_damage();
                }
            }
            Err(error) => tracing::warn!("The file could not be checked: {error}"),
        }
    }

    /// Tells the push that something was recorded. Never waits.
    pub(crate) fn new_entries(&self) {
        if let Some(watch) = &*locked(&self.watch) {
            watch.new_entries();
        }
    }

    /// Starts pushing, where the till is enrolled.
    pub(crate) fn watch(&self, app: &AppHandle) {
        let app = app.clone();
        let on_state = move |state: &SyncState| tell(&app, state);
        let started = match &*self.counter() {
            Ok(counter) => counter.till.watch(on_state),
            Err(_) => return,
        };
        match started {
            Ok(watch) => *locked(&self.watch) = watch,
            Err(refusal) => tracing::warn!("Pushing could not start: {refusal}"),
        }
    }

    /// Ends the push and lets go of the till.
    pub(crate) fn close(&self) {
        let watch = locked(&self.watch).take();
        if let Some(watch) = watch {
            watch.stop();
        }
        *self.counter() = Err(Refusal::NoTill.view(Language::Chinese));
    }

    fn counter(&self) -> MutexGuard<'_, Result<Counter, RefusedView>> {
        locked(&self.counter)
    }

    fn heard(&self, state: &SyncState) -> Option<StatusView> {
        let connection = match state.online {
            Some(true) => Connection::Online,
            Some(false) | None => Connection::Offline,
        };
        let refused = state.chains.iter().find_map(|chain| chain.refusal.as_deref());
        match &mut *self.counter() {
            Ok(counter) => {
                let language = counter.till.language();
                let attention = refused.map(|code| Refusal::chain_refused(code).view(language));
                counter.heard(connection, attention);
                Some(counter.status_now())
            }
            Err(_) => None,
        }
    }
}

fn tell(app: &AppHandle, state: &SyncState) {
    let shop = app.state::<std::sync::Arc<Shop>>();
    if let Some(status) = shop.heard(state)
        && let Err(error) = app.emit("status", status)
    {
        tracing::warn!("The window was not told of a change: {error}");
    }
}

fn open_till(folder: &Folder) -> Result<Till, Refusal> {
    if folder.has_till() {
        return Till::open(folder.clone(), Box::new(Machine));
    }
    let mut till = Till::init(folder.clone(), FIRST_TILL, Box::new(Machine))?;
    till.load_demo()?;
    till.open_shift(None, 0)?;
    Ok(till)
}

/// A thread that panicked while it held the till has recorded either all of a sale or nothing of it:
/// the store is sound, and selling goes on.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
