//! 按摊位: each stall's own lines, sum, slip and report.

use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::report::{self, Filter, StallRow};
use jishi_till::view::{Language, Rounding};
use jishi_till::wire::{DiscountRequest, ImportFile, RefundLineRequest, RefundRequest};
use jishi_till::{Counter, Till};
use serde_json::json;

/// Honey and the gift box at S2, tea at S1, eggs and oranges at none.
fn fair_by_stall() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    let file: ImportFile = serde_json::from_value(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集",
                   "stalls": [{"code": "S1", "name": "茶坪茶行"}, {"code": "S2", "name": "石门蜜坊"}]},
        "products": [
            {"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500, "stall": "S2"},
            {"code": "tea", "name": "高山绿茶 250g", "unit": "盒", "price": 12800, "stall": "S1"},
            {"code": "gift", "name": "石门礼盒", "unit": "盒", "price": 20001, "stall": "S2",
             "contents": [{"product": "honey", "qty": "2"}, {"product": "tea", "qty": "1"}]}
        ],
        "settings": {"stall_mode": true}
    }))
    .unwrap();
    till.import(&file, false).unwrap();
    (shop, till)
}

fn stalls(till: &Till) -> Vec<StallRow> {
    report::stalls(till.ledger(), &Filter::default()).unwrap()
}

#[test]
fn the_lines_stand_by_stall_with_each_ones_own_sum() {
    let (_shop, till) = fair_by_stall();
    let mut counter = Counter::new(till);
    let line = |product: &str| {
        json!({"product": product, "quantity": "1", "price_fen": null, "amount_fen": null, "lot": null,
               "discount": null})
    };
    let draft = json!({
        "lines": [line("honey"), line("tea"), line("egg"), line("gift")],
        "discount": {"fen": null, "bp": 1000, "borne_by": "operator"}, "rounding": "yuan"
    });
    let figured = counter.call("figure", draft.clone()).unwrap();
    let stalls = figured["stalls"].as_array().unwrap();
    let shown: Vec<(&str, &serde_json::Value)> = stalls
        .iter()
        .map(|stall| (stall["name"].as_str().unwrap(), &stall["lines"]))
        .collect();
    assert_eq!(
        shown,
        [
            ("石门蜜坊", &json!([1, 4])),
            ("茶坪茶行", &json!([2])),
            ("", &json!([3]))
        ]
    );
    // The order's discount and the wiping off are in them: nothing is left over.
    let sum: i64 = stalls
        .iter()
        .map(|stall| stall["net_fen"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, figured["total_fen"].as_i64().unwrap());

    let off: ImportFile = serde_json::from_value(json!({"settings": {"stall_mode": false}})).unwrap();
    counter.till.import(&off, false).unwrap();
    assert_eq!(counter.call("figure", draft).unwrap()["stalls"], json!([]));
}

#[test]
fn every_stall_has_its_slip_behind_the_receipt() {
    let (_shop, mut till) = fair_by_stall();
    let mut request = cash_sale("s", &[("honey", "2"), ("tea", "1"), ("egg", "1"), ("gift", "1")]);
    request.rounding = Rounding::Yuan;
    let sold = till.sell(&request).unwrap();
    let paper = |till: &Till, number: &str| {
        let document = till
            .receipt_preview(number, Width::Mm58, Language::Chinese)
            .unwrap();
        let cuts = document
            .blocks
            .iter()
            .filter(|block| **block == jishi_paper::Block::Cut)
            .count();
        (text::render(&document), cuts)
    };
    let (said, cuts) = paper(&till, &sold.number);
    assert_eq!(cuts, 3, "{said}");
    let slips: Vec<&str> = said.split("摊位小票").collect();
    assert_eq!(slips.len(), 3);
    assert!(slips[1].contains("土蜂蜜") && slips[1].contains("石门礼盒") && !slips[1].contains("绿茶"));
    assert!(slips[2].contains("绿茶") && !slips[2].contains("土鸡蛋"));
    let of_stalls: i64 = stalls(&till).iter().map(|row| row.net).sum();
    let eggs = sold.lines[2].net;
    assert_eq!(of_stalls + eggs, sold.total);

    let refund = till
        .refund(&RefundRequest {
            id: "r".to_owned(),
            sale: "s".to_owned(),
            lines: vec![RefundLineRequest {
                line: 1,
                qty: "1".to_owned(),
                restock: true,
                borne_by: jishi_till::view::Bearer::Supplier,
            }],
            tenders: Vec::new(),
        })
        .unwrap();
    let (said, cuts) = paper(&till, &refund.number);
    assert!(
        cuts == 2 && said.contains("摊位退货") && said.contains("石门蜜坊"),
        "{said}"
    );
    let off: ImportFile = serde_json::from_value(json!({"settings": {"stall_mode": false}})).unwrap();
    till.import(&off, false).unwrap();
    assert_eq!(paper(&till, &sold.number).1, 1);
}

#[test]
fn the_report_gives_each_stalls_sum_less_what_went_back_and_all_of_it_adds_up() {
    let (shop, mut till) = fair_by_stall();
    let mut request = cash_sale("a", &[("honey", "2"), ("tea", "1")]);
    request.discount = Some(DiscountRequest {
        fen: Some(1_000),
        bp: None,
        borne_by: jishi_till::view::Bearer::Operator,
    });
    till.sell(&request).unwrap();
    till.sell(&cash_sale("b", &[("honey", "1"), ("gift", "1")]))
        .unwrap();
    till.sell(&cash_sale("c", &[("tea", "1")])).unwrap();
    till.void(&jishi_testkit::void_of("v", "c")).unwrap();
    let rows = stalls(&till);
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                &*row.stall,
                row.name.as_deref(),
                row.sales,
                row.gross,
                row.discount,
                row.refunded,
                row.net,
            )
        })
        .collect();
    // 10.00 off 218.00: 5.87 of it is tea's. What is in the box costs 218.00 singly, the box 200.01.
    assert_eq!(
        told,
        [
            ("S1", Some("茶坪茶行"), 2, 25_600, 587, 12_800, 12_213),
            (
                "S2",
                Some("石门蜜坊"),
                2,
                9_000 + 4_500 + 21_800,
                413 + 1_799,
                0,
                33_088
            ),
        ]
    );
    for row in &rows {
        assert_eq!(row.net, row.gross - row.discount - row.refunded);
    }
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.net).sum::<i64>(), summary.net);
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    let by_product = Filter {
        product: Some("tea".to_owned()),
        ..Filter::default()
    };
    assert_eq!(
        report::stalls(till.ledger(), &by_product).unwrap_err().code(),
        "unfit_filter"
    );
}
