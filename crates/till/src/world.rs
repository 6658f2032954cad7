//! The time, the randomness and the machine that a till runs on: given, never taken from the air.

use crate::places::{places_of_machine, plugged_in};
use chrono::{DateTime, FixedOffset};
use std::path::PathBuf;
use std::time::Duration;

/// What a use case may know of the outside.
pub trait World: Send {
    fn now(&self) -> DateTime<FixedOffset>;

    /// How long the machine has been running, asleep or awake: time that nobody sets. None where that is not known.
    fn running(&self) -> Option<Duration> {
        None
    }

    /// Fills the bytes with randomness fit for keys.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Tells one machine from another, so that a copied data folder is noticed.
    fn machine_id(&self) -> String;

    /// Folders that a person would look for a file in, or put one: none where the world is a made one.
    fn places(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Sticks alone: looked for again and again.
    fn sticks(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// The machine this program runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Machine;

impl World for Machine {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> DateTime<FixedOffset> {
        chrono::Local::now().fixed_offset()
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn running(&self) -> Option<Duration> {
        let running = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Some(Duration::new(
            running.tv_sec.try_into().ok()?,
            running.tv_nsec.try_into().ok()?,
        ))
    }

    #[allow(
        clippy::expect_used,
        reason = "without randomness no key or id can be made: nothing else is safe"
    )]
    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the machine gives no randomness");
    }

    fn machine_id(&self) -> String {
        // Where the platform has no such file a copy is still noticed by an older head.
        ["/etc/machine-id", "/var/lib/dbus/machine-id"]
            .iter()
            .find_map(|path| std::fs::read_to_string(path).ok())
            .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
    }

    fn places(&self) -> Vec<PathBuf> {
        places_of_machine()
    }

    fn sticks(&self) -> Vec<PathBuf> {
        plugged_in()
    }
}

/// Fixed-size randomness.
pub(crate) fn random<const N: usize>(world: &dyn World) -> [u8; N] {
    let mut bytes = [0; N];
    world.fill_random(&mut bytes);
    bytes
}

/// A new id: a UUIDv7 of the world's clock and randomness.
pub(crate) fn new_id(world: &dyn World) -> String {
    let milliseconds = u64::try_from(world.now().timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random::<10>(world))
        .into_uuid()
        .to_string()
}
