//! Labels of scales, gift boxes and the operator's own goods, from the scan to whose money it is.

use jishi_ledger::report::{self, Filter};
use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::view::Bearer;
use jishi_till::wire::{RefundLineRequest, RefundRequest};

/// A label of 13 digits: 22, item 00123, 12.34, and its check digit.
fn label(item: &str, fen: &str) -> String {
    let digits = format!("22{item}{fen}");
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(place, digit)| digit.to_digit(10).unwrap() * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn the_amount_on_a_scales_label_stands() {
    let (_shop, mut till) = Shop::with_fair(1);
    let mut request = cash_sale("s", &[]);
    request.lines = cash_sale("s", &[(&label("00123", "01234"), "1")]).lines;
    request.lines[0].qty = None;
    let result = till.sell(&request).unwrap();
    // 12.34 at 6.80 a jin: 1.815 jin, whatever that times the price would be.
    assert_eq!((result.total, result.lines[0].gross), (1_234, 1_234));
    assert_eq!(result.lines[0].draws[0].qty, "1.815");
    assert_eq!(result.lines[0].draws[0].lot.as_deref(), Some("L3"));
    let stock = report::lots(till.ledger(), &Filter::default()).unwrap();
    let oranges = stock.iter().find(|lot| lot.lot == "L3").unwrap();
    assert_eq!(oranges.left, "148.685");

    let mut refuse = |code: &str| {
        let mut request = cash_sale("t", &[(code, "1")]);
        request.lines[0].qty = None;
        till.sell(&request).unwrap_err().code().to_owned()
    };
    assert_eq!(refuse(&label("99999", "01234")), "no_such_product");
    let mut wrong = label("00123", "01234");
    wrong.replace_range(8..9, "9");
    assert_eq!(refuse(&wrong), "bad_barcode");
    // A label of nothing weighs nothing.
    assert_eq!(refuse(&label("00123", "00000")), "no_such_product");
}

#[test]
fn a_box_is_sold_as_its_contents_and_refunded_whole() {
    let (_shop, mut till) = Shop::with_fair(1);
    // 200.01 a box; 2 × 45.00 and 128.00 are 218.00.
    let result = till
        .sell(&cash_sale("s", &[("gift", "3"), ("bag", "1")]))
        .unwrap();
    assert_eq!(result.total, 3 * 20_001 + 50);
    let gross: Vec<i64> = result.lines.iter().map(|line| line.gross).collect();
    assert_eq!(gross, [27_000, 38_400, 50]);
    assert_eq!(result.lines[0].net + result.lines[1].net, 3 * 20_001);
    assert_eq!(result.lines[0].draws[0].lot.as_deref(), Some("L1"));
    // The operator bears it: what the households are owed is figured on the list price.
    assert_eq!(result.lines[0].draws[0].base, 27_000);
    assert_eq!(result.lines[0].draws[0].payable, 24_300);

    let refund = |id: &str, lines: &[(i64, &str)]| RefundRequest {
        id: id.to_owned(),
        sale: "s".to_owned(),
        lines: lines
            .iter()
            .map(|(line, qty)| RefundLineRequest {
                line: *line,
                qty: (*qty).to_owned(),
                restock: true,
                borne_by: Bearer::Supplier,
            })
            .collect(),
        tenders: Vec::new(),
    };
    let broken: [&[(i64, &str)]; 4] = [
        &[(1, "2")],
        &[(1, "1"), (2, "1")],
        &[(2, "1"), (3, "1")],
        &[(1, "4"), (2, "1")],
    ];
    for broken in broken {
        assert_eq!(
            till.refund(&refund("b", broken)).unwrap_err().code(),
            "box_broken",
            "{broken:?}"
        );
    }
    let one = till.refund(&refund("one", &[(1, "2"), (2, "1")])).unwrap();
    let rest = till.refund(&refund("rest", &[(2, "2"), (1, "4")])).unwrap();
    assert_eq!(one.total + rest.total, 3 * 20_001);
    let sum = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((sum.net, sum.payable, sum.households), (50, 0, 0));
}

#[test]
fn a_box_above_its_contents_leaves_the_surplus_to_the_operator() {
    let (_shop, mut till) = Shop::with_fair(1);
    let result = till.sell(&cash_sale("s", &[("luxury", "2")])).unwrap();
    let draws: Vec<_> = result
        .lines
        .iter()
        .map(|line| (line.net, line.draws[0].lot.as_deref()))
        .collect();
    assert_eq!(draws, [(25_600, Some("L4")), (4_400, Some("own"))]);
    assert_eq!(
        (result.lines[1].draws[0].margin, result.lines[1].draws[0].fund),
        (4_400, 0)
    );
    let back = till.void(&void_of("v", "s")).unwrap();
    assert_eq!(back.total, 30_000);
    let sum = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((sum.net, sum.margin, sum.fund), (0, 0, 0));
}

#[test]
fn the_operators_own_is_nobodys_due() {
    let (_shop, mut till) = Shop::with_fair(1);
    let result = till.sell(&cash_sale("s", &[("bag", "3")])).unwrap();
    let draw = &result.lines[0].draws[0];
    assert_eq!(draw.lot.as_deref(), Some("own"));
    assert_eq!((draw.net, draw.fund, draw.payable, draw.margin), (150, 0, 0, 150));
    assert!(draw.attributed.is_empty() && draw.due.is_empty());
    let sum = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((sum.unassigned, sum.parties, sum.margin), (0, 0, 150));
}

/// A void gives back what is left, the way it was paid, less what went back before.
#[test]
fn a_void_after_a_refund_gives_back_the_rest_as_it_was_paid() {
    let (_shop, mut till) = Shop::with_fair(1);
    let mut request = cash_sale("s", &[("honey", "3")]);
    request.tenders[0].fen = 10_000;
    request.tenders.insert(0, {
        let mut wechat = request.tenders[0].clone();
        wechat.kind = "wechat".to_owned();
        wechat.fen = 8_500;
        wechat
    });
    assert_eq!(till.sell(&request).unwrap().change, 5_000);
    till.refund(&RefundRequest {
        id: "r".to_owned(),
        sale: "s".to_owned(),
        lines: vec![RefundLineRequest {
            line: 1,
            qty: "1".to_owned(),
            restock: true,
            borne_by: Bearer::Supplier,
        }],
        tenders: Vec::new(),
    })
    .unwrap();
    till.void(&void_of("v", "s")).unwrap();
    let rows = report::tenders(till.ledger(), &Filter::default()).unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.kind.as_str(), row.fen, row.refunded))
        .collect();
    assert_eq!(rows, [("cash", 5_000, 5_000), ("wechat", 8_500, 8_500)]);
    assert_eq!(till.shift_report().unwrap().figures.cash_expected, 0);
}
