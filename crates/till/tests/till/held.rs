//! 挂单: what is put aside is there until it is in the books or thrown away.

use jishi_testkit::{Shop, small_fair};
use jishi_till::Counter;
use jishi_till::view::RefusedView;
use serde_json::{Value, json};

fn counter() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    (shop, Counter::new(till))
}

fn draft(lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(product, quantity)| {
            json!({"product": product, "quantity": quantity, "price_fen": null, "price_borne_by": null, "weight": null, "tare": null, "amount_fen": null, "lot": null,
                   "discount": null})
        })
        .collect();
    json!({"lines": lines, "discount": {"fen": null, "bp": 1000, "borne_by": "operator"}, "rounding": "none", "buyer": null,
           "note": null, "exchange": null})
}

fn hold(counter: &mut Counter, id: &str, remark: &str, lines: &[(&str, &str)]) -> Result<Value, RefusedView> {
    counter.call(
        "hold_sale",
        json!({"id": id, "remark": remark, "draft": draft(lines)}),
    )
}

fn held(counter: &mut Counter) -> Value {
    counter.call("held_sales", json!({})).unwrap()
}

fn record(counter: &mut Counter, id: &str, draft: Value) -> Result<Value, RefusedView> {
    let tenders = json!([{"kind": "cash", "fen": 100_000_000, "reference": null}]);
    counter.call(
        "record_sale",
        json!({"id": id, "draft": draft, "tenders": tenders}),
    )
}

#[test]
fn what_is_held_is_shown_and_survives_a_restart_and_a_kill() {
    let (shop, mut counter) = counter();
    let head = counter.till.head();
    hold(
        &mut counter,
        "first",
        "  红衣服大姐 ",
        &[("honey", "2"), ("tea", "1")],
    )
    .unwrap();
    shop.world.pass(60);
    let shown = hold(&mut counter, "second", "", &[("orange", "1.5")]).unwrap();
    assert_eq!(counter.till.head(), head, "it is no fact of the books");
    assert_eq!(shown[0]["remark"], "红衣服大姐");
    assert_eq!(shown[0]["held_at"], "2026-11-21T09:00:00+08:00");
    assert_eq!(shown[0]["lines"], 2);
    assert_eq!(shown[0]["goods"], json!(["土蜂蜜 500g × 2", "高山绿茶 250g × 1"]));
    // 2 × 45.00 + 128.00, less a tenth.
    assert_eq!(shown[0]["total_fen"], 19_620);
    assert_eq!(shown[1]["total_fen"], 918);
    assert_eq!(held(&mut counter), shown);

    // The plug is pulled: nothing is closed in order, and another process opens the folder.
    let folder = shop.path("copy");
    std::fs::create_dir(&folder).unwrap();
    for file in std::fs::read_dir(shop.path("till")).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }
    let copy = jishi_till::Till::open(jishi_till::Folder::at(folder), shop.world.boxed()).unwrap();
    assert_eq!(held(&mut Counter::new(copy)), shown);
    drop(counter);
    let till = shop.open().unwrap();
    assert_eq!(till.held_sales().unwrap().len(), 2);
    assert_eq!(held(&mut Counter::new(till)), shown);
}

#[test]
fn taken_back_it_stays_until_it_is_recorded_and_is_recorded_once() {
    let (_shop, mut counter) = counter();
    hold(&mut counter, "a", "", &[("honey", "2")]).unwrap();
    let recalled = counter
        .call("recall_sale", json!({"id": "a", "standing": null}))
        .unwrap();
    assert_eq!(recalled["draft"], draft(&[("honey", "2")]));
    assert_eq!(
        recalled["held"].as_array().unwrap().len(),
        1,
        "a kill now would find it again"
    );
    let done = record(&mut counter, "a", recalled["draft"].clone()).unwrap();
    assert_eq!(held(&mut counter), json!([]));
    // Once more, as a second window would: the same sale, and no other.
    let again = record(&mut counter, "a", recalled["draft"].clone()).unwrap();
    assert_eq!(
        (&again["number"], &again["repeated"]),
        (&done["number"], &json!(true))
    );
    assert_eq!(
        hold(&mut counter, "a", "", &[("honey", "2")]).unwrap_err().code,
        "id_reused"
    );
    let gone = counter.call("recall_sale", json!({"id": "a", "standing": null}));
    assert_eq!(gone.unwrap_err().code, "no_such_held_sale");
}

#[test]
fn a_standing_sale_is_held_in_the_place_of_the_one_taken_back() {
    let (_shop, mut counter) = counter();
    hold(&mut counter, "a", "甲", &[("honey", "1")]).unwrap();
    let standing = json!({"id": "b", "remark": "", "draft": draft(&[("tea", "1")])});
    let recalled = counter
        .call("recall_sale", json!({"id": "a", "standing": standing}))
        .unwrap();
    assert_eq!(recalled["remark"], "甲");
    let ids: Vec<&str> = recalled["held"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["a", "b"]);
    // Held again as it stands now: it keeps its place and its id, with the lines of now.
    let standing = json!({"id": "a", "remark": "甲", "draft": draft(&[("honey", "3")])});
    let recalled = counter
        .call("recall_sale", json!({"id": "b", "standing": standing}))
        .unwrap();
    assert_eq!(recalled["held"][0]["goods"], json!(["土蜂蜜 500g × 3"]));
    assert_eq!(recalled["draft"], draft(&[("tea", "1")]));
    // Where the other one is not there, nothing is put aside either.
    let standing = json!({"id": "c", "remark": "", "draft": draft(&[("tea", "1")])});
    let refused = counter.call("recall_sale", json!({"id": "nobody", "standing": standing}));
    assert_eq!(refused.unwrap_err().code, "no_such_held_sale");
    assert_eq!(held(&mut counter).as_array().unwrap().len(), 2);
}

#[test]
fn a_new_catalogue_figures_it_anew_and_one_that_lacks_its_goods_says_so() {
    let (_shop, mut counter) = counter();
    hold(&mut counter, "a", "", &[("honey", "2")]).unwrap();
    let mut file = small_fair();
    file.products.retain(|product| product.code == "honey");
    file.products[0].price = 5_000;
    counter
        .till
        .import(
            &jishi_till::wire::ImportFile {
                products: file.products,
                ..Default::default()
            },
            false,
        )
        .unwrap();
    assert_eq!(held(&mut counter)[0]["total_fen"], 9_000);
    hold(&mut counter, "b", "", &[("gone", "1")]).unwrap();
    let shown = held(&mut counter);
    assert_eq!(shown[1]["total_fen"], Value::Null);
    assert!(shown[1]["trouble"].as_str().unwrap().contains("gone"));
    let standing = json!({"id": "c", "remark": "", "draft": draft(&[("honey", "1")])});
    let refused = counter.call("recall_sale", json!({"id": "b", "standing": standing}));
    assert_eq!(refused.unwrap_err().code, "no_such_product");
    assert_eq!(
        held(&mut counter),
        shown,
        "the standing one is on the screen still"
    );
    let shown = counter.call("drop_held_sale", json!({"id": "b"})).unwrap();
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert_eq!(
        counter
            .call("drop_held_sale", json!({"id": "b"}))
            .unwrap_err()
            .code,
        "no_such_held_sale"
    );
}

#[test]
fn what_cannot_be_held_says_why_and_changes_nothing() {
    let (_shop, mut counter) = counter();
    for (code, id, remark, lines) in [
        ("no_lines", "a", "", &[][..]),
        ("bad_id", "", "", &[("honey", "1")][..]),
        ("bad_remark", "a", &"长".repeat(41), &[("honey", "1")][..]),
        ("bad_remark", "a", "两\n行", &[("honey", "1")][..]),
    ] {
        assert_eq!(hold(&mut counter, id, remark, lines).unwrap_err().code, code);
        assert_eq!(held(&mut counter), json!([]));
    }
    for number in 0..100 {
        hold(&mut counter, &number.to_string(), "", &[("honey", "1")]).unwrap();
    }
    let refused = hold(&mut counter, "one more", "", &[("honey", "1")]).unwrap_err();
    assert_eq!(refused.code, "held_full");
    assert!(refused.message.contains("还在屏幕上"));
    // One that is held already may be held again.
    hold(&mut counter, "7", "改了", &[("honey", "2")]).unwrap();
    assert_eq!(held(&mut counter).as_array().unwrap().len(), 100);
}
