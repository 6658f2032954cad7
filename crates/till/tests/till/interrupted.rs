//! After a power cut: the paper of the last receipt is offered, and what stood on the screen is not lost.

use crate::counter::counter;
use jishi_testkit::Shop;
use jishi_till::Counter;
use serde_json::{Value, json};

fn draft(lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(product, quantity)| {
            json!({"product": product, "quantity": quantity, "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null})
        })
        .collect();
    json!({"lines": lines, "discount": null, "rounding": "none"})
}

fn sell(counter: &mut Counter, id: &str) -> String {
    let tenders = json!([{"kind": "cash", "fen": 10_000, "reference": null}]);
    let request = json!({"id": id, "draft": draft(&[("honey", "1")]), "tenders": tenders});
    let done = counter.call("record_sale", request).unwrap();
    done["number"].as_str().unwrap().to_owned()
}

fn keep(counter: &mut Counter, id: &str, lines: &[(&str, &str)]) {
    let sale = json!({"id": id, "remark": "", "draft": draft(lines)});
    counter.call("keep_standing", json!({"sale": sale})).unwrap();
}

fn interrupted(counter: &mut Counter) -> Value {
    counter.call("interrupted", json!({})).unwrap()
}

/// The program is gone from one moment to the next.
fn started_again(shop: &Shop, counter: Counter) -> Counter {
    drop(counter);
    Counter::new(shop.open().unwrap())
}

#[test]
fn a_receipt_is_offered_until_it_is_known_to_be_printed() {
    let (shop, mut counter) = counter();
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);
    let number = sell(&mut counter, "a");
    let mut counter = started_again(&shop, counter);
    let offered = interrupted(&mut counter);
    assert_eq!(
        offered["receipt"],
        json!({"number": number, "kind": "sale", "net_fen": 4_500, "change_fen": 5_500})
    );
    // Offered is not answered: it is there at the next start too.
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter), offered);
    counter
        .call("print_receipt", json!({"number": number, "reprint": true}))
        .unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);
}

#[test]
fn a_receipt_is_not_offered_after_its_first_print_or_when_she_went_on() {
    let (shop, mut counter) = counter();
    let number = sell(&mut counter, "a");
    counter
        .call("print_receipt", json!({"number": number, "reprint": false}))
        .unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);

    let (first, second) = (sell(&mut counter, "b"), sell(&mut counter, "c"));
    // A slow paper of the one before says nothing of the last.
    counter
        .call("deal_with_receipt", json!({"number": first}))
        .unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["receipt"]["number"], json!(second));
    counter
        .call("deal_with_receipt", json!({"number": second}))
        .unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);
}

#[test]
fn a_receipt_is_offered_where_the_printer_failed_and_where_the_file_beside_it_is_torn() {
    let (shop, mut counter) = counter();
    let number = sell(&mut counter, "a");
    counter.till.set_printer("file:/no/such/printer").unwrap();
    counter
        .call("print_receipt", json!({"number": number, "reprint": false}))
        .unwrap_err();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["receipt"]["number"], json!(number));
    std::fs::write(shop.path("till").join("last_receipt"), "T1-0000").unwrap();
    assert_eq!(interrupted(&mut counter)["receipt"]["number"], json!(number));
}

#[test]
fn a_refund_is_offered_as_a_refund_and_nothing_of_a_closed_shift_is() {
    let (shop, mut counter) = counter();
    let number = sell(&mut counter, "a");
    let void = json!({"id": "v", "number": number, "reason": "收错了"});
    counter.call("void_sale", void).unwrap();
    let mut counter = started_again(&shop, counter);
    let receipt = interrupted(&mut counter)["receipt"].clone();
    assert_eq!(
        (&receipt["kind"], &receipt["net_fen"]),
        (&json!("void"), &json!(4_500))
    );
    counter.till.close_shift(None).unwrap();
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);
    counter.till.open_shift(None, 0).unwrap();
    assert_eq!(interrupted(&mut counter)["receipt"], Value::Null);
}

#[test]
fn what_stood_on_the_screen_is_among_the_held_sales_after_a_power_cut() {
    let (shop, mut counter) = counter();
    keep(&mut counter, "s", &[("honey", "1")]);
    keep(&mut counter, "s", &[("honey", "1"), ("tea", "2")]);
    let mut counter = started_again(&shop, counter);
    let sale = interrupted(&mut counter)["sale"].clone();
    assert_eq!(
        (&sale["id"], &sale["lines"], &sale["total_fen"], &sale["remark"]),
        (&json!("s"), &json!(2), &json!(30_100), &json!("断电前没收款"))
    );
    assert_eq!(counter.call("held_sales", json!({})).unwrap(), json!([sale]));
    // What is scanned instead takes nothing away from it, and it is offered no second time by itself.
    keep(&mut counter, "t", &[("tea", "1")]);
    counter.call("keep_standing", json!({"sale": null})).unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["sale"], Value::Null);
    let recalled = counter
        .call("recall_sale", json!({"id": "s", "standing": null}))
        .unwrap();
    assert_eq!(recalled["draft"]["lines"].as_array().unwrap().len(), 2);
}

#[test]
fn what_was_recorded_or_put_aside_is_not_offered_as_unpaid() {
    let (shop, mut counter) = counter();
    keep(&mut counter, "a", &[("honey", "1")]);
    sell(&mut counter, "a");
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["sale"], Value::Null);
    assert_eq!(counter.call("held_sales", json!({})).unwrap(), json!([]));

    // Put aside by hand a minute later, with one line more.
    keep(&mut counter, "h", &[("honey", "1")]);
    shop.world.pass(60);
    let held = json!({"id": "h", "remark": "甲", "draft": draft(&[("honey", "1"), ("tea", "1")])});
    counter.call("hold_sale", held).unwrap();
    let mut counter = started_again(&shop, counter);
    assert_eq!(interrupted(&mut counter)["sale"], Value::Null);
    let rows = counter.call("held_sales", json!({})).unwrap();
    assert_eq!((&rows[0]["remark"], &rows[0]["lines"]), (&json!("甲"), &json!(2)));

    // Taken back and changed, it is offered as it was changed, under its own remark.
    shop.world.pass(60);
    keep(&mut counter, "h", &[("honey", "1"), ("tea", "1"), ("tea", "1")]);
    let mut counter = started_again(&shop, counter);
    let sale = interrupted(&mut counter)["sale"].clone();
    assert_eq!((&sale["remark"], &sale["lines"]), (&json!("甲"), &json!(3)));
}

#[test]
fn a_standing_sale_that_was_not_written_whole_is_no_sale() {
    let (shop, mut counter) = counter();
    for text in ["", "{", "{\"id\":\"x\"}", "[1]"] {
        std::fs::write(shop.path("till").join("standing.json"), text).unwrap();
        counter = started_again(&shop, counter);
        assert_eq!(interrupted(&mut counter), json!({"receipt": null, "sale": null}));
    }
    // One that is empty, or of no id, is not kept.
    keep(&mut counter, "a", &[]);
    let bad = json!({"sale": {"id": "", "remark": "", "draft": draft(&[("honey", "1")])}});
    assert_eq!(counter.call("keep_standing", bad).unwrap_err().code, "bad_id");
}
