//! The ledger as a whole: days at tills, copied, reordered, damaged and read back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adding_up;
mod allotments;
mod arrival;
mod common;
mod fixture;
mod nodes;
mod oddities;
mod one_sale;
mod organisations;
mod replay;
mod reports;
mod storage;
mod tampering;
