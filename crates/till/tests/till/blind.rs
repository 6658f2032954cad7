//! 盲交: until her count is confirmed a cashier reads no sum, on the screen or on paper, that what should be in the
//! drawer follows from.

use jishi_journal::Entry;
use jishi_journal::body::{Body, ShiftClosed};
use jishi_testkit::Shop;
use jishi_till::Counter;
use jishi_till::wire::ImportFile;
use serde_json::{Value, json};

/// Her float, what she took in cash and by WeChat, and what she took out: none of it may be read, nor what they
/// come to.
const FLOAT_FEN: i64 = 77_700;
const GIVING_AWAY: [&str; 6] = ["777.00", "45.00", "128.00", "173.00", "33.00", "789.00"];

fn staffed() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1111"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "3333"},
        {"code": "04", "name": "黄慧", "role": "bookkeeper", "pin": "4444"},
    ]});
    let staff: ImportFile = serde_json::from_value(staff).unwrap();
    till.import(&staff, false).unwrap();
    (shop, Counter::new(till))
}

fn call(counter: &mut Counter, name: &str, request: Value) -> Value {
    counter.call(name, request).unwrap()
}

fn sell(counter: &mut Counter, id: &str, product: &str, kind: &str, fen: i64) {
    let line = json!({"product": product, "quantity": "1", "price_fen": null, "amount_fen": null, "lot": null,
                      "discount": null});
    let draft = json!({"lines": [line], "discount": null, "rounding": "none"});
    let tenders = json!([{"kind": kind, "fen": fen, "reference": null}]);
    call(
        counter,
        "record_sale",
        json!({"id": id, "draft": draft, "tenders": tenders}),
    );
}

/// Her shift: 45.00 in cash, 128.00 by WeChat, 33.00 taken out.
fn at_work() -> (Shop, Counter) {
    let (shop, mut counter) = staffed();
    call(&mut counter, "sign_in", json!({"staff": "01", "pin": "1111"}));
    call(&mut counter, "open_shift", json!({"float_fen": FLOAT_FEN}));
    sell(&mut counter, "a", "honey", "cash", 4_500);
    sell(&mut counter, "b", "tea", "wechat", 12_800);
    let out = json!({"id": "m", "direction": "out", "fen": 3_300, "reason": "买包装"});
    call(&mut counter, "move_cash", out);
    (shop, counter)
}

fn x_paper(counter: &mut Counter) -> String {
    let printed = call(counter, "print_shift", json!({"id": null, "reprint": false}));
    let pdf = printed["destination"].as_str().unwrap();
    let bytes = std::fs::read(pdf.replace(".pdf", ".escpos")).unwrap();
    let paper = jishi_paper::escpos::interpret::interpret(&bytes, jishi_paper::Width::Mm58).unwrap();
    format!("{paper:?}")
}

fn gives_away(text: &str) -> Vec<&'static str> {
    GIVING_AWAY.into_iter().filter(|sum| text.contains(sum)).collect()
}

#[test]
fn a_cashier_reads_counts_and_no_sum_before_her_count() {
    let (_shop, mut counter) = at_work();
    let shown = call(&mut counter, "shift", json!({}));
    assert_eq!(shown["figures"]["sums"], Value::Null);
    assert_eq!(shown["figures"]["sales"], 2);
    let row = &shown["moves"][0];
    assert_eq!((&row["fen"], &row["reason"]), (&Value::Null, &json!("买包装")));
    let text = shown.to_string();
    for fen in ["77700", "4500", "12800", "17300", "3300", "78900"] {
        assert!(!text.contains(fen), "{fen} is in {text}");
    }
    let paper = x_paper(&mut counter);
    assert!(paper.contains("读数") && paper.contains("先点后看"), "{paper}");
    assert_eq!(gives_away(&paper), Vec::<&str>::new(), "{paper}");
    // Asked for as a reprint it says no more.
    let reprint = json!({"id": shown["figures"]["id"], "reprint": true});
    let printed = call(&mut counter, "print_shift", reprint);
    assert!(printed["destination"].as_str().unwrap().contains("-X-"));
    assert_eq!(gives_away(&x_paper(&mut counter)), Vec::<&str>::new());
}

#[test]
fn once_her_count_is_confirmed_she_reads_all_of_it_until_something_is_sold() {
    let (_shop, mut counter) = at_work();
    let pieces = json!([{"value_fen": 10_000, "pieces": 7}]);
    let counted = call(&mut counter, "count_drawer", json!({"pieces": pieces}));
    assert_eq!(counted["expected_fen"], 78_900);
    let sums = call(&mut counter, "shift", json!({}))["figures"]["sums"].clone();
    assert_eq!(
        (&sums["float_fen"], &sums["net_fen"], &sums["moved_out_fen"]),
        (&json!(77_700), &json!(17_300), &json!(3_300))
    );
    assert!(gives_away(&x_paper(&mut counter)).contains(&"789.00"));
    sell(&mut counter, "c", "honey", "cash", 4_500);
    let shown = call(&mut counter, "shift", json!({}));
    assert_eq!(shown["figures"]["sums"], Value::Null);
}

#[test]
fn a_supervisor_reads_all_and_with_her_pin_the_cashier_does_on_that_page() {
    let (_shop, mut counter) = at_work();
    let refused = counter
        .call("read_shift_sums", json!({"approval": null}))
        .unwrap_err();
    assert_eq!(refused.code, "approval_needed");
    let shift = call(&mut counter, "shift", json!({}))["figures"]["id"].clone();
    let approve =
        json!({"staff": "03", "pin": "3333", "subject": shift, "actions": ["cash_figures"], "draft": null});
    let approval = call(&mut counter, "approve", approve)["id"].clone();
    let read = call(&mut counter, "read_shift_sums", json!({"approval": approval}));
    assert_eq!(read["figures"]["sums"]["taken_fen"], 4_500);
    assert_eq!(read["moves"][0]["fen"], 3_300);
    assert!(gives_away(&x_paper(&mut counter)).contains(&"789.00"));
    // Looked at anew it is shut again, and the approval is used up.
    let shown = call(&mut counter, "shift", json!({}));
    assert_eq!(shown["figures"]["sums"], Value::Null);
    assert_eq!(gives_away(&x_paper(&mut counter)), Vec::<&str>::new());
    counter
        .call("read_shift_sums", json!({"approval": approval}))
        .unwrap_err();

    for (staff, pin) in [("03", "3333"), ("04", "4444")] {
        call(&mut counter, "sign_in", json!({"staff": staff, "pin": pin}));
        let sums = call(&mut counter, "shift", json!({}))["figures"]["sums"].clone();
        assert_eq!(sums["taken_fen"], 4_500, "{staff}");
    }
}

#[test]
fn who_opened_the_sums_for_her_is_named_where_the_shift_is_closed_and_a_restart_forgets_it_not() {
    let (shop, mut counter) = at_work();
    let shift = call(&mut counter, "shift", json!({}))["figures"]["id"].clone();
    for _ in 0..2 {
        let approve = json!({"staff": "03", "pin": "3333", "subject": shift, "actions": ["cash_figures"],
                             "draft": null});
        let approval = call(&mut counter, "approve", approve)["id"].clone();
        call(&mut counter, "read_shift_sums", json!({"approval": approval}));
    }
    let head = counter.till.head();
    let mut counter = Counter::new(shop.reopen(counter.till));
    let pieces = json!([{"value_fen": 10_000, "pieces": 7}]);
    call(&mut counter, "count_drawer", json!({"pieces": pieces}));
    call(&mut counter, "close_shift", json!({}));
    let closed = closings(&counter);
    assert_eq!(closed.len(), 1);
    let named = closed[0].approved_by.iter();
    let named: Vec<(&str, &str)> = named
        .map(|given| (given.action.as_str(), given.staff.as_str()))
        .collect();
    assert_eq!(named, [("cash_figures", "03")], "after entry {}", head.seq);

    // The next shift's sums were opened for nobody; who may read them alone opens nothing.
    call(&mut counter, "sign_in", json!({"staff": "03", "pin": "3333"}));
    call(&mut counter, "open_shift", json!({"float_fen": 0}));
    call(&mut counter, "read_shift_sums", json!({"approval": null}));
    call(&mut counter, "count_drawer", json!({"pieces": []}));
    call(&mut counter, "close_shift", json!({}));
    assert_eq!(closings(&counter)[1].approved_by, []);
}

fn closings(counter: &Counter) -> Vec<ShiftClosed> {
    let (till, all) = (&counter.till, u32::MAX);
    let entries = till.ledger().entries_after(till.chain_id(), 0, all).unwrap();
    let bodies = entries
        .iter()
        .map(|signed| Entry::parse(&signed.line).unwrap().body());
    bodies
        .filter_map(|body| match body {
            Body::ShiftClosed(closed) => Some(closed),
            _ => None,
        })
        .collect()
}

#[test]
fn what_a_supervisor_had_opened_is_shut_for_the_next_one_to_sign_in() {
    let (_shop, mut counter) = at_work();
    call(&mut counter, "sign_in", json!({"staff": "03", "pin": "3333"}));
    call(&mut counter, "read_shift_sums", json!({"approval": null}));
    call(&mut counter, "sign_in", json!({"staff": "01", "pin": "1111"}));
    assert_eq!(gives_away(&x_paper(&mut counter)), Vec::<&str>::new());
}

#[test]
fn where_nobody_has_a_pin_there_is_nobody_to_hide_it_from() {
    let (_shop, mut counter) = crate::counter::counter();
    let shown = call(&mut counter, "shift", json!({}));
    assert!(shown["figures"]["sums"].is_object());
}
