//! Sales, refunds, voids and assignments as scripts send them.

use crate::support::{Shop, code_of, run_command, sale};
use serde_json::{Value, json};

#[test]
fn a_sale_is_answered_in_full() {
    let shop = Shop::open();
    let done = shop.done(
        "sell",
        json!({"id": "S1", "lines": [{"product": "6901234567892", "qty": "2"}, {"product": "bag", "qty": "1"}],
               "tenders": [{"kind": "cash", "fen": 10000}]}),
    );
    assert_eq!(
        done,
        json!({
            "id": "S1", "number": "T1-000001", "seq": 11, "at": "2026-11-21T09:30:00+08:00",
            "total": 9050, "rounding": 0, "tendered": 10000, "change": 950,
            "lines": [
                {"gross": 9000, "discount": 0, "net": 9000, "draws": [
                    {"lot": "L1", "qty": "2.000", "net": 9000, "base": 9000, "fund": 270, "payable": 8100,
                     "margin": 630, "attributed": [6750, 2250], "due": [6075, 2025]}]},
                {"gross": 50, "discount": 0, "net": 50, "draws": [
                    {"lot": "own", "qty": "1.000", "net": 50, "base": 50, "fund": 0, "payable": 0, "margin": 50,
                     "attributed": [], "due": []}]},
            ],
        })
    );
}

#[test]
fn a_request_sent_again_is_answered_and_not_recorded_again() {
    let shop = Shop::open();
    let first = shop.done("sell", sale("S1", "honey", "1", 4500));
    let mut again = shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(again["repeated"], true);
    again.as_object_mut().expect("a result").remove("repeated");
    assert_eq!(again, first);
    assert_eq!(shop.refusal("sell", sale("S1", "honey", "2", 9000)), "id_reused");
    assert_eq!(shop.summary()["sales"], 1);

    // Of a refund too; and an id is one thing, whatever it was used for.
    let back = json!({"id": "R1", "sale": "S1", "lines": [{"line": 1, "qty": "1"}]});
    shop.done("refund", back.clone());
    assert_eq!(shop.done("refund", back)["repeated"], true);
    assert_eq!(shop.refusal("sell", sale("R1", "honey", "1", 4500)), "id_reused");
    assert_eq!(shop.summary()["net"], 0);
}

#[test]
fn what_is_refused_stands_in_its_place_and_the_rest_go_on() {
    let shop = Shop::open();
    let run = shop.tell(
        "sell",
        &[
            sale("S1", "honey", "1", 4500),
            sale("S2", "honey", "0", 4500),
            sale("S3", "honey", "1", 4500),
        ],
    );
    assert_eq!(run.code, 1);
    let lines = run.lines();
    assert_eq!(lines[0]["number"], "T1-000001");
    assert_eq!(code_of(&lines[1]), "bad_quantity");
    assert_eq!(lines[1]["error"]["line"], 1);
    assert_eq!(lines[2]["number"], "T1-000002");
    assert_eq!(run.err, "");
    assert_eq!(shop.summary()["sales"], 2);
}

#[test]
fn bad_requests_each_have_their_code() {
    let shop = Shop::open();
    let line = |line: Value| json!({"id": "S1", "lines": [line], "tenders": [{"kind": "cash", "fen": 1}]});
    let honey = |key: &str, value: Value| {
        let mut honey = json!({"product": "honey", "qty": "1"});
        honey[key] = value;
        line(honey)
    };
    for (request, code) in [
        (honey("product", json!("nothing")), "no_such_product"),
        (honey("product", json!("6901234567893")), "bad_barcode"),
        (honey("qty", json!("0")), "bad_quantity"),
        (honey("qty", json!("-1")), "bad_quantity"),
        (honey("qty", json!("1.0005")), "bad_quantity"),
        (honey("qty", json!("1000000000000")), "bad_quantity"),
        (honey("qty", json!("१")), "bad_quantity"),
        (honey("qty", Value::Null), "bad_quantity"),
        (honey("price", json!(-1)), "bad_price"),
        (honey("amount", json!(-1)), "bad_price"),
        (
            honey("price", json!(9_007_199_254_740_993_i64)),
            "amount_too_large",
        ),
        (honey("lot", json!("L9")), "no_such_lot"),
        (honey("discount", json!({"fen": 4501})), "discount_exceeds_amount"),
        (
            honey("discount", json!({"bp": 10_200})),
            "discount_exceeds_amount",
        ),
        (honey("discount", json!({"fen": 1, "bp": 1})), "bad_request"),
        (honey("discout", json!({"fen": 1})), "bad_request"),
        (honey("qty", json!(1)), "bad_request"),
        (sale("S1", "honey", "1", 4499), "tender_short"),
        (
            json!({"id": "S1", "lines": [{"product": "honey", "qty": "1"}], "tenders": [{"kind": "wechat", "fen": 4501}]}),
            "tender_over",
        ),
        (
            json!({"id": "S1", "lines": [{"product": "honey", "qty": "1"}], "tenders": [{"kind": "shells", "fen": 4500}]}),
            "bad_request",
        ),
        (json!({"id": "S1", "lines": []}), "no_lines"),
        (sale("", "honey", "1", 4500), "bad_id"),
        (
            json!({"lines": [{"product": "honey", "qty": "1"}]}),
            "bad_request",
        ),
        (json!([]), "bad_request"),
        (json!("S1"), "bad_request"),
    ] {
        assert_eq!(shop.refusal("sell", request.clone()), code, "{request}");
    }
    assert_eq!(shop.summary()["entries"], 9, "nothing of it was recorded");
}

#[test]
fn hostile_lines_are_refused_one_by_one() {
    let shop = Shop::open();
    let mut input = Vec::new();
    input.extend_from_slice("\u{feff}\n\n".as_bytes());
    input.extend_from_slice(b"no json\n");
    input.extend_from_slice(b"{\"id\": \"S0\", \xff\xfe}\n");
    input.extend_from_slice("[".repeat(200_000).as_bytes());
    input.push(b'\n');
    input.extend_from_slice(format!("{{\"id\": \"{}\"}}\n", "x".repeat(3_000_000)).as_bytes());
    input.extend_from_slice(b"{\"id\": \"S1\"");
    input.extend_from_slice(b"\r\n");
    input.extend_from_slice(b"{\"id\": \"S1\", \"id\": \"S2\", \"lines\": []}\n");
    // The last line has no end.
    input.extend_from_slice(sale("S1", "honey", "1", 4500).to_string().as_bytes());
    let run = run_command(&mut shop.command(&["sell"]), &input);
    assert_eq!(run.code, 1);
    let lines = run.lines();
    let (last, refused) = lines.split_last().expect("results");
    assert_eq!(refused.len(), 6);
    assert!(
        refused.iter().all(|result| code_of(result) == "bad_request"),
        "{refused:?}"
    );
    assert_eq!(last["id"], "S1");
}

#[test]
fn only_cash_gives_change_and_nothing_is_owed_for_a_gift() {
    let shop = Shop::open();
    let mixed = shop.done(
        "sell",
        json!({"id": "S1", "lines": [{"product": "honey", "qty": "1"}],
               "tenders": [{"kind": "wechat", "fen": 2000, "reference": "4200"}, {"kind": "cash", "fen": 3000}]}),
    );
    assert_eq!(
        (&mixed["tendered"], &mixed["change"]),
        (&json!(5000), &json!(500))
    );
    let gift = shop.done(
        "sell",
        json!({"id": "S2", "lines": [{"product": "honey", "qty": "1", "price": 0}]}),
    );
    assert_eq!(gift["total"], 0);
    let tenders = shop.report("tenders");
    assert_eq!(tenders[0]["net"], 2500, "{tenders:?}");
    assert_eq!(tenders[1]["net"], 2000, "{tenders:?}");
}

#[test]
fn a_sale_is_given_back_by_its_number_and_voided_once() {
    let shop = Shop::open();
    shop.done("sell", sale("S1", "honey", "3", 13500));
    let back = shop.done(
        "refund",
        json!({"id": "R1", "sale": "T1-000001", "lines": [{"line": 1, "qty": "1"}],
               "tenders": [{"kind": "wechat", "fen": 4500}]}),
    );
    assert_eq!(
        (&back["sale"], &back["number"], &back["total"], &back["at"]),
        (
            &json!("S1"),
            &json!("T1-000002"),
            &json!(4500),
            &json!("2026-11-21T09:30:00+08:00")
        )
    );
    for (request, code) in [
        (
            json!({"id": "R2", "sale": "S9", "lines": [{"line": 1, "qty": "1"}]}),
            "no_such_sale",
        ),
        (
            json!({"id": "R2", "sale": "S1", "lines": [{"line": 2, "qty": "1"}]}),
            "no_such_line",
        ),
        (
            json!({"id": "R2", "sale": "S1", "lines": [{"line": 1, "qty": "3"}]}),
            "refund_exceeds_sale",
        ),
        (
            json!({"id": "R2", "sale": "S1", "lines": [{"line": 1, "qty": "1"}], "tenders": [{"kind": "cash", "fen": 1}]}),
            "refund_tenders",
        ),
    ] {
        assert_eq!(shop.refusal("refund", request.clone()), code, "{request}");
    }
    let void = shop.done("void", json!({"id": "V1", "sale": "S1", "reason": "点错了"}));
    assert_eq!(void["total"], 9000);
    assert_eq!(
        shop.refusal("void", json!({"id": "V2", "sale": "S1", "reason": ""})),
        "already_voided"
    );
    assert_eq!(
        shop.refusal("void", json!({"id": "V2", "sale": "S9"})),
        "no_such_sale"
    );
    let summary = shop.summary();
    assert_eq!(
        (&summary["net"], &summary["households"], &summary["voids"]),
        (&json!(0), &json!(0), &json!(1))
    );
}

#[test]
fn what_no_lot_covered_gets_its_lot_later() {
    let shop = Shop::open();
    let sold = shop.done("sell", sale("S1", "tea", "0.5", 6000));
    assert_eq!(sold["lines"][0]["draws"][0]["lot"], Value::Null);
    assert_eq!(shop.summary()["unassigned"], 6000);
    assert_eq!(shop.report("unassigned")[0]["qty"], "0.500");
    let request = json!({"sale": "T1-000001", "line": 1, "lot": "L2"});
    assert_eq!(shop.refusal("assign", request.clone()), "no_such_lot");
    shop.import(&json!({"lots": [
        {"code": "L2", "product": "tea", "qty": "0.4", "terms": {"kind": "agreed", "price": 8000}, "shares": [{"party": "H2", "weight": 1}]},
        {"code": "L3", "product": "tea", "qty": "5", "terms": {"kind": "agreed", "price": 8000}, "shares": [{"party": "H2", "weight": 1}]},
    ]}))
    .ok();
    assert_eq!(shop.refusal("assign", request), "lot_too_small");
    let assigned = shop.done("assign", json!({"sale": "S1", "line": 1, "lot": "L3"}));
    assert_eq!(
        assigned,
        json!({"sale": "S1", "line": 1, "draw": {"lot": "L3", "qty": "0.500", "net": 6000, "base": 6000, "fund": 180,
            "payable": 4000, "margin": 1820, "attributed": [6000], "due": [4000]}})
    );
    assert_eq!(
        shop.refusal("assign", json!({"sale": "S1", "line": 1, "lot": "L3"})),
        "nothing_unassigned"
    );
    assert_eq!(shop.summary()["unassigned"], 0);
}

#[test]
fn a_shift_is_opened_looked_at_and_closed() {
    let shop = Shop::open();
    assert_eq!(shop.run(&["shift", "show"], "").refused(), "no_shift");
    assert_eq!(
        shop.run(&["shift", "open", "--staff", "99"], "").refused(),
        "no_such_staff"
    );
    shop.run(&["shift", "open", "--float", "20000"], "").ok();
    assert_eq!(shop.run(&["shift", "open"], "").refused(), "shift_open");
    shop.done("sell", sale("S1", "honey", "1", 5000));
    let show = shop.run(&["shift", "show"], "").ok().only();
    assert_eq!(
        (
            &show["sales"],
            &show["net"],
            &show["cash_expected"],
            &show["business_date"]
        ),
        (&json!(1), &json!(4500), &json!(24500), &json!("2026-11-21"))
    );
    let closed = shop
        .run(&["shift", "close", "--counted", "24400"], "")
        .ok()
        .only();
    assert_eq!(
        (&closed["counted"], &closed["difference"]),
        (&json!(24400), &json!(-100))
    );
    assert_eq!(shop.run(&["shift", "close"], "").refused(), "no_shift");
    // With no shift open a sale opens one.
    shop.done("sell", sale("S2", "honey", "1", 4500));
    assert_eq!(shop.report("shifts").len(), 2);
}

#[test]
fn the_clock_of_one_command_is_set() {
    let shop = Shop::open();
    let at = |at: &str, id: &str| {
        let mut command = crate::support::jishi(&["sell", "--at", at, "--data"]);
        command.arg(shop.data());
        run_command(&mut command, sale(id, "honey", "1", 4500).to_string().as_bytes())
            .ok()
            .only()
    };
    assert_eq!(
        at("2026-11-22T18:05:06+08:00", "S1")["at"],
        "2026-11-22T18:05:06+08:00"
    );
    // Set back: it is noticed and recorded, and the sale is made.
    let earlier = at("2020-01-01T00:00:00Z", "S2");
    assert_eq!(earlier["at"], "2020-01-01T00:00:00+00:00");
    let seqs = shop.run(&["status"], "").ok().only()["seq"].as_u64();
    assert_eq!(seqs, earlier["seq"].as_u64());
    assert_eq!(shop.summary()["sales"], 2);
    let of_the_22nd = shop.run(
        &["report", "summary", "--from", "2026-11-22", "--to", "2026-11-22"],
        "",
    );
    // Both are the business of the shift that the first one opened.
    assert_eq!(of_the_22nd.ok().only()["sales"], 2);
}

#[test]
fn an_exchange_is_both_halves_in_one_line() {
    let shop = Shop::open();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let request = json!({
        "refund": {"id": "R1", "sale": "S1", "lines": [{"line": 1, "qty": "1"}]},
        "sale": {"id": "S2", "lines": [{"product": "bag", "qty": "1"}], "note": "换成袋子"},
    });
    let done = shop.done("exchange", request.clone());
    assert_eq!(
        (
            &done["credit"],
            &done["given_back"],
            &done["refund"]["number"],
            &done["sale"]["number"]
        ),
        (&json!(50), &json!(4450), &json!("T1-000002"), &json!("T1-000003"))
    );
    let again = shop.done("exchange", request.clone());
    assert_eq!(
        (&again["refund"]["repeated"], &again["sale"]["repeated"]),
        (&json!(true), &json!(true))
    );
    let mut other = request;
    other["refund"]["in_cash"] = json!(true);
    assert_eq!(shop.refusal("exchange", other), "id_reused");
    assert_eq!(shop.summary()["net"], 50);
    assert_eq!(shop.report("sales")[1]["note"], "换成袋子");
}
