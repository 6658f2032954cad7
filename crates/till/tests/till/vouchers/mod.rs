//! What has no stock: services, tickets and vouchers. Sold to the fen, redeemed once, and whoever tries it twice is
//! found: at the same till at once, at two tills when their chains meet.

mod exchanged;
mod returned;
mod shown;
mod used;

use jishi_journal::SignedEntry;
use jishi_ledger::{Ledger, OpenMode, projection_digest};
use jishi_testkit::{Shop, cash_sale, sale_of, void_of};
use jishi_till::report::{self, Filter, VoucherRow};
use jishi_till::wire::{
    ExchangeRequest, ExchangedGoods, ImportFile, RedeemRequest, RefundLineRequest, RefundRequest, SaleResult,
    SellRequest, TenderRequest,
};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn import(till: &mut Till, file: Value) -> Result<(), String> {
    let file: ImportFile = serde_json::from_value(file).unwrap();
    let done = till.import(&file, false);
    done.map(|_| ()).map_err(|refusal| match refusal {
        jishi_till::Refusal::Import { faults } => faults[0].code.clone(),
        other => other.code().to_owned(),
    })
}

/// The small fair with half a day in the tea garden of two households, a farmhouse's meal, the operator's parking
/// and a voucher of 50 yuan.
fn park(code: &str, seed: u64) -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair_at(code, seed);
    let file = json!({
        "products": [
            {"code": "tour", "name": "茶园半日游", "unit": "张", "price": 6801, "kind": "ticket", "valid_days": 30},
            {"code": "meal", "name": "农家套餐", "unit": "桌", "price": 30_000, "kind": "service"},
            {"code": "parking", "name": "停车", "unit": "次", "price": 500, "kind": "service", "own": true},
            {"code": "v50", "name": "50 元代金券", "unit": "张", "price": 5000, "kind": "voucher", "valid_days": 365}
        ],
        "lots": [
            {"code": "LT", "product": "tour", "terms": {"kind": "consignment", "commission_bp": 1000},
             "shares": [{"party": "H1", "weight": 2}, {"party": "H3", "weight": 1}]},
            {"code": "LM", "product": "meal", "terms": {"kind": "agreed", "price": 24_000},
             "shares": [{"party": "C1", "weight": 1}]}
        ]
    });
    import(&mut till, file).unwrap();
    till.open_shift(None, 0).unwrap();
    (shop, till)
}

fn code_of(result: &SaleResult, piece: usize) -> String {
    result.passes[piece].code.clone()
}

fn paid_with(id: &str, lines: &[(&str, &str)], tenders: &[(&str, i64, Option<&str>)]) -> SellRequest {
    let tenders = tenders.iter().map(|(kind, fen, reference)| TenderRequest {
        kind: (*kind).to_owned(),
        fen: *fen,
        reference: reference.map(str::to_owned),
        collected_by: None,
    });
    SellRequest {
        tenders: tenders.collect(),
        ..sale_of(id, lines)
    }
}

fn sell(till: &mut Till, request: &SellRequest) -> Result<SaleResult, String> {
    till.sell(request).map_err(|refusal| refusal.code().to_owned())
}

fn redeem(till: &mut Till, id: &str, code: &str) -> Result<bool, String> {
    let request = RedeemRequest {
        id: id.to_owned(),
        code: code.to_owned(),
    };
    let done = till.redeem(&request);
    done.map(|result| result.repeated)
        .map_err(|refusal| refusal.code().to_owned())
}

fn back(id: &str, sale: &str, qty: &str) -> RefundRequest {
    RefundRequest {
        id: id.to_owned(),
        sale: sale.to_owned(),
        lines: vec![RefundLineRequest {
            line: 1,
            qty: qty.to_owned(),
            restock: true,
            borne_by: jishi_till::view::Bearer::Supplier,
        }],
        tenders: Vec::new(),
    }
}

fn refund(till: &mut Till, request: &RefundRequest) -> Result<i64, String> {
    let done = till.refund(request);
    done.map(|result| result.total)
        .map_err(|refusal| refusal.code().to_owned())
}

fn rows(ledger: &Ledger) -> Vec<VoucherRow> {
    report::vouchers(ledger, &Filter::default()).unwrap()
}

fn states(ledger: &Ledger) -> Vec<String> {
    rows(ledger).into_iter().map(|row| row.state).collect()
}

/// As a stranger checks it, and as a replay has it.
fn sound(shop: &Shop, till: &mut Till) {
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

#[test]
fn a_service_and_a_ticket_never_run_out_and_every_fen_has_an_owner() {
    let (shop, mut till) = park("T1", 1);
    let tour = sell(
        &mut till,
        &cash_sale("a", &[("tour", "3"), ("meal", "2"), ("parking", "1")]),
    )
    .unwrap();
    let draws: Vec<_> = tour.lines.iter().map(|line| &line.draws[0]).collect();
    // 204.03 less a tenth; the fund takes 3 % and 5 fen a ticket.
    assert_eq!((draws[0].lot.as_deref(), draws[0].net), (Some("LT"), 20_403));
    assert_eq!((draws[0].payable, draws[0].fund), (18_363, 612 + 15));
    assert_eq!(draws[0].attributed, [13_602, 6_801]);
    assert_eq!((draws[1].lot.as_deref(), draws[1].payable), (Some("LM"), 48_000));
    assert_eq!((draws[2].lot.as_deref(), draws[2].payable), (Some("own"), 0));
    assert_eq!(tour.passes.len(), 3, "a ticket has a code, a meal has none");

    // A million meals later there are as many.
    sell(&mut till, &cash_sale("b", &[("meal", "1000000")])).unwrap_err();
    for id in ["c", "d", "e"] {
        let many = paid_with(id, &[("meal", "400000")], &[("transfer", 12_000_000_000, None)]);
        assert_eq!(sell(&mut till, &many).unwrap().lines[0].draws.len(), 1);
    }
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    let meals = lots.iter().find(|lot| lot.lot == "LM").unwrap();
    assert_eq!(
        (meals.sold.as_str(), meals.left.as_str()),
        ("1200002.000", "0.000")
    );
    assert_eq!(meals.received, meals.sold);
    let stock = report::stock(till.ledger(), &Filter::default()).unwrap();
    assert!(
        stock
            .iter()
            .all(|row| !["tour", "meal", "v50"].contains(&row.product.as_str()))
    );
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.net, summary.payable + summary.fund + summary.margin);
    assert_eq!(summary.unassigned, 0);
    sound(&shop, &mut till);
}

#[test]
fn a_voucher_sold_is_money_in_the_drawer_and_no_sale() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(
        &mut till,
        &paid_with("v", &[("v50", "2")], &[("cash", 12_000, None)]),
    )
    .unwrap();
    assert_eq!(
        (sold.number.as_str(), sold.total, sold.change),
        ("T1-000001", 10_000, 2_000)
    );
    assert!(sold.lines[0].draws.is_empty());
    assert_eq!(sold.passes.len(), 2);
    assert_eq!(sold.passes[0].until.as_deref(), Some("2027-11-21"));
    assert_ne!(sold.passes[0].code, sold.passes[1].code);

    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(
        (summary.sales, summary.net, summary.parties, summary.fairs),
        (0, 0, 0, 0)
    );
    let shift = till.shift_report().unwrap();
    assert_eq!((shift.figures.net, shift.figures.vouchers_sold), (0, 10_000));
    assert_eq!(shift.figures.cash_expected, 10_000);
    assert_eq!((shift.grand_totals.sales, shift.grand_totals.sold), (0, 0));
    let tenders = report::tenders(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((tenders[0].kind.as_str(), tenders[0].net), ("cash", 10_000));
    assert_eq!(states(till.ledger()), ["outstanding", "outstanding"]);

    // Asked again, the same codes; another request under the id is refused.
    let again = sell(
        &mut till,
        &paid_with("v", &[("v50", "2")], &[("cash", 12_000, None)]),
    )
    .unwrap();
    assert!(again.repeated);
    assert_eq!(again.passes, sold.passes);
    let other = paid_with("v", &[("v50", "1")], &[("cash", 5_000, None)]);
    assert_eq!(sell(&mut till, &other).unwrap_err(), "id_reused");
    till.close_shift(Some(10_000)).unwrap();
    sound(&shop, &mut till);
}

fn entries(ledger: &Ledger) -> Vec<SignedEntry> {
    let chains = ledger.chains().unwrap();
    let all = chains
        .iter()
        .flat_map(|record| ledger.entries_after(record.chain, 0, u32::MAX).unwrap());
    all.collect()
}

#[test]
fn vouchers_are_sold_apart_at_their_face_and_paid_at_once() {
    let (_shop, mut till) = park("T1", 1);
    let asked =
        |till: &mut Till, request: SellRequest| sell(till, &request).map(|sold| sold.total).unwrap_err();
    assert_eq!(
        asked(&mut till, cash_sale("a", &[("v50", "1"), ("honey", "1")])),
        "vouchers_apart"
    );
    let mut dearer = cash_sale("a", &[("v50", "1")]);
    dearer.lines[0].price = Some(4_500);
    assert_eq!(asked(&mut till, dearer), "voucher_at_face");
    assert_eq!(
        asked(&mut till, cash_sale("a", &[("v50", "0.5")])),
        "bad_quantity"
    );
    assert_eq!(
        asked(&mut till, cash_sale("a", &[("v50", "101")])),
        "too_many_passes"
    );
    assert_eq!(
        asked(&mut till, cash_sale("a", &[("tour", "1.5")])),
        "bad_quantity"
    );
    assert_eq!(
        asked(&mut till, cash_sale("a", &[("tour", "101")])),
        "too_many_passes"
    );
    let sold = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    let swapped = paid_with(
        "a",
        &[("v50", "1")],
        &[("voucher", 5_000, Some(&code_of(&sold, 0)))],
    );
    assert_eq!(asked(&mut till, swapped), "voucher_paid_at_once");
    // What came back without its receipt may have been used.
    import(
        &mut till,
        json!({"settings": {"refund_without_receipt_max_fen": 100_000}}),
    )
    .unwrap();
    let returned = jishi_till::ReturnWithoutSale {
        id: "w".to_owned(),
        reason: "不要了".to_owned(),
        lines: vec![jishi_till::ReturnedLine {
            product: "v50".to_owned(),
            qty: "1.000".to_owned(),
            net: 5_000,
        }],
    };
    let refused = till.refund_without_sale(&returned).unwrap_err();
    assert_eq!(refused.code(), "passes_by_receipt");
}

#[test]
fn a_voucher_without_a_code_needs_a_number_where_the_outlet_has_its_own() {
    let (shop, mut till) = park("T1", 1);
    let jar = |reference: Option<&str>| paid_with("a", &[("honey", "1")], &[("voucher", 4_500, reference)]);
    let head = till.head();
    for unnamed in [None, Some(" ")] {
        assert_eq!(sell(&mut till, &jar(unnamed)).unwrap_err(), "voucher_needs_code");
    }
    let back = ExchangedGoods {
        id: "r".to_owned(),
        sale: "s".to_owned(),
        lines: back("r", "s", "1").lines,
        in_cash: false,
    };
    assert_eq!(till.head(), head);
    // A county's paper is taken by its number, and is no voucher of anybody's here.
    sell(&mut till, &jar(Some("消费券 004217"))).unwrap();
    assert_eq!(rows(till.ledger()), []);
    sell(&mut till, &cash_sale("s", &[("bag", "1")])).unwrap();
    let exchange = ExchangeRequest {
        refund: back,
        sale: paid_with("b", &[("honey", "1")], &[("voucher", 4_450, None)]),
    };
    assert_eq!(till.exchange(&exchange).unwrap_err().code(), "voucher_needs_code");
    // At the window it is said while it is being paid.
    let mut counter = Counter::new(till);
    let draft = json!({"lines": [{"product": "honey", "quantity": "1", "price_fen": null, "amount_fen": null,
                                  "lot": null, "discount": null}],
                       "discount": null, "rounding": "none", "buyer": null});
    let mut pay = |reference: Value| {
        let tenders = json!([{"kind": "voucher", "fen": 4500, "reference": reference}]);
        counter.call("figure_payment", json!({"draft": draft, "tenders": tenders}))
    };
    assert_eq!(pay(Value::Null).unwrap_err().code, "voucher_needs_code");
    assert_eq!(pay(json!("4217")).unwrap()["ready"], true);
    sound(&shop, &mut counter.till);

    // Where nobody issues any, there is nothing that it could be taken for.
    let (_other, mut fair) = Shop::with_fair(1);
    fair.open_shift(None, 0).unwrap();
    sell(&mut fair, &jar(None)).unwrap();
}

#[test]
fn vouchers_that_were_sold_wait_for_the_centre_like_a_sale() {
    let (_shop, till) = park("T1", 1);
    let mut counter = Counter::new(till);
    let waiting = |counter: &mut Counter| counter.call("status", json!({})).unwrap()["sales_waiting"].clone();
    let draft = json!({"lines": [{"product": "v50", "quantity": "1", "price_fen": null, "amount_fen": null,
                                  "lot": null, "discount": null}],
                       "discount": null, "rounding": "none", "buyer": null});
    let tenders = json!([{"kind": "cash", "fen": 5000, "reference": null}]);
    let record = json!({"id": "v", "draft": draft, "tenders": tenders});
    counter.call("record_sale", record.clone()).unwrap();
    assert_eq!(waiting(&mut counter), 1);
    counter.call("record_sale", record).unwrap();
    assert_eq!(waiting(&mut counter), 1, "the same press again");
    let till = &counter.till;
    assert_eq!(till.ledger().sales_after(till.chain_id(), 0).unwrap(), 1);
}

#[test]
fn an_import_says_what_cannot_be_of_a_kind() {
    let (_shop, mut till) = park("T1", 1);
    let product = |more: Value| {
        let mut row = json!({"code": "x", "name": "某某", "unit": "张", "price": 100});
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"products": [row]})
    };
    for (more, code) in [
        (json!({"kind": "voucher", "price": 0}), "bad_kind"),
        (json!({"kind": "ticket", "weighed": true}), "bad_kind"),
        (json!({"kind": "service", "valid_days": 3}), "bad_kind"),
        (json!({"valid_days": 3}), "bad_kind"),
        (json!({"contents": [{"product": "v50", "qty": "1"}]}), "bad_box"),
    ] {
        assert_eq!(
            import(&mut till, product(more.clone())),
            Err(code.to_owned()),
            "{more}"
        );
    }
    let lot = |product: &str, qty: Value| {
        json!({"lots": [{"code": "LX", "product": product, "qty": qty, "terms": {"kind": "buyout"},
                         "shares": [{"party": "H1", "weight": 1}]}]})
    };
    assert_eq!(
        import(&mut till, lot("meal", json!("10"))),
        Err("bad_quantity".to_owned())
    );
    assert_eq!(
        import(&mut till, lot("honey", json!(""))),
        Err("bad_quantity".to_owned())
    );
    assert_eq!(
        import(&mut till, lot("v50", json!(""))),
        Err("bad_lot".to_owned())
    );
    // What its lots were received as it stays.
    let goods = json!({"products": [{"code": "meal", "name": "农家套餐", "unit": "桌", "price": 30_000}]});
    assert_eq!(import(&mut till, goods), Err("bad_product".to_owned()));
}
