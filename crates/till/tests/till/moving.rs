//! A lot that was drawn beyond what came in: it is listed, and a bookkeeper moves draws off it. No money is touched.

use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Work, projection_digest};
use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::Till;
use jishi_till::wire::{AssignRequest, AssignResult, ImportFile, RefundLineRequest, RefundRequest};
use serde_json::json;

fn asks(sale: &str, from: &str, lot: &str, qty: Option<&str>) -> AssignRequest {
    AssignRequest {
        sale: sale.to_owned(),
        line: 1,
        lot: lot.to_owned(),
        from: Some(from.to_owned()),
        qty: qty.map(str::to_owned),
    }
}

/// Of the honey's first lot fewer jars came in than anybody thought, as is found out late.
fn corrected(till: &mut Till, qty: &str) {
    let file = json!({"lots": [
        {"code": "L1", "product": "honey", "qty": qty, "terms": {"kind": "consignment", "commission_bp": 1000},
         "shares": [{"party": "H1", "weight": 3}, {"party": "H2", "weight": 1}]}]});
    let file: ImportFile = serde_json::from_value(file).unwrap();
    till.import(&file, false).unwrap();
}

/// `"L1 2.000 0002"`: lot, how much of the draw, the end of the receipt's number.
fn listed(till: &Till) -> Vec<String> {
    let rows = report::overdrawn(till.ledger(), &Filter::default()).unwrap();
    let said = rows.iter().map(|row| {
        let number = &row.number[row.number.len() - 4..];
        format!("{} over {}: {} of {number}", row.lot, row.over, row.qty)
    });
    said.collect()
}

fn left(till: &Till) -> Vec<String> {
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    lots.iter()
        .map(|lot| format!("{} {}", lot.lot, lot.left))
        .collect()
}

/// Whatever was moved: what buyers paid is what it was, and the parties have what the lots owe.
fn adds_up(till: &Till) {
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.net, summary.payable + summary.fund + summary.margin);
    let lots = report::lots(till.ledger(), &Filter::default()).unwrap();
    let parties = report::parties(till.ledger(), &Filter::default()).unwrap();
    let payable: i64 = lots.iter().map(|lot| lot.payable).sum();
    assert_eq!(parties.iter().map(|party| party.due).sum::<i64>(), payable);
    assert_eq!(summary.payable, payable);
}

fn due(till: &Till, party: &str) -> (i64, i64) {
    let parties = report::parties(till.ledger(), &Filter::default()).unwrap();
    let found = parties.iter().find(|row| row.party == party);
    found.map_or((0, 0), |row| (row.attributed, row.due))
}

#[test]
fn draws_are_moved_off_an_overdrawn_lot_and_no_money_is_touched() {
    let (shop, mut till) = Shop::with_fair(1);
    for (id, jars) in [("a", "3"), ("b", "2"), ("c", "1")] {
        till.sell(&cash_sale(id, &[("honey", jars)])).unwrap();
    }
    assert_eq!(listed(&till), Vec::<String>::new());
    corrected(&mut till, "4");
    // The newest first.
    assert_eq!(
        listed(&till),
        [
            "L1 over 2.000: 1.000 of 0003",
            "L1 over 2.000: 2.000 of 0002",
            "L1 over 2.000: 3.000 of 0001"
        ]
    );
    let before = report::summary(till.ledger(), &Filter::default()).unwrap();
    let tenders = report::tenders(till.ledger(), &Filter::default()).unwrap();

    // Off the pool of two on commission, to one household at an agreed price.
    let AssignResult { draw, back, .. } = till.assign(&asks("c", "L1", "L2", None)).unwrap();
    let back = back.unwrap();
    assert_eq!(
        (back.lot.as_deref(), back.payable, back.net),
        (Some("L1"), 4_050, 4_500)
    );
    assert_eq!(
        (back.attributed, back.due),
        (vec![3_375, 1_125], vec![3_037, 1_013])
    );
    assert_eq!(
        (draw.lot.as_deref(), draw.payable, draw.margin),
        (Some("L2"), 3_833, 527)
    );
    assert_eq!((draw.attributed, draw.due), (vec![4_500], vec![3_833]));
    assert_eq!(left(&till)[..2], ["L1 -1.000", "L2 19.000"]);

    // Of the next one as much as is needed.
    till.assign(&asks("b", "L1", "L2", Some("1"))).unwrap();
    assert_eq!(left(&till)[..2], ["L1 0.000", "L2 18.000"]);
    assert_eq!(listed(&till), Vec::<String>::new());
    let after = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((after.net, after.refunded, after.sales), (before.net, 0, 3));
    assert_eq!(after.payable, before.payable - 2 * (4_050 - 3_833));
    assert_eq!(
        report::tenders(till.ledger(), &Filter::default()).unwrap(),
        tenders
    );
    assert_eq!(due(&till, "H3"), (9_000, 7_666));
    adds_up(&till);

    // A refund takes back the draw that stands now, last first, and the rest of the sale.
    let refund = RefundRequest {
        id: "r".to_owned(),
        sale: "b".to_owned(),
        lines: vec![RefundLineRequest {
            line: 1,
            qty: "1.5".to_owned(),
            restock: true,
            borne_by: jishi_till::view::Bearer::Supplier,
        }],
        tenders: Vec::new(),
    };
    let refunded = till.refund(&refund).unwrap();
    let lots: Vec<Option<String>> = refunded.lines[0]
        .draws
        .iter()
        .map(|draw| draw.lot.clone())
        .collect();
    assert_eq!(lots, [Some("L2".to_owned()), Some("L1".to_owned())]);
    till.void(&void_of("v", "b")).unwrap();
    till.void(&void_of("w", "c")).unwrap();
    assert_eq!(due(&till, "H3"), (0, 0));
    adds_up(&till);

    // The same after a restart, and of a fresh replay.
    let mut till = shop.reopen(till);
    assert_eq!(left(&till)[..2], ["L1 1.000", "L2 20.000"]);
    let digest = projection_digest(till.ledger()).unwrap();
    till.rebuild(&mut Work::unwatched()).unwrap();
    assert_eq!(projection_digest(till.ledger()).unwrap(), digest);
    let verdict = till.ledger().verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

#[test]
fn a_move_that_makes_no_sense_is_refused_and_changes_nothing() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("a", &[("honey", "3")])).unwrap();
    till.sell(&cash_sale("e", &[("egg", "1")])).unwrap();
    let seq = till.head().seq;
    for (request, code) in [
        (asks("x", "L1", "L2", None), "no_such_sale"),
        (
            AssignRequest {
                line: 2,
                ..asks("a", "L1", "L2", None)
            },
            "no_such_line",
        ),
        (asks("a", "L2", "L1", None), "nothing_drawn"),
        (asks("a", "L9", "L2", None), "nothing_drawn"),
        // What is unassigned is on no lot: it is assigned.
        (asks("e", "L1", "L2", None), "nothing_drawn"),
        (asks("a", "L1", "L2", Some("0")), "bad_quantity"),
        (asks("a", "L1", "L2", Some("-1")), "bad_quantity"),
        (asks("a", "L1", "L2", Some("3.001")), "move_exceeds_draw"),
        (asks("a", "L1", "L1", None), "no_such_lot"),
        (asks("a", "L1", "L3", None), "no_such_lot"),
        (asks("a", "L1", "L9", None), "no_such_lot"),
        (
            AssignRequest {
                from: None,
                ..asks("e", "", "L1", Some("1"))
            },
            "bad_quantity",
        ),
    ] {
        assert_eq!(till.assign(&request).unwrap_err().code(), code, "{request:?}");
    }
    assert_eq!(till.head().seq, seq);
    till.sell(&cash_sale("b", &[("honey", "46")])).unwrap();
    // Of the second lot one jar is left.
    assert_eq!(
        till.assign(&asks("a", "L1", "L2", Some("2"))).unwrap_err().code(),
        "lot_too_small"
    );
    till.assign(&asks("a", "L1", "L2", Some("1"))).unwrap();
    assert_eq!(
        till.assign(&asks("a", "L2", "L1", Some("2"))).unwrap_err().code(),
        "move_exceeds_draw"
    );
    // And back again: the jar is its own lot's last.
    till.assign(&asks("a", "L2", "L1", None)).unwrap();
    assert_eq!(
        till.assign(&asks("a", "L2", "L1", None)).unwrap_err().code(),
        "nothing_drawn"
    );
    adds_up(&till);
}
