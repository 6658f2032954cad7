//! 临时商品, 临时农户: goods nobody entered are sold all the same, and a bookkeeper confirms and assigns them.

use jishi_ledger::projection_digest;
use jishi_testkit::{Shop, cash_sale};
use jishi_till::report::{self, Filter};
use jishi_till::wire::{AssignRequest, ImportFile, NewPartyRequest, ProvisionalRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn yams() -> ProvisionalRequest {
    ProvisionalRequest {
        name: "红薯".to_owned(),
        unit: "斤".to_owned(),
        price: 350,
        barcode: Some("6901234567915".to_owned()),
        said_of: None,
        new_party: Some(NewPartyRequest {
            name: "韦大娘".to_owned(),
            village: "下坡村".to_owned(),
        }),
    }
}

fn file(value: Value) -> ImportFile {
    serde_json::from_value(value).unwrap()
}

/// Sound, and the same when it is replayed.
fn stands(shop: &Shop, till: &Till) {
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.net, summary.payable + summary.fund + summary.margin);
}

#[test]
fn what_nobody_entered_is_sold_unassigned_and_the_bookkeeper_sees_whose_it_was_said_to_be() {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    let entered = till.enter_provisional(&yams()).unwrap();
    assert_eq!(
        (&*entered.product, entered.said_of.as_deref(), entered.repeated),
        ("T1-x1", Some("T1-h1"), false)
    );
    // Found by search and by its barcode, like any product, and after a restart.
    let till = shop.reopen(till);
    let put = till.catalogue().by_barcode("6901234567915").unwrap();
    assert_eq!((&*put.code, put.weighed, put.provisional), ("T1-x1", true, true));
    assert_eq!(put.entered_by.as_deref(), Some("01"));
    let index = till.catalogue().search_index();
    assert_eq!(index.find("hs").next(), Some("T1-x1"));
    let party = till.catalogue().party("T1-h1").unwrap();
    assert_eq!(
        (party.name.as_deref(), &*party.put.village),
        (Some("韦大娘"), "下坡村")
    );
    // Her name stands sealed in the chain.
    for record in till.ledger().chains().unwrap() {
        let entries = till.ledger().entries_after(record.chain, 0, u32::MAX).unwrap();
        assert!(!entries.iter().any(|entry| entry.line.contains("韦大娘")));
    }

    let mut till = till;
    let sold = till.sell(&cash_sale("s", &[("6901234567915", "2.5")])).unwrap();
    let draw = &sold.lines[0].draws[0];
    assert_eq!((draw.lot.as_deref(), draw.net, draw.payable), (None, 875, 0));
    let all = Filter::default();
    let waits = report::unassigned(till.ledger(), &all).unwrap();
    assert_eq!(waits[0].said_of.as_deref(), Some("T1-h1"));
    let listed = report::provisional(till.ledger(), &all).unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|row| (&*row.code, &*row.kind, row.qty.as_deref(), row.net))
            .collect::<Vec<_>>(),
        [
            ("T1-x1", "product", Some("2.500"), Some(875)),
            ("T1-h1", "household", None, None)
        ]
    );
    assert_eq!(listed[0].said_of.as_deref(), Some("T1-h1"));
    assert_eq!(listed[1].name.as_deref(), Some("韦大娘"));

    // A row of its code confirms it; its lot takes what was sold.
    till.import(
        &file(json!({
            "parties": [{"code": "T1-h1", "kind": "household", "name": "韦秀英", "village": "下坡村"}],
            "products": [{"code": "T1-x1", "name": "红心红薯", "unit": "斤", "price": 350, "weighed": true}],
            "lots": [{"code": "L9", "product": "T1-x1", "qty": "40", "shares": [{"party": "T1-h1", "weight": 1}],
                      "terms": {"kind": "consignment", "commission_bp": 1000}}]
        })),
        false,
    )
    .unwrap();
    assert_eq!(report::provisional(till.ledger(), &all).unwrap(), []);
    assert_eq!(
        report::unassigned(till.ledger(), &all).unwrap()[0]
            .said_of
            .as_deref(),
        Some("T1-h1"),
        "what was said at the sale stays said"
    );
    let assigned = till
        .assign(&AssignRequest {
            sale: "s".to_owned(),
            line: 1,
            lot: "L9".to_owned(),
            from: None,
            qty: None,
        })
        .unwrap();
    // 875 less a commission of 88.
    assert_eq!(assigned.draw.payable, 787);
    assert_eq!(report::unassigned(till.ledger(), &all).unwrap(), []);
    let parties = report::parties(till.ledger(), &all).unwrap();
    assert_eq!(
        parties
            .iter()
            .map(|row| (&*row.party, row.due))
            .collect::<Vec<_>>(),
        [("T1-h1", 787)]
    );
    stands(&shop, &till);
}

#[test]
fn the_very_same_once_more_is_the_one_that_is_there() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.enter_provisional(&yams()).unwrap();
    let head = till.head();
    let again = till.enter_provisional(&yams()).unwrap();
    assert_eq!((&*again.product, again.repeated), ("T1-x1", true));
    assert_eq!(till.head(), head, "nothing was recorded");
    // Another of the same household's: the household is not made twice.
    let other = ProvisionalRequest {
        name: "芋头".to_owned(),
        barcode: None,
        ..yams()
    };
    let other = till.enter_provisional(&other).unwrap();
    assert_eq!(
        (&*other.product, other.said_of.as_deref()),
        ("T1-x2", Some("T1-h1"))
    );
    // One that the catalogue knows by name and village is that one.
    let known = ProvisionalRequest {
        name: "竹笋".to_owned(),
        barcode: None,
        new_party: Some(NewPartyRequest {
            name: "王桂兰".to_owned(),
            village: "石门村".to_owned(),
        }),
        ..yams()
    };
    assert_eq!(
        till.enter_provisional(&known).unwrap().said_of.as_deref(),
        Some("H1")
    );
}

#[test]
fn what_makes_no_goods_is_refused_and_changes_nothing() {
    let (_shop, mut till) = Shop::with_fair(1);
    let before = (till.head(), projection_digest(till.ledger()).unwrap());
    let party = |name: &str, village: &str| {
        Some(NewPartyRequest {
            name: name.to_owned(),
            village: village.to_owned(),
        })
    };
    let long = "长".repeat(41);
    let cases: Vec<(&str, ProvisionalRequest)> = vec![
        (
            "bad_name",
            ProvisionalRequest {
                name: "  ".to_owned(),
                ..yams()
            },
        ),
        (
            "bad_name",
            ProvisionalRequest {
                name: "红\u{7}薯".to_owned(),
                ..yams()
            },
        ),
        (
            "bad_name",
            ProvisionalRequest {
                name: long.clone(),
                ..yams()
            },
        ),
        (
            "bad_name",
            ProvisionalRequest {
                new_party: party("", "下坡村"),
                ..yams()
            },
        ),
        (
            "bad_name",
            ProvisionalRequest {
                new_party: party("韦大娘", "\n"),
                ..yams()
            },
        ),
        ("bad_amount", ProvisionalRequest { price: 0, ..yams() }),
        ("bad_amount", ProvisionalRequest { price: -1, ..yams() }),
        (
            "bad_amount",
            ProvisionalRequest {
                price: 100_000_001,
                ..yams()
            },
        ),
        (
            "bad_request",
            ProvisionalRequest {
                unit: " ".to_owned(),
                ..yams()
            },
        ),
        (
            "bad_request",
            ProvisionalRequest {
                said_of: Some("H1".to_owned()),
                ..yams()
            },
        ),
        (
            "no_such_party",
            ProvisionalRequest {
                said_of: Some("H99".to_owned()),
                new_party: None,
                ..yams()
            },
        ),
        (
            "barcode_taken",
            ProvisionalRequest {
                barcode: Some("6901234567892".to_owned()),
                ..yams()
            },
        ),
        (
            "bad_barcode",
            ProvisionalRequest {
                barcode: Some("6901234567893".to_owned()),
                ..yams()
            },
        ),
        (
            "bad_barcode",
            ProvisionalRequest {
                barcode: Some("二维码".to_owned()),
                ..yams()
            },
        ),
        (
            "bad_barcode",
            ProvisionalRequest {
                barcode: Some("9".repeat(33)),
                ..yams()
            },
        ),
        (
            "payment_code",
            ProvisionalRequest {
                barcode: Some("134567890123456789".to_owned()),
                ..yams()
            },
        ),
    ];
    for (code, request) in cases {
        assert_eq!(
            till.enter_provisional(&request).unwrap_err().code(),
            code,
            "{request:?}"
        );
    }
    assert_eq!((till.head(), projection_digest(till.ledger()).unwrap()), before);
}

#[test]
fn found_to_be_a_known_product_its_sales_are_given_that_ones_lots() {
    let (shop, mut till) = Shop::with_fair(1);
    let honey = ProvisionalRequest {
        name: "蜂蜜（山那边的）".to_owned(),
        unit: "瓶".to_owned(),
        price: 4000,
        said_of: Some("H3".to_owned()),
        new_party: None,
        ..yams()
    };
    let code = till.enter_provisional(&honey).unwrap().product;
    till.sell(&cash_sale("s", &[(&code, "2")])).unwrap();
    for (same_as, refused) in [
        ("orange", "not_the_same"),
        ("bag", "not_the_same"),
        (&*code, "not_the_same"),
        ("nothing", "no_such_product"),
    ] {
        let refusal = till.confirm_provisional(&code, Some(same_as)).unwrap_err();
        assert_eq!(refusal.code(), refused, "{same_as}");
    }
    till.confirm_provisional(&code, Some("honey")).unwrap();
    assert_eq!(
        till.confirm_provisional(&code, None).unwrap_err().code(),
        "not_provisional"
    );
    // Its barcode means the known one now, and nobody picks it any more.
    assert_eq!(
        till.catalogue().by_barcode("6901234567915").unwrap().code,
        "honey"
    );
    assert_eq!(till.catalogue().search_index().find("山那边").next(), None);
    let assign = |lot: &str| AssignRequest {
        sale: "s".to_owned(),
        line: 1,
        lot: lot.to_owned(),
        from: None,
        qty: None,
    };
    assert_eq!(till.assign(&assign("L4")).unwrap_err().code(), "no_such_lot");
    let assigned = till.assign(&assign("L2")).unwrap();
    assert_eq!(assigned.draw.payable, 2 * 3833);
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    let lot = lots.iter().find(|row| row.lot == "L2").unwrap();
    assert_eq!(&*lot.left, "18.000");
    stands(&shop, &till);
}

#[test]
fn at_the_window_it_is_a_part_of_selling_unless_the_outlet_wants_a_supervisor() {
    let (_shop, mut till) = Shop::with_fair(1);
    let staff = json!([
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1357"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "2468"}
    ]);
    till.import(&file(json!({ "staff": staff })), false).unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1357"}))
        .unwrap();
    let put = |id: &str, name: &str, approval: Value| {
        json!({"id": id, "name": name, "unit": "把", "price_fen": 200, "barcode": null, "said_of": "H3",
               "new_party": null, "approval": approval})
    };
    let product = counter
        .call("put_provisional", put("p1", "青菜", Value::Null))
        .unwrap();
    assert_eq!(
        (&product["code"], &product["weighed"], &product["origin"]),
        (
            &json!("T1-x1"),
            &json!(false),
            &json!("待归户（茶坪村 · 覃小妹）")
        )
    );
    let line = json!({"product": "T1-x1", "quantity": "3", "price_fen": null, "amount_fen": null, "lot": null,
                      "discount": null});
    let figured = counter
        .call(
            "figure",
            json!({"lines": [line], "discount": null, "rounding": "none"}),
        )
        .unwrap();
    assert_eq!(figured["lines"][0]["whose"], "待归户（茶坪村 · 覃小妹）");
    assert_eq!(figured["total_fen"], 600);
    // By pinyin and by village.
    for query in ["qxm", "茶坪村", "H3"] {
        let found = counter.call("find_parties", json!({ "query": query })).unwrap();
        let codes: Vec<&Value> = found.as_array().unwrap().iter().map(|row| &row["code"]).collect();
        assert!(codes.contains(&&json!("H3")), "{query}: {found}");
    }

    let settings = file(json!({"settings": {"provisional_needs_supervisor": true}}));
    counter.till.import(&settings, false).unwrap();
    let refused = counter.call("put_provisional", put("p2", "萝卜", Value::Null));
    assert_eq!(refused.unwrap_err().code, "approval_needed");
    let given =
        json!({"staff": "03", "pin": "2468", "actions": ["provisional"], "subject": "p2", "draft": null});
    let given = counter.call("approve", given).unwrap();
    counter
        .call("put_provisional", put("p2", "萝卜", given["id"].clone()))
        .unwrap();
    let put = counter.till.catalogue().product("T1-x2").unwrap();
    assert_eq!(put.entered_by.as_deref(), Some("01"));
    assert_eq!(
        (&*put.approved_by[0].action, &*put.approved_by[0].staff),
        ("provisional", "03")
    );
}
