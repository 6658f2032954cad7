//! The use cases of a till: what the window and the command line both call.

pub mod view;
