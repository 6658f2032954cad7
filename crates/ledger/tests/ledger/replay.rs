//! Projections are those of a fresh replay, byte for byte, whatever the day brought.

use crate::common::{entries, new_ledger, store, totals};
use jishi_ledger::{Ledger, OpenMode, projection_digest};
use jishi_testkit::{Shop, Story};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_is_the_same_replayed(
        seed in any::<u64>(),
        steps in proptest::collection::vec(any::<(u8, u16, u16)>(), 1..40),
    ) {
        let (shop, mut till) = Shop::with_fair(seed);
        let mut story = Story::default();
        for step in steps {
            story.step(&shop, &mut till, step);
        }
        let told = projection_digest(till.ledger()).unwrap();
        let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
        prop_assert!(verdict.is_good(), "{verdict:?}");

        // The same entries into an empty store, one by one.
        let mut other = new_ledger(&shop.path("other.sqlite"));
        for (_, chain) in entries(till.ledger()) {
            for signed in chain {
                prop_assert!(store(&mut other, &signed).unwrap());
            }
        }
        prop_assert_eq!(&told, &projection_digest(&other).unwrap());
        let told_totals = totals(&other);

        // And replayed in place.
        other.rebuild(|_| true).unwrap();
        prop_assert_eq!(&told, &projection_digest(&other).unwrap());
        prop_assert_eq!(told_totals, totals(&other));
    }
}

#[test]
fn a_rebuild_that_is_stopped_changes_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    let mut story = Story::default();
    for what in 0..14u8 {
        story.step(&shop, &mut till, (what, u16::from(what) * 7, 5));
    }
    drop(till);
    let mut ledger = Ledger::open(&shop.folder().database(), OpenMode::Write).unwrap();
    let told = projection_digest(&ledger).unwrap();
    assert_eq!(ledger.rebuild(|_| false).unwrap(), None);
    assert_eq!(projection_digest(&ledger).unwrap(), told);
    let all = ledger.chains().unwrap()[0].head.seq;
    assert_eq!(ledger.rebuild(|_| true).unwrap(), Some(all));
    assert_eq!(projection_digest(&ledger).unwrap(), told);
}
