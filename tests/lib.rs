//! Tests of the project as a whole: each file beside this one is a test of its own. What they share
//! is here: the real window, driven as a cashier would.

pub mod cashier;
pub mod centre;
pub mod clock;
pub mod display;
pub mod many;
pub mod window;
