//! Sharing a lot out, as tables: what is undistributed, who has how much left, who gets what.

use jishi_domain::{Quantity, Taker, allot_evenly, allot_more};
use proptest::prelude::*;

fn units(text: &str) -> Quantity {
    match text.strip_prefix('-') {
        Some(text) => Quantity::from_thousandths(-Quantity::parse(text).expect("a quantity").thousandths()),
        None if text == "0" => Quantity::ZERO,
        None => Quantity::parse(text).expect("a quantity"),
    }
}

/// `"17 2x40"`: one with 17 left, and one that stands for two tills with 40 left.
fn takers(text: &str) -> Vec<Taker> {
    let takers = text.split_whitespace().map(|taker| {
        let (tills, left) = taker.split_once('x').unwrap_or(("1", taker));
        Taker {
            tills: tills.parse().expect("a number"),
            left: units(left),
        }
    });
    takers.collect()
}

fn said(given: Vec<Quantity>) -> String {
    let given: Vec<String> = given.into_iter().map(Quantity::short).collect();
    given.join(" ")
}

#[test]
fn more_is_given_to_who_runs_low() {
    for (undistributed, who, expected) in [
        // The first round: half of it, evenly.
        ("100", "0 0 0", "17 17 17"),
        ("100", "0", "25"),
        ("100", "0 0", "25 25"),
        // Whoever has less than the next part would be gets that part.
        ("49", "17 8 3", "0 9 9"),
        ("49", "9 9 9", "0 0 0"),
        // The last pieces go to who has least.
        ("2", "0 1 0", "1 0 1"),
        ("1", "0 0 0", "1 0 0"),
        ("1", "1 1 0", "0 0 1"),
        ("0.4", "2 0", "0 0.4"),
        // Whole units while there are any.
        ("7.5", "0 0", "2 2"),
        // One that drew more than it had comes first.
        ("3", "0 -2 0", "1 1 1"),
        ("1", "0 -2 0", "0 1 0"),
        // A hub stands for its tills.
        ("100", "3x0 0", "38 13"),
        ("0", "0 0", "0 0"),
        ("-5", "0 0", "0 0"),
        ("5", "", ""),
    ] {
        let given = allot_more(units(undistributed), &takers(who));
        assert_eq!(said(given), expected, "{undistributed} to {who}");
    }
}

#[test]
fn all_of_it_evenly() {
    for (undistributed, who, expected) in [
        ("100", "0 0 0", "34 33 33"),
        ("2", "0 0 0", "1 1 0"),
        ("2.5", "0 0", "1.5 1"),
        ("0.4", "0 0", "0.4 0"),
        ("100", "3x0 5", "75 25"),
        ("7", "0", "7"),
        ("-1", "0 0", "0 0"),
        ("5", "", ""),
    ] {
        let given = allot_evenly(units(undistributed), &takers(who));
        assert_eq!(said(given), expected, "{undistributed} to {who}");
    }
}

proptest! {
    /// Whatever is known of whom: never more than there is, nothing is taken back, and while there is any, nobody who
    /// has nothing goes without where there is enough for all.
    #[test]
    fn never_more_than_there_is(
        undistributed in 0i64..=1_000_000_000,
        takers in prop::collection::vec((1u32..50, -5_000i64..2_000_000), 1..40),
    ) {
        let undistributed = Quantity::from_thousandths(undistributed);
        let takers: Vec<Taker> = takers
            .into_iter()
            .map(|(tills, left)| Taker { tills, left: Quantity::from_thousandths(left) })
            .collect();
        for given in [allot_more(undistributed, &takers), allot_evenly(undistributed, &takers)] {
            prop_assert_eq!(given.len(), takers.len());
            prop_assert!(given.iter().all(|given| *given >= Quantity::ZERO));
            let sum: i64 = given.iter().map(|given| given.thousandths()).sum();
            prop_assert!(sum <= undistributed.thousandths());
        }
        let evenly: i64 = allot_evenly(undistributed, &takers).iter().map(|given| given.thousandths()).sum();
        prop_assert_eq!(evenly, undistributed.thousandths());
        if undistributed.thousandths() >= 1000 * takers.len() as i64 {
            let given = allot_more(undistributed, &takers);
            for (taker, given) in takers.iter().zip(given) {
                prop_assert!(taker.left.is_positive() || given.is_positive());
            }
        }
    }

    /// Three tills that sell whatever they have: in the end all of it is given, and no till ever had more than came in.
    #[test]
    fn in_the_end_all_of_it_is_given(lot in 1i64..100_000, sold in prop::collection::vec(0usize..3, 200)) {
        let mut left = [0i64; 3];
        let mut undistributed = lot;
        let mut drawn = 0;
        for till in sold.into_iter().chain((0..600).map(|turn| turn % 3)) {
            let takers = left.map(|left| Taker { tills: 1, left: Quantity::from_thousandths(left) });
            for (left, given) in left.iter_mut().zip(allot_more(Quantity::from_thousandths(undistributed), &takers)) {
                *left += given.thousandths();
                undistributed -= given.thousandths();
            }
            prop_assert!(undistributed >= 0);
            prop_assert_eq!(undistributed + left.iter().sum::<i64>() + drawn, lot);
            let draw = left[till].min(2_500);
            left[till] -= draw;
            drawn += draw;
        }
        prop_assert_eq!(drawn, lot);
    }
}
