//! What an outlet takes, whose pocket it goes into, and what is believed of it.

use jishi_testkit::{Shop, sale_of};
use jishi_till::report::{self, Filter};
use jishi_till::wire::{ImportFile, SellRequest, TenderRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn import(till: &mut Till, file: Value) -> Result<(), String> {
    let file: ImportFile = serde_json::from_value(file).unwrap();
    till.import(&file, false)
        .map(|_| ())
        .map_err(|refusal| refusal.code().to_owned())
}

fn outlet(tenders: Value) -> Value {
    json!({"outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "tenders": tenders}})
}

/// A fair that takes four kinds: a stallholder's own WeChat code among them, and the venue's cards.
fn counter() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    let tenders = json!([
        {"kind": "cash"}, {"kind": "wechat", "collected_by": "H1"},
        {"kind": "card", "collected_by": "venue"}, {"kind": "qr"}, {"kind": "account"}, {"kind": "voucher"}
    ]);
    import(&mut till, outlet(tenders)).unwrap();
    let buyers = json!({"buyers": [
        {"code": "U1", "name": "第一中学食堂", "contact": "赵明德", "phone": "13900000001", "credit_limit": 20_000},
        {"code": "U2", "name": "镇工会", "phone": "13900000777"},
        {"code": "P1", "kind": "person", "name": "周先生"}
    ]});
    import(&mut till, buyers).unwrap();
    till.open_shift(None, 0).unwrap();
    (shop, Counter::new(till))
}

fn draft(product: &str, quantity: &str, buyer: Option<&str>) -> Value {
    json!({
        "lines": [{"product": product, "quantity": quantity, "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null}],
        "discount": null, "rounding": "none", "buyer": buyer
    })
}

fn sell(
    counter: &mut Counter,
    id: &str,
    (quantity, buyer): (&str, Option<&str>),
    tenders: &[(&str, i64)],
) -> Result<Value, String> {
    let tenders = tenders
        .iter()
        .map(|(kind, fen)| json!({"kind": kind, "fen": fen, "reference": null}));
    let draft = draft("honey", quantity, buyer);
    let request = json!({"id": id, "draft": draft, "tenders": tenders.collect::<Vec<_>>()});
    counter
        .call("record_sale", request)
        .map_err(|refused| refused.code)
}

fn tender_rows(till: &Till) -> Vec<(String, Option<String>, i64, i64)> {
    let rows = report::tenders(till.ledger(), &Filter::default())
        .unwrap()
        .into_iter();
    rows.map(|row| (row.kind, row.collected_by, row.net, row.unverified))
        .collect()
}

/// Whose pocket each of the tenders is in.
fn pockets(tenders: &Value) -> Vec<&Value> {
    let tenders = tenders.as_array().unwrap().iter();
    tenders.map(|one| &one["collected_by"]).collect()
}

#[test]
fn the_window_shows_the_outlets_own_kinds_and_the_usual_ones_where_nobody_said() {
    let (_shop, till) = Shop::with_fair(1);
    let screen = Counter::new(till).call("screen", json!({})).unwrap();
    let kinds = |screen: &Value| -> Vec<Value> {
        let ways = screen["ways_to_pay"].as_array().unwrap().iter();
        ways.map(|way| way["kind"].clone()).collect()
    };
    assert_eq!(kinds(&screen), ["cash", "wechat", "alipay"]);
    let (_shop, mut counter) = counter();
    let screen = counter.call("screen", json!({})).unwrap();
    // A voucher has no key: its code is scanned.
    assert_eq!(kinds(&screen), ["cash", "wechat", "card", "qr", "account"]);
    let ways = screen["ways_to_pay"].as_array().unwrap();
    assert_eq!(
        ways[1..3],
        [
            json!({"kind": "wechat", "collected_by": "H1", "payee": "王桂兰"}),
            json!({"kind": "card", "collected_by": "venue", "payee": null})
        ]
    );
}

/// The operator's own WeChat code stands beside a stallholder's and the venue's.
#[test]
fn one_kind_goes_into_several_pockets_and_each_sale_says_into_which() {
    let (_shop, mut till) = Shop::with_fair(1);
    let twice = json!([{"kind": "wechat"}, {"kind": "wechat"}]);
    assert!(import(&mut till, outlet(twice)).is_err(), "the same pocket twice");
    let tenders = json!([
        {"kind": "cash"}, {"kind": "wechat", "collected_by": "venue"}, {"kind": "wechat"},
        {"kind": "wechat", "collected_by": "H1"}, {"kind": "card", "collected_by": "venue"}
    ]);
    import(&mut till, outlet(tenders)).unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let mut paid = |id: &str, tenders: Value| {
        let request = json!({"id": id, "draft": draft("honey", "1", None), "tenders": tenders});
        counter
            .call("record_sale", request)
            .map_err(|refused| refused.code)
    };
    let by = |kind: &str, collected_by: Value, fen: i64| json!({"kind": kind, "fen": fen, "reference": null, "collected_by": collected_by});
    let done = paid(
        "a",
        json!([
            by("wechat", json!("H1"), 1_500),
            by("wechat", json!("venue"), 2_000),
            by("wechat", Value::Null, 1_000)
        ]),
    )
    .unwrap();
    assert_eq!(
        pockets(&done["tenders"]),
        [&json!("H1"), &json!("venue"), &Value::Null]
    );
    // No card of the operator's own is taken here: it is the venue's, whoever asks for none in particular.
    paid("b", json!([by("card", Value::Null, 4_500)])).unwrap();
    for other in ["H2", "nobody"] {
        assert_eq!(
            paid("c", json!([by("wechat", json!(other), 4_500)])),
            Err("tender_not_taken".to_owned())
        );
    }
    let told = tender_rows(&counter.till);
    let expected = [
        ("card", Some("venue"), 4_500),
        ("wechat", None, 1_000),
        ("wechat", Some("H1"), 1_500),
        ("wechat", Some("venue"), 2_000),
    ];
    let expected = expected.map(|(kind, by, net)| (kind.to_owned(), by.map(str::to_owned), net));
    let told: Vec<_> = told
        .into_iter()
        .map(|(kind, by, net, _)| (kind, by, net))
        .collect();
    assert_eq!(told, expected);

    // Given back it comes from where it went, and waits for each one's own bill.
    let number = done["number"].as_str().unwrap();
    let void = json!({"id": "v", "number": number, "reason": "不要了", "approval": null});
    let back = counter.call("void_sale", void).unwrap();
    assert_eq!(
        pockets(&back["back"]["tenders"]),
        [&json!("H1"), &json!("venue"), &Value::Null]
    );
    let waiting = counter.call("waiting_refunds", json!({})).unwrap();
    assert_eq!(waiting.as_array().unwrap().len(), 3);
    assert!(
        waiting
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["collected_by"] == "H1")
    );
}

#[test]
fn the_money_goes_into_the_pocket_that_the_outlet_has_set() {
    let (_shop, mut counter) = counter();
    sell(&mut counter, "a", ("1", None), &[("wechat", 4_500)]).unwrap();
    sell(
        &mut counter,
        "b",
        ("2", None),
        &[("card", 5_000), ("cash", 4_000)],
    )
    .unwrap();
    let told = tender_rows(&counter.till);
    let expected = [
        ("card", Some("venue"), 5_000, 0),
        ("cash", None, 4_000, 0),
        ("wechat", Some("H1"), 4_500, 4_500),
    ];
    let expected = expected.map(|(kind, by, net, open)| (kind.to_owned(), by.map(str::to_owned), net, open));
    assert_eq!(told, expected);
    assert_eq!(
        sell(&mut counter, "c", ("1", None), &[("alipay", 4_500)]),
        Err("tender_not_taken".to_owned())
    );
}

#[test]
fn what_was_paid_by_a_code_is_unverified_in_the_report_and_in_the_shift() {
    let (_shop, mut counter) = counter();
    sell(&mut counter, "a", ("2", None), &[("qr", 5_000), ("cash", 4_000)]).unwrap();
    let told = tender_rows(&counter.till);
    assert_eq!(
        told,
        [
            ("cash".to_owned(), None, 4_000, 0),
            ("qr".to_owned(), None, 5_000, 5_000)
        ]
    );
    let shift = counter.call("shift", json!({})).unwrap();
    let tenders = &shift["figures"]["sums"]["tenders"];
    assert_eq!(tenders[0]["unverified_fen"], 0);
    assert_eq!(
        (&tenders[1]["kind"], &tenders[1]["unverified_fen"]),
        (&json!("qr"), &json!(5_000))
    );
}

#[test]
fn a_unit_buys_on_account_up_to_its_limit_and_a_refund_gives_the_limit_back() {
    let (_shop, mut counter) = counter();
    assert_eq!(
        sell(&mut counter, "x", ("1", None), &[("account", 4_500)]),
        Err("account_without_buyer".to_owned())
    );
    sell(&mut counter, "a", ("4", Some("U1")), &[("account", 18_000)]).unwrap();
    let left = |counter: &mut Counter| {
        let found = counter.call("find_buyers", json!({"query": "U1"})).unwrap();
        found[0]["credit_left_fen"].clone()
    };
    assert_eq!(left(&mut counter), 2_000);
    assert_eq!(
        sell(&mut counter, "b", ("1", Some("U1")), &[("account", 4_500)]),
        Err("credit_limit".to_owned())
    );
    let asked = json!({"draft": draft("honey", "1", Some("U1")),
                       "tenders": [{"kind": "account", "fen": 4_500, "reference": null}]});
    assert_eq!(
        counter.call("figure_payment", asked).unwrap_err().code,
        "credit_limit"
    );
    // Part of it in cash fits, to the fen.
    sell(
        &mut counter,
        "c",
        ("1", Some("U1")),
        &[("account", 2_000), ("cash", 2_500)],
    )
    .unwrap();
    assert_eq!(left(&mut counter), 0);
    let lines = json!([{"line": 1, "quantity": "1", "restock": true, "borne_by": "supplier"}]);
    counter
        .call(
            "record_refund",
            json!({"id": "r", "number": "T1-000001", "lines": lines}),
        )
        .unwrap();
    assert_eq!(left(&mut counter), 4_500);
    // Without a limit nobody is stopped.
    sell(&mut counter, "d", ("20", Some("U2")), &[("account", 90_000)]).unwrap();
}

#[test]
fn a_unit_is_found_by_name_pinyin_code_and_phone_and_its_phone_stays_here() {
    let (_shop, mut counter) = counter();
    let names = |counter: &mut Counter, query: &str| -> Vec<String> {
        let found = counter.call("find_buyers", json!({"query": query})).unwrap();
        let found = found.as_array().unwrap().iter();
        found
            .map(|buyer| buyer["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for query in ["第一中学", "dyzx", "diyizhong", "U1", "u1", "13900000001"] {
        assert_eq!(names(&mut counter, query), ["第一中学食堂"], "{query}");
    }
    assert_eq!(names(&mut counter, "").len(), 3);
    assert_eq!(names(&mut counter, "没有的"), [""; 0]);
    let found = counter.call("find_buyers", json!({"query": "U1"})).unwrap();
    assert_eq!(
        (&found[0]["contact"], &found[0]["phone_tail"]),
        (&json!("赵明德"), &json!("0001"))
    );
    // The chain has neither name nor number in the clear.
    let chains = counter.till.ledger().chains().unwrap();
    let lines = counter
        .till
        .ledger()
        .entries_after(chains[0].chain, 0, 1_000)
        .unwrap();
    assert!(lines.iter().any(|signed| signed.line.contains("buyer_put")));
    assert!(
        lines
            .iter()
            .all(|signed| !signed.line.contains("13900000001") && !signed.line.contains("赵明德"))
    );
}

#[test]
fn a_buyer_imported_again_is_the_same_and_a_new_phone_is_a_revision() {
    let (_shop, mut till) = Shop::with_fair(1);
    let file = |phone: &str| -> ImportFile {
        serde_json::from_value(json!({"buyers": [{"code": "U1", "name": "一中", "phone": phone}]})).unwrap()
    };
    assert_eq!(till.import(&file("1"), false).unwrap().added, 1);
    assert_eq!(till.import(&file("1"), false).unwrap().unchanged, 1);
    assert_eq!(till.import(&file("2"), false).unwrap().revised, 1);
}

#[test]
fn an_outlet_names_each_kind_once_for_a_pocket_and_the_pocket_is_known() {
    for tenders in [
        json!([{"kind": "cash"}, {"kind": "cash"}]),
        json!([{"kind": "shells"}]),
        json!([{"kind": "wechat", "collected_by": "H9"}]),
        json!([{"kind": "account", "collected_by": "venue"}]),
    ] {
        let (_shop, mut till) = Shop::with_fair(1);
        assert_eq!(import(&mut till, outlet(tenders)), Err("bad_import".to_owned()));
    }
}

#[test]
fn a_buyers_payment_code_is_never_goods() {
    let (_shop, mut counter) = counter();
    for code in ["134512345678901234", "288012345678901234", "6212345678901234567"] {
        let refused = counter.call("scan", json!({"code": code})).unwrap_err();
        assert_eq!(refused.code, "payment_code", "{code}");
        assert!(refused.message.contains("付款码") && !refused.message.contains(code));
    }
}

/// Whoever has one may pay with it, and everybody reads what is recorded.
#[test]
fn a_buyers_payment_code_is_never_recorded() {
    let (_shop, mut till) = Shop::with_fair(1);
    let sale = |reference: Option<&str>, note: Option<&str>| -> SellRequest {
        serde_json::from_value(json!({
            "id": "s1", "lines": [{"product": "honey", "qty": "1"}], "note": note,
            "tenders": [{"kind": "wechat", "fen": 4500, "reference": reference}],
        }))
        .unwrap()
    };
    let head = till.head();
    for request in [
        sale(Some("134567890123456789"), None),
        sale(None, Some("顾客的码 284567890123456789，没付成")),
    ] {
        assert_eq!(till.sell(&request).unwrap_err().code(), "payment_code");
    }
    assert_eq!(till.head(), head);
    // What a bill calls a payment is longer, and its last digits are shorter.
    let bill = sale(Some("4200002026112812345678901234"), Some("尾号 6789"));
    till.sell(&bill).unwrap();
}

#[test]
fn the_command_line_says_itself_whose_pocket_it_is() {
    let (_shop, mut counter) = counter();
    let request = SellRequest {
        tenders: vec![TenderRequest {
            kind: "alipay".to_owned(),
            fen: 4_500,
            reference: None,
            collected_by: Some("venue".to_owned()),
        }],
        ..sale_of("s", &[("honey", "1")])
    };
    counter.till.sell(&request).unwrap();
    let told = tender_rows(&counter.till);
    assert_eq!(
        told,
        [("alipay".to_owned(), Some("venue".to_owned()), 4_500, 4_500)]
    );
}
