//! A till from the outside: what it refuses, what it keeps, and what it goes on from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backups;
mod beside;
mod blind;
mod carries;
mod counter;
mod counter_goods;
mod customer;
mod damage;
mod day;
mod disk;
mod drawer;
mod exchange;
mod givebacks;
mod goods;
mod guard;
mod held;
mod idle;
mod imports;
mod interrupted;
mod jobs;
mod kiosk;
mod lot_labels;
mod paper;
mod provisional;
mod receipts;
mod refusals;
mod repeats;
mod rounding;
mod settings;
mod shifts;
mod staff;
mod stalls;
mod tenders;
mod training;
mod vouchers;
