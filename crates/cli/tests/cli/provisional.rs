//! Goods that are not in the catalogue, and labels of lots, by hand.

use crate::support::{Shop, code_of, sale, text_of};
use serde_json::json;

#[test]
fn goods_are_put_in_listed_confirmed_and_assigned() {
    let shop = Shop::open();
    let yams = json!({"name": "红薯", "unit": "斤", "price": 350,
                      "new_party": {"name": "韦大娘", "village": "下坡村"}});
    let put_in = shop.run(&["provisional", "add"], &yams.to_string()).ok().only();
    assert_eq!(put_in, json!({"product": "T1-x1", "said_of": "T1-h1"}));
    let again = shop.run(&["provisional", "add"], &yams.to_string()).ok().only();
    assert_eq!(again["repeated"], true);
    let refused = shop.run(
        &["provisional", "add"],
        &json!({"name": "", "unit": "斤", "price": 1}).to_string(),
    );
    assert_eq!((refused.code, &*code_of(&refused.only())), (1, "bad_name"));

    shop.done("sell", sale("s", "T1-x1", "2", 700));
    let listed = shop.run(&["provisional", "list"], "").ok().lines();
    assert_eq!(listed, shop.report("provisional"));
    assert_eq!(
        (
            &listed[0]["code"],
            &listed[0]["said_of"],
            &listed[0]["qty"],
            &listed[0]["net"]
        ),
        (&json!("T1-x1"), &json!("T1-h1"), &json!("2.000"), &json!(700))
    );
    assert_eq!(shop.report("unassigned")[0]["said_of"], "T1-h1");

    assert_eq!(
        shop.run(&["provisional", "confirm", "honey"], "").refused(),
        "not_provisional"
    );
    shop.run(&["provisional", "confirm", "T1-x1"], "").ok();
    shop.run(&["provisional", "confirm", "T1-h1", "--same-as", "H1"], "")
        .ok();
    assert!(shop.report("provisional").is_empty());
    shop.import(&json!({"lots": [{"code": "L9", "product": "T1-x1", "qty": "10",
        "shares": [{"party": "H1", "weight": 1}], "terms": {"kind": "consignment", "commission_bp": 1000}}]}))
        .ok();
    let assigned = shop.done("assign", json!({"sale": "s", "line": 1, "lot": "L9"}));
    assert_eq!(assigned["draw"]["due"], json!([630]));
    shop.run(&["verify"], "").ok();
}

#[test]
fn a_lots_labels_are_printed_and_sell_from_it() {
    let shop = Shop::open();
    let said = shop
        .run(&["label", "L1", "--count", "2", "--text"], "")
        .ok()
        .only();
    let code = said["number"].as_str().unwrap_or_default().to_owned();
    let text = said["text"].as_str().unwrap_or_default();
    assert!(code.starts_with("JL") && code.len() == 14, "{said}");
    assert_eq!(text.matches("45.00 元/瓶").count(), 2, "{text}");
    let sold = shop.done("sell", sale("s", &code, "1", 4500));
    assert_eq!(sold["lines"][0]["draws"][0]["lot"], "L1");
    assert_eq!(shop.run(&["label", "L77", "--text"], "").refused(), "no_such_lot");
    for form in ["pdf", "escpos", "png"] {
        let file = shop.file(&format!("label.{form}"));
        let option = format!("--{form}");
        shop.run(&["label", "L1", &option, text_of(&file)], "").ok();
        assert!(std::fs::metadata(&file).expect("a file").len() > 100, "{form}");
    }
    assert_eq!(shop.run(&["label", "L1", "--count", "0", "--text"], "").code, 2);
}

#[test]
fn stalls_have_a_report() {
    let shop = Shop::open();
    shop.import(&json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "stalls": [{"code": "S1", "name": "蜜坊"}]},
        "products": [{"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500, "stall": "S1"}],
        "settings": {"stall_mode": true}
    }))
    .ok();
    shop.done("sell", sale("s", "honey", "2", 9000));
    assert_eq!(
        shop.report("stalls"),
        [
            json!({"outlet": "F1", "stall": "S1", "name": "蜜坊", "sales": 1, "gross": 9000, "discount": 0,
                "refunded": 0, "net": 9000})
        ]
    );
    let slip = shop.run(&["receipt", "T1-000001", "--text"], "").ok().only();
    let text = slip["text"].as_str().unwrap_or_default();
    assert!(text.contains("摊位小票") && text.contains("本摊合计"), "{text}");
}
