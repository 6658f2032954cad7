//! The whole of Jishi in one process and one seed. Test-only: nothing ships it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the run"
)]

mod dice;
mod disk;
mod ground;
mod world;

pub use dice::Dice;
pub use disk::{Disk, Syncing};
pub use ground::{Ground, HUBS, Place, TILLS, copy_folder, room, till_name};
pub use world::{MachineWorld, Time};
