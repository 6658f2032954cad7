//! That the simulator finds what is wrong: each planted bug fails a seed that is good without it.
#![allow(clippy::panic, reason = "tests")]

use jishi_sim::{Bug, Shape, run, run_hard, run_shape};

/// Where the seed that is known to find it finds it no more, others are tried.
const SEEDS_MAX: u64 = 24;
const KNOWN_TO_WAIT: u64 = 32;

#[track_caller]
fn is_caught(bug: Bug, known: u64) {
    let seeds = std::iter::once(known).chain(0..SEEDS_MAX);
    let found = seeds
        .into_iter()
        .find_map(|seed| run_hard(seed, Some(bug)).err())
        .unwrap_or_else(|| panic!("{bug:?} is not found"));
    if let Err(failure) = run_hard(found.seed, None) {
        panic!(
            "seed {} fails without {bug:?} as well: {}",
            found.seed, failure.what
        );
    }
}

macro_rules! teeth {
    ($($name:ident: $bug:ident, $known:literal;)*) => {
        $(
            #[test]
            fn $name() {
                is_caught(Bug::$bug, $known);
            }
        )*

        #[test]
        fn each_bug_has_its_test() {
            let tried = [$(Bug::$bug,)* Bug::DrawsBeyondItsPart, Bug::WaitsForNobody];
            assert!(Bug::ALL.iter().all(|bug| tried.contains(bug)));
        }
    };
}

/// In an ordinary run: where tills come back from backups and disks are cloned, a lot may be overdrawn all the same.
#[test]
fn drawing_beyond_its_part() {
    let bug = Some(Bug::DrawsBeyondItsPart);
    // The till's rows are not those of its journal either; here it is about what came in.
    let found = (0..2 * SEEDS_MAX)
        .filter_map(|seed| run(seed, bug).err())
        .find(|failure| failure.what.contains("jars"));
    let found = found.unwrap_or_else(|| panic!("{bug:?} is not found"));
    if let Err(failure) = run(found.seed, None) {
        panic!(
            "seed {} fails without {bug:?} as well: {}",
            found.seed, failure.what
        );
    }
}

/// In runs of a centre with tills right beneath it, which remember what they were told.
#[test]
fn a_restored_server_that_waits_for_nobody() {
    let shape = Shape {
        tills: 2,
        hubs: 0,
        days: 2,
        acts: 4,
        faults: 6,
        verifies_all: false,
    };
    let bug = Some(Bug::WaitsForNobody);
    let seeds = std::iter::once(KNOWN_TO_WAIT).chain(0..8 * SEEDS_MAX);
    let found = seeds
        .into_iter()
        .filter_map(|seed| run_shape(seed, shape, bug).err())
        .find(|failure| failure.what.contains("again"));
    let found = found.unwrap_or_else(|| panic!("{bug:?} is not found"));
    println!("seed {} finds it", found.seed);
    if let Err(failure) = run_shape(found.seed, shape, None) {
        panic!(
            "seed {} fails without {bug:?} as well: {}",
            found.seed, failure.what
        );
    }
}

teeth! {
    acknowledging_the_maximum: AcknowledgesTheMaximum, 2;
    acknowledging_before_the_commit: AcknowledgesBeforeCommit, 0;
    comparing_no_hash: ComparesNoHash, 1;
    checking_no_signature: ChecksNoSignature, 0;
    synchronous_normal: SynchronousNormal, 1;
    a_sync_that_does_nothing: SyncIgnored, 1;
    a_lost_retry: LostRetry, 1;
    a_back_off_that_never_returns: EndlessBackOff, 1;
    trusting_the_clock: TrustsTheClock, 28;
    a_checkpoint_apart_from_the_data: CheckpointApart, 2;
    skipping_an_entry: SkipsAnEntry, 0;
    a_restored_key: RestoredKey, 56;
    receipt_numbers_again: NumbersAgain, 56;
    a_stick_that_counts_twice: StickCountsTwice, 5;
    an_id_that_counts_twice: IdCountsTwice, 0;
    a_refusal_that_is_final: RefusalIsFinal, 4;
    a_server_that_does_not_notice_that_it_came_back: ForgetsItsEnds, 0;
}
