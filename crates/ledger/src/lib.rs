//! SQLite: the journal stored, its projections, and the questions asked of them. The only crate that
//! names rusqlite.
//!
//! The entries are the truth; every projection can be thrown away and rebuilt by replay, byte for
//! byte. One transaction holds an entry and what follows from it, and is on disk (WAL,
//! `synchronous=FULL`) before anyone is told.

mod schema;
mod store;

pub use schema::{APPLICATION_ID, SCHEMA_VERSION};
pub use store::{ChainRecord, Ledger, OpenError, OpenMode, StoreError, TillRecord};

mod figures;
mod gathered;
mod numbers;
mod project;
mod rows;
mod sense;
mod together;
mod totals;
mod work;
mod writer;

pub use sense::{Senseless, check_sense};
pub use totals::Totals;
pub use work::{Progress, Step, Stop, Work};
pub use writer::{NextEntry, Writer};

pub mod allotments;
pub mod backup;
mod buyers;
pub mod catalogue;
pub mod held;
pub mod lots;
pub mod names;
pub mod nodes;
pub mod organisations;
pub mod passes;
mod rebuild;
pub mod receipts;
pub mod registry;
pub mod report;
pub mod sale;
pub mod shift;
pub mod staff;
mod verify;
pub mod waiting;

pub use rebuild::projection_digest;
pub use verify::{BadFigures, ChainVerdict, Verdict};
