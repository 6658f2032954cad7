//! PINs, signing in and out, the waits after wrong ones, and approvals on the spot.

use jishi_journal::Entry;
use jishi_journal::body::Body;
use jishi_testkit::{Shop, cash_sale};
use jishi_till::wire::ImportFile;
use jishi_till::{Action, Counter, Extent, SignOut, Till};
use serde_json::{Value, json};

fn staff() -> ImportFile {
    let file = json!({
        "staff": [
            {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1111"},
            {"code": "02", "name": "周文静", "role": "cashier", "pin": "222222"},
            {"code": "03", "name": "何建国", "role": "supervisor", "pin": "33333333"},
            {"code": "04", "name": "黄慧", "role": "bookkeeper", "pin": "4444"},
            {"code": "05", "name": "韦一鸣", "role": "supervisor"},
        ],
        "settings": {"discount_limit_bp": 1000, "lock_after_minutes": 5},
    });
    serde_json::from_value(file).unwrap()
}

fn staffed() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    till.import(&staff(), false).unwrap();
    (shop, till)
}

fn bodies(till: &Till) -> Vec<Body> {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let entries = entries
        .iter()
        .map(|signed| Entry::parse(&signed.line).unwrap().body());
    entries.collect()
}

fn signs(till: &Till) -> Vec<String> {
    let said = bodies(till).into_iter().filter_map(|body| match body {
        Body::StaffSignedIn(sign) => Some(format!("in {} {}", sign.staff, sign.role)),
        Body::StaffSignedOut(sign) => Some(format!("out {} {}", sign.staff, sign.reason)),
        _ => None,
    });
    said.collect()
}

fn last_sale(till: &Till) -> jishi_journal::body::SaleRecorded {
    let sales = bodies(till).into_iter().rev();
    let mut sales = sales.filter_map(|body| match body {
        Body::SaleRecorded(sale) => Some(sale),
        _ => None,
    });
    sales.next().unwrap()
}

fn draft(discount_bp: Option<i64>, price_fen: Option<i64>) -> Value {
    let discount = discount_bp.map(|bp| json!({"fen": null, "bp": bp, "borne_by": "operator"}));
    json!({
        "lines": [{"product": "tea", "quantity": "1", "price_fen": price_fen, "amount_fen": null, "lot": null,
                   "discount": discount}],
        "discount": null, "rounding": "none",
    })
}

fn record(counter: &mut Counter, id: &str, draft: &Value, approval: Option<&str>) -> Result<Value, String> {
    let tenders = json!([{"kind": "cash", "fen": 50_000, "reference": null}]);
    let request = json!({"id": id, "draft": draft, "tenders": tenders, "approval": approval});
    counter
        .call("record_sale", request)
        .map_err(|refused| refused.code)
}

fn approve(
    counter: &mut Counter,
    id: &str,
    draft: &Value,
    by: (&str, &str),
    actions: &[&str],
) -> Result<String, String> {
    let request = json!({"staff": by.0, "pin": by.1, "subject": id, "actions": actions, "draft": draft});
    let given = counter.call("approve", request).map_err(|refused| refused.code)?;
    Ok(given["id"].as_str().unwrap().to_owned())
}

#[test]
fn an_import_keeps_a_hash_of_the_pin_and_the_same_file_changes_nothing() {
    let (shop, mut till) = staffed();
    let head = till.head();
    let report = till.import(&staff(), false).unwrap();
    assert_eq!((report.added, report.revised, report.unchanged), (0, 0, 7));
    assert_eq!(till.head(), head);
    let put = till.catalogue().staff_member("02").unwrap();
    assert!(put.pin.as_deref().unwrap().starts_with("$argon2id$"));
    assert_ne!(put.pin, till.catalogue().staff_member("01").unwrap().pin);
    // A row without a PIN takes none away; another PIN is a revision of that one alone.
    let file = json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier"},
        {"code": "02", "name": "周文静", "role": "cashier", "pin": "222223"},
    ]});
    let report = till
        .import(&serde_json::from_value(file).unwrap(), false)
        .unwrap();
    assert_eq!((report.added, report.revised, report.unchanged), (0, 1, 1));
    assert_eq!(till.sign_in("02", "222222").unwrap_err().code(), "wrong_pin");
    assert_eq!(till.sign_in("02", "222223").unwrap().name, "周文静");
    // In no file of the till, in clear.
    drop(till);
    for entry in std::fs::read_dir(shop.path("till")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for pin in [b"33333333".as_slice(), b"\"222223\"", b"\"1111\""] {
                assert!(
                    !bytes.windows(pin.len()).any(|part| part == pin),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn a_pin_that_is_none_is_refused_and_not_said_again() {
    let (_shop, mut till) = Shop::with_fair(1);
    for pin in ["123", "123456789", "12a4", "", "１２３４"] {
        let file = json!({"staff": [{"code": "01", "name": "李小梅", "role": "cashier", "pin": pin}]});
        let file: ImportFile = serde_json::from_value(file).unwrap();
        assert!(pin.is_empty() || !format!("{file:?}").contains(pin));
        let refused = till.import(&file, false).unwrap_err();
        let jishi_till::Refusal::Import { faults } = &refused else {
            panic!("{refused}")
        };
        assert_eq!(
            (faults[0].code.as_str(), faults[0].name.as_str()),
            ("bad_pin", "01")
        );
        assert_eq!(till.set_pin("01", pin).unwrap_err().code(), "bad_pin");
    }
    let number = json!({"staff": [{"code": "01", "name": "李小梅", "role": "cashier", "pin": 471_100}]});
    let error = serde_json::from_value::<ImportFile>(number)
        .unwrap_err()
        .to_string();
    assert!(!error.contains("471"), "{error}");
    assert_eq!(till.set_pin("99", "1234").unwrap_err().code(), "no_such_staff");
    assert!(!till.asks_for_sign_in());
    assert!(till.set_pin("01", "1234").unwrap().pin);
    let head = till.head();
    till.set_pin("01", "1234").unwrap();
    assert_eq!(till.head(), head, "the same PIN again changes nothing");
    assert!(till.asks_for_sign_in());
}

#[test]
fn who_comes_and_goes_is_recorded_and_sales_carry_who_made_them() {
    let (_shop, mut till) = staffed();
    till.open_shift(Some("01"), 0).unwrap();
    assert_eq!(till.sign_in("02", "222222").unwrap().code, "02");
    till.sell(&cash_sale("a", &[("honey", "1")])).unwrap();
    assert_eq!(last_sale(&till).cashier, "02");
    // The same again is nothing new; another takes her place.
    till.sign_in("02", "222222").unwrap();
    till.sign_in("01", "1111").unwrap();
    till.sell(&cash_sale("b", &[("honey", "1")])).unwrap();
    assert_eq!(last_sale(&till).cashier, "01");
    till.sign_out(SignOut::Idle).unwrap();
    till.sign_out(SignOut::Idle).unwrap();
    let said = ["in 02 cashier", "out 02 handover", "in 01 cashier", "out 01 idle"];
    assert_eq!(signs(&till), said);
    assert_eq!(till.signed_in(), None);
}

#[test]
fn an_unknown_code_one_without_a_pin_and_a_wrong_pin_are_one_answer() {
    let (_shop, mut till) = staffed();
    for (code, pin) in [
        ("01", "2222"),
        ("99", "1111"),
        ("05", "0000"),
        ("01", "x"),
        ("", ""),
        ("01", ""),
    ] {
        assert_eq!(
            till.sign_in(code, pin).unwrap_err().code(),
            "wrong_pin",
            "{code} {pin}"
        );
    }
    assert!(signs(&till).is_empty());
}

#[test]
fn after_five_wrong_pins_there_is_a_wait_that_a_restart_does_not_end() {
    let (shop, mut till) = staffed();
    for code in ["01", "nobody"] {
        let answers: Vec<String> = (0..6)
            .map(|_| till.sign_in(code, "9999").unwrap_err().code().to_owned())
            .collect();
        assert_eq!(
            answers,
            [
                "wrong_pin",
                "wrong_pin",
                "wrong_pin",
                "wrong_pin",
                "pin_wait",
                "pin_wait"
            ]
        );
    }
    let mut till = shop.reopen(till);
    // The right one is not even looked at; others are not held up.
    assert_eq!(till.sign_in("01", "1111").unwrap_err().code(), "pin_wait");
    till.sign_in("02", "222222").unwrap();
    shop.world.pass(29);
    let refused = till.sign_in("01", "1111").unwrap_err();
    assert!(
        refused
            .message(jishi_till::view::Language::Chinese)
            .contains("过 1 秒"),
        "{refused}"
    );
    shop.world.pass(1);
    assert_eq!(till.sign_in("01", "9999").unwrap_err().code(), "pin_wait");
    shop.world.pass(59);
    assert_eq!(till.sign_in("01", "1111").unwrap_err().code(), "pin_wait");
    shop.world.pass(1);
    till.sign_in("01", "1111").unwrap();
    // A right one ends the count.
    for _ in 0..4 {
        assert_eq!(till.sign_in("01", "9999").unwrap_err().code(), "wrong_pin");
    }
    till.sign_in("01", "1111").unwrap();
    // An approval counts as a sign-in does: there is no other door to guess at.
    for _ in 0..5 {
        till.approve("03", "1234", &[Action::Void], "a", Extent::default())
            .unwrap_err();
    }
    assert_eq!(till.sign_in("03", "33333333").unwrap_err().code(), "pin_wait");
}

#[test]
fn a_window_that_nobody_is_signed_in_at_records_nothing() {
    let (_shop, mut till) = staffed();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let head = counter.till.head();
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(
        (&screen["staff"]["asked"], &screen["staff"]["signed_in"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(screen["staff"]["members"].as_array().unwrap().len(), 4);
    // No demo: no PIN is said.
    assert!(!screen.to_string().contains("1111") && !screen.to_string().contains("$argon2"));
    for name in [
        "record_sale",
        "start_sale",
        "scan",
        "sign_out",
        "approve",
        "receipt_picture",
        "no_such_command",
    ] {
        let refused = counter.call(name, json!({})).unwrap_err();
        assert_eq!(refused.code, "not_signed_in", "{name}");
    }
    assert_eq!(counter.till.head(), head);
    counter.call("figure", draft(None, None)).unwrap();
    let refused = counter
        .call("sign_in", json!({"staff": "01", "pin": "0000"}))
        .unwrap_err();
    assert_eq!(refused.code, "wrong_pin");
    let screen = counter
        .call("sign_in", json!({"staff": "01", "pin": "1111"}))
        .unwrap();
    assert_eq!(
        (&screen["cashier"], &screen["staff"]["signed_in"]["role"]),
        (&json!("李小梅"), &json!("cashier"))
    );
    record(&mut counter, "a", &draft(None, None), None).unwrap();
    let screen = counter.call("sign_out", json!({"reason": "idle"})).unwrap();
    assert_eq!(
        (&screen["cashier"], &screen["staff"]["signed_in"]),
        (&json!(""), &Value::Null)
    );
    assert_eq!(
        record(&mut counter, "b", &draft(None, None), None).unwrap_err(),
        "locked_idle"
    );
}

#[test]
fn who_was_signed_in_goes_on_after_a_restart_only_while_the_till_would_have_stayed_open() {
    let (shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    shop.world.pass(300);
    let counter = Counter::new(shop.reopen(till));
    assert_eq!(counter.till.signed_in().unwrap().code, "01");
    drop(counter);
    shop.world.pass(301);
    let counter = Counter::new(shop.open().unwrap());
    assert_eq!(counter.till.signed_in(), None);
    assert_eq!(signs(&counter.till), ["in 01 cashier", "out 01 idle"]);
    drop(counter);
    // The command line has nobody standing at it.
    assert_eq!(shop.open().unwrap().signed_in(), None);
}

#[test]
fn the_demo_fair_begins_with_its_cashier_signed_in_and_says_its_pins() {
    let shop = Shop::empty(1);
    let mut till = Till::init(shop.folder(), "T1", shop.world.boxed()).unwrap();
    till.load_demo().unwrap();
    let mut counter = Counter::new(till);
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(screen["staff"]["signed_in"]["code"], "01");
    assert_eq!(screen["staff"]["members"][0]["demo_pin"], "1111");
    counter.call("sign_out", json!({"reason": "handover"})).unwrap();
    drop(counter);
    let mut counter = Counter::new(shop.open().unwrap());
    assert_eq!(counter.till.signed_in(), None, "only its first start");
    for member in screen["staff"]["members"].as_array().unwrap() {
        let request = json!({"staff": member["code"], "pin": member["demo_pin"]});
        counter.call("sign_in", request).unwrap();
    }
}

#[test]
fn a_discount_above_the_limit_is_recorded_with_who_approved_it() {
    let (_shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let figured = |counter: &mut Counter, draft: &Value| {
        counter.call("figure", draft.clone()).unwrap()["needs_approval"].clone()
    };
    let (small, large) = (draft(Some(1000), None), draft(Some(1500), None));
    assert_eq!(figured(&mut counter, &small), json!([]));
    assert_eq!(figured(&mut counter, &large), json!(["discount_above_limit"]));
    record(&mut counter, "small", &small, None).unwrap();
    assert!(last_sale(&counter.till).approved_by.is_empty());
    let head = counter.till.head();
    assert_eq!(
        record(&mut counter, "large", &large, None).unwrap_err(),
        "approval_needed"
    );
    assert_eq!(
        record(&mut counter, "large", &large, Some("made-up")).unwrap_err(),
        "approval_needed"
    );
    let actions = ["discount_above_limit"];
    for (by, code) in [
        (("02", "222222"), "may_not_approve"),
        (("03", "0000"), "wrong_pin"),
        (("04", "4444"), "may_not_approve"),
    ] {
        assert_eq!(
            approve(&mut counter, "large", &large, by, &actions).unwrap_err(),
            code
        );
    }
    assert_eq!(counter.till.head(), head);
    let by = ("03", "33333333");
    let given = approve(&mut counter, "large", &large, by, &actions).unwrap();
    // Bound to the sale, and to how far it went.
    assert_eq!(
        record(&mut counter, "other", &large, Some(&given)).unwrap_err(),
        "approval_needed"
    );
    let larger = draft(Some(9000), None);
    assert_eq!(
        record(&mut counter, "large", &larger, Some(&given)).unwrap_err(),
        "approval_needed"
    );
    let done = record(&mut counter, "large", &large, Some(&given)).unwrap();
    let approved = &last_sale(&counter.till).approved_by;
    assert_eq!(
        (
            approved[0].action.as_str(),
            approved[0].staff.as_str(),
            approved.len()
        ),
        ("discount_above_limit", "03", 1)
    );
    assert_eq!(last_sale(&counter.till).cashier, "01");
    // The same press again answers the same sale; the approval is used up.
    let again = record(&mut counter, "large", &large, Some(&given)).unwrap();
    assert_eq!(
        (&again["repeated"], &again["number"]),
        (&json!(true), &done["number"])
    );
    assert_eq!(
        record(&mut counter, "next", &large, Some(&given)).unwrap_err(),
        "approval_needed"
    );
}

#[test]
fn a_price_by_hand_needs_approval_and_an_approval_ends() {
    let (shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let (list, cheap) = (draft(None, Some(12_800)), draft(Some(2000), Some(9_900)));
    record(&mut counter, "list", &list, None).unwrap();
    let refused = record(&mut counter, "a", &cheap, None).unwrap_err();
    assert_eq!(refused, "approval_needed");
    let both = ["price_change", "discount_above_limit"];
    let by = ("03", "33333333");
    // One of the two is not both.
    let half = approve(&mut counter, "a", &cheap, by, &both[..1]).unwrap();
    assert_eq!(
        record(&mut counter, "a", &cheap, Some(&half)).unwrap_err(),
        "approval_needed"
    );
    let given = approve(&mut counter, "a", &cheap, by, &both).unwrap();
    assert_eq!(
        record(&mut counter, "a", &draft(Some(2000), Some(9_800)), Some(&given)).unwrap_err(),
        "approval_needed"
    );
    let both_by_table = ["discount_above_limit", "price_change"];
    // Before anything is recorded the window hears what goes further than that, and what does not.
    let mut still = |approval: &str, draft: &Value| {
        let asked = json!({"approval": approval, "subject": "a", "draft": draft});
        counter.call("still_approved", asked).unwrap()["actions"].clone()
    };
    for (price, needed) in [(9_900, json!([])), (9_800, json!(both_by_table))] {
        assert_eq!(still(&given, &draft(Some(2000), Some(price))), needed, "{price}");
    }
    assert_eq!(still(&given, &list), json!([]));
    assert_eq!(
        still(&given, &draft(Some(3000), Some(9_900))),
        json!(both_by_table)
    );
    assert_eq!(still("nobody's", &list), json!([]));
    // Somebody is at the till all the while.
    let wait = |counter: &mut Counter, seconds: i64| {
        for _ in 0..seconds {
            shop.world.pass(1);
            counter.call("touch", json!({})).unwrap();
        }
    };
    wait(&mut counter, 300);
    wait(&mut counter, 301);
    assert_eq!(
        record(&mut counter, "a", &cheap, Some(&given)).unwrap_err(),
        "approval_needed"
    );
    let given = approve(&mut counter, "a", &cheap, by, &both).unwrap();
    wait(&mut counter, 599);
    record(&mut counter, "a", &cheap, Some(&given)).unwrap();
    assert_eq!(last_sale(&counter.till).approved_by.len(), 2);
    // A handover ends what was approved for the one before.
    let given = approve(&mut counter, "b", &cheap, by, &both).unwrap();
    counter
        .call("sign_in", json!({"staff": "02", "pin": "222222"}))
        .unwrap();
    assert_eq!(
        record(&mut counter, "b", &cheap, Some(&given)).unwrap_err(),
        "approval_needed"
    );
    // A supervisor needs nobody; a bookkeeper cannot sell, whoever approves.
    counter
        .call("sign_in", json!({"staff": "03", "pin": "33333333"}))
        .unwrap();
    record(&mut counter, "b", &cheap, None).unwrap();
    counter
        .call("sign_in", json!({"staff": "04", "pin": "4444"}))
        .unwrap();
    assert_eq!(record(&mut counter, "c", &list, None).unwrap_err(), "may_not");
}

#[test]
fn a_cashier_gives_money_back_with_a_supervisors_pin_alone() {
    let (_shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let number = |done: &Value| done["number"].as_str().unwrap().to_owned();
    let first = number(&record(&mut counter, "a", &draft(None, None), None).unwrap());
    let second = number(&record(&mut counter, "b", &draft(None, None), None).unwrap());
    let line = json!({"line": 1, "quantity": "1", "restock": true, "borne_by": "supplier"});
    let refund = json!({"id": "back-a", "number": first, "lines": [line]});
    let void = json!({"id": "back-b", "number": second, "reason": "收错了"});
    for (name, request, action, other) in [
        ("record_refund", refund, "refund", "void"),
        ("void_sale", void, "void", "refund"),
    ] {
        let head = counter.till.head();
        assert_eq!(
            counter.call(name, request.clone()).unwrap_err().code,
            "approval_needed"
        );
        let id = request["id"].as_str().unwrap().to_owned();
        let give = |counter: &mut Counter, action: &str, id: &str| {
            let asked =
                json!({"staff": "03", "pin": "33333333", "subject": id, "actions": [action], "draft": null});
            let given = counter.call("approve", asked).unwrap()["id"].clone();
            let mut request = request.clone();
            request["approval"] = given;
            counter.call(name, request)
        };
        // Neither for another thing nor for another receipt.
        assert_eq!(
            give(&mut counter, other, &id).unwrap_err().code,
            "approval_needed"
        );
        assert_eq!(
            give(&mut counter, action, "back-c").unwrap_err().code,
            "approval_needed"
        );
        assert_eq!(counter.till.head(), head);
        give(&mut counter, action, &id).unwrap();
        let refund = match bodies(&counter.till).pop() {
            Some(Body::RefundRecorded(refund)) => refund,
            Some(Body::SaleVoided(void)) => void.refund,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (
                refund.approved_by[0].action.as_str(),
                refund.approved_by[0].staff.as_str()
            ),
            (action, "03")
        );
        assert_eq!(refund.cashier, "01");
        // The same press again answers what was recorded.
        assert_eq!(counter.call(name, request.clone()).unwrap()["repeated"], true);
    }
}

#[test]
fn without_any_pin_nobody_is_asked() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.import(
        &serde_json::from_value(json!({"settings": {"discount_limit_bp": 0}})).unwrap(),
        false,
    )
    .unwrap();
    till.open_shift(None, 0).unwrap();
    let mut counter = Counter::new(till);
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(
        (&screen["staff"]["asked"], &screen["cashier"]),
        (&json!(false), &json!("李小梅"))
    );
    record(&mut counter, "a", &draft(Some(5000), Some(9_900)), None).unwrap();
    assert!(last_sale(&counter.till).approved_by.is_empty());
    assert!(signs(&counter.till).is_empty());
    for settings in [
        json!({"discount_limit_bp": 10_001}),
        json!({"discount_limit_bp": -1}),
        json!({"lock_after_minutes": 0}),
    ] {
        let file = serde_json::from_value(json!({ "settings": settings })).unwrap();
        assert_eq!(
            counter.till.import(&file, false).unwrap_err().code(),
            "bad_import"
        );
    }
}

#[test]
fn a_replay_knows_the_same_staff_and_who_came_last() {
    let (shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    till.sell(&cash_sale("a", &[("honey", "1")])).unwrap();
    till.sign_in("02", "222222").unwrap();
    let before = jishi_ledger::projection_digest(till.ledger()).unwrap();
    drop(till);
    jishi_till::rebuild(&shop.folder(), |_| true).unwrap();
    let till = shop.open().unwrap();
    assert_eq!(jishi_ledger::projection_digest(till.ledger()).unwrap(), before);
    assert_eq!(Counter::new(till).till.signed_in().unwrap().code, "02");
}

#[test]
fn a_locked_till_shows_no_takings_and_moves_no_cash() {
    let (_shop, mut till) = staffed();
    till.open_shift(None, 5_000).unwrap();
    let mut counter = Counter::new(till);
    let head = counter.till.head();
    let shown = counter.call("shift", json!({})).unwrap();
    assert_eq!(
        (
            &shown["state"],
            &shown["figures"],
            &shown["counted"],
            &shown["moves"]
        ),
        (&json!("open"), &Value::Null, &Value::Null, &json!([]))
    );
    for (name, request) in [
        (
            "move_cash",
            json!({"id": "m", "direction": "out", "fen": 100, "reason": "上缴"}),
        ),
        ("count_drawer", json!({"pieces": []})),
        ("close_shift", json!({})),
        ("print_shift", json!({"id": null, "reprint": false})),
        ("print_receipt", json!({"number": "T1-000001", "reprint": true})),
    ] {
        let refused = counter.call(name, request).unwrap_err();
        assert_eq!(refused.code, "not_signed_in", "{name}");
    }
    assert_eq!(counter.till.head(), head);
}

#[test]
fn a_bookkeeper_reads_a_shift_and_neither_opens_nor_moves_nor_closes_one() {
    let (_shop, mut till) = staffed();
    till.sign_in("04", "4444").unwrap();
    let mut counter = Counter::new(till);
    let refused = counter.call("open_shift", json!({"float_fen": 0})).unwrap_err();
    assert_eq!(refused.code, "may_not");
    counter.till.open_shift(Some("01"), 5_000).unwrap();
    let head = counter.till.head();
    for (name, request) in [
        ("go_on_with_shift", json!({})),
        (
            "move_cash",
            json!({"id": "m", "direction": "out", "fen": 100, "reason": "上缴"}),
        ),
        ("count_drawer", json!({"pieces": []})),
        ("close_shift", json!({})),
    ] {
        assert_eq!(counter.call(name, request).unwrap_err().code, "may_not", "{name}");
    }
    assert_eq!(counter.till.head(), head);
    let printed = counter.call("print_shift", json!({"id": null, "reprint": false}));
    assert!(printed.is_ok(), "{printed:?}");
}

#[test]
fn anothers_shift_is_closed_with_a_supervisors_pin_and_the_paper_names_both() {
    let (_shop, mut till) = staffed();
    till.sign_in("01", "1111").unwrap();
    till.open_shift(None, 5_000).unwrap();
    till.sign_in("02", "222222").unwrap();
    let mut counter = Counter::new(till);
    let shift = counter.till.shift().unwrap().id.clone();
    let pieces = json!([{"value_fen": 5_000, "pieces": 1}]);
    counter.call("count_drawer", json!({"pieces": pieces})).unwrap();
    let head = counter.till.head();
    let give = |counter: &mut Counter, subject: &str| {
        let asked = json!({"staff": "03", "pin": "33333333", "subject": subject,
                           "actions": ["shift_close_of_another"], "draft": null});
        counter.call("approve", asked).unwrap()["id"].clone()
    };
    let of_another = give(&mut counter, "another-shift");
    for request in [json!({}), json!({"approval": of_another})] {
        let refused = counter.call("close_shift", request).unwrap_err();
        assert_eq!(refused.code, "approval_needed");
    }
    assert_eq!(counter.till.head(), head);
    let approval = give(&mut counter, &shift);
    counter
        .call("close_shift", json!({"approval": approval}))
        .unwrap();
    let Some(Body::ShiftClosed(closed)) = bodies(&counter.till).pop() else {
        panic!("no shift was closed");
    };
    assert_eq!(closed.staff, "02");
    let approved = &closed.approved_by[0];
    assert_eq!(
        (approved.action.as_str(), approved.staff.as_str()),
        ("shift_close_of_another", "03")
    );
    let form = jishi_till::PaperForm {
        width: jishi_paper::Width::Mm58,
        language: jishi_till::view::Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    let paper = counter.till.shift_paper(Some(&shift), form).unwrap();
    let paper = jishi_paper::text::render(&paper.document);
    assert!(paper.contains("收银员 李小梅"), "{paper}");
    assert!(paper.contains("交班人 周文静"), "{paper}");
}

#[test]
fn the_window_hears_what_whoever_stands_there_may_do_alone() {
    let (_shop, till) = staffed();
    let mut counter = Counter::new(till);
    let screen = counter.call("screen", json!({})).unwrap();
    assert_eq!(screen["staff"]["may"], json!([]));
    for (staff, pin, sells) in [
        ("01", "1111", true),
        ("03", "33333333", true),
        ("04", "4444", false),
    ] {
        let screen = counter
            .call("sign_in", json!({"staff": staff, "pin": pin}))
            .unwrap();
        let may = screen["staff"]["may"].as_array().unwrap().clone();
        assert_eq!(may.contains(&json!("sell")), sells, "{staff}: {may:?}");
        assert!(may.contains(&json!("x_report")), "{staff}: {may:?}");
        assert_eq!(may.contains(&json!("import")), staff == "04", "{staff}: {may:?}");
    }
}
