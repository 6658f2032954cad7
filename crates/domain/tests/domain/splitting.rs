//! Apportion and split: tables, and the specification's loops word for word beside them.

use jishi_domain::{Carry, Fen, SplitError, apportion, split};
use proptest::prelude::*;

use crate::common::{fen, plain};

#[test]
fn the_fen_left_over_go_to_the_largest_remainders() {
    for (amount, weights, parts) in [
        (1000, &[1, 1, 1][..], &[334, 333, 333][..]),
        (500, &[1999, 666, 1036], &[270, 90, 140]),
        (2, &[1, 1, 1], &[1, 1, 0]),
        (10, &[0, 1, 0, 2], &[0, 3, 0, 7]),
        (0, &[0, 0], &[0, 0]),
        (0, &[], &[]),
        (7, &[5], &[7]),
        (1, &[1, 2, 2], &[0, 1, 0]),
        (i64::MAX, &[i64::MAX, i64::MAX], &[i64::MAX / 2 + 1, i64::MAX / 2]),
    ] {
        assert_eq!(
            apportion(Fen::new(amount), weights).map(|parts| plain(&parts)),
            Ok(parts.to_vec())
        );
    }
}

#[test]
fn what_cannot_be_divided_is_said() {
    for (amount, weights, error, code) in [
        (-1, &[1][..], SplitError::AmountNegative, "amount_negative"),
        (1, &[], SplitError::WeightsUnfit, "weights_unfit"),
        (1, &[0, 0], SplitError::WeightsUnfit, "weights_unfit"),
        (1, &[2, -1], SplitError::WeightsUnfit, "weights_unfit"),
    ] {
        assert_eq!(
            apportion(Fen::new(amount), weights),
            Err(error),
            "{amount} over {weights:?}"
        );
        assert_eq!(error.code(), code);
    }
    assert_eq!(
        Carry::from_given(&[1, 1], &fen(&[1])),
        Err(SplitError::WeightsUnfit)
    );
    let other = Carry::zero(&[1, 2]).expect("fits");
    assert_eq!(split(Fen::new(1), &[1, 1], &other), Err(SplitError::WeightsUnfit));
    assert_eq!(
        split(Fen::new(1), &[1, 1, 1], &other),
        Err(SplitError::WeightsUnfit)
    );
    assert_eq!(
        split(Fen::ZERO, &[1, 1, 1], &other),
        Err(SplitError::WeightsUnfit)
    );
    // Sums no history of sales can reach overflow, and say so.
    let far = Carry::from_given(&[i64::MAX; 8], &fen(&[i64::MAX, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(far, Err(SplitError::AmountTooLarge));
    assert_eq!(SplitError::AmountTooLarge.code(), "amount_too_large");
}

#[test]
fn the_carry_follows_from_what_was_given() {
    let carry = Carry::from_given(&[1, 2], &fen(&[1, 0])).expect("fits");
    assert_eq!((carry.numerators(), carry.denominator()), (&[-2, 2][..], 3));
    assert_eq!(
        split(Fen::new(1), &[1, 2], &carry).map(|parts| plain(&parts)),
        Ok(vec![0, 1])
    );
}

#[test]
fn thousands_of_the_largest_shares_are_divided() {
    let weights = vec![i64::MAX; 3000];
    let parts = apportion(Fen::MAX, &weights).expect("fits");
    assert_eq!(Fen::sum(parts.iter().copied()), Some(Fen::MAX));
    let carry = Carry::from_given(&weights, &parts).expect("fits");
    let next = split(Fen::MAX, &weights, &carry).expect("fits");
    let both: Vec<i64> = parts
        .iter()
        .zip(&next)
        .map(|(first, second)| first.get() + second.get())
        .collect();
    let (least, most) = (both.iter().min().expect("some"), both.iter().max().expect("some"));
    assert!(most - least <= 1);
}

#[test]
fn a_history_that_never_was_is_put_right_at_once() {
    // Far ahead: the second gives nothing, the first only what there is to give, at once and to the fen.
    let carry = Carry::from_given(&[1, 1, 1], &fen(&[0, 1 << 50, 3])).expect("fits");
    assert_eq!(
        split(Fen::new(100), &[1, 1, 1], &carry).map(|parts| plain(&parts)),
        Ok(vec![52, 0, 48])
    );
}

/// Steps 1 to 3 of the specification, one fen at a time; the carry is kept, times Σweight.
pub(crate) fn split_by_the_letter(amount: i128, weights: &[i128], carry: &mut [i128]) -> Vec<i128> {
    // A draw of no lot has no vectors.
    if amount == 0 || weights.is_empty() {
        return vec![0; weights.len()];
    }
    let whole: i128 = weights.iter().sum();
    let ideal: Vec<i128> = weights
        .iter()
        .zip(carry.iter())
        .map(|(weight, carry)| carry + amount * weight)
        .collect();
    let mut given: Vec<i128> = ideal.iter().map(|ideal| ideal.div_euclid(whole).max(0)).collect();
    while given.iter().sum::<i128>() < amount {
        let mut chosen = 0;
        for index in 0..given.len() {
            if ideal[index] - given[index] * whole > ideal[chosen] - given[chosen] * whole {
                chosen = index;
            }
        }
        given[chosen] += 1;
    }
    while given.iter().sum::<i128>() > amount {
        let mut chosen = None;
        for index in 0..given.len() {
            let behind = ideal[index] - given[index] * whole;
            if given[index] > 0 && chosen.is_none_or(|(_, least)| behind <= least) {
                chosen = Some((index, behind));
            }
        }
        given[chosen.expect("somebody has something").0] -= 1;
    }
    for index in 0..given.len() {
        carry[index] = ideal[index] - given[index] * whole;
    }
    given
}

fn weights() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![2 => 0_i64..=5, 1 => 0_i64..=400, 1 => Just(1)], 1..12)
        .prop_filter("not all 0", |weights| weights.iter().any(|weight| *weight > 0))
}

proptest! {
    #[test]
    fn a_run_of_splits_is_the_specifications(
        weights in weights(),
        amounts in prop::collection::vec(prop_oneof![0_i64..=40, 0_i64..=100_000], 1..30),
    ) {
        let wide: Vec<i128> = weights.iter().map(|weight| i128::from(*weight)).collect();
        let mut carry = vec![0; weights.len()];
        let mut given = vec![Fen::ZERO; weights.len()];
        for amount in amounts {
            let expected = split_by_the_letter(i128::from(amount), &wide, &mut carry);
            let known = Carry::from_given(&weights, &given).expect("fits");
            let parts = split(Fen::new(amount), &weights, &known).expect("divides");
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.get())).collect::<Vec<_>>(), expected);
            for (sum, part) in given.iter_mut().zip(&parts) {
                *sum = sum.checked_add(*part).expect("small");
            }
            let after = Carry::from_given(&weights, &given).expect("fits");
            prop_assert_eq!(after.numerators(), &carry[..]);
        }
    }

    // Histories far off any that sales make, so that fen are taken back for many rounds.
    #[test]
    fn any_history_is_continued_as_specified(
        (weights, given) in weights().prop_flat_map(|weights| {
            let count = weights.len();
            (Just(weights), prop::collection::vec(0_i64..60, count))
        }),
        amount in 0_i64..=200,
    ) {
        let carry = Carry::from_given(&weights, &fen(&given)).expect("fits");
        let wide: Vec<i128> = weights.iter().map(|weight| i128::from(*weight)).collect();
        let expected = split_by_the_letter(i128::from(amount), &wide, &mut carry.numerators().to_vec());
        let parts = split(Fen::new(amount), &weights, &carry).expect("divides");
        prop_assert_eq!(parts.iter().map(|part| i128::from(part.get())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn parts_sum_to_the_amount_and_none_is_negative(
        weights in prop::collection::vec(0_i64..=i64::MAX, 1..40),
        amount in 0_i64..=(1 << 53),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = apportion(Fen::new(amount), &weights).expect("divides");
        prop_assert_eq!(Fen::sum(parts.iter().copied()), Some(Fen::new(amount)));
        let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(amount) * i128::from(*weight);
            let off = (i128::from(part.get()) * whole - exact).abs();
            prop_assert!(!part.is_negative() && off < whole);
        }
    }
}
