//! A till changes its key: without a line, without a new code, and what it had is its own as before. Over real HTTP.

use crate::allot::{Fair, sells};
use crate::bundle::{agree, export, import, receipt_of, take_in, village};
use crate::centre::Centre;
use crate::pull::import_into;
use crate::support::{Shop, fair, sale};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{Instruments, export_bundle, nodes, rekey, revoke};
use serde_json::json;

fn key_file(shop: &Shop) -> String {
    std::fs::read_to_string(shop.data().join("node.key")).expect("a key")
}

fn public_key(shop: &Shop) -> String {
    let status = shop.run(&["status"], "").ok().only();
    status["public_key"].as_str().expect("a key").to_owned()
}

/// `"T1"`, `"T1 handed over"`: the nodes beneath a server in their order.
fn told(centre: &Centre) -> Vec<String> {
    let nodes = nodes(&centre.folder).expect("its nodes");
    let told = nodes.all().iter().skip(1).map(|node| {
        let what = match (node.revoked, node.handed_over) {
            (true, _) => " revoked",
            (_, true) => " handed over",
            _ => "",
        };
        format!("{}{what}", node.node)
    });
    told.collect()
}

#[test]
fn a_till_goes_on_with_a_new_key_and_keeps_what_it_had() {
    let fair_of = Fair::open();
    fair_of.import(&fair());
    let [one, two] = ["T1", "T2"].map(|node| fair_of.till(node));
    one.run(&["sync"], "").ok();
    let shared = fair_of.shared();
    assert!(shared.starts_with("T1 25/0 T2 19/0"), "{shared}");
    assert_eq!(sells(&one, "A1", 2), "L1 2");

    // Offline: a sale before it that was not sent, two changes, a sale after.
    let (before, seed) = (public_key(&one), key_file(&one));
    let rekeyed = one.run(&["rekey"], "").ok().only();
    assert_eq!(rekeyed["till"], "T1");
    let middle = public_key(&one);
    assert_eq!(sells(&one, "A2", 3), "L1 3");
    one.run(&["rekey"], "").ok();
    let after = public_key(&one);
    assert!(before != middle && middle != after && seed != key_file(&one));
    assert!(!one.data().join("node.key.next").exists());
    let sold = one.done("sell", sale("A3", "honey", "1", 4500));
    assert_eq!(sold["number"], "T1c-000001");
    // The same id is answered as ever: the till is the same.
    assert_eq!(
        one.done("sell", sale("A1", "honey", "2", 9000))["repeated"],
        json!(true)
    );
    one.run(&["verify"], "").ok();
    one.run(&["rebuild"], "").ok();

    let synced = one.run(&["sync"], "").ok().only();
    assert_eq!(
        (&synced["complete"], &synced["sales_waiting"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(told(&fair_of.hub), ["T1 handed over", "T2", "T1"]);
    assert_eq!(fair_of.hub.sales(), 3);
    // Its part of the lot is its own still, less what it sold.
    let shared = fair_of.shared();
    assert!(shared.starts_with("T1 25/6 T2 19/0"), "{shared}");
    assert_eq!(sells(&one, "A4", 19), "L1 19");
    one.run(&["sync"], "").ok();
    assert_eq!(fair_of.hub.sales(), 4);
    let verdict = {
        let ledger =
            Ledger::open(&fair_of.hub.folder.join("server.sqlite"), OpenMode::Read).expect("its books");
        ledger.verify(&one.file("scratch")).expect("a verdict")
    };
    assert!(verdict.is_good(), "{verdict:?}");
    two.run(&["sync"], "").ok();
}

/// Whoever has a copy of the old key gets nowhere with it, and cannot hand it over a second time.
#[test]
fn the_old_key_is_worth_nothing_any_more() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    let shop = Shop::open();
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    let stolen = Shop::copy_of(&shop);
    let thief = Shop::copy_of(&shop);
    shop.run(&["rekey"], "").ok();
    shop.run(&["sync"], "").ok();

    stolen.done("sell", sale("X1", "honey", "1", 4500));
    let refused = stolen.run(&["sync"], "");
    assert_eq!(refused.refused(), "revoked");
    thief.run(&["rekey"], "").ok();
    assert_eq!(thief.run(&["sync"], "").refused(), "revoked");
    assert_eq!(centre.sales(), 1);
    shop.done("sell", sale("S2", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    assert_eq!(centre.sales(), 2);
}

/// A till that was revoked does not come back by changing its key.
#[test]
fn a_revoked_till_stays_revoked() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    let shop = Shop::open();
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.run(&["sync"], "").ok();
    revoke(&centre.folder, "T1", &Instruments::of_machine()).expect("it is revoked");
    shop.run(&["rekey"], "").ok();
    assert_eq!(shop.run(&["sync"], "").refused(), "revoked");
    assert_eq!(told(&centre), ["T1 revoked"]);

    // And one that changed it and is revoked then.
    let other = Shop::bare_as("T2");
    other.run(&["enrol", &centre.invite()], "").ok();
    other.run(&["rekey"], "").ok();
    other.run(&["sync"], "").ok();
    assert_eq!(told(&centre), ["T1 revoked", "T2 handed over", "T2"]);
    revoke(&centre.folder, "T2", &Instruments::of_machine()).expect("it is revoked");
    assert_eq!(other.run(&["sync"], "").refused(), "revoked");
    other.run(&["rekey"], "").ok();
    assert_eq!(other.run(&["sync"], "").refused(), "revoked");
}

/// The power goes between the new chain and the new key's name, and before there is a new chain.
#[test]
fn a_power_cut_leaves_one_key_or_the_other() {
    let shop = Shop::open();
    let old = key_file(&shop);
    let before = public_key(&shop);
    // No chain of it came to be: nobody's.
    std::fs::write(shop.data().join("node.key.next"), "11".repeat(32)).expect("a file");
    shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(public_key(&shop), before);

    shop.run(&["rekey"], "").ok();
    let new = key_file(&shop);
    std::fs::rename(shop.data().join("node.key"), shop.data().join("node.key.next")).expect("a file");
    std::fs::write(shop.data().join("node.key"), &old).expect("a file");
    let sold = shop.done("sell", sale("S2", "honey", "1", 4500));
    assert_eq!(sold["number"], "T1b-000001");
    assert_eq!(key_file(&shop), new);
    assert!(!shop.data().join("node.key.next").exists());
    shop.run(&["verify"], "").ok();
}

/// A village counter that has no line at all changes its key too: its next stick shows the change, and a stick of a
/// stranger's still brings nothing.
#[test]
fn a_stick_shows_the_change() {
    let (shop, centre) = village();
    let stick = shop.file("T1.jishi");
    // Nothing was ever sent: twice changed before the first stick.
    shop.done("sell", sale("S1", "honey", "1", 4500));
    for _ in 0..2 {
        shop.run(&["rekey"], "").ok();
    }
    shop.done("sell", sale("S2", "honey", "1", 4500));
    export(&shop, &stick);
    let taken = take_in(&centre, &stick).expect("it is taken in");
    assert_eq!(taken.chains.len(), 3);
    agree(&shop, &centre);
    let receipt = receipt_of(&stick);
    import(&shop, &receipt).ok();
    assert_eq!(shop.run(&["status"], "").ok().only()["sales_waiting"], 0);

    // And once more between two of them; the one before that is brought again does no harm, a second time neither.
    let old = shop.file("old.jishi");
    std::fs::copy(&stick, &old).expect("a copy");
    shop.run(&["rekey"], "").ok();
    shop.done("sell", sale("S3", "honey", "2", 9000));
    export(&shop, &stick);
    take_in(&centre, &stick).expect("it is taken in");
    take_in(&centre, &stick).expect("it is taken in again");
    agree(&shop, &centre);
    assert_eq!(
        take_in(&centre, &old).err(),
        Some("revoked"),
        "by the key that is gone"
    );

    let stranger = Shop::open();
    let other = Centre::start(&stranger.file("other"));
    stranger.run(&["enrol", &other.invite()], "").ok();
    stranger.run(&["rekey"], "").ok();
    let theirs = stranger.file("X.jishi");
    export(&stranger, &theirs);
    assert_eq!(take_in(&centre, &theirs).err(), Some("other_organisation"));
}

/// The centre of a village counter that has no line changes its key: its sticks show that, both ways.
#[test]
fn a_centres_stick_shows_that_it_has_another_key() {
    let (shop, centre) = village();
    let instruments = Instruments::of_machine();
    let stick = shop.file("T1.jishi");
    shop.done("sell", sale("S1", "honey", "1", 4500));
    export(&shop, &stick);
    take_in(&centre, &stick).expect("it is taken in");
    import(&shop, &receipt_of(&stick)).ok();

    shop.done("sell", sale("S2", "honey", "1", 4500));
    export(&shop, &stick);
    let old = public_key_of(&centre);
    let new = rekey(&centre, &instruments).expect("another key").public_key;
    assert_ne!(old, new);
    // Packed for the old key, which nobody has any more: its entries count all the same.
    let taken = take_in(&centre, &stick).expect("it is taken in");
    assert_eq!((taken.chains[0].held, taken.name_keys), (taken.chains[0].to, 0));
    agree(&shop, &centre);
    // A receipt of a stranger's leads nowhere, whatever it shows.
    let stranger = Shop::open();
    let other = Centre::start(&stranger.file("other"));
    stranger.run(&["enrol", &other.invite()], "").ok();
    let theirs = other.folder.clone();
    other.stop();
    rekey(&theirs, &instruments).expect("another key");
    let theirs_stick = stranger.file("X.jishi");
    export(&stranger, &theirs_stick);
    take_in(&theirs, &theirs_stick).expect("it is taken in");
    let refused = import(&shop, &receipt_of(&theirs_stick));
    assert_eq!(refused.refused(), "other_organisation");
    let waits = |shop: &Shop| shop.run(&["status"], "").ok().only()["sales_waiting"].clone();
    assert_eq!(waits(&shop), 1);

    import(&shop, &receipt_of(&stick)).ok();
    assert_eq!(waits(&shop), 0);
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(status["centre"]["key"], json!(new));

    // And what comes down, over two more changes.
    for _ in 0..2 {
        rekey(&centre, &instruments).expect("another key");
    }
    let product = json!([{"code": "oil", "name": "菜籽油", "unit": "瓶", "price": 5800}]);
    import_into(&centre, &json!({ "products": product }));
    let (_, down) = export_bundle(&centre, "T1", &instruments, &mut |_, _| true).expect("a bundle");
    let stick = shop.file("down.jishi");
    std::fs::write(&stick, down).expect("a file");
    let came = import(&shop, &stick).ok().only();
    assert_eq!(came["stopped"], json!(null), "{came}");
    shop.done("sell", sale("S3", "oil", "1", 5800));
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(status["centre"]["key"], json!(public_key_of(&centre)));
}

fn public_key_of(centre: &std::path::Path) -> String {
    nodes(centre).expect("its nodes").all()[0].public_key.clone()
}
