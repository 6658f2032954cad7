//! 数据: the page of import, backup, check and replay, and the one of them that runs.

use super::RefusedView;
use jishi_ledger::Step;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the page offers, before anything is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DataView {
    /// What whoever stands at the till may have done.
    pub may: Vec<JobKind>,
    /// Where files come from and go to: sticks that are plugged in, and the folders of whoever has the machine.
    pub places: Vec<String>,
    /// Catalogues that lie there, the newest first.
    pub files: Vec<FileFoundView>,
    /// The newest backup that was put elsewhere.
    pub last_backup: Option<LastBackupView>,
    /// The newest of those that the till makes by itself.
    pub last_automatic: Option<LastBackupView>,
    /// What a stick can carry to the centre; none where there is no centre.
    pub carry: Option<CarryView>,
    /// Where this till sends what it records; none where it stands alone.
    pub centre: Option<CentreView>,
    /// Where it may send, that one first and then what stands in for it: hubs of the same fair, the centre above.
    pub servers: Vec<ServerView>,
    /// Hubs that can be heard in this machine's network: the next code may be one of theirs.
    pub nearby: Vec<NearbyView>,
    /// Whether this machine is the fair's hub; none where this program cannot be one.
    pub hub: Option<bool>,
}

/// What is plugged in, where it may carry something: asked again and again, so that a stick is noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SticksView {
    /// Empty where nothing may be carried: no centre, or nobody who may.
    pub sticks: Vec<String>,
    /// What the centre wrote, that lies on them.
    pub files: Vec<FileFoundView>,
    /// Sales that are nowhere but here.
    pub sales_waiting: u32,
}

/// A hub that announces itself. Nothing follows from its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NearbyView {
    pub name: String,
    pub address: String,
}

/// A server that the till may send to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ServerView {
    pub name: String,
    pub address: String,
    pub is_hub: bool,
    /// It is sent to just now.
    pub is_in_use: bool,
    /// Sales of this till that it has not acknowledged.
    pub sales_missing: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CentreView {
    pub name: String,
    pub address: String,
}

/// 用U盘带到中心: what waits, and the receipts that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CarryView {
    /// The centre's name.
    pub centre: String,
    pub sales_waiting: u32,
    /// Receipts that lie where sticks are, and what comes down, the newest first of each.
    pub receipts: Vec<FileFoundView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileFoundView {
    pub path: String,
    pub name: String,
    pub folder: String,
    #[ts(type = "number")]
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastBackupView {
    pub path: String,
    pub made_at: String,
    /// Not there now: the stick may only have to be plugged in.
    pub is_absent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    Import,
    Backup,
    Verify,
    Rebuild,
    /// What waits, onto a stick.
    Carry,
    /// What arrived, off a stick.
    Receipt,
    /// A hub or a centre that this till is to belong to.
    Enrol,
    /// This machine as the fair's hub.
    Hub,
    /// A centre that the hub of this machine is to stand beneath.
    Upstream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobStep {
    File,
    Chains,
    Figures,
    Copy,
    Replay,
    Compare,
    Rows,
    Record,
    Pack,
    /// Waits for the other end of a line.
    Ask,
    /// A server is made and started.
    Start,
}

impl From<Step> for JobStep {
    fn from(step: Step) -> JobStep {
        match step {
            Step::File => JobStep::File,
            Step::Chains => JobStep::Chains,
            Step::Figures => JobStep::Figures,
            Step::Copy => JobStep::Copy,
            Step::Replay => JobStep::Replay,
            Step::Compare => JobStep::Compare,
            Step::Rows => JobStep::Rows,
            Step::Record => JobStep::Record,
            Step::Pack => JobStep::Pack,
        }
    }
}

/// The job that runs, or how the last one ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobView {
    None,
    Running {
        kind: JobKind,
        step: JobStep,
        #[ts(type = "number")]
        done: u64,
        /// 0 where the step has no measure.
        #[ts(type = "number")]
        total: u64,
        /// Nothing is sold until it is over.
        holds_till: bool,
        /// It was told to stop.
        is_stopping: bool,
    },
    Done {
        kind: JobKind,
        report: JobReport,
    },
    /// Also where it was cancelled. Everything is as it was.
    Refused {
        kind: JobKind,
        refused: RefusedView,
        faults: Vec<ImportFaultView>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum JobReport {
    Import {
        path: String,
        /// Only what it would do.
        check_only: bool,
        added: u32,
        revised: u32,
        unchanged: u32,
    },
    Backup {
        path: String,
        #[ts(type = "number")]
        bytes: u64,
    },
    Verify(VerifyReport),
    Rebuild {
        #[ts(type = "number")]
        entries: u64,
    },
    Carry {
        /// None where nothing waited: nothing was written.
        path: Option<String>,
        #[ts(type = "number")]
        entries: u64,
        sales: u32,
    },
    Receipt {
        sales_waiting: u32,
        /// A later one was read before: nothing was changed.
        is_older: bool,
        /// The centre wants more than the bundle brought: another one, and it has that.
        is_more_wanted: bool,
    },
    /// Off a stick, what comes down from the centre.
    CameDown {
        /// New ones.
        entries: u32,
        /// Why something of it was not taken, by its code.
        stopped: Option<String>,
    },
    Enrol {
        name: String,
        sales_waiting: u32,
    },
    Hub {
        name: String,
    },
    Upstream {
        /// The centre's name.
        name: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VerifyReport {
    pub is_sound: bool,
    #[ts(type = "number")]
    pub entries: u64,
    pub file_is_sound: bool,
    /// The first bad entry, where there is one.
    #[ts(type = "number | null")]
    pub bad_entry: Option<u64>,
    /// Whether the projections are those of a replay, and add up; none where something else is wrong first.
    pub projections_agree: Option<bool>,
    /// Parties whose names their keys do not open.
    pub damaged_names: Vec<String>,
    /// Entries that were there are missing, as the file beside the database says.
    pub is_cut_off: bool,
}

/// A row of a file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportFaultView {
    pub list: String,
    pub row: u32,
    pub name: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartImport {
    pub path: String,
    pub check_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartBackup {
    /// The folder it goes into.
    pub place: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartCarry {
    /// The folder it goes into.
    pub place: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartEnrol {
    /// The one-time code that the hub or the centre gave, `JISHI-…`.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartReceipt {
    pub path: String,
}
