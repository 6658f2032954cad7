//! The demo fair is what every newcomer sees first: it is as rich as it claims, and nothing in it points nowhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail as its tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jishi_till::{Folder, Machine, Till};
use serde_json::{Value, json};

fn fair() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/fair.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn rows<'a>(fair: &'a Value, list: &str) -> &'a [Value] {
    fair[list].as_array().unwrap()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} of {row} is no text"))
}

fn codes<'a>(rows: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    let codes: Vec<&str> = rows.into_iter().map(|row| text(row, "code")).collect();
    let set: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(set.len(), codes.len(), "a code stands twice");
    set
}

fn count<'a>(rows: &'a [Value], key: &str) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(text(row, key)).or_default() += 1;
    }
    counts
}

/// Thousandths of a quantity: digits with at most a point and three more.
fn thousandths(quantity: &str) -> u64 {
    let (whole, part) = quantity.split_once('.').unwrap_or((quantity, ""));
    assert!(part.len() <= 3, "{quantity}");
    format!("{whole}{part:0<3}").parse().unwrap()
}

fn is_check_digit_right(barcode: &str) -> bool {
    let weighed = barcode.bytes().rev().zip([1, 3].into_iter().cycle());
    barcode.len() == 13
        && weighed
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum::<u32>()
            % 10
            == 0
}

#[test]
fn it_is_as_large_as_it_says() {
    let fair = fair();
    let parties = rows(&fair, "parties");
    assert_eq!(rows(&fair["outlet"], "stalls").len(), 12);
    assert_eq!(
        count(parties, "kind"),
        BTreeMap::from([
            ("household", 60),
            ("cooperative", 3),
            ("enterprise", 1),
            ("collective", 2)
        ])
    );
    let households: Vec<Value> = parties
        .iter()
        .filter(|party| text(party, "kind") == "household")
        .cloned()
        .collect();
    let villages = count(&households, "village");
    assert_eq!(
        villages.values().copied().collect::<Vec<_>>(),
        [12; 5],
        "{villages:?}"
    );
    assert_eq!(count(parties, "name").len(), parties.len(), "a name stands twice");

    let products = rows(&fair, "products");
    // 80 kinds of goods, and beside them a service, a ticket and a voucher.
    assert_eq!(products.len(), 83);
    let of_kind = |kind: &str| products.iter().filter(|product| product["kind"] == kind).count();
    assert_eq!(
        [of_kind("service"), of_kind("ticket"), of_kind("voucher")],
        [1, 1, 1]
    );
    assert_eq!(
        products.iter().filter(|product| product["quick"] == true).count(),
        12
    );
    assert_eq!(
        products
            .iter()
            .filter(|product| product["contents"].is_array())
            .count(),
        2
    );
    assert_eq!(
        products.iter().filter(|product| product["own"] == true).count(),
        3
    );
    assert!(
        products
            .iter()
            .filter(|product| product["scale_code"].is_string())
            .count()
            >= 10
    );

    let lots = rows(&fair, "lots");
    assert_eq!(lots.len(), 122);
    let of_kind = |kind: &str| lots.iter().filter(|lot| lot["terms"]["kind"] == kind).count();
    let largest = lots.iter().map(|lot| rows(lot, "shares").len()).max().unwrap();
    assert!(of_kind("agreed") >= 10 && of_kind("buyout") >= 5);
    assert_eq!(
        of_kind("agreed") + of_kind("buyout") + of_kind("consignment"),
        122
    );
    assert!(lots.iter().filter(|lot| rows(lot, "shares").len() == 1).count() >= 50);
    assert_eq!(largest, 60);
    assert!(
        lots.iter()
            .filter(|lot| lot["priority"].as_i64() > Some(0))
            .count()
            >= 5
    );
}

#[test]
fn nothing_in_it_points_nowhere() {
    let fair = fair();
    let stalls = codes(rows(&fair["outlet"], "stalls"));
    let parties = codes(rows(&fair, "parties"));
    let products = rows(&fair, "products");
    let by_code: BTreeMap<&str, &Value> = products
        .iter()
        .map(|product| (text(product, "code"), product))
        .collect();
    assert_eq!(codes(products).len(), by_code.len());
    codes(rows(&fair, "lots"));
    codes(rows(&fair, "staff"));
    codes(rows(&fair, "buyers"));

    for product in products {
        assert!(stalls.contains(text(product, "stall")), "{product}");
        for content in product["contents"].as_array().into_iter().flatten() {
            let inside = by_code[text(content, "product")];
            assert!(inside["contents"].is_null() && inside["own"] != true, "{content}");
            assert!(thousandths(text(content, "qty")) > 0);
        }
    }
    let mut earning = BTreeSet::new();
    for lot in rows(&fair, "lots") {
        let product = by_code[text(lot, "product")];
        assert!(product["own"] != true && product["contents"].is_null(), "{lot}");
        for share in rows(lot, "shares") {
            assert!(parties.contains(text(share, "party")), "{lot}");
            assert!(share["weight"].as_u64() > Some(0), "{lot}");
            earning.insert(text(share, "party"));
        }
    }
    assert_eq!(earning, parties, "everybody has something on sale");
}

#[test]
fn its_prices_terms_and_quantities_make_sense() {
    let fair = fair();
    for product in rows(&fair, "products") {
        let price = product["price"].as_i64().unwrap();
        assert!((10..=100_000).contains(&price), "{product}");
        let unit = product["price_unit"].as_str().unwrap_or(text(product, "unit"));
        assert!(
            product["weighed"] != true || ["斤", "两", "公斤"].contains(&unit),
            "{product}"
        );
    }
    for lot in rows(&fair, "lots") {
        let product = rows(&fair, "products")
            .iter()
            .find(|product| product["code"] == lot["product"])
            .unwrap();
        let stands = product["kind"] == "service" || product["kind"] == "ticket";
        assert_eq!(lot["qty"].is_null(), stands, "{lot}");
        if !stands {
            let quantity = thousandths(text(lot, "qty"));
            assert!((1_000..=1_000_000).contains(&quantity), "{lot}");
            assert!(
                product["weighed"] == true || quantity.is_multiple_of(1_000),
                "half a box: {lot}"
            );
        }
        let terms = &lot["terms"];
        match text(terms, "kind") {
            "consignment" => assert!(
                (0..=2_000).contains(&terms["commission_bp"].as_i64().unwrap()),
                "{lot}"
            ),
            "agreed" => assert!(
                (1..product["price"].as_i64().unwrap()).contains(&terms["price"].as_i64().unwrap()),
                "{lot}"
            ),
            kind => assert_eq!(kind, "buyout"),
        }
    }
    // 助农礼盒 A costs less than what is in it, B more: both ways of the arithmetic can be seen.
    let price_of = |code: &str| {
        rows(&fair, "products")
            .iter()
            .find(|product| product["code"] == code)
            .unwrap()["price"]
            .as_i64()
            .unwrap()
    };
    let contents_of = |code: &str| -> i64 {
        let product = rows(&fair, "products")
            .iter()
            .find(|product| product["code"] == code)
            .unwrap();
        rows(product, "contents")
            .iter()
            .map(|content| {
                price_of(text(content, "product")) * i64::try_from(thousandths(text(content, "qty"))).unwrap()
                    / 1000
            })
            .sum()
    };
    assert!(price_of("gift-box-a") < contents_of("gift-box-a"));
    assert!(price_of("gift-box-b") > contents_of("gift-box-b"));
}

#[test]
fn its_barcodes_can_be_scanned() {
    let fair = fair();
    let products = rows(&fair, "products");
    let mut barcodes = BTreeSet::new();
    for product in products {
        for barcode in product["barcodes"].as_array().into_iter().flatten() {
            let barcode = barcode.as_str().unwrap();
            assert!(is_check_digit_right(barcode), "{product}");
            assert!(("690".."700").contains(&&barcode[..3]), "{product}");
            assert!(barcodes.insert(barcode), "{barcode} stands twice");
        }
    }
    assert!(barcodes.len() >= 50);
    let mut scale_codes = BTreeSet::new();
    let items = text_layout(&fair).matches('W').count();
    for product in products
        .iter()
        .filter(|product| product["scale_code"].is_string())
    {
        let code = text(product, "scale_code");
        assert_eq!(code.len(), items, "{product}");
        assert!(
            product["weighed"] == true && scale_codes.insert(code),
            "{product}"
        );
    }
}

fn text_layout(fair: &Value) -> &str {
    fair["outlet"]["scale_barcodes"][0].as_str().unwrap()
}

/// Drawn by us for this fair; a small picture is enough for a key.
#[test]
fn all_its_goods_have_pictures() {
    let fair = fair();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo");
    for product in rows(&fair, "products") {
        let picture = folder.join(text(product, "picture"));
        let bytes = std::fs::read(&picture).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 4096, "{product}");
        assert!(picture.with_extension("svg").exists(), "{product}");
    }
}

#[test]
fn a_wrong_check_digit_is_seen() {
    assert!(is_check_digit_right("6901234567892"));
    assert!(!is_check_digit_right("6901234567893"));
    assert!(!is_check_digit_right("690123456789"));
}

/// No paper, customer's display or page says of anybody that he is poor, so there is no word for it in the file.
#[test]
fn it_keeps_dignity_and_privacy() {
    let fair = fair();
    let text = fair.to_string();
    for word in ["脱贫户", "贫困户", "监测户", "id_number", "bank"] {
        assert!(!text.contains(word), "{word}");
    }
    let keys: BTreeSet<&str> = rows(&fair, "parties")
        .iter()
        .flat_map(|party| party.as_object().unwrap().keys())
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        BTreeSet::from([
            "code",
            "kind",
            "name",
            "village",
            "township",
            "county",
            "registered"
        ])
    );
}

#[test]
fn a_till_takes_it_in_and_sells_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut till = Till::init(Folder::at(folder.path()), "T1", Box::new(Machine)).unwrap();
    let first = till.load_demo().unwrap();
    // The outlet, the fund's name and rule, four settings, and every row.
    assert_eq!(
        (first.added, first.revised, first.unchanged),
        (7 + 4 + 3 + 66 + 83 + 122, 0, 0)
    );
    let again = till.load_demo().unwrap();
    assert_eq!((again.added, again.revised, again.unchanged), (0, 0, first.added));

    let fair = fair();
    let mut unassigned = Vec::new();
    for product in rows(&fair, "products") {
        let code = text(product, "code");
        let request = json!({
            "id": format!("sale of {code}"),
            "lines": [match product["price_unit"].is_string() {
                true => json!({"product": code, "qty": "1", "weight": "1"}),
                false => json!({"product": code, "qty": "1"}),
            }],
            "tenders": [{"kind": "cash", "fen": product["price"]}],
        });
        let sold = till.sell(&serde_json::from_value(request).unwrap()).unwrap();
        let sold = serde_json::to_value(sold).unwrap();
        assert_eq!(sold["total"], product["price"], "{sold}");
        let draws = rows(&sold, "lines").iter().flat_map(|line| rows(line, "draws"));
        if draws.into_iter().any(|draw| draw["lot"].is_null()) {
            unassigned.push(code);
        }
    }
    // One product comes without a lot, so that 待归户 can be seen.
    assert_eq!(unassigned, ["banana"]);
}
