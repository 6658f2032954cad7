//! 小票: found again by what a person has of it, and goods and money given back.

use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale, sale_of};
use jishi_till::report::{self, Filter};
use jishi_till::view::Language;
use jishi_till::wire::{SellRequest, TenderRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn paid(id: &str, lines: &[(&str, &str)], tenders: &[(&str, i64)]) -> SellRequest {
    let tenders = tenders.iter().map(|(kind, fen)| TenderRequest {
        kind: (*kind).to_owned(),
        fen: *fen,
        reference: (*kind != "cash").then(|| "0417".to_owned()),
        collected_by: None,
    });
    SellRequest {
        tenders: tenders.collect(),
        ..sale_of(id, lines)
    }
}

/// Honey twice and tea, 218.00: 100.00 by WeChat, the rest in cash with change.
fn sold() -> (Shop, Counter) {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    let sale = paid(
        "s",
        &[("honey", "2"), ("tea", "1")],
        &[("wechat", 10_000), ("cash", 12_000)],
    );
    till.sell(&sale).unwrap();
    (shop, Counter::new(till))
}

fn find(counter: &mut Counter, text: &str) -> Value {
    counter.call("find_receipt", json!({"text": text})).unwrap()
}

fn lines(asked: &[(u32, &str)]) -> Value {
    let lines = asked.iter().map(|(line, quantity)| {
        json!({"line": line, "quantity": quantity, "restock": true, "borne_by": "supplier"})
    });
    lines.collect()
}

fn refund(counter: &mut Counter, id: &str, asked: &[(u32, &str)]) -> Result<Value, String> {
    let request = json!({"id": id, "number": "T1-000001", "lines": lines(asked)});
    let done = counter
        .call("record_refund", request.clone())
        .map_err(|refused| refused.code)?;
    let again = counter.call("record_refund", request).unwrap();
    assert_eq!(
        (&again["repeated"], &again["number"]),
        (&json!(true), &done["number"])
    );
    Ok(done)
}

#[test]
fn a_receipt_is_found_by_all_that_a_person_may_have_of_it() {
    let (_shop, mut counter) = sold();
    let picture = counter
        .call("receipt_picture", json!({"number": "T1-000001"}))
        .unwrap();
    let paper = picture["text"].as_str().unwrap().to_owned();
    let at = paper.find("jishi:").unwrap();
    let qr = paper[at..].split_whitespace().next().unwrap();
    for text in ["T1-000001", "t1-000001", " T1-1 ", "1", "000001", qr] {
        assert_eq!(find(&mut counter, text)["number"], "T1-000001", "{text}");
    }
    let forged = "jishi:T1-000001:0000-0000-0000";
    for (text, code) in [
        ("2", "no_such_receipt"),
        ("", "no_such_receipt"),
        ("T9-000001", "no_such_receipt"),
        ("99999999999999999999", "no_such_receipt"),
        ("https://example.invalid/1", "no_such_receipt"),
        ("jishi:T1-000001", "no_such_receipt"),
        ("jishi:T1-000009:0000-0000-0000", "no_such_receipt"),
        (forged, "receipt_mismatch"),
    ] {
        let refused = counter.call("find_receipt", json!({"text": text})).unwrap_err();
        assert_eq!(refused.code, code, "{text}");
    }
}

#[test]
fn a_part_goes_back_by_the_tender_it_came_by_and_the_households_due_falls() {
    let (_shop, mut counter) = sold();
    let receipt = find(&mut counter, "1");
    assert_eq!(
        (&receipt["mark"], &receipt["change_fen"]),
        (&json!("standing"), &json!(200))
    );
    assert_eq!(
        (&receipt["lines"][0]["quantity"], &receipt["lines"][0]["left"]),
        (&json!("2"), &json!("2"))
    );
    assert!(receipt["lines"][0]["whose"].as_str().unwrap().contains("石门村"));

    let ask = json!({"number": "T1-000001", "lines": lines(&[(1, "1")])});
    let figured = counter.call("figure_refund", ask).unwrap();
    let due = |till: &Till| -> i64 {
        report::parties(till.ledger(), &Filter::default())
            .unwrap()
            .iter()
            .map(|row| row.due)
            .sum()
    };
    let before = due(&counter.till);
    let done = refund(&mut counter, "r1", &[(1, "1")]).unwrap();
    assert_eq!(done["back"], figured, "what was shown is what was recorded");
    assert_eq!(done["back"]["total_fen"], 4_500);
    // The last tender first: the cash.
    assert_eq!(
        done["back"]["tenders"],
        json!([{"kind": "cash", "fen": 4_500, "reference": null, "collected_by": null, "waits": false}])
    );
    let fallen: i64 = done["fallen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["due_fen"].as_i64().unwrap())
        .sum();
    assert_eq!(before - due(&counter.till), fallen);
    assert!(fallen > 0);

    // The rest of the cash, and then what WeChat paid, which waits until it is seen in the bill.
    let done = refund(&mut counter, "r2", &[(1, "1"), (2, "1")]).unwrap();
    assert_eq!(
        done["back"]["tenders"],
        json!([
            {"kind": "wechat", "fen": 10_000, "reference": "0417", "collected_by": null, "waits": true},
            {"kind": "cash", "fen": 7_300, "reference": null, "collected_by": null, "waits": false},
        ])
    );
    let receipt = find(&mut counter, "1");
    assert_eq!(receipt["mark"], "refunded");
    assert_eq!(receipt["lines"][1]["left"], "0");
    assert_eq!(receipt["void"], Value::Null);
    let given: Vec<&str> = receipt["given_back"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["number"].as_str().unwrap())
        .collect();
    assert_eq!(given, ["T1-000002", "T1-000003"]);
    // The refund's own paper says what waits, and leads to the sale.
    let document = counter
        .till
        .receipt_preview("T1-000003", Width::Mm58, Language::Chinese)
        .unwrap();
    let paper = text::render(&document);
    assert!(
        paper.contains("退货单") && paper.contains("微信待退款"),
        "{paper}"
    );
    let slip = find(&mut counter, "3");
    assert_eq!(
        (&slip["kind"], &slip["sale_number"]),
        (&json!("refund"), &json!("T1-000001"))
    );
}

#[test]
fn cash_paid_in_two_goes_comes_back_in_one() {
    let (_shop, mut counter) = sold();
    let sale = paid(
        "t",
        &[("honey", "2")],
        &[("cash", 5_000), ("wechat", 1_000), ("cash", 4_000)],
    );
    counter.till.sell(&sale).unwrap();
    let void = &find(&mut counter, "2")["void"];
    assert_eq!(
        void["tenders"],
        json!([
            {"kind": "wechat", "fen": 1_000, "reference": "0417", "collected_by": null, "waits": true},
            {"kind": "cash", "fen": 8_000, "reference": null, "collected_by": null, "waits": false},
        ])
    );
}

#[test]
fn what_cannot_be_given_back_says_what_to_do_and_changes_nothing() {
    let (_shop, mut counter) = sold();
    refund(&mut counter, "r1", &[(1, "1")]).unwrap();
    let head = counter.till.head();
    for (asked, code) in [
        (&[(1, "1.001")][..], "refund_exceeds_sale"),
        (&[(1, "2")][..], "refund_exceeds_sale"),
        (&[(2, "0")][..], "bad_quantity"),
        (&[(9, "1")][..], "no_such_line"),
        (&[][..], "no_lines"),
    ] {
        assert_eq!(refund(&mut counter, "r2", asked).unwrap_err(), code);
    }
    let other = json!({"id": "r1", "number": "T1-000001", "lines": lines(&[(2, "1")])});
    assert_eq!(
        counter.call("record_refund", other).unwrap_err().code,
        "id_reused"
    );
    let of_a_refund = json!({"id": "r3", "number": "T1-000002", "lines": lines(&[(1, "1")])});
    assert_eq!(
        counter.call("record_refund", of_a_refund).unwrap_err().code,
        "no_such_sale"
    );
    let unsaid = json!({"id": "v", "number": "T1-000001", "reason": " "});
    assert_eq!(counter.call("void_sale", unsaid).unwrap_err().code, "bad_reason");
    assert_eq!(counter.till.head(), head);
}

#[test]
fn a_void_gives_all_back_within_its_shift_and_only_there() {
    let (_shop, mut counter) = sold();
    let void = |id: &str| json!({"id": id, "number": "T1-000001", "reason": "收错了"});
    let receipt = find(&mut counter, "1");
    assert_eq!(receipt["void"]["total_fen"], 21_800);
    let done = counter.call("void_sale", void("v")).unwrap();
    assert_eq!(
        (&done["is_void"], &done["back"]),
        (&json!(true), &receipt["void"])
    );
    assert_eq!(find(&mut counter, "1")["mark"], "voided");
    assert_eq!(find(&mut counter, "2")["reason"], "收错了");
    assert_eq!(
        counter.call("void_sale", void("w")).unwrap_err().code,
        "already_voided"
    );
    assert_eq!(
        refund(&mut counter, "r", &[(1, "1")]).unwrap_err(),
        "refund_exceeds_sale"
    );

    counter.till.sell(&cash_sale("t", &[("honey", "1")])).unwrap();
    counter.till.close_shift(None).unwrap();
    counter.till.open_shift(None, 0).unwrap();
    let receipt = find(&mut counter, "3");
    assert_eq!(
        (&receipt["in_shift"], &receipt["void"]),
        (&json!(false), &Value::Null)
    );
    let late = json!({"id": "x", "number": "T1-000003", "reason": "收错了"});
    let refused = counter.call("void_sale", late).unwrap_err();
    assert_eq!(refused.code, "void_other_shift");
    assert!(refused.message.contains("退货"));
    // The first void is answered as it was, also now.
    assert_eq!(counter.call("void_sale", void("v")).unwrap()["repeated"], true);
}

#[test]
fn where_the_operator_bears_it_the_households_keep_their_due() {
    let (_shop, mut counter) = sold();
    let borne = json!([{"line": 1, "quantity": "2", "restock": false, "borne_by": "operator"}]);
    let done = counter
        .call(
            "record_refund",
            json!({"id": "r", "number": "T1-000001", "lines": borne}),
        )
        .unwrap();
    assert!(done["kept_fen"].as_i64().unwrap() > 0);
    assert!(
        done["fallen"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["due_fen"] == 0)
    );
}

#[test]
fn a_gift_box_is_one_line_and_comes_back_whole() {
    let (_shop, mut counter) = sold();
    counter
        .till
        .sell(&cash_sale("g", &[("tea", "1"), ("gift", "3")]))
        .unwrap();
    let receipt = find(&mut counter, "2");
    let shown = receipt["lines"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    assert_eq!(
        (&shown[1]["is_box"], &shown[1]["quantity"], &shown[1]["left"]),
        (&json!(true), &json!("3"), &json!("3"))
    );
    let line = shown[1]["line"].as_u64().unwrap() as u32;
    let asked =
        |quantity: &str| json!({"id": "r", "number": "T1-000002", "lines": lines(&[(line, quantity)])});
    assert_eq!(
        counter.call("record_refund", asked("0.5")).unwrap_err().code,
        "box_broken"
    );
    let done = counter.call("record_refund", asked("2")).unwrap();
    let net = shown[1]["net_fen"].as_i64().unwrap();
    assert_eq!(done["back"]["total_fen"].as_i64().unwrap() * 3, net * 2);
    assert_eq!(find(&mut counter, "2")["lines"][1]["left"], "1");
}

#[test]
fn the_list_is_newest_first_and_marks_what_was_given_back() {
    let (_shop, mut counter) = sold();
    counter.till.sell(&cash_sale("t", &[("honey", "1")])).unwrap();
    counter.till.sell(&cash_sale("u", &[("honey", "1")])).unwrap();
    refund(&mut counter, "r", &[(1, "1")]).unwrap();
    counter
        .call(
            "void_sale",
            json!({"id": "v", "number": "T1-000002", "reason": "重复了"}),
        )
        .unwrap();
    let page = |counter: &mut Counter, before: Value, limit: u32| {
        counter
            .call("receipts", json!({"before": before, "limit": limit}))
            .unwrap()
    };
    let rows = page(&mut counter, Value::Null, 50);
    let told: Vec<(&str, &str, &str, i64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (
                text("number"),
                text("kind"),
                text("mark"),
                row["net_fen"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("T1-000005", "void", "standing", 4_500),
            ("T1-000004", "refund", "standing", 4_500),
            ("T1-000003", "sale", "standing", 4_500),
            ("T1-000002", "sale", "voided", 4_500),
            ("T1-000001", "sale", "part_refunded", 21_800),
        ]
    );
    assert_eq!(rows[0]["sale_number"], "T1-000002");
    assert_eq!(rows[4]["tenders"], json!(["wechat", "cash"]));
    // Page by page it is the same list.
    let first = page(&mut counter, Value::Null, 2);
    let rest = page(&mut counter, first[1]["place"].clone(), 50);
    assert_eq!((&first[1], &rest[0]), (&rows[1], &rows[2]));
    assert_eq!(rest.as_array().unwrap().len(), 3);
}
