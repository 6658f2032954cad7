//! Money and quantities, in and out.

use jishi_domain::{Fen, Quantity};
use proptest::prelude::*;

#[test]
fn a_quantity_is_digits_with_at_most_a_point_and_three_more() {
    for (text, thousandths) in [
        ("1", 1000),
        ("0.001", 1),
        ("3.275", 3275),
        ("2.5", 2500),
        ("2.50", 2500),
        ("007", 7000),
        ("0000000000000000000000000000001", 1000),
        ("1000000", 1_000_000_000),
        ("1000000.000", 1_000_000_000),
        ("999999.999", 999_999_999),
    ] {
        assert_eq!(
            Quantity::parse(text).map(Quantity::thousandths),
            Ok(thousandths),
            "{text}"
        );
    }
    for text in [
        "",
        "0",
        "0.000",
        "00",
        ".",
        ".5",
        "1.",
        "1.0005",
        "1.2.3",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1,5",
        "1e3",
        "0x1",
        "１",
        "一",
        "1000000.001",
        "1000001",
        "99999999999999999999999999",
        "1/2",
        "1:2",
        "NaN",
    ] {
        let refused = Quantity::parse(text).expect_err(text);
        assert_eq!(refused.code(), "bad_quantity");
    }
}

#[test]
fn a_quantity_is_said_long_or_short() {
    for (thousandths, long, short) in [
        (2000, "2.000", "2"),
        (3275, "3.275", "3.275"),
        (500, "0.500", "0.5"),
        (1, "0.001", "0.001"),
        (10_000_000, "10000.000", "10000"),
        (0, "0.000", "0"),
        (-1100, "-1.100", "-1.1"),
        (i64::MIN, "-9223372036854775.808", "-9223372036854775.808"),
    ] {
        let quantity = Quantity::from_thousandths(thousandths);
        assert_eq!(
            (quantity.to_string().as_str(), quantity.short().as_str()),
            (long, short)
        );
    }
    assert!(Quantity::from_thousandths(1).is_positive());
    assert!(!Quantity::ZERO.is_positive());
    assert!(!Quantity::from_thousandths(-1).is_positive());
}

#[test]
fn money_is_read_in_yuan_and_kept_in_fen() {
    for (fen, text) in [
        (25_800, "258.00"),
        (-92, "-0.92"),
        (-10_092, "-100.92"),
        (5, "0.05"),
        (0, "0.00"),
        (i64::MIN, "-92233720368547758.08"),
    ] {
        assert_eq!(Fen::new(fen).to_string(), text);
    }
    assert_eq!(format!("{:>8}", Fen::new(5)), "    0.05");
}

#[test]
fn sums_stop_at_the_edge() {
    let edge = Fen::new(i64::MAX);
    assert_eq!(edge.checked_add(Fen::new(1)), None);
    assert_eq!(Fen::new(i64::MIN).checked_sub(Fen::new(1)), None);
    assert_eq!(Fen::sum([Fen::new(7), Fen::new(-9)]), Some(Fen::new(-2)));
    assert_eq!(Fen::sum([edge, edge]), None);
    assert_eq!(Fen::MAX.get(), 1 << 53);
    assert_eq!(Fen::MAX.within_limit(), Some(Fen::MAX));
    assert_eq!(Fen::new((1 << 53) + 1).within_limit(), None);
    assert_eq!(Fen::new(-(1 << 53)).within_limit(), Some(Fen::new(-(1 << 53))));
    assert_eq!(Fen::new(-(1 << 53) - 1).within_limit(), None);
    assert_eq!(Quantity::MAX.checked_mul(i64::MAX), None);
    assert_eq!(
        Quantity::from_thousandths(7).checked_mul(3),
        Some(Quantity::from_thousandths(21))
    );
    assert_eq!(
        Quantity::from_thousandths(i64::MAX).checked_add(Quantity::from_thousandths(1)),
        None
    );
    assert_eq!(
        Quantity::from_thousandths(i64::MIN).checked_sub(Quantity::from_thousandths(1)),
        None
    );
}

#[test]
fn rounding_is_half_up() {
    for (amount, bp, rounded) in [
        (1, 5000, 1),
        (1, 4999, 0),
        (3, 5000, 2),
        (-1, 5000, 0),
        (-3, 5000, -1),
        (-1, 5001, -1),
        (12_800, 1000, 1280),
        (9_999, 825, 825),
        (1 << 53, 10_000, 1 << 53),
    ] {
        assert_eq!(
            Fen::new(amount).basis_points(bp),
            Some(Fen::new(rounded)),
            "{bp} bp of {amount}"
        );
    }
    assert_eq!(Fen::new(i64::MAX).basis_points(i64::MAX), None);
    for (price, thousandths, amount) in [
        (480, 3275, 1572),
        (777, 1333, 1036),
        (1, 500, 1),
        (1, 499, 0),
        (3, 500, 2),
    ] {
        let quantity = Quantity::from_thousandths(thousandths);
        assert_eq!(
            quantity.at_price(Fen::new(price)),
            Some(Fen::new(amount)),
            "{quantity} at {price}"
        );
    }
}

proptest! {
    #[test]
    fn parsing_never_panics(text in "\\PC{0,24}") {
        // Whatever is read comes out again as it was meant.
        if let Ok(quantity) = Quantity::parse(&text) {
            prop_assert!(quantity.is_positive() && quantity <= Quantity::MAX);
            prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
        }
    }

    #[test]
    fn a_quantity_survives_being_written(thousandths in 1_i64..=1_000_000_000) {
        let quantity = Quantity::from_thousandths(thousandths);
        prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
        prop_assert_eq!(Quantity::parse(&quantity.short()), Ok(quantity));
    }

    #[test]
    fn decimals_are_read_as_they_are_written(whole in 0_u32..1_000_000, fraction in "[0-9]{1,3}") {
        let expected = i64::from(whole) * 1000 + format!("{fraction:0<3}").parse::<i64>().expect("digits");
        let read = Quantity::parse(&format!("{whole}.{fraction}")).map(Quantity::thousandths).ok();
        prop_assert_eq!(read, (expected > 0).then_some(expected));
    }
}
