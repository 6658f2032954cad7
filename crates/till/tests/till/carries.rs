//! What a lot's parties are owed to the fraction of a fen is never lost, and never stored.

use jishi_testkit::{Shop, Story, cash_sale};
use jishi_till::Till;
use jishi_till::wire::SaleResult;
use proptest::prelude::*;

fn lines_of(till: &Till) -> Vec<String> {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    entries.into_iter().map(|signed| signed.line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// A till that is closed and opened between records the very same bytes as one that stays open.
    #[test]
    fn closing_in_between_changes_no_byte(
        seed in any::<u64>(),
        steps in proptest::collection::vec((any::<(u8, u16, u16)>(), any::<bool>()), 1..30),
    ) {
        let (open_shop, mut open) = Shop::with_fair(seed);
        let (closed_shop, mut closed) = Shop::with_fair(seed);
        let (mut open_story, mut closed_story) = (Story::default(), Story::default());
        for (step, close) in steps {
            let told = open_story.step(&open_shop, &mut open, step);
            prop_assert_eq!(told, closed_story.step(&closed_shop, &mut closed, step));
            if close {
                closed = closed_shop.reopen(closed);
            }
        }
        prop_assert_eq!(open_story.sales(), closed_story.sales());
        prop_assert_eq!(lines_of(&open), lines_of(&closed));
    }
}

/// 1 fen a sale of a pool of 3 to 1: three for the first, one for the second, whenever the till closes.
#[test]
fn single_fen_go_round_the_pool() {
    let (shop, mut till) = Shop::with_fair(1);
    let attributed = |result: &SaleResult| result.lines[0].draws[0].attributed.clone();
    let mut sums = [0, 0];
    for number in 0..40 {
        let mut request = cash_sale(&format!("s{number}"), &[("honey", "0.001")]);
        request.lines[0].price = Some(1_000);
        let parts = attributed(&till.sell(&request).unwrap());
        assert_eq!(parts.iter().sum::<i64>(), 1);
        sums = [sums[0] + parts[0], sums[1] + parts[1]];
        if number % 7 == 0 {
            till = shop.reopen(till);
        }
    }
    assert_eq!(sums, [30, 10]);
}

#[test]
fn a_revision_begins_with_nothing_carried_and_changes_nothing_recorded() {
    let (shop, mut till) = Shop::with_fair(1);
    let fen = |till: &mut Till, id: &str| {
        let mut request = cash_sale(id, &[("honey", "0.001")]);
        request.lines[0].price = Some(1_000);
        let result = till.sell(&request).unwrap();
        result.lines[0].draws[0].attributed.clone()
    };
    // 3 to 1: the first, the first, then the second has waited longest.
    assert_eq!(fen(&mut till, "a"), [1, 0]);
    assert_eq!(fen(&mut till, "b"), [1, 0]);
    let before = jishi_ledger::report::parties(till.ledger(), &Default::default()).unwrap();

    let mut file = jishi_testkit::small_fair();
    file.lots.truncate(1);
    file.lots[0].qty = "29".to_owned();
    let report = till.import(&file, false).unwrap();
    assert_eq!(report.revised, 1);
    assert_eq!(
        jishi_ledger::report::parties(till.ledger(), &Default::default()).unwrap(),
        before
    );
    // With what was carried the next fen but one would be the second's.
    assert_eq!(fen(&mut till, "c"), [1, 0]);
    assert_eq!(fen(&mut till, "d"), [1, 0]);
    till = shop.reopen(till);
    assert_eq!(fen(&mut till, "e"), [0, 1]);
    // What is left is over all revisions.
    let lots = jishi_ledger::report::lots(till.ledger(), &Default::default()).unwrap();
    let honey = lots.iter().find(|lot| lot.lot == "L1").unwrap();
    assert_eq!(
        (honey.received.as_str(), honey.sold.as_str(), honey.left.as_str()),
        ("29.000", "0.005", "28.995")
    );
}
