//! Money that goes back another way than it came: in cash, later, or with no receipt at all.

use jishi_testkit::{Shop, sale_of};
use jishi_till::report::{self, Filter};
use jishi_till::wire::{ImportFile, SellRequest, TenderRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

/// One sale of honey and tea, 173.00 by WeChat, and 100.00 may go back without a receipt.
fn sold() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!([
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1357"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "2468"}
    ]);
    let file = json!({"staff": staff, "settings": {"refund_without_receipt_max_fen": 10_000}});
    let file: ImportFile = serde_json::from_value(file).unwrap();
    till.import(&file, false).unwrap();
    till.open_shift(None, 50_000).unwrap();
    let request = SellRequest {
        tenders: vec![TenderRequest {
            kind: "wechat".to_owned(),
            fen: 17_300,
            reference: Some("0417".to_owned()),
            collected_by: None,
        }],
        ..sale_of("s", &[("honey", "1"), ("tea", "1")])
    };
    till.sell(&request).unwrap();
    let mut counter = Counter::new(till);
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1357"}))
        .unwrap();
    (shop, counter)
}

fn approval(counter: &mut Counter, subject: &str, actions: &[&str]) -> Value {
    let request =
        json!({"staff": "03", "pin": "2468", "actions": actions, "subject": subject, "draft": null});
    counter.call("approve", request).unwrap()["id"].clone()
}

fn refund(
    counter: &mut Counter,
    id: &str,
    line: u32,
    in_cash: bool,
    approval: &Value,
) -> Result<Value, String> {
    let lines = json!([{"line": line, "quantity": "1", "restock": true, "borne_by": "supplier"}]);
    let request =
        json!({"id": id, "number": "T1-000001", "lines": lines, "in_cash": in_cash, "approval": approval});
    counter
        .call("record_refund", request)
        .map_err(|refused| refused.code)
}

/// Kind, net, and what no bill has shown yet of what was given back.
fn tenders(till: &Till) -> Vec<(String, i64, i64)> {
    let rows = report::tenders(till.ledger(), &Filter::default())
        .unwrap()
        .into_iter();
    rows.map(|row| (row.kind, row.net, row.waiting)).collect()
}

#[test]
fn cash_for_what_came_by_a_code_takes_a_supervisor_and_is_recorded_as_such() {
    let (_shop, mut counter) = sold();
    let only_refund = approval(&mut counter, "r", &["refund"]);
    assert_eq!(
        refund(&mut counter, "r", 1, true, &only_refund),
        Err("approval_needed".to_owned())
    );
    let both = approval(&mut counter, "r", &["refund", "refund_in_cash"]);
    let done = refund(&mut counter, "r", 1, true, &both).unwrap();
    assert_eq!(
        done["back"]["tenders"][0],
        json!({"kind": "cash", "fen": 4_500, "reference": null, "collected_by": null, "waits": false})
    );
    assert_eq!(
        refund(&mut counter, "r", 1, true, &Value::Null).unwrap()["repeated"],
        true
    );
    let told = [("cash".to_owned(), -4_500, 0), ("wechat".to_owned(), 17_300, 0)];
    assert_eq!(tenders(&counter.till), told);
    assert_eq!(counter.call("waiting_refunds", json!({})).unwrap(), json!([]));
    let figured = counter.call(
        "figure_refund",
        json!({"number": "T1-000001", "in_cash": true,
               "lines": [{"line": 2, "quantity": "1", "restock": true, "borne_by": "supplier"}]}),
    );
    assert_eq!(figured.unwrap()["tenders"][0]["kind"], "cash");
}

#[test]
fn each_line_says_itself_whether_it_is_restocked_and_who_bears_it() {
    let (_shop, mut counter) = sold();
    let given = approval(&mut counter, "r", &["refund"]);
    let lines = json!([
        {"line": 1, "quantity": "1", "restock": false, "borne_by": "operator"},
        {"line": 2, "quantity": "1", "restock": true, "borne_by": "supplier"}
    ]);
    let request = json!({"id": "r", "number": "T1-000001", "lines": lines, "approval": given});
    let done = counter.call("record_refund", request).unwrap();
    // 45.00 less 10 % stays with the households of the honey; the tea was bought out.
    assert_eq!(done["kept_fen"], 4_050);
    let lots = report::lots(counter.till.ledger(), &Filter::default()).unwrap();
    let of = |code: &str| lots.iter().find(|row| row.lot == code).unwrap();
    assert_eq!(
        (of("L1").wasted.as_str(), of("L4").wasted.as_str()),
        ("1.000", "0.000")
    );
}

#[test]
fn money_that_a_platform_gives_back_waits_until_somebody_saw_it_in_the_bill() {
    let (shop, mut counter) = sold();
    let given = approval(&mut counter, "r", &["refund"]);
    refund(&mut counter, "r", 1, false, &given).unwrap();
    assert_eq!(tenders(&counter.till), [("wechat".to_owned(), 12_800, 4_500)]);
    let waiting = counter.call("waiting_refunds", json!({})).unwrap();
    assert_eq!(waiting[0]["number"], "T1-000002");
    assert_eq!(
        (&waiting[0]["fen"], &waiting[0]["reference"]),
        (&json!(4_500), &json!("0417"))
    );
    let seen = |reference: &str| json!({"number": "T1-000002", "tender": 1, "reference": reference});
    for bad in ["", "123", "12345", "12a4"] {
        assert_eq!(
            counter.call("see_refund", seen(bad)).unwrap_err().code,
            "bad_reference",
            "{bad}"
        );
    }
    let other = json!({"number": "T1-000001", "tender": 1, "reference": "8812"});
    assert_eq!(counter.call("see_refund", other).unwrap_err().code, "not_waiting");
    assert_eq!(counter.call("see_refund", seen("8812")).unwrap(), json!([]));
    assert_eq!(tenders(&counter.till), [("wechat".to_owned(), 12_800, 0)]);
    assert_eq!(
        counter.call("see_refund", seen("8812")).unwrap_err().code,
        "not_waiting"
    );
    // It is an entry, so a replay tells the same.
    let verdict = counter.till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

fn draft(product: &str, quantity: &str) -> Value {
    json!({
        "lines": [{"product": product, "quantity": quantity, "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null}],
        "discount": null, "rounding": "none", "buyer": null
    })
}

#[test]
fn without_a_receipt_the_operator_gives_back_up_to_the_outlets_limit() {
    let (shop, mut counter) = sold();
    let before = report::summary(counter.till.ledger(), &Filter::default()).unwrap();
    let asked = |approval: &Value, goods: Value, reason: &str| json!({"id": "w", "draft": goods, "reason": reason, "approval": approval});
    let nobody = Value::Null;
    let code = |counter: &mut Counter, request: Value| {
        counter.call("refund_without_receipt", request).unwrap_err().code
    };
    assert_eq!(
        code(&mut counter, asked(&nobody, draft("honey", "3"), "坏了")),
        "return_above_limit"
    );
    assert_eq!(
        code(&mut counter, asked(&nobody, draft("honey", "2"), "坏了")),
        "approval_needed"
    );
    let given = approval(&mut counter, "w", &["refund_without_receipt"]);
    assert_eq!(
        code(&mut counter, asked(&given, draft("honey", "2"), " ")),
        "bad_reason"
    );
    let done = counter
        .call(
            "refund_without_receipt",
            asked(&given, draft("honey", "2"), "坏了"),
        )
        .unwrap();
    assert_eq!(
        (&done["sale_number"], &done["back"]["total_fen"]),
        (&json!(null), &json!(9_000))
    );
    let again = counter.call(
        "refund_without_receipt",
        asked(&nobody, draft("honey", "2"), "坏了"),
    );
    assert_eq!(again.unwrap()["repeated"], true);
    assert_eq!(
        code(&mut counter, asked(&nobody, draft("honey", "1"), "坏了")),
        "id_reused"
    );

    let after = report::summary(counter.till.ledger(), &Filter::default()).unwrap();
    assert_eq!(
        (after.refunds, after.refunded, after.net),
        (1, 9_000, before.net - 9_000)
    );
    // No household's due falls, and nothing goes back to a lot.
    assert_eq!((after.payable, after.fund), (before.payable, before.fund));
    assert_eq!(after.margin, before.margin - 9_000);
    assert_eq!(after.unassigned, before.unassigned);
    let lots = report::lots(counter.till.ledger(), &Filter::default()).unwrap();
    assert!(lots.iter().all(|row| row.returned == "0.000"));
    let figures = counter.till.shift_report().unwrap().figures;
    assert_eq!(figures.cash.unwrap().given_back, 9_000);

    let number = done["number"].as_str().unwrap().to_owned();
    let found = counter.call("find_receipt", json!({"text": number})).unwrap();
    assert_eq!(
        (&found["kind"], &found["reason"]),
        (&json!("refund"), &json!("坏了"))
    );
    let row = &counter
        .call("receipts", json!({"before": null, "limit": 1}))
        .unwrap()[0];
    assert_eq!(
        (&row["number"], &row["sale_number"]),
        (&json!(number), &json!(null))
    );
    let paper = counter
        .call("receipt_picture", json!({"number": number}))
        .unwrap();
    assert!(paper["text"].as_str().unwrap().contains("无小票退货单"));
    let verdict = counter.till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

#[test]
fn an_outlet_without_a_limit_gives_nothing_back_without_a_receipt() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    let request = json!({"id": "w", "draft": draft("honey", "1"), "reason": "坏了", "approval": null});
    let refused = Counter::new(till)
        .call("refund_without_receipt", request)
        .unwrap_err();
    assert_eq!(refused.code, "no_returns_without_receipt");
}
