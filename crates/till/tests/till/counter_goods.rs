//! Goods at the window: keys by stall, pictures, prices by hand, the scale, gift boxes put together.

use jishi_ledger::report::{self, Filter};
use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::view::{Bearer, Language};
use jishi_till::wire::ImportFile;
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn file(value: Value) -> ImportFile {
    serde_json::from_value(value).unwrap()
}

/// The small fair with two stalls, honey that may go down to 40.00, oranges in a basket of 0.05 jin, and ducks.
fn fair_with_more() -> ImportFile {
    file(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "scale_barcodes": ["FFWWWWWEEEEEC"],
                   "stalls": [{"code": "S2", "name": "石门蜜坊"}, {"code": "S1", "name": "新圩禽蛋"},
                              {"code": "S3", "name": "空摊"}]},
        "products": [
            {"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500, "barcodes": ["6901234567892"],
             "stall": "S2", "lowest_price": 4000},
            {"code": "orange", "name": "脐橙", "unit": "斤", "price": 680, "weighed": true, "scale_code": "00123",
             "tare": "0.05"},
            {"code": "duck", "name": "白条土鸭", "unit": "只", "price_unit": "斤", "price": 2600, "weighed": true,
             "scale_code": "00506", "stall": "S1"}
        ],
        "lots": [{"code": "L7", "product": "duck", "qty": "10", "shares": [{"party": "H3", "weight": 1}],
                  "terms": {"kind": "consignment", "commission_bp": 1000}}]
    }))
}

fn till_with_more() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    till.import(&fair_with_more(), false).unwrap();
    (shop, till)
}

fn counter() -> (Shop, Counter) {
    let (shop, mut till) = till_with_more();
    till.open_shift(None, 0).unwrap();
    (shop, Counter::new(till))
}

fn draft(line: &Value) -> Value {
    let mut whole = json!({"product": "honey", "quantity": "1", "price_fen": null, "amount_fen": null, "lot": null,
                           "discount": null});
    for (key, value) in line.as_object().unwrap() {
        whole[key] = value.clone();
    }
    json!({"lines": [whole], "discount": null, "rounding": "none"})
}

fn refused(counter: &mut Counter, name: &str, request: Value) -> String {
    counter.call(name, request).unwrap_err().code
}

/// The smallest PNG there is.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1,
];

#[test]
fn keys_by_stall() {
    let (_shop, mut counter) = counter();
    let screen = counter.call("screen", json!({})).unwrap();
    // In the outlet's order; a stall without goods is no key.
    assert_eq!(
        screen["stalls"],
        json!([{"code": "S2", "name": "石门蜜坊"}, {"code": "S1", "name": "新圩禽蛋"}])
    );
    let request = json!({"query": "", "category": null, "stall": "S1", "limit": 60});
    let found = counter.call("find_products", request).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        (&found[0]["code"], &found[0]["price_unit"]),
        (&json!("duck"), &json!("斤"))
    );
}

#[test]
fn pictures_of_goods() {
    let (shop, mut till) = Shop::with_fair(1);
    let with = |picture: &str| {
        file(
            json!({"products": [{"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500,
                                  "picture": picture}]}),
        )
    };
    let beside = |row: u32, name: &str| {
        let bytes: &[u8] = match (row, name) {
            (1, "honey.png") => PNG,
            (1, "text.png") => b"not a picture at all",
            _ => return None,
        };
        Some(bytes.to_vec())
    };
    for bad in ["absent.png", "text.png"] {
        let refusal = till.import_with(&with(bad), false, &beside).unwrap_err();
        assert!(format!("{refusal:?}").contains("bad_picture"), "{refusal:?}");
    }
    let entries = till.head();
    till.import_with(&with("honey.png"), true, &beside).unwrap();
    assert_eq!(till.head(), entries, "it was only looked at");
    let report = till.import_with(&with("honey.png"), false, &beside).unwrap();
    assert_eq!((report.added, report.revised), (0, 1));
    let again = till.import_with(&with("honey.png"), false, &beside).unwrap();
    assert_eq!((again.revised, again.unchanged), (0, 1));

    let mut counter = Counter::new(till);
    let request = json!({"query": "土蜂蜜", "category": null, "stall": null, "limit": 9});
    let found = counter.call("find_products", request).unwrap();
    let picture = found[0]["picture"].clone();
    let asked = json!({"pictures": [picture, "00000000000000000000000000000000", "../node.key"]});
    let pictures = counter.call("pictures", asked).unwrap();
    assert_eq!(pictures.as_array().unwrap().len(), 1);
    assert_eq!(pictures[0]["picture"], picture);
    let url = pictures[0]["url"].as_str().unwrap();
    assert!(url.starts_with("data:image/png;base64,iVBORw0KGgo"), "{url}");
    // A folder that has lost it draws the key instead.
    std::fs::remove_dir_all(shop.path("till").join("pictures")).unwrap();
    let pictures = counter.call("pictures", json!({"pictures": [picture]})).unwrap();
    assert_eq!(pictures, json!([]));
}

#[test]
fn a_price_below_the_list_is_a_discount_of_whoever_bears_it() {
    let (_shop, mut till) = till_with_more();
    let mut sold = |id: &str, price: i64, borne_by: Bearer| {
        let mut request = cash_sale(id, &[("honey", "2")]);
        request.lines[0].price = Some(price);
        request.lines[0].price_borne_by = Some(borne_by);
        till.sell(&request)
    };
    let by_operator = sold("a", 3_800, Bearer::Operator).unwrap();
    let draw = &by_operator.lines[0].draws[0];
    // What the households are owed is figured on the list price.
    assert_eq!((by_operator.total, by_operator.lines[0].gross), (7_600, 9_000));
    assert_eq!((draw.base, draw.payable), (9_000, 8_100));
    let by_supplier = sold("b", 4_000, Bearer::Supplier).unwrap();
    let draw = &by_supplier.lines[0].draws[0];
    assert_eq!(
        (by_supplier.total, draw.base, draw.payable),
        (8_000, 8_000, 7_200)
    );
    let below = sold("c", 3_999, Bearer::Supplier).unwrap_err();
    assert_eq!((below.code(), below.line()), ("below_lowest_price", Some(1)));
    assert!(below.message(Language::Chinese).contains("40.00"));
    let above = sold("d", 5_000, Bearer::Operator).unwrap();
    assert_eq!((above.lines[0].gross, above.lines[0].discount), (10_000, 0));
    let same = sold("e", 4_500, Bearer::Supplier).unwrap();
    assert_eq!((same.total, same.lines[0].discount), (9_000, 0));
    assert_eq!(sold("f", -1, Bearer::Operator).unwrap_err().code(), "bad_price");

    // A supplier who agreed to nothing bears nothing; a box is changed as a whole.
    let mut tea = cash_sale("g", &[("tea", "1")]);
    tea.lines[0].price = Some(12_000);
    tea.lines[0].price_borne_by = Some(Bearer::Supplier);
    assert_eq!(till.sell(&tea).unwrap_err().code(), "below_lowest_price");
    let mut gift = cash_sale("h", &[("gift", "2")]);
    gift.lines[0].price = Some(19_000);
    gift.lines[0].price_borne_by = Some(Bearer::Operator);
    assert_eq!(till.sell(&gift).unwrap().total, 38_000);
    // Without a bearer the price simply stands, as before.
    let mut plain = cash_sale("i", &[("honey", "1")]);
    plain.lines[0].price = Some(4_000);
    let plain = till.sell(&plain).unwrap();
    assert_eq!((plain.lines[0].gross, plain.lines[0].discount), (4_000, 0));
}

#[test]
fn a_changed_price_at_the_window_says_so_and_asks_for_a_supervisor() {
    let (_shop, mut till) = till_with_more();
    let staff = file(json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1111"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "3333"}]}));
    till.import(&staff, false).unwrap();
    let mut counter = Counter::new(till);
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1111"}))
        .unwrap();
    counter.call("open_shift", json!({"float_fen": 0})).unwrap();
    let changed = draft(&json!({"price_fen": 4200, "price_borne_by": "supplier"}));
    let figured = counter.call("figure", changed.clone()).unwrap();
    assert_eq!(figured["needs_approval"], json!(["price_change"]));
    let line = &figured["lines"][0];
    assert_eq!(line["discount_label"], "改价 42.00 供货方让利");
    assert_eq!(
        [&line["price_fen"], &line["gross_fen"], &line["amount_fen"]],
        [4500, 4500, 4200]
    );
    assert_eq!([&line["list_price_fen"], &line["lowest_price_fen"]], [4500, 4000]);
    let record = |approval: Value| {
        json!({"id": "s1", "draft": changed, "approval": approval,
               "tenders": [{"kind": "cash", "fen": 4200, "reference": null}]})
    };
    assert_eq!(
        refused(&mut counter, "record_sale", record(Value::Null)),
        "approval_needed"
    );
    let given = json!({"staff": "03", "pin": "3333", "actions": ["price_change"], "subject": "s1",
                       "draft": changed});
    let given = counter.call("approve", given).unwrap();
    counter.call("record_sale", record(given["id"].clone())).unwrap();

    let higher = draft(&json!({"price_fen": 5000, "price_borne_by": "operator"}));
    let figured = counter.call("figure", higher).unwrap();
    assert_eq!(figured["lines"][0]["discount_label"], "改价 50.00");
    assert_eq!(figured["total_fen"], 5000);
}

#[test]
fn tare_is_taken_off_and_kept() {
    let (_shop, mut counter) = counter();
    let scan = json!({"query": "脐橙", "category": null, "limit": 1});
    assert_eq!(counter.call("find_products", scan).unwrap()[0]["tare"], "0.05");
    let weigh =
        |gross: &str, tare: &str| json!({"product": "orange", "gross": gross, "tare": tare, "pieces": ""});
    let weighed = counter.call("weigh", weigh("3.2", "0.05")).unwrap();
    assert_eq!(
        [&weighed["net"], &weighed["unit"], &weighed["said"]],
        ["3.15", "斤", "1.575 公斤"]
    );
    // 3.15 at 6.80 a jin.
    assert_eq!(weighed["amount_fen"], 2142);
    let sale = json!({"lines": [weighed["line"]], "discount": null, "rounding": "none"});
    let figured = counter.call("figure", sale).unwrap();
    assert_eq!(
        [&figured["lines"][0]["quantity"], &figured["lines"][0]["tare"]],
        ["3.15", "0.05"]
    );
    assert_eq!(figured["total_fen"], 2142);
    let untared = counter.call("weigh", weigh(".5", "")).unwrap();
    assert_eq!(
        (&untared["net"], &untared["line"]["tare"]),
        (&json!("0.5"), &Value::Null)
    );
    for (gross, tare, code) in [
        ("0.05", "0.05", "tare_too_heavy"),
        ("0.05", "0.2", "tare_too_heavy"),
        ("", "", "bad_quantity"),
        ("3.2", "x", "bad_quantity"),
    ] {
        assert_eq!(
            refused(&mut counter, "weigh", weigh(gross, tare)),
            code,
            "{gross} {tare}"
        );
    }
}

#[test]
fn counted_in_stock_and_priced_by_weight() {
    let (shop, mut till) = till_with_more();
    assert_eq!(
        till.sell(&cash_sale("none", &[("duck", "1")]))
            .unwrap_err()
            .code(),
        "weight_missing"
    );
    let mut request = cash_sale("s", &[("duck", "2")]);
    request.lines[0].weight = Some("7.35".to_owned());
    let sold = till.sell(&request).unwrap();
    // 7.35 at 26.00 a jin; two of ten are gone.
    assert_eq!(
        (sold.total, sold.lines[0].draws[0].qty.as_str()),
        (19_110, "2.000")
    );
    assert_eq!(sold.lines[0].draws[0].payable, 17_199);
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    let ducks = lots.iter().find(|lot| lot.lot == "L7").unwrap();
    assert_eq!(ducks.left, "8.000");
    let paper = till
        .receipt_preview(&sold.number, Width::Mm58, Language::Chinese)
        .unwrap();
    let paper = text::render(&paper);
    assert!(paper.contains("白条土鸭 2 只"), "{paper}");
    assert!(paper.contains("7.350 斤 x 26.00"), "{paper}");
    assert!(paper.contains("191.10"), "{paper}");

    // Rebuilt from the entries alone the books are the same.
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");

    // A label is of one of them: 20, item 00506, 98.80, check digit.
    let digits = "200050609880";
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let label = format!("{digits}{}", (10 - sum % 10) % 10);
    let mut counter = Counter::new(till);
    let scanned = counter.call("scan", json!({"code": label})).unwrap();
    assert_eq!(
        [&scanned["line"]["quantity"], &scanned["line"]["weight"]],
        ["1", "3.8"]
    );
    let weigh = json!({"product": "duck", "gross": "3.6", "tare": "", "pieces": ""});
    let weighed = counter.call("weigh", weigh).unwrap();
    assert_eq!(
        [&weighed["line"]["quantity"], &weighed["line"]["weight"]],
        ["1", "3.6"]
    );
    let half = json!({"product": "duck", "gross": "3.6", "tare": "", "pieces": "1.5"});
    assert_eq!(refused(&mut counter, "weigh", half), "bad_quantity");
    let sale = json!({"lines": [scanned["line"], weighed["line"]], "discount": null, "rounding": "none"});
    let figured = counter.call("figure", sale).unwrap();
    assert_eq!(figured["total_fen"], 9880 + 9360);
    assert_eq!(
        [&figured["lines"][1]["weight"], &figured["lines"][1]["price_unit"]],
        ["3.6", "斤"]
    );
}

#[test]
fn what_is_counted_and_priced_by_weight_is_imported_right_or_not_at_all() {
    let (_shop, mut till) = till_with_more();
    let row = |more: Value| {
        let mut row =
            json!({"code": "goose", "name": "白条鹅", "unit": "只", "price": 2600, "weighed": true});
        for (key, value) in more.as_object().unwrap() {
            row[key] = value.clone();
        }
        file(json!({"products": [row]}))
    };
    for (bad, code) in [
        (json!({"price_unit": "只"}), "bad_weighing"),
        (json!({"price_unit": "斤", "weighed": false}), "bad_weighing"),
        (json!({"price_unit": "斤", "unit": "公斤"}), "bad_weighing"),
        (json!({"tare": "0"}), "bad_weighing"),
        (json!({"tare": "0.1", "weighed": false}), "bad_weighing"),
        (json!({"lowest_price": 2601}), "bad_price"),
        (
            json!({"weighed": false, "contents": [{"product": "duck", "qty": "1"}]}),
            "bad_box",
        ),
    ] {
        let refusal = till.import(&row(bad.clone()), false).unwrap_err();
        assert!(format!("{refusal:?}").contains(code), "{bad}: {refusal:?}");
    }
    till.import(&row(json!({"price_unit": "斤", "tare": "0.1"})), false)
        .unwrap();
}

#[test]
fn a_gift_box_is_put_together_sold_and_changed() {
    let (_shop, mut counter) = counter();
    let boxed = |code: Value, price: i64, contents: Value| {
        json!({"code": code, "name": "山里礼盒", "price_fen": price, "borne_by": "operator", "barcode": null,
               "contents": contents})
    };
    let contents = json!([{"product": "honey", "quantity": "2"}, {"product": "tea", "quantity": "1"}]);
    let figured = counter
        .call("figure_box", boxed(Value::Null, 20_000, contents.clone()))
        .unwrap();
    // 2 × 45.00 and 128.00 are 218.00; 18.00 less, over both by what they cost.
    assert_eq!(
        [&figured["contents_fen"], &figured["reduction_fen"]],
        [21_800, 1_800]
    );
    assert_eq!(
        [
            &figured["contents"][0]["part_fen"],
            &figured["contents"][1]["part_fen"]
        ],
        [8_257, 11_743]
    );
    let dearer = counter
        .call("figure_box", boxed(Value::Null, 22_000, contents.clone()))
        .unwrap();
    assert_eq!([&dearer["reduction_fen"], &dearer["surplus_fen"]], [0, 200]);

    let save = |draft: Value| json!({"id": "b1", "draft": draft, "approval": null});
    let saved = counter
        .call("save_box", save(boxed(Value::Null, 20_000, contents.clone())))
        .unwrap();
    assert_eq!(
        (&saved["code"], &saved["is_box"]),
        (&json!("T1-box-1"), &json!(true))
    );
    let sold = counter.till.sell(&cash_sale("s", &[("T1-box-1", "1")])).unwrap();
    let nets: Vec<i64> = sold.lines.iter().map(|line| line.net).collect();
    assert_eq!((sold.total, nets), (20_000, vec![8_257, 11_743]));

    let opened = counter.call("open_box", json!({"code": "T1-box-1"})).unwrap();
    assert_eq!(
        (&opened["contents"], &opened["price_fen"]),
        (&contents, &json!(20_000))
    );
    let fewer = json!([{"product": "honey", "quantity": "1"}, {"product": "tea", "quantity": "1"}]);
    counter
        .call("save_box", save(boxed(json!("T1-box-1"), 16_800, fewer)))
        .unwrap();
    let sold = counter.till.sell(&cash_sale("t", &[("T1-box-1", "1")])).unwrap();
    assert_eq!(sold.total, 16_800);
    let all = counter.call("boxes", json!({})).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 3);

    let entries = counter.till.head();
    for (bad, code) in [
        (boxed(Value::Null, 0, contents.clone()), "box_incomplete"),
        (boxed(Value::Null, 100, json!([])), "box_incomplete"),
        (
            boxed(Value::Null, 100, json!([{"product": "honey", "quantity": "x"}])),
            "box_incomplete",
        ),
        (
            boxed(Value::Null, 100, json!([{"product": "gift", "quantity": "1"}])),
            "not_for_a_box",
        ),
        (
            boxed(Value::Null, 100, json!([{"product": "duck", "quantity": "1"}])),
            "not_for_a_box",
        ),
        (
            boxed(Value::Null, 100, json!([{"product": "nothing", "quantity": "1"}])),
            "no_such_product",
        ),
        (boxed(json!("honey"), 100, contents.clone()), "no_such_product"),
    ] {
        assert_eq!(
            refused(&mut counter, "save_box", save(bad.clone())),
            code,
            "{bad}"
        );
    }
    let mut taken = boxed(Value::Null, 100, contents);
    taken["barcode"] = json!("6901234567892");
    assert_eq!(refused(&mut counter, "save_box", save(taken)), "bad_barcode");
    assert_eq!(counter.till.head(), entries, "what is refused changes nothing");
}

#[test]
fn a_cashier_puts_a_box_together_with_a_supervisor() {
    let (_shop, mut till) = till_with_more();
    let staff = file(json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1111"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "3333"}]}));
    till.import(&staff, false).unwrap();
    let mut counter = Counter::new(till);
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1111"}))
        .unwrap();
    let save = |approval: Value| {
        json!({"id": "b1", "approval": approval, "draft": {
            "code": null, "name": "双蜜礼盒", "price_fen": 8800, "borne_by": "operator", "barcode": null,
            "contents": [{"product": "honey", "quantity": "2"}]}})
    };
    assert_eq!(
        refused(&mut counter, "save_box", save(Value::Null)),
        "approval_needed"
    );
    let given =
        json!({"staff": "03", "pin": "3333", "actions": ["gift_box"], "subject": "b1", "draft": null});
    let given = counter.call("approve", given).unwrap();
    counter.call("save_box", save(given["id"].clone())).unwrap();
}
