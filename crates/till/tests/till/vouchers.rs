//! What has no stock: services, tickets and vouchers. Sold to the fen, redeemed once, and whoever tries it twice is
//! found: at the same till at once, at two tills when their chains meet.

use jishi_journal::SignedEntry;
use jishi_ledger::{Ledger, OpenMode, projection_digest};
use jishi_testkit::{Shop, cash_sale, sale_of, void_of};
use jishi_till::report::{self, Filter, VoucherRow};
use jishi_till::wire::{
    ImportFile, RedeemRequest, RefundLineRequest, RefundRequest, SaleResult, SellRequest, TenderRequest,
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

#[test]
fn a_voucher_pays_once_and_gives_no_change() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("v", &[("v50", "2")])).unwrap();
    let (first, second) = (code_of(&sold, 0), code_of(&sold, 1));
    // Above its face, and more than is owed: neither gives change.
    let above = paid_with(
        "a",
        &[("honey", "2")],
        &[("voucher", 5_001, Some(&first)), ("cash", 5_000, None)],
    );
    assert_eq!(sell(&mut till, &above).unwrap_err(), "above_face");
    let over = paid_with("a", &[("honey", "1")], &[("voucher", 5_000, Some(&first))]);
    assert_eq!(sell(&mut till, &over).unwrap_err(), "tender_over");
    let twice = [
        ("voucher", 4_500, Some(first.as_str())),
        ("voucher", 4_500, Some(first.as_str())),
    ];
    assert_eq!(
        sell(&mut till, &paid_with("a", &[("honey", "2")], &twice)).unwrap_err(),
        "pass_twice"
    );

    let jar = paid_with("a", &[("honey", "1")], &[("voucher", 4_500, Some(&first))]);
    let paid = sell(&mut till, &jar).unwrap();
    assert_eq!((paid.tendered, paid.change), (4_500, 0));
    assert!(
        sell(&mut till, &jar).unwrap().repeated,
        "the same sale again is the same sale"
    );
    let again = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&first.to_lowercase()))],
    );
    let refused = till.sell(&again).unwrap_err();
    assert_eq!(refused.code(), "voucher_used");
    let said = refused.message(jishi_till::view::Language::Chinese);
    assert!(said.contains("11-21 09:00 T1-000002"), "{said}");

    let part = [("voucher", 5_000, Some(second.as_str())), ("wechat", 4_000, None)];
    sell(&mut till, &paid_with("c", &[("honey", "2")], &part)).unwrap();
    let rows = rows(till.ledger());
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.state.as_str(), row.used, row.lapsed))
        .collect();
    assert_eq!(told.len(), 2);
    assert!(
        told.contains(&("redeemed", 4_500, 500)) && told.contains(&("redeemed", 5_000, 0)),
        "{told:?}"
    );
    // The sale is a sale, whoever paid for it how.
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((summary.sales, summary.net), (2, 13_500));
    // No entry has a code: whoever reads the chain cannot print one.
    for signed in entries(till.ledger()) {
        assert!(
            !signed.line.contains(&first) && !signed.line.contains("JQ"),
            "{}",
            signed.line
        );
    }
    sound(&shop, &mut till);
}

#[test]
fn a_ticket_is_redeemed_once() {
    let (_shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    let code = code_of(&sold, 0);
    assert_eq!(redeem(&mut till, "r", &code), Ok(false));
    assert_eq!(redeem(&mut till, "r", &code), Ok(true), "the same request again");
    assert_eq!(redeem(&mut till, "r2", &code), Err("ticket_used".to_owned()));
    assert_eq!(
        redeem(&mut till, "r", &code_of(&sold, 1)),
        Err("id_reused".to_owned())
    );
    let voucher = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    assert_eq!(
        redeem(&mut till, "r3", &code_of(&voucher, 0)),
        Err("not_a_ticket".to_owned())
    );
    let with_ticket = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 1)))],
    );
    assert_eq!(sell(&mut till, &with_ticket).unwrap_err(), "not_a_voucher");
    assert_eq!(redeem(&mut till, "r4", &code_of(&sold, 1)), Ok(false));
}

#[test]
fn what_is_altered_of_another_till_or_too_old_is_not_taken() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    let code = code_of(&sold, 0);
    let last = if code.ends_with('0') { "1" } else { "0" };
    let altered = format!("{}{last}", &code[..code.len() - 1]);
    assert_eq!(redeem(&mut till, "r", &altered), Err("pass_forged".to_owned()));
    assert_eq!(
        redeem(&mut till, "r", &code[..100]),
        Err("pass_unreadable".to_owned())
    );
    assert_eq!(
        redeem(&mut till, "r", "6901234567892"),
        Err("pass_unreadable".to_owned())
    );

    let (_other_shop, mut other) = park("T2", 2);
    assert_eq!(redeem(&mut other, "r", &code), Err("pass_of_another".to_owned()));
    let key = jishi_till::status(till.ledger()).unwrap().public_key;
    assert_eq!(
        import(
            &mut other,
            json!({"issuers": [{"code": "T1", "public_key": "00"}]})
        ),
        Err("bad_issuer".to_owned())
    );
    import(
        &mut other,
        json!({"issuers": [{"code": "T1", "public_key": key}]}),
    )
    .unwrap();
    assert_eq!(redeem(&mut other, "r", &code), Ok(false));

    shop.world.set_clock("2026-12-22T09:00:00+08:00");
    till.close_shift(None).unwrap();
    assert_eq!(
        redeem(&mut till, "r", &code_of(&sold, 1)),
        Err("pass_expired".to_owned())
    );
}

fn entries(ledger: &Ledger) -> Vec<SignedEntry> {
    let chains = ledger.chains().unwrap();
    let all = chains
        .iter()
        .flat_map(|record| ledger.entries_after(record.chain, 0, u32::MAX).unwrap());
    all.collect()
}

/// What a server does with the chains that come in, in some order.
fn met(path: &std::path::Path, tills: &[&Till]) -> Ledger {
    let mut ledger = Ledger::open(path, OpenMode::Create).unwrap();
    for till in tills {
        for signed in entries(till.ledger()) {
            let entry = jishi_journal::Entry::parse(&signed.line).unwrap();
            let head = jishi_journal::Head {
                seq: entry.seq,
                hash: signed.hash(),
            };
            ledger
                .write(|writer| writer.append(&signed, entry.chain, head, &entry.at, &entry.body()))
                .unwrap();
        }
    }
    ledger
}

#[test]
fn one_voucher_at_two_tills_that_cannot_hear_each_other_is_found_when_they_meet() {
    let (shop, mut first) = park("T1", 1);
    let (_other_shop, mut second) = park("T2", 2);
    let key = jishi_till::status(first.ledger()).unwrap().public_key;
    import(
        &mut second,
        json!({"issuers": [{"code": "T1", "public_key": key}]}),
    )
    .unwrap();
    let sold = sell(&mut first, &cash_sale("v", &[("v50", "3")])).unwrap();
    let ticket = sell(&mut first, &cash_sale("t", &[("tour", "1")])).unwrap();
    for (till, id) in [(&mut first, "a"), (&mut second, "b")] {
        let jar = paid_with(
            id,
            &[("honey", "1")],
            &[("voucher", 4_500, Some(&code_of(&sold, 0)))],
        );
        sell(till, &jar).unwrap();
        assert_eq!(redeem(till, "r", &code_of(&ticket, 0)), Ok(false));
    }
    // One is brought back at home after it was used elsewhere.
    let jar = paid_with(
        "c",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 2)))],
    );
    sell(&mut second, &jar).unwrap();
    assert_eq!(refund(&mut first, &back("x", "v", "1")), Ok(5_000));
    assert!(
        states(first.ledger()).iter().all(|state| state != "doubled"),
        "neither can know"
    );

    let one = met(&shop.path("one.sqlite"), &[&first, &second]);
    let other = met(&shop.path("other.sqlite"), &[&second, &first]);
    let told = rows(&one);
    assert_eq!(told, rows(&other), "in whatever order they come");
    let doubled: Vec<_> = told.iter().filter(|row| row.state == "doubled").collect();
    assert_eq!(doubled.len(), 3, "{told:#?}");
    let voucher = doubled
        .iter()
        .find(|row| row.uses == 2 && row.kind == "voucher")
        .unwrap();
    assert_eq!((voucher.used, voucher.excess), (9_000, 4_500));
    assert!(
        voucher.used_at.contains("T1-000003") && voucher.used_at.contains("T2-000001"),
        "{}",
        voucher.used_at
    );
    assert!(
        doubled
            .iter()
            .any(|row| row.kind == "ticket" && row.excess == 6_801)
    );
    let sums = report::voucher_sums(&told, "voucher");
    assert_eq!((sums.issued, sums.outstanding, sums.doubled), (3, 1, 2));
    // Both sales stand.
    let summary = report::summary(&one, &Filter::default()).unwrap();
    assert_eq!((summary.sales, summary.net), (4, 6_801 + 3 * 4_500));
    let mut again = other;
    let digest = projection_digest(&again).unwrap();
    again.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&again).unwrap(), digest);
}

#[test]
fn unused_vouchers_and_tickets_come_back_and_used_ones_do_not() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(
        &mut till,
        &paid_with(
            "v",
            &[("v50", "3")],
            &[("wechat", 10_000, None), ("cash", 5_000, None)],
        ),
    );
    let sold = sold.unwrap();
    let jar = paid_with(
        "a",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 2)))],
    );
    sell(&mut till, &jar).unwrap();
    assert_eq!(
        refund(&mut till, &back("r", "v", "3")),
        Err("passes_used".to_owned())
    );
    assert_eq!(
        refund(&mut till, &back("r", "T1-000001", "4")),
        Err("refund_exceeds_sale".to_owned())
    );
    assert_eq!(
        refund(&mut till, &back("r", "v", "0.5")),
        Err("bad_quantity".to_owned())
    );
    let void = till.void_in_shift(&void_of("w", "v")).unwrap_err();
    assert_eq!(void.code(), "passes_used");
    assert_eq!(refund(&mut till, &back("r", "v", "1")), Ok(5_000));
    let gone = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 1)))],
    );
    assert_eq!(sell(&mut till, &gone).unwrap_err(), "pass_returned");
    let shift = till.shift_report().unwrap();
    assert_eq!(
        (shift.figures.vouchers_sold, shift.figures.vouchers_returned),
        (15_000, 5_000)
    );
    assert_eq!(shift.figures.cash_expected, 0);

    let tour = sell(&mut till, &cash_sale("t", &[("tour", "3")])).unwrap();
    redeem(&mut till, "x", &code_of(&tour, 2)).unwrap();
    assert_eq!(
        refund(&mut till, &back("y", "t", "3")),
        Err("passes_used".to_owned())
    );
    assert_eq!(till.void(&void_of("y", "t")).unwrap_err().code(), "passes_used");
    assert_eq!(refund(&mut till, &back("y", "t", "2")), Ok(13_602));
    for piece in [0, 1] {
        assert_eq!(
            redeem(&mut till, "z", &code_of(&tour, piece)),
            Err("pass_returned".to_owned())
        );
    }
    let none = report::parties(till.ledger(), &Filter::default()).unwrap();
    let h3 = none.iter().find(|row| row.party == "H3").unwrap();
    assert_eq!(h3.attributed, 2_267, "a third of the one that was had");
    // A void within the shift, of what nobody has used.
    let more = sell(&mut till, &cash_sale("m", &[("v50", "2")])).unwrap();
    assert_eq!(
        till.void_in_shift(&void_of("n", &more.number)).unwrap().total,
        10_000
    );
    assert_eq!(
        till.void_in_shift(&void_of("o", &more.number))
            .unwrap_err()
            .code(),
        "already_voided"
    );
    till.close_shift(None).unwrap();
    sound(&shop, &mut till);
}

#[test]
fn what_a_voucher_paid_goes_back_as_a_voucher() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    let mixed = [("voucher", 5_000, Some(code_of(&sold, 0))), ("cash", 4_000, None)];
    let mixed: Vec<_> = mixed
        .iter()
        .map(|(kind, fen, code)| (*kind, *fen, code.as_deref()))
        .collect();
    sell(&mut till, &paid_with("a", &[("honey", "2")], &mixed)).unwrap();
    let void = till.void(&void_of("x", "a")).unwrap();
    assert_eq!(void.total, 9_000);
    let given = &void.passes[0];
    assert_eq!((given.face, given.until.as_deref()), (5_000, Some("2027-11-21")));
    assert!(
        till.void(&void_of("x", "a")).unwrap().passes == void.passes,
        "the same code again"
    );
    let old = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 0)))],
    );
    assert_eq!(sell(&mut till, &old).unwrap_err(), "voucher_used");
    let new = paid_with("b", &[("honey", "1")], &[("voucher", 4_500, Some(&given.code))]);
    sell(&mut till, &new).unwrap();
    sound(&shop, &mut till);
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

#[test]
fn a_restored_till_knows_what_was_issued_before() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    redeem(&mut till, "r", &code_of(&sold, 0)).unwrap();
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    let mut restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    assert_eq!(
        redeem(&mut restored, "s", &code_of(&sold, 0)),
        Err("ticket_used".to_owned())
    );
    assert_eq!(redeem(&mut restored, "s", &code_of(&sold, 1)), Ok(false));
    sound(&shop, &mut restored);
}

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
