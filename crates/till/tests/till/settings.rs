//! How the till looks and which key does what: kept at the till, and refused whole where it makes no sense.

use crate::counter::counter;
use jishi_ledger::{Ledger, OpenMode, StoreError, Writer};
use jishi_till::{Counter, Folder, Till};
use serde_json::{Value, json};

#[test]
fn the_look_and_the_keys_are_kept() {
    let (shop, mut counter) = counter();
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(screen["look"], json!({"theme": "day", "text_size": "normal"}));
    assert_eq!(screen["keys"], json!([]));
    let head = counter.till.head();
    let look = json!({"theme": "night", "text_size": "large"});
    assert_eq!(counter.call("choose_look", look.clone()).unwrap()["look"], look);
    let keys = json!([{"page": "sale", "action": "pay", "key": "F10"}, {"page": "sale", "action": "held", "key": "Ctrl+Home"}]);
    counter.call("choose_keys", json!({"keys": keys})).unwrap();
    // A taste is no fact: nothing of it is in the chain.
    assert_eq!(counter.till.head(), head);
    let folder: Folder = counter.till.folder().clone();
    drop(counter);
    let till = Till::open(folder, shop.world.boxed()).unwrap();
    let screen = Counter::new(till).call("screen", json!({})).unwrap();
    assert_eq!((&screen["look"], &screen["keys"]), (&look, &keys));
}

#[test]
fn keys_that_clash_or_type_are_refused_and_change_nothing() {
    let (_shop, mut counter) = counter();
    // Where two pages never stand together a key may do one thing on each.
    let chosen = json!([{"page": "sale", "action": "pay", "key": "F10"}, {"page": "shift", "action": "print", "key": "F10"}]);
    counter.call("choose_keys", json!({"keys": chosen})).unwrap();
    let many: Vec<Value> = (0..65)
        .map(|_| json!({"page": "sale", "action": "pay", "key": "F9"}))
        .collect();
    let pay = |key: &str| json!([{"page": "sale", "action": "pay", "key": key}]);
    for (keys, code) in [
        (
            json!([{"page": "sale", "action": "pay", "key": "F9"}, {"page": "sale", "action": "hold", "key": "F9"}]),
            "key_taken",
        ),
        (
            json!([{"page": "sale", "action": "pay", "key": "F9"}, {"page": "sale", "action": "pay", "key": "F8"}]),
            "bad_request",
        ),
        (pay("a"), "bad_key"),
        (pay("5"), "bad_key"),
        (pay("Enter"), "bad_key"),
        (pay("F13"), "bad_key"),
        (pay("F09"), "bad_key"),
        (pay("Shift+Ctrl+F9"), "bad_key"),
        (pay(""), "bad_key"),
        (
            json!([{"page": "sale", "action": "Pay now", "key": "F9"}]),
            "bad_key",
        ),
        (json!(many), "bad_request"),
    ] {
        let refused = counter.call("choose_keys", json!({"keys": keys})).unwrap_err();
        assert_eq!(refused.code, code, "{keys}");
        assert_eq!(counter.call("screen", json!({})).unwrap()["keys"], chosen);
    }
}

/// A disk so full that not even a note can be written.
fn filled(counter: &mut Counter) {
    let path = counter.till.folder().database();
    let mut beside = Ledger::open(&path, OpenMode::Write).unwrap();
    beside.limit_pages(1).unwrap();
    counter.till.ledger().limit_pages(1).unwrap();
    for size in [900, 100, 10, 1] {
        // Up to the place where the language would stand.
        let mut fits = |number: u32| {
            let name = format!("languag{size}-{number}");
            let put = |writer: &Writer<'_>| writer.put_note(&name, &"p".repeat(size));
            beside.write::<_, StoreError>(put).is_ok()
        };
        assert!((0..20_000).any(|number| !fits(number)));
    }
}

#[test]
fn on_a_full_disk_another_language_is_spoken_and_said_not_to_be_kept() {
    let (shop, mut counter) = counter();
    filled(&mut counter);
    let refused = counter
        .call("choose_language", json!({"language": "en"}))
        .unwrap_err();
    assert_eq!(refused.code, "disk_full");
    assert!(
        refused.message.starts_with("The disk is full"),
        "{}",
        refused.message
    );
    assert_eq!(counter.call("screen", json!({})).unwrap()["language"], "en");
    // What is refused from now on is refused in it.
    let unknown = counter.call("scan", json!({"code": "nothing"})).unwrap_err();
    assert!(
        unknown.message.starts_with("No such product"),
        "{}",
        unknown.message
    );
    // There is room again: chosen once more it is kept, and what was not is forgotten with the program.
    counter.till.ledger().limit_pages(u32::MAX - 1).unwrap();
    drop(counter);
    let mut counter = Counter::new(shop.open().unwrap());
    assert_eq!(counter.call("screen", json!({})).unwrap()["language"], "zh-Hans");
    counter
        .call("choose_language", json!({"language": "en"}))
        .unwrap();
    drop(counter);
    let mut counter = Counter::new(shop.open().unwrap());
    assert_eq!(counter.call("screen", json!({})).unwrap()["language"], "en");
}
