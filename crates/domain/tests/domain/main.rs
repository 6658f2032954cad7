//! One test program: tables, worked cases, and properties.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "the builders and properties beside the tests may fail a test too"
)]

mod common;

mod allotting;
mod assigning;
mod barcodes;
mod cases;
mod gift_boxes;
mod limits;
mod lot_labels;
mod lots;
mod moving;
mod numbers;
mod properties;
mod refunds;
mod sales;
mod specification;
mod splitting;
mod stories;
mod tenders;
mod together;
