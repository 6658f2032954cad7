//! The clock and the randomness that a server is given. Only here are the machine's own read.

use chrono::{DateTime, FixedOffset, Local, SecondsFormat};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// Fills bytes with randomness, or says why it cannot.
pub type Entropy = Arc<dyn Fn(&mut [u8]) -> Result<(), String> + Send + Sync>;

/// What a server must be given to know the time and to make what nobody can guess.
#[derive(Clone)]
pub struct Instruments {
    /// For what people read, in the place's own offset, and for the end of one-time codes.
    pub now: Arc<dyn Fn() -> DateTime<FixedOffset> + Send + Sync>,
    /// Milliseconds since some start; never goes back, whatever is done to the clock. Requests grow
    /// old by this one.
    pub elapsed_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    pub entropy: Entropy,
}

impl Instruments {
    /// Those of the machine.
    pub fn of_machine() -> Instruments {
        let started = Instant::now();
        #[allow(
            clippy::disallowed_methods,
            reason = "the one place where this program reads the clock"
        )]
        let now = || Local::now().fixed_offset();
        Instruments {
            now: Arc::new(now),
            elapsed_ms: Arc::new(move || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
            entropy: Arc::new(|bytes| getrandom::fill(bytes).map_err(|error| error.to_string())),
        }
    }

    /// RFC 3339, as in an entry.
    pub fn at(&self) -> String {
        (self.now)().to_rfc3339_opts(SecondsFormat::Secs, false)
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Instruments")
    }
}
