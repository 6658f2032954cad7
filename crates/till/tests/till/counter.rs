//! The window's commands, called as the window calls them, without a desktop.

use jishi_paper::Width;
use jishi_paper::escpos::interpret::{Paper, Printed, interpret};
use jishi_testkit::Shop;
use jishi_till::{Counter, Folder, Till};
use serde_json::{Value, json};

pub(crate) fn counter() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    (shop, Counter::new(till))
}

fn draft(product: &str, quantity: &str) -> Value {
    json!({
        "lines": [{"product": product, "quantity": quantity, "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null}],
        "discount": null, "rounding": "jiao",
    })
}

/// A sale through the commands; answers the done view.
fn sell(counter: &mut Counter, tenders: Value) -> Value {
    let id = counter.call("start_sale", json!({})).unwrap()["id"].clone();
    let request = json!({"id": id, "draft": draft("honey", "2"), "tenders": tenders});
    let done = counter.call("record_sale", request.clone()).unwrap();
    let again = counter.call("record_sale", request).unwrap();
    assert_eq!(again["repeated"], true);
    assert_eq!(again["number"], done["number"]);
    done
}

fn drawer_kicks(paper: &Paper) -> usize {
    paper
        .rows
        .iter()
        .filter(|row| matches!(row, Printed::DrawerKick))
        .count()
}

fn cash(fen: i64) -> Value {
    json!([{"kind": "cash", "fen": fen, "reference": null}])
}

#[test]
fn a_sale_is_figured_paid_recorded_and_printed() {
    let (shop, mut counter) = counter();
    let figured = counter.call("figure", draft("honey", "2")).unwrap();
    let total = figured["total_fen"].as_i64().unwrap();
    let short = json!({"draft": draft("honey", "2"), "tenders": cash(total - 1)});
    let paying = counter.call("figure_payment", short.clone()).unwrap();
    assert_eq!(
        (&paying["ready"], &paying["remaining_fen"]),
        (&json!(false), &json!(1))
    );
    let refused = counter
        .call(
            "record_sale",
            json!({"id": "x", "draft": short["draft"], "tenders": short["tenders"]}),
        )
        .unwrap_err();
    assert_eq!(refused.code, "tender_short");

    let done = sell(&mut counter, cash(total + 100));
    assert_eq!(
        (&done["change_fen"], &done["total_fen"]),
        (&json!(100), &json!(total))
    );
    assert!(!done["helped"].as_array().unwrap().is_empty());
    let due: i64 = done["helped"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["due_fen"].as_i64())
        .sum();
    assert!(due > 0 && due <= total);

    // The first paper opens the drawer, since cash was taken; a reprint says so and does not.
    let number = done["number"].as_str().unwrap().to_owned();
    let bytes = |counter: &mut Counter, reprint: bool| {
        let printed = counter
            .call("print_receipt", json!({"number": number, "reprint": reprint}))
            .unwrap();
        assert_eq!(printed["reprint"], reprint);
        let path = counter.till.folder().receipts().join(format!("{number}.escpos"));
        interpret(&std::fs::read(path).unwrap(), Width::Mm58).unwrap()
    };
    let first = bytes(&mut counter, false);
    assert_eq!(drawer_kicks(&first), 1);
    let seq = counter.till.head().seq;
    let second = bytes(&mut counter, true);
    assert_eq!(drawer_kicks(&second), 0);
    assert_eq!(counter.till.head().seq, seq + 1, "a reprint is recorded");
    let picture = counter
        .call("receipt_picture", json!({"number": number}))
        .unwrap();
    assert!(picture["text"].as_str().unwrap().contains(&number));
    drop(shop);
}

#[test]
fn no_cash_opens_no_drawer() {
    let (_shop, mut counter) = counter();
    let total = counter.call("figure", draft("honey", "2")).unwrap()["total_fen"]
        .as_i64()
        .unwrap();
    let done = sell(
        &mut counter,
        json!([{"kind": "wechat", "fen": total, "reference": "0417"}]),
    );
    let number = done["number"].as_str().unwrap().to_owned();
    counter
        .call("print_receipt", json!({"number": number, "reprint": false}))
        .unwrap();
    let path = counter.till.folder().receipts().join(format!("{number}.escpos"));
    let paper = interpret(&std::fs::read(path).unwrap(), Width::Mm58).unwrap();
    assert_eq!(drawer_kicks(&paper), 0);
}

#[test]
fn a_printer_that_is_not_there_does_not_lose_the_sale() {
    let (_shop, mut counter) = counter();
    let total = counter.call("figure", draft("honey", "2")).unwrap()["total_fen"]
        .as_i64()
        .unwrap();
    let done = sell(&mut counter, cash(total));
    // Port 9 of this machine: nobody listens.
    counter.till.set_printer("tcp://127.0.0.1:9").unwrap();
    let refused = counter
        .call(
            "print_receipt",
            json!({"number": done["number"], "reprint": false}),
        )
        .unwrap_err();
    assert_eq!(refused.code, "paper_failed");
    assert_eq!(counter.call("status", json!({})).unwrap()["printer"], "failed");
    assert_eq!(counter.call("status", json!({})).unwrap()["sales_waiting"], 1);
    assert!(counter.till.set_printer("usb:nonsense").is_err());
}

#[test]
fn what_no_window_sends_is_refused() {
    let (_shop, mut counter) = counter();
    for (name, request, code) in [
        ("no_such_command", json!({}), "bad_request"),
        ("figure", json!({"lines": "all"}), "bad_request"),
        ("figure", draft("honey", "0"), "bad_quantity"),
        ("figure", draft("honey", "1.0005"), "bad_quantity"),
        ("figure", draft("honey", "1000000000000"), "bad_quantity"),
        ("figure", draft("nothing", "1"), "no_such_product"),
        (
            "scan",
            json!({"code": "https://example.invalid/a?b=c"}),
            "no_such_product",
        ),
        ("scan", json!({"code": "134567890123456789"}), "payment_code"),
        ("scan", json!({"code": "扫".repeat(10_000)}), "no_such_product"),
        (
            "print_receipt",
            json!({"number": "T1-999999", "reprint": false}),
            "no_such_receipt",
        ),
        (
            "receipt_picture",
            json!({"number": "../../etc/passwd"}),
            "no_such_receipt",
        ),
    ] {
        let head = counter.till.head();
        let refused = counter.call(name, request).unwrap_err();
        assert_eq!(refused.code, code, "{name}");
        assert!(
            refused.message.chars().count() < 200,
            "{name}: {}",
            refused.message
        );
        assert_eq!(counter.till.head(), head, "{name}");
    }
}

/// The words are 繁體字; whose goods they are is said as it was entered.
#[test]
fn traditional_chinese_is_spoken_kept_and_put_on_paper() {
    let (shop, mut counter) = counter();
    let simplified = figured(&mut counter);
    counter
        .call("choose_language", json!({"language": "zh-Hant"}))
        .unwrap();
    let refused = counter.call("scan", json!({"code": "nothing"})).unwrap_err();
    assert!(refused.message.starts_with("沒有這個商品"), "{}", refused.message);
    let traditional = figured(&mut counter);
    let label = |view: &Value| view["lines"][0]["discount_label"].as_str().unwrap().to_owned();
    assert_eq!(label(&simplified), "9 折 经营方让利");
    assert_eq!(label(&traditional), "9 折 經營方讓利");
    let whose = |view: &Value| view["lines"][0]["whose"].as_str().unwrap().to_owned();
    assert_eq!(
        whose(&traditional).replace('戶', "户"),
        whose(&simplified),
        "a name was converted"
    );
    let folder: Folder = counter.till.folder().clone();
    drop(counter);
    let till = Till::open(folder, shop.world.boxed()).unwrap();
    assert_eq!(
        Counter::new(till).call("screen", json!({})).unwrap()["language"],
        "zh-Hant"
    );
}

/// A draft with a discount, as the window is shown it.
fn figured(counter: &mut Counter) -> Value {
    let mut draft = draft("honey", "1");
    draft["lines"][0]["discount"] = json!({"bp": 1000, "fen": null, "borne_by": "operator"});
    counter.call("figure", draft).unwrap()
}

#[test]
fn the_language_is_kept() {
    let (shop, mut counter) = counter();
    assert_eq!(counter.call("screen", json!({})).unwrap()["language"], "zh-Hans");
    counter
        .call("choose_language", json!({"language": "en"}))
        .unwrap();
    let refused = counter.call("scan", json!({"code": "nothing"})).unwrap_err();
    assert!(refused.message.starts_with("No such product"));
    let folder: Folder = counter.till.folder().clone();
    drop(counter);
    let till = Till::open(folder, shop.world.boxed()).unwrap();
    assert_eq!(
        Counter::new(till).call("screen", json!({})).unwrap()["language"],
        "en"
    );
}

#[test]
fn the_search_knows_what_an_import_changed() {
    let (_shop, mut counter) = counter();
    let codes = |counter: &mut Counter, query: &str, category: Value, limit: u32| -> Vec<String> {
        let request = json!({"query": query, "category": category, "limit": limit});
        let found = counter.call("find_products", request).unwrap();
        let found = found.as_array().unwrap().iter();
        found
            .map(|product| product["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(codes(&mut counter, "tufm", Value::Null, 24), ["honey"]);
    assert_eq!(codes(&mut counter, "ydm", Value::Null, 24), [""; 0]);
    let file = json!({"products": [
        {"code": "honey", "name": "野地蜜 500g", "unit": "瓶", "price": 4500, "barcodes": ["6901234567892"]},
        {"code": "wax", "name": "野地蜜蜡", "unit": "块", "price": 900, "category": "手工"},
    ]});
    let file = serde_json::from_value(file).unwrap();
    counter.till.import(&file, false).unwrap();
    assert_eq!(codes(&mut counter, "tufm", Value::Null, 24), [""; 0]);
    assert_eq!(codes(&mut counter, "ydm", Value::Null, 24), ["wax", "honey"]);
    assert_eq!(codes(&mut counter, "ydm", Value::Null, 1), ["wax"]);
    assert_eq!(codes(&mut counter, "ydm", json!("手工"), 24), ["wax"]);
    // Without a query: by code.
    assert_eq!(codes(&mut counter, " ", Value::Null, 3), ["bag", "egg", "gift"]);
    assert_eq!(codes(&mut counter, "", json!("手工"), 3), ["wax"]);
}
