//! 练习: a sale that is only practised is in no total, on no chain and under no number of the real till, and
//! no paper of it passes for a real one.

use jishi_ledger::{Ledger, OpenMode};
use jishi_paper::escpos::interpret::{Printed, interpret};
use jishi_paper::{Width, text};
use jishi_testkit::Shop;
use jishi_till::view::Language;
use jishi_till::{Desk, Folder, PaperForm, Reading, Till, World as _, Worlds, enrol, sync_once};
use serde_json::{Value, json};

/// The fair with people who sign in: 1001 sells, 2001 supervises.
fn shop() -> (Shop, Desk) {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!({"staff": [
        {"code": "1001", "name": "周敏", "role": "cashier", "pin": "1111"},
        {"code": "2001", "name": "韦建国", "role": "supervisor", "pin": "2222"},
    ]});
    till.import(&serde_json::from_value(staff).unwrap(), false)
        .unwrap();
    drop(till);
    let mut desk = desk(&shop);
    sign_in(&mut desk, "1001", "1111");
    desk.call("open_shift", json!({"float_fen": 5000})).unwrap();
    (shop, desk)
}

fn desk(shop: &Shop) -> Desk {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    })
}

fn sign_in(desk: &mut Desk, staff: &str, pin: &str) {
    desk.call("sign_in", json!({"staff": staff, "pin": pin})).unwrap();
}

fn draft() -> Value {
    json!({
        "lines": [{"product": "honey", "quantity": "2", "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null}],
        "discount": null, "rounding": "none",
    })
}

fn sell(desk: &mut Desk) -> Value {
    let id = desk.call("start_sale", json!({})).unwrap()["id"].clone();
    let tenders = json!([{"kind": "cash", "fen": 50_000, "reference": null}]);
    desk.call(
        "record_sale",
        json!({"id": id, "draft": draft(), "tenders": tenders}),
    )
    .unwrap()
}

fn training_folder(shop: &Shop) -> Folder {
    Folder::at(shop.folder().path().join("training"))
}

/// All that the books know of the real till.
fn real(desk: &Desk) -> (String, u64, String, String) {
    let till = &desk.counter().unwrap().till;
    let report = till.shift_report().unwrap();
    (
        till.head().hash.to_string(),
        till.head().seq,
        format!("{:?}", till.ledger().grand_totals(1).unwrap()),
        serde_json::to_string(&report).unwrap(),
    )
}

#[test]
fn training_leaves_totals_chain_and_numbers_of_the_real_till_as_they_were() {
    let (shop, mut desk) = shop();
    assert_eq!(sell(&mut desk)["number"], "T1-000001");
    let held = json!({"id": "held", "remark": "蓝帽子", "draft": draft()});
    desk.call("hold_sale", held).unwrap();
    let before = real(&desk);
    let shelf = desk.counter().unwrap().till.ledger().lots_of(1, "honey").unwrap();

    let screen = desk.call("enter_training", json!({})).unwrap();
    assert_eq!(
        (&screen["training"], &screen["till"]),
        (&json!(true), &json!("LXT1"))
    );
    // The same goods, the same cashier, a shift: she goes on as she would.
    assert_eq!(screen["cashier"], "周敏");
    assert!(screen["shift_opened_at"].is_string());
    assert_eq!(desk.call("held_sales", json!({})).unwrap(), json!([]));
    let practised = sell(&mut desk);
    assert_eq!(practised["number"], "LXT1-000001");
    assert!(!practised["helped"].as_array().unwrap().is_empty());
    let receipts = desk
        .call("receipts", json!({"before": null, "limit": 9}))
        .unwrap();
    assert_eq!(receipts.as_array().unwrap().len(), 1);

    // A chain and a key of its own, beside the real ones.
    let training = Ledger::open(&training_folder(&shop).database(), OpenMode::Read).unwrap();
    let real_till = &desk.counter().unwrap().till;
    let record = training.chains().unwrap().remove(0);
    let real_record = real_till.ledger().chains().unwrap().remove(0);
    assert_ne!(record.chain, real_record.chain);
    assert_ne!(record.key, real_record.key);
    drop(training);

    let screen = desk.call("leave_training", json!({})).unwrap();
    assert_eq!(
        (&screen["training"], &screen["till"]),
        (&json!(false), &json!("T1"))
    );
    assert_eq!(
        screen["cashier"], "周敏",
        "whoever leaves stands at the real till again"
    );
    assert_eq!(real(&desk), before);
    let shelf_after = desk.counter().unwrap().till.ledger().lots_of(1, "honey").unwrap();
    assert_eq!(shelf_after, shelf);
    assert_eq!(
        desk.call("held_sales", json!({}))
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(sell(&mut desk)["number"], "T1-000002");
    assert!(!training_folder(&shop).path().exists(), "nothing is left of it");
}

#[test]
fn training_is_on_every_paper() {
    let (shop, mut desk) = shop();
    desk.call("enter_training", json!({})).unwrap();
    let number = sell(&mut desk)["number"].as_str().unwrap().to_owned();
    let print = |desk: &mut Desk, reprint: bool| {
        desk.call("print_receipt", json!({"number": number, "reprint": reprint}))
    };
    print(&mut desk, false).unwrap();
    let bytes = std::fs::read(training_folder(&shop).receipts().join(format!("{number}.escpos"))).unwrap();
    let paper = interpret(&bytes, Width::Mm58).unwrap();
    assert!(!paper.rows.iter().any(|row| matches!(row, Printed::DrawerKick)));
    let pdf = std::fs::read(training_folder(&shop).receipts().join(format!("{number}.pdf"))).unwrap();
    assert!(!pdf.is_empty());
    let marked = |text: &str| {
        let rows: Vec<&str> = text.lines().filter(|row| !row.trim().is_empty()).collect();
        assert!(rows.first().is_some_and(|row| row.contains("练习")), "{text}");
        assert!(rows.last().is_some_and(|row| row.contains("练习")), "{text}");
    };
    let picture = desk.call("receipt_picture", json!({"number": number})).unwrap();
    marked(picture["text"].as_str().unwrap());

    // A reprint too, and X and Z, read from beside as the command line does.
    print(&mut desk, true).unwrap();
    let read = || {
        let reading = Reading::open(&training_folder(&shop)).unwrap();
        let form = PaperForm {
            width: Width::Mm80,
            language: Language::Chinese,
            is_reprint: false,
            is_blind: false,
        };
        let paper = reading.shift_paper(None, shop.world.now(), form).unwrap();
        assert!(paper.document.title.contains("练习"), "{}", paper.document.title);
        text::render(&paper.document)
    };
    marked(&read());
    desk.call(
        "count_drawer",
        json!({"pieces": [{"value_fen": 10_000, "pieces": 1}]}),
    )
    .unwrap();
    desk.call("close_shift", json!({})).unwrap();
    marked(&read());
}

#[test]
fn training_goes_nowhere() {
    let (shop, mut desk) = shop();
    desk.call("enter_training", json!({})).unwrap();
    sell(&mut desk);
    let status = desk.call("status", json!({})).unwrap();
    assert_eq!(
        (&status["connection"], &status["sales_waiting"]),
        (&json!("not_enrolled"), &json!(0))
    );
    let folder = training_folder(&shop);
    assert_eq!(sync_once(&folder).unwrap_err().code(), "not_enrolled");
    assert_eq!(
        enrol(&folder, "any code").unwrap_err().code(),
        "training_stays_here"
    );
    assert_eq!(
        desk.call("enter_training", json!({})).unwrap_err().code,
        "training_already"
    );
}

#[test]
fn training_that_was_killed_is_gone_at_the_next_start() {
    let (shop, mut desk) = shop();
    sell(&mut desk);
    let before = real(&desk);
    desk.call("enter_training", json!({})).unwrap();
    sell(&mut desk);
    // As a kill does: nobody cleans up.
    drop(desk);
    assert!(training_folder(&shop).database().exists());
    let mut desk = self::desk(&shop);
    let screen = desk.call("screen", json!({})).unwrap();
    assert_eq!(
        (&screen["training"], &screen["till"]),
        (&json!(false), &json!("T1"))
    );
    assert_eq!(real(&desk), before);
    assert!(!training_folder(&shop).path().exists());
}

#[test]
fn training_opens_the_real_till_to_nobody_else() {
    let (_shop, mut desk) = shop();
    // Somebody else took over at the practice.
    desk.call("enter_training", json!({})).unwrap();
    sign_in(&mut desk, "2001", "2222");
    let screen = desk.call("leave_training", json!({})).unwrap();
    assert_eq!(screen["staff"]["signed_in"], Value::Null);
    assert_eq!(
        desk.call("start_sale", json!({})).unwrap_err().code,
        "locked_idle"
    );
    assert_eq!(
        desk.call("enter_training", json!({})).unwrap_err().code,
        "locked_idle"
    );
    // It locked itself, and somebody left it.
    sign_in(&mut desk, "1001", "1111");
    desk.call("enter_training", json!({})).unwrap();
    desk.call("sign_out", json!({"reason": "idle"})).unwrap();
    let screen = desk.call("leave_training", json!({})).unwrap();
    assert_eq!(screen["staff"]["signed_in"], Value::Null);
}

#[test]
fn training_gives_no_tries_at_a_pin() {
    let (_shop, mut desk) = shop();
    desk.call("enter_training", json!({})).unwrap();
    let wrong = json!({"staff": "2001", "pin": "9999"});
    let code = loop {
        let refused = desk.call("sign_in", wrong.clone()).unwrap_err();
        if refused.code != "wrong_pin" {
            break refused.code;
        }
    };
    assert_eq!(code, "pin_wait");
    desk.call("leave_training", json!({})).unwrap();
    assert_eq!(desk.call("sign_in", wrong.clone()).unwrap_err().code, "pin_wait");
    desk.call("enter_training", json!({})).unwrap();
    assert_eq!(desk.call("sign_in", wrong).unwrap_err().code, "pin_wait");
}
