//! The way down: what a centre imports is sold at the tills, over real HTTP.

use crate::centre::Centre;
use crate::support::{Shop, fair, sale};
use jishi_catalogue::{ImportFile, ImportReport};
use jishi_ledger::{Ledger, OpenMode, Work};
use jishi_server::{CatalogueError, CatalogueRequest, Instruments, import_catalogue, revoke};
use serde_json::{Value, json};
use std::path::Path;

/// Takes a file in at a server, beside it while it runs.
pub(crate) fn import_at(centre: &Centre, file: &Value) -> Result<ImportReport, CatalogueError> {
    import_in(&centre.folder, file)
}

fn import_in(folder: &Path, file: &Value) -> Result<ImportReport, CatalogueError> {
    let file: ImportFile = serde_json::from_value(file.clone()).expect("a file");
    let request = CatalogueRequest {
        file: &file,
        outlet: None,
        check_only: false,
        pictures: &|_, _| None,
        work: &mut Work::unwatched(),
    };
    import_catalogue(folder, request, &Instruments::of_machine())
}

fn counts(report: Result<ImportReport, CatalogueError>) -> (u32, u32, u32) {
    let report = report.expect("it is taken in");
    (report.added, report.revised, report.unchanged)
}

/// Added, revised and unchanged rows.
pub(crate) fn import_into(folder: &Path, file: &Value) -> (u32, u32, u32) {
    counts(import_in(folder, file))
}

/// The fair of an outlet, with a lot and staff of its own.
pub(crate) fn fair_at(outlet: &str, staff: &str) -> Value {
    staffed(outlet, staff)
}

fn staffed(outlet: &str, staff: &str) -> Value {
    let mut file = fair();
    file["outlet"]["code"] = outlet.into();
    file["staff"] = json!([{"code": staff, "name": "收银员", "role": "cashier", "pin": "4711"}]);
    file["settings"] = json!({"discount_limit_bp": 500});
    file["lots"][0]["code"] = format!("L-{outlet}").into();
    file
}

pub(crate) fn honey_at(fen: i64) -> Value {
    json!({"products": [{"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": fen,
                         "barcodes": ["6901234567892"]}]})
}

pub(crate) fn enrolled(centre: &Centre, outlet: &str) -> Shop {
    enrolled_as(centre, "T1", outlet)
}

pub(crate) fn enrolled_as(centre: &Centre, till: &str, outlet: &str) -> Shop {
    let shop = Shop::bare_as(till);
    shop.run(&["enrol", &centre.invite_for("till", Some(outlet))], "")
        .ok();
    shop
}

fn synced(shop: &Shop) -> Value {
    shop.run(&["sync"], "").ok().only()
}

pub(crate) fn price(shop: &Shop, product: &str) -> i64 {
    let found = shop.run(&["search", product], "").ok().lines();
    found[0]["price"].as_i64().expect("a price")
}

/// The lot of a sale's first draw.
pub(crate) fn lot(sold: &Value) -> &Value {
    &sold["lines"][0]["draws"][0]["lot"]
}

#[test]
fn a_new_till_sells_what_the_centre_imported() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    assert_eq!(counts(import_at(&centre, &fair())), (8, 0, 0));
    assert_eq!(counts(import_at(&centre, &fair())), (0, 0, 8));

    let shop = enrolled(&centre, "F1");
    let first = synced(&shop);
    // Two chains opened, the centre and the till enrolled, the eight, and the till's part of the lot.
    assert_eq!((&first["came"], &first["names"]), (&json!(13), &json!(2)));
    assert_eq!(synced(&shop)["came"], 0);
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(status["outlet"], "F1");
    let came = status["came_down"].as_array().expect("a list");
    let outlets: Vec<&Value> = came.iter().map(|came| &came["outlet"]).collect();
    assert_eq!(outlets, [&Value::Null, &json!("F1")]);
    assert!(came.iter().all(|came| came["stopped"] == Value::Null));

    let sold = shop.done("sell", sale("S1", "honey", "2", 9000));
    assert_eq!(lot(&sold), "L1");
    let parties = shop.report("parties");
    assert_eq!(
        (&parties[0]["name"], &parties[0]["village"]),
        (&json!("甲户主"), &json!("石门村"))
    );

    // Nothing of it goes up again, and all of it is sound.
    assert_eq!(synced(&shop)["complete"], true);
    assert_eq!(centre.sales(), 1);
    shop.run(&["verify"], "").ok();
    shop.run(&["rebuild"], "").ok();
    assert_eq!(price(&shop, "honey"), 4500);
}

#[test]
fn a_changed_price_comes_down_and_a_till_a_week_behind_catches_up() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair()).expect("a catalogue");
    let shop = enrolled(&centre, "F1");
    synced(&shop);
    for day in 1..=7 {
        assert_eq!(counts(import_at(&centre, &honey_at(4500 + day))), (0, 1, 0));
    }
    assert_eq!(synced(&shop)["came"], 7);
    assert_eq!(price(&shop, "honey"), 4507);
    shop.done("sell", sale("S1", "honey", "1", 4507));

    let other = Shop::bare_as("T2");
    other
        .run(&["enrol", &centre.invite_for("till", Some("F1"))], "")
        .ok();
    synced(&other);
    assert_eq!(price(&other, "honey"), 4507);
}

#[test]
fn another_outlets_staff_lots_and_settings_stay_away() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &staffed("F1", "C1")).expect("a catalogue");
    // The staff, the lot and the three settings of the other outlet, and the outlet itself.
    let second = counts(import_at(&centre, &staffed("F2", "C2")));
    assert_eq!((second.1, second.2), (0, 5), "{second:?}");

    let shop = enrolled(&centre, "F2");
    synced(&shop);
    let staff = shop.run(&["staff", "list"], "").ok().lines();
    assert_eq!(staff.len(), 1, "{staff:?}");
    assert_eq!(staff[0]["code"], "C2");
    let lots: Vec<Value> = shop.report("lots").iter().map(|lot| lot["lot"].clone()).collect();
    assert_eq!(lots, ["L-F2"]);
    assert_eq!(shop.run(&["status"], "").ok().only()["outlet"], "F2");

    // What is of no outlet is told so, and nothing of the file is taken.
    let homeless = import_at(&centre, &json!({"lots": fair()["lots"]}));
    let Err(CatalogueError::Import(jishi_catalogue::ImportError::Rows(faults))) = homeless else {
        panic!("{homeless:?}");
    };
    assert_eq!(faults[0].code, "no_outlet");
}

/// Two lots of the same jars are not two hundred jars.
#[test]
fn the_same_file_at_the_till_and_at_the_centre_agrees() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite_for("till", Some("F1"))], "")
        .ok();
    synced(&shop);
    // The till's own copy is at the centre; it is told to the other tills all the same.
    assert_eq!(counts(import_at(&centre, &fair())), (8, 0, 0));
    let before = shop.report("lots");
    assert!(synced(&shop)["came"].as_i64() > Some(8));
    assert_eq!(shop.report("lots"), before);
    let again = shop.import(&fair()).ok().only();
    assert_eq!((&again["added"], &again["revised"]), (&json!(0), &json!(0)));
    assert_eq!(counts(import_at(&centre, &fair())), (0, 0, 8));
    let sold = shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(lot(&sold), "L1");

    let other = Shop::bare_as("T2");
    other
        .run(&["enrol", &centre.invite_for("till", Some("F1"))], "")
        .ok();
    synced(&other);
    // The jars are the first till's own, who received them.
    let sold = other.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(lot(&sold), &Value::Null);
    shop.run(&["sync"], "").ok();
    other.run(&["sync"], "").ok();
    let ledger = Ledger::open(&centre.folder.join("server.sqlite"), OpenMode::Read).expect("its books");
    let lots =
        jishi_ledger::report::lots(&ledger, &jishi_ledger::report::Filter::default()).expect("a report");
    assert_eq!(
        (lots[0].received.as_str(), lots[0].sold.as_str()),
        ("100.000", "1.000")
    );
}

#[test]
fn a_hub_passes_down_what_came_from_above() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair()).expect("a catalogue");
    let hub = centre.start_hub(&place.file("hub"));
    let shop = enrolled(&hub, "F1");
    let mut tries = 0;
    while shop.run(&["search", "honey"], "").lines().is_empty() {
        tries += 1;
        assert!(tries < 100, "it does not come down");
        std::thread::sleep(std::time::Duration::from_millis(200));
        synced(&shop);
    }
    let mut tries = 0;
    // The lot, and this till's part of it.
    let has_none = |lot: &Value| lot["left_here"].as_str().is_none_or(|left| left == "0.000");
    while shop.report("lots").first().is_none_or(has_none) {
        tries += 1;
        assert!(tries < 100, "the outlet's own does not come down");
        std::thread::sleep(std::time::Duration::from_millis(200));
        synced(&shop);
    }
    assert_eq!(lot(&shop.done("sell", sale("S1", "honey", "1", 4500))), "L1");
    synced(&shop);
    assert_eq!(shop.report("parties")[0]["name"], "甲户主");
    assert_eq!(synced(&shop)["complete"], true);
}

#[test]
fn a_revoked_till_gets_nothing_and_sells_on() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair()).expect("a catalogue");
    let shop = enrolled(&centre, "F1");
    synced(&shop);
    revoke(&centre.folder, "T1", &Instruments::of_machine()).expect("it is revoked");
    import_at(&centre, &honey_at(1)).expect("a price");
    assert_eq!(shop.run(&["sync"], "").refused(), "revoked");
    assert_eq!(price(&shop, "honey"), 4500);
    shop.done("sell", sale("S1", "honey", "1", 4500));
}
