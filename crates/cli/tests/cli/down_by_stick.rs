//! The way down without a line: what a centre has for one till goes to it on a stick, by the rules of a pull.

use crate::centre::Centre;
use crate::pull::{enrolled, fair_at, honey_at, import_into, lot, price};
use crate::support::{Run, Shop, sale, text_of};
use jishi_server::{BundleExportError, Instruments, export_bundle, import_bundle, revoke};
use serde_json::json;
use std::path::{Path, PathBuf};

/// As `jishi-server bundle export --for NODE`, onto the stick.
fn export(centre: &Path, node: &str, stick: &Path) -> Result<u64, BundleExportError> {
    let (packed, bytes) = export_bundle(centre, node, &Instruments::of_machine(), &mut |_, _| true)?;
    std::fs::write(stick, bytes).expect("a stick");
    Ok(packed.entries)
}

fn take_in(shop: &Shop, stick: &Path) -> Run {
    shop.run(&["bundle", "import", text_of(stick)], "")
}

fn seq_of(shop: &Shop) -> serde_json::Value {
    shop.run(&["status"], "").ok().only()["came_down"].clone()
}

/// A till that joined while it was in town, and the folder of its centre, which runs no more.
fn village(outlet: &str) -> (Shop, PathBuf, Shop) {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    let shop = enrolled(&centre, outlet);
    let folder = centre.folder.clone();
    centre.stop();
    (shop, folder, place)
}

#[test]
fn a_village_counter_sells_what_came_on_the_stick() {
    let (shop, centre, place) = village("F1");
    let stick = place.file("T1.jishi.catalogue");
    assert!(import_into(&centre, &fair_at("F1", "01")).0 > 0);
    let entries = export(&centre, "T1", &stick).expect("there is something for it");

    let came = take_in(&shop, &stick).ok().only();
    assert_eq!(
        (&came["came"], &came["names"], &came["stopped"]),
        (&json!(entries), &json!(2), &json!(null))
    );
    let sold = shop.done("sell", sale("S1", "honey", "2", 9000));
    assert_eq!(lot(&sold), "L-F1");
    // Twice is as once.
    let again = take_in(&shop, &stick).ok().only();
    assert_eq!((&again["came"], &again["names"]), (&json!(0), &json!(0)));

    let old = place.file("old.catalogue");
    std::fs::copy(&stick, &old).expect("a copy");
    // The next week a price is another one; the file holds all of it and only that is new.
    assert_eq!(import_into(&centre, &honey_at(5200)).1, 1);
    export(&centre, "T1", &stick).expect("it is written anew");
    assert_eq!(take_in(&shop, &stick).ok().only()["came"], 1);
    assert_eq!(price(&shop, "honey"), 5200);
    // Last week's comes last: what is newer stays.
    assert_eq!(take_in(&shop, &old).ok().only()["came"], 0);
    shop.run(&["verify"], "").ok();
    shop.run(&["rebuild"], "").ok();
    assert_eq!(price(&shop, "honey"), 5200);

    // Nothing of it goes up again.
    let up = place.file("T1.jishi");
    shop.run(&["bundle", "export", text_of(&up)], "").ok();
    let taken = import_bundle(&centre, &up, &Instruments::of_machine(), &mut |_, _| true);
    assert_eq!(taken.expect("a good bundle").chains.len(), 1);
}

#[test]
fn another_outlets_lots_and_another_till_are_not_in_it() {
    let (shop, centre, place) = village("F2");
    let stick = place.file("T1.jishi.catalogue");
    import_into(&centre, &fair_at("F1", "01"));
    import_into(&centre, &fair_at("F2", "02"));
    export(&centre, "T1", &stick).expect("there is something for it");
    take_in(&shop, &stick).ok();
    let sold = shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(lot(&sold), "L-F2");
    let staff = shop.run(&["staff", "list"], "").ok().lines();
    assert!(staff.iter().all(|member| member["code"] != "01"), "{staff:?}");

    let stranger = Shop::bare_as("T7");
    assert_eq!(take_in(&stranger, &stick).refused(), "not_enrolled");
    let (other, _, _elsewhere) = village("F2");
    assert_eq!(take_in(&other, &stick).refused(), "not_this_till");
    assert_eq!(
        import_bundle(&centre, &stick, &Instruments::of_machine(), &mut |_, _| true)
            .expect_err("it goes down")
            .code(),
        "bundle_is_catalogue"
    );
}

#[test]
fn a_file_that_is_not_whole_changes_nothing() {
    let (shop, centre, place) = village("F1");
    let stick = place.file("T1.jishi.catalogue");
    import_into(&centre, &fair_at("F1", "01"));
    export(&centre, "T1", &stick).expect("there is something for it");
    let whole = std::fs::read(&stick).expect("a file");
    let before = seq_of(&shop);
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    for (what, bytes) in [
        ("half of it", whole[..whole.len() / 2].to_vec()),
        ("one bit", flipped),
        ("nothing", Vec::new()),
        ("something else", b"{\"products\": []}".to_vec()),
    ] {
        std::fs::write(&stick, bytes).expect("a stick");
        let code = take_in(&shop, &stick).refused();
        assert!(
            code.starts_with("bundle_") || code == "not_a_bundle",
            "{what}: {code}"
        );
        assert_eq!(seq_of(&shop), before, "{what}");
    }
    std::fs::write(&stick, whole).expect("a stick");
    take_in(&shop, &stick).ok();

    let refused = |node: &str| {
        let refused = export(&centre, node, &place.file("other"));
        refused.expect_err("it is refused").code().to_owned()
    };
    assert_eq!(refused("T9"), "unknown_node");
    revoke(&centre, "T1", &Instruments::of_machine()).expect("it is revoked");
    assert_eq!(refused("T1"), "revoked");
}
