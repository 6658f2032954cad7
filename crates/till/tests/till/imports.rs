//! Imports: all rows or none, every bad one named.

use jishi_ledger::projection_digest;
use jishi_testkit::{Shop, cash_sale, small_fair};
use jishi_till::Refusal;
use jishi_till::view::Language;
use jishi_till::wire::ImportFile;
use serde_json::{Value, json};

fn file(edit: impl FnOnce(&mut Value)) -> ImportFile {
    let mut value = serde_json::to_value(small_fair()).unwrap();
    // A new name for every party would be a change of its own.
    edit(&mut value);
    serde_json::from_value(value).unwrap()
}

type Edit = fn(&mut Value);
type Row = (&'static str, Edit, &'static str, u32, &'static str);

/// What is wrong, how, and the list, row and code that must be named.
const BAD: &[Row] = &[
    (
        "an unknown party",
        |file| file["lots"][1]["shares"][0]["party"] = json!("H99"),
        "lots",
        2,
        "no_such_party",
    ),
    (
        "weights all 0",
        |file| file["lots"][1]["shares"][0]["weight"] = json!(0),
        "lots",
        2,
        "bad_shares",
    ),
    (
        "a weight below 0",
        |file| file["lots"][0]["shares"][0]["weight"] = json!(-3),
        "lots",
        1,
        "bad_shares",
    ),
    (
        "a weight that is no integer",
        |file| file["lots"][0]["shares"][0]["weight"] = json!(0.5),
        "lots",
        1,
        "bad_shares",
    ),
    (
        "a weight beyond all",
        |file| {
            file["lots"][0]["shares"][0]["weight"] = json!(18_446_744_073_709_551_615u64);
        },
        "lots",
        1,
        "bad_shares",
    ),
    (
        "no shares",
        |file| file["lots"][2]["shares"] = json!([]),
        "lots",
        3,
        "bad_shares",
    ),
    (
        "a quantity of 0",
        |file| file["lots"][2]["qty"] = json!("0"),
        "lots",
        3,
        "bad_quantity",
    ),
    (
        "a quantity of four decimals",
        |file| file["lots"][2]["qty"] = json!("1.0001"),
        "lots",
        3,
        "bad_quantity",
    ),
    (
        "unknown terms",
        |file| file["lots"][3]["terms"]["kind"] = json!("barter"),
        "lots",
        4,
        "bad_terms",
    ),
    (
        "a commission above all",
        |file| {
            file["lots"][0]["terms"]["commission_bp"] = json!(10_001);
        },
        "lots",
        1,
        "bad_terms",
    ),
    (
        "an agreed price below 0",
        |file| file["lots"][1]["terms"]["price"] = json!(-1),
        "lots",
        2,
        "bad_terms",
    ),
    (
        "the operator's code for a lot",
        |file| file["lots"][0]["code"] = json!("own"),
        "lots",
        1,
        "bad_lot",
    ),
    (
        "a lot twice",
        |file| file["lots"][1]["code"] = json!("L1"),
        "lots",
        2,
        "bad_lot",
    ),
    (
        "a lot that becomes another product's",
        |file| file["lots"][0]["product"] = json!("tea"),
        "lots",
        1,
        "bad_lot",
    ),
    (
        "a lot of the operator's own",
        |file| {
            file["lots"][0]["code"] = json!("L7");
            file["lots"][0]["product"] = json!("bag");
        },
        "lots",
        1,
        "bad_lot",
    ),
    (
        "a lot of a gift box",
        |file| {
            file["lots"][0]["code"] = json!("L7");
            file["lots"][0]["product"] = json!("gift");
        },
        "lots",
        1,
        "bad_lot",
    ),
    (
        "a lot of nothing known",
        |file| file["lots"][0]["product"] = json!("gold"),
        "lots",
        1,
        "no_such_product",
    ),
    (
        "a wrong check digit",
        |file| {
            file["products"][0]["barcodes"] = json!(["6901234567893"]);
        },
        "products",
        1,
        "bad_barcode",
    ),
    (
        "a barcode of another product",
        |file| {
            file["products"][1]["barcodes"] = json!(["6901234567892"]);
        },
        "products",
        2,
        "bad_barcode",
    ),
    (
        "an empty barcode",
        |file| file["products"][1]["barcodes"] = json!([""]),
        "products",
        2,
        "bad_barcode",
    ),
    (
        "a scale's number of another product",
        |file| {
            file["products"][1]["scale_code"] = json!("00123");
        },
        "products",
        3,
        "bad_product",
    ),
    (
        "a scale's number of letters",
        |file| file["products"][2]["scale_code"] = json!("12a"),
        "products",
        3,
        "bad_product",
    ),
    (
        "a price below 0",
        |file| file["products"][3]["price"] = json!(-1),
        "products",
        4,
        "bad_price",
    ),
    (
        "a price above 2^53",
        |file| file["products"][3]["price"] = json!(1i64 << 54),
        "products",
        4,
        "bad_price",
    ),
    (
        "a product without a name",
        |file| file["products"][3]["name"] = json!(" "),
        "products",
        4,
        "bad_product",
    ),
    (
        "a product twice",
        |file| file["products"][4]["code"] = json!("egg"),
        "products",
        5,
        "bad_product",
    ),
    (
        "a code with a space",
        |file| file["products"][4]["code"] = json!("a b"),
        "products",
        5,
        "bad_product",
    ),
    (
        "a box of nothing known",
        |file| {
            file["products"][5]["contents"][0]["product"] = json!("gold");
        },
        "products",
        6,
        "bad_box",
    ),
    (
        "a box of itself",
        |file| {
            file["products"][5]["contents"][0]["product"] = json!("gift");
        },
        "products",
        6,
        "bad_box",
    ),
    (
        "a box in a box",
        |file| {
            file["products"][5]["contents"][0]["product"] = json!("luxury");
        },
        "products",
        6,
        "bad_box",
    ),
    (
        "a box of no quantity",
        |file| {
            file["products"][5]["contents"][0]["qty"] = json!("0");
        },
        "products",
        6,
        "bad_box",
    ),
    (
        "an unknown kind of party",
        |file| file["parties"][1]["kind"] = json!("king"),
        "parties",
        2,
        "bad_party",
    ),
    (
        "a party without a name",
        |file| file["parties"][3]["name"] = json!(""),
        "parties",
        4,
        "bad_party",
    ),
    (
        "a party twice",
        |file| file["parties"][1]["code"] = json!("H1"),
        "parties",
        2,
        "bad_party",
    ),
    (
        "a fund of two kinds",
        |file| file["fund"] = json!([{"bp": 1, "fen_per_unit": 1}]),
        "fund",
        1,
        "bad_fund",
    ),
    (
        "a fund above all",
        |file| file["fund"] = json!([{"bp": 100}, {"bp": 10_001}]),
        "fund",
        2,
        "bad_fund",
    ),
    (
        "a fund below 0",
        |file| file["fund"] = json!([{"fen_per_unit": -1}]),
        "fund",
        1,
        "bad_fund",
    ),
    (
        "an outlet of an unknown kind",
        |file| file["outlet"]["kind"] = json!("moon"),
        "outlet",
        1,
        "bad_outlet",
    ),
    (
        "an outlet on no day",
        |file| file["outlet"]["from"] = json!("2026-02-30"),
        "outlet",
        1,
        "bad_outlet",
    ),
    (
        "labels laid out in no way",
        |file| {
            file["outlet"]["scale_barcodes"] = json!(["XYZ"]);
        },
        "outlet",
        1,
        "bad_outlet",
    ),
    (
        "staff of no role",
        |file| file["staff"][0]["role"] = json!("king"),
        "staff",
        1,
        "bad_staff",
    ),
    (
        "a buyer without a name",
        |file| {
            file["buyers"] = json!([{"code": "U1", "name": ""}]);
        },
        "buyers",
        1,
        "bad_buyer",
    ),
];

#[test]
fn a_bad_row_is_named_and_nothing_is_imported() {
    let (_shop, mut till) = Shop::with_fair(1);
    for (what, edit, list, row, code) in BAD {
        let before = (till.head(), projection_digest(till.ledger()).unwrap());
        // A good change beside it is not taken either.
        let mut bad = file(edit);
        if *list != "outlet" {
            bad.outlet.as_mut().unwrap().phone = "0777-1111111".to_owned();
        }
        let Err(Refusal::Import { faults }) = till.import(&bad, false) else {
            panic!("{what} was imported");
        };
        assert!(
            faults
                .iter()
                .any(|fault| fault.list == *list && fault.row == *row && fault.code == *code),
            "{what}: {faults:?}"
        );
        assert!(
            faults
                .iter()
                .all(|fault| !jishi_till::fault_message(fault, Language::Chinese).is_empty()),
            "{what}: {faults:?}"
        );
        let after = (till.head(), projection_digest(till.ledger()).unwrap());
        assert_eq!(before, after, "{what}");
        assert_eq!(till.catalogue().outlet().unwrap().phone, "", "{what}");
    }
    let sold = till
        .sell(&cash_sale("s", &[("honey", "1"), ("gift", "1")]))
        .unwrap();
    assert_eq!(sold.total, 24_501);
}

/// Every bad row at once, not the first alone.
#[test]
fn all_bad_rows_are_named() {
    let shop = Shop::empty(1);
    let mut till = jishi_till::Till::init(shop.folder(), "T1", shop.world.boxed()).unwrap();
    let bad = file(|file| {
        file["parties"][1]["kind"] = json!("king");
        file["products"][0]["price"] = json!(-1);
        file["lots"][2]["qty"] = json!("-5");
        file["lots"][3]["shares"][0]["party"] = json!("nobody");
    });
    let Err(Refusal::Import { faults }) = till.import(&bad, false) else {
        panic!("imported");
    };
    let named: Vec<_> = faults
        .iter()
        .map(|fault| (fault.list.as_str(), fault.row, fault.code.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("parties", 2, "bad_party"),
            ("products", 1, "bad_price"),
            ("lots", 3, "bad_quantity"),
            ("lots", 4, "no_such_party"),
        ]
    );
    assert_eq!(till.head().seq, 1);
}

/// A barcode and a scale's number may move from one product to another in one file.
#[test]
fn what_one_product_gives_up_another_may_take() {
    let (_shop, mut till) = Shop::with_fair(1);
    let moved = file(|file| {
        file["products"][0]["barcodes"] = json!([]);
        file["products"][1]["barcodes"] = json!(["6901234567892"]);
        file["products"][2]["scale_code"] = Value::Null;
        file["products"][3]["scale_code"] = json!("00123");
    });
    let report = till.import(&moved, false).unwrap();
    assert_eq!(report.revised, 4);
    let sold = till.sell(&cash_sale("s", &[("6901234567892", "1")])).unwrap();
    assert_eq!(sold.total, 12_800);
}
