//! Vouchers and tickets that come back, and what a voucher had paid.

use super::*;

#[test]
fn unused_vouchers_and_tickets_come_back_and_used_ones_do_not() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(
        &mut till,
        &paid_with(
            "v",
            &[("v50", "3")],
            &[("wechat", 10_000, None), ("cash", 5_000, None)],
        ),
    );
    let sold = sold.unwrap();
    let jar = paid_with(
        "a",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 2)))],
    );
    sell(&mut till, &jar).unwrap();
    assert_eq!(
        refund(&mut till, &back("r", "v", "3")),
        Err("passes_used".to_owned())
    );
    assert_eq!(
        refund(&mut till, &back("r", "T1-000001", "4")),
        Err("refund_exceeds_sale".to_owned())
    );
    assert_eq!(
        refund(&mut till, &back("r", "v", "0.5")),
        Err("bad_quantity".to_owned())
    );
    let void = till.void_in_shift(&void_of("w", "v")).unwrap_err();
    assert_eq!(void.code(), "passes_used");
    assert_eq!(refund(&mut till, &back("r", "v", "1")), Ok(5_000));
    let gone = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 1)))],
    );
    assert_eq!(sell(&mut till, &gone).unwrap_err(), "pass_returned");
    let shift = till.shift_report().unwrap();
    assert_eq!(
        (shift.figures.vouchers_sold, shift.figures.vouchers_returned),
        (15_000, 5_000)
    );
    assert_eq!(shift.figures.cash_expected, 0);

    let tour = sell(&mut till, &cash_sale("t", &[("tour", "3")])).unwrap();
    redeem(&mut till, "x", &code_of(&tour, 2)).unwrap();
    assert_eq!(
        refund(&mut till, &back("y", "t", "3")),
        Err("passes_used".to_owned())
    );
    assert_eq!(till.void(&void_of("y", "t")).unwrap_err().code(), "passes_used");
    assert_eq!(refund(&mut till, &back("y", "t", "2")), Ok(13_602));
    for piece in [0, 1] {
        assert_eq!(
            redeem(&mut till, "z", &code_of(&tour, piece)),
            Err("pass_returned".to_owned())
        );
    }
    let none = report::parties(till.ledger(), &Filter::default()).unwrap();
    let h3 = none.iter().find(|row| row.party == "H3").unwrap();
    assert_eq!(h3.attributed, 2_267, "a third of the one that was had");
    // A void within the shift, of what nobody has used.
    let more = sell(&mut till, &cash_sale("m", &[("v50", "2")])).unwrap();
    assert_eq!(
        till.void_in_shift(&void_of("n", &more.number)).unwrap().total,
        10_000
    );
    assert_eq!(
        till.void_in_shift(&void_of("o", &more.number))
            .unwrap_err()
            .code(),
        "already_voided"
    );
    till.close_shift(None).unwrap();
    sound(&shop, &mut till);
}

#[test]
fn what_a_voucher_paid_goes_back_as_a_voucher() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    let mixed = [("voucher", 5_000, Some(code_of(&sold, 0))), ("cash", 4_000, None)];
    let mixed: Vec<_> = mixed
        .iter()
        .map(|(kind, fen, code)| (*kind, *fen, code.as_deref()))
        .collect();
    sell(&mut till, &paid_with("a", &[("honey", "2")], &mixed)).unwrap();
    let void = till.void(&void_of("x", "a")).unwrap();
    assert_eq!(void.total, 9_000);
    let given = &void.passes[0];
    assert_eq!((given.face, given.until.as_deref()), (5_000, Some("2027-11-21")));
    assert!(
        till.void(&void_of("x", "a")).unwrap().passes == void.passes,
        "the same code again"
    );
    let old = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 0)))],
    );
    assert_eq!(sell(&mut till, &old).unwrap_err(), "voucher_used");
    let new = paid_with("b", &[("honey", "1")], &[("voucher", 4_500, Some(&given.code))]);
    sell(&mut till, &new).unwrap();
    sound(&shop, &mut till);
}
