//! What stands behind a window: the till, or why there is none to work with. Where it is a damaged
//! database the window can still ask what happened, and have a backup put in its place.

use crate::backups::{backups, look_into, newest_backups};
use crate::folder::Folder;
use crate::hub::Hub;
use crate::job::{HubWork, Job, Jobs, Task};
use crate::places::files_in;
use crate::refusal::Refusal;
use crate::restore::{Wanted, restore_keeping};
use crate::screen::{Counter, commands, read, write};
use crate::staff::SignOut;
use crate::till::Till;
use crate::training::clear_away;
use crate::view::*;
use crate::world::World;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More catalogues than that are no choice.
const FILES_MAX: usize = 12;

/// Whose right each job is.
const RIGHTS: [(JobKind, Action); 9] = [
    (JobKind::Import, Action::Import),
    (JobKind::Backup, Action::Backup),
    (JobKind::Verify, Action::Verify),
    (JobKind::Rebuild, Action::Rebuild),
    (JobKind::Carry, Action::Carry),
    (JobKind::Receipt, Action::Carry),
    (JobKind::Enrol, Action::Enrol),
    (JobKind::Hub, Action::Enrol),
    (JobKind::Upstream, Action::Enrol),
];

/// Makes the world that a till lives in, anew for each that is opened.
pub type Worlds = Box<dyn Fn() -> Box<dyn World> + Send>;

pub struct Desk {
    folder: Folder,
    worlds: Worlds,
    counter: Result<Counter, Refusal>,
    /// A till to practise at. While there is one the window works with it, and the real one waits as it was.
    training: Option<Counter>,
    jobs: Jobs,
    /// Allowed and not run yet.
    begun: Option<Job>,
    /// The server beside the till, where this program has one.
    hub: Option<Arc<dyn Hub>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Desk")
            .field("counter", &self.counter)
            .field("training", &self.training)
            .finish()
    }
}

commands! {
    /// What the window asks where there may be no till.
    Desk::call_rescue, rescue_typescript:
    damage: Nothing => DamageView;
    restore_backup: RestoreBackup => RestoredView;
}

commands! {
    /// 练习: entered from the real till, and left from the till to practise at.
    Desk::call_training, training_typescript:
    enter_training: Nothing => ScreenView;
    leave_training: Nothing => ScreenView;
}

commands! {
    /// 数据: long work, and the page that it is started from.
    Desk::call_job, job_typescript:
    data: Nothing => DataView;
    start_import: StartImport => JobView;
    start_backup: StartBackup => JobView;
    start_verify: Nothing => JobView;
    start_rebuild: Nothing => JobView;
    start_carry: StartCarry => JobView;
    start_receipt: StartReceipt => JobView;
    start_enrol: StartEnrol => JobView;
    sticks: Nothing => SticksView;
    job: Nothing => JobView;
    cancel_job: Nothing => JobView;
}

commands! {
    /// 本机作为集市主机.
    Desk::call_hub, hub_typescript:
    hub: Nothing => HubView;
    start_hub: StartHub => JobView;
    stop_hub: Nothing => HubView;
    invite_to_hub: InviteToHub => HubView;
    start_upstream: JoinUpstream => JobView;
}

impl Desk {
    /// Opens the till of a folder; where there never was one, `begin` makes the first.
    pub fn open(
        folder: Folder,
        worlds: Worlds,
        begin: impl FnOnce(Folder, Box<dyn World>) -> Result<Till, Refusal>,
    ) -> Desk {
        if let Err(refusal) = clear_away(&folder) {
            tracing::warn!("What is left of a practice was not taken away: {refusal}");
        }
        let opened = match Till::open(folder.clone(), worlds()) {
            Err(Refusal::NoTill) => begin(folder.clone(), worlds()),
            other => other,
        };
        Desk {
            counter: opened.map(Counter::new),
            training: None,
            jobs: Jobs::default(),
            begun: None,
            hub: None,
            folder,
            worlds,
        }
    }

    /// With a server beside the till, which can be the fair's hub.
    pub fn with_hub(mut self, hub: Arc<dyn Hub>) -> Desk {
        self.hub = Some(hub);
        self
    }

    /// The real till, unless it could not be opened.
    pub fn counter(&self) -> Result<&Counter, &Refusal> {
        self.counter.as_ref()
    }

    pub fn counter_mut(&mut self) -> Result<&mut Counter, &Refusal> {
        self.counter.as_mut().map_err(|refusal| &*refusal)
    }

    /// What the window shows beside the sale: the real till's while nobody practises, or where it is damaged.
    pub fn status(&self) -> Result<StatusView, &Refusal> {
        let real = self.counter()?;
        let shown = self.training.as_ref().filter(|_| !real.is_damaged());
        Ok(shown.unwrap_or(real).status_now())
    }

    /// Where long work is heard of and stopped, also while the till is held.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// What was just begun: to be run at once.
    pub fn take_job(&mut self) -> Option<Job> {
        self.begun.take()
    }

    /// Lets go of the till.
    pub fn close(&mut self) {
        self.end_training();
        self.counter = Err(Refusal::NoTill);
    }

    /// Answers a command of the window, by its name.
    pub fn call(&mut self, name: &str, request: serde_json::Value) -> Result<serde_json::Value, RefusedView> {
        let language = self.language();
        if let Some(answered) = self.call_rescue(name, &request) {
            return answered.map_err(|refusal| refusal.view(language));
        }
        if self.counter.is_ok()
            && let Some(answered) = self.call_training(name, &request)
        {
            return answered.map_err(|refusal| refusal.view(language));
        }
        if self.counter.is_ok()
            && let Some(answered) = self
                .call_job(name, &request)
                .or_else(|| self.call_hub(name, &request))
                .or_else(|| self.call_lots(name, &request))
        {
            return answered.map_err(|refusal| refusal.view(language));
        }
        match (&mut self.training, &mut self.counter) {
            (Some(training), _) => training.call(name, request),
            (None, Ok(counter)) => counter.call(name, request),
            (None, Err(refusal)) => Err(refusal.view(language)),
        }
    }

    fn enter_training(&mut self, _: Nothing) -> Result<ScreenView, Refusal> {
        if self.training.is_some() {
            return Err(Refusal::TrainingAlready);
        }
        let world = (self.worlds)();
        let counter = self.real()?;
        counter.lock_if_idle();
        counter.check_allowed("enter_training")?;
        let training = counter.till.begin_training(world);
        let training = training.inspect_err(|_| self.end_training())?;
        self.training.insert(Counter::new(training)).screen(Nothing {})
    }

    /// The real till is as it was. It is open only to whoever stood there, if she is the one who leaves.
    fn leave_training(&mut self, _: Nothing) -> Result<ScreenView, Refusal> {
        let training = self.training.as_mut().ok_or(Refusal::NotTraining)?;
        training.lock_if_idle();
        let left = training.till.signed_in();
        if let (Some(training), Ok(counter)) = (&self.training, &mut self.counter) {
            counter.till.take_tries_of(&training.till)?;
        }
        let counter = self.real()?;
        if counter.till.signed_in() != left {
            counter.till.sign_out(SignOut::Idle)?;
        }
        // Whoever practised until now was there all the time.
        counter.touched();
        self.end_training();
        self.real()?.screen(Nothing {})
    }

    fn data(&mut self, _: Nothing) -> Result<DataView, Refusal> {
        let world = (self.worlds)();
        let places = world.places();
        let [automatic, elsewhere] = newest_backups(&self.folder, world.now());
        let shown = |(made_at, path): (DateTime<FixedOffset>, PathBuf)| LastBackupView {
            is_absent: !path.exists(),
            path: path.display().to_string(),
            made_at: made_at.to_rfc3339_opts(SecondsFormat::Secs, false),
        };
        // Where the last one went the next may go.
        let last_place = elsewhere.as_ref().and_then(|(_, path)| path.parent());
        let mut folders: Vec<PathBuf> = last_place
            .filter(|place| place.is_dir())
            .map(Path::to_owned)
            .into_iter()
            .collect();
        folders.extend(
            places
                .iter()
                .filter(|place| Some(place.as_path()) != last_place)
                .cloned(),
        );
        let files = found_in(&folders, "json");
        let mut receipts = found_in(&folders, "receipt");
        receipts.extend(found_in(&folders, "catalogue"));
        let counter = self.upkeep("data")?;
        let may = RIGHTS
            .iter()
            .filter(|(_, action)| counter.check_may(*action).is_ok());
        let sales_waiting = counter.till.sales_waiting()?.only_here;
        let centre = counter.till.centre()?;
        let stand_in = counter.stand_in();
        let servers = counter.till.sales_not_at()?.into_iter();
        let servers = servers.map(|(server, sales_missing)| ServerView {
            is_in_use: match &stand_in {
                Some(name) => *name == server.name && !server.is_preferred,
                None => server.is_preferred,
            },
            name: server.name,
            address: server.address,
            is_hub: server.is_hub,
            sales_missing,
        });
        let servers = servers.collect();
        let carry = centre.as_ref().map(|centre| CarryView {
            centre: centre.name.clone(),
            sales_waiting,
            receipts,
        });
        Ok(DataView {
            may: may.map(|(kind, _)| *kind).collect(),
            places: folders.iter().map(|place| place.display().to_string()).collect(),
            files,
            last_backup: elsewhere.map(shown),
            last_automatic: automatic.map(shown),
            carry,
            centre: centre.map(|centre| CentreView {
                name: centre.name,
                address: centre.address,
            }),
            servers,
            nearby: self.hub.as_ref().map(|hub| hub.nearby()).unwrap_or_default(),
            hub: self.hub.as_ref().map(|hub| hub.is_on()),
        })
    }

    fn start_import(&mut self, request: StartImport) -> Result<JobView, Refusal> {
        let path = PathBuf::from(request.path.trim());
        let check_only = request.check_only;
        self.begin("start_import", Action::Import, |_| Task::Import {
            path,
            check_only,
        })
    }

    fn start_backup(&mut self, request: StartBackup) -> Result<JobView, Refusal> {
        let place = PathBuf::from(request.place.trim());
        self.begin("start_backup", Action::Backup, |_| Task::Backup { place })
    }

    fn start_verify(&mut self, _: Nothing) -> Result<JobView, Refusal> {
        self.begin("start_verify", Action::Verify, |world| Task::Verify {
            machine: world.machine_id(),
        })
    }

    fn start_rebuild(&mut self, _: Nothing) -> Result<JobView, Refusal> {
        self.begin("start_rebuild", Action::Rebuild, |_| Task::Rebuild)
    }

    fn start_carry(&mut self, request: StartCarry) -> Result<JobView, Refusal> {
        let place = PathBuf::from(request.place.trim());
        self.begin("start_carry", Action::Carry, |_| Task::Carry { place })
    }

    fn start_receipt(&mut self, request: StartReceipt) -> Result<JobView, Refusal> {
        let path = PathBuf::from(request.path.trim());
        self.begin("start_receipt", Action::Carry, |_| Task::Receipt { path })
    }

    fn start_enrol(&mut self, request: StartEnrol) -> Result<JobView, Refusal> {
        let code = request.code.trim().to_owned();
        self.begin("start_enrol", Action::Enrol, |_| Task::Enrol { code })
    }

    /// Asked again and again by the page: nobody's hands are at it.
    fn hub(&mut self, _: Nothing) -> Result<HubView, Refusal> {
        let work = self.hub_work("hub", false)?;
        work.hub.view(&work.owner)
    }

    fn start_hub(&mut self, request: StartHub) -> Result<JobView, Refusal> {
        let work = self.hub_work("start_hub", true)?;
        let name = request.name.trim().to_owned();
        self.begin("start_hub", Action::Enrol, |_| Task::Hub { work, name })
    }

    fn stop_hub(&mut self, _: Nothing) -> Result<HubView, Refusal> {
        let work = self.hub_work("stop_hub", true)?;
        Arc::clone(&work.hub).stop()?;
        work.hub.view(&work.owner)
    }

    fn invite_to_hub(&mut self, request: InviteToHub) -> Result<HubView, Refusal> {
        let work = self.hub_work("invite_to_hub", true)?;
        work.hub
            .invite(&work.owner, request.address.as_deref(), request.is_for_hub)?;
        work.hub.view(&work.owner)
    }

    fn start_upstream(&mut self, request: JoinUpstream) -> Result<JobView, Refusal> {
        let work = self.hub_work("start_upstream", true)?;
        let code = request.code.trim().to_owned();
        self.begin("start_upstream", Action::Enrol, |_| Task::Upstream { work, code })
    }

    pub(crate) fn hub_beside(&self) -> Option<Arc<dyn Hub>> {
        self.hub.clone()
    }

    fn hub_work(&mut self, name: &str, touches: bool) -> Result<HubWork, Refusal> {
        let hub = self.hub.clone();
        let counter = match touches {
            true => self.upkeep(name)?,
            false => self.beside(name)?,
        };
        counter.check_may(Action::Enrol)?;
        Ok(HubWork {
            hub: hub.ok_or_else(|| Refusal::BadRequest(name.to_owned()))?,
            owner: counter.till.hub_owner()?,
        })
    }

    /// Asked again and again by the window: nobody's hands are at it.
    fn sticks(&mut self, _: Nothing) -> Result<SticksView, Refusal> {
        if self.training.is_some() {
            return Ok(SticksView::default());
        }
        let sticks = (self.worlds)().sticks();
        let counter = self.beside("sticks")?;
        if sticks.is_empty() {
            return Ok(SticksView::default());
        }
        if counter.check_may(Action::Carry).is_err() || counter.till.centre()?.is_none() {
            return Ok(SticksView::default());
        }
        let sales_waiting = counter.till.sales_waiting()?.only_here;
        let mut files = found_in(&sticks, "receipt");
        files.extend(found_in(&sticks, "catalogue"));
        // Another till's is no business of this one.
        let own = format!("{}.", counter.till.code());
        files.retain(|file| file.name.starts_with(&own));
        Ok(SticksView {
            sticks: sticks.iter().map(|stick| stick.display().to_string()).collect(),
            files,
            sales_waiting,
        })
    }

    /// Asked again and again by the window: it shows nothing that is anybody's.
    fn job(&mut self, _: Nothing) -> Result<JobView, Refusal> {
        Ok(self.jobs.view())
    }

    fn cancel_job(&mut self, _: Nothing) -> Result<JobView, Refusal> {
        let counter = self
            .training
            .as_mut()
            .or(self.counter.as_mut().ok())
            .ok_or(Refusal::NoTill)?;
        counter.lock_if_idle();
        counter.check_allowed("cancel_job")?;
        counter.touched();
        Ok(self.jobs.cancel())
    }

    fn begin(
        &mut self,
        name: &str,
        action: Action,
        task: impl FnOnce(&dyn World) -> Task,
    ) -> Result<JobView, Refusal> {
        let world = (self.worlds)();
        let counter = self.upkeep(name)?;
        counter.check_may(action)?;
        let language = counter.till.language();
        let task = task(world.as_ref());
        self.begun = Some(
            self.jobs
                .begin(task, self.folder.clone(), world.now(), language)?,
        );
        Ok(self.jobs.view())
    }

    /// The real till, for whoever has her hands at it and does not practise.
    pub(crate) fn upkeep(&mut self, name: &str) -> Result<&mut Counter, Refusal> {
        let counter = self.unlocked()?;
        counter.touched();
        counter.check_allowed(name)?;
        Ok(counter)
    }

    /// The same, for what a page asks by itself.
    pub(crate) fn beside(&mut self, name: &str) -> Result<&mut Counter, Refusal> {
        let counter = self.unlocked()?;
        counter.check_allowed(name)?;
        Ok(counter)
    }

    fn unlocked(&mut self) -> Result<&mut Counter, Refusal> {
        if self.training.is_some() {
            return Err(Refusal::RealTillOnly);
        }
        let counter = self.real()?;
        counter.lock_if_idle();
        Ok(counter)
    }

    /// Not asked for where there is none: the window hears why at once.
    fn real(&mut self) -> Result<&mut Counter, Refusal> {
        self.counter.as_mut().map_err(|_| Refusal::NoTill)
    }

    fn end_training(&mut self) {
        self.training = None;
        if let Err(refusal) = clear_away(&self.folder) {
            tracing::warn!("What is left of a practice was not taken away: {refusal}");
        }
    }

    /// Without a till nobody knows which language was chosen at it.
    fn language(&self) -> Language {
        let shown = self.training.as_ref().or(self.counter().ok());
        shown.map_or(Language::default(), |counter| counter.till.language())
    }

    fn damage(&mut self, _: Nothing) -> Result<DamageView, Refusal> {
        let now = (self.worlds)().now();
        let found = backups(&self.folder, now);
        let shown = found.found.into_iter().map(|backup| BackupView {
            automatic: backup.path.starts_with(self.folder.backups()),
            path: backup.path.display().to_string(),
            made_at: backup.made_at.to_rfc3339_opts(SecondsFormat::Secs, false),
            sales: backup.inside.as_ref().map(|inside| shown_count(inside.sales)),
            last_number: backup.inside.and_then(|inside| inside.last_number),
        });
        Ok(DamageView {
            database: self.folder.database().display().to_string(),
            // A file that is damaged in one place can often be read in another.
            last_number: look_into(&self.folder.database())
                .ok()
                .and_then(|inside| inside.last_number),
            backups: shown.collect(),
            absent: found
                .absent
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
        })
    }

    /// Only what was offered: a path from elsewhere is not taken.
    fn restore_backup(&mut self, request: RestoreBackup) -> Result<RestoredView, Refusal> {
        match &self.counter {
            Ok(counter) if !counter.is_damaged() => {
                return Err(Refusal::BadRequest("nothing is damaged".to_owned()));
            }
            _ => {}
        }
        let world = (self.worlds)();
        let path = Path::new(&request.path);
        if !backups(&self.folder, world.now())
            .found
            .iter()
            .any(|backup| backup.path == path)
        {
            return Err(Refusal::NotABackup { path: request.path });
        }
        let kiosk = self.counter().ok().and_then(|counter| counter.till.kiosk());
        // The till that found the damage has the folder.
        self.close();
        let restored = restore_keeping(path, Wanted::Whole, self.folder.clone(), world);
        let refusal = match restored {
            Ok(restored) => {
                let mut counter = Counter::new(restored.till);
                if let Err(refusal) = counter.till.choose_language(request.language) {
                    tracing::warn!("The language was not kept: {refusal}");
                }
                // Where it cannot be kept the till asks for a sign-in, as after any restore.
                if let Some(kiosk) = kiosk
                    && let Err(refusal) = counter.till.stay_kiosk(&kiosk)
                {
                    tracing::warn!("That the till is left to the buyers was not kept: {refusal}");
                }
                let next_number = counter.till.next_number();
                self.counter = Ok(counter);
                let kept = restored.kept.map(|path| path.display().to_string());
                return Ok(RestoredView { next_number, kept });
            }
            Err(refusal) => refusal,
        };
        // As it was: the page stays, and another backup may be better.
        self.counter = Till::open(self.folder.clone(), (self.worlds)()).map(Counter::new);
        Err(refusal)
    }
}

fn shown_count(sales: u64) -> u32 {
    u32::try_from(sales).unwrap_or(u32::MAX)
}

/// Files of a kind that lie in these folders, as the page shows them.
fn found_in(folders: &[PathBuf], kind: &str) -> Vec<FileFoundView> {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let found = files_in(folders, kind, FILES_MAX).into_iter();
    found
        .map(|(path, bytes)| FileFoundView {
            name: part(path.file_name()),
            folder: path
                .parent()
                .map(|folder| folder.display().to_string())
                .unwrap_or_default(),
            path: path.display().to_string(),
            bytes,
        })
        .collect()
}
