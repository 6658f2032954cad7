//! The facts of a stored line are those that the careful way tells.

#![allow(clippy::unwrap_used)]

mod common;

use common::chain_of_day;
use jishi_journal::body::{Body, BuyerPut, CashFigures, KioskPaid, ProductKind, ShiftFigures, TenderFact};
use jishi_journal::{Entry, EntryFacts};
use serde_json::Value;

fn careful(line: &str) -> Option<(String, Body)> {
    let entry = Entry::parse(line).ok()?;
    Some((entry.at.clone(), entry.body()))
}

fn quick(line: &str) -> Option<(String, Body)> {
    EntryFacts::read(line).ok().map(|facts| (facts.at, facts.body))
}

#[test]
fn a_day_is_read_alike() {
    let (_, entries) = chain_of_day();
    for entry in &entries {
        assert!(careful(&entry.line).is_some());
        assert_eq!(quick(&entry.line), careful(&entry.line));
    }
}

#[test]
fn what_is_odd_is_read_alike() {
    let (_, entries) = chain_of_day();
    let last = &entries[5].line;
    let replaced = |from: &str, to: &str| {
        let line = last.replacen(from, to, 1);
        assert_ne!(line, *last);
        line
    };
    let more = format!(r#"{},"more":[1]}}"#, &last[..last.len() - 1]);
    let odd = [
        // An unknown kind, senseless facts, a field twice, a newer version with a field more.
        replaced("shift_closed", "shift_sung"),
        replaced(r#""staff":"demo""#, r#""staff":17"#),
        replaced(r#""staff":"demo""#, r#""staff":"demo","staff":"x""#),
        more.replacen(r#""v":1"#, r#""v":2"#, 1),
        replaced(r#""v":1"#, r#""v":2"#),
        // Not an entry.
        more,
        replaced(r#""v":1"#, r#""v":0"#),
        replaced(r#""kind""#, r#""sort""#),
        replaced(r#""body""#, r#""bodies""#),
        last[..last.len() - 1].to_owned(),
        format!("{last} x"),
        String::new(),
    ];
    for line in &odd {
        assert_eq!(quick(line), careful(line), "{line}");
    }
    assert!(matches!(quick(&odd[0]), Some((_, Body::Unknown { .. }))));
    assert!(matches!(quick(&odd[1]), Some((_, Body::Bad { .. }))));
    assert_eq!(quick(&odd[5]), None);
}

/// What a drawer should hold, as the shift's close is checked by: each part with its own sign.
#[test]
fn a_drawer_holds_float_takings_and_what_was_moved() {
    let figures = CashFigures {
        float: 700,
        taken: 1100,
        given_back: 30,
        moved_in: 500,
        moved_out: 2,
    };
    assert_eq!(figures.expected(), 2268);
    let forged = CashFigures {
        float: i64::MAX,
        taken: i64::MAX,
        ..CashFigures::default()
    };
    assert_eq!(forged.expected(), 2 * i128::from(i64::MAX));
}

#[test]
fn a_buyers_contact_is_sealed_under_no_partys_code() {
    assert_eq!(BuyerPut::seal_name("B1"), "buyer B1");
}

/// What is nothing is left out of an entry, and only that.
#[test]
fn figures_that_are_not_nothing_are_written() {
    let optional = [
        "drawer_openings",
        "kiosk_sales",
        "kiosk_sold",
        "vouchers_sold",
        "vouchers_returned",
    ];
    let without = serde_json::json!({
        "sales": 3, "refunds": 0, "voids": 0, "net": 900, "discount": 0, "refunded": 0,
        "tenders": [{ "kind": "cash", "fen": 900, "refunded": 0 }], "cash_expected": 900,
    });
    let read = |figures: &Value| serde_json::from_value::<ShiftFigures>(figures.clone()).unwrap();
    assert_eq!(serde_json::to_value(read(&without)).unwrap(), without);
    for name in optional {
        for figure in [1, 7] {
            let mut with = without.clone();
            with[name] = figure.into();
            assert_eq!(serde_json::to_value(read(&with)).unwrap(), with, "{name}");
        }
        let mut nothing = without.clone();
        nothing[name] = 0.into();
        assert_eq!(serde_json::to_value(read(&nothing)).unwrap(), without, "{name}");
    }
    let mut unverified = without.clone();
    unverified["tenders"][0]["unverified"] = 400.into();
    assert_eq!(serde_json::to_value(read(&unverified)).unwrap(), unverified);
}

#[test]
fn kinds_are_told_apart() {
    use ProductKind::{Goods, Service, Ticket, Voucher};
    let table = [
        (Goods, "goods", true, false),
        (Service, "service", false, true),
        (Ticket, "ticket", false, true),
        (Voucher, "voucher", false, false),
    ];
    for (kind, name, is_goods, has_no_stock) in table {
        assert_eq!(serde_json::to_value(kind).unwrap(), name);
        assert_eq!(
            (kind.is_goods(), kind.has_no_stock()),
            (is_goods, has_no_stock),
            "{name}"
        );
    }
    for paid in [KioskPaid::Confirmed, KioskPaid::Reference] {
        assert_eq!(
            serde_json::to_value(paid).unwrap(),
            paid.code(),
            "one word for one thing"
        );
    }
}

#[test]
fn an_exchange_moved_the_money_of_what_it_stands_for() {
    let tender = |stands_for: Option<&str>| TenderFact {
        kind: "exchange".to_owned(),
        fen: 100,
        reference: None,
        collected_by: None,
        stands_for: stands_for.map(str::to_owned),
    };
    assert_eq!(tender(Some("wechat")).money_kind(), "wechat");
    assert_eq!(tender(None).money_kind(), "exchange");
}
