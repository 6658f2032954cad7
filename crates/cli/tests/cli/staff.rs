//! Staff and their PINs by hand.

use crate::support::Shop;
use serde_json::json;

#[test]
fn a_pin_is_read_from_stdin_and_never_said() {
    let shop = Shop::bare();
    let staff = json!({"staff": [{"code": "01", "name": "李小梅", "role": "cashier"},
                                 {"code": "03", "name": "何建国", "role": "supervisor", "pin": "33333333"}]});
    shop.import(&staff).ok();
    let listed = shop.run(&["staff", "list"], "").ok();
    assert_eq!(
        listed.lines(),
        [
            json!({"code": "01", "name": "李小梅", "role": "cashier", "pin": false}),
            json!({"code": "03", "name": "何建国", "role": "supervisor", "pin": true}),
        ]
    );
    let entries = || shop.summary()["entries"].as_u64();
    let before = entries();
    for wrong in ["", "123\n", "12a4\n", "123456789\n", "１２３４\n", "1111 \n"] {
        let run = shop.run(&["staff", "pin", "01"], wrong);
        assert_eq!(run.refused(), "bad_pin", "{wrong:?}");
        assert!(
            wrong.trim().is_empty() || !run.err.contains(wrong.trim()),
            "{}",
            run.err
        );
    }
    assert_eq!(
        shop.run(&["staff", "pin", "99"], "1111\n").refused(),
        "no_such_staff"
    );
    assert_eq!(entries(), before);
    let set = shop.run(&["staff", "pin", "01"], "4711\r\n").ok();
    assert_eq!(set.only()["pin"], true);
    assert!(!set.out.contains("4711") && !set.err.contains("4711"));
    assert_eq!(entries(), before.map(|count| count + 1));
    // The same PIN again is nothing new, by hand and from the file.
    shop.run(&["staff", "pin", "01"], "4711").ok();
    assert_eq!(
        shop.import(&staff).ok().only(),
        json!({"added": 0, "revised": 0, "unchanged": 2})
    );
    assert_eq!(entries(), before.map(|count| count + 1));
}

#[test]
fn a_bad_pin_in_a_file_is_named_by_its_row_and_not_said_again() {
    let shop = Shop::bare();
    for pin in [json!("471"), json!(471_147)] {
        let run =
            shop.import(&json!({"staff": [{"code": "01", "name": "李小梅", "role": "cashier", "pin": pin}]}));
        assert_ne!(run.code, 0);
        assert!(
            !run.err.contains("471") && !run.out.contains("471"),
            "{}",
            run.err
        );
    }
    let run = shop.import(&json!({"settings": {"discount_limit_bp": 20_000}}));
    assert_eq!(run.refused(), "bad_import");
    shop.import(&json!({"settings": {"discount_limit_bp": 2000, "lock_after_minutes": 3}}))
        .ok();
}
