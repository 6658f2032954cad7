//! Staff at a till: PINs, signing in and out, and approvals on the spot.
//!
//! A PIN is known by its hash alone, and the hash goes down the tree with the staff. Where nobody has one, nobody
//! is asked for one.

mod approval;
mod keep;
mod sign_in;
mod tries;

pub use approval::{Approval, Extent};
pub use keep::StaffRecord;
pub use sign_in::{SignOut, SignedIn};
