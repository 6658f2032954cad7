//! At the window and on paper.

use super::*;

#[test]
fn the_window_sells_redeems_and_takes_back() {
    let (_shop, till) = park("T1", 1);
    let mut counter = Counter::new(till);
    let line = |product: &str, quantity: &str| {
        json!({"lines": [{"product": product, "quantity": quantity, "price_fen": null, "amount_fen": null,
                          "lot": null, "discount": null}],
               "discount": null, "rounding": "yuan", "buyer": null})
    };
    let cash = |fen: i64| json!([{"kind": "cash", "fen": fen, "reference": null}]);
    let figured = counter.call("figure", line("v50", "1")).unwrap();
    assert_eq!(figured["lines"][0]["whose"], "代金券 · 预收款");
    let done = counter
        .call(
            "record_sale",
            json!({"id": "v", "draft": line("v50", "2"), "tenders": cash(10_000)}),
        )
        .unwrap();
    assert_eq!(
        (&done["vouchers"], &done["tickets"], &done["villages"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let sold = counter
        .till
        .sell(&paid_with("t", &[("tour", "1")], &[("cash", 6_801, None)]))
        .unwrap();
    let ticket = code_of(&sold, 0);
    let redeemed = counter
        .call("scan_pass", json!({"code": ticket, "payment": null}))
        .unwrap();
    assert_eq!(
        (&redeemed["kind"], &redeemed["name"]),
        (&json!("redeemed"), &json!("茶园半日游"))
    );
    let again = counter
        .call("scan_pass", json!({"code": ticket, "payment": null}))
        .unwrap_err();
    assert_eq!(again.code, "ticket_used");

    let vouchers = counter.till.sell(&cash_sale("w", &[("v50", "1")])).unwrap();
    let code = code_of(&vouchers, 0);
    let looked = counter
        .call("scan_pass", json!({"code": code, "payment": null}))
        .unwrap();
    assert_eq!(
        (&looked["kind"], &looked["face_fen"]),
        (&json!("voucher"), &json!(5_000))
    );
    let draft = line("honey", "1");
    let payment = json!({"draft": draft, "tenders": []});
    let pays = counter
        .call("scan_pass", json!({"code": code, "payment": payment}))
        .unwrap();
    assert_eq!(
        (&pays["tender"]["fen"], &pays["lapses_fen"]),
        (&json!(4_500), &json!(500))
    );
    let payment = json!({"draft": draft, "tenders": [pays["tender"]]});
    let enough = counter
        .call("scan_pass", json!({"code": code, "payment": payment}))
        .unwrap_err();
    assert_eq!(enough.code, "nothing_left_to_pay");
    let done = counter
        .call(
            "record_sale",
            json!({"id": "j", "draft": draft, "tenders": [pays["tender"]]}),
        )
        .unwrap();
    // Told by the last of its number, never by its code.
    assert_eq!(done["tenders"][0]["reference"].as_str().unwrap().len(), 4);

    let list = counter
        .call("receipts", json!({"before": null, "limit": 10}))
        .unwrap();
    let kinds: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["sale", "vouchers", "sale", "vouchers"]);
    let receipt = counter.call("find_receipt", json!({"text": "1"})).unwrap();
    assert_eq!(
        (&receipt["kind"], &receipt["lines"][0]["left"]),
        (&json!("vouchers"), &json!("2"))
    );
    let lines = json!([{"line": 1, "quantity": "1", "restock": true, "borne_by": "supplier"}]);
    let asked = json!({"id": receipt["next_id"], "number": receipt["number"], "lines": lines});
    let back = counter.call("record_refund", asked).unwrap();
    assert_eq!(back["back"]["total_fen"], 5_000);
    let receipt = counter.call("find_receipt", json!({"text": "1"})).unwrap();
    assert_eq!(
        (&receipt["mark"], &receipt["void"]["total_fen"]),
        (&json!("part_refunded"), &json!(5_000))
    );
    let void = json!({"id": receipt["next_id"], "number": receipt["number"], "reason": "收错了"});
    assert_eq!(counter.call("void_sale", void).unwrap()["is_void"], true);
}

#[test]
fn the_paper_has_a_slip_for_each_with_its_code() {
    let (_shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("t", &[("tour", "2")])).unwrap();
    let print = |till: &Till, number: &str| {
        let document = till
            .receipt_preview(
                number,
                jishi_paper::Width::Mm58,
                jishi_till::view::Language::Chinese,
            )
            .unwrap();
        let codes = document.blocks.iter().filter_map(|block| match block {
            jishi_paper::Block::Qr { payload, .. } => Some(payload.clone()),
            _ => None,
        });
        (codes.collect::<Vec<_>>(), jishi_paper::text::render(&document))
    };
    let (codes, text) = print(&till, &sold.number);
    assert_eq!(codes[1..], [code_of(&sold, 0), code_of(&sold, 1)]);
    assert!(
        text.contains("茶园半日游") && text.contains("2026-12-21") && text.contains("2/2"),
        "{text}"
    );
    let vouchers = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    let (codes, text) = print(&till, &vouchers.number);
    assert_eq!(codes[1..], [code_of(&vouchers, 0)]);
    for said in ["售券单", "预收款，不是销售", "面值", "不找零"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("帮到"), "{text}");
    refund(&mut till, &back("r", "v", "1")).unwrap();
    let (_, text) = print(&till, "T1-000003");
    assert!(
        text.contains("退券单") && text.contains(&vouchers.passes[0].pass[12..]),
        "{text}"
    );
}
