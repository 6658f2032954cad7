//! One sale, two nodes: copies of one book that do not know of each other, counted together.

use jishi_domain::{
    Book, Counted, Fen, MoveAsked, OnSale, Quantity, RefundDraw, RefundItem, SaleState, Together,
    count_together, figure_move,
};
use proptest::prelude::*;

use crate::common::{agreed, book, consignment, item, line, lot_code, raw_lot, sale};

/// Jars over two lots, rice that no lot covers yet, a bag of the operator's own.
fn sold() -> Book {
    let mut book = book(&[
        raw_lot("L1", "honey", "2", consignment(833), &[3, 1]),
        raw_lot("L2", "honey", "9", agreed(777), &[1, 1, 1]),
    ]);
    book.sell(
        "S1",
        &sale(vec![
            line("honey", "5", 1001),
            line("rice", "3", 1009),
            line("bag", "1", 31),
        ]),
    )
    .expect("sold");
    for code in ["L8", "L9"] {
        book.receive(&raw_lot(code, "rice", "10", consignment(700), &[2, 1]))
            .expect("received");
    }
    book
}

fn state(book: &Book) -> SaleState {
    book.sale("S1").expect("sold").clone()
}

fn back(book: &mut Book, items: &[RefundItem]) -> Option<OnSale> {
    let figures = book.refund("S1", items).ok()?;
    Some(OnSale::Back(figures.lines))
}

fn assigned(book: &mut Book, lot: &str) -> Option<OnSale> {
    let figures = book.assign("S1", 2, &lot_code(lot)).ok()?;
    let draw = state(book).lines[1].draws.len() - 1;
    Some(OnSale::Assigned {
        line: figures.line,
        from: figures.unassigned_draw,
        draw,
        figures: figures.draw,
    })
}

/// What counts of each refund, as draws.
fn counting<'a>(entry: &'a OnSale, counted: &'a Counted) -> Vec<(usize, &'a RefundDraw)> {
    let OnSale::Back(lines) = entry else {
        return Vec::new();
    };
    let draws = |index: usize| match counted {
        Counted::Back(back) => back[index].as_slice(),
        Counted::AsRecorded => lines[index].draws.as_slice(),
        Counted::Waits => &[],
    };
    let lines = lines.iter().enumerate();
    lines
        .flat_map(|(index, line)| draws(index).iter().map(move |draw| (line.line, draw)))
        .collect()
}

fn quantity(entry: &OnSale, counted: &Counted, of: usize) -> i64 {
    let draws = counting(entry, counted).into_iter();
    draws
        .filter(|(line, _)| *line == of)
        .map(|(_, draw)| draw.quantity.thousandths())
        .sum()
}

fn fen(entries: &[OnSale], together: &Together, of: fn(&RefundDraw) -> Fen) -> i64 {
    let each = entries.iter().zip(&together.counted);
    each.flat_map(|(entry, counted)| counting(entry, counted))
        .map(|(_, draw)| of(draw).get())
        .sum()
}

#[test]
fn what_fits_counts_as_it_is_recorded_in_any_order() {
    let before = state(&sold());
    let (mut one, mut other) = (sold(), sold());
    let entries = [
        back(&mut one, &[item(1, "2")]).expect("refunded"),
        back(&mut one, &[item(1, "1"), item(3, "1")]).expect("refunded"),
        back(&mut other, &[item(2, "2")]).expect("refunded"),
    ];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let entries = order.map(|index| entries[index].clone());
        let together = count_together(&before, &entries);
        assert!(together.fits);
        assert_eq!(together.counted, vec![Counted::AsRecorded; 3]);
        let state = together.into_state().expect("a state");
        let left: Vec<Quantity> = state.lines.iter().map(|line| line.left()).collect();
        assert_eq!(left, [2_000, 1_000, 0].map(Quantity::from_thousandths));
    }
}

/// A draw's number is anybody's word: one beyond all bounds makes no room for itself.
#[test]
fn a_draw_that_no_till_gave_has_no_place() {
    let before = state(&sold());
    let numbered = |number: usize| {
        let mut entry = assigned(&mut sold(), "L8").expect("assigned");
        if let OnSale::Assigned { draw, .. } = &mut entry {
            *draw = number;
        }
        count_together(&before, &[entry]).into_state()
    };
    for number in [1, 4_095, 4_096] {
        let told = numbered(number).expect("a state");
        assert_eq!(told.lines[1].draws.len(), number + 1);
        assert_eq!(told.lines[1].left(), before.lines[1].left());
    }
    for number in [4_097, usize::MAX] {
        assert_eq!(numbered(number), None);
    }
}

#[test]
fn one_book_after_another_is_as_the_book_says() {
    let before = state(&sold());
    let mut one = sold();
    let entries = [
        back(&mut one, &[item(1, "1"), item(2, "1")]).expect("refunded"),
        assigned(&mut one, "L8").expect("assigned"),
        back(&mut one, &[item(1, "3")]).expect("refunded"),
        back(&mut one, &[item(2, "1")]).expect("refunded"),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]] {
        let entries = order.map(|index| entries[index].clone());
        let told = count_together(&before, &entries).into_state().expect("a state");
        assert_eq!(told, state(&one));
    }
}

#[test]
fn the_first_in_order_counts_and_the_last_as_far_as_the_sale_goes() {
    let before = state(&sold());
    let (mut one, mut other, mut third) = (sold(), sold(), sold());
    let entries = [
        back(&mut one, &[item(1, "3")]).expect("refunded"),
        back(&mut other, &[item(1, "4")]).expect("refunded"),
        back(&mut third, &[item(1, "5")]).expect("refunded"),
    ];
    let together = count_together(&before, &entries);
    assert!(!together.fits);
    let counts: Vec<i64> = entries
        .iter()
        .zip(&together.counted)
        .map(|(entry, counted)| quantity(entry, counted, 1))
        .collect();
    assert_eq!(counts, [3_000, 2_000, 0]);
    let gave = &before.lines[0].draws;
    let of = |figure: fn(&jishi_domain::DrawFigures) -> Fen| -> i64 {
        gave.iter().map(|draw| figure(&draw.figures).get()).sum()
    };
    assert_eq!(fen(&entries, &together, |draw| draw.net), of(|draw| draw.net));
    assert_eq!(
        fen(&entries, &together, |draw| draw.payable),
        of(|draw| draw.payable)
    );
}

/// Of a sale at odds, too, each refund takes first what it says that it took.
#[test]
fn what_a_refund_names_goes_before_the_lines_other_draws() {
    let before = state(&sold());
    let OnSale::Back(mut lines) = back(&mut sold(), &[item(1, "5")]).expect("refunded") else {
        unreachable!()
    };
    lines[0].draws.retain(|draw| draw.draw == 0);
    lines[0].quantity = lines[0].draws[0].quantity;
    let other = back(&mut sold(), &[item(1, "4")]).expect("refunded");
    let entries = [OnSale::Back(lines), other];
    let together = count_together(&before, &entries);
    assert!(!together.fits);
    let taken = |at: usize| -> Vec<(usize, i64)> {
        counting(&entries[at], &together.counted[at])
            .iter()
            .map(|(_, draw)| (draw.draw, draw.quantity.thousandths()))
            .collect()
    };
    assert_eq!((taken(0), taken(1)), (vec![(0, 2_000)], vec![(1, 3_000)]));
}

/// A move off a draw that is of another lot moves nothing.
#[test]
fn a_move_counts_off_the_lot_that_it_names() {
    let before = state(&sold());
    let mut book = sold();
    book.receive(&raw_lot("L7", "honey", "5", agreed(500), &[1]))
        .expect("received");
    let asked = MoveAsked {
        line: 1,
        from: &lot_code("L2"),
        to: &lot_code("L7"),
        quantity: Some("1"),
    };
    let moved = figure_move(&before, asked, &book).expect("moved");
    let entry = |draw: usize| {
        let mut back = moved.back.clone();
        back.draw = draw;
        OnSale::Moved {
            line: 1,
            back,
            draw: 2,
            figures: moved.draw.clone(),
        }
    };
    let together = count_together(&before, &[entry(1)]);
    assert_eq!(
        (together.fits, &together.counted[..]),
        (true, &[Counted::AsRecorded][..])
    );
    let together = count_together(&before, &[entry(0)]);
    assert_eq!(
        (together.fits, &together.counted[..]),
        (false, &[Counted::Waits][..])
    );
    assert_eq!(together.into_state(), Some(before));
}

#[test]
fn of_two_assignments_the_first_counts_and_what_came_back_comes_from_it() {
    let before = state(&sold());
    let (mut one, mut other) = (sold(), sold());
    let first = assigned(&mut one, "L8").expect("assigned");
    let second = assigned(&mut other, "L9").expect("assigned");
    let returned = back(&mut other, &[item(2, "3")]).expect("refunded");
    // What came back has the smallest hash: whose it was is told first all the same.
    let entries = [returned, first, second];
    let together = count_together(&before, &entries);
    assert_eq!(together.counted[1..], [Counted::AsRecorded, Counted::Waits]);
    let counted = counting(&entries[0], &together.counted[0]);
    let sources: Vec<Option<&str>> = counted.iter().map(|(_, draw)| draw.source.lot_code()).collect();
    assert_eq!(sources, [Some("L8")]);
    assert_eq!(counted[0].1.quantity, Quantity::from_thousandths(3_000));
}

proptest! {
    /// Whatever copies of one book did: of no line more comes back than was sold, and what is all back is back to the fen.
    #[test]
    fn nothing_comes_back_that_was_not_sold(
        acts in proptest::collection::vec((0..3usize, 0..8u8, 1..4i64, 1..=5_000i64), 0..14),
        order in any::<u64>(),
    ) {
        let before = state(&sold());
        let mut books = [sold(), sold(), sold()];
        let mut entries = Vec::new();
        for (which, what, line, thousandths) in acts {
            let book = &mut books[which];
            let done = match what {
                0 => assigned(book, "L8"),
                1 => assigned(book, "L9"),
                2 => book.void("S1").ok().map(|figures| OnSale::Back(figures.lines)),
                _ => back(book, &[item(line, &Quantity::from_thousandths(thousandths).to_string())]),
            };
            entries.extend(done);
        }
        // Any order may be that of the hashes.
        let mut turn = order;
        for index in (1..entries.len()).rev() {
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            entries.swap(index, (turn >> 33) as usize % (index + 1));
        }
        let together = count_together(&before, &entries);
        for (number, line) in (1usize..).zip(&before.lines) {
            let recorded: i64 = entries
                .iter()
                .map(|entry| quantity(entry, &Counted::AsRecorded, number))
                .sum();
            let counts: i64 = entries
                .iter()
                .zip(&together.counted)
                .map(|(entry, counted)| quantity(entry, counted, number))
                .sum();
            prop_assert_eq!(counts, recorded.min(line.quantity.thousandths()));
        }
        for (entry, counted) in entries.iter().zip(&together.counted) {
            for (_, draw) in counting(entry, counted) {
                prop_assert!(draw.conserves());
            }
        }
        let all_back = before.lines.iter().enumerate().all(|(index, line)| {
            let back: i64 = entries
                .iter()
                .map(|entry| quantity(entry, &Counted::AsRecorded, index + 1))
                .sum();
            back > line.quantity.thousandths()
        });
        if all_back {
            prop_assert!(!together.fits);
            let net: i64 = before.lines.iter().flat_map(|line| &line.draws).map(|draw| draw.figures.net.get()).sum();
            prop_assert_eq!(fen(&entries, &together, |draw| draw.net), net);
        }
        let state = together.into_state();
        prop_assert!(state.is_some());
    }
}
