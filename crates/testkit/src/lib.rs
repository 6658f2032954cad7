//! What tests share: a world whose clock is set by hand, a small fair, a till in a folder of its own,
//! and days that are made up as they go. A dev-dependency and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

mod world;

pub use world::FixedWorld;

mod scripts;

pub use scripts::only_simplified;

mod fair;
mod shop;

pub use fair::{MORNING, small_fair};
pub use shop::{Shop, cash_sale, sale_of, void_of};

mod story;

pub use story::{Story, Told};
