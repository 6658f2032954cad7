//! How Jishi's programs speak on a terminal: what `jishi` and `jishi-server` have in common, so that a
//! script, a table and a message are the same of a till and of a fair.
//!
//! Codes are the same in every language; words are in the one asked for. stdout carries results,
//! stderr what was refused and how far long work is. Exit 0 done, 1 refused or failed, 2 wrong usage.
//! It knows no till and no server: it is handed a ledger that one of them has opened.

// What is typed, and in which language
pub mod arguments;
mod language;
pub mod usage;

pub use arguments::Grammar;
pub use language::Tongue;
// For `report::column!`, wherever it is used.
#[doc(hidden)]
pub use jishi_traditional::traditional;

// What is said
mod failure;
pub mod progress;
mod speech;
mod sync;

pub use failure::{Failure, error_json};
pub use speech::{Speech, colours_on_stderr, json_line, stdout};
pub use sync::sync_words;

// What is written
mod files;
pub mod json_file;

pub use files::{ReadyFile, write_whole};

// The commands that both have
pub mod backup;
pub mod import;
pub mod report;
pub mod verify;
