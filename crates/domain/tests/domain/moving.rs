//! Moving a draw from one lot to another: to the fen, and not a fen is made or lost.

use jishi_domain::{Book, Fen, MoveAsked, MoveFigures, Quantity, SaleState, figure_move, figure_void};
use proptest::prelude::*;

use crate::common::{agreed, book, buyout, consignment, item, line, lot_code, plain, raw_lot, sale};

/// Three jars of one lot were sold, and a comb of another's.
fn sold() -> Book {
    let mut book = book(&[
        raw_lot("L1", "honey", "5", consignment(1_000), &[1]),
        raw_lot("L2", "honey", "2", agreed(700), &[2, 1]),
        raw_lot("L3", "honey", "0.5", buyout(), &[1]),
        raw_lot("L4", "comb", "9", buyout(), &[1]),
    ]);
    let request = sale(vec![line("honey", "3", 1_001), line("comb", "1", 500)]);
    book.sell("S1", &request).expect("sold");
    book
}

fn figured(
    state: &SaleState,
    book: &Book,
    (line, from, to): (i64, &str, &str),
    quantity: Option<&str>,
) -> Result<MoveFigures, &'static str> {
    let (from, to) = (lot_code(from), lot_code(to));
    let asked = MoveAsked {
        line,
        from: &from,
        to: &to,
        quantity,
    };
    figure_move(state, asked, book).map_err(|error| error.code())
}

#[test]
fn a_part_of_a_draw_is_moved_with_its_money() {
    let book = sold();
    let state = book.sale("S1").expect("the sale").clone();
    let figures = figured(&state, &book, (1, "L1", "L2"), Some("2")).expect("moved");
    assert_eq!(
        (
            figures.line,
            figures.back.draw,
            figures.back.net.get(),
            figures.draw.net.get()
        ),
        (1, 0, 2_002, 2_002)
    );
    // 700 a jar as agreed; the household that it came off loses 9 parts of 10.
    assert_eq!(
        (
            figures.draw.payable.get(),
            plain(&figures.draw.due),
            plain(&figures.back.due)
        ),
        (1_400, vec![933, 467], vec![1_802])
    );
    assert_eq!(figures.lot_after.left, Quantity::ZERO);
    let mut after = state.clone();
    after.apply_move(&figures).expect("it fits");
    let draws: Vec<(Option<&str>, i64, i64)> = after.lines[0]
        .draws
        .iter()
        .map(|draw| {
            let figures = &draw.figures;
            (
                figures.source.lot_code(),
                figures.quantity.thousandths(),
                draw.left().thousandths(),
            )
        })
        .collect();
    assert_eq!(draws, [(Some("L1"), 3_000, 1_000), (Some("L2"), 2_000, 2_000)]);
    // Without a quantity it is all that is left.
    let rest = figured(&after, &book, (1, "L1", "L2"), None).expect("moved");
    assert_eq!(rest.back.quantity.thousandths(), 1_000);
}

/// Of two draws of a lot the last one that has something left is meant.
#[test]
fn the_last_draw_that_has_something_left_is_moved() {
    let book = sold();
    let mut state = book.sale("S1").expect("the sale").clone();
    for (from, to, quantity) in [("L1", "L2", "1"), ("L2", "L1", "0.4")] {
        let figures = figured(&state, &book, (1, from, to), Some(quantity)).expect("moved");
        state.apply_move(&figures).expect("it fits");
    }
    let last = figured(&state, &book, (1, "L1", "L2"), None).expect("moved");
    assert_eq!((last.back.draw, last.back.quantity.thousandths()), (2, 400));
    let refused = figured(&state, &book, (1, "L1", "L2"), Some("0.401"));
    assert_eq!(refused, Err("move_exceeds_draw"));
    state.apply_move(&last).expect("it fits");
    let first = figured(&state, &book, (1, "L1", "L2"), None).expect("moved");
    assert_eq!((first.back.draw, first.back.quantity.thousandths()), (0, 2_000));
}

#[test]
fn what_cannot_be_moved_is_said() {
    let book = sold();
    let state = book.sale("S1").expect("the sale").clone();
    for (asked, quantity, code) in [
        ((0, "L1", "L2"), None, "no_such_line"),
        ((-1, "L1", "L2"), None, "no_such_line"),
        ((3, "L1", "L2"), None, "no_such_line"),
        ((1, "L2", "L1"), None, "nothing_drawn"),
        ((2, "L1", "L2"), None, "nothing_drawn"),
        ((1, "L1", "L2"), Some("0"), "bad_quantity"),
        ((1, "L1", "L2"), Some("-1"), "bad_quantity"),
        ((1, "L1", "L2"), Some("eins"), "bad_quantity"),
        ((1, "L1", "L2"), Some("3.001"), "move_exceeds_draw"),
        ((1, "L1", "L9"), None, "no_such_lot"),
        ((1, "L1", "L4"), None, "no_such_lot"),
        ((1, "L1", "L1"), None, "no_such_lot"),
        ((1, "L1", "L3"), Some("0.501"), "lot_too_small"),
        ((1, "L1", "L2"), None, "lot_too_small"),
    ] {
        assert_eq!(
            figured(&state, &book, asked, quantity),
            Err(code),
            "{asked:?} {quantity:?}"
        );
    }
    // To the last grain of the lot.
    figured(&state, &book, (1, "L1", "L3"), Some("0.5")).expect("moved");
}

#[test]
fn a_move_that_does_not_fit_changes_nothing() {
    let book = sold();
    let state = book.sale("S1").expect("the sale").clone();
    let figures = figured(&state, &book, (1, "L1", "L2"), Some("2")).expect("moved");
    let misfit = |change: &dyn Fn(&mut MoveFigures)| {
        let (mut figures, mut changed) = (figures.clone(), state.clone());
        change(&mut figures);
        assert!(changed.apply_move(&figures).is_err());
        assert_eq!(changed, state);
    };
    misfit(&|figures| figures.line = 0);
    misfit(&|figures| figures.line = 3);
    misfit(&|figures| figures.back.draw = 1);
    misfit(&|figures| figures.back.quantity = Quantity::parse("3.001").expect("a quantity"));
}

fn moved(state: &SaleState, book: &jishi_domain::Book, quantity: &str) -> Result<SaleState, &'static str> {
    let asked = MoveAsked {
        line: 1,
        from: &lot_code("L1"),
        to: &lot_code("L2"),
        quantity: Some(quantity),
    };
    let figures = figure_move(state, asked, book).map_err(|error| error.code())?;
    let mut after = state.clone();
    after.apply_move(&figures).map_err(|error| error.code())?;
    Ok(after)
}

proptest! {
    /// Whatever came back before and comes back after, in whatever pieces a draw is moved: what a void takes back is
    /// what is left of the sale, to the fen, and each household's part is taken back in full.
    #[test]
    fn nothing_is_made_or_lost(
        price in 1i64..20_000,
        refunded in 0i64..3_000,
        moves in prop::collection::vec(1i64..2_000, 1..5),
        terms in 0usize..3,
    ) {
        let terms = [consignment(833), agreed(700), buyout()][terms].clone();
        let mut book = book(&[
            raw_lot("L1", "honey", "7.5", consignment(1_000), &[3, 1, 2]),
            raw_lot("L2", "honey", "50", terms, &[5, 0, 7]),
        ]);
        let sold = book.sell("S1", &sale(vec![line("honey", "7.5", price)])).expect("sold");
        let mut paid = sold.lines[0].net;
        if refunded > 0 {
            let quantity = Quantity::from_thousandths(refunded).to_string();
            let back = book.refund("S1", &[item(1, &quantity)]).expect("refunded");
            paid = paid.checked_sub(back.total).expect("fen");
        }
        let mut state = book.sale("S1").expect("the sale").clone();
        let left = state.line(1).expect("a line").left();
        for quantity in moves {
            let quantity = Quantity::from_thousandths(quantity).to_string();
            if let Ok(after) = moved(&state, &book, &quantity) {
                state = after;
            }
            prop_assert_eq!(state.line(1).expect("a line").left(), left);
        }
        let void = figure_void(&state).expect("voided");
        prop_assert!(void.conserves());
        prop_assert_eq!(void.total, paid);
        state.apply_refund(&void).expect("it fits");
        prop_assert!(state.is_voided());
        for draw in &state.lines[0].draws {
            prop_assert_eq!(&draw.attributed_back, &draw.figures.attributed);
            prop_assert_eq!(Fen::sum(draw.due_back.iter().copied()), Fen::sum(draw.figures.due.iter().copied()));
        }
    }
}
