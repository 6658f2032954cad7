//! The use cases of a till: what the window and the command line both call.
//!
//! A use case validates, builds the entry, signs it and hands it to the ledger in one transaction;
//! only when that is on disk does it answer. It opens no window and prints nothing.

pub mod view;
pub mod wire;

mod refusal;
mod world;

pub use jishi_catalogue::{ImportFault, ImportReport, Pin, picture_beside};
pub use refusal::{Refusal, fault_message};
pub use world::{Machine, World};

mod folder;
mod guard;

pub use folder::Folder;
pub use guard::GuardFault;

mod backups;
mod catalogue;
mod clock;
mod open;
mod restore;
mod shelf;
mod successor;
mod till;
mod training;

pub use backups::{Backup, Backups, Inside, back_up, back_up_daily, backups, note_backup};
pub use catalogue::Catalogue;
pub use restore::{Restored, Wanted, restore, restore_keeping};
pub use successor::Rekeyed;
pub use till::Till;

mod kiosk;
mod roles;
mod settings;
mod staff;

pub use kiosk::Kiosk;
pub use roles::{Action, May, Role};
pub use staff::{Approval, Extent, SignOut, SignedIn, StaffRecord};

mod assign;
mod buyers;
mod cash;
mod counting;
mod demo;
mod drawer;
mod exchange;
mod facts;
mod held;
mod import;
mod interrupted;
mod passes;
mod pictures;
mod provisional;
mod refund;
mod request;
mod sell;
mod shift;
mod vouchers;
mod waiting;
mod without_sale;

pub use counting::{Counted, DENOMINATIONS_FEN, figure_count};
pub use passes::OpenPass;
pub use shift::ShiftReport;
pub use without_sale::{ReturnWithoutSale, ReturnedLine, ReturnedWithoutSale};

mod find_receipt;
mod labels;
mod lot_back;
mod moving;
mod printing;
mod receipt;
mod shift_paper;

pub use labels::label_of_lot;
pub use printing::{Printer, ReadyPrinter};
pub use shift_paper::{NamedPaper, PaperForm};

mod desk;
mod hub;
mod job;
mod lots;
mod places;
mod screen;
mod search;
mod whose;

pub use desk::{Desk, Worlds};
pub use hub::{Hub, HubOwner};
pub use job::{Job, Jobs};
pub use screen::{Counter, commands_typescript};
pub use search::SearchIndex;

mod reading;
mod stick;
mod upkeep;
mod upward;

pub use jishi_uplink::{CameByStick, CameDown, Centre, KnownServer, SyncOutcome};
pub use reading::{Reading, rebuild};
pub use stick::{Export, export_bundle, import_catalogue, import_receipt};
pub use upward::{ServerHeld, Status, Waiting, centre_moved, enrol, hear_nearby, status, sync_once};

pub use jishi_ledger::{Progress, Step, Stop, Work, report};
