//! 批次标签: a scanned label sells from just the lot it names.

use jishi_paper::text;
use jishi_testkit::{Shop, cash_sale};
use jishi_till::view::Language;
use jishi_till::wire::ImportFile;
use jishi_till::{Counter, PaperForm, Reading, label_of_lot};
use serde_json::{Value, json};

fn draft(line: Value) -> Value {
    json!({"lines": [line], "discount": null, "rounding": "none"})
}

fn label(product: &str, lot: &str) -> String {
    label_of_lot(product, lot).as_str().to_owned()
}

#[test]
fn a_label_adds_one_of_its_own_lot_and_the_line_says_which() {
    let (_shop, till) = Shop::with_fair(1);
    let mut counter = Counter::new(till);
    // Honey is drawn from L1 first; this box is of L2. A gun that lost its capitals is understood too.
    let code = label("honey", "L2").to_lowercase();
    let scanned = counter.call("scan", json!({ "code": code })).unwrap();
    assert_eq!(
        (
            &scanned["kind"],
            &scanned["line"]["product"],
            &scanned["line"]["quantity"],
            &scanned["line"]["lot"]
        ),
        (&json!("line"), &json!("honey"), &json!("1"), &json!("L2"))
    );
    let figured = counter.call("figure", draft(scanned["line"].clone())).unwrap();
    assert_eq!(
        (&figured["lines"][0]["lot"], &figured["lines"][0]["whose"]),
        (&json!("L2"), &json!("茶坪村 · 覃小妹"))
    );
}

#[test]
fn a_label_on_weighed_goods_asks_for_the_weight_and_keeps_the_lot() {
    let (_shop, till) = Shop::with_fair(1);
    let mut counter = Counter::new(till);
    let scanned = counter
        .call("scan", json!({ "code": label("orange", "L3") }))
        .unwrap();
    assert_eq!(
        (&scanned["kind"], &scanned["lot"]),
        (&json!("weigh"), &json!("L3"))
    );
    let weigh = json!({"product": "orange", "gross": "2", "tare": "", "pieces": "", "lot": "L3"});
    let weighed = counter.call("weigh", weigh).unwrap();
    assert_eq!(weighed["line"]["lot"], "L3");
}

#[test]
fn a_label_that_is_misread_unknown_or_of_another_product_adds_nothing() {
    let (_shop, till) = Shop::with_fair(1);
    let mut counter = Counter::new(till);
    let mut scan = |code: String| counter.call("scan", json!({ "code": code })).unwrap_err();
    let good = label("honey", "L2");
    let wrong = if good.ends_with('0') { '1' } else { '0' };
    assert_eq!(scan(format!("{}{wrong}", &good[..13])).code, "bad_barcode");
    let unknown = scan(label("honey", "L77"));
    assert_eq!(unknown.code, "no_such_lot");
    assert!(unknown.message.contains("没有加进单子"), "{}", unknown.message);
    // There is a lot L1, and it is of honey.
    assert_eq!(scan(label("tea", "L1")).code, "no_such_lot");
}

#[test]
fn when_its_lot_is_sold_out_the_rest_is_unassigned() {
    let (_shop, mut till) = Shop::with_fair(1);
    let code = label("honey", "L2");
    let sold = till.sell(&cash_sale("a", &[(&code, "18")])).unwrap();
    assert_eq!(sold.lines[0].draws[0].lot.as_deref(), Some("L2"));
    let sold = till.sell(&cash_sale("b", &[(&code, "5")])).unwrap();
    let draws: Vec<(Option<&str>, &str)> = sold.lines[0]
        .draws
        .iter()
        .map(|draw| (draw.lot.as_deref(), &*draw.qty))
        .collect();
    assert_eq!(
        draws,
        [(Some("L2"), "2.000"), (None, "3.000")],
        "none is taken from L1"
    );
    // Named twice it has to be the same.
    let mut twice = cash_sale("c", &[(&code, "1")]);
    twice.lines[0].lot = Some("L1".to_owned());
    assert_eq!(till.sell(&twice).unwrap_err().code(), "bad_request");
}

#[test]
fn a_label_is_printed_with_the_price_and_the_village_and_reads_back() {
    let (shop, mut till) = Shop::with_fair(1);
    // A code that no scanner could type.
    let more: ImportFile = serde_json::from_value(json!({
        "lots": [{"code": "蜂蜜·二批", "product": "honey", "qty": "5", "shares": [{"party": "H1", "weight": 1}],
                  "terms": {"kind": "buyout"}}]
    }))
    .unwrap();
    till.import(&more, false).unwrap();
    let mut counter = Counter::new(till);
    let reading = Reading::open(&shop.folder()).unwrap();
    let form = PaperForm {
        width: jishi_paper::Width::Mm58,
        language: Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    let paper = reading.label("蜂蜜·二批", 2, form).unwrap();
    let said = text::render(&paper.document);
    let code = label("honey", "蜂蜜·二批");
    for part in [
        "土蜂蜜 500g",
        "45.00 元/瓶",
        "产地 石门村",
        "批次 蜂蜜·二批",
        &code,
    ] {
        assert_eq!(said.matches(part).count() % 2, 0, "{part}: {said}");
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("王桂兰"), "a household is on no paper by its name");
    let scanned = counter.call("scan", json!({ "code": code })).unwrap();
    assert_eq!(scanned["line"]["lot"], "蜂蜜·二批");
    let absent = reading.label("L77", 1, form).unwrap_err();
    assert_eq!(
        (absent.code(), &*absent.message(Language::Chinese)),
        ("no_such_lot", "没有这个批次：L77。")
    );
}
