//! 开钱箱: the drawer opened without a sale, by whom and why, and how often.

use jishi_journal::Entry;
use jishi_journal::body::{Body, DrawerOpened};
use jishi_paper::Width;
use jishi_testkit::Shop;
use jishi_till::view::Language;
use jishi_till::wire::{DrawerRequest, ImportFile};
use jishi_till::{Counter, PaperForm, Till};
use serde_json::{Value, json};

const PULSE: &[u8] = &[0x1b, 0x70, 0x00, 0x19, 0xfa];

fn opened(till: &Till) -> Vec<DrawerOpened> {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let bodies = entries
        .iter()
        .filter_map(|signed| match Entry::parse(&signed.line).unwrap().body() {
            Body::DrawerOpened(opened) => Some(opened),
            _ => None,
        });
    bodies.collect()
}

/// A cashier in her shift, a supervisor near, and a printer that is a file.
fn counter() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1357"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "2468"},
        {"code": "04", "name": "黄慧", "role": "bookkeeper", "pin": "4444"}
    ]});
    let file: ImportFile = serde_json::from_value(staff).unwrap();
    till.import(&file, false).unwrap();
    let mut counter = Counter::new(till);
    sign_in(&mut counter, "01", "1357");
    (shop, counter)
}

fn sign_in(counter: &mut Counter, staff: &str, pin: &str) {
    counter
        .call("sign_in", json!({"staff": staff, "pin": pin}))
        .unwrap();
}

fn open(counter: &mut Counter, id: &str, reason: &str, approval: &Value) -> Result<Value, String> {
    let request = json!({"id": id, "reason": reason, "approval": approval});
    counter
        .call("open_drawer", request)
        .map_err(|refused| refused.code)
}

fn approval(counter: &mut Counter, subject: &str) -> Value {
    let request = json!({"staff": "03", "pin": "2468", "subject": subject, "actions": ["drawer_without_sale"],
                         "draft": null});
    counter.call("approve", request).unwrap()["id"].clone()
}

#[test]
fn a_cashier_opens_it_with_a_supervisors_pin_and_the_printer_gets_the_pulse() {
    let (shop, mut counter) = counter();
    let printer = shop.path("printer");
    counter
        .till
        .set_printer(&format!("file:{}", printer.display()))
        .unwrap();
    assert_eq!(
        open(&mut counter, "d", "换零钱", &Value::Null),
        Err("no_shift".to_owned())
    );
    counter.call("open_shift", json!({"float_fen": 50_000})).unwrap();
    let before = counter.till.head();
    assert_eq!(
        open(&mut counter, "d", "换零钱", &Value::Null),
        Err("approval_needed".to_owned())
    );
    let given = approval(&mut counter, "d");
    for bad in ["", "  ", &"长".repeat(41)] {
        assert_eq!(open(&mut counter, "d", bad, &given), Err("no_reason".to_owned()));
    }
    assert!(counter.till.head() == before && !printer.exists());
    assert_eq!(
        open(&mut counter, "d", " 换零钱 ", &given).unwrap()["openings"],
        1
    );
    assert_eq!(std::fs::read(&printer).unwrap(), PULSE);
    let recorded = opened(&counter.till);
    assert_eq!(
        (recorded[0].staff.as_str(), recorded[0].reason.as_str()),
        ("01", "换零钱")
    );
    assert_eq!(recorded[0].approved_by[0].staff, "03");
    // A double press opens nothing again; another reason under the id is another request.
    assert_eq!(
        open(&mut counter, "d", "换零钱", &Value::Null).unwrap()["openings"],
        1
    );
    assert_eq!(
        open(&mut counter, "d", "看一看", &Value::Null),
        Err("id_reused".to_owned())
    );
    assert_eq!(
        (
            opened(&counter.till).len(),
            std::fs::read(&printer).unwrap().len()
        ),
        (1, 5)
    );
    // Whoever may does it alone, and a bookkeeper never.
    sign_in(&mut counter, "03", "2468");
    assert_eq!(
        open(&mut counter, "e", "换零钱", &Value::Null).unwrap()["openings"],
        2
    );
    assert_eq!(opened(&counter.till)[1].approved_by, []);
    sign_in(&mut counter, "04", "4444");
    assert_eq!(
        open(&mut counter, "f", "换零钱", &Value::Null),
        Err("may_not".to_owned())
    );
    // It moves no money, and the papers of the shift say how often.
    let shift = counter.till.shift_report().unwrap();
    assert_eq!(
        (shift.figures.cash_expected, shift.figures.drawer_openings),
        (50_000, 2)
    );
    let form = PaperForm {
        width: Width::Mm58,
        language: Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    let id = shift.shift;
    for _ in ["X", "Z"] {
        let paper = counter.till.shift_paper(Some(&id), form).unwrap().document;
        let text = jishi_paper::text::render(&paper);
        let row = text.lines().find(|line| line.contains("未销售开钱箱")).unwrap();
        assert!(row.trim_end().ends_with('2'), "{row}");
        if counter.till.shift().is_some() {
            counter.till.close_shift(Some(50_000)).unwrap();
        }
    }
}

#[test]
fn with_no_printer_nothing_opens_nobody_is_asked_and_nothing_is_recorded() {
    let (_shop, mut counter) = counter();
    counter.call("open_shift", json!({"float_fen": 0})).unwrap();
    let head = counter.till.head();
    let refused = counter
        .call(
            "open_drawer",
            json!({"id": "d", "reason": "换零钱", "approval": null}),
        )
        .unwrap_err();
    assert_eq!(refused.code, "no_printer");
    assert!(
        refused.message.contains("没有设打印机") && refused.message.contains("没有记"),
        "{}",
        refused.message
    );
    assert_eq!(counter.till.head(), head);
}

#[test]
fn a_printer_that_does_not_answer_opens_nothing_and_records_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    till.set_printer(&format!("file:{}", shop.path("no/such/folder").display()))
        .unwrap();
    let request = DrawerRequest {
        id: "d".to_owned(),
        reason: "换零钱".to_owned(),
    };
    let head = till.head();
    assert_eq!(till.open_drawer(&request).unwrap_err().code(), "paper_failed");
    assert_eq!(till.head(), head);
}
