//! A world with a clock set by hand and randomness that a seed gives.

use chrono::{DateTime, FixedOffset, TimeDelta};
use jishi_till::World;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Handles of one world share its clock: what a test sets, the till sees.
#[derive(Debug, Clone)]
pub struct FixedWorld(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: DateTime<FixedOffset>,
    running: Duration,
    random: u64,
    machine: String,
}

impl FixedWorld {
    pub fn new(seed: u64, now: &str) -> FixedWorld {
        FixedWorld(Arc::new(Mutex::new(State {
            now: DateTime::parse_from_rfc3339(now).unwrap(),
            running: Duration::ZERO,
            random: seed,
            machine: "machine-1".to_owned(),
        })))
    }

    /// It is then: a later time has been waited for, an earlier one was set.
    pub fn set_clock(&self, now: &str) {
        let now = DateTime::parse_from_rfc3339(now).unwrap();
        let mut state = self.0.lock().unwrap();
        let passed = (now - state.now).to_std().unwrap_or_default();
        state.running += passed;
        state.now = now;
    }

    /// Somebody sets the clock, and no time passes.
    pub fn put_clock(&self, now: &str) {
        self.0.lock().unwrap().now = DateTime::parse_from_rfc3339(now).unwrap();
    }

    pub fn pass(&self, seconds: i64) {
        let mut state = self.0.lock().unwrap();
        let passed = TimeDelta::seconds(seconds);
        state.running += passed.to_std().unwrap_or_default();
        state.now += passed;
    }

    /// As if the folder were opened on another machine.
    pub fn move_to_machine(&self, id: &str) {
        self.0.lock().unwrap().machine = id.to_owned();
    }

    pub fn boxed(&self) -> Box<dyn World> {
        Box::new(self.clone())
    }
}

impl World for FixedWorld {
    fn now(&self) -> DateTime<FixedOffset> {
        self.0.lock().unwrap().now
    }

    fn running(&self) -> Option<Duration> {
        Some(self.0.lock().unwrap().running)
    }

    /// SplitMix64: enough to tell ids and keys apart.
    fn fill_random(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            state.random = state.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state.random;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }

    fn machine_id(&self) -> String {
        self.0.lock().unwrap().machine.clone()
    }
}
