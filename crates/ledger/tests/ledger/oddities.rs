//! What makes no sense is kept and shown, never projected, and what follows it counts.

use crate::common::{Pen, new_ledger, store};
use jishi_ledger::projection_digest;
use jishi_ledger::report::{self, Filter};
use serde_json::{Value, json};

type Edit = fn(&mut Value);

/// What is wrong with a sale of 4500 fen, and whether it still counts.
const SALES: &[(&str, Edit)] = &[
    ("lines do not sum to the total", |sale| {
        sale["total"] = json!(4499)
    }),
    ("gross less discount is not the total", |sale| {
        sale["discount"] = json!(1)
    }),
    ("a negative price", |sale| sale["lines"][0]["price"] = json!(-1)),
    ("a price above 2^53", |sale| {
        sale["lines"][0]["price"] = json!(9_007_199_254_740_993i64)
    }),
    ("draws do not sum to the line", |sale| {
        sale["lines"][0]["draws"][0]["net"] = json!(4400);
    }),
    ("net is not payable + fund + margin", |sale| {
        sale["lines"][0]["draws"][0]["margin"] = json!(0);
    }),
    ("the parties' parts do not sum", |sale| {
        sale["lines"][0]["draws"][0]["shares"][0][1] = json!(4500);
    }),
    ("a party gets less than nothing", |sale| {
        sale["lines"][0]["draws"][0]["shares"] = json!([["H1", 4510, 4050], ["H2", -10, 0]]);
    }),
    ("a lot without its revision", |sale| {
        sale["lines"][0]["draws"][0]["revision"] = Value::Null;
    }),
    ("a revision without a lot", |sale| {
        sale["lines"][0]["draws"][0]["lot"] = Value::Null
    }),
    ("the operator's own with a revision", |sale| {
        sale["lines"][0]["draws"][0]["lot"] = json!("own");
    }),
    ("more drawn than sold", |sale| {
        sale["lines"][0]["draws"][0]["qty"] = json!("2.000")
    }),
    ("no quantity", |sale| sale["lines"][0]["qty"] = json!("0")),
    ("a quantity that is none", |sale| {
        sale["lines"][0]["qty"] = json!("NaN")
    }),
    ("change that nobody paid", |sale| sale["change"] = json!(6)),
    ("a tender below 0", |sale| {
        sale["tenders"] = json!([{"kind": "cash", "fen": -5}, {"kind": "card", "fen": 4510}]);
    }),
    ("no receipt number", |sale| sale["number"] = json!("T9")),
    ("a receipt number of letters", |sale| {
        sale["number"] = json!("T9-00000x")
    }),
    ("a receipt number beyond all", |sale| {
        sale["number"] = json!("T9-99999999999999999999999");
    }),
    ("a field of another kind", |sale| sale["total"] = json!("4500")),
    ("no lines at all", |sale| {
        if let Some(sale) = sale.as_object_mut() {
            sale.remove("lines");
        }
    }),
];

#[test]
fn a_sale_that_makes_no_sense_is_kept_and_what_follows_counts() {
    for (wrong, edit) in SALES {
        let room = tempfile::tempdir().unwrap();
        let mut ledger = new_ledger(&room.path().join("db"));
        let (mut pen, opening) = Pen::new(3, "T9");
        store(&mut ledger, &opening).unwrap();
        assert!(store(&mut ledger, &pen.sale("good-1", 1, 4500, |_| ())).unwrap());
        assert!(
            !store(&mut ledger, &pen.sale("bad", 2, 4500, edit)).unwrap(),
            "{wrong}"
        );
        assert!(store(&mut ledger, &pen.sale("good-2", 3, 1000, |_| ())).unwrap());

        let summary = report::summary(&ledger, &Filter::default()).unwrap();
        assert_eq!(
            (summary.sales, summary.net, summary.entries),
            (2, 5500, 4),
            "{wrong}"
        );
        let kept = ledger.entries_after(pen.chain(), 2, 1).unwrap();
        assert!(kept[0].line.contains("\"bad\""), "{wrong}");
        let verdict = ledger.verify(&room.path().join("scratch")).unwrap();
        assert!(verdict.is_good(), "{wrong}: {verdict:?}");
    }
}

#[test]
fn an_unknown_kind_and_a_newer_version_are_kept() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(4, "T9");
    store(&mut ledger, &opening).unwrap();
    assert!(!store(&mut ledger, &pen.write("weather_noted", r#"{"sky":"clear"}"#)).unwrap());
    assert!(!store(&mut ledger, &pen.write("sale_recorded", r#"[1,2,3]"#)).unwrap());
    assert!(store(&mut ledger, &pen.sale("good", 1, 4500, |_| ())).unwrap());
    let summary = report::summary(&ledger, &Filter::default()).unwrap();
    assert_eq!((summary.sales, summary.entries), (1, 4));
    let digest = projection_digest(&ledger).unwrap();
    ledger.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
}

/// Each figure is within bounds, all together are not: no sum may wrap, and nothing is lost by it.
#[test]
fn figures_that_no_sum_can_hold_do_not_count() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(5, "T9");
    store(&mut ledger, &opening).unwrap();
    let huge = 1i64 << 53;
    let monster = pen.sale("monster", 1, 1100, |sale| {
        let draw = json!({"lot": "L1", "revision": "aa".repeat(16), "qty": "0.001", "net": 1, "base": 1,
            "fund": huge, "payable": huge, "margin": 1 - 2 * huge, "shares": [["H1", 1, huge]]});
        let line = &mut sale["lines"][0];
        line["qty"] = json!("1.100");
        line["draws"] = Value::Array(vec![draw; 1100]);
    });
    assert!(!store(&mut ledger, &monster).unwrap());
    assert!(store(&mut ledger, &pen.sale("good", 2, 4500, |_| ())).unwrap());
    assert_eq!(report::summary(&ledger, &Filter::default()).unwrap().net, 4500);
}

#[test]
fn a_refund_and_an_assignment_that_make_no_sense_do_not_count() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(6, "T9");
    store(&mut ledger, &opening).unwrap();
    store(&mut ledger, &pen.sale("sale", 1, 4500, |_| ())).unwrap();
    let origin = pen.chain().to_string();
    let refund = |draw_quantity: &str, tender: i64| {
        json!({"id": "back", "number": "T9-000002", "request": "0", "sale": "sale", "sale_number": "T9-000001",
            "sale_origin": origin, "sale_outlet": "F1", "sale_channel": "fair", "outlet": "F1", "shift": "s1",
            "business_date": "2026-11-21", "cashier": "01", "total": 45,
            "lines": [{"line": 1, "product": "honey", "name": "", "unit": "瓶", "qty": "0.010", "restock": true,
                "borne_by": "supplier", "net": 45,
                "draws": [{"draw": 1, "lot": "L1", "revision": "aa".repeat(16), "qty": draw_quantity, "net": 45,
                    "base": 45, "fund": 0, "payable": 41, "margin": 4, "shares": [["H1", 45, 41]]}]}],
            "tenders": [{"kind": "cash", "fen": tender}]})
        .to_string()
    };
    let assigned = json!({"sale": "sale", "sale_origin": origin, "sale_outlet": "F1", "sale_channel": "fair",
        "sale_business_date": "2026-11-21", "line": 1, "product": "honey", "from_draw": 1, "draw": 2,
        "new_parties": [], "fact": {"lot": null, "qty": "1.000", "net": 4500, "base": 4500, "fund": 0,
        "payable": 0, "margin": 4500, "shares": []}})
    .to_string();
    for (wrong, kind, body) in [
        (
            "more given back than the line says",
            "refund_recorded",
            refund("0.011", 45),
        ),
        (
            "money that does not go back",
            "refund_recorded",
            refund("0.010", 44),
        ),
        ("an assignment to no lot", "lot_assigned", assigned),
    ] {
        assert!(!store(&mut ledger, &pen.write(kind, &body)).unwrap(), "{wrong}");
    }
    let before = report::summary(&ledger, &Filter::default()).unwrap();
    assert_eq!((before.net, before.refunded, before.unassigned), (4500, 0, 0));
    assert!(store(&mut ledger, &pen.write("refund_recorded", &refund("0.010", 45))).unwrap());
    assert_eq!(report::summary(&ledger, &Filter::default()).unwrap().net, 4455);
}

/// A lot's revision says once whose its shares are, so no till makes two of them; whoever signs two is added up under both
/// names, the same as they come and replayed.
#[test]
fn one_share_under_two_names_is_the_same_after_a_replay() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(1, "T9");
    store(&mut ledger, &opening).unwrap();
    for (number, names) in [["H1", "H2"], ["H0", "H1"], ["H2", "H2"], ["H1", "H2"]]
        .iter()
        .enumerate()
    {
        let sale = pen.sale(&format!("s{number}"), number as u32 + 1, 4500, |sale| {
            let shares = &mut sale["lines"][0]["draws"][0]["shares"];
            shares[0][0] = json!(names[0]);
            shares[1][0] = json!(names[1]);
        });
        store(&mut ledger, &sale).unwrap();
    }
    let digest = projection_digest(&ledger).unwrap();
    ledger.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
    let parties = report::parties(&ledger, &Filter::default()).unwrap();
    let attributed: i64 = parties.iter().map(|row| row.attributed).sum();
    let net = report::summary(&ledger, &Filter::default()).unwrap().net;
    assert_eq!(attributed, net);
}
