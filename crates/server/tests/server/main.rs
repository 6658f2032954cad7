//! The server over real HTTP on this machine's loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod allot;
mod bundle;
mod enrolment;
mod fallover;
mod forks;
mod fuzz;
mod harness;
mod hub;
mod misfortune;
mod network;
mod page;
mod program;
mod pull;
mod push;
mod rekey;
mod requests;
mod restored;
mod spoken;
mod tls;
