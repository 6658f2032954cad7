//! The same request again records nothing and answers the same, however much came between.

use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::Till;
use jishi_till::view::Bearer;
use jishi_till::wire::{RefundLineRequest, RefundRequest};

fn refund() -> RefundRequest {
    RefundRequest {
        id: "back".to_owned(),
        sale: "T1-000001".to_owned(),
        lines: vec![RefundLineRequest {
            line: 1,
            qty: "1".to_owned(),
            restock: false,
            borne_by: Bearer::Operator,
        }],
        tenders: Vec::new(),
    }
}

#[test]
fn a_repeated_request_is_answered_as_the_first_time() {
    let (shop, mut till) = Shop::with_fair(1);
    let sale = cash_sale("sale", &[("honey", "2"), ("orange", "1.25")]);
    let void = void_of("void", "other");
    let first_sale = till.sell(&sale).unwrap();
    till.sell(&cash_sale("other", &[("tea", "1")])).unwrap();
    let first_refund = till.refund(&refund()).unwrap();
    let first_void = till.void(&void).unwrap();
    assert!(!first_sale.repeated && !first_refund.repeated && !first_void.repeated);

    let again = |till: &mut Till| {
        let head = till.head();
        let mut sale = till.sell(&sale).unwrap();
        let mut back = till.refund(&refund()).unwrap();
        let mut voided = till.void(&void).unwrap();
        for repeated in [&mut sale.repeated, &mut back.repeated, &mut voided.repeated] {
            assert!(std::mem::take(repeated));
        }
        assert_eq!((&sale, &back, &voided), (&first_sale, &first_refund, &first_void));
        assert_eq!(till.head(), head);
    };
    again(&mut till);
    // A day later, after a restart, with the shift closed and the lots revised.
    till.close_shift(None).unwrap();
    shop.world.set_clock("2026-11-22T08:00:00+08:00");
    let mut till = shop.reopen(till);
    let mut file = jishi_testkit::small_fair();
    file.lots[0].qty = "31".to_owned();
    file.products[0].price = 9_900;
    till.import(&file, false).unwrap();
    again(&mut till);
    // On a successor chain too.
    let backup = shop.path("backup");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    let mut till = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    again(&mut till);
    let mut other = sale.clone();
    other.lines[0].qty = Some("3".to_owned());
    assert_eq!(till.sell(&other).unwrap_err().code(), "id_reused");
}

#[test]
fn an_import_again_changes_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    let head = till.head();
    for _ in 0..2 {
        let report = till.import(&jishi_testkit::small_fair(), false).unwrap();
        assert_eq!((report.added, report.revised), (0, 0));
        assert!(report.unchanged > 0);
        assert_eq!(till.head(), head);
        till = shop.reopen(till);
    }
    // A check says what would be done, and does not.
    let mut file = jishi_testkit::small_fair();
    file.products[0].price = 1;
    let report = till.import(&file, true).unwrap();
    assert_eq!((report.added, report.revised), (0, 1));
    assert_eq!(till.head(), head);
    assert_eq!(till.catalogue().product("honey").unwrap().price, 4_500);
}
