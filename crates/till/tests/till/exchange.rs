//! 换货: goods back and goods out in one go, both halves in the books or neither.

use jishi_journal::Entry;
use jishi_journal::body::{Body, RefundRecorded, SaleRecorded};
use jishi_ledger::projection_digest;
use jishi_testkit::{Shop, sale_of};
use jishi_till::report::{self, Filter};
use jishi_till::view::Bearer;
use jishi_till::wire::{
    ExchangeRequest, ExchangedGoods, ImportFile, RefundLineRequest, RefundRequest, SellRequest,
    TenderRequest, VoidRequest,
};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn tender(kind: &str, fen: i64) -> TenderRequest {
    TenderRequest {
        kind: kind.to_owned(),
        fen,
        reference: (kind == "wechat").then(|| "0417".to_owned()),
        collected_by: None,
    }
}

fn paid(id: &str, lines: &[(&str, &str)], tenders: &[(&str, i64)]) -> SellRequest {
    SellRequest {
        tenders: tenders.iter().map(|(kind, fen)| tender(kind, *fen)).collect(),
        ..sale_of(id, lines)
    }
}

fn back(line: i64, qty: &str) -> RefundLineRequest {
    RefundLineRequest {
        line,
        qty: qty.to_owned(),
        restock: true,
        borne_by: Bearer::Supplier,
    }
}

fn exchange(ids: (&str, &str), sale: &str, line: RefundLineRequest, new: SellRequest) -> ExchangeRequest {
    ExchangeRequest {
        refund: ExchangedGoods {
            id: ids.0.to_owned(),
            sale: sale.to_owned(),
            lines: vec![line],
            in_cash: false,
        },
        sale: SellRequest {
            id: ids.1.to_owned(),
            ..new
        },
    }
}

/// One honey by WeChat, 45.00, in a shift with 500.00 in the drawer.
fn sold() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 50_000).unwrap();
    till.sell(&paid("s", &[("honey", "1")], &[("wechat", 4_500)]))
        .unwrap();
    (shop, till)
}

/// The last two entries: a refund and the sale that its goods paid for.
fn halves(till: &Till) -> (RefundRecorded, SaleRecorded) {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let bodies = entries
        .iter()
        .rev()
        .take(2)
        .map(|signed| Entry::parse(&signed.line).unwrap().body());
    match bodies.collect::<Vec<_>>().as_slice() {
        [Body::SaleRecorded(sale), Body::RefundRecorded(refund)] => (refund.clone(), sale.clone()),
        other => panic!("{other:?}"),
    }
}

/// Kind, net, and what no bill has shown yet of what was given back.
fn money(till: &Till) -> Vec<(String, i64, i64)> {
    let rows = report::tenders(till.ledger(), &Filter::default()).unwrap();
    rows.into_iter()
        .map(|row| (row.kind, row.net, row.waiting))
        .collect()
}

fn row(kind: &str, net: i64, waiting: i64) -> (String, i64, i64) {
    (kind.to_owned(), net, waiting)
}

/// Figures of the books add up, and a replay comes to the same.
fn sound(shop: &Shop, mut till: Till) {
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.net, summary.payable + summary.fund + summary.margin);
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    let before = projection_digest(till.ledger()).unwrap();
    drop(till);
    till = shop.open().unwrap();
    let folder = till.folder().clone();
    drop(till);
    jishi_till::rebuild(&folder, |_| true).unwrap();
    let till = shop.open().unwrap();
    assert_eq!(projection_digest(till.ledger()).unwrap(), before);
}

#[test]
fn dearer_goods_take_the_difference_and_one_press_records_both_halves() {
    let (shop, mut till) = sold();
    let new = paid("", &[("tea", "1")], &[("cash", 10_000)]);
    let request = exchange(("r", "n"), "T1-000001", back(1, "1"), new);
    let done = till.exchange(&request).unwrap();
    assert_eq!((done.credit, done.given_back), (4_500, 0));
    assert_eq!(
        (&*done.refund.number, &*done.sale.number),
        ("T1-000002", "T1-000003")
    );
    assert_eq!(done.sale.seq, done.refund.seq + 1);
    assert_eq!(
        (done.sale.total, done.sale.tendered, done.sale.change),
        (12_800, 14_500, 1_700)
    );
    let (refund, sale) = halves(&till);
    assert_eq!(refund.exchanged_for.as_deref(), Some("T1-000003"));
    assert_eq!(sale.exchanges.as_deref(), Some("T1-000002"));
    for half in [&refund.tenders[0], &sale.tenders[0]] {
        assert_eq!(
            (
                half.kind.as_str(),
                half.fen,
                half.stands_for.as_deref(),
                half.reference.as_deref()
            ),
            ("exchange", 4_500, Some("wechat"), Some("0417"))
        );
    }
    // The money is what came in; the goods that paid for goods come to nothing.
    assert_eq!(
        money(&till),
        [
            row("cash", 8_300, 0),
            row("exchange", 0, 0),
            row("wechat", 4_500, 0)
        ]
    );
    let x = till.shift_report().unwrap();
    assert_eq!(
        (x.figures.sales, x.figures.refunds, x.figures.net),
        (2, 1, 12_800)
    );
    assert_eq!(x.figures.cash_expected, 50_000 + 8_300);
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    let left = |code: &str| lots.iter().find(|lot| lot.lot == code).unwrap().left.clone();
    assert_eq!((left("L1").as_str(), left("L4").as_str()), ("30.000", "24.000"));
    // The next number is free.
    let next = till.sell(&paid("m", &[("bag", "1")], &[("cash", 50)])).unwrap();
    assert_eq!(next.number, "T1-000004");
    sound(&shop, till);
}

#[test]
fn cheaper_goods_give_the_rest_back_the_way_it_came_and_in_cash_only_where_it_is_asked_for() {
    for (in_cash, given) in [
        (false, row("wechat", 4_500, 8_300)),
        (true, row("wechat", 12_800, 0)),
    ] {
        let (shop, mut till) = Shop::with_fair(1);
        till.open_shift(None, 50_000).unwrap();
        till.sell(&paid("s", &[("tea", "1")], &[("wechat", 12_800)]))
            .unwrap();
        let mut request = exchange(("r", "n"), "s", back(1, "1"), sale_of("", &[("honey", "1")]));
        request.refund.in_cash = in_cash;
        let done = till.exchange(&request).unwrap();
        assert_eq!(
            (done.credit, done.given_back, done.sale.change),
            (4_500, 8_300, 0)
        );
        assert!(money(&till).contains(&given), "{:?}", money(&till));
        let cash = till.shift_report().unwrap().figures.cash_expected;
        assert_eq!(cash, if in_cash { 41_700 } else { 50_000 });
        sound(&shop, till);
    }
}

#[test]
fn goods_got_by_an_exchange_go_back_by_what_the_first_ones_had_been_paid_by() {
    let (shop, mut till) = sold();
    let new = paid("", &[("tea", "1")], &[("cash", 8_300)]);
    till.exchange(&exchange(("r", "n"), "s", back(1, "1"), new))
        .unwrap();
    // All of the tea: 83.00 in cash and 45.00 by WeChat, which waits for the bill. No exchange hides a code.
    let void = VoidRequest {
        id: "v".to_owned(),
        sale: "n".to_owned(),
        reason: "不要了".to_owned(),
    };
    till.void(&void).unwrap();
    assert_eq!(
        money(&till),
        [row("cash", 0, 0), row("exchange", 0, 0), row("wechat", 0, 4_500)]
    );
    let waiting = till.waiting_refunds().unwrap();
    assert_eq!(
        (waiting[0].fen, waiting[0].reference.as_deref()),
        (4_500, Some("0417"))
    );
    assert_eq!(till.shift_report().unwrap().figures.cash_expected, 50_000);
    sound(&shop, till);
}

#[test]
fn the_same_goods_again_come_from_the_lot_as_if_one_came_after_the_other() {
    let orange = |till: &mut Till| {
        till.sell(&paid("s", &[("orange", "3.275")], &[("cash", 2_227)]))
            .unwrap()
    };
    let (_one_shop, mut one) = Shop::with_fair(1);
    orange(&mut one);
    let new = sale_of("", &[("orange", "3.275")]);
    one.exchange(&exchange(("r", "n"), "s", back(1, "3.275"), new.clone()))
        .unwrap();
    let (_other_shop, mut other) = Shop::with_fair(1);
    orange(&mut other);
    let refund = RefundRequest {
        id: "r".to_owned(),
        sale: "s".to_owned(),
        lines: vec![back(1, "3.275")],
        tenders: Vec::new(),
    };
    other.refund(&refund).unwrap();
    other
        .sell(&paid("n", &[("orange", "3.275")], &[("cash", 2_227)]))
        .unwrap();
    let of = |till: &Till| {
        let filter = Filter::default();
        (
            report::lots(till.ledger(), &filter).unwrap(),
            report::parties(till.ledger(), &filter).unwrap(),
        )
    };
    assert_eq!(of(&one), of(&other));
    // What is in memory goes on like the other's, to the fen.
    let more = paid("m", &[("orange", "1.111")], &[("cash", 10_000)]);
    assert_eq!(one.sell(&more).unwrap().lines, other.sell(&more).unwrap().lines);
}

#[test]
fn one_id_is_one_exchange_whatever_comes_after_it() {
    let (_shop, mut till) = sold();
    let request = exchange(
        ("r", "n"),
        "s",
        back(1, "1"),
        paid("", &[("tea", "1")], &[("cash", 8_300)]),
    );
    let first = till.exchange(&request).unwrap();
    let head = till.head();
    let again = till.exchange(&request).unwrap();
    assert!(again.refund.repeated && again.sale.repeated);
    assert_eq!(
        (again.refund.number, again.sale.number),
        (first.refund.number, first.sale.number)
    );
    let refused =
        |till: &mut Till, request: &ExchangeRequest| till.exchange(request).unwrap_err().code().to_owned();
    // Another sum under the same ids; one id for both; either id with a half of its own.
    let mut other = request.clone();
    other.sale.tenders = vec![tender("cash", 9_000)];
    assert_eq!(refused(&mut till, &other), "id_reused");
    assert_eq!(
        refused(
            &mut till,
            &exchange(("q", "q"), "s", back(1, "1"), request.sale.clone())
        ),
        "id_reused"
    );
    for ids in [("r", "other"), ("other", "n"), ("s", "other")] {
        assert_eq!(
            refused(&mut till, &exchange(ids, "s", back(1, "1"), request.sale.clone())),
            "id_reused"
        );
    }
    assert_eq!(till.sell(&request.sale).unwrap_err().code(), "id_reused");
    assert_eq!(till.head(), head);
}

#[test]
fn what_is_refused_of_one_half_leaves_the_other_undone() {
    let (_shop, mut till) = sold();
    let head = till.head();
    let tea = |tenders: &[(&str, i64)]| paid("", &[("tea", "1")], tenders);
    let egg = || sale_of("", &[("egg", "1")]);
    for (request, code) in [
        (
            exchange(("r", "n"), "s", back(1, "1"), tea(&[("cash", 8_299)])),
            "tender_short",
        ),
        (
            exchange(("r", "n"), "s", back(1, "1"), tea(&[("wechat", 8_301)])),
            "tender_over",
        ),
        // Nothing is missing: money would only go round the drawer.
        (
            exchange(
                ("r", "n"),
                "s",
                back(1, "1"),
                paid("", &[("egg", "1")], &[("cash", 100)]),
            ),
            "tender_over",
        ),
        (
            exchange(("r", "n"), "s", back(1, "2"), egg()),
            "refund_exceeds_sale",
        ),
        (
            exchange(("r", "n"), "T1-000009", back(1, "1"), egg()),
            "no_such_sale",
        ),
        (
            exchange(("r", "n"), "s", back(1, "1"), sale_of("", &[])),
            "no_lines",
        ),
        (
            exchange(("r", "n"), "s", back(1, "1"), sale_of("", &[("gold", "1")])),
            "no_such_product",
        ),
        // Nobody tenders goods by hand.
        (
            exchange(("r", "n"), "s", back(1, "1"), tea(&[("exchange", 8_300)])),
            "bad_request",
        ),
    ] {
        assert_eq!(till.exchange(&request).unwrap_err().code(), code);
        assert_eq!(till.head(), head, "{code}");
    }
    assert_eq!(
        till.sell(&paid("x", &[("honey", "1")], &[("exchange", 4_500)]))
            .unwrap_err()
            .code(),
        "bad_request"
    );
    // The shelf is as it was: what was to come back did not.
    let honey = till
        .sell(&paid("y", &[("honey", "29")], &[("cash", 130_500)]))
        .unwrap();
    assert_eq!(honey.lines[0].draws[0].lot.as_deref(), Some("L1"));
    assert_eq!(honey.lines[0].draws.len(), 1);
    let last = till
        .sell(&paid("z", &[("honey", "1")], &[("cash", 4_500)]))
        .unwrap();
    assert_eq!(last.lines[0].draws[0].lot.as_deref(), Some("L2"));
}

#[test]
fn on_a_full_disk_there_is_never_one_half_without_the_other() {
    let (shop, mut till) = sold();
    for number in 0..60 {
        till.sell(&paid(&format!("s{number}"), &[("bag", "1")], &[("cash", 50)]))
            .unwrap();
    }
    let pages = till.ledger().limit_pages(1).unwrap();
    till.ledger().limit_pages(pages + 2).unwrap();
    let mut refused = None;
    for number in 0..60 {
        let ids = (format!("r{number}"), format!("n{number}"));
        let request = exchange(
            (&ids.0, &ids.1),
            &format!("s{number}"),
            back(1, "1"),
            sale_of("", &[("bag", "1")]),
        );
        if let Err(refusal) = till.exchange(&request) {
            refused = Some(refusal.code().to_owned());
            break;
        }
    }
    assert_eq!(refused.as_deref(), Some("disk_full"));
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.sales - 61, summary.refunds);
    drop(till);
    let till = shop.open().unwrap();
    sound(&shop, till);
}

#[test]
fn what_was_taken_on_account_stays_owed_and_in_the_same_name() {
    let (shop, mut till) = Shop::with_fair(1);
    let buyers = json!({"buyers": [
        {"code": "U1", "name": "第一中学食堂", "credit_limit": 20_000}, {"code": "U2", "name": "镇工会"}
    ]});
    let file: ImportFile = serde_json::from_value(buyers).unwrap();
    till.import(&file, false).unwrap();
    let on_account = |id: &str, product: &str, fen: i64| SellRequest {
        buyer: Some("U1".to_owned()),
        ..paid(id, &[(product, "1")], &[("account", fen)])
    };
    till.sell(&on_account("s", "honey", 4_500)).unwrap();
    let owed = |till: &Till| till.ledger().owed_by_buyer("U1").unwrap();
    let mut request = exchange(("r", "n"), "s", back(1, "1"), on_account("", "tea", 8_300));
    request.sale.buyer = Some("U2".to_owned());
    assert_eq!(
        till.exchange(&request).unwrap_err().code(),
        "exchange_other_buyer"
    );
    // Nobody is named: it is the same one.
    request.sale.buyer = None;
    till.exchange(&request).unwrap();
    assert_eq!(owed(&till), 12_800);
    let (_, sale) = halves(&till);
    assert_eq!(sale.buyer.as_deref(), Some("U1"));
    let void = VoidRequest {
        id: "v".to_owned(),
        sale: "n".to_owned(),
        reason: "不要了".to_owned(),
    };
    till.void(&void).unwrap();
    assert_eq!(owed(&till), 0);
    sound(&shop, till);
}

// From the window

fn counter() -> (Shop, Counter) {
    let (shop, mut till) = sold();
    let staff = json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1357"},
        {"code": "03", "name": "何建国", "role": "supervisor", "pin": "2468"}
    ]});
    let file: ImportFile = serde_json::from_value(staff).unwrap();
    till.import(&file, false).unwrap();
    let mut counter = Counter::new(till);
    counter
        .call("sign_in", json!({"staff": "01", "pin": "1357"}))
        .unwrap();
    (shop, counter)
}

fn draft(product: &str, in_cash: bool) -> Value {
    json!({
        "lines": [{"product": product, "quantity": "1", "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": null}],
        "discount": null, "rounding": "none",
        "exchange": {"id": "r", "number": "T1-000001", "in_cash": in_cash,
                     "lines": [{"line": 1, "quantity": "1", "restock": true, "borne_by": "supplier"}]}
    })
}

fn approve(counter: &mut Counter, draft: &Value, actions: &[&str]) -> Value {
    let request = json!({"staff": "03", "pin": "2468", "subject": "n", "actions": actions, "draft": draft});
    counter.call("approve", request).unwrap()["id"].clone()
}

fn record(counter: &mut Counter, draft: &Value, cash: i64, approval: &Value) -> Result<Value, String> {
    let tenders = match cash {
        0 => json!([]),
        fen => json!([{"kind": "cash", "fen": fen, "reference": null}]),
    };
    let request = json!({"id": "n", "draft": draft, "tenders": tenders, "approval": approval});
    counter
        .call("record_sale", request)
        .map_err(|refused| refused.code)
}

#[test]
fn the_window_shows_what_comes_back_what_is_missing_and_who_must_approve() {
    let (_shop, mut counter) = counter();
    let nothing_yet = json!({"lines": [], "discount": null, "rounding": "none", "exchange": draft("tea", false)["exchange"]});
    let shown = counter.call("figure", nothing_yet).unwrap();
    assert_eq!(
        (
            &shown["exchange"]["worth_fen"],
            &shown["exchange"]["back"]["total_fen"],
            &shown["needs_approval"]
        ),
        (&json!(4_500), &json!(4_500), &json!(["refund"]))
    );
    let shown = counter.call("figure", draft("tea", false)).unwrap();
    let exchange = &shown["exchange"];
    assert_eq!(shown["total_fen"], 12_800);
    assert_eq!(
        (
            &exchange["credit_fen"],
            &exchange["to_pay_fen"],
            &exchange["back"]["tenders"]
        ),
        (&json!(4_500), &json!(8_300), &json!([]))
    );
    assert_eq!(
        exchange["lines"],
        json!([{"name": "土蜂蜜 500g", "unit": "瓶", "quantity": "1", "net_fen": 4_500}])
    );
    assert_eq!(shown["lines"][0]["whose"], "茶坪村 · 茶坪茶叶合作社");
    let pay = |counter: &mut Counter, tenders: Value| {
        counter
            .call(
                "figure_payment",
                json!({"draft": draft("tea", false), "tenders": tenders}),
            )
            .unwrap()
    };
    let first = pay(&mut counter, json!([]));
    assert_eq!(
        (
            &first["remaining_fen"],
            &first["ready"],
            &first["suggestions_fen"][0]
        ),
        (&json!(8_300), &json!(false), &json!(8_300))
    );
    let paid = pay(
        &mut counter,
        json!([{"kind": "cash", "fen": 10_000, "reference": null}]),
    );
    assert_eq!(
        (&paid["tendered_fen"], &paid["change_fen"], &paid["ready"]),
        (&json!(10_000), &json!(1_700), &json!(true))
    );
}

#[test]
fn a_supervisor_approves_what_was_on_the_screen_and_each_half_says_so() {
    let (_shop, mut counter) = counter();
    let tea = draft("tea", false);
    let before = counter.till.head();
    assert_eq!(
        record(&mut counter, &tea, 10_000, &Value::Null),
        Err("approval_needed".to_owned())
    );
    // Approved for other goods back, or without any.
    let mut fewer = tea.clone();
    fewer["exchange"]["lines"][0]["restock"] = json!(false);
    let other = approve(&mut counter, &fewer, &["refund"]);
    assert_eq!(
        record(&mut counter, &tea, 10_000, &other),
        Err("approval_needed".to_owned())
    );
    assert_eq!(counter.till.head(), before);
    let given = approve(&mut counter, &tea, &["refund"]);
    let done = record(&mut counter, &tea, 10_000, &given).unwrap();
    assert_eq!(
        (&done["number"], &done["tendered_fen"], &done["change_fen"]),
        (&json!("T1-000003"), &json!(10_000), &json!(1_700))
    );
    let exchange = &done["exchange"];
    assert_eq!(
        (
            &exchange["number"],
            &exchange["sale_number"],
            &exchange["to_pay_fen"]
        ),
        (&json!("T1-000002"), &json!("T1-000001"), &json!(8_300))
    );
    assert_eq!(exchange["fallen"][0]["due_fen"], 4_050);
    let (refund, sale) = halves(&counter.till);
    assert_eq!(
        (
            refund.approved_by[0].action.as_str(),
            refund.approved_by[0].staff.as_str()
        ),
        ("refund", "03")
    );
    assert_eq!(sale.approved_by, []);
    // A second press is the same press, though the approval is used up.
    assert_eq!(
        record(&mut counter, &tea, 10_000, &Value::Null).unwrap()["repeated"],
        true
    );
    // Both papers lead to each other.
    for (number, half) in [("T1-000002", "T1-000003"), ("T1-000003", "T1-000002")] {
        let receipt = counter.call("find_receipt", json!({"text": number})).unwrap();
        assert_eq!(receipt["other_half"], half);
    }
}

#[test]
fn cash_for_a_code_takes_a_supervisor_in_an_exchange_too_and_goes_out_of_the_drawer() {
    let (_shop, mut counter) = counter();
    let cheap = draft("egg", true);
    let shown = counter.call("figure", cheap.clone()).unwrap();
    assert_eq!(shown["needs_approval"], json!(["refund", "refund_in_cash"]));
    assert_eq!(
        shown["exchange"]["back"]["tenders"],
        json!([{"kind": "cash", "fen": 501, "reference": null, "collected_by": null, "waits": false}])
    );
    let only_refund = approve(&mut counter, &cheap, &["refund"]);
    assert_eq!(
        record(&mut counter, &cheap, 0, &only_refund),
        Err("approval_needed".to_owned())
    );
    let both = approve(&mut counter, &cheap, &["refund", "refund_in_cash"]);
    record(&mut counter, &cheap, 0, &both).unwrap();
    assert_eq!(
        counter.till.shift_report().unwrap().figures.cash_expected,
        50_000 - 501
    );
    // The supervisor reads the sums.
    counter
        .call("sign_in", json!({"staff": "03", "pin": "2468"}))
        .unwrap();
    let shift = counter.call("shift", json!({})).unwrap();
    let kinds = shift["figures"]["sums"]["tenders"].as_array();
    let kinds = kinds.unwrap().iter();
    assert!(kinds.clone().all(|row| row["kind"] != "exchange"), "{shift}");
}

#[test]
fn one_paper_shows_what_came_back_what_went_out_and_what_was_paid() {
    let (_shop, mut counter) = counter();
    let tea = draft("tea", false);
    let given = approve(&mut counter, &tea, &["refund"]);
    record(&mut counter, &tea, 10_000, &given).unwrap();
    let paper = |counter: &mut Counter, number: &str| {
        let picture = counter
            .call("receipt_picture", json!({"number": number}))
            .unwrap();
        picture["text"].as_str().unwrap().to_owned()
    };
    let both = paper(&mut counter, "T1-000003");
    for said in [
        "高山绿茶 250g",
        "换货抵扣",
        "换货退回，退货单 T1-000002",
        "土蜂蜜 500g",
        "退回货款",
        "找零",
    ] {
        assert!(both.contains(said), "{said}\n{both}");
    }
    let refund = paper(&mut counter, "T1-000002");
    assert!(
        refund.contains("换货，新单号 T1-000003") && !refund.contains("换货抵扣退回"),
        "{refund}"
    );
}
