//! The order in which chains come does not matter, and a sale counts once.

use crate::common::{entries, new_ledger, store, totals};
use jishi_journal::SignedEntry;
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, projection_digest};
use jishi_testkit::{Shop, Story, cash_sale};
use proptest::prelude::*;
use std::path::Path;

/// Stores chains interleaved: each pick takes the next entry of one of them, then the rest in order.
fn pour(path: &Path, chains: &[Vec<SignedEntry>], picks: &[u8]) -> Ledger {
    let mut ledger = new_ledger(path);
    let mut next = vec![0; chains.len()];
    let take = |ledger: &mut Ledger, next: &mut Vec<usize>, chain: usize| {
        if let Some(signed) = chains[chain].get(next[chain]) {
            store(ledger, signed).unwrap();
            next[chain] += 1;
        }
    };
    for pick in picks {
        take(&mut ledger, &mut next, usize::from(*pick) % chains.len());
    }
    for chain in (0..chains.len()).rev() {
        while next[chain] < chains[chain].len() {
            take(&mut ledger, &mut next, chain);
        }
    }
    ledger
}

fn chains_of(ledger: &Ledger) -> Vec<Vec<SignedEntry>> {
    entries(ledger).into_iter().map(|(_, chain)| chain).collect()
}

/// Two tills, one of which was restored from a backup and sold some of the same ids again.
fn three_chains(seed: u64, steps: &[(u8, u16, u16)]) -> Vec<Vec<SignedEntry>> {
    let half = steps.len() / 2;
    let (shop, mut till) = Shop::with_fair(seed);
    let mut story = Story::named("a-");
    for step in &steps[..half] {
        story.step(&shop, &mut till, *step);
    }
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    till.sell(&cash_sale("twice-1", &[("honey", "3"), ("egg", "1")]))
        .unwrap();
    till.sell(&cash_sale("twice-2", &[("orange", "2.5")])).unwrap();
    for step in &steps[half..] {
        story.step(&shop, &mut till, *step);
    }
    let mut chains = chains_of(till.ledger());
    drop(till);

    let mut restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    restored
        .sell(&cash_sale("twice-2", &[("tea", "1"), ("honey", "1")]))
        .unwrap();
    restored.sell(&cash_sale("once", &[("egg", "2")])).unwrap();
    restored.sell(&cash_sale("twice-1", &[("honey", "2")])).unwrap();
    chains.push(chains_of(restored.ledger()).pop().unwrap());

    let (other_shop, mut other) = Shop::with_fair_at("T2", seed.wrapping_add(1));
    // The same ids at another till are other sales.
    other.sell(&cash_sale("twice-1", &[("honey", "1")])).unwrap();
    let mut story = Story::named("b-");
    for step in &steps[half..] {
        story.step(&other_shop, &mut other, *step);
    }
    chains.extend(chains_of(other.ledger()));
    assert_eq!(chains.len(), 3);
    chains
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn totals_do_not_depend_on_the_order_of_arrival(
        seed in any::<u64>(),
        steps in proptest::collection::vec(any::<(u8, u16, u16)>(), 2..24),
        picks in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let chains = three_chains(seed, &steps);
        let room = tempfile::tempdir().unwrap();
        let straight = pour(&room.path().join("straight.sqlite"), &chains, &[]);
        let mixed = pour(&room.path().join("mixed.sqlite"), &chains, &picks);
        prop_assert_eq!(totals(&straight), totals(&mixed));
        for (name, mut ledger) in [("straight", straight), ("mixed", mixed)] {
            let digest = projection_digest(&ledger).unwrap();
            ledger.rebuild(|_| true).unwrap();
            prop_assert_eq!(digest, projection_digest(&ledger).unwrap(), "{}", name);
        }
    }
}

#[test]
fn a_sale_recorded_on_a_chain_and_on_its_successor_counts_once() {
    let chains = three_chains(7, &[]);
    let room = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for (name, picks) in [("old-first", vec![0u8; 99]), ("new-first", vec![1; 99])] {
        let ledger = pour(&room.path().join(name), &chains, &picks);
        let sales = report::sales(&ledger, &Filter::default()).unwrap();
        let mut ids: Vec<(String, String)> = sales.into_iter().map(|sale| (sale.till, sale.id)).collect();
        ids.sort();
        let expected = [
            ("T1", "once"),
            ("T1", "twice-1"),
            ("T1", "twice-2"),
            ("T2", "twice-1"),
        ];
        assert_eq!(
            ids,
            expected.map(|(till, id)| (till.to_owned(), id.to_owned())),
            "{name}"
        );
        told.push(totals(&ledger));
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn a_shift_that_a_till_and_its_copy_both_close_is_closed_once_whichever_came_first() {
    let (shop, mut till) = Shop::with_fair(9);
    till.open_shift(Some("01"), 20_000).unwrap();
    till.sell(&cash_sale("before", &[("honey", "1")])).unwrap();
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    till.sell(&cash_sale("after", &[("egg", "1")])).unwrap();
    till.close_shift(Some(30_000)).unwrap();
    let mut chains = chains_of(till.ledger());
    drop(till);
    let mut restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    restored.close_shift(Some(24_500)).unwrap();
    chains.push(chains_of(restored.ledger()).pop().unwrap());

    let room = tempfile::tempdir().unwrap();
    // The second chain begins when the first is still open, so that both stores number them alike.
    let begun: Vec<u8> = vec![0, 1];
    let mut told = Vec::new();
    for (name, rest) in [("old-first", 0u8), ("new-first", 1)] {
        let picks: Vec<u8> = begun.iter().copied().chain(vec![rest; 99]).collect();
        let mut ledger = pour(&room.path().join(name), &chains, &picks);
        let digest = projection_digest(&ledger).unwrap();
        ledger.rebuild(|_| true).unwrap();
        assert_eq!(digest, projection_digest(&ledger).unwrap(), "{name}");
        told.push(digest);
    }
    assert_eq!(told[0], told[1]);
}
