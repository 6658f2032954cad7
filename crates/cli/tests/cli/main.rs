//! The built program, run as a script would run it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helpers fail as its tests do"
)]

mod support;

// The arithmetic, without a till and through one
mod cases;

// A day at the fair
mod importing;
mod kiosk;
mod provisional;
mod reports;
mod selling;
mod shifts;
mod staff;

// What must hold when things go wrong
mod allot;
mod beside;
mod bundle;
mod centre;
mod down_by_stick;
mod keeping;
mod organisations;
mod prices;
mod pull;
mod rekey;
mod usage;
