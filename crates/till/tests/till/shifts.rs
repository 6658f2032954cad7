//! A shift from its float to its Z report: cash in and out, the blind count, a forgotten one.

use jishi_journal::Entry;
use jishi_journal::body::{Body, CashDirection, CashPieces, ShiftClosed};
use jishi_paper::{Width, text};
use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::view::Language;
use jishi_till::wire::CashRequest;
use jishi_till::{PaperForm, Reading, Till};

fn opened() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    till.open_shift(Some("01"), 20_000).unwrap();
    (shop, till)
}

fn moved(id: &str, direction: CashDirection, fen: i64, reason: &str) -> CashRequest {
    CashRequest {
        id: id.to_owned(),
        direction,
        fen,
        reason: reason.to_owned(),
    }
}

fn expected(till: &Till) -> i64 {
    till.shift_report().unwrap().figures.cash_expected
}

fn head_seq(till: &Till) -> u64 {
    till.head().seq
}

/// The closing entry of a shift, with the hash of its bytes as anyone would take it.
fn closing(till: &Till) -> (u64, String, ShiftClosed) {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    for signed in entries.iter().rev() {
        let entry = Entry::parse(&signed.line).unwrap();
        if let Body::ShiftClosed(closed) = entry.body() {
            let hash = jishi_journal::EntryHash::of(signed.line.as_bytes()).to_string();
            return (entry.seq, hash, closed);
        }
    }
    panic!("no shift was closed");
}

fn paper(till: &Till, id: Option<&str>, is_reprint: bool) -> String {
    let form = PaperForm {
        width: Width::Mm58,
        language: Language::Chinese,
        is_reprint,
        is_blind: false,
    };
    text::render(&till.shift_paper(id, form).unwrap().document)
}

#[test]
fn cash_in_and_out_counts_in_the_drawer_and_is_recorded_once() {
    let (shop, mut till) = opened();
    let coins = moved("m1", CashDirection::In, 5_000, " 备零钱 ");
    let result = till.move_cash(&coins).unwrap();
    assert_eq!((result.cash_expected, result.repeated), (25_000, false));
    let again = till.move_cash(&coins).unwrap();
    assert_eq!(
        (again.cash_expected, again.repeated, again.seq),
        (25_000, true, result.seq)
    );
    assert_eq!(expected(&till), 25_000);
    let other = moved("m1", CashDirection::In, 5_001, "备零钱");
    assert_eq!(till.move_cash(&other).unwrap_err().code(), "id_reused");

    till.move_cash(&moved("m2", CashDirection::Out, 25_000, "上缴现金"))
        .unwrap();
    assert_eq!(expected(&till), 0);
    let shift = till.shift().unwrap().clone();
    let moves = till.ledger().cash_moves(1, &shift).unwrap();
    let moves: Vec<_> = moves
        .iter()
        .map(|row| (row.in_fen, row.out_fen, row.reason.as_str()))
        .collect();
    assert_eq!(moves, [(5_000, 0, "备零钱"), (0, 25_000, "上缴现金")]);

    // It is not undone by a replay, and the figures say what they are made of.
    let till = shop.reopen(till);
    let cash = till.shift_report().unwrap().figures.cash.unwrap();
    assert_eq!(
        (cash.float, cash.moved_in, cash.moved_out),
        (20_000, 5_000, 25_000)
    );
    let digest = jishi_ledger::projection_digest(till.ledger()).unwrap();
    drop(till);
    jishi_till::rebuild(&shop.folder(), |_| true).unwrap();
    let till = shop.open().unwrap();
    assert_eq!(jishi_ledger::projection_digest(till.ledger()).unwrap(), digest);
    assert_eq!(expected(&till), 0);
}

#[test]
fn cash_that_makes_no_sense_is_refused_and_changes_nothing() {
    let (_shop, mut till) = opened();
    let before = head_seq(&till);
    let long = "很".repeat(41);
    for (request, code) in [
        (
            moved("a", CashDirection::Out, 20_001, "上缴现金"),
            "not_enough_cash",
        ),
        (moved("a", CashDirection::Out, 0, "上缴现金"), "bad_amount"),
        (moved("a", CashDirection::In, -1, "备零钱"), "bad_amount"),
        (moved("a", CashDirection::In, i64::MAX, "备零钱"), "bad_amount"),
        (moved("a", CashDirection::In, 1 << 53, "备零钱"), "bad_amount"),
        (
            moved("a", CashDirection::In, 10_000_000_001, "备零钱"),
            "bad_amount",
        ),
        (moved("a", CashDirection::In, 100, "  "), "no_reason"),
        (moved("a", CashDirection::In, 100, &long), "no_reason"),
        (moved("a", CashDirection::In, 100, "备\n零钱"), "no_reason"),
        (moved("", CashDirection::In, 100, "备零钱"), "bad_id"),
    ] {
        assert_eq!(till.move_cash(&request).unwrap_err().code(), code, "{request:?}");
    }
    assert_eq!(head_seq(&till), before);
    till.close_shift(None).unwrap();
    let request = moved("a", CashDirection::In, 100, "备零钱");
    assert_eq!(till.move_cash(&request).unwrap_err().code(), "no_shift");
    // A float of that size would leave no room for the sums of any sale.
    for float in [-1, 10_000_000_001, 1 << 53] {
        assert_eq!(till.open_shift(None, float).unwrap_err().code(), "bad_request");
    }
    till.open_shift(None, 10_000_000_000).unwrap();
}

#[test]
fn a_blind_count_may_be_made_twice_and_both_are_recorded() {
    let (shop, mut till) = opened();
    assert_eq!(till.close_counted_shift().unwrap_err().code(), "not_counted");
    assert_eq!(till.counted().unwrap(), None);
    till.sell(&cash_sale("a", &[("honey", "2")])).unwrap();
    let sum = expected(&till);

    let first = till
        .count_drawer(&[CashPieces(10_000, 2), CashPieces(5_000, 0), CashPieces(500, 1)])
        .unwrap();
    assert_eq!(
        (first.counted, first.expected, first.may_recount),
        (20_500, sum, true)
    );
    // Neither a restart nor another day at the page makes the first count undone.
    let mut till = shop.reopen(till);
    assert_eq!(till.counted().unwrap(), Some(first));
    let second = till
        .count_drawer(&[CashPieces(10_000, 2), CashPieces(1_000, 9)])
        .unwrap();
    assert_eq!((second.counted, second.may_recount), (29_000, false));
    let third = till.count_drawer(&[CashPieces(10_000, 3)]).unwrap_err();
    assert_eq!(third.code(), "counted_twice");

    let report = till.close_counted_shift().unwrap();
    assert_eq!(
        (report.counted, report.difference),
        (Some(29_000), Some(29_000 - sum))
    );
    let (_, _, closed) = closing(&till);
    assert_eq!(closed.counted, Some(29_000));
    let counts: Vec<_> = closed
        .counts
        .iter()
        .map(|count| (count.fen, count.expected))
        .collect();
    assert_eq!(counts, [(20_500, sum), (29_000, sum)]);
    assert_eq!(
        closed.counts[0].pieces,
        [CashPieces(10_000, 2), CashPieces(500, 1)]
    );
    // The next shift begins without them.
    till.open_shift(None, 0).unwrap();
    assert_eq!(till.counted().unwrap(), None);
}

#[test]
fn what_is_sold_after_a_count_asks_for_another() {
    let (_shop, mut till) = opened();
    till.count_drawer(&[CashPieces(10_000, 2)]).unwrap();
    till.sell(&cash_sale("a", &[("honey", "1")])).unwrap();
    assert_eq!(till.counted().unwrap(), None);
    assert_eq!(till.close_counted_shift().unwrap_err().code(), "count_again");
    let sum = expected(&till);
    let counted = till
        .count_drawer(&[CashPieces(10_000, 2), CashPieces(500, 9)])
        .unwrap();
    assert_eq!((counted.expected, counted.may_recount), (sum, true));
    till.close_counted_shift().unwrap();
    let (_, _, closed) = closing(&till);
    let of = |count: &jishi_journal::body::CashCount| (count.fen, count.expected);
    let counts: Vec<_> = closed.counts.iter().map(of).collect();
    assert_eq!(counts, [(20_000, 20_000), (24_500, sum)]);
}

#[test]
fn a_count_that_names_no_notes_is_refused() {
    let (_shop, mut till) = opened();
    for pieces in [
        vec![CashPieces(10_001, 1)],
        vec![CashPieces(100, 1), CashPieces(100, 1)],
        vec![CashPieces(100, 100_000)],
    ] {
        assert_eq!(till.count_drawer(&pieces).unwrap_err().code(), "bad_count");
    }
    assert_eq!(till.counted().unwrap(), None);
    // An empty drawer is a count as well.
    assert_eq!(till.count_drawer(&[]).unwrap().difference(), -20_000);
}

/// A count at the window and another one at the command line: neither is lost.
#[test]
fn a_shift_that_is_closed_elsewhere_keeps_its_counts() {
    let (_shop, mut till) = opened();
    till.count_drawer(&[CashPieces(10_000, 1)]).unwrap();
    let report = till.close_shift(Some(20_000)).unwrap();
    assert_eq!((report.counted, report.difference), (Some(20_000), Some(0)));
    let counts: Vec<i64> = report.counts.iter().map(|count| count.fen).collect();
    assert_eq!(counts, [10_000, 20_000]);
    till.open_shift(None, 0).unwrap();
    let report = till.close_shift(Some(500)).unwrap();
    assert_eq!((report.difference, report.counts.len()), (Some(500), 0));
}

#[test]
fn a_shift_of_yesterday_is_noticed_until_going_on_is_chosen_or_it_is_closed() {
    let (shop, mut till) = opened();
    assert_eq!(till.forgotten_shift().unwrap(), None);
    shop.world.set_clock("2026-11-22T00:10:00+08:00");
    let words = till.forgotten_words(Language::Chinese).unwrap().unwrap();
    assert_eq!(words.code, "shift_of_another_day");
    assert!(words.message.contains("2026-11-21"), "{}", words.message);
    till.go_on_with_shift().unwrap();
    assert_eq!(till.forgotten_shift().unwrap(), None);
    let mut till = shop.reopen(till);
    assert_eq!(till.forgotten_shift().unwrap(), None);
    // What is sold past midnight counts for the shift's day.
    till.sell(&cash_sale("late", &[("honey", "1")])).unwrap();
    let days = jishi_ledger::report::Filter {
        from: Some("2026-11-22".to_owned()),
        ..jishi_ledger::report::Filter::default()
    };
    let summary = jishi_ledger::report::summary(till.ledger(), &days).unwrap();
    assert_eq!(summary.sales, 0);
    // Another morning asks again.
    shop.world.set_clock("2026-11-23T08:00:00+08:00");
    assert!(till.forgotten_shift().unwrap().is_some());
    till.close_shift(None).unwrap();
    assert_eq!(till.forgotten_shift().unwrap(), None);
    assert_eq!(till.go_on_with_shift().unwrap_err().code(), "no_shift");
}

#[test]
fn the_z_report_bears_the_closing_entry_and_says_when_it_is_printed_again() {
    let (shop, mut till) = opened();
    till.sell(&cash_sale("a", &[("honey", "2")])).unwrap();
    till.void(&void_of("v", "a")).unwrap();
    till.sell(&cash_sale("b", &[("honey", "1")])).unwrap();
    till.move_cash(&moved("m", CashDirection::Out, 10_000, "上缴现金"))
        .unwrap();
    let reading = paper(&till, None, true);
    for words in ["读数（X）", "班次还没结束", &till.head().hash.short()] {
        assert!(reading.contains(words), "{words} is not on\n{reading}");
    }
    assert!(
        !reading.contains("补打") && !reading.contains("[QR]"),
        "{reading}"
    );

    till.count_drawer(&[CashPieces(10_000, 1), CashPieces(1_000, 4), CashPieces(100, 3)])
        .unwrap();
    let report = till.close_counted_shift().unwrap();
    let (seq, hash, closed) = closing(&till);
    assert_eq!(
        (seq, hash.as_str()),
        (till.head().seq, till.head().hash.to_string().as_str())
    );
    let z = paper(&till, Some(&report.shift), false);
    let cash = closed.figures.cash.unwrap();
    assert_eq!(cash.expected(), i128::from(closed.figures.cash_expected));
    for words in [
        "交班单（Z）".to_owned(),
        format!("jishi:z:{}:{seq}:{hash}", till.chain_id()),
        till.head().hash.short(),
        "短款".to_owned(),
        format!("#{seq}"),
    ] {
        assert!(z.contains(&words), "{words} is not on\n{z}");
    }
    assert!(!z.contains("补打"), "{z}");
    // The same again, but for the one line that says so.
    let again = paper(&till, None, true);
    let lines: Vec<&str> = again.lines().filter(|line| !line.contains("补打")).collect();
    assert_eq!(lines.join("\n").trim_end(), z.trim_end());
    assert_ne!(again, z);

    let first = PaperForm {
        width: Width::Mm58,
        language: Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    let destination = till.print_shift(Some(&report.shift), first).unwrap();
    assert!(
        destination.ends_with(&format!("T1-Z-{seq:06}.pdf")),
        "{destination}"
    );
    assert!(std::path::Path::new(&destination).exists());
    let form = PaperForm {
        width: Width::Mm58,
        language: Language::English,
        is_reprint: true,
        is_blind: false,
    };
    let unknown = till.shift_paper(Some("nobody"), form).unwrap_err();
    assert_eq!(unknown.code(), "no_such_shift");
    let reading = Reading::open(&shop.folder()).unwrap();
    let named = reading.shift_paper(None, till.now(), form).unwrap();
    assert!(text::render(&named.document).contains("Z REPORT"));
}

#[test]
fn without_any_shift_there_is_no_paper() {
    let (_shop, till) = Shop::with_fair(1);
    let form = PaperForm {
        width: Width::Mm58,
        language: Language::Chinese,
        is_reprint: false,
        is_blind: false,
    };
    assert_eq!(till.shift_paper(None, form).unwrap_err().code(), "no_shift");
}
