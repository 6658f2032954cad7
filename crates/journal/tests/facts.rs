//! The facts of a stored line are those that the careful way tells.

#![allow(clippy::unwrap_used)]

mod common;

use common::chain_of_day;
use jishi_journal::body::{Body, BuyerPut, CashFigures};
use jishi_journal::{Entry, EntryFacts};

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
