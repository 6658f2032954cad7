//! What is refused has its code and changes nothing: on disk, and in what the till has in mind.

use jishi_journal::body::CashDirection;
use jishi_ledger::projection_digest;
use jishi_testkit::{Shop, cash_sale, sale_of, void_of};
use jishi_till::Till;
use jishi_till::view::{Bearer, Language};
use jishi_till::wire::{
    AssignRequest, CashRequest, DiscountRequest, RefundLineRequest, RefundRequest, SellRequest, TenderRequest,
};
use serde_json::json;

/// A till with something behind it: a shift, a sale of two lots and a box, one voided, one unassigned.
fn till_at_work() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(21);
    till.open_shift(Some("01"), 10_000).unwrap();
    till.sell(&cash_sale(
        "sale",
        &[("honey", "3"), ("orange", "2.345"), ("gift", "2")],
    ))
    .unwrap();
    till.sell(&cash_sale("voided", &[("tea", "1")])).unwrap();
    till.void(&void_of("void", "voided")).unwrap();
    till.sell(&cash_sale("egg", &[("egg", "2"), ("honey", "1")]))
        .unwrap();
    (shop, till)
}

/// What is tried, the code that it is refused with, and the trying.
type Case<'a> = (&'a str, &'a str, Box<dyn FnOnce(&mut Till) -> String + 'a>);

/// Each case at a till at work, which must then be what its twin is that never heard of any of it.
fn check(cases: Vec<Case<'_>>) {
    let (_shop, mut till) = till_at_work();
    let (_twin_shop, mut twin) = till_at_work();
    assert_eq!(till.head(), twin.head(), "twins to begin with");
    for (what, expected, refused) in cases {
        let before = (till.head(), projection_digest(till.ledger()).unwrap());
        assert_eq!(refused(&mut till), expected, "{what}");
        let after = (till.head(), projection_digest(till.ledger()).unwrap());
        assert_eq!(before, after, "{what}");
    }
    for (number, lines) in [
        &[("honey", "7"), ("orange", "1.111")] as &[(&str, &str)],
        &[("gift", "1"), ("egg", "1"), ("luxury", "3")],
        &[("honey", "20"), ("tea", "2")],
    ]
    .iter()
    .enumerate()
    {
        let good = cash_sale(&format!("good-{number}"), lines);
        assert_eq!(till.sell(&good).unwrap(), twin.sell(&good).unwrap());
    }
    let back = refund_of("good-back", "good-0", 1, "2");
    assert_eq!(till.refund(&back).unwrap(), twin.refund(&back).unwrap());
    // The heads are hashes over all that was recorded.
    assert_eq!(till.head(), twin.head());
}

fn refund_of(id: &str, sale: &str, line: i64, qty: &str) -> RefundRequest {
    RefundRequest {
        id: id.to_owned(),
        sale: sale.to_owned(),
        lines: vec![RefundLineRequest {
            line,
            qty: qty.to_owned(),
            restock: true,
            borne_by: Bearer::Supplier,
        }],
        tenders: Vec::new(),
    }
}

fn selling<'a>(what: &'a str, code: &'a str, edit: impl FnOnce(&mut SellRequest) + 'a) -> Case<'a> {
    let run = move |till: &mut Till| {
        let mut request = cash_sale("refused", &[("honey", "1"), ("orange", "1.5")]);
        edit(&mut request);
        till.sell(&request).unwrap_err().code().to_owned()
    };
    (what, code, Box::new(run))
}

#[test]
fn sales() {
    let cash = |fen: i64| TenderRequest {
        kind: "cash".to_owned(),
        fen,
        reference: None,
        collected_by: None,
    };
    let discount = |fen: Option<i64>, bp: Option<i64>| {
        Some(DiscountRequest {
            fen,
            bp,
            borne_by: Bearer::Operator,
        })
    };
    let mut cases = Vec::new();
    for code in [
        "unknown",
        "",
        " ",
        "6909999999996",
        "HONEY",
        "2100999012348",
        "'; DROP TABLE sales; --",
    ] {
        cases.push(selling("an unknown product", "no_such_product", move |sale| {
            sale.lines[1].product = code.to_owned();
        }));
    }
    cases.push(selling("a wrong check digit", "bad_barcode", |sale| {
        sale.lines[0].product = "6901234567893".to_owned();
    }));
    cases.push(selling("a buyer's payment code", "payment_code", |sale| {
        sale.lines[0].product = "134567890123456789".to_owned();
    }));
    for qty in [
        "0",
        "0.000",
        "-1",
        "1.0001",
        "1000000000000",
        "1000000.001",
        "",
        "1e3",
        "１",
        " 1",
        "1.",
        ".5",
        "NaN",
        "1,5",
        "0x10",
        "99999999999999999999999999",
    ] {
        cases.push(selling("a bad quantity", "bad_quantity", move |sale| {
            sale.lines[1].qty = Some(qty.to_owned());
        }));
    }
    cases.extend([
        selling("no quantity", "bad_quantity", |sale| sale.lines[0].qty = None),
        selling("a price below 0", "bad_price", |sale| {
            sale.lines[0].price = Some(-1)
        }),
        selling("the least price there is", "bad_price", |sale| {
            sale.lines[0].price = Some(i64::MIN);
        }),
        selling("an amount below 0", "bad_price", |sale| {
            sale.lines[0].amount = Some(-1)
        }),
        selling("a price above 2^53", "amount_too_large", |sale| {
            sale.lines[0].price = Some(i64::MAX);
        }),
        selling("a line above 2^53", "amount_too_large", |sale| {
            sale.lines[0].price = Some(1 << 52);
            sale.lines[0].qty = Some("3".to_owned());
        }),
        selling("an amount above 2^53", "amount_too_large", |sale| {
            sale.lines[0].amount = Some((1 << 53) + 1);
        }),
        selling("a sum above 2^53", "amount_too_large", |sale| {
            sale.lines[0].amount = Some(1 << 53);
            sale.lines[1].amount = Some(1);
        }),
        selling(
            "a line's discount above the line",
            "discount_exceeds_amount",
            |sale| {
                sale.lines[0].discount = discount(Some(4501), None);
            },
        ),
        selling("a line's discount below 0", "discount_exceeds_amount", |sale| {
            sale.lines[0].discount = discount(Some(-1), None);
        }),
        selling(
            "a line's rate above the whole",
            "discount_exceeds_amount",
            |sale| {
                sale.lines[0].discount = discount(None, Some(10_002));
            },
        ),
        selling(
            "the order's discount above the order",
            "discount_exceeds_amount",
            |sale| {
                sale.discount = discount(Some(5521), None);
            },
        ),
        selling("the order's rate below 0", "discount_exceeds_amount", |sale| {
            sale.discount = discount(None, Some(-1));
        }),
        selling("a rate beyond all", "discount_exceeds_amount", |sale| {
            sale.discount = discount(None, Some(i64::MAX));
        }),
        selling("a discount of nothing", "bad_request", |sale| {
            sale.discount = discount(None, None);
        }),
        selling("a discount of two kinds", "bad_request", |sale| {
            sale.lines[0].discount = discount(Some(1), Some(1));
        }),
        selling("an unknown lot", "no_such_lot", |sale| {
            sale.lines[0].lot = Some("L99".to_owned());
        }),
        selling("a lot of another product", "no_such_lot", |sale| {
            sale.lines[0].lot = Some("L3".to_owned());
        }),
        selling("no lines", "no_lines", |sale| sale.lines.clear()),
        selling("nothing paid", "tender_short", |sale| sale.tenders.clear()),
        selling("a fen short", "tender_short", |sale| {
            sale.tenders = vec![cash(5519)]
        }),
        selling("a tender of 0", "bad_tender", |sale| sale.tenders.push(cash(0))),
        selling("a tender below 0", "bad_tender", |sale| {
            sale.tenders.push(cash(-1))
        }),
        selling("tenders beyond all", "amount_too_large", |sale| {
            sale.tenders = vec![cash(i64::MAX), cash(i64::MAX)];
        }),
        selling("too much without cash", "tender_over", |sale| {
            sale.tenders[0].kind = "wechat".to_owned();
        }),
        selling("an unknown way to pay", "bad_request", |sale| {
            sale.tenders[0].kind = "shells".to_owned();
        }),
        selling("an empty id", "bad_id", |sale| sale.id.clear()),
        selling("an id too long", "bad_id", |sale| sale.id = "x".repeat(65)),
        selling("an id that cannot be seen", "bad_id", |sale| {
            sale.id = "a\nb".to_owned()
        }),
        selling("the id of another sale", "id_reused", |sale| {
            sale.id = "sale".to_owned()
        }),
        selling("the id of a void", "id_reused", |sale| {
            sale.id = "void".to_owned()
        }),
        selling("words without end", "bad_request", |sale| {
            sale.campaign = Some("长".repeat(100_000));
        }),
        selling("a buyer nobody knows", "no_such_buyer", |sale| {
            sale.buyer = Some("U9".to_owned());
        }),
        selling("a pocket nobody knows", "no_such_party", |sale| {
            sale.tenders[0].collected_by = Some("H99".to_owned());
        }),
        selling("more lines than an entry holds", "too_large", |sale| {
            sale.lines = vec![sale.lines[0].clone(); 3_000];
        }),
        selling("half a box", "bad_quantity", |sale| {
            sale.lines[0].product = "gift".to_owned();
            sale.lines[0].qty = Some("1.5".to_owned());
        }),
        selling("a box of one lot", "bad_request", |sale| {
            sale.lines[0].product = "gift".to_owned();
            sale.lines[0].lot = Some("L1".to_owned());
        }),
        selling("a box at a label's amount", "bad_request", |sale| {
            sale.lines[0].product = "gift".to_owned();
            sale.lines[0].amount = Some(1);
        }),
    ]);
    check(cases);
}

/// Of several faults the first in order is named, by the line that was asked for.
#[test]
fn the_line_that_is_wrong_is_the_one_asked_for() {
    let (_shop, mut till) = Shop::with_fair(3);
    let mut line_of = |lines: &[(&str, &str)]| {
        let refusal = till.sell(&cash_sale("x", lines)).unwrap_err();
        (refusal.code().to_owned(), refusal.line())
    };
    assert_eq!(
        line_of(&[("gift", "1"), ("honey", "0")]),
        ("bad_quantity".to_owned(), Some(2))
    );
    assert_eq!(
        line_of(&[("gift", "1"), ("gift", "2"), ("luxury", "1"), ("bag", "-1")]),
        ("bad_quantity".to_owned(), Some(4))
    );
    assert_eq!(
        line_of(&[("honey", "0"), ("nothing", "1")]),
        ("bad_quantity".to_owned(), Some(1))
    );
    assert_eq!(
        line_of(&[("honey", "1"), ("nothing", "1")]),
        ("no_such_product".to_owned(), Some(2))
    );
    assert_eq!(
        line_of(&[("gift", "1"), ("bag", "0"), ("nothing", "1")]),
        ("bad_quantity".to_owned(), Some(2))
    );
    assert_eq!(
        line_of(&[("honey", "1"), ("gift", "0.5")]),
        ("bad_quantity".to_owned(), Some(2))
    );
}

#[test]
fn refunds_and_voids() {
    let refund = |what, code, request: RefundRequest| -> Case<'_> {
        (
            what,
            code,
            Box::new(move |till: &mut Till| till.refund(&request).unwrap_err().code().to_owned()),
        )
    };
    let void = |what, code, id: &'static str, sale: &'static str| -> Case<'_> {
        (
            what,
            code,
            Box::new(move |till: &mut Till| till.void(&void_of(id, sale)).unwrap_err().code().to_owned()),
        )
    };
    let many = |lines: &[(i64, &str)]| {
        let mut request = refund_of("r", "sale", 1, "1");
        let line = request.lines[0].clone();
        request.lines = lines
            .iter()
            .map(|(number, qty)| RefundLineRequest {
                line: *number,
                qty: (*qty).to_owned(),
                ..line.clone()
            })
            .collect();
        request
    };
    let mut short = refund_of("r", "sale", 1, "1");
    short.tenders = vec![TenderRequest {
        kind: "cash".to_owned(),
        fen: 4_499,
        reference: None,
        collected_by: None,
    }];
    let mut shells = short.clone();
    shells.tenders[0].kind = "shells".to_owned();
    check(vec![
        refund("of no sale", "no_such_sale", refund_of("r", "nothing", 1, "1")),
        refund(
            "of a number that is none",
            "no_such_sale",
            refund_of("r", "T1-999999", 1, "1"),
        ),
        refund(
            "of a number beyond all",
            "no_such_sale",
            refund_of("r", "T1-99999999999999999999999", 1, "1"),
        ),
        refund(
            "of a void's number",
            "no_such_sale",
            refund_of("r", "T1-000003", 1, "1"),
        ),
        refund("of line 0", "no_such_line", refund_of("r", "sale", 0, "1")),
        refund(
            "of a line that is not there",
            "no_such_line",
            refund_of("r", "sale", 9, "1"),
        ),
        refund(
            "of a line beyond all",
            "no_such_line",
            refund_of("r", "sale", i64::MIN, "1"),
        ),
        refund("of nothing", "bad_quantity", refund_of("r", "sale", 1, "0")),
        refund(
            "of less than nothing",
            "bad_quantity",
            refund_of("r", "sale", 1, "-1"),
        ),
        refund(
            "of more than was sold",
            "refund_exceeds_sale",
            refund_of("r", "sale", 1, "3.001"),
        ),
        refund(
            "of more in two parts",
            "refund_exceeds_sale",
            many(&[(1, "2"), (2, "1"), (1, "1.001")]),
        ),
        refund("without a line", "no_lines", many(&[])),
        refund("of half a box", "box_broken", many(&[(3, "2")])),
        refund(
            "of unequal parts of a box",
            "box_broken",
            many(&[(3, "4"), (4, "1")]),
        ),
        refund(
            "of what was voided",
            "refund_exceeds_sale",
            refund_of("r", "voided", 1, "1"),
        ),
        refund("with another sum of money", "refund_tenders", short),
        refund("in shells", "bad_request", shells),
        refund(
            "under a sale's id",
            "id_reused",
            refund_of("sale", "sale", 1, "1"),
        ),
        refund("under an empty id", "bad_id", refund_of("", "sale", 1, "1")),
        void("of no sale", "no_such_sale", "v", "nothing"),
        void("of a voided sale", "already_voided", "v", "voided"),
        void("under another's id", "id_reused", "void", "sale"),
    ]);
}

#[test]
fn assigning() {
    let case = |what, code, sale: &'static str, line: i64, lot: &'static str| -> Case<'_> {
        let request = AssignRequest {
            sale: sale.to_owned(),
            line,
            lot: lot.to_owned(),
            from: None,
            qty: None,
        };
        (
            what,
            code,
            Box::new(move |till: &mut Till| till.assign(&request).unwrap_err().code().to_owned()),
        )
    };
    check(vec![
        case("of no sale", "no_such_sale", "nothing", 1, "L1"),
        case("of no line", "no_such_line", "egg", 3, "L1"),
        case("of what has its lot", "nothing_unassigned", "egg", 2, "L1"),
        case("to no lot", "no_such_lot", "egg", 1, "L99"),
        case("to a lot of other goods", "no_such_lot", "egg", 1, "L1"),
        case("to the operator", "no_such_lot", "egg", 1, "own"),
    ]);

    let (_shop, mut till) = till_at_work();
    let mut file = jishi_testkit::small_fair();
    file.lots.truncate(1);
    file.lots[0].code = "L5".to_owned();
    file.lots[0].product = "egg".to_owned();
    file.lots[0].qty = "1.999".to_owned();
    till.import(&file, false).unwrap();
    let request = AssignRequest {
        sale: "egg".to_owned(),
        line: 1,
        lot: "L5".to_owned(),
        from: None,
        qty: None,
    };
    let head = till.head();
    assert_eq!(till.assign(&request).unwrap_err().code(), "lot_too_small");
    assert_eq!(till.head(), head);
    file.lots[0].qty = "2".to_owned();
    till.import(&file, false).unwrap();
    let result = till.assign(&request).unwrap();
    assert_eq!((result.draw.lot.as_deref(), result.draw.net), (Some("L5"), 7_998));
    assert_eq!(till.assign(&request).unwrap_err().code(), "nothing_unassigned");
}

#[test]
fn shifts() {
    let case = |what, code, run: fn(&mut Till) -> String| -> Case<'_> { (what, code, Box::new(run)) };
    check(vec![
        case("a second shift", "shift_open", |till| {
            till.open_shift(None, 0).unwrap_err().code().to_owned()
        }),
        case("a count below 0", "bad_request", |till| {
            till.close_shift(Some(-1)).unwrap_err().code().to_owned()
        }),
    ]);
    let (_shop, mut till) = Shop::with_fair(1);
    let head = till.head();
    assert_eq!(till.close_shift(None).unwrap_err().code(), "no_shift");
    assert_eq!(till.shift_report().unwrap_err().code(), "no_shift");
    assert_eq!(
        till.open_shift(Some("99"), 0).unwrap_err().code(),
        "no_such_staff"
    );
    assert_eq!(till.open_shift(None, -1).unwrap_err().code(), "bad_request");
    assert_eq!(till.head(), head);
    // Selling opens one.
    till.sell(&cash_sale("s", &[("honey", "1")])).unwrap();
    assert!(till.shift().is_some());
}

#[test]
fn a_price_of_0_is_a_gift_and_needs_no_tender() {
    let (_shop, mut till) = Shop::with_fair(1);
    let mut gift = sale_of("gift", &[("honey", "1")]);
    gift.lines[0].price = Some(0);
    let result = till.sell(&gift).unwrap();
    assert_eq!(
        (result.total, result.change, result.lines[0].draws[0].net),
        (0, 0, 0)
    );
}

/// JSON that is cut short, or says what no version knows, is no request.
#[test]
fn hostile_json_is_no_request() {
    let whole = serde_json::to_string(&cash_sale("s", &[("honey", "1")])).unwrap();
    assert!(serde_json::from_str::<SellRequest>(&whole).is_ok());
    for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
        assert!(
            serde_json::from_str::<SellRequest>(&whole[..cut]).is_err(),
            "{cut}"
        );
    }
    for hostile in [
        whole.replace("\"discount\"", "\"discuont\""),
        whole.replacen("\"lines\"", "\"discuont\":1,\"lines\"", 1),
        whole.replace("100000000", "1e999"),
        whole.replace("100000000", "1.5"),
        whole.replace("100000000", "9223372036854775808"),
        whole.replace("\"s\"", "{\"a\":1}"),
        "[".repeat(100_000),
        "{\"id\":".repeat(100_000),
    ] {
        if hostile != whole {
            assert!(serde_json::from_str::<SellRequest>(&hostile).is_err());
        }
    }
}

/// A reader of the reports that counts in floating point reads every sum exactly.
#[test]
fn sums_over_all_sales_stay_exact_too() {
    let (shop, mut till) = Shop::with_fair(1);
    let half = 1i64 << 52;
    let sale = |id: &str, fen: i64| -> SellRequest {
        serde_json::from_value(json!({
            "id": id, "lines": [{"product": "honey", "qty": "1", "price": fen}],
            "tenders": [{"kind": "wechat", "fen": fen}],
        }))
        .unwrap()
    };
    till.sell(&sale("s1", half)).unwrap();
    till.sell(&sale("s2", half - 4500)).unwrap();
    let head = till.head();
    let refused = till.sell(&sale("s3", half)).unwrap_err();
    assert_eq!(refused.code(), "amount_too_large");
    assert_eq!(till.head(), head);
    // What a fair sells goes on up to the last fen, after a restart too.
    till.sell(&sale("s4", 4499)).unwrap();
    let mut till = shop.reopen(till);
    let refused = till.sell(&sale("s5", 2)).unwrap_err();
    assert_eq!(refused.code(), "amount_too_large");
    assert!(
        refused.message(Language::Chinese).contains("累计金额"),
        "{refused}"
    );
    till.sell(&sale("s6", 1)).unwrap();
    assert_eq!(till.shift_report().unwrap().figures.net, 1 << 53);
    let more = CashRequest {
        id: "c1".to_owned(),
        direction: CashDirection::In,
        fen: 1,
        reason: "零钱".to_owned(),
    };
    assert_eq!(till.move_cash(&more).unwrap_err().code(), "amount_too_large");
    assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
}
