//! What is scanned or picked, as the sale takes it: counted up, as its label says, or refused where it comes to nothing.

use crate::counter::counter;
use jishi_testkit::{Shop, sale_of};
use jishi_till::wire::ImportFile;
use jishi_till::{Counter, label_of_lot};
use serde_json::{Value, json};

const HONEY: &str = "honey";

fn line(product: &str, quantity: &str) -> Value {
    json!({"product": product, "quantity": quantity, "price_fen": null, "price_borne_by": null, "weight": null,
           "tare": null, "amount_fen": null, "lot": null, "discount": null})
}

fn draft(lines: Value, rounding: &str) -> Value {
    json!({"lines": lines, "discount": null, "rounding": rounding})
}

fn scan(counter: &mut Counter, code: &str, times: Option<&str>, after: &Value) -> Value {
    let request = json!({"code": code, "times": times, "after": after});
    counter.call("scan", request).unwrap()
}

/// What a scan after a line makes of it: the quantity where it counts up, and nothing where it is a line of its own.
fn counted(counter: &mut Counter, code: &str, after: &Value) -> Option<String> {
    let scanned = scan(counter, code, None, after);
    match scanned["counts_up"].as_bool().unwrap() {
        true => Some(scanned["line"]["quantity"].as_str().unwrap().to_owned()),
        false => {
            assert_eq!(scanned["line"]["quantity"], "1", "{code}");
            None
        }
    }
}

#[test]
fn the_same_goods_scanned_again_count_up_the_last_line() {
    let (_shop, mut counter) = counter();
    let first = scan(&mut counter, HONEY, None, &Value::Null);
    assert_eq!(
        (&first["line"]["quantity"], &first["counts_up"]),
        (&json!("1"), &json!(false))
    );
    let second = scan(&mut counter, HONEY, None, &first["line"]);
    assert_eq!(second["line"], line(HONEY, "2"));
    // 3× and a scan: three more.
    let fifth = scan(&mut counter, HONEY, Some("3"), &second["line"]);
    assert_eq!(
        (&fifth["line"]["quantity"], &fifth["counts_up"]),
        (&json!("5"), &json!(true))
    );
    // A gift box too: it is one line.
    assert_eq!(
        counted(&mut counter, "gift", &line("gift", "2")).as_deref(),
        Some("3")
    );
}

#[test]
fn what_somebody_changed_is_of_another_lot_or_too_many_is_left_as_it_is() {
    let (_shop, mut counter) = counter();
    let with = |key: &str, value: Value| {
        let mut line = line(HONEY, "1");
        line[key] = value;
        line
    };
    for other in [
        line("tea", "1"),
        with(
            "discount",
            json!({"fen": 100, "bp": null, "borne_by": "operator"}),
        ),
        with("price_fen", json!(4000)),
        with("amount_fen", json!(4500)),
        with("lot", json!("L1")),
        line(HONEY, "1000000"),
    ] {
        assert_eq!(counted(&mut counter, HONEY, &other), None, "{other}");
    }
    assert_eq!(counted(&mut counter, HONEY, &Value::Null), None);
    // Boxes of one lot are counted, those of another stand apart.
    let label = |lot: &str| label_of_lot(HONEY, lot).as_str().to_owned();
    let of_lot = with("lot", json!("L2"));
    assert_eq!(counted(&mut counter, &label("L2"), &of_lot).as_deref(), Some("2"));
    assert_eq!(counted(&mut counter, &label("L1"), &of_lot), None);
}

/// Prefix 22, item 00123, amount, grams, check digit.
fn scale_label(amount_fen: u32, grams: u32) -> String {
    let digits = format!("2200123{amount_fen:05}{grams:05}");
    let weights = [3, 1].into_iter().cycle();
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn weighing_shop() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(7);
    let file: ImportFile = serde_json::from_value(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "operator": "白水县供销合作社联合社",
                   "scale_barcodes": ["FFWWWWWEEEEENNNNNC", "FFWWWWWNNNNNC"]},
        "products": [{"code": "straw", "name": "稻草", "unit": "公斤", "price": 3, "weighed": true},
                     {"code": "flyer", "name": "宣传单", "unit": "张", "price": 0, "own": true}],
    }))
    .unwrap();
    till.import(&file, false).unwrap();
    till.open_shift(None, 0).unwrap();
    (shop, Counter::new(till))
}

#[test]
fn two_labels_of_a_scale_are_two_lines() {
    let (_shop, mut counter) = weighing_shop();
    // Of 500 g with the weight alone, and with both: each package has its own.
    let weight_alone = "2200123005007";
    for code in [weight_alone, scale_label(680, 500).as_str()] {
        let first = scan(&mut counter, code, None, &Value::Null);
        let second = scan(&mut counter, code, None, &first["line"]);
        assert_eq!(second, first, "{code}");
        assert_eq!(first["counts_up"], false);
    }
}

#[test]
fn a_label_that_disagrees_with_the_price_stands_and_says_what_it_would_be() {
    let (_shop, mut counter) = weighing_shop();
    let mut by_price = |amount_fen: u32, grams: u32| {
        let scanned = scan(&mut counter, &scale_label(amount_fen, grams), None, &Value::Null);
        let figured = counter
            .call("figure", draft(json!([scanned["line"]]), "none"))
            .unwrap();
        // The buyer saw it.
        assert_eq!(figured["total_fen"], amount_fen);
        figured["lines"][0]["by_price_fen"].as_i64()
    };
    // 6.80 a 斤, 500 g.
    assert_eq!(by_price(680, 500), None);
    // The scale weighs finer than it prints, and this one leaves the fen off: 1.111 kg is 15.1096.
    assert_eq!(by_price(1511, 1111), None);
    assert_eq!(by_price(1510, 1111), None);
    assert_eq!(by_price(1500, 1111), Some(1511));
    assert_eq!(by_price(600, 500), Some(680));
    assert_eq!(by_price(750, 500), Some(680));

    // One press takes the amount off: then it is weight × price.
    let scanned = scan(&mut counter, &scale_label(600, 500), None, &Value::Null);
    let mut line = scanned["line"].clone();
    line["amount_fen"] = Value::Null;
    let figured = counter.call("figure", draft(json!([line]), "none")).unwrap();
    assert_eq!(
        (&figured["total_fen"], &figured["lines"][0]["by_price_fen"]),
        (&json!(680), &Value::Null)
    );
}

#[test]
fn a_line_that_comes_to_nothing_is_refused_and_a_gift_is_not() {
    let (_shop, mut counter) = weighing_shop();
    let refused = |counter: &mut Counter, command: &str, request: Value| {
        let refused = counter.call(command, request).unwrap_err();
        assert!(refused.message.contains("0.00"), "{}", refused.message);
        refused.code
    };
    // 0.03 a kilogram.
    let weigh = |gross: &str| json!({"product": "straw", "gross": gross, "tare": "", "pieces": ""});
    assert_eq!(refused(&mut counter, "weigh", weigh("0.1")), "comes_to_nothing");
    let little = draft(json!([line(HONEY, "1"), line("straw", "0.1")]), "none");
    let said = counter.call("figure", little.clone()).unwrap_err();
    assert_eq!((said.code.as_str(), said.line), ("comes_to_nothing", Some(2)));
    let record =
        json!({"id": "s1", "draft": little, "tenders": [{"kind": "cash", "fen": 4500, "reference": null}]});
    assert_eq!(refused(&mut counter, "record_sale", record), "comes_to_nothing");
    // Nor does a label that states 0.00.
    let scanned = scan(&mut counter, &scale_label(0, 500), None, &Value::Null);
    let figured = draft(json!([scanned["line"]]), "none");
    assert_eq!(refused(&mut counter, "figure", figured), "comes_to_nothing");

    // Enough of it, the operator's own at 0, and a price of 0 by hand are sold.
    assert_eq!(counter.call("weigh", weigh("0.2")).unwrap()["amount_fen"], 1);
    let mut gift = line("straw", "0.1");
    gift["price_fen"] = json!(0);
    let lines = json!([line("straw", "20"), gift, line("flyer", "3")]);
    let figured = counter.call("figure", draft(lines.clone(), "none")).unwrap();
    assert_eq!(figured["total_fen"], 60);
    let record = json!({"id": "s2", "draft": draft(lines, "none"),
                        "tenders": [{"kind": "cash", "fen": 60, "reference": null}]});
    counter.call("record_sale", record).unwrap();
}

#[test]
fn wiping_off_all_there_is_to_pay_is_refused_when_it_is_paid() {
    let (_shop, mut counter) = weighing_shop();
    let cheap = draft(json!([line("straw", "2")]), "jiao");
    // While the sale is put together it may be wiped to nothing: more may come.
    assert_eq!(counter.call("figure", cheap.clone()).unwrap()["total_fen"], 0);
    let paying = json!({"draft": cheap, "tenders": [], "rest": "cash"});
    assert_eq!(
        counter.call("figure_payment", paying).unwrap_err().code,
        "wipes_all"
    );
    let record = json!({"id": "s1", "draft": cheap, "tenders": []});
    assert_eq!(counter.call("record_sale", record).unwrap_err().code, "wipes_all");
    let exact = draft(json!([line("straw", "2")]), "none");
    let record =
        json!({"id": "s1", "draft": exact, "tenders": [{"kind": "cash", "fen": 6, "reference": null}]});
    assert_eq!(counter.call("record_sale", record).unwrap()["total_fen"], 6);
}

/// The arithmetic lets it be; who sells by the command reads it in the result.
#[test]
fn the_command_says_which_lines_came_to_nothing() {
    let (_shop, mut counter) = weighing_shop();
    let sold = counter
        .till
        .sell(&sale_of("s1", &[("straw", "0.1"), ("flyer", "1")]))
        .unwrap();
    assert_eq!((sold.total, sold.comes_to_nothing), (0, vec![1]));
}
