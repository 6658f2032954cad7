//! 锁定: a till left alone locks itself in the core, whatever its window does or does not.

use jishi_testkit::{FixedWorld, Shop};
use jishi_till::wire::ImportFile;
use jishi_till::{Counter, Desk, Till};
use serde_json::{Value, json};

/// Five minutes is the outlet's time; a cashier stands there.
fn till() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    let file = json!({
        "staff": [{"code": "01", "name": "李小梅", "role": "cashier", "pin": "1357"}],
        "settings": {"lock_after_minutes": 5}
    });
    let file: ImportFile = serde_json::from_value(file).unwrap();
    till.import(&file, false).unwrap();
    (shop, till)
}

fn counter() -> (Shop, Counter) {
    let (shop, till) = till();
    let mut counter = Counter::new(till);
    sign_in(&mut counter);
    (shop, counter)
}

fn sign_in(counter: &mut Counter) {
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1357"}))
        .unwrap();
}

fn refused(counter: &mut Counter, name: &str, request: Value) -> String {
    counter.call(name, request).unwrap_err().code
}

#[test]
fn after_the_outlets_time_nothing_is_answered_but_signing_in_and_what_a_locked_page_shows() {
    let (shop, mut counter) = counter();
    shop.world.pass(300);
    counter.call("start_sale", json!({})).unwrap();
    shop.world.pass(301);
    assert_eq!(refused(&mut counter, "start_sale", json!({})), "locked_idle");
    // Nothing that was asked for opened it again, and it says so to whoever looks.
    for _ in 0..3 {
        assert_eq!(refused(&mut counter, "start_sale", json!({})), "locked_idle");
        assert_eq!(refused(&mut counter, "touch", json!({})), "locked_idle");
    }
    counter.call("status", json!({})).unwrap();
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(screen["staff"]["signed_in"], Value::Null);
    sign_in(&mut counter);
    counter.call("start_sale", json!({})).unwrap();
}

#[test]
fn what_a_window_asks_by_itself_keeps_no_till_open() {
    let (shop, mut counter) = counter();
    for _ in 0..31 {
        shop.world.pass(10);
        counter.call("status", json!({})).unwrap();
        counter.call("show_customer", json!({"kind": "welcome"})).unwrap();
    }
    // A window that is loaded anew asks for the screen first: it finds the lock.
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(screen["staff"]["signed_in"], Value::Null);
    assert_eq!(
        refused(&mut counter, "receipts", json!({"before": null, "limit": 1})),
        "locked_idle"
    );
}

#[test]
fn hands_at_the_till_keep_it_open_though_they_ask_for_nothing() {
    let (shop, mut counter) = counter();
    for _ in 0..10 {
        shop.world.pass(240);
        counter.call("touch", json!({})).unwrap();
    }
    counter.call("start_sale", json!({})).unwrap();
}

#[test]
fn a_restart_while_it_is_locked_leaves_it_locked_and_so_does_a_clock_set_back() {
    let (shop, mut counter) = counter();
    shop.world.pass(301);
    assert_eq!(refused(&mut counter, "start_sale", json!({})), "locked_idle");
    let mut counter = Counter::new(shop.reopen(counter.till));
    assert_eq!(refused(&mut counter, "start_sale", json!({})), "locked_idle");
    sign_in(&mut counter);
    shop.world.pass(-3_600);
    assert_eq!(refused(&mut counter, "start_sale", json!({})), "locked_idle");
}

#[test]
fn a_till_that_asks_nobody_never_locks() {
    let (shop, till) = Shop::with_fair(1);
    let mut counter = Counter::new(till);
    shop.world.pass(100_000);
    counter.call("start_sale", json!({})).unwrap();
}

#[test]
fn a_practice_left_alone_opens_no_till_and_one_that_was_not_keeps_it_open() {
    for (pause, left) in [(240, json!("李小梅")), (301, Value::Null)] {
        let (shop, till) = till();
        let folder = till.folder().clone();
        drop(till);
        let world: FixedWorld = shop.world.clone();
        let mut desk = Desk::open(folder, Box::new(move || world.boxed()), |_, _| unreachable!());
        let sign_in = json!({"staff": "01", "pin": "1357"});
        desk.call("sign_in", sign_in).unwrap();
        desk.call("enter_training", json!({})).unwrap();
        shop.world.pass(240);
        desk.call("touch", json!({})).unwrap();
        shop.world.pass(pause);
        let screen = desk.call("leave_training", json!({})).unwrap();
        assert_eq!(screen["staff"]["signed_in"]["name"], left, "{pause}");
    }
}
