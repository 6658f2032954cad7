//! The clock, the randomness and the machine that each node is given.

use crate::dice::Dice;
use chrono::{DateTime, FixedOffset, TimeDelta};
use jishi_server::Instruments;
use jishi_till::World;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// When the first day begins.
const MORNING: &str = "2026-11-21T08:00:00+08:00";

/// The time that passes for all alike; nobody can see it but the simulator and a server's steady clock.
#[derive(Debug, Clone, Default)]
pub struct Time(Arc<AtomicU64>);

impl Time {
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn move_to(&self, now_ms: u64) {
        self.0.fetch_max(now_ms, Ordering::Relaxed);
    }
}

/// One machine: its clock on the wall, which may be wrong, and its randomness.
#[derive(Debug, Clone)]
pub struct MachineWorld {
    time: Time,
    wrong_by_ms: Arc<AtomicI64>,
    dice: Arc<Mutex<Dice>>,
    machine: String,
}

impl MachineWorld {
    pub fn new(time: &Time, dice: Dice, machine: &str) -> MachineWorld {
        MachineWorld {
            time: time.clone(),
            wrong_by_ms: Arc::default(),
            dice: Arc::new(Mutex::new(dice)),
            machine: machine.to_owned(),
        }
    }

    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// Somebody sets the clock, or its battery is empty.
    pub fn set_wrong_by(&self, milliseconds: i64) {
        self.wrong_by_ms.store(milliseconds, Ordering::Relaxed);
    }

    pub fn wall(&self) -> DateTime<FixedOffset> {
        let morning: DateTime<FixedOffset> = MORNING.parse().expect("a time");
        let passed = i64::try_from(self.time.now_ms()).expect("no run lasts so long");
        morning + TimeDelta::milliseconds(passed + self.wrong_by_ms.load(Ordering::Relaxed))
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.dice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill(bytes);
    }

    pub fn instruments(&self) -> Instruments {
        let (now, elapsed, random) = (self.clone(), self.clone(), self.clone());
        Instruments {
            now: Arc::new(move || now.wall()),
            elapsed_ms: Arc::new(move || elapsed.time.now_ms()),
            entropy: Arc::new(move |bytes| {
                random.fill(bytes);
                Ok(())
            }),
        }
    }

    pub fn entropy(&self) -> jishi_sync::client::Entropy {
        let random = self.clone();
        Box::new(move |bytes| random.fill(bytes))
    }

    pub fn boxed(&self) -> Box<dyn World> {
        Box::new(self.clone())
    }
}

impl World for MachineWorld {
    fn now(&self) -> DateTime<FixedOffset> {
        self.wall()
    }

    fn running(&self) -> Option<Duration> {
        Some(Duration::from_millis(self.time.now_ms()))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.fill(bytes);
    }

    fn machine_id(&self) -> String {
        self.machine.clone()
    }
}
