//! `make sim`: runs seeds, says where one fails, and plays one again.
//!
//! `SEED=n` plays one seed, twice where it is good, and tells what happened. `SEEDS=n` runs so many, from `FROM`.
//! With `HARD=1` more goes wrong in each. `LARGE=n` runs so many of fifty tills and a year.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here fails the run"
)]

use jishi_sim::{Failure, Outcome, Shape, run, run_hard, run_shape};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

fn main() -> ExitCode {
    let failed = match (number("SEED"), number("LARGE")) {
        (Some(seed), _) => play_again(seed),
        (None, Some(many)) => many_at_once(number("FROM").unwrap_or(0), many, |seed| {
            run_shape(seed, Shape::LARGE, None)
        }),
        (None, None) => many_at_once(
            number("FROM").unwrap_or(0),
            number("SEEDS").unwrap_or(2_000),
            |seed| run(seed, None),
        ),
    };
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

type Played = Result<Outcome, Box<Failure>>;

fn play_one(seed: u64) -> Played {
    match number("HARD").is_some() {
        true => run_hard(seed, None),
        false => run(seed, None),
    }
}

/// A panic of the program is a failure as well.
fn caught(seed: u64, play: impl Fn(u64) -> Played) -> Played {
    catch_unwind(AssertUnwindSafe(|| play(seed))).unwrap_or_else(|panic| {
        let what = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Box::new(Failure {
            seed,
            day: 0,
            step: 0,
            what: format!("panicked: {}", what.unwrap_or_default()),
            trace: Vec::new(),
        }))
    })
}

fn play_again(seed: u64) -> u64 {
    match caught(seed, play_one) {
        Ok(outcome) => {
            let again = caught(seed, play_one).ok();
            println!("seed {seed}: {outcome:#?}");
            if again.as_ref() != Some(&outcome) {
                println!("seed {seed}: another time it went otherwise: {again:#?}");
                return 1;
            }
            0
        }
        Err(failure) => {
            for line in &failure.trace {
                println!("{line}");
            }
            tell(&failure);
            1
        }
    }
}

/// On as many threads as there are processors.
fn many_at_once(from: u64, many: u64, play: impl Fn(u64) -> Played + Sync) -> u64 {
    let next = AtomicU64::new(from);
    let failed = AtomicU64::new(0);
    let (steps, sales) = (AtomicU64::new(0), AtomicU64::new(0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + many {
                        break;
                    }
                    match caught(seed, &play) {
                        Ok(outcome) => {
                            steps.fetch_add(outcome.steps, Ordering::Relaxed);
                            sales.fetch_add(outcome.sales as u64, Ordering::Relaxed);
                        }
                        Err(failure) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            tell(&failure);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner();
    println!(
        "{many} seeds from {from}: {} steps, {} sales, {failed} failed",
        steps.into_inner(),
        sales.into_inner()
    );
    failed
}

fn tell(failure: &Failure) {
    println!(
        "seed {} day {} step {}: {}\n  again: make sim SEED={}",
        failure.seed, failure.day, failure.step, failure.what, failure.seed
    );
}
