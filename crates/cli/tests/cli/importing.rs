//! Files taken in whole or not at all.

use crate::support::{Shop, fair, text_of};
use jishi_till::{Folder, Machine, Till};
use serde_json::{Value, json};

#[test]
fn a_file_again_changes_nothing_and_a_changed_row_is_a_revision() {
    let shop = Shop::bare();
    let entries = || shop.summary()["entries"].as_u64();
    let checked = shop.import_with(&fair(), &["--check"]).ok().only();
    assert_eq!(
        checked,
        json!({"added": 8, "revised": 0, "unchanged": 0, "check": true})
    );
    assert_eq!(entries(), Some(1));
    assert_eq!(
        shop.import(&fair()).ok().only(),
        json!({"added": 8, "revised": 0, "unchanged": 0})
    );
    assert_eq!(
        shop.import(&fair()).ok().only(),
        json!({"added": 0, "revised": 0, "unchanged": 8})
    );
    assert_eq!(entries(), Some(9));
    let mut dearer = fair();
    dearer["products"][0]["price"] = json!(4600);
    assert_eq!(
        shop.import(&dearer).ok().only(),
        json!({"added": 0, "revised": 1, "unchanged": 7})
    );
    let found = shop.run(&["search", "tfm"], "").ok().only();
    assert_eq!(found["price"], 4600);
}

#[test]
fn every_bad_row_is_named_and_nothing_is_imported() {
    let shop = Shop::bare();
    let mut file = fair();
    file["products"][0]["barcodes"] = json!(["6901234567893"]);
    file["products"][1]["price"] = json!("12000");
    file["products"][2]["prise"] = json!(1);
    file["parties"][1]["kind"] = json!("stranger");
    file["lots"][0]["shares"][0]["party"] = json!("H9");
    let run = shop.import(&file);
    assert_eq!(run.refused(), "bad_import");
    let error: Value = serde_json::from_str(&run.err).expect("JSON");
    let rows = error["error"]["rows"].as_array().expect("rows");
    let named: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["list"].as_str(),
                row["row"].as_u64(),
                row["column"].as_str(),
                row["code"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            (Some("products"), Some(2), Some("price"), Some("bad_row")),
            (Some("products"), Some(3), Some("prise"), Some("bad_row")),
            (Some("parties"), Some(2), None, Some("bad_party")),
            (Some("products"), Some(1), Some("barcodes"), Some("bad_barcode")),
        ]
    );
    assert!(rows.iter().all(|row| {
        row["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("import.json"))
    }));
    assert_eq!(shop.summary()["entries"], 1);

    // Once they can be read, what only looked wrong beside them is looked at too.
    let mut file = fair();
    file["lots"][0]["shares"][0]["party"] = json!("H9");
    let run = shop.import(&file);
    let error: Value = serde_json::from_str(&run.err).expect("JSON");
    assert_eq!(error["error"]["rows"][0]["code"], "no_such_party");
    assert_eq!(error["error"]["rows"][0]["name"], "H9");
    assert_eq!(shop.summary()["entries"], 1);
}

#[test]
fn rows_that_make_no_sense_each_have_their_code() {
    let shop = Shop::bare();
    let tweaked = |path: &str, value: Value| {
        let mut file = fair();
        *file.pointer_mut(path).expect("a place in the file") = value;
        let run = shop.import(&file);
        assert_eq!(run.refused(), "bad_import", "{path}");
        let error: Value = serde_json::from_str(&run.err).expect("JSON");
        error["error"]["rows"][0]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    };
    for (path, value, code) in [
        ("/lots/0/shares", json!([]), "bad_shares"),
        ("/lots/0/shares/0/weight", json!(-1), "bad_shares"),
        ("/lots/0/shares/0/weight", json!(1.5), "bad_shares"),
        ("/lots/0/qty", json!("0"), "bad_quantity"),
        ("/lots/0/terms", json!({"kind": "barter"}), "bad_terms"),
        ("/lots/0/code", json!("own"), "bad_lot"),
        ("/lots/0/product", json!("bag"), "bad_lot"),
        ("/lots/0/product", json!("nothing"), "no_such_product"),
        ("/products/0/price", json!(-1), "bad_price"),
        ("/products/1/code", json!("honey"), "bad_product"),
        ("/fund/0", json!({"bp": 1, "fen_per_unit": 1}), "bad_fund"),
        ("/outlet/kind", json!("ship"), "bad_outlet"),
        ("/parties/0", json!("H1"), "bad_row"),
    ] {
        assert_eq!(tweaked(path, value), code, "{path}");
    }
    assert_eq!(shop.summary()["entries"], 1);
}

#[test]
fn files_are_taken_in_as_one() {
    let shop = Shop::bare();
    let mut catalogue = fair();
    let lots = json!({ "lots": catalogue["lots"].take(), "parties": catalogue["parties"] });
    catalogue.as_object_mut().expect("a file").remove("lots");
    let (first, second) = (shop.file("catalogue.json"), shop.file("lots.json"));
    std::fs::write(&first, catalogue.to_string()).expect("a file");
    // As editors on some systems save it.
    std::fs::write(&second, format!("\u{feff}{lots}")).expect("a file");
    // The lots come first: what they name stands in the other file. The parties stand in both.
    let both = shop
        .run(&["import", text_of(&second), text_of(&first)], "")
        .ok()
        .only();
    assert_eq!(both["added"], 8);

    let bad = json!({ "lots": [{"code": "L2", "product": "honey", "qty": "x", "terms": {"kind": "buyout"}, "shares": [{"party": "H1", "weight": 1}]}] });
    std::fs::write(&second, bad.to_string()).expect("a file");
    catalogue["products"][0]["price"] = json!(1);
    std::fs::write(&first, catalogue.to_string()).expect("a file");
    let run = shop.run(&["import", text_of(&first), text_of(&second)], "");
    let error: Value = serde_json::from_str(&run.err).expect("JSON");
    let row = &error["error"]["rows"][0];
    assert_eq!(
        (&row["file"], &row["row"], &row["name"]),
        (&json!(text_of(&second)), &json!(1), &json!("L2"))
    );
    assert_eq!(shop.run(&["search", "honey"], "").ok().only()["price"], 4500);
}

#[test]
fn what_is_no_import_is_refused() {
    let shop = Shop::bare();
    let write = |name: &str, bytes: &[u8]| {
        let path = shop.file(name);
        std::fs::write(&path, bytes).expect("a file");
        shop.run(&["import", text_of(&path)], "").refused()
    };
    assert_eq!(write("fair.xlsx", b"PK"), "tables_not_supported");
    assert_eq!(write("fair.CSV", b"a,b"), "tables_not_supported");
    for bytes in [
        b"".as_slice(),
        b"{\"parties\": [",
        b"{\"partys\": []}",
        b"{\"parties\": {}}",
        b"[]",
        b"\xff\xfe\x00",
        "[".repeat(100_000).as_bytes(),
    ] {
        assert_eq!(write("fair.json", bytes), "bad_import");
    }
    assert_eq!(
        shop.run(&["import", "/no/such/file.json"], "").refused(),
        "no_such_file"
    );
    assert_eq!(shop.summary()["entries"], 1);
}

/// As it lies in the sources, its pictures in a folder beside it; looked at first, while a window has the till open.
#[test]
fn the_demo_fair_is_imported_as_it_lies() {
    let shop = Shop::bare();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/demo/fair.json");
    let till = Till::open(Folder::at(shop.data()), Box::new(Machine)).expect("a till");
    let looked = shop.run(&["import", "--check", demo], "").ok().only();
    assert_eq!(shop.run(&["import", demo], "").refused(), "locked");
    drop(till);
    let taken = shop.run(&["import", demo], "").ok().only();
    assert_eq!(looked["added"], taken["added"]);
    assert!(taken["added"].as_u64() > Some(200), "{taken}");
}

/// A picture beside the file is taken in; one that is elsewhere, or is none, is named with its row.
#[test]
fn pictures_are_the_files_beside() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";
    let shop = Shop::bare();
    std::fs::write(shop.file("honey.png"), PNG).expect("written");
    std::fs::write(shop.file("words.png"), "words").expect("written");
    let with = |picture: &str| {
        let mut file = fair();
        file["products"][0]["picture"] = json!(picture);
        file
    };
    for bad in ["words.png", "absent.png", "../honey.png", ""] {
        let run = shop.import(&with(bad));
        assert_eq!(run.refused(), "bad_import", "{bad}");
        assert!(run.err.contains("bad_picture"), "{bad}: {}", run.err);
    }
    assert_eq!(shop.import(&with("honey.png")).ok().only()["added"], 8);
    let kept = std::fs::read_dir(shop.data().join("pictures")).expect("a folder");
    assert_eq!(kept.count(), 1);
    assert_eq!(shop.import(&with("honey.png")).ok().only()["unchanged"], 8);
}
