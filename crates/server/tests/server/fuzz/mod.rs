//! Bytes that come from elsewhere, bent: whatever they are, a decoder answers and does not fall.
//!
//! Good inputs are changed a little, again and again, for `JISHI_FUZZ_SECONDS` a target (one and a half unless it is set;
//! `make fuzz` takes a minute). What comes to something new is bent further. The same `JISHI_FUZZ_SEED` gives the same
//! changes. An input that was found is kept as a case of its own, beside its target.

mod bend;
mod decoders;
mod requests;
mod stored;

use bend::Dice;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What is bent further; more would be chosen from too seldom.
const POOL_MAX: usize = 400;

fn of_environment(name: &str) -> Option<f64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Bends `good` and gives it to `take`, which says what it came to.
#[track_caller]
fn fuzz(good: &[Vec<u8>], mut take: impl FnMut(&[u8]) -> String) {
    let seconds = of_environment("JISHI_FUZZ_SECONDS").unwrap_or(1.5);
    let mut dice = Dice::new(of_environment("JISHI_FUZZ_SEED").unwrap_or(1.0) as u64);
    let mut pool = good.to_vec();
    let mut outcomes = BTreeSet::new();
    let started = Instant::now();
    let mut tries = 0u64;
    for input in good {
        outcomes.insert(try_one(input, &mut take));
    }
    while started.elapsed() < Duration::from_secs_f64(seconds) {
        tries += 1;
        let input = bend::bend(&pool, &mut dice);
        if outcomes.insert(try_one(&input, &mut take)) && pool.len() < POOL_MAX {
            pool.push(input);
        }
    }
    println!("{tries} inputs, {} outcomes", outcomes.len());
    assert!(outcomes.len() > 1, "whatever comes, it comes to {outcomes:?}");
}

#[track_caller]
fn try_one(input: &[u8], take: &mut impl FnMut(&[u8]) -> String) -> String {
    catch_unwind(AssertUnwindSafe(|| take(input))).unwrap_or_else(|panic| {
        let what = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        panic!(
            "{}\nby {:?}\nin hex {}",
            what.unwrap_or_default(),
            String::from_utf8_lossy(input),
            hex(input)
        )
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn compressed(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 1).unwrap()
}
