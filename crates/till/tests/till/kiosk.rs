//! 自助收款: the till left to the buyers takes what they have scanned and paid for, and nothing else, until somebody
//! who may takes it back with a PIN.

use jishi_journal::Entry;
use jishi_journal::body::{Body, KioskPaid, SaleRecorded};
use jishi_ledger::report::{self, Filter};
use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::view::{Language, RefusedView};
use jishi_till::{Desk, PaperForm, Reading, Till, Worlds, commands_typescript, rebuild};
use serde_json::{Value, json};

const HONEY: &str = "6901234567892";

fn setting(by_reference: bool) -> Value {
    json!({"payments": [{"kind": "wechat", "code": "wxp://f2f0demo"},
                        {"kind": "alipay", "code": "https://qr.alipay.com/demo"},
                        {"kind": "unionpay", "code": "https://qr.95516.com/demo"}],
           "by_reference": by_reference, "idle_seconds": 60})
}

/// 1001 sells, 2001 supervises. The outlet takes WeChat for itself and Alipay for H1, and no UnionPay.
fn shop(by_reference: bool) -> (Shop, Desk) {
    let (shop, mut till) = Shop::with_fair(1);
    let file = json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "operator": "供销社",
                   "scale_barcodes": ["FFWWWWWEEEEEC"],
                   "tenders": [{"kind": "cash"}, {"kind": "wechat"}, {"kind": "alipay", "collected_by": "H1"}]},
        "staff": [{"code": "1001", "name": "周敏", "role": "cashier", "pin": "1111"},
                  {"code": "2001", "name": "韦建国", "role": "supervisor", "pin": "2222"}],
        "settings": {"kiosk": setting(by_reference)},
    });
    till.import(&serde_json::from_value(file).unwrap(), false)
        .unwrap();
    drop(till);
    let mut desk = desk(&shop);
    ask(&mut desk, "sign_in", json!({"staff": "1001", "pin": "1111"})).unwrap();
    ask(&mut desk, "open_shift", json!({"float_fen": 5000})).unwrap();
    (shop, desk)
}

fn desk(shop: &Shop) -> Desk {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    })
}

fn ask(desk: &mut Desk, name: &str, request: Value) -> Result<Value, String> {
    desk.call(name, request)
        .map_err(|refused: RefusedView| refused.code)
}

/// Left to the buyers by the cashier, with the supervisor's PIN.
fn enter(desk: &mut Desk) -> Value {
    assert_eq!(
        ask(desk, "enter_kiosk", json!({})),
        Err("approval_needed".to_owned())
    );
    let approval =
        json!({"staff": "2001", "pin": "2222", "subject": "kiosk", "actions": ["kiosk"], "draft": null});
    let approval = ask(desk, "approve", approval).unwrap();
    ask(desk, "enter_kiosk", json!({"approval": approval["id"]})).unwrap()
}

fn kiosk(by_reference: bool) -> (Shop, Desk) {
    let (shop, mut desk) = shop(by_reference);
    enter(&mut desk);
    (shop, desk)
}

fn sale(id: &str, codes: &[&str], payment: Value) -> Value {
    json!({"id": id, "codes": codes, "kind": "wechat", "payment": payment})
}

fn confirmed(staff: &str, pin: &str) -> Value {
    json!({"paid": "confirmed", "staff": staff, "pin": pin})
}

fn by_reference(digits: &str) -> Value {
    json!({"paid": "reference", "digits": digits})
}

fn bodies(desk: &Desk) -> Vec<Body> {
    let till = &desk.counter().unwrap().till;
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let entries = entries
        .iter()
        .map(|signed| Entry::parse(&signed.line).unwrap().body());
    entries.collect()
}

fn sales(desk: &Desk) -> Vec<SaleRecorded> {
    let sales = bodies(desk).into_iter().filter_map(|body| match body {
        Body::SaleRecorded(sale) => Some(sale),
        _ => None,
    });
    sales.collect()
}

/// The window's commands by name, as they are declared.
fn commands() -> Vec<String> {
    let declared = commands_typescript();
    let lines = declared
        .lines()
        .filter_map(|line| line.trim().split_once(": { request"));
    lines.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn a_kiosk_does_nothing_but_sell_to_the_buyer() {
    let (_shop, mut desk) = kiosk(true);
    let buyers = [
        "screen",
        "status",
        "start_sale",
        "choose_language",
        "figure_kiosk",
        "record_kiosk_sale",
        "leave_kiosk",
    ];
    // Where the file is damaged it is the staff who are called; and there is nobody practising.
    // Nobody's long work is anybody's secret.
    let beside = ["damage", "restore_backup", "leave_training", "job"];
    let head = desk.counter().unwrap().till.head();
    let all = commands();
    assert!(all.len() > 40, "{all:?}");
    for name in all.iter().map(String::as_str) {
        if buyers.contains(&name) || beside.contains(&name) {
            continue;
        }
        // The receipt is nobody's yet.
        let request = match name {
            "print_receipt" => json!({"number": "T1-000001", "reprint": false}),
            "start_import" => json!({"path": "fair.json", "check_only": true}),
            "start_backup" | "start_carry" => json!({"place": "nowhere"}),
            "lots" => json!({"query": ""}),
            "give_back_lot" => json!({"id": "g", "lot": "L1", "quantity": null}),
            "allot_lot" => json!({"lot": "L1", "node": "T2", "quantity": null}),
            "start_receipt" => json!({"path": "T1.jishi.receipt"}),
            "start_enrol" | "start_upstream" => json!({"code": "JISHI-00000"}),
            "start_hub" => json!({"name": "东门大集"}),
            "invite_to_hub" => json!({"address": null, "is_for_hub": false}),
            _ => json!({}),
        };
        assert_eq!(
            ask(&mut desk, name, request),
            Err("in_kiosk".to_owned()),
            "{name}"
        );
    }
    assert_eq!(
        ask(
            &mut desk,
            "restore_backup",
            json!({"path": "x", "language": "en"})
        ),
        Err("bad_request".to_owned())
    );
    assert_eq!(
        ask(&mut desk, "leave_training", json!({})),
        Err("not_training".to_owned())
    );
    assert_eq!(desk.counter().unwrap().till.head(), head);
}

#[test]
fn goods_are_figured_as_they_were_scanned_and_nothing_else_can_be_said_of_them() {
    let (_shop, mut desk) = kiosk(true);
    // 22, item 00123, 12.34 yuan.
    let label = "2200123012340";
    let figured = ask(&mut desk, "figure_kiosk", json!({"codes": [HONEY, label, HONEY]})).unwrap();
    assert_eq!(figured["total_fen"], 4500 + 1234 + 4500);
    assert_eq!(figured["lines"][1]["amount_fen"], 1234);
    // The same counted goods are one line, whatever was scanned between; a label is its own.
    let line = |index: usize| {
        let line = &figured["lines"][index];
        (
            line["quantity"].clone(),
            line["codes"].clone(),
            line["counted"].clone(),
        )
    };
    assert_eq!(figured["lines"].as_array().unwrap().len(), 2);
    assert_eq!(line(0), (json!("2"), json!([0, 2]), json!(true)));
    assert_eq!((&line(1).1, &line(1).2), (&json!([1]), &json!(false)));
    assert_eq!(figured["pieces"], 3);
    assert_eq!(figured["lines"][0]["origin"], "石门村");
    let twice = ask(&mut desk, "figure_kiosk", json!({"codes": [label, label]})).unwrap();
    assert_eq!(twice["lines"].as_array().unwrap().len(), 2);
    // No household is named to a buyer.
    assert!(!figured.to_string().contains("王桂兰"), "{figured}");
    for (code, refused) in [
        // Weighed at a scale that is not there.
        ("orange", "kiosk_needs_label"),
        // A payment code of 18 digits: somebody's money, and no goods.
        ("134512345678901234", "payment_code"),
        ("6901234567893", "bad_barcode"),
        ("https://example.org/", "no_such_product"),
    ] {
        assert_eq!(
            ask(&mut desk, "figure_kiosk", json!({"codes": [HONEY, code]})),
            Err(refused.to_owned()),
            "{code}"
        );
    }
    let many = vec![HONEY; 101];
    assert_eq!(
        ask(&mut desk, "figure_kiosk", json!({"codes": many})),
        Err("kiosk_full".to_owned())
    );
    assert_eq!(figured["lines"][0].get("whose"), None);
}

#[test]
fn a_sale_that_the_staff_confirm_is_theirs_and_says_that_it_was_the_kiosks() {
    let (_shop, mut desk) = kiosk(false);
    let request = |payment: Value| sale("a", &[HONEY, HONEY], payment);
    for (payment, refused) in [
        (by_reference("123456"), "kiosk_needs_staff"),
        (confirmed("1001", "2222"), "wrong_pin"),
        (confirmed("9999", "1111"), "wrong_pin"),
    ] {
        assert_eq!(
            ask(&mut desk, "record_kiosk_sale", request(payment)),
            Err(refused.to_owned())
        );
    }
    let unpaid = json!({"id": "a", "codes": [HONEY], "kind": "cash", "payment": confirmed("1001", "1111")});
    assert_eq!(
        ask(&mut desk, "record_kiosk_sale", unpaid),
        Err("tender_not_taken".to_owned())
    );
    // The outlet has a code for it and does not take it.
    let other =
        json!({"id": "a", "codes": [HONEY], "kind": "unionpay", "payment": confirmed("1001", "1111")});
    assert_eq!(
        ask(&mut desk, "record_kiosk_sale", other),
        Err("tender_not_taken".to_owned())
    );
    assert_eq!(
        ask(
            &mut desk,
            "record_kiosk_sale",
            sale("a", &[], confirmed("1001", "1111"))
        ),
        Err("no_lines".to_owned())
    );
    assert_eq!(sales(&desk).len(), 0);
    let done = ask(&mut desk, "record_kiosk_sale", request(confirmed("1001", "1111"))).unwrap();
    assert_eq!(done["total_fen"], 9000);
    assert_eq!(done["helped"][0]["name"], "石门村");
    // The same again records nothing.
    let again = ask(&mut desk, "record_kiosk_sale", request(confirmed("1001", "1111"))).unwrap();
    assert_eq!(again, done);
    let [recorded] = sales(&desk).try_into().unwrap();
    assert_eq!(
        (recorded.kiosk, recorded.cashier.as_str()),
        (Some(KioskPaid::Confirmed), "1001")
    );
    assert_eq!(
        (recorded.tenders[0].kind.as_str(), recorded.tenders[0].fen),
        ("wechat", 9000)
    );
    assert_eq!(
        (recorded.lines.len(), recorded.lines[0].qty.as_str()),
        (1, "2.000")
    );
    // Her own receipt is printed, once, and no other.
    let print = |number: &Value, reprint: bool| json!({"number": number, "reprint": reprint});
    ask(&mut desk, "print_receipt", print(&done["number"], false)).unwrap();
    assert_eq!(
        ask(&mut desk, "print_receipt", print(&done["number"], true)),
        Err("in_kiosk".to_owned())
    );
    assert_eq!(
        ask(&mut desk, "print_receipt", print(&json!("T1-000002"), false)),
        Err("in_kiosk".to_owned())
    );
}

#[test]
fn a_sale_by_reference_is_unverified_in_the_pocket_of_its_code() {
    let (shop, mut desk) = kiosk(true);
    for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        assert_eq!(
            ask(
                &mut desk,
                "record_kiosk_sale",
                sale("a", &[HONEY], by_reference(wrong))
            ),
            Err("bad_kiosk_reference".to_owned()),
            "{wrong}"
        );
    }
    let request = json!({"id": "a", "codes": [HONEY], "kind": "alipay", "payment": by_reference("004217")});
    ask(&mut desk, "record_kiosk_sale", request).unwrap();
    let [recorded] = sales(&desk).try_into().unwrap();
    // Who left the till to the buyers answers for it.
    assert_eq!(
        (recorded.kiosk, recorded.cashier.as_str()),
        (Some(KioskPaid::Reference), "2001")
    );
    let tender = &recorded.tenders[0];
    assert_eq!(tender.reference.as_deref(), Some("004217"));
    assert_eq!(tender.collected_by.as_deref(), Some("H1"));
    drop(desk);
    let reading = Reading::open(&shop.folder()).unwrap();
    let rows = report::sales(reading.ledger(), &Filter::default()).unwrap();
    assert_eq!(rows[0].kiosk.as_deref(), Some("reference"));
    let figures = reading.shift_report().unwrap().figures;
    assert_eq!((figures.kiosk_sales, figures.kiosk_sold), (1, 4500));
    let tenders =
        serde_json::to_value(report::tenders(reading.ledger(), &Filter::default()).unwrap()).unwrap();
    assert_eq!(tenders[0]["unverified"], 4500);
    let sound = reading.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(sound.is_good(), "{sound:?}");
    let before = serde_json::to_string(&reading.shift_report().unwrap()).unwrap();
    drop(reading);
    rebuild(&shop.folder(), |_| true).unwrap();
    let after =
        serde_json::to_string(&Reading::open(&shop.folder()).unwrap().shift_report().unwrap()).unwrap();
    assert_eq!(before, after);
}

/// 石门村's H1 and H2 have a WeChat code each, the operator one of his own; the venue's is not among what is taken.
#[test]
fn one_kind_into_several_pockets_has_a_code_for_each_and_the_sale_says_into_which() {
    let (_shop, mut desk) = shop(false);
    let code =
        |kind: &str, by: Option<&str>, code: &str| json!({"kind": kind, "collected_by": by, "code": code});
    let file = json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "operator": "供销社",
                   "tenders": [{"kind": "wechat", "collected_by": "H1"}, {"kind": "wechat"},
                               {"kind": "wechat", "collected_by": "H2"}, {"kind": "alipay", "collected_by": "H1"}]},
        "settings": {"kiosk": {"idle_seconds": 60, "payments": [
            code("wechat", None, "wxp://operator"), code("wechat", Some("H1"), "wxp://h1"),
            code("wechat", Some("H2"), "wxp://h2"), code("wechat", Some("venue"), "wxp://venue"),
            // The outlet's only pocket of the kind, once by its name and once without.
            code("alipay", None, "https://qr.alipay.com/h1"), code("alipay", Some("H1"), "https://qr.alipay.com/other"),
        ]}},
    });
    let till = &mut desk.counter_mut().unwrap().till;
    till.import(&serde_json::from_value(file).unwrap(), false)
        .unwrap();
    let screen = enter(&mut desk);
    let shown: Vec<_> = screen["kiosk"]["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["kind"], one["collected_by"], one["payee"]]))
        .collect();
    assert_eq!(
        json!(shown),
        json!([
            ["wechat", null, "供销社"],
            // Nobody is named to a buyer, and the two are told apart.
            ["wechat", "H1", "石门村 1"],
            ["wechat", "H2", "石门村 2"],
            ["alipay", "H1", "石门村"],
        ])
    );
    let drawn = |at: usize| screen["kiosk"]["payments"][at]["path"].clone();
    assert!(drawn(0) != drawn(1) && drawn(1) != drawn(2));
    let request = |id: &str, by: Value| {
        json!({"id": id, "codes": [HONEY], "kind": "wechat", "collected_by": by,
               "payment": confirmed("1001", "1111")})
    };
    // A code that is not shown was not paid to.
    for nobody in ["venue", "H3"] {
        let refused = ask(&mut desk, "record_kiosk_sale", request("z", json!(nobody)));
        assert_eq!(refused, Err("tender_not_taken".to_owned()), "{nobody}");
    }
    for (id, by) in [("a", Value::Null), ("b", json!("H1")), ("c", json!("H2"))] {
        ask(&mut desk, "record_kiosk_sale", request(id, by)).unwrap();
    }
    // The same sale into another pocket is another sale.
    assert_eq!(
        ask(&mut desk, "record_kiosk_sale", request("c", json!("H1"))),
        Err("id_reused".to_owned())
    );
    let into: Vec<_> = sales(&desk)
        .into_iter()
        .map(|sale| sale.tenders[0].collected_by.clone())
        .collect();
    assert_eq!(into, [None, Some("H1".to_owned()), Some("H2".to_owned())]);
}

#[test]
fn a_kiosks_sale_is_said_to_be_one_on_its_paper_in_the_report_and_in_the_shift() {
    let (_shop, mut desk) = kiosk(true);
    ask(
        &mut desk,
        "record_kiosk_sale",
        sale("a", &[HONEY, HONEY], confirmed("1001", "1111")),
    )
    .unwrap();
    ask(&mut desk, "leave_kiosk", json!({"staff": "2001", "pin": "2222"})).unwrap();
    let till = &mut desk.counter_mut().unwrap().till;
    till.sell(&cash_sale("b", &[("honey", "1")])).unwrap();
    let form = |number: &str| {
        let paper = till.receipt_preview(number, Width::Mm80, Language::Chinese);
        text::render(&paper.unwrap())
    };
    assert!(
        form("T1-000001").contains("自助收款 周敏"),
        "{}",
        form("T1-000001")
    );
    assert!(!form("T1-000002").contains("自助"), "{}", form("T1-000002"));
    let rows = report::sales(till.ledger(), &Filter::default()).unwrap();
    let said: Vec<_> = rows.iter().map(|row| row.kiosk.as_deref()).collect();
    assert_eq!(said, [Some("confirmed"), None]);
    let figures = till.shift_report().unwrap().figures;
    assert_eq!(
        (
            figures.sales,
            figures.kiosk_sales,
            figures.kiosk_sold,
            figures.net
        ),
        (2, 1, 9000, 13_500)
    );
    let shown = ask(&mut desk, "shift", json!({})).unwrap();
    assert_eq!(
        (&shown["figures"]["kiosk_sales"], &shown["figures"]["kiosk_fen"]),
        (&json!(1), &json!(9000))
    );
    // Closed, its paper says the same.
    let till = &mut desk.counter_mut().unwrap().till;
    till.close_shift(None).unwrap();
    let form = PaperForm {
        width: Width::Mm80,
        language: Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    let paper = text::render(&till.shift_paper(None, form).unwrap().document);
    assert!(paper.contains("销售中自助收款 1 单"), "{paper}");
}

#[test]
fn a_kiosk_stays_one_through_a_restart_and_is_left_by_a_supervisor_alone() {
    let (shop, mut desk) = shop(true);
    let screen = enter(&mut desk);
    let payments = screen["kiosk"]["payments"].as_array().unwrap();
    // What the outlet does not take is not shown; a household's pocket is named by its village.
    let shown: Vec<_> = payments.iter().map(|one| (&one["kind"], &one["payee"])).collect();
    assert_eq!(json!(shown), json!([["wechat", "供销社"], ["alipay", "石门村"]]));
    assert!(payments[0]["path"].as_str().unwrap().starts_with("M4 4h7v1h-7z"));
    // A buyer's language is hers alone.
    ask(&mut desk, "choose_language", json!({"language": "en"})).unwrap();
    drop(desk);
    let mut desk = self::desk(&shop);
    let screen = ask(&mut desk, "screen", json!({})).unwrap();
    assert_eq!(screen["kiosk"]["language"], "zh-Hans");
    assert_eq!(screen["staff"]["signed_in"], Value::Null);
    assert_eq!(
        ask(&mut desk, "held_sales", json!({})),
        Err("in_kiosk".to_owned())
    );
    for (staff, pin, refused) in [
        ("1001", "1111", "may_not"),
        ("2001", "1111", "wrong_pin"),
        ("3001", "", "wrong_pin"),
    ] {
        assert_eq!(
            ask(&mut desk, "leave_kiosk", json!({"staff": staff, "pin": pin})),
            Err(refused.to_owned())
        );
        assert!(desk.counter().unwrap().till.kiosk().is_some());
    }
    let screen = ask(&mut desk, "leave_kiosk", json!({"staff": "2001", "pin": "2222"})).unwrap();
    assert_eq!(
        (
            &screen["kiosk"],
            &screen["language"],
            &screen["staff"]["signed_in"]["code"]
        ),
        (&Value::Null, &json!("zh-Hans"), &json!("2001"))
    );
    ask(&mut desk, "held_sales", json!({})).unwrap();
    for name in ["figure_kiosk", "leave_kiosk"] {
        let request = json!({"codes": [], "staff": "2001", "pin": "2222"});
        assert_eq!(ask(&mut desk, name, request), Err("not_in_kiosk".to_owned()));
    }
    // The chain says who left the till to the buyers, and who took it back.
    let signs = bodies(&desk).into_iter().filter_map(|body| match body {
        Body::StaffSignedIn(sign) => Some(format!("in {}", sign.staff)),
        Body::StaffSignedOut(sign) => Some(format!("out {} {}", sign.staff, sign.reason)),
        _ => None,
    });
    assert_eq!(
        signs.collect::<Vec<_>>(),
        [
            "in 1001",
            "out 1001 handover",
            "in 2001",
            "out 2001 kiosk",
            "in 2001"
        ]
    );
}

#[test]
fn a_till_that_nobody_could_take_back_or_pay_at_is_not_left() {
    let enter = |desk: &mut Desk| ask(desk, "enter_kiosk", json!({}));
    let (shop, till) = Shop::with_fair(1);
    drop(till);
    let mut desk = desk(&shop);
    assert_eq!(enter(&mut desk), Err("no_shift".to_owned()));
    ask(&mut desk, "open_shift", json!({"float_fen": 0})).unwrap();
    assert_eq!(enter(&mut desk), Err("kiosk_without_code".to_owned()));
    drop(desk);
    let set = |kiosk: Value| {
        let file = json!({"settings": {"kiosk": kiosk}});
        let mut till = shop.open().unwrap();
        till.import(&serde_json::from_value(file).unwrap(), false)
            .map(|_| ())
    };
    set(setting(true)).unwrap();
    let mut desk = self::desk(&shop);
    assert_eq!(enter(&mut desk), Err("kiosk_without_pin".to_owned()));
    drop(desk);
    for wrong in [
        json!({"payments": [{"kind": "cash", "code": "x"}]}),
        json!({"payments": [{"kind": "wechat", "code": " "}]}),
        json!({"payments": [{"kind": "wechat", "code": "x".repeat(513)}]}),
        json!({"payments": [{"kind": "wechat", "code": "x"}, {"kind": "wechat", "code": "y"}]}),
        json!({"payments": [{"kind": "wechat", "code": "x", "collected_by": "H1"},
                            {"kind": "wechat", "code": "y", "collected_by": "H1"}]}),
        json!({"payments": [{"kind": "wechat", "code": "x", "collected_by": "nobody"}]}),
        json!({"payments": [], "idle_seconds": 19}),
    ] {
        let refused = set(wrong.clone()).unwrap_err();
        assert_eq!(refused.code(), "bad_import", "{wrong}");
    }
    // While practising nobody pays.
    let (_shop, mut desk) = self::shop(true);
    ask(&mut desk, "enter_training", json!({})).unwrap();
    ask(&mut desk, "sign_in", json!({"staff": "2001", "pin": "2222"})).unwrap();
    assert_eq!(enter(&mut desk), Err("kiosk_in_training".to_owned()));
}

#[test]
fn the_first_steps_are_due_until_they_were_seen_or_something_was_sold() {
    let due = |desk: &mut Desk| ask(desk, "screen", json!({})).unwrap()["guide_due"].clone();
    let (shop, mut desk) = shop(true);
    assert_eq!(due(&mut desk), true);
    assert_eq!(
        ask(&mut desk, "guide_seen", json!({})).unwrap()["guide_due"],
        false
    );
    drop(desk);
    assert_eq!(due(&mut self::desk(&shop)), false);
    let (_shop, mut desk) = self::shop(true);
    ask(&mut desk, "enter_training", json!({})).unwrap();
    assert_eq!(due(&mut desk), false);
    ask(&mut desk, "leave_training", json!({})).unwrap();
    assert_eq!(due(&mut desk), true);
    ask(&mut desk, "sign_in", json!({"staff": "2001", "pin": "2222"})).unwrap();
    ask(&mut desk, "enter_kiosk", json!({})).unwrap();
    ask(
        &mut desk,
        "record_kiosk_sale",
        sale("a", &[HONEY], confirmed("1001", "1111")),
    )
    .unwrap();
    ask(&mut desk, "leave_kiosk", json!({"staff": "2001", "pin": "2222"})).unwrap();
    assert_eq!(due(&mut desk), false);
}
