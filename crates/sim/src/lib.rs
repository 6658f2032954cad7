//! The whole of Jishi in one process, from one seed: tills that sell, hubs, a centre, their disks, clocks and the
//! network between them, and everything that can go wrong with them. The programs are the real ones, without their
//! sockets and threads; what must hold is checked on the way and at the end ([`run`]). Test-only: nothing ships it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the run"
)]

mod acts;
mod bent;
mod both;
mod bug;
mod checks;
mod dice;
mod disk;
mod faults;
mod ground;
mod link;
mod network;
mod node;
mod parts;
mod sim;
mod trust;
mod truth;
mod world;

pub use bug::Bug;
pub use dice::Dice;
pub use disk::{Disk, Syncing};
pub use ground::{Ground, Place, copy_folder, room};
pub use sim::{Failure, Outcome, Shape, run, run_hard, run_shape};
pub use world::{MachineWorld, Time};
