//! Long work behind a window, one at a time: the window starts it, hears how far it is, and may stop it.
//!
//! What is asked of a running job goes past the till: import and replay have the till to themselves. Which thread a
//! job runs on is the shell's business.

use crate::backups::back_up_into;
use crate::desk::Desk;
use crate::folder::Folder;
use crate::hub::{Hub, HubOwner};
use crate::refusal::{Refusal, fault_message};
use crate::screen::write;
use crate::stick::{carry, take_in};
use crate::upkeep::{read_import, verify};
use crate::upward::{enrol, status};
use crate::view::*;
use chrono::{DateTime, FixedOffset};
use jishi_catalogue::{ImportFault, picture_beside};
use jishi_ledger::{Ledger, OpenMode, Progress, Step, Stop, Work};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A file with every row wrong must not fill the screen: the first of them are named.
const FAULTS_SHOWN: usize = 100;

/// Handles of the one place where a job runs.
#[derive(Debug, Clone, Default)]
pub struct Jobs(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Debug)]
struct State {
    view: JobView,
    stop: Stop,
    /// Of whoever started it: the till cannot be asked while it is held.
    language: Language,
}

impl Default for State {
    fn default() -> State {
        State {
            view: JobView::None,
            stop: Stop::default(),
            language: Language::default(),
        }
    }
}

/// The hub beside the till, and what the till says of itself.
#[derive(Clone)]
pub(crate) struct HubWork {
    pub(crate) hub: Arc<dyn Hub>,
    pub(crate) owner: HubOwner,
}

impl std::fmt::Debug for HubWork {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.owner.fmt(formatter)
    }
}

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    Import { path: PathBuf, check_only: bool },
    Backup { place: PathBuf },
    Verify { machine: String },
    Rebuild,
    Carry { place: PathBuf },
    Receipt { path: PathBuf },
    Enrol { code: String },
    Hub { work: HubWork, name: String },
    Upstream { work: HubWork, code: String },
}

impl Task {
    fn kind(&self) -> JobKind {
        match self {
            Task::Import { .. } => JobKind::Import,
            Task::Backup { .. } => JobKind::Backup,
            Task::Verify { .. } => JobKind::Verify,
            Task::Rebuild => JobKind::Rebuild,
            Task::Carry { .. } => JobKind::Carry,
            Task::Receipt { .. } => JobKind::Receipt,
            Task::Enrol { .. } => JobKind::Enrol,
            Task::Hub { .. } => JobKind::Hub,
            Task::Upstream { .. } => JobKind::Upstream,
        }
    }

    /// Reading goes on beside the sales; what writes as much as this has the till to itself.
    fn holds_till(&self) -> bool {
        matches!(self, Task::Import { .. } | Task::Rebuild)
    }

    fn first_step(&self) -> JobStep {
        match self {
            Task::Import { .. } => JobStep::Rows,
            Task::Backup { .. } | Task::Verify { .. } => JobStep::File,
            Task::Rebuild => JobStep::Replay,
            Task::Carry { .. } | Task::Receipt { .. } => JobStep::Pack,
            Task::Enrol { .. } | Task::Upstream { .. } => JobStep::Ask,
            Task::Hub { .. } => JobStep::Start,
        }
    }
}

impl Jobs {
    pub fn view(&self) -> JobView {
        self.state().view.clone()
    }

    /// Whether a job has the till to itself.
    pub fn holds_till(&self) -> bool {
        matches!(self.state().view, JobView::Running { holds_till: true, .. })
    }

    /// What a window may ask while the till is held; all else waits, and is told so.
    pub fn call(&self, name: &str) -> Result<serde_json::Value, RefusedView> {
        let answered = match name {
            "job" => write(&self.view()),
            "cancel_job" => write(&self.cancel()),
            _ => Err(Refusal::TillHeld),
        };
        answered.map_err(|refusal| refusal.view(self.state().language))
    }

    pub(crate) fn cancel(&self) -> JobView {
        let mut state = self.state();
        if let JobView::Running { is_stopping, .. } = &mut state.view {
            *is_stopping = true;
            state.stop.ask();
        }
        state.view.clone()
    }

    /// Whatever runs is stopped, and is over when this returns.
    pub fn stop_and_wait(&self) {
        let mut state = self.state();
        state.stop.ask();
        while matches!(state.view, JobView::Running { .. }) {
            state = self.0.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn begin(
        &self,
        task: Task,
        folder: Folder,
        now: DateTime<FixedOffset>,
        language: Language,
    ) -> Result<Job, Refusal> {
        let mut state = self.state();
        if matches!(state.view, JobView::Running { .. }) {
            return Err(Refusal::JobRunning);
        }
        *state = State {
            view: JobView::Running {
                kind: task.kind(),
                step: task.first_step(),
                done: 0,
                total: 0,
                holds_till: task.holds_till(),
                is_stopping: false,
            },
            stop: Stop::default(),
            language,
        };
        drop(state);
        Ok(Job {
            task,
            folder,
            now,
            jobs: self.clone(),
            is_over: false,
        })
    }

    fn told(&self, progress: Progress) {
        if let JobView::Running {
            step, done, total, ..
        } = &mut self.state().view
        {
            (*step, *done, *total) = (progress.step.into(), progress.done, progress.total);
        }
    }

    fn end(&self, kind: JobKind, ended: Result<JobReport, Refusal>) {
        let mut state = self.state();
        state.view = match ended {
            Ok(report) => JobView::Done { kind, report },
            Err(refusal) => JobView::Refused {
                kind,
                refused: refusal.view(state.language),
                faults: faults_of(&refusal, state.language),
            },
        };
        self.0.ended.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Long work that was asked for and allowed; it only has to be run.
#[derive(Debug)]
#[must_use = "the window waits for its end"]
pub struct Job {
    task: Task,
    folder: Folder,
    now: DateTime<FixedOffset>,
    jobs: Jobs,
    is_over: bool,
}

impl Job {
    /// Runs it to its end, on this thread.
    pub fn run(mut self, desk: &Mutex<Desk>) {
        let kind = self.task.kind();
        let stop = self.jobs.state().stop.clone();
        let jobs = self.jobs.clone();
        let mut work = Work::new(stop, move |progress| jobs.told(progress));
        // Held to the end of it: whoever waits for the till finds the job over.
        let mut held = match self.task.holds_till() {
            true => Some(desk.lock().unwrap_or_else(PoisonError::into_inner)),
            false => None,
        };
        let ended = self.done(held.as_deref_mut(), &mut work);
        if let Some(Ok(counter)) = held.as_deref_mut().map(Desk::counter_mut) {
            counter.touched();
        }
        self.is_over = true;
        self.jobs.end(kind, ended);
    }

    fn done(&self, desk: Option<&mut Desk>, work: &mut Work<'_>) -> Result<JobReport, Refusal> {
        let till = match desk {
            Some(desk) => Some(&mut desk.counter_mut().map_err(|_| Refusal::NoTill)?.till),
            None => None,
        };
        match (&self.task, till) {
            (Task::Import { path, check_only }, Some(till)) => {
                let file = read_import(path)?;
                work.must_be_at(Step::Rows, 0, file.row_count())?;
                let beside = |_: u32, name: &str| picture_beside(path, name);
                let report = till.import_watched(&file, *check_only, &beside, work)?;
                // Now, and not under the first key that is pressed.
                till.catalogue().search_index();
                Ok(JobReport::Import {
                    path: path.display().to_string(),
                    check_only: *check_only,
                    added: report.added,
                    revised: report.revised,
                    unchanged: report.unchanged,
                })
            }
            (Task::Rebuild, Some(till)) => Ok(JobReport::Rebuild {
                entries: till.rebuild(work)?,
            }),
            (Task::Import { .. } | Task::Rebuild, None) => Err(Refusal::NoTill),
            (Task::Backup { place }, _) => {
                let path = back_up_into(&self.folder, place, self.now, work)?;
                let made = std::fs::metadata(&path).map_err(|error| Refusal::file(&path, &error))?;
                Ok(JobReport::Backup {
                    path: path.display().to_string(),
                    bytes: made.len(),
                })
            }
            (Task::Verify { machine }, _) => Ok(JobReport::Verify(verify(&self.folder, machine, work)?)),
            (Task::Carry { place }, _) => carry(&self.folder, place, self.now, work),
            (Task::Receipt { path }, _) => take_in(&self.folder, path),
            (Task::Enrol { code }, _) => {
                let centre = enrol(&self.folder, code)?;
                let standing = status(&Ledger::open(&self.folder.database(), OpenMode::Read)?)?;
                Ok(JobReport::Enrol {
                    name: centre.name,
                    sales_waiting: standing.sales_only_here,
                })
            }
            (Task::Hub { work, name }, _) => Ok(JobReport::Hub {
                name: work.hub.start(&work.owner, name)?,
            }),
            (Task::Upstream { work, code }, _) => Ok(JobReport::Upstream {
                name: work.hub.join(&work.owner, code)?,
            }),
        }
    }
}

impl Drop for Job {
    /// One that was never run, or fell over, holds the till no longer.
    fn drop(&mut self) {
        if !self.is_over {
            self.jobs.end(self.task.kind(), Err(Refusal::JobBroken));
        }
    }
}

fn faults_of(refusal: &Refusal, language: Language) -> Vec<ImportFaultView> {
    let Refusal::Import { faults } = refusal else {
        return Vec::new();
    };
    let shown = |fault: &ImportFault| ImportFaultView {
        list: fault.list.clone(),
        row: fault.row,
        name: fault.name.clone(),
        message: fault_message(fault, language),
    };
    faults.iter().take(FAULTS_SHOWN).map(shown).collect()
}
