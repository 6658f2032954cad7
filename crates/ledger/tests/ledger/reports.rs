//! What reports say, against each other and against the days.

use crate::common::entries;
use jishi_journal::Entry;
use jishi_journal::body::Body;
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, StoreError};
use jishi_testkit::{Shop, Story, cash_sale, sale_of, void_of};
use jishi_till::wire::{RefundLineRequest, RefundRequest, TenderRequest};
use proptest::prelude::*;

fn by_product(product: &str) -> Filter {
    Filter {
        product: Some(product.to_owned()),
        ..Filter::default()
    }
}

fn on(day: &str) -> Filter {
    Filter {
        from: Some(day.to_owned()),
        to: Some(day.to_owned()),
        ..Filter::default()
    }
}

fn holds(ledger: &Ledger, filter: &Filter) -> report::Summary {
    let sum = report::summary(ledger, filter).unwrap();
    assert_eq!(sum.gross - sum.discount - sum.refunded, sum.net, "{filter:?}");
    assert_eq!(sum.payable + sum.fund + sum.margin, sum.net, "{filter:?}");
    sum
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reports_of_any_days_agree(
        seed in any::<u64>(),
        steps in proptest::collection::vec(any::<(u8, u16, u16)>(), 1..40),
    ) {
        let (shop, mut till) = Shop::with_fair(seed);
        let mut story = Story::default();
        let days = ["2026-11-21", "2026-11-22", "2026-11-23"];
        for (number, step) in steps.iter().enumerate() {
            if number % 9 == 8 {
                let day = days[number / 9 % 3];
                shop.world.set_clock(&format!("{day}T12:00:00+08:00"));
                let _ = till.close_shift(None);
            }
            story.step(&shop, &mut till, *step);
        }
        let ledger = till.ledger();
        let all = holds(ledger, &Filter::default());
        let parties = report::parties(ledger, &Filter::default()).unwrap();
        let lots = report::lots(ledger, &Filter::default()).unwrap();

        // The parties' parts are their lots', and the lots with what is unassigned and own are the sales'.
        let attributed: i64 = parties.iter().map(|row| row.attributed).sum();
        let due: i64 = parties.iter().map(|row| row.due).sum();
        prop_assert_eq!(attributed, lots.iter().map(|row| row.net).sum::<i64>());
        prop_assert_eq!(due, lots.iter().map(|row| row.payable).sum::<i64>());
        prop_assert_eq!(due, all.payable);
        let households = parties.iter().filter(|row| row.kind.as_deref() == Some("household") && row.attributed > 0);
        prop_assert_eq!(households.count() as i64, all.households);

        // Products make up the whole, and a report of one product is that product's row.
        let products = report::products(ledger, &Filter::default()).unwrap();
        prop_assert_eq!(products.iter().map(|row| row.net).sum::<i64>(), all.net);
        prop_assert_eq!(products.iter().map(|row| row.unassigned).sum::<i64>(), all.unassigned);
        for row in &products {
            let filter = by_product(&row.product);
            let sum = holds(ledger, &filter);
            prop_assert_eq!((sum.sales, sum.net, sum.fund), (row.sales, row.net, row.fund));
            let parts: i64 = report::parties(ledger, &filter).unwrap().iter().map(|party| party.attributed).sum();
            let of_lots: i64 = report::lots(ledger, &filter).unwrap().iter().map(|lot| lot.net).sum();
            prop_assert_eq!(parts, of_lots);
            let fund: i64 = report::fund(ledger, &filter).unwrap().iter().map(|day| day.fund).sum();
            prop_assert_eq!(fund, row.fund);
        }
        let open: i64 = report::unassigned(ledger, &Filter::default()).unwrap().iter().map(|row| row.net).sum();
        prop_assert_eq!(open, all.unassigned);

        // Days make up the whole.
        let mut sums = (0, 0, 0, 0);
        for day in days {
            let sum = holds(ledger, &on(day));
            sums = (sums.0 + sum.sales, sums.1 + sum.net, sums.2 + sum.refunded, sums.3 + sum.unassigned);
            for lot in report::lots(ledger, &on(day)).unwrap() {
                let whole = lots.iter().find(|row| row.lot == lot.lot).unwrap();
                prop_assert_eq!(&lot.left, &whole.left, "what is left is left now");
            }
        }
        prop_assert_eq!(sums, (all.sales, all.net, all.refunded, all.unassigned));

        // Tenders less change are what was paid.
        let paid: i64 = report::tenders(ledger, &Filter::default()).unwrap().iter().map(|row| row.net).sum();
        prop_assert_eq!(paid, all.net);
        let sales = report::sales(ledger, &Filter::default()).unwrap();
        let of_no_sale: i64 = entries(ledger)
            .into_iter()
            .flat_map(|(_, chain)| chain)
            .map(|signed| match Entry::parse(&signed.line).unwrap().body() {
                Body::RefundedWithoutSale(refund) => refund.total,
                _ => 0,
            })
            .sum();
        prop_assert_eq!(sales.iter().map(|row| row.net - row.refunded).sum::<i64>(), all.net + of_no_sale);
        prop_assert_eq!(sales.len() as i64, all.sales);
        let lines = report::lines(ledger, &Filter::default()).unwrap();
        prop_assert_eq!(lines.iter().map(|row| row.net).sum::<i64>(), all.net + all.refunded);
    }
}

#[test]
fn a_filter_that_a_report_has_no_figures_for_is_refused() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("s", &[("honey", "1")])).unwrap();
    let ledger = till.ledger();
    let some = || Some("x".to_owned());
    let party = || Filter {
        party: some(),
        ..Filter::default()
    };
    let product = || Filter {
        product: some(),
        ..Filter::default()
    };
    let channel = || Filter {
        channel: some(),
        ..Filter::default()
    };
    let from = || Filter {
        from: some(),
        ..Filter::default()
    };
    let refused = |error: Option<StoreError>| error.map(|error| (error.code(), error.to_string()));
    for (result, report, filter) in [
        (report::summary(ledger, &party()).err(), "summary", "party"),
        (report::products(ledger, &party()).err(), "products", "party"),
        (report::fund(ledger, &party()).err(), "fund", "party"),
        (report::unassigned(ledger, &party()).err(), "unassigned", "party"),
        (report::tenders(ledger, &party()).err(), "tenders", "party"),
        (report::tenders(ledger, &product()).err(), "tenders", "product"),
        (report::shifts(ledger, &party()).err(), "shifts", "party"),
        (report::shifts(ledger, &product()).err(), "shifts", "product"),
        (report::shifts(ledger, &channel()).err(), "shifts", "channel"),
        (report::stock(ledger, &party()).err(), "stock", "party"),
        (report::stock(ledger, &from()).err(), "stock", "from"),
        (report::stock(ledger, &channel()).err(), "stock", "channel"),
    ] {
        let words = format!("the report {report} cannot be limited by {filter}");
        assert_eq!(refused(result), Some(("unfit_filter", words)));
    }
}

#[test]
fn a_party_and_a_product_limit_what_is_theirs() {
    let (shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("s1", &[("honey", "30"), ("tea", "1")]))
        .unwrap();
    // The first lot is sold out: this is of the second, all of H3.
    till.sell(&cash_sale("s2", &[("honey", "2"), ("bag", "1")]))
        .unwrap();
    till.close_shift(None).unwrap();
    shop.world.set_clock("2026-11-22T09:00:00+08:00");
    till.sell(&cash_sale("s3", &[("honey", "1"), ("egg", "1")]))
        .unwrap();
    let ledger = till.ledger();
    let of = |party: &str| Filter {
        party: Some(party.to_owned()),
        ..Filter::default()
    };
    let ids = |filter: &Filter| -> Vec<String> {
        let rows = report::sales(ledger, filter).unwrap();
        rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(&of("H2")), ["s1"]);
    assert_eq!(ids(&of("H3")), ["s2", "s3"]);
    assert_eq!(ids(&of("C1")), ["s1"]);
    assert_eq!(ids(&by_product("bag")), ["s2"]);
    assert_eq!(ids(&on("2026-11-22")), ["s3"]);
    let lines = |filter: &Filter| -> Vec<(String, String)> {
        let rows = report::lines(ledger, filter).unwrap();
        rows.into_iter().map(|row| (row.number, row.product)).collect()
    };
    let line = |number: &str, product: &str| (number.to_owned(), product.to_owned());
    assert_eq!(lines(&of("H2")), [line("T1-000001", "honey")]);
    assert_eq!(lines(&of("C1")), [line("T1-000001", "tea")]);
    let honey_on_22 = Filter {
        product: Some("honey".to_owned()),
        ..on("2026-11-22")
    };
    let parties: Vec<(String, i64, i64)> = report::parties(ledger, &honey_on_22)
        .unwrap()
        .into_iter()
        .map(|row| (row.party, row.sales, row.attributed))
        .collect();
    assert_eq!(parties, [("H3".to_owned(), 1, 4500)]);
    let lots: Vec<String> = report::lots(ledger, &of("H3"))
        .unwrap()
        .into_iter()
        .map(|row| row.lot)
        .collect();
    assert_eq!(lots, ["L2", "L3"]);
}

#[test]
fn households_are_those_with_something_left_after_refunds() {
    let (_shop, mut till) = Shop::with_fair(1);
    let count = |till: &jishi_till::Till| {
        let sum = report::summary(till.ledger(), &Filter::default()).unwrap();
        (sum.households, sum.parties, sum.fairs)
    };
    assert_eq!(count(&till), (0, 0, 0));
    till.sell(&cash_sale("s1", &[("honey", "4")])).unwrap();
    assert_eq!(count(&till), (2, 2, 1));
    till.sell(&cash_sale("s2", &[("orange", "10"), ("tea", "1")]))
        .unwrap();
    assert_eq!(count(&till), (3, 4, 1));
    till.void(&void_of("v", "s2")).unwrap();
    assert_eq!(count(&till), (2, 2, 1));
    let sum = holds(till.ledger(), &Filter::default());
    assert_eq!((sum.sales, sum.refunds, sum.voids), (2, 0, 1));
}

/// Cash that a venue or a stallholder took is not in the drawer, nor is the change that they gave.
#[test]
fn the_drawer_holds_the_operators_own_cash() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.open_shift(Some("01"), 20_000).unwrap();
    let cash = |fen: i64, collected_by: Option<&str>| TenderRequest {
        kind: "cash".to_owned(),
        fen,
        reference: None,
        collected_by: collected_by.map(str::to_owned),
    };
    let mut sell = |id: &str, tenders: Vec<TenderRequest>| {
        let mut request = sale_of(id, &[("honey", "1")]);
        request.tenders = tenders;
        till.sell(&request).unwrap()
    };
    sell("own", vec![cash(5_000, None)]);
    sell("venue", vec![cash(10_000, Some("venue"))]);
    // 45.00 of 10 + 50 + 20: change 35, 30 of it out of the drawer as far as that goes.
    sell(
        "both",
        vec![cash(1_000, Some("H1")), cash(5_000, None), cash(2_000, None)],
    );
    let report = till.shift_report().unwrap();
    let expected = 20_000 + 4_500 + (5_000 + 2_000 - 3_500);
    assert_eq!(report.figures.cash_expected, expected);
    let rows = report::tenders(till.ledger(), &Filter::default()).unwrap();
    let rows: Vec<(Option<String>, i64)> = rows.into_iter().map(|row| (row.collected_by, row.net)).collect();
    assert_eq!(
        rows,
        [
            (None, 8_000),
            (Some("H1".to_owned()), 1_000),
            (Some("venue".to_owned()), 4_500)
        ]
    );

    till.refund(&RefundRequest {
        id: "back".to_owned(),
        sale: "venue".to_owned(),
        lines: vec![RefundLineRequest {
            line: 1,
            qty: "1".to_owned(),
            restock: true,
            borne_by: jishi_till::view::Bearer::Supplier,
        }],
        tenders: vec![cash(1_000, None), cash(3_500, Some("venue"))],
    })
    .unwrap();
    let closed = till.close_shift(Some(expected - 1_500)).unwrap();
    assert_eq!(closed.figures.cash_expected, expected - 1_000);
    assert_eq!(closed.difference, Some(-500));
}
