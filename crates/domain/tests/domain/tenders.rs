//! Tenders and change.

use jishi_domain::{Fen, Tender, TenderKind, figure_tenders, suggest_cash};
use proptest::prelude::*;

use crate::common::plain;

fn pay(total: i64, tenders: &[(&str, i64)]) -> Result<(i64, i64), &'static str> {
    let tenders: Vec<Tender> = tenders
        .iter()
        .map(|(kind, fen)| Tender {
            kind: TenderKind::from_code(kind).expect("a known kind"),
            fen: *fen,
        })
        .collect();
    figure_tenders(Fen::new(total), &tenders)
        .map(|figures| (figures.tendered.get(), figures.change.get()))
        .map_err(|error| error.code())
}

#[test]
fn only_cash_gives_change() {
    assert_eq!(pay(0, &[]), Ok((0, 0)));
    assert_eq!(pay(0, &[("cash", 500)]), Ok((500, 500)));
    assert_eq!(pay(0, &[("wechat", 500)]), Err("tender_over"));
    assert_eq!(pay(1000, &[("cash", 1000)]), Ok((1000, 0)));
    assert_eq!(pay(1000, &[("cash", 10_000)]), Ok((10_000, 9000)));
    assert_eq!(pay(1000, &[("wechat", 400), ("cash", 1000)]), Ok((1400, 400)));
    assert_eq!(pay(1000, &[("wechat", 1000), ("cash", 100)]), Ok((1100, 100)));
    assert_eq!(pay(1000, &[("alipay", 1001)]), Err("tender_over"));
    assert_eq!(pay(1000, &[("voucher", 600), ("card", 401)]), Err("tender_over"));
    assert_eq!(pay(1000, &[]), Err("tender_short"));
    assert_eq!(pay(1000, &[("account", 600), ("cash", 399)]), Err("tender_short"));
}

#[test]
fn a_tender_is_above_0_and_has_limits() {
    assert_eq!(pay(1000, &[("cash", 0)]), Err("bad_tender"));
    assert_eq!(pay(1000, &[("cash", 2000), ("wechat", -1000)]), Err("bad_tender"));
    assert_eq!(pay(1, &[("cash", (1 << 53) + 1)]), Err("amount_too_large"));
    assert_eq!(pay(1, &[("cash", 1 << 53)]), Ok((1 << 53, (1 << 53) - 1)));
    assert_eq!(pay(1, &[("cash", 1 << 53), ("cash", 1)]), Err("amount_too_large"));
    assert_eq!(
        pay(1, &[("cash", i64::MAX), ("cash", 0)]),
        Err("amount_too_large")
    );
}

#[test]
fn every_kind_has_its_code() {
    let codes: Vec<&str> = TenderKind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(
        codes,
        [
            "cash", "qr", "wechat", "alipay", "unionpay", "ecny", "card", "transfer", "voucher", "account",
            "exchange"
        ]
    );
    assert_eq!(TenderKind::from_code("gold"), None);
    // Goods that pay for goods are the till's own doing.
    assert_eq!(TenderKind::from_code("exchange"), Some(TenderKind::Exchange));
    assert_eq!(TenderKind::tendered("exchange"), None);
    assert_eq!(TenderKind::tendered("cash"), Some(TenderKind::Cash));
}

#[test]
fn cash_is_suggested_as_buyers_hand_it_over() {
    for (total, suggested) in [
        (25_800, &[25_800, 26_000, 27_000, 30_000][..]),
        (300, &[300, 500, 1000, 2000, 5000, 10_000]),
        (10_000, &[10_000]),
        (10_001, &[10_001, 10_100, 10_500, 11_000, 12_000, 15_000, 20_000]),
        (4_350, &[4_350, 4_400, 4_500, 5_000, 6_000, 10_000]),
        (0, &[]),
        (-5, &[]),
    ] {
        assert_eq!(plain(&suggest_cash(Fen::new(total))), suggested, "{total}");
    }
}

proptest! {
    #[test]
    fn suggestions_rise_from_the_total(total in 1_i64..=1 << 53) {
        let suggested = plain(&suggest_cash(Fen::new(total)));
        prop_assert_eq!(suggested[0], total);
        prop_assert!(suggested.is_sorted() && suggested.len() <= 7);
        prop_assert!(suggested[1..].iter().all(|fen| fen % 100 == 0 && *fen > total && fen - total <= 10_000));
    }
}

#[test]
fn what_each_kind_of_money_waits_for() {
    // (paid by a code that only a bill verifies, given back only when a bill shows it)
    let waits = |kind: TenderKind| (kind.is_paid_by_code(), kind.goes_back_later());
    for kind in TenderKind::ALL {
        let expected = match kind.code() {
            "qr" | "wechat" | "alipay" | "unionpay" | "ecny" => (true, true),
            "card" | "transfer" => (false, true),
            "cash" | "voucher" | "account" | "exchange" => (false, false),
            code => panic!("{code}"),
        };
        assert_eq!(waits(kind), expected, "{}", kind.code());
    }
    assert_eq!(TenderKind::tendered("cash"), Some(TenderKind::Cash));
    assert_eq!(TenderKind::tendered("exchange"), None);
    assert_eq!(TenderKind::tendered("gold"), None);
    assert_eq!(TenderKind::from_code("exchange"), Some(TenderKind::Exchange));
}
