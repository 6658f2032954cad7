//! The shapes of the reports, and the forms they come in.

use crate::support::{Run, Shop, run_command, sale, text_of};
use expect_test::{Expect, expect};
use serde_json::json;
use std::sync::OnceLock;

/// One morning: honey with a discount, loose tea of no lot, a bag, one jar back, one sale voided.
fn morning() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| {
        let shop = Shop::open();
        let honey = json!({
            "id": "S1",
            "lines": [{"product": "honey", "qty": "3", "discount": {"bp": 1000, "borne_by": "supplier"}},
                      {"product": "bag", "qty": "1"}],
            "rounding": "yuan", "tenders": [{"kind": "cash", "fen": 20000}],
        });
        let tea = json!({
            "id": "S2", "lines": [{"product": "tea", "qty": "0.255"}], "channel": "group",
            "tenders": [{"kind": "wechat", "fen": 3060, "collected_by": "venue"}],
        });
        shop.tell("sell", &[honey, tea, sale("S3", "honey", "1", 4500)])
            .ok();
        shop.done(
            "refund",
            json!({"id": "R1", "sale": "S1", "lines": [{"line": 1, "qty": "1"}]}),
        );
        shop.done("void", json!({"id": "V1", "sale": "S3", "reason": "点错了"}));
        shop
    })
}

fn check(name: &str, options: &[&str], expected: Expect) {
    let run = morning().run(&[&["report", name], options].concat(), "");
    expected.assert_eq(&run.ok().out);
}

#[test]
fn summary() {
    check(
        "summary",
        &[],
        expect![[r#"
        {"sales":3,"refunds":1,"voids":1,"gross":21110,"discount":1350,"refunded":8550,"net":11210,"payable":7290,"fund":335,"margin":3585,"unassigned":3060,"households":2,"parties":2,"fairs":1,"entries":15}
    "#]],
    );
    let summary = morning().summary();
    let fen = |key: &str| summary[key].as_i64().expect("fen");
    assert_eq!(fen("gross") - fen("discount") - fen("refunded"), fen("net"));
    assert_eq!(fen("net"), fen("payable") + fen("fund") + fen("margin"));
}

#[test]
fn sales() {
    check(
        "sales",
        &[],
        expect![[r#"
            {"id":"S1","number":"T1-000001","till":"T1","at":"2026-11-21T09:30:00+08:00","business_date":"2026-11-21","outlet":"F1","cashier":"","channel":"fair","gross":13550,"discount":1350,"net":12200,"refunded":4050,"buyer":null,"buyer_name":null,"note":null,"kiosk":null}
            {"id":"S2","number":"T1-000002","till":"T1","at":"2026-11-21T09:30:00+08:00","business_date":"2026-11-21","outlet":"F1","cashier":"","channel":"group","gross":3060,"discount":0,"net":3060,"refunded":0,"buyer":null,"buyer_name":null,"note":null,"kiosk":null}
            {"id":"S3","number":"T1-000003","till":"T1","at":"2026-11-21T09:30:00+08:00","business_date":"2026-11-21","outlet":"F1","cashier":"","channel":"fair","gross":4500,"discount":0,"net":4500,"refunded":4500,"buyer":null,"buyer_name":null,"note":null,"kiosk":null}
        "#]],
    );
}

#[test]
fn lines() {
    check(
        "lines",
        &[],
        expect![[r#"
        {"number":"T1-000001","line":1,"product":"honey","name":"土蜂蜜 500g","unit":"瓶","qty":"3.000","price":4500,"gross":13500,"discount":1350,"net":12150}
        {"number":"T1-000001","line":2,"product":"bag","name":"购物袋","unit":"个","qty":"1.000","price":50,"gross":50,"discount":0,"net":50}
        {"number":"T1-000002","line":1,"product":"tea","name":"散装绿茶","unit":"斤","qty":"0.255","price":12000,"gross":3060,"discount":0,"net":3060}
        {"number":"T1-000003","line":1,"product":"honey","name":"土蜂蜜 500g","unit":"瓶","qty":"1.000","price":4500,"gross":4500,"discount":0,"net":4500}
    "#]],
    );
}

#[test]
fn products() {
    check(
        "products",
        &[],
        expect![[r#"
        {"product":"bag","name":"购物袋","unit":"个","sales":1,"sold":"1.000","returned":"0.000","gross":50,"discount":0,"refunded":0,"net":50,"payable":0,"fund":0,"margin":50,"unassigned":0}
        {"product":"honey","name":"土蜂蜜 500g","unit":"瓶","sales":2,"sold":"4.000","returned":"2.000","gross":18000,"discount":1350,"refunded":8550,"net":8100,"payable":7290,"fund":243,"margin":567,"unassigned":0}
        {"product":"tea","name":"散装绿茶","unit":"斤","sales":1,"sold":"0.255","returned":"0.000","gross":3060,"discount":0,"refunded":0,"net":3060,"payable":0,"fund":92,"margin":2968,"unassigned":3060}
    "#]],
    );
}

#[test]
fn parties() {
    check(
        "parties",
        &[],
        expect![[r#"
        {"party":"H1","kind":"household","name":"甲户主","village":"石门村","sales":2,"attributed":6075,"due":5467,"settled":0,"paid":0}
        {"party":"H2","kind":"household","name":"乙户主","village":"茶坪村","sales":2,"attributed":2025,"due":1823,"settled":0,"paid":0}
    "#]],
    );
}

#[test]
fn lots() {
    check(
        "lots",
        &[],
        expect![[r#"
            {"lot":"L1","product":"honey","received":"100.000","sold":"4.000","returned":"2.000","wasted":"0.000","left":"98.000","net":8100,"payable":7290,"allotted":"100.000","left_here":"98.000"}
        "#]],
    );
}

#[test]
fn stock() {
    check(
        "stock",
        &[],
        expect![[r#"
            {"product":"honey","name":"土蜂蜜 500g","unit":"瓶","received":"100.000","sold":"4.000","returned":"2.000","wasted":"0.000","left":"98.000","unassigned":"0.000","allotted":"100.000","left_here":"98.000"}
            {"product":"tea","name":"散装绿茶","unit":"斤","received":"0.000","sold":"0.000","returned":"0.000","wasted":"0.000","left":"0.000","unassigned":"0.255","allotted":"0.000","left_here":"0.000"}
        "#]],
    );
}

#[test]
fn tenders() {
    check(
        "tenders",
        &[],
        expect![[r#"
        {"kind":"cash","collected_by":null,"tenders":2,"fen":16700,"refunded":8550,"net":8150,"unverified":0,"waiting":0}
        {"kind":"wechat","collected_by":"venue","tenders":1,"fen":3060,"refunded":0,"net":3060,"unverified":3060,"waiting":0}
    "#]],
    );
}

#[test]
fn unassigned() {
    check(
        "unassigned",
        &[],
        expect![[r#"
        {"sale":"S2","number":"T1-000002","at":"2026-11-21T09:30:00+08:00","line":1,"product":"tea","name":"散装绿茶","qty":"0.255","net":3060,"said_of":null}
    "#]],
    );
}

#[test]
fn fund() {
    check(
        "fund",
        &[],
        expect![[r#"
        {"business_date":"2026-11-21","outlet":"F1","fund":335,"net":11210}
    "#]],
    );
}

#[test]
fn filters() {
    for (options, sales) in [
        (&["--channel", "group"][..], 1),
        (&["--channel", "fair"], 2),
        (&["--outlet", "F1"], 3),
        (&["--outlet", "F2"], 0),
        (&["--from", "2026-11-22"], 0),
        (&["--to", "2026-11-21"], 3),
        (&["--product", "tea"], 1),
        (&["--party", "H2"], 2),
    ] {
        let run = morning().run(&[&["report", "sales"], options].concat(), "");
        assert_eq!(run.ok().lines().len(), sales, "{options:?}");
    }
}

#[test]
fn a_filter_that_a_report_has_no_figures_for_is_refused() {
    let run = morning().run(&["report", "tenders", "--party", "H1"], "");
    assert_eq!(run.refused(), "unfit_filter");
}

#[test]
fn csv() {
    check(
        "lots",
        &["--format", "csv"],
        expect![[r#"
            lot,product,received,sold,returned,wasted,left,net,payable,allotted,left_here
            L1,honey,100.000,4.000,2.000,0.000,98.000,8100,7290,100.000,98.000
        "#]],
    );
    check(
        "parties",
        &["--format", "csv"],
        expect![[r#"
        party,kind,name,village,sales,attributed,due,settled,paid
        H1,household,甲户主,石门村,2,6075,5467,0,0
        H2,household,乙户主,茶坪村,2,2025,1823,0,0
    "#]],
    );
}

#[test]
fn tables_for_people() {
    let shown = |language: &str, name: &str| {
        let mut command = crate::support::jishi(&["report", name, "--lang", language, "--data"]);
        let Run { out, .. } = run_command(command.arg(morning().data()), b"").ok();
        out
    };
    expect![[r#"
        ──────────────────────────────────────────────────────────────────────────────────────
         主体编号   类别   名称     村       销售单数   归户销售额   应付货主   已结算   已付
        ══════════════════════════════════════════════════════════════════════════════════════
         H1         农户   甲户主   石门村          2        60.75      54.67     0.00   0.00
         H2         农户   乙户主   茶坪村          2        20.25      18.23     0.00   0.00
        ──────────────────────────────────────────────────────────────────────────────────────
    "#]]
    .assert_eq(&shown("zh", "parties"));
    expect![[r#"
        ────────────────────────────────────────────────────────────────────────────────────
         Party   Kind        Name     Village   Sales   Attributed     Due   Settled   Paid
        ════════════════════════════════════════════════════════════════════════════════════
         H1      Household   甲户主   石门村        2        60.75   54.67      0.00   0.00
         H2      Household   乙户主   茶坪村        2        20.25   18.23      0.00   0.00
        ────────────────────────────────────────────────────────────────────────────────────
    "#]]
    .assert_eq(&shown("en", "parties"));
    expect![[r#"
         销售单数       3
         退货单数       1
         作废单数       1
         原价合计  211.10
         优惠       13.50
         退款       85.50
         成交额    112.10
         应结       72.90
         助农基金    3.35
         经营留存   35.85
         待归户     30.60
         惠及农户       2
         惠及主体       2
         场次           1
         记录条数      15
    "#]]
    .assert_eq(&shown("zh", "summary"));
}

#[test]
fn a_workbook_is_written_whole() {
    let shop = morning();
    let path = shop.file("parties.xlsx");
    let options = ["report", "parties", "--format", "xlsx", "--out", text_of(&path)];
    assert_eq!(shop.run(&options, "").ok().out, "");
    let bytes = std::fs::read(&path).expect("a workbook");
    assert!(bytes.starts_with(b"PK\x03\x04"), "a zip archive");
    // Again over itself, never over another unless that is asked for.
    shop.run(&options, "").ok();
    std::fs::write(&path, "mine").expect("a file");
    assert_eq!(shop.run(&options, "").refused(), "file_exists");
    assert_eq!(std::fs::read(&path).expect("a file"), b"mine");
    shop.run(&[&options[..], &["--overwrite"]].concat(), "").ok();
    let bytes = std::fs::read(&path).expect("a workbook");
    assert!(bytes.starts_with(b"PK\x03\x04"));
    let nowhere = [
        "report",
        "parties",
        "--format",
        "csv",
        "--out",
        "/no/such/folder/x.csv",
    ];
    assert_eq!(shop.run(&nowhere, "").refused(), "no_such_file");
}

#[test]
fn search_finds_by_every_name_a_product_has() {
    let shop = morning();
    for query in ["土蜂蜜", "tufengmi", "tfm", "honey", "6901234567892"] {
        let found = shop.run(&["search", query], "").ok().lines();
        assert_eq!(
            (&found[0]["product"], &found[0]["name"], &found[0]["price"]),
            (&json!("honey"), &json!("土蜂蜜 500g"), &json!(4500)),
            "{query}"
        );
    }
    assert_eq!(shop.run(&["search", "没有的"], "").ok().out, "");
}
